//! What is asked of a model, and what it answers.

use std::sync::Arc;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

/// What a model is to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Task {
    /// Answer a question of the candidate's, in plain text.
    #[default]
    Answer,
    /// Say which words of the candidate's answer a question of the form, as JSON by this schema.
    Read {
        /// What the JSON must be.
        schema: Value,
    },
}

/// What a model is asked. It holds no id, no clock, no rule: two conversations with the same words ask the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReplyRequest {
    /// To answer, or to read.
    pub task: Task,
    /// What the model may know: the job's public record, or the question that is being answered.
    pub context: String,
    /// What the form asks meanwhile, where it asks something.
    pub pending: Option<String>,
    /// The conversation so far, oldest first, as `(sender, words)`.
    pub history: Vec<(String, String)>,
    /// What the candidate asks now, or the answer that is to be read.
    pub prompt: String,
    /// BCP 47 tag of the reply's language.
    pub locale: String,
    /// What is known of the candidate (name, addresses, numbers). Never sent: it is what is looked for and taken out where
    /// a slot redacts.
    pub personal: Vec<String>,
}

/// Around a request: for whom, until when, who listens. None of it reaches a model.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Asking {
    /// The conversation, for the accounts.
    pub session_id: Option<Uuid>,
    /// The job, for the accounts.
    pub job_id: Option<Uuid>,
    /// When the turn has to go on without an answer.
    pub deadline: Option<Instant>,
    /// Who hears the reply while it is written; none: nobody.
    pub draft: Option<Arc<dyn DraftSink>>,
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asking").field("session_id", &self.session_id).finish_non_exhaustive()
    }
}

/// Hears a reply while it is being written.
pub trait DraftSink: Send + Sync {
    /// All of it so far; shorter than before, or empty: what was heard is void.
    fn draft(&self, text: &str);
}

/// Tokens of a call, as the provider counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of the request.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
}

impl Usage {
    /// Both.
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reply {
    /// Plain text, or the JSON of a reading; none when it has no answer it stands for.
    pub text: Option<String>,
    /// What it took, where the provider said so.
    pub usage: Option<Usage>,
}

impl Reply {
    /// An answer.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), usage: None }
    }

    /// No answer: a person is asked instead.
    pub fn none() -> Self {
        Self::default()
    }

    /// With what it took.
    #[must_use]
    pub fn taking(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }
}
