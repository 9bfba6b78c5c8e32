//! Calls of the Graph API, and what their errors mean for us.
//!
//! Codes: <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>. Meta's own words are never
//! passed on: they may name the person.

use std::time::Duration;

use axum::http::{StatusCode, header};
use chatbot_core::channel::{Attachment, ChannelError};
use chatbot_core::files::MAX_FILE_BYTES;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, Response, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::config::WhatsAppConfig;

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer that is read, files apart.
const MAX_ANSWER: usize = 256 * 1024;
/// After a limit on messages to one person: they count in windows of a few seconds.
const PAIR_LIMIT_PAUSE: chrono::Duration = chrono::Duration::seconds(6);
/// After a limit of the whole number.
const NUMBER_LIMIT_PAUSE: chrono::Duration = chrono::Duration::seconds(30);

/// The business phone number, as Meta knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// As people write it; empty if Meta didn't say.
    pub display_number: String,
    /// What people see above the chat; empty if Meta didn't say.
    pub verified_name: String,
}

/// Why the number can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The HTTP client can't be made.
    #[error("no HTTPS client: {0}")]
    Client(String),
    /// Meta refuses the token.
    #[error("Meta refuses WHATSAPP_TOKEN ({0}); make a system user's token with whatsapp_business_messaging and set it")]
    Token(String),
    /// There is no such number for this token.
    #[error("Meta knows no number {0} for this token; WHATSAPP_PHONE_NUMBER_ID is the id, not the number")]
    Number(String),
    /// It can't be reached, or answers what nobody can use.
    #[error("WHATSAPP_API_URL: {0}")]
    Unreachable(String),
}

/// Why a file that somebody sent can't be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MediaError {
    /// Later, perhaps.
    Later(String),
    /// Never.
    Gone(String),
    /// It is larger than files may be.
    TooLarge,
}

/// The Graph API with our token.
pub(crate) struct Graph {
    http: Client,
    base: String,
    phone_number_id: String,
    token: SecretString,
}

/// What a call came to, short of success.
enum Trouble {
    /// No byte was written.
    NotSent(String),
    /// It was written, and no answer came.
    NoAnswer(String),
    /// An answer, with Meta's code if there is one.
    Refused { status: StatusCode, code: Option<i64>, after: Option<chrono::Duration> },
}

