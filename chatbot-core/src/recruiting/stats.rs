//! The dashboard's figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Counts over the whole database; applications are counted from consent on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Sessions that are not closed.
    pub chat_sessions_active: i64,
    /// Inbox entries handled by a committed turn.
    pub messages_processed: i64,
    /// Sessions with work due.
    pub worker_queue_length: i64,
    /// Rows waiting to be sent.
    pub outbox_ready: i64,
    /// Actions that wait for a person.
    pub actions_open: i64,
    /// Open actions by type.
    pub actions_by_type: BTreeMap<String, i64>,
    /// Applications by status.
    pub applications_by_status: BTreeMap<String, i64>,
    /// Applications with a failed must-have.
    pub must_have_failed: i64,
    /// What models took.
    pub models: ModelFigures,
}

/// What models took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallSums {
    /// Calls.
    pub calls: i64,
    /// Of these, calls that gave neither an answer nor a plain "I don't know".
    pub failed: i64,
    /// Tokens asked.
    pub input_tokens: i64,
    /// Tokens answered.
    pub output_tokens: i64,
    /// In millionths of a US dollar, as far as prices are known.
    pub cost_microusd: i64,
    /// Calls whose price is not known: they cost more than nothing and stand in no sum.
    pub unpriced: i64,
    /// The time of all calls, in milliseconds.
    pub latency_ms: i64,
}

/// By what calls are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallsBy {
    /// Slot, provider and model.
    Slot,
    /// The same, of one job's calls.
    SlotOfJob(uuid::Uuid),
    /// Job.
    Job,
    /// Conversation.
    Session,
}

/// Calls of one slot, job or conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallGroup {
    /// The slot's number, where it is a slot's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<i64>,
    /// The provider's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The job's or the session's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
    /// What they took.
    #[serde(flatten)]
    pub sums: CallSums,
}

/// What models took, of the last thirty days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelFigures {
    /// All together.
    pub total: CallSums,
    /// By slot, provider and model.
    pub slots: Vec<CallGroup>,
    /// By job, the dearest first; the first fifty.
    pub jobs: Vec<CallGroup>,
    /// By conversation, the dearest first; the first fifty.
    pub sessions: Vec<CallGroup>,
}

impl CallSums {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            failed: self.failed + other.failed,
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cost_microusd: self.cost_microusd + other.cost_microusd,
            unpriced: self.unpriced + other.unpriced,
            latency_ms: self.latency_ms + other.latency_ms,
        }
    }
}
