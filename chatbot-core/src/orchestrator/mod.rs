//! Events for the systems around the bot, handed over after commit, at least once, with a stable id.

#[cfg(feature = "webhook")]
pub mod webhook;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::fault::Fault;

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventKind {
    /// A prescreen was submitted; the payload carries application, contact and answers whole.
    #[serde(rename = "CHAT_PRESCREEN_COMPLETED")]
    PrescreenCompleted,
    /// A person is needed.
    #[serde(rename = "CHAT_ESCALATION")]
    Escalation,
}

impl EventKind {
    /// The name on the wire, in the database and in scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrescreenCompleted => "CHAT_PRESCREEN_COMPLETED",
            Self::Escalation => "CHAT_ESCALATION",
        }
    }
}

/// A row of `events`, as a sink receives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatEvent {
    /// Stable over repeated deliveries: dedupe by it.
    pub id: Uuid,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// In which conversation.
    pub session_id: Uuid,
    /// About which application.
    pub application_id: Option<Uuid>,
    /// Everything a receiver needs without asking back.
    pub payload: Value,
    /// When it was committed.
    pub created_at: DateTime<Utc>,
}

/// Why a sink did not take an event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// Worth another try, with back-off.
    #[error("event sink is unavailable: {0}")]
    Retry(String),
    /// Never will be taken; it is logged and left.
    #[error("event sink refused the event: {0}")]
    Refused(String),
}

/// Where events go. Called after commit, at least once each.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait EventSink: Send + Sync {
    /// Takes one event. A sink that has seen its id already answers `Ok`.
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError>;
}

/// The default: writes one log line without personal data.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogSink;

#[async_trait]
impl EventSink for LogSink {
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError> {
        tracing::info!(event = event.kind.as_str(), id = %event.id, session = %event.session_id, "event");
        Ok(())
    }
}

/// What handing events over needs of a store.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Events not yet taken by the sink and due, oldest first, with the tries so far.
    async fn events_due(&self, limit: i64) -> Result<Vec<(ChatEvent, i64)>, Fault>;
    /// Notes what came of a try. `retry_after` none and not delivered: never again.
    async fn settle_event(&self, id: Uuid, delivered: bool, attempts: i64, retry_after: Option<Duration>) -> Result<(), Fault>;
}

/// Hands all events that are due to the sink; answers how many were tried.
pub async fn deliver_events(store: &dyn EventStore, sink: &dyn EventSink) -> Result<usize, Fault> {
    let mut tried = 0;
    loop {
        let due = store.events_due(64).await?;
        if due.is_empty() {
            return Ok(tried);
        }
        for (event, attempts) in due {
            tried += 1;
            match sink.deliver(&event).await {
                Ok(()) => store.settle_event(event.id, true, attempts + 1, None).await?,
                Err(SinkError::Retry(problem)) => {
                    tracing::warn!(event = %event.id, problem, "event will be delivered again");
                    let after = Duration::seconds(2_i64 << attempts.clamp(0, 10));
                    store.settle_event(event.id, false, attempts + 1, Some(after)).await?;
                }
                Err(SinkError::Refused(problem)) => {
                    tracing::error!(event = %event.id, problem, "event refused for good");
                    store.settle_event(event.id, false, attempts + 1, None).await?;
                }
            }
        }
    }
}
