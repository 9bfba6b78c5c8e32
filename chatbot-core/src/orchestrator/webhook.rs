//! Events as signed webhooks, the way <https://www.standardwebhooks.com> writes them down.
//!
//! ```text
//! POST ORCHESTRATOR_WEBHOOK_URL
//! webhook-id: 0198…            the event's id, the same in every try: dedupe by it
//! webhook-timestamp: 1795424400   when this try was signed, unix seconds
//! webhook-signature: v1,K5oZ…     base64(HMAC-SHA-256(key, id.timestamp.body))
//! {"type": "CHAT_ESCALATION", "timestamp": "2026-11-23T09:00:00Z", "data": {…}}
//! ```
//!
//! Any 2xx takes the event, 410 refuses it for good; everything else is tried again, at growing intervals, for three
//! days after the event. What the receiver says besides the status is not looked at.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{ChatEvent, EventSink, SinkError};
use crate::clock::Clock;

/// How long the receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What is read of an answer, so that its connection can be used again.
const MOST_ANSWER: usize = 64 * 1024;
/// After this long an event that nobody took is given up.
const KEPT_TRYING: chrono::Duration = chrono::Duration::days(3);
/// What stands before the key in a secret.
const PREFIX: &str = "whsec_";
/// Bytes a key may have, as the specification says.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Why there can be no webhook. Names the variable, the problem and an example, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}; example: {variable}={example}")]
pub struct WebhookError {
    /// `ORCHESTRATOR_WEBHOOK_URL` or `ORCHESTRATOR_WEBHOOK_SECRET`.
    pub variable: &'static str,
    /// What is wrong with it.
    pub problem: String,
    /// What would do.
    pub example: &'static str,
}

impl WebhookError {
    fn url(problem: impl Into<String>) -> Self {
        Self { variable: "ORCHESTRATOR_WEBHOOK_URL", problem: problem.into(), example: "https://hooks.example.org/chatbot" }
    }

    fn secret(problem: impl Into<String>) -> Self {
        Self { variable: "ORCHESTRATOR_WEBHOOK_SECRET", problem: problem.into(), example: "whsec_$(openssl rand -base64 32)" }
    }
}

/// Where a webhook goes and what signs it, checked. Needs no network and no TLS yet.
#[derive(Clone)]
pub struct WebhookTarget {
    url: Url,
    key: SecretSlice<u8>,
}

impl std::fmt::Debug for WebhookTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A path or query may hold a secret of the receiver's.
        f.debug_struct("WebhookTarget").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl WebhookTarget {
    /// From `ORCHESTRATOR_WEBHOOK_URL` and `ORCHESTRATOR_WEBHOOK_SECRET`; `None` where neither is set.
    ///
    /// # Errors
    /// One without the other; an address that isn't http or https, or is plain http to a public host (events hold names and
    /// answers); a secret that is not base64 of 24 to 64 bytes, with or without `whsec_` before it.
    pub fn from_settings(url: Option<&str>, secret: Option<&SecretString>) -> Result<Option<Self>, WebhookError> {
        match (url, secret) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(WebhookError::url("is not set, but its secret is")),
            (Some(_), None) => Err(WebhookError::secret("is not set: events are not sent unsigned")),
            (Some(url), Some(secret)) => Ok(Some(Self { url: address(url)?, key: key(secret)? })),
        }
    }

    /// `v1,` and the signature of a message, as the header has it.
    ///
    /// # Errors
    /// None in practice: the key was checked.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> Result<String, SinkError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose_secret())
            .map_err(|_| SinkError::Refused("ORCHESTRATOR_WEBHOOK_SECRET can't sign".into()))?;
        for part in [id, ".", &timestamp.to_string(), ".", body] {
            mac.update(part.as_bytes());
        }
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// Sends each event as one signed POST.
#[derive(Clone)]
pub struct WebhookSink {
    target: WebhookTarget,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for WebhookSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSink").field("target", &self.target).finish_non_exhaustive()
    }
}

impl WebhookSink {
    /// A client that does as a sender should: follows no redirect. Its process must have installed a TLS provider.
    ///
    /// # Errors
    /// When no TLS provider or no root certificates are there.
    pub fn client() -> Result<Client, reqwest::Error> {
        Client::builder().redirect(redirect::Policy::none()).connect_timeout(TIMEOUT).build()
    }

    /// Sends over this client, which must follow no redirects: an event is for the address that was configured and no other.
    pub fn new(target: WebhookTarget, client: Client, clock: Arc<dyn Clock>) -> Self {
        Self { target, client, clock }
    }

    async fn send(&self, event: &ChatEvent) -> Result<StatusCode, SinkError> {
        let body = body(event).to_string();
        let (id, now) = (event.id.to_string(), self.clock.now().timestamp());
        let request = self
            .client
            .post(self.target.url.clone())
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", self.target.sign(&id, now, &body)?)
            .body(body);
        // Without its address, which may hold a secret.
        let mut answer = request.send().await.map_err(|e| SinkError::Retry(in_one_line(&e.without_url())))?;
        let status = answer.status();
        let mut left = MOST_ANSWER;
        while let Ok(Some(chunk)) = answer.chunk().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                break;
            }
        }
        Ok(status)
    }
}

