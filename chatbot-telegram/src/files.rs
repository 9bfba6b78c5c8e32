//! Fetching what a person sent as a file.

use std::time::Duration;

use chatbot_core::files::MAX_FILE_BYTES;
use serde_json::{Value, json};

use crate::api::{Api, ApiError, PATIENCE};
use crate::normalise::RemoteFile;

/// How long a file may take.
const DOWNLOAD: Duration = Duration::from_secs(30);
/// Tries before a person is asked to send it again.
const TRIES: u32 = 3;

/// What came of fetching a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// More than we take.
    TooLarge,
    /// It can't be had.
    Unavailable,
}

/// Fetches a file, with a few tries: nobody else's update waits long for it.
pub async fn fetch(api: &Api, file: &RemoteFile) -> Fetched {
    if file.size > MAX_FILE_BYTES as u64 {
        return Fetched::TooLarge;
    }
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(300 << attempt)).await;
        }
        match once(api, file).await {
            Ok(fetched) => return fetched,
            Err(ApiError::Refused { code, ref description, .. }) if code == 400 && description.contains("too big") => {
                return Fetched::TooLarge;
            }
            Err(error @ (ApiError::Refused { code: 400..=428, .. } | ApiError::Strange(_))) => {
                tracing::warn!(%error, "a file can't be fetched");
                return Fetched::Unavailable;
            }
            Err(error) => tracing::warn!(%error, attempt, "a file can't be fetched now"),
        }
    }
    Fetched::Unavailable
}

async fn once(api: &Api, file: &RemoteFile) -> Result<Fetched, ApiError> {
    let answer = api.call("getFile", &json!({"file_id": file.file_id}), PATIENCE).await?;
    // The path is put into an address: only what Telegram's paths are made of.
    let path = answer.get("file_path").and_then(Value::as_str).filter(|path| is_plain(path)).ok_or(ApiError::Strange(200))?;
    Ok(api.download(path, MAX_FILE_BYTES, DOWNLOAD).await?.map_or(Fetched::TooLarge, Fetched::Bytes))
}

fn is_plain(path: &str) -> bool {
    let fits = |part: &str| !part.is_empty() && part != "." && part != "..";
    path.len() <= 500
        && path.split('/').all(fits)
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-'))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_fetched() {
        assert!(is_plain("documents/file_12.pdf"));
        for odd in ["", "/etc/passwd", "../x", "a/../b", "a?b", "a%2e", "http://x/y", "a b"] {
            assert!(!is_plain(odd), "{odd}");
        }
    }
}
