//! `POST /webhooks/telegram`: 200 after commit. Whoever shows no secret, or a wrong one, learns nothing and leaves nothing.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use secrecy::ExposeSecret as _;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use crate::receive::Receiver;

/// Where it is mounted.
pub const PATH: &str = "/webhooks/telegram";
/// The header Telegram shows the secret in.
pub const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// Bytes of a body, at most.
const MAX_BODY: usize = 1024 * 1024;
/// How long a body may take to come.
const SLOWEST: Duration = Duration::from_secs(10);

/// The route by itself, for a host that mounts it under a path and layers of its own.
pub fn route<S: Clone + Send + Sync + 'static>(receiver: Receiver) -> MethodRouter<S> {
    post(take).with_state(receiver)
}

/// The route at its usual path.
pub fn router(receiver: Receiver) -> Router {
    Router::new().route(PATH, route(receiver))
}

async fn take(State(receiver): State<Receiver>, RawQuery(query): RawQuery, headers: HeaderMap, body: Body) -> Response {
    if !is_known(&receiver, &headers, query.as_deref()) {
        metrics::counter!("telegram_updates_total", "outcome" => "unauthorized").increment(1);
        return problem(StatusCode::UNAUTHORIZED, "unauthorized", "Show the webhook's secret.");
    }
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MAX_BODY) {
        return too_large();
    }
    let bytes = match tokio::time::timeout(SLOWEST, to_bytes(body, MAX_BODY)).await {
        Err(_) => return problem(StatusCode::REQUEST_TIMEOUT, "too_slow", "The body took too long."),
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            let long = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("length limit"));
            return if long { too_large() } else { problem(StatusCode::BAD_REQUEST, "broken_body", "The body broke off.") };
        }
    };
    match receiver.body(&bytes).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(fault) => {
            tracing::error!(%fault, "an update was not stored; Telegram brings it again");
            let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Nothing was stored. Try again.");
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
            response
        }
    }
}

/// Whether the caller shows our secret: in the header, in `?secret=`, or in both, and once in each. Compared over hashes
/// and in constant time, so that nothing is learnt from how long it takes.
fn is_known(receiver: &Receiver, headers: &HeaderMap, query: Option<&str>) -> bool {
    let Some(secret) = &receiver.telegram().config().webhook_secret else { return false };
    let in_header: Vec<&[u8]> = headers.get_all(SECRET_HEADER).iter().map(header::HeaderValue::as_bytes).collect();
    let in_query: Vec<&[u8]> =
        query.unwrap_or_default().split('&').filter_map(|pair| pair.strip_prefix("secret=")).map(str::as_bytes).collect();
    if in_header.len() > 1 || in_query.len() > 1 {
        return false;
    }
    let expected = Sha256::digest(secret.expose_secret().as_bytes());
    let shown: Vec<bool> = in_header.iter().chain(&in_query).map(|shown| Sha256::digest(shown).ct_eq(&expected).into()).collect();
    !shown.is_empty() && !shown.contains(&false)
}

fn too_large() -> Response {
    problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than 1 MiB.")
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "code": code});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests;
