//! Consent, and what is left of an erasure.

mod erasure;
mod logs;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use erasure::{Erasure, ErasureReason, Retained};
pub use logs::may_be_logged;

/// What was agreed to or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConsentKind {
    /// The prescreen for one job.
    Prescreen,
    /// Being considered for other jobs.
    OtherJobs,
    /// Receiving messages at all.
    Messages,
}

impl ConsentKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prescreen => "prescreen",
            Self::OtherJobs => "other_jobs",
            Self::Messages => "messages",
        }
    }
}

/// A row of `consents`: one decision of one person about one text. Never changed; a new decision is a new row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub candidate_id: Uuid,
    /// In which conversation.
    pub session_id: Option<Uuid>,
    /// To what.
    pub kind: ConsentKind,
    /// Given, or refused / taken back.
    pub given: bool,
    /// Which text they saw: the template's name and a hash of its words.
    pub text_version: String,
    /// When.
    pub created_at: DateTime<Utc>,
}
