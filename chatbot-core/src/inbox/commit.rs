//! A turn on its way into the store, and as it took effect.

use chrono::{DateTime, Utc};

use crate::message::ChatMessage;
use crate::outbox::OutboxRow;
use crate::session::{Fence, Session};
use crate::turn::Effects;

/// Everything a turn decided.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The session as claimed.
    pub session: Session,
    /// Its fence.
    pub fence: Fence,
    /// The last inbox number handled (the fence's own, when only timers were).
    pub upto: i64,
    /// What to do. Messages are already composed: one a channel message.
    pub effects: Effects,
    /// When the session's next timer is due, after the effects.
    pub next_timer: Option<DateTime<Utc>>,
    /// The lease's number of a sender of this process that stands ready: what is said may then be committed as being sent.
    pub sends: Option<i64>,
}

/// A turn that took effect.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The session afterwards.
    pub session: Session,
    /// What was said.
    pub messages: Vec<ChatMessage>,
    /// What was committed as being sent: whoever committed it sends it.
    pub sending: Option<OutboxRow>,
    /// Whether something waits to be sent by whoever holds the account.
    pub outbox: bool,
    /// Whether events wait to be delivered.
    pub events: bool,
}
