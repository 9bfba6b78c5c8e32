//! Delivery to channels outside this process, as a state machine: ready → sending → sent | failed | cancelled | unknown.

pub mod deliver;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::message::{ChatMessage, Delivery, Sender};
use crate::session::Session;

/// A row of `outbox`: one message on its way to one channel. Web and terminal messages have none; they are read from the history.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub session_id: Uuid,
    /// The message.
    pub message_id: Uuid,
    /// The message's number: rows of a session go out in this order.
    pub seq: i64,
    /// Which channel.
    pub platform: String,
    /// Which of our accounts there.
    pub account: String,
    /// The person there.
    pub recipient: String,
    /// Where it stands.
    pub state: Delivery,
    /// The session's control epoch when it was written; a bot's row of an older epoch is not sent.
    pub control_epoch: i64,
    /// Tries so far.
    pub attempts: i64,
    /// When to try (again).
    pub next_at: DateTime<Utc>,
    /// The sender lease it is being sent under.
    pub lease_boot: Option<Uuid>,
    /// That lease's number.
    pub lease_n: i64,
    /// The channel's id of the sent message.
    pub provider_ref: Option<String>,
    /// Why it failed, without personal data.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it came to rest.
    pub settled_at: Option<DateTime<Utc>>,
    /// Who says it; joined from the message when rows are read.
    pub sender: Sender,
    /// The message, joined when rows are read for sending: content.
    pub content: String,
    /// The message's metadata.
    pub metadata: Value,
}

/// Whether a platform's messages are read from the history by the client itself; others are delivered by an adapter.
pub fn is_pulled(platform: &str) -> bool {
    matches!(platform, "web" | "cli")
}

impl OutboxRow {
    /// A row for a message that waits to be sent.
    pub fn new(id: Uuid, session: &Session, message: &ChatMessage, now: DateTime<Utc>) -> Self {
        Self {
            id,
            session_id: session.id,
            message_id: message.id,
            seq: message.seq,
            platform: session.platform.clone(),
            account: session.account.clone(),
            recipient: session.platform_user_id.clone(),
            state: Delivery::Ready,
            control_epoch: session.control_epoch,
            attempts: 0,
            next_at: now,
            lease_boot: None,
            lease_n: 0,
            provider_ref: None,
            error: None,
            created_at: now,
            settled_at: None,
            sender: message.sender,
            content: message.content.clone(),
            metadata: message.metadata.clone(),
        }
    }
}
