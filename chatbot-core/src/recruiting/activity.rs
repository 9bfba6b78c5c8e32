//! The activity log: what happened, who did it. Append-only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A row of `activity_logs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id.
    pub id: Uuid,
    /// What happened, such as `session_opened`, `answer_recorded`, `takeover`, `CHAT_PRESCREEN_COMPLETED`.
    #[serde(rename = "type")]
    pub activity_type: String,
    /// `candidate`, `bot`, `recruiter`, `system`.
    pub actor_type: String,
    /// The person's user id or name, for recruiters.
    pub actor: Option<String>,
    /// In which conversation.
    pub session_id: Option<Uuid>,
    /// About which application.
    pub application_id: Option<Uuid>,
    /// About whom.
    pub candidate_id: Option<Uuid>,
    /// What is needed to understand it: both values of a changed answer, for one.
    pub detail: Value,
    /// When.
    pub created_at: DateTime<Utc>,
}
