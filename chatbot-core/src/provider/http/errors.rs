//! The library's errors as ours: which say what to do next, and quote nothing.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::provider::ProviderError;

pub(super) fn of(error: &genai::Error) -> ProviderError {
    use genai::Error as E;
    if let Some(status) = status(error) {
        return of_status(status, headers(error));
    }
    match error {
        E::WebModelCall { webc_error, .. } | E::WebAdapterCall { webc_error, .. } => match webc_error {
            genai::webc::Error::Reqwest(error) => ProviderError::Unavailable(unreached(error)),
            genai::webc::Error::ResponseFailedNotJson { .. } => ProviderError::BadAnswer("it is not JSON, and does not say that it is".into()),
            _ => ProviderError::BadAnswer("it is no JSON".into()),
        },
        E::WebStream { .. } => ProviderError::Unavailable("the stream broke off".into()),
        E::ChatResponse { body, .. } => in_stream(body),
        E::ChatResponseGeneration { .. } | E::NoChatResponse { .. } | E::InvalidJsonResponseElement { .. } | E::StreamParse { .. } => {
            ProviderError::BadAnswer("it has not the form it should have".into())
        }
        E::JsonValueExt(_) | E::SerdeJson(_) => ProviderError::BadAnswer("it has not the form it should have".into()),
        E::RequiresApiKey { .. } | E::NoAuthData { .. } | E::NoAuthResolver { .. } => ProviderError::Denied("it wants a key".into()),
        _ => ProviderError::Unavailable("the call could not be made".into()),
    }
}

/// A stream wraps what its start was answered with.
fn status(error: &genai::Error) -> Option<StatusCode> {
    error.status().or_else(|| match error {
        genai::Error::WebStream { error, .. } => error.downcast_ref::<genai::Error>().and_then(genai::Error::status),
        _ => None,
    })
}

fn headers(error: &genai::Error) -> Option<&HeaderMap> {
    error.headers().or_else(|| match error {
        genai::Error::WebStream { error, .. } => error.downcast_ref::<genai::Error>().and_then(genai::Error::headers),
        _ => None,
    })
}

fn of_status(status: StatusCode, headers: Option<&HeaderMap>) -> ProviderError {
    let said = format!("status {}", status.as_u16());
    let wait = || headers.and_then(retry_after);
    match status.as_u16() {
        401 | 402 | 403 | 404 | 405 => ProviderError::Denied(said),
        429 => ProviderError::Limited { problem: said, retry_after: wait() },
        // Some say when they will be back.
        503 | 529 if wait().is_some() => ProviderError::Limited { problem: said, retry_after: wait() },
        408 | 409 | 425 => ProviderError::Unavailable(said),
        400..=499 => ProviderError::Refused(said),
        300..=399 => ProviderError::Denied(format!("{said}: it points elsewhere")),
        _ => ProviderError::Unavailable(said),
    }
}

/// Seconds; what names a day is left to the usual wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let millis = headers.get("retry-after-ms").and_then(|v| v.to_str().ok()?.trim().parse::<f64>().ok()).map(|ms| ms / 1000.0);
    let seconds = millis.or_else(|| headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<f64>().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// An error that came as an event, after a status that promised better.
fn in_stream(body: &serde_json::Value) -> ProviderError {
    let kind = body.get("type").or_else(|| body.pointer("/error/type")).and_then(serde_json::Value::as_str).unwrap_or_default();
    match kind {
        "rate_limit_error" | "rate_limit_exceeded" => ProviderError::Limited { problem: "said in the stream".into(), retry_after: None },
        "authentication_error" | "permission_error" => ProviderError::Denied("said in the stream".into()),
        "invalid_request_error" => ProviderError::Refused("said in the stream".into()),
        _ => ProviderError::Unavailable("an error in the stream".into()),
    }
}

/// What a connection died of; never its address, which may hold a key.
fn unreached(error: &reqwest::Error) -> String {
    if error.is_connect() {
        "it can't be reached".into()
    } else if error.is_timeout() {
        "it said nothing for too long".into()
    } else if error.is_body() || error.is_decode() {
        "the answer broke off".into()
    } else {
        "the call broke off".into()
    }
}
