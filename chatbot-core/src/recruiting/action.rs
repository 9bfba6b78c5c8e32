//! The action queue: what needs a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Why a person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ActionType {
    /// A must-have scored below 1: a person reads it and decides.
    MustHaveFailed,
    /// The candidate wants to talk to a person.
    HumanRequested,
    /// The bot could not answer with confidence.
    LowConfidence,
    /// An answer was kept as written; a person reads it.
    UnreadAnswer,
    /// A salary in another currency than the rule's.
    CurrencyMismatch,
    /// A message failed for good.
    DeliveryFailed,
    /// A message crashed its turn and was set aside.
    Parked,
    /// A candidate waits for the person who took over.
    CandidateWaiting,
}

impl ActionType {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MustHaveFailed => "must_have_failed",
            Self::HumanRequested => "human_requested",
            Self::LowConfidence => "low_confidence",
            Self::UnreadAnswer => "unread_answer",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::DeliveryFailed => "delivery_failed",
            Self::Parked => "parked",
            Self::CandidateWaiting => "candidate_waiting",
        }
    }
}

impl ActionType {
    /// Whether the conversation itself waits for a person, so that the job's owner is told at once (`CHAT_ESCALATION`);
    /// the others are read when the application is.
    pub fn escalates(self) -> bool {
        matches!(self, Self::HumanRequested | Self::LowConfidence | Self::Parked | Self::CandidateWaiting)
    }
}

/// Whether someone has dealt with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionStatus {
    /// Waits for a person.
    Open,
    /// Dealt with.
    Resolved,
}

impl ActionStatus {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }
}

/// A row of `action_queue`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Its id.
    pub id: Uuid,
    /// Why.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// Open or resolved.
    pub status: ActionStatus,
    /// In which conversation.
    pub session_id: Option<Uuid>,
    /// About which application.
    pub application_id: Option<Uuid>,
    /// About which question, if it is about one.
    pub question_id: Option<Uuid>,
    /// What a person needs to know to act.
    pub payload: Value,
    /// When it was filed.
    pub created_at: DateTime<Utc>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// By whom.
    pub resolved_by: Option<String>,
    /// What they said about it.
    pub resolution: Option<String>,
}