impl Graph {
    pub(crate) fn new(config: &WhatsAppConfig) -> Result<Self, LineError> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(LineError::Client("the process has installed no TLS provider (rustls `install_default`)".into()));
        }
        let mut http = Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE);
        if ["http://127.", "http://localhost", "http://[::1]"].iter().any(|local| config.api_url.starts_with(local)) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|e| LineError::Client(e.without_url().to_string()))?;
        Ok(Self { http, base: config.api_url.clone(), phone_number_id: config.phone_number_id.clone(), token: config.token.clone() })
    }

    /// Sends a message; answers its `wamid`. `message`: everything but who it goes to.
    pub(crate) async fn send(&self, recipient: &str, mut message: Value) -> Result<String, ChannelError> {
        if let Some(map) = message.as_object_mut() {
            map.insert("messaging_product".into(), "whatsapp".into());
            map.insert("recipient_type".into(), "individual".into());
            // Who hides their number behind a user name is known by an id with letters, which has a field of its own.
            let field = if recipient.bytes().all(|b| b.is_ascii_digit()) { "to" } else { "recipient" };
            map.insert(field.into(), recipient.into());
        }
        let url = format!("{}/{}/messages", self.base, self.phone_number_id);
        let answer = self.json(self.http.post(url).json(&message)).await.map_err(channel_error)?;
        let id = answer.pointer("/messages/0/id").and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| ChannelError::Unknown { reason: "Meta's answer names no message".into() })
    }

    /// Hands a file of ours to Meta; answers the id it is sent by.
    pub(crate) async fn upload(&self, file: &Attachment) -> Result<String, ChannelError> {
        let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone()).mime_str(&file.media_type);
        let part = part.map_err(|_| ChannelError::Refused { reason: "the file is of no known type".into() })?;
        let form = Form::new().text("messaging_product", "whatsapp").part("file", part);
        let url = format!("{}/{}/media", self.base, self.phone_number_id);
        // A file that arrived twice is seen by nobody: only its message is.
        let answer = self.json(self.http.post(url).multipart(form)).await.map_err(|trouble| match channel_error(trouble) {
            ChannelError::Unknown { reason } => ChannelError::Retry { reason, after: None },
            other => other,
        })?;
        let id = answer.get("id").and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| ChannelError::Retry { reason: "Meta's answer names no file".into(), after: None })
    }

    /// The bytes of a file that somebody sent.
    pub(crate) async fn media(&self, id: &str) -> Result<Vec<u8>, MediaError> {
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            return Err(MediaError::Gone("an id that is none".into()));
        }
        let about = self.json(self.http.get(format!("{}/{id}", self.base))).await.map_err(media_error)?;
        if about.get("file_size").and_then(Value::as_u64).is_some_and(|size| size > MAX_FILE_BYTES as u64) {
            return Err(MediaError::TooLarge);
        }
        let url = about.get("url").and_then(Value::as_str).unwrap_or_default();
        // The token goes along: over TLS, or to where it is sent anyway.
        if !url.starts_with("https://") && origin(url) != origin(&self.base) {
            return Err(MediaError::Gone("no address to fetch it from".into()));
        }
        let answer = self.call(self.http.get(url)).await.map_err(media_error)?;
        read(answer, MAX_FILE_BYTES).await.map_err(|e| e.map_or(MediaError::TooLarge, MediaError::Later))
    }

    /// What Meta knows about our number.
    pub(crate) async fn line(&self) -> Result<Line, LineError> {
        let url = format!("{}/{}?fields=display_phone_number,verified_name", self.base, self.phone_number_id);
        let about = self.json(self.http.get(url)).await.map_err(|trouble| match trouble {
            Trouble::NotSent(why) | Trouble::NoAnswer(why) => LineError::Unreachable(why),
            Trouble::Refused { status, code, .. } if is_about_the_token(status, code) => LineError::Token(told(status, code)),
            Trouble::Refused { status, .. } if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                LineError::Number(self.phone_number_id.clone())
            }
            Trouble::Refused { status, code, .. } => LineError::Unreachable(told(status, code)),
        })?;
        let field = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Line { display_number: field("display_phone_number"), verified_name: field("verified_name") })
    }

    async fn json(&self, request: RequestBuilder) -> Result<Value, Trouble> {
        let answer = self.call(request).await?;
        let bytes = read(answer, MAX_ANSWER).await.map_err(|e| Trouble::NoAnswer(e.unwrap_or_else(|| "the answer is too long".into())))?;
        serde_json::from_slice(&bytes).map_err(|_| Trouble::NoAnswer("the answer is no JSON".into()))
    }

    async fn call(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let answer = request.bearer_auth(self.token.expose_secret()).send().await.map_err(|error| {
            let sent = !(error.is_connect() || error.is_builder());
            let why = cause(error);
            if sent { Trouble::NoAnswer(why) } else { Trouble::NotSent(why) }
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let after = answer.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse::<u32>().ok());
        let body = read(answer, MAX_ANSWER).await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = body.pointer("/error/code").and_then(Value::as_i64);
        Err(Trouble::Refused { status, code, after: after.map(|s| chrono::Duration::seconds(s.min(3600).into())) })
    }
}

/// `scheme://host:port`.
fn origin(url: &str) -> Option<&str> {
    let host = url.find("://")? + 3;
    let end = url.get(host..)?.find('/').map_or(url.len(), |at| host + at);
    url.get(..end)
}

/// The whole body; `Err(None)`: it is longer than this.
async fn read(mut answer: Response, limit: usize) -> Result<Vec<u8>, Option<String>> {
    let mut taken = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| Some(cause(e)))? {
        if taken.len() + chunk.len() > limit {
            return Err(None);
        }
        taken.extend_from_slice(&chunk);
    }
    Ok(taken)
}

/// The innermost reason, without the address: a file's address is a secret of its own.
fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", PATIENCE.as_secs());
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn told(status: StatusCode, code: Option<i64>) -> String {
    match code {
        Some(code) => format!("HTTP {}, code {code}", status.as_u16()),
        None => format!("HTTP {}", status.as_u16()),
    }
}

fn is_about_the_token(status: StatusCode, code: Option<i64>) -> bool {
    status == StatusCode::UNAUTHORIZED || matches!(code, Some(0 | 3 | 10 | 190 | 200..=299))
}

/// Why a person can't be written to, by code, where we know better words than a number.
pub(crate) fn reason(code: i64) -> String {
    let why = match code {
        131_047 => "more than 24 hours have passed since the person last wrote; only an approved template may be sent",
        131_026 => "WhatsApp can't reach the person (no account, an old app, or the terms not accepted)",
        131_030 => "the number is not on the list of a test account's recipients",
        131_049 | 130_472 => "Meta holds this message back from the person",
        131_050 => "the person has stopped messages of this kind",
        131_051 => "WhatsApp doesn't take this kind of message",
        131_053 | 131_052 => "the file can't be passed on",
        131_056 => "too many messages to this person in a short time",
        130_429 | 80_007 | 4 => "too many messages in a short time",
        131_042 => "Meta's account has a problem with payment",
        131_031 | 368 => "Meta has locked the account",
        _ => return format!("Meta refused it (code {code})"),
    };
    format!("{why} (code {code})")
}