#[async_trait]
impl EventSink for WebhookSink {
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError> {
        let problem = match self.send(event).await {
            Ok(status) if status.is_success() => return Ok(()),
            Ok(StatusCode::GONE) => return Err(SinkError::Refused("the webhook's receiver answered 410: it wants no more events".into())),
            Ok(status) if status.is_redirection() => format!("the webhook's receiver answered {status}, and redirects are not followed"),
            Ok(status) => format!("the webhook's receiver answered {status}"),
            Err(SinkError::Retry(problem)) => format!("the webhook's receiver can't be reached: {problem}"),
            Err(refused) => return Err(refused),
        };
        if self.clock.now() - event.created_at >= KEPT_TRYING {
            return Err(SinkError::Refused(format!("given up after three days: {problem}")));
        }
        Err(SinkError::Retry(problem))
    }
}

/// What is sent: the specification's three keys, ours under `data`. The same in every try.
fn body(event: &ChatEvent) -> Value {
    let mut data = event.payload.clone();
    if let Some(map) = data.as_object_mut() {
        map.insert("event_id".into(), json!(event.id));
        map.insert("session_id".into(), json!(event.session_id));
        map.insert("application_id".into(), json!(event.application_id));
    }
    json!({"type": event.kind.as_str(), "timestamp": event.created_at, "data": data})
}

/// An error with what caused it, which says more than the error does.
fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text.replace('\n', " ")
}

fn address(text: &str) -> Result<Url, WebhookError> {
    let url = Url::parse(text.trim()).map_err(|_| WebhookError::url("is not a web address"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_near(&url) => Ok(url),
        "http" => Err(WebhookError::url("is plain http to a public host, and events hold names and answers: use https")),
        _ => Err(WebhookError::url("is not an http or https address")),
    }
}

/// This machine, a private network, or a name without a dot (a service beside this one).
fn is_near(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => !host.contains('.'),
    }
}

fn key(secret: &SecretString) -> Result<SecretSlice<u8>, WebhookError> {
    let text = secret.expose_secret().trim();
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let key = STANDARD.decode(text).map_err(|_| WebhookError::secret("is not base64, with or without `whsec_` before it"))?;
    if !KEY_BYTES.contains(&key.len()) {
        return Err(WebhookError::secret(format!("has {} bytes instead of 24 to 64", key.len())));
    }
    Ok(SecretSlice::from(key))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn target(url: &str, secret: &str) -> Result<WebhookTarget, WebhookError> {
        WebhookTarget::from_settings(Some(url), Some(&secret.into())).map(Option::unwrap)
    }

    #[test]
    fn a_message_is_signed_as_the_specifications_own_example() {
        for secret in [SECRET.to_owned(), format!("whsec_{SECRET}")] {
            let signed = target("https://example.org", &secret).unwrap().sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#,
            );
            assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_and_never_shown() {
        let short = STANDARD.encode([7; 23]);
        for (url, secret, variable) in [
            ("https://example.org", "", "ORCHESTRATOR_WEBHOOK_SECRET"),
            ("https://example.org", "hunter2 hunter2", "ORCHESTRATOR_WEBHOOK_SECRET"),
            ("https://example.org", &short, "ORCHESTRATOR_WEBHOOK_SECRET"),
            ("example.org/hunter2", SECRET, "ORCHESTRATOR_WEBHOOK_URL"),
            ("ftp://example.org/hunter2", SECRET, "ORCHESTRATOR_WEBHOOK_URL"),
            ("http://example.org/hunter2", SECRET, "ORCHESTRATOR_WEBHOOK_URL"),
            ("http://8.8.8.8/hunter2", SECRET, "ORCHESTRATOR_WEBHOOK_URL"),
        ] {
            let said = target(url, secret).unwrap_err().to_string();
            assert!(said.starts_with(&format!("{variable}: ")) && said.contains("; example: "), "{said}");
            assert!(!said.contains("hunter2") && !said.contains(&short), "{said}");
        }
        let alone = WebhookTarget::from_settings(Some("https://example.org"), None).unwrap_err();
        assert_eq!(alone.variable, "ORCHESTRATOR_WEBHOOK_SECRET");
        assert_eq!(WebhookTarget::from_settings(None, Some(&SECRET.into())).unwrap_err().variable, "ORCHESTRATOR_WEBHOOK_URL");
        assert!(WebhookTarget::from_settings(None, None).unwrap().is_none());
        for near in ["http://127.0.0.1:9", "http://localhost:9/x", "http://[::1]:9", "http://10.1.2.3", "http://orchestrator:8000/in"] {
            let shown = format!("{:?}", target(near, SECRET).unwrap());
            assert!(!shown.contains(SECRET) && !shown.contains("/x"), "{shown}");
        }
    }
}
