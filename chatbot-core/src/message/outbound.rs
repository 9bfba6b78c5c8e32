//! What goes out: the words, what is expected next, and the buttons that may be pressed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A closed answer offered as a button. Typed text is accepted as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What the candidate sees.
    pub label: String,
    /// What comes back in `metadata.button` when it is pressed.
    pub value: String,
}

impl Button {
    /// A button.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// What the bot waits for after a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Expects {
    /// Yes or no to the notice.
    Consent,
    /// An answer to this question.
    Question {
        /// `prescreen.questions[].id` of the job.
        question_id: Uuid,
    },
    /// A field of the candidate: `name`, `contact`, `job`, …
    Field {
        /// Which.
        field: String,
    },
    /// Submit or Change.
    Submit,
    /// Nothing.
    #[default]
    None,
}

/// How far the prescreen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Questions answered or skipped.
    pub answered: usize,
    /// Questions in the set.
    pub total: usize,
}

/// `metadata` of every bot message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageMeta {
    /// The templates the words came from, in order.
    pub templates: Vec<String>,
    /// What is expected next.
    pub expects: Expects,
    /// Buttons, if the answer is of a closed set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// How far the prescreen is, once it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
}

/// A message a turn says. Several parts of one turn are joined by a blank line into one channel message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outgoing {
    /// The words, already rendered.
    pub content: String,
    /// Templates, expects, buttons, progress.
    pub meta: MessageMeta,
}

impl Outgoing {
    /// `metadata` as it is stored and served.
    pub fn metadata(&self) -> Value {
        serde_json::to_value(&self.meta).unwrap_or(Value::Null)
    }
}
