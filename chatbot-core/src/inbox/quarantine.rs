//! What a channel brought and nobody could read: kept for a while, so that somebody can look.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Bytes of a body that are kept.
pub const MAX_BODY: usize = 64 * 1024;

/// A row of `quarantine`: an update that was authentic and could not be read. Its body may hold what a person wrote, so
/// it goes after a week and is shown in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its id.
    pub id: Uuid,
    /// `telegram`, `whatsapp`, or a host's own.
    pub platform: String,
    /// Which of our accounts there.
    pub account: String,
    /// Why it could not be read, in a word or two of ours; never words of the body.
    pub reason: String,
    /// The body's first [`MAX_BODY`] bytes.
    pub body: Vec<u8>,
    /// The whole body's size in bytes.
    pub size: i64,
    /// The whole body's SHA-256: the same body is kept once an account.
    pub sha256: Vec<u8>,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for Quarantined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Quarantined")
            .field("id", &self.id)
            .field("platform", &self.platform)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
