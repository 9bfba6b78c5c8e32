//! Where a conversation takes place: in this process, on a running server, or wherever a host's own [`Room`] leads.
//! Scripts and chats walk in any of them.

pub(crate) mod local;
pub(crate) mod server;

use async_trait::async_trait;
use chrono::Duration;

use crate::script::expect::Outcome;
use crate::script::matching::Said;

/// What went wrong in a room, in one clear line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RoomError(pub String);

impl RoomError {
    /// From anything that says what it is.
    pub fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Something a candidate does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// Writes.
    Say(String),
    /// Presses a button.
    Press {
        /// What it says.
        label: String,
        /// What it stands for.
        value: String,
    },
    /// Sends a file.
    File {
        /// Its name.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
}

/// Something a person of the employer's does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recruiter {
    /// Writes.
    Say(String),
    /// Takes over.
    Takeover,
    /// Hands back.
    Release,
}

/// One conversation, opened.
#[async_trait]
pub trait Room: Send {
    /// The candidate does these things, all before the bot answers the first.
    async fn candidate(&mut self, doings: &[Doing]) -> Result<(), RoomError>;
    /// A person of the employer's does this.
    async fn recruiter(&mut self, act: &Recruiter) -> Result<(), RoomError>;
    /// Returns when everything that is due now is done.
    async fn settle(&mut self) -> Result<(), RoomError>;
    /// Lets time pass, and what is due by then happen.
    async fn pass(&mut self, time: Duration) -> Result<(), RoomError>;
    /// Whether something of the candidate's may still wait for more words to come.
    async fn waits(&mut self) -> Result<bool, RoomError>;
    /// What the bot said since the last call.
    async fn said(&mut self) -> Result<Vec<Said>, RoomError>;
    /// How things stand.
    async fn outcome(&mut self) -> Result<Outcome, RoomError>;
}
