//! Calls to the Bot API: one request, one answer, and what a failure means for the message that was to be sent.
//!
//! The client, the token and the address are teloxide's [`Bot`]. Its own way of sending is not used: it waits ten seconds
//! after every error of the server's, longer than a sender's lease holds, and throws away what it cannot parse.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use teloxide::Bot;

use crate::config::{ConfigError, OFFICIAL_API};

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(3);
/// How long most calls may take; less than a sender's lease holds.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Characters of Telegram's own words that are kept.
const SHOWN: usize = 200;

/// Why a call did not do what was asked. No address and no token is ever in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The server answered no.
    #[error("Telegram answered {code}: {description}")]
    Refused {
        /// Its error code, as in HTTP.
        code: u16,
        /// Its own words.
        description: String,
        /// After how long it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// Nobody was reached, so nothing was sent.
    #[error("Telegram can't be reached: {0}")]
    NotReached(&'static str),
    /// The request was written and no answer came back.
    #[error("Telegram did not answer: {0}")]
    NoAnswer(&'static str),
    /// An answer came back that is none of the Bot API's.
    #[error("the answer is none of the Bot API's (HTTP {0}); is TELEGRAM_API_URL right?")]
    Strange(u16),
}

impl ApiError {
    /// Whether the token is refused: nothing will work until it is replaced.
    pub fn is_bad_token(&self) -> bool {
        matches!(self, Self::Refused { code: 401 | 404, .. })
    }
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: Value,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// One bot on one server. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    bot: Bot,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

impl Api {
    /// A client for this token on this server.
    pub fn new(token: &SecretString, api_url: &str) -> Result<Self, ConfigError> {
        let refuse = |problem: &str| ConfigError::new("TELEGRAM_API_URL", problem, OFFICIAL_API);
        let mut settings = teloxide::net::default_reqwest_settings().connect_timeout(CONNECT);
        if ["http://127.", "http://localhost", "http://[::1]"].iter().any(|local| api_url.starts_with(local)) {
            settings = settings.no_proxy();
        }
        let client = settings.build().map_err(|_| refuse("no client can be made for it"))?;
        let url = api_url.parse().map_err(|_| refuse("is no address"))?;
        Ok(Self { bot: Bot::with_client(token.expose_secret(), client).set_api_url(url) })
    }

    /// Calls a method with JSON.
    pub async fn call(&self, method: &str, body: &Value, patience: Duration) -> Result<Value, ApiError> {
        let bytes = serde_json::to_vec(body).unwrap_or_default();
        self.post(method, "application/json", bytes, patience).await
    }

    /// Calls a method with a body of any kind.
    pub async fn post(&self, method: &str, content_type: &str, body: Vec<u8>, patience: Duration) -> Result<Value, ApiError> {
        let url = format!("{}/bot{}/{method}", self.base(), self.bot.token());
        let request = self.bot.client().post(url).header("content-type", content_type).body(body).timeout(patience);
        let response = match request.send().await {
            Ok(response) => response,
            // Of the error only its kind is told: its text holds the address, and that the token.
            Err(error) if error.is_connect() => return Err(ApiError::NotReached("no connection")),
            Err(error) if error.is_builder() => return Err(ApiError::NotReached("no such address")),
            Err(error) if error.is_timeout() => return Err(ApiError::NoAnswer("time ran out")),
            Err(_) => return Err(ApiError::NoAnswer("the connection broke")),
        };
        let status = response.status().as_u16();
        let Ok(bytes) = response.bytes().await else { return Err(ApiError::NoAnswer("the answer broke off")) };
        read(status, &bytes)
    }

    /// The bytes of a file by the path `getFile` gave; `None` if there are more than `most`.
    pub async fn download(&self, path: &str, most: usize, patience: Duration) -> Result<Option<Vec<u8>>, ApiError> {
        let url = format!("{}/file/bot{}/{path}", self.base(), self.bot.token());
        let sent = self.bot.client().get(url).timeout(patience).send().await;
        let mut response = sent.map_err(|error| {
            if error.is_connect() { ApiError::NotReached("no connection") } else { ApiError::NoAnswer("the connection broke") }
        })?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(ApiError::Refused { code: status, description: "the file is not given".into(), retry_after: None });
        }
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() > most => return Ok(None),
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return Ok(Some(bytes)),
                Err(_) => return Err(ApiError::NoAnswer("the file broke off")),
            }
        }
    }

    fn base(&self) -> String {
        self.bot.api_url().as_str().trim_end_matches('/').to_owned()
    }
}

/// What an answer says. The status outranks the body: an error of the server's is one, whatever it wrote.
fn read(status: u16, bytes: &[u8]) -> Result<Value, ApiError> {
    let answer: Option<Answer> = serde_json::from_slice(bytes).ok();
    match answer {
        Some(answer) if answer.ok && status < 400 => Ok(answer.result),
        Some(answer) => {
            let code = if status >= 400 { status } else { answer.error_code.unwrap_or(500) };
            let description = answer.description.unwrap_or_else(|| "no reason given".into()).chars().take(SHOWN).collect();
            let retry_after = answer.parameters.and_then(|p| p.retry_after).map(|s| Duration::from_secs(s.min(3_600)));
            Err(ApiError::Refused { code, description, retry_after })
        }
        None if status >= 400 => Err(ApiError::Refused { code: status, description: "the server failed".into(), retry_after: None }),
        None => Err(ApiError::Strange(status)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_status_and_body() {
        assert_eq!(read(200, br#"{"ok":true,"result":{"id":1}}"#).unwrap()["id"], 1);
        let limited = read(429, br#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}"#);
        assert!(matches!(limited, Err(ApiError::Refused { code: 429, retry_after: Some(after), .. }) if after.as_secs() == 7));
        assert!(matches!(read(500, br#"{"ok":true,"result":true}"#), Err(ApiError::Refused { code: 500, .. })));
        assert!(matches!(read(502, b"<html>Bad Gateway</html>"), Err(ApiError::Refused { code: 502, .. })));
        assert_eq!(read(200, b"<html>"), Err(ApiError::Strange(200)));
        assert!(matches!(read(200, br#"{"ok":false,"error_code":403}"#), Err(ApiError::Refused { code: 403, .. })));
    }

    #[tokio::test]
    async fn an_error_holds_no_token() {
        let token = SecretString::from("42:AAcanary-canary");
        let api = Api::new(&token, "http://127.0.0.1:1").unwrap();
        let error = api.call("getMe", &Value::Null, PATIENCE).await.unwrap_err();
        assert_eq!(error, ApiError::NotReached("no connection"));
        assert!(!format!("{error} {error:?} {api:?}").contains("canary"));
    }
}
