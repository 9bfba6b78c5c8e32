//! What is left of a person who was erased: a receipt that names nobody.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a person was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErasureReason {
    /// They asked for it in the chat.
    Asked,
    /// A person of the employer's did it.
    ByStaff,
    /// Nothing was heard of them for as long as they were told their data is kept.
    Retention,
}

impl ErasureReason {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::ByStaff => "by_staff",
            Self::Retention => "retention",
        }
    }

    /// Who acted, as the activity log says it.
    pub fn actor_type(self) -> &'static str {
        match self {
            Self::Asked => "candidate",
            Self::ByStaff => "recruiter",
            Self::Retention => "system",
        }
    }
}

/// A row of `erasures`: that somebody was erased, when, and how much it was. Whom, only a keyed hash tells, to those who
/// know the id already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Keyed hash of the candidate's id; not served.
    #[serde(skip)]
    pub candidate_hash: Vec<u8>,
    /// Why.
    pub reason: ErasureReason,
    /// The user who did it, if one did.
    pub erased_by: Option<Uuid>,
    /// Rows by table. `seen`: dedupe records that lost what they named and kept their hashes, so that a late retry
    /// brings nobody back.
    #[serde(rename = "rows")]
    pub deleted: BTreeMap<String, u64>,
    /// When.
    pub erased_at: DateTime<Utc>,
}

/// What a sweep by age did, or (dry) would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Retained {
    /// People erased.
    pub candidates: u64,
    /// Closed conversations deleted of people who never agreed, or were erased and have been told so.
    pub sessions: u64,
    /// Whether nothing was written.
    pub dry_run: bool,
}
