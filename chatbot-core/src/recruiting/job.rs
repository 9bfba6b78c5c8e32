//! A job and its question set.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::question::Question;

/// What happens when a must-have fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMustHaveFail {
    /// Ask the rest all the same.
    #[default]
    Finish,
    /// Read the answer back once, then close politely.
    Stop,
}

impl OnMustHaveFail {
    /// The name in job files and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finish => "finish",
            Self::Stop => "stop",
        }
    }
}

/// Whether candidates may apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Listed, and open to candidates.
    #[default]
    Open,
    /// No longer listed; running applications go on.
    Closed,
}

impl JobStatus {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// What a candidate is told to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// The words.
    pub text: String,
    /// A link, such as a calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it is said.
    #[serde(default)]
    pub when: NextStepWhen,
}

/// When the next step is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStepWhen {
    /// After submission.
    #[default]
    Completed,
    /// After a person shortlists.
    Shortlisted,
}

/// A row of `jobs`, with the questions of one version of its set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Its name in links, unique.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Who employs.
    pub employer: Option<String>,
    /// How to apply without the bot.
    pub contact: Option<String>,
    /// The privacy notice.
    pub privacy_url: Option<String>,
    /// The recruiter whom escalations reach.
    pub owner: Option<String>,
    /// IANA name; UTC where absent.
    pub timezone: Option<String>,
    /// When a person answers, such as `Mon-Fri 09:00-17:00`.
    pub hours: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// What the work is.
    pub description: Option<String>,
    /// What the job FAQ may say, in the file's order.
    pub facts: Map<String, Value>,
    /// What comes after.
    pub next_step: Option<NextStep>,
    /// Open or closed.
    pub status: JobStatus,
    /// The policy on a failed must-have.
    pub on_must_have_fail: OnMustHaveFail,
    /// May a model help to read an unclear answer.
    pub model_reading: bool,
    /// Which version of the set `questions` is (the newest, unless a running application's is asked for).
    pub question_set_version: i64,
    /// The questions, in order.
    pub questions: Vec<Question>,
    /// Part of the demo, removed with it.
    pub demo: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Job {
    /// The question with this id.
    pub fn question(&self, id: Uuid) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }

    /// Whether any of its questions is a must-have.
    pub fn has_must_haves(&self) -> bool {
        self.questions.iter().any(|q| q.must_have)
    }

    /// The job's zone; UTC where none or an unknown one is given (unknown ones are refused when a job is read).
    pub fn zone(&self) -> chrono_tz::Tz {
        self.timezone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC)
    }
}
