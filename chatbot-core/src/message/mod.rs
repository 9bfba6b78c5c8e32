//! The nouns every shell speaks: what comes in, what goes out, and the row both become.

pub mod inbound;
pub mod outbound;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use inbound::{Address, EntryKind, InboxEntry, Person};
pub use outbound::{Button, Expects, MessageMeta, Outgoing};

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The person applying.
    Candidate,
    /// The bot.
    Bot,
    /// A person of the employer's.
    Recruiter,
    /// A notice about the conversation itself: someone joined, someone left.
    System,
}

impl Sender {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Bot => "bot",
            Self::Recruiter => "recruiter",
            Self::System => "system",
        }
    }
}

/// Where a message to the candidate stands on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// Waits for its turn to be sent.
    Ready,
    /// Handed to the channel, not yet answered.
    Sending,
    /// The channel took it (the web and the terminal: it can be read).
    Sent,
    /// The channel refused it for good.
    Failed,
    /// Withdrawn by a takeover before it left.
    Cancelled,
    /// The process died in mid-send; the channel may or may not have it.
    Unknown,
}

impl Delivery {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }
}

/// A row of `chat_messages`. `seq` is one counter for all senders of a session, in commit order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Its id.
    pub id: Uuid,
    /// The session it belongs to; not served, since the route names it.
    #[serde(skip)]
    pub session_id: Uuid,
    /// Its number in the session, from 1.
    pub seq: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// The words (a file's name for a file).
    pub content: String,
    /// `text`, `button`, `file` or a name a shell chose.
    pub content_format: String,
    /// For the bot's: templates, expects, buttons, progress. For others: what the sender gave.
    pub metadata: Value,
    /// When it was committed.
    pub sent_at: DateTime<Utc>,
    /// Where it stands on its way.
    pub delivery: Delivery,
    /// For what a turn said: the last inbox number the turn handled.
    #[serde(skip)]
    pub turn_upto: Option<i64>,
}
