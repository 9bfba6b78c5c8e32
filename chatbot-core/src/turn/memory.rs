//! What the dialogue remembers between turns: typed names for the keys of a session's context.
//!
//! ```text
//!            start            yes                 all answered          all known        submit
//!   (none) ───────▶ consent ──────▶ interview ────────────────▶ field ────────────▶ summary ──────▶ done
//!      │               │ no            │ ▲  /cancel                                     │ change n
//!      ▼               ▼               ▼ │ continue                                     ▼
//!   choose_job      refused           paused                                        interview (changing)
//! ```

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Effects, Turn};

/// The context's key for how often a wrong linking code was sent.
pub(crate) const LINK_TRIES: &str = "_link_tries";
/// The context's key for a job that a recruiter is making.
pub(crate) const JOB_DRAFT: &str = "job_draft";
/// The context's key for the employer of the job made last.
pub(crate) const JOB_EMPLOYER: &str = "job_employer";
/// The context's key for what a model read out of an unclear answer, while the candidate is asked whether it is right.
pub(crate) const CLAIM: &str = "claim";
/// The context's key for open questions and what they were answered: what a model is told of the conversation.
pub(crate) const TALK: &str = "talk";
/// What is no part of a candidate's form.
pub(crate) const BESIDE_THE_FORM: [&str; 3] = [LINK_TRIES, JOB_DRAFT, JOB_EMPLOYER];
/// Wrong linking codes of one conversation after which none is looked at any more.
pub(crate) const MOST_LINK_TRIES: u64 = 5;

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was said yet.
    #[default]
    New,
    /// No job is known; a list was shown.
    ChooseJob,
    /// The notice was shown.
    Consent,
    /// The candidate said no to it.
    Refused,
    /// Questions are asked.
    Interview,
    /// Name or contact is asked.
    Field,
    /// The summary was shown.
    Summary,
    /// Left by /cancel; answers are kept.
    Paused,
    /// Submitted.
    Done,
    /// Withdrawn.
    Withdrawn,
}

impl Stage {
    /// Whether something of the form is still to be answered.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Interview | Self::Field | Self::Summary)
    }
}

/// The context's keys.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Where the conversation stands.
    pub stage: Stage,
    /// The question that waits for an answer.
    pub question: Option<Uuid>,
    /// Unclear answers to it so far.
    pub unclear: u32,
    /// It was asked back once because the words meant two things.
    pub asked_back: bool,
    /// A failing must-have answer was read back (policy `stop`).
    pub read_back: bool,
    /// The field that is asked for: `name` or `contact`.
    pub field: Option<String>,
    /// An answer is being changed; then back to the summary.
    pub changing: bool,
    /// Started over: questions up to this order have been answered again.
    pub redo: Option<i64>,
    /// A must-have failed under `stop`: no more questions.
    pub stopped: bool,
    /// The person was asked for their name or contact this many times without one.
    pub field_unclear: u32,
    /// No name was to be had; the bot stopped asking.
    pub unnamed: bool,
    /// What was read from a resume was read back, and said to be right or wrong.
    pub resume_checked: bool,
    /// A person was asked for.
    pub human_requested: bool,
    /// Whether they really want to be erased was asked, and waits for an answer.
    pub erasing: bool,
    /// This session continues an expired one.
    #[serde(rename = "_successor")]
    pub successor: bool,
}

impl Memory {
    /// What is remembered now.
    pub fn of(turn: &Turn) -> Self {
        serde_json::from_value(Value::Object(turn.session.context.clone())).unwrap_or_default()
    }
}

impl Effects {
    /// The conversation goes on at this stage.
    pub fn enter(&mut self, stage: Stage) -> &mut Self {
        self.remember("stage", json!(stage))
    }

    /// This question now waits for an answer.
    pub fn expect_question(&mut self, id: Uuid) -> &mut Self {
        self.enter(Stage::Interview).remember("question", json!(id));
        self.settle_attempts()
    }

    /// No question waits.
    pub fn settle_question(&mut self) -> &mut Self {
        self.forget("question");
        self.settle_attempts()
    }

    fn settle_attempts(&mut self) -> &mut Self {
        self.forget("unclear").forget("asked_back").forget("read_back").forget(CLAIM)
    }

    /// Forgets the whole form, and nothing that stands beside it.
    pub fn forget_form(&mut self, context: &Map<String, Value>) -> &mut Self {
        for key in context.keys().filter(|key| !BESIDE_THE_FORM.contains(&key.as_str())) {
            self.forget(key);
        }
        self
    }
}
