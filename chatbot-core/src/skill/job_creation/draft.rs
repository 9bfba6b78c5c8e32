//! A job that is being made: what has been said, and what is asked next.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::recruiting::JobFile;
use crate::recruiting::job_file::QuestionFile;
use crate::turn::memory::{JOB_DRAFT, JOB_EMPLOYER};
use crate::turn::{Effects, Turn};

/// The context's key.
pub(super) const KEY: &str = JOB_DRAFT;
/// The key of the employer named last, which outlives the draft.
pub(super) const EMPLOYER: &str = JOB_EMPLOYER;

/// Whether a job is being made in this conversation.
pub fn drafting(turn: &Turn) -> bool {
    turn.session.context.contains_key(KEY)
}

/// What the next words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    #[default]
    Title,
    Employer,
    Location,
    Facts,
    /// The next question's words, or “done”.
    Question,
    Kind,
    Options,
    Rule,
    MustHave,
    Review,
}

impl Step {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Employer => "employer",
            Self::Location => "location",
            Self::Facts => "facts",
            Self::Question => "question",
            Self::Kind => "kind",
            Self::Options => "options",
            Self::Rule => "rule",
            Self::MustHave => "must_have",
            Self::Review => "review",
        }
    }
}

/// The job so far.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    pub(super) step: Step,
    pub(super) file: JobFile,
    /// The question being written, once its words are known.
    pub(super) question: Option<QuestionFile>,
    pub(super) employer_before: Option<String>,
}

impl Draft {
    pub(super) fn of(turn: &Turn) -> Option<Self> {
        serde_json::from_value(turn.session.context.get(KEY)?.clone()).ok()
    }

    pub(super) fn keep(&self, effects: &mut Effects) {
        effects.remember(KEY, serde_json::to_value(self).unwrap_or(Value::Null));
    }

    pub(super) fn at(mut self, step: Step) -> Self {
        self.step = step;
        self
    }

    /// The question as it is now stands among the job's; the next one is asked for.
    pub(super) fn finish_question(mut self) -> Self {
        self.file.prescreen.questions.extend(self.question.take());
        self.at(Step::Question)
    }

    /// The step before. From a new question's words: the last question again.
    pub(super) fn back(mut self) -> Self {
        let is_choice = self.question.as_ref().is_some_and(|q| !q.options.is_empty());
        let step = match self.step {
            Step::Title | Step::Employer => Step::Title,
            Step::Location => Step::Employer,
            Step::Facts => Step::Location,
            Step::Question if self.file.prescreen.questions.is_empty() => Step::Facts,
            Step::Question => {
                self.question = self.file.prescreen.questions.pop();
                Step::Kind
            }
            Step::Kind | Step::Review => {
                self.question = None;
                Step::Question
            }
            Step::Options => Step::Kind,
            Step::Rule if is_choice => Step::Options,
            Step::Rule => Step::Kind,
            Step::MustHave => Step::Rule,
        };
        if let Some(question) = self.question.as_mut().filter(|_| step != Step::MustHave) {
            (question.rule, question.must_have) = (None, false);
        }
        self.at(step)
    }
}

/// The employer of the job made here last.
pub(super) fn employer_before(turn: &Turn) -> Option<String> {
    turn.session.context.get(EMPLOYER).and_then(Value::as_str).map(str::to_owned)
}
