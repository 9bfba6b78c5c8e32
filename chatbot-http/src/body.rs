//! Reading a request's body within bounds of size and time.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt;

use crate::problem::{Answer, Problem};

/// The largest JSON body.
pub(crate) const MAX_JSON_BYTES: usize = 1024 * 1024;

/// How long a body may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Of a body that is too large, so much is still read and thrown away: most clients read no answer before they have written all.
const DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// The whole body, if it is not larger than `limit` and comes within [`PATIENCE`].
pub(crate) async fn read(body: Body, limit: usize) -> Answer<Bytes> {
    tokio::time::timeout(PATIENCE, collect(body, limit)).await.unwrap_or_else(|_| Err(too_slow()))
}

async fn collect(body: Body, limit: usize) -> Answer<Bytes> {
    let mut stream = body.into_data_stream();
    let mut taken = Vec::new();
    let mut seen = 0_usize;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| cut_off())?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            taken.extend_from_slice(&chunk);
        } else if seen > DRAINED_BYTES {
            break;
        }
    }
    if seen > limit { Err(too_large(limit)) } else { Ok(taken.into()) }
}

/// Refuses bodies of another media type than wanted, and compressed ones.
pub(crate) fn expect_type(headers: &HeaderMap, wanted: fn(&str) -> bool, words: &'static str) -> Answer<()> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes() != b"identity") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding", "Send the body uncompressed."));
    }
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if wanted(&essence) { Ok(()) } else { Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", words)) }
}

/// 413.
pub(crate) fn too_large(limit: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("At most {limit} bytes are taken."))
}

/// 408.
pub(crate) fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "The body took too long to arrive.")
}

/// 400: the connection broke in the middle.
pub(crate) fn cut_off() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", "The body ended before it was complete.")
}
