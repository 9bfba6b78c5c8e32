//! What comes in, after a shell has translated it from its channel's format.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Sender;

/// What kind of inbox entry this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntryKind {
    /// The conversation was opened: the bot speaks first. No message of its own.
    Start,
    /// Words.
    Text,
    /// A pressed button; its value stands in `metadata.button`.
    Button,
    /// A file; its id stands in `metadata.file_id`.
    File,
    /// A correction of an earlier message, which stands in `metadata.edits` by seq.
    Edit,
    /// A recruiter handed the conversation back.
    Release,
    /// Something the host asked the bot to say (`metadata.outgoing`).
    Say,
}

impl EntryKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Text => "text",
            Self::Button => "button",
            Self::File => "file",
            Self::Edit => "edit",
            Self::Release => "release",
            Self::Say => "say",
        }
    }
}

/// A person on a channel account, with what is known when they first write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// `web`, `telegram`, `whatsapp`, `cli`, or a host's own.
    pub platform: String,
    /// Which of our accounts on that platform (a bot's id, a phone number id); empty where there is one.
    pub account: String,
    /// The person's id on the platform.
    pub platform_user_id: String,
    /// The job they come for, if known.
    pub job_id: Option<Uuid>,
    /// A name the channel gave, used only after consent.
    pub name: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// Where the link was found (`?src=`).
    pub source: Option<String>,
}

/// Where an entry belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A session known by id (web, recruiters).
    Session(Uuid),
    /// Whoever this is: their open session, or a new one in the same transaction.
    Person(Person),
}

/// One entry for a session's inbox, normalised by a shell.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxEntry {
    /// Whose session.
    pub address: Address,
    /// Candidate or recruiter.
    pub sender: Sender,
    /// The recruiter's user id or name, for the log.
    pub actor: Option<String>,
    /// What kind.
    pub kind: EntryKind,
    /// The words as written.
    pub content: String,
    /// `text`, `button`, `file`.
    pub content_format: String,
    /// What else the sender gave.
    pub metadata: Value,
    /// Identifies this message among all that were ever delivered on this account; a second delivery
    /// with the same key has no effect. `None`: every delivery counts (promise I2 not given).
    pub dedupe_key: Option<String>,
}

impl InboxEntry {
    /// Words from a candidate of a known session.
    pub fn text(session_id: Uuid, content: impl Into<String>) -> Self {
        Self {
            address: Address::Session(session_id),
            sender: Sender::Candidate,
            actor: None,
            kind: EntryKind::Text,
            content: content.into(),
            content_format: "text".into(),
            metadata: Value::Object(serde_json::Map::new()),
            dedupe_key: None,
        }
    }
}
