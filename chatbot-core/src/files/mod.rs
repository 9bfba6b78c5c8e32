//! Files candidates send. Rows of the database by default.

pub mod sniff;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fault::Fault;

/// The largest file taken, in bytes.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;

/// Reads files back: all that a skill may do with them.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Files: Send + Sync {
    /// A file with its bytes; `None` once it is gone.
    async fn file(&self, id: Uuid) -> Result<Option<(StoredFile, Vec<u8>)>, Fault>;
}

/// A file on its way in.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its row.
    pub row: StoredFile,
    /// Its bytes.
    pub bytes: std::sync::Arc<[u8]>,
    /// Files one session may hold.
    pub max_files: i64,
}

/// A row of `files`, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its id; the name it was sent under is never a path of ours.
    pub id: Uuid,
    /// In which conversation.
    pub session_id: Uuid,
    /// Whose.
    pub candidate_id: Option<Uuid>,
    /// The name it was sent under.
    pub name: String,
    /// The type its bytes show, not the one claimed.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Hexadecimal.
    pub sha256: String,
    /// When it came.
    pub created_at: DateTime<Utc>,
}