fn channel_error(trouble: Trouble) -> ChannelError {
    match trouble {
        Trouble::NotSent(reason) => ChannelError::Retry { reason, after: None },
        Trouble::NoAnswer(reason) => ChannelError::Unknown { reason },
        Trouble::Refused { status, code, after } => {
            let why = code.map_or_else(|| told(status, None), reason);
            match (status, code) {
                (_, Some(131_056)) => ChannelError::Retry { reason: why, after: after.or(Some(PAIR_LIMIT_PAUSE)) },
                (_, Some(4 | 80_007 | 130_429 | 131_048)) => ChannelError::Retry { reason: why, after: after.or(Some(NUMBER_LIMIT_PAUSE)) },
                // Meta's own trouble, which comes with status 400 or 500.
                (_, Some(1 | 2 | 131_000 | 131_016 | 131_057 | 133_004)) => ChannelError::Retry { reason: why, after },
                (status, code) if is_about_the_token(status, code) => {
                    tracing::error!(
                        status = status.as_u16(),
                        code,
                        "Meta refuses WHATSAPP_TOKEN: nothing can be sent on WhatsApp until it is replaced"
                    );
                    ChannelError::Refused { reason: why }
                }
                (status, _) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                    ChannelError::Retry { reason: why, after }
                }
                _ => ChannelError::Refused { reason: why },
            }
        }
    }
}

fn media_error(trouble: Trouble) -> MediaError {
    match trouble {
        Trouble::NotSent(why) | Trouble::NoAnswer(why) => MediaError::Later(why),
        Trouble::Refused { status, code, .. } => {
            let why = told(status, code);
            let later = status.is_server_error()
                || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
                || is_about_the_token(status, code)
                || matches!(code, Some(1 | 2 | 4 | 80_007 | 130_429 | 131_000 | 131_016));
            if later { MediaError::Later(why) } else { MediaError::Gone(why) }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn an_errors_code_says_what_to_do_next() {
        let refused = |status: u16, code: Option<i64>| {
            let status = StatusCode::from_u16(status).unwrap();
            match channel_error(Trouble::Refused { status, code, after: None }) {
                ChannelError::Retry { after, .. } => format!("retry {}", after.map_or(0, |a| a.num_seconds())),
                ChannelError::Refused { .. } => "refused".into(),
                other => other.to_string(),
            }
        };
        for (status, code, next) in [
            (400, Some(131_047), "refused"),
            (400, Some(131_026), "refused"),
            (400, Some(131_051), "refused"),
            (400, Some(100), "refused"),
            (400, Some(131_056), "retry 6"),
            (429, Some(130_429), "retry 30"),
            (400, Some(80_007), "retry 30"),
            (400, Some(131_016), "retry 0"),
            (500, Some(131_000), "retry 0"),
            (401, Some(190), "refused"),
            (403, Some(10), "refused"),
            (502, None, "retry 0"),
            (429, None, "retry 0"),
            (404, None, "refused"),
            (302, None, "refused"),
        ] {
            assert_eq!(refused(status, code), next, "{status} {code:?}");
        }
        assert!(matches!(channel_error(Trouble::NotSent("x".into())), ChannelError::Retry { .. }));
        assert!(matches!(channel_error(Trouble::NoAnswer("x".into())), ChannelError::Unknown { .. }));
    }

    #[test]
    fn a_file_that_may_come_later_is_not_given_up() {
        let got = |status: u16, code| media_error(Trouble::Refused { status: StatusCode::from_u16(status).unwrap(), code, after: None });
        for (status, code) in [(500, None), (429, None), (401, Some(190)), (400, Some(131_016))] {
            assert!(matches!(got(status, code), MediaError::Later(_)), "{status} {code:?}");
        }
        for (status, code) in [(404, None), (400, Some(100)), (302, None)] {
            assert!(matches!(got(status, code), MediaError::Gone(_)), "{status} {code:?}");
        }
    }

    #[test]
    fn the_token_goes_nowhere_else() {
        assert_eq!(origin("http://127.0.0.1:9/v1"), origin("http://127.0.0.1:9/file/7"));
        assert_ne!(origin("http://127.0.0.1:9/v1"), origin("http://127.0.0.1:90/v1"));
        assert_eq!(origin("https://graph.example"), Some("https://graph.example"));
        assert_eq!(origin(""), None);
    }
}
