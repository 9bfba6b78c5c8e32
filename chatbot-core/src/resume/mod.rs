//! Resumes: text out of a file ([`ResumeReader`]), and what a text says about its writer ([`profile`]).
//!
//! Files come from strangers, and the formats are large. Plain text is read here. PDF and DOCX are read, with the feature
//! `resume`, by `ChildReader`: in a child process that has limits, a deadline and nothing of ours in its environment. A
//! host opts in by naming the command to run; `child::run_if_called` is what that command calls first.

#[cfg(feature = "resume")]
pub mod child;
#[cfg(feature = "resume")]
mod child_reader;
#[cfg(feature = "resume")]
pub mod docx;
#[cfg(feature = "resume")]
pub mod pdf;
pub mod profile;
pub mod txt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

#[cfg(feature = "resume")]
pub use child_reader::ChildReader;
pub use txt::PlainText;

/// The media type of a PDF.
pub const PDF: &str = "application/pdf";
/// The media type of a DOCX.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The media type of a text.
pub const TXT: &str = "text/plain";
/// More text than this is cut off, in bytes: no resume is longer.
pub const MAX_TEXT: usize = 300_000;

/// Gets the text out of a file.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ResumeReader: Send + Sync {
    /// Reads bytes whose media type was told by themselves (`files::sniff`), not by whoever sent them. Answers within seconds.
    async fn read(&self, media_type: &str, bytes: Vec<u8>) -> Result<ReadText, ReadError>;
}

/// What stands in a file.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ReadText {
    /// Its lines, from the top; a tab where a wide gap parts two columns of a line.
    pub text: String,
    /// Where its links lead (`mailto:` and `tel:` among them); often more exact than the words that are shown.
    pub links: Vec<String>,
    /// The line in the largest letters of the first page, where the format knows sizes: usually the name.
    pub largest: Option<String>,
}

impl ReadText {
    /// Text alone.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl std::fmt::Debug for ReadText {
    /// Lengths only: a resume is its writer's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadText").field("bytes", &self.text.len()).field("links", &self.links.len()).finish_non_exhaustive()
    }
}

/// Why a file was not read. It is kept for a person in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReadError {
    /// It is made to do harm, or looks like it: a bomb, an entity, a path, two formats at once.
    #[error("the file is built in a way that is not safe to open")]
    Unsafe,
    /// It needs a password.
    #[error("the file is protected by a password")]
    Encrypted,
    /// It opens, and there are no words in it (a scan).
    #[error("the file holds no text")]
    NoText,
    /// It needs more time or memory than a resume may.
    #[error("the file is too large to read")]
    TooLarge,
    /// No format that is read here; PDF, DOCX and TXT are.
    #[error("the file is no PDF, DOCX or text")]
    Unsupported,
    /// The reader ended on it: the file is broken, or the reader is.
    #[error("the file is damaged")]
    Crashed,
    /// Too many files waited at once, or the reader can't be started.
    #[error("files can't be read just now")]
    Busy,
}

impl ReadError {
    /// As templates and the activity log name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::Encrypted => "encrypted",
            Self::NoText => "no_text",
            Self::TooLarge => "too_large",
            Self::Unsupported => "unsupported",
            Self::Crashed => "crashed",
            Self::Busy => "busy",
        }
    }
}

/// At most `max` bytes of a text, cut between characters.
pub(crate) fn cut(mut text: String, max: usize) -> String {
    if text.len() > max {
        let end = (0..=max).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}
