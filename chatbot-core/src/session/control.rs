//! Who speaks: the bot, or a person who took over.

use async_trait::async_trait;
use serde::Serialize;
use uuid::Uuid;

use super::SessionError;
use crate::message::Outgoing;

/// How control stands after a takeover or release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Control {
    /// Whether the bot may speak.
    pub automation_enabled: bool,
    /// Messages that were on the wire at that moment and cannot be recalled; ask again until 0.
    pub in_flight: i64,
}

/// Who asks, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The user, if a person.
    pub user_id: Option<Uuid>,
    /// What candidates and logs see.
    pub name: String,
}

/// What takeover and release need of a store.
#[async_trait]
pub trait ControlStore: Send + Sync {
    /// In one transaction: control = human, the fence moves, the bot's unsent rows are cancelled, the notice is said.
    /// Repeated: only `in_flight` is reported anew.
    async fn takeover(&self, session_id: Uuid, by: Who, notice: Outgoing) -> Result<Control, SessionError>;
    /// In one transaction: control = bot, the fence moves, the notice is said, an entry asks for the pending question again.
    async fn release(&self, session_id: Uuid, by: Who, notice: Outgoing) -> Result<Control, SessionError>;
}
