//! Why a verb did not do what it was asked to, in one line, and the exit status that says so.

use chatbot_core::chatbot::{BuildError, JobError, UserError};
use chatbot_core::fault::Fault;
use chatbot_core::provider::SlotError;
use chatbot_core::session::SessionError;
use chatbot_core::store::open::OpenError;
use chatbot_telegram::api::ApiError;
use chatbot_telegram::{ConfigError, StartError};

use crate::room::RoomError;

/// A verb's failure.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file could not be read: what, where, what was expected. Status 2.
    File(String),
    /// Anything else, in one line. Status 1.
    Other(String),
    /// Something does not hold, and the verb has said what. Status 1.
    Told,
}

impl Failure {
    /// From anything that says what it is.
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }

    /// The line to show.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::File(message) | Self::Other(message) => Some(message),
            Self::Told => None,
        }
    }

    /// The process's status.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::File(_) => 2,
            Self::Other(_) | Self::Told => 1,
        }
    }
}

macro_rules! told_by {
    ($($error:ty),+) => { $(impl From<$error> for Failure {
        fn from(error: $error) -> Self {
            Self::of(error)
        }
    })+ };
}

told_by!(Fault, SessionError, UserError, BuildError, OpenError, RoomError, ConfigError, StartError, ApiError, SlotError);

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Invalid(error) => Self::File(error.to_string()),
            other => Self::of(other),
        }
    }
}
