//! An application: a candidate for a job, with its score.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where an application stands. Only a person moves it beyond `prescreen_completed` (the candidate may withdraw).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApplicationStatus {
    /// Being answered.
    #[default]
    InProgress,
    /// Submitted, or closed by a failed must-have under `stop`.
    PrescreenCompleted,
    /// A person wants to go on.
    Shortlisted,
    /// An interview is under way.
    Interview,
    /// Hired.
    Hired,
    /// Rejected by a person.
    Rejected,
    /// Withdrawn by the candidate.
    Withdrawn,
}

impl ApplicationStatus {
    /// All of them, in the order of the funnel.
    pub const ALL: [Self; 7] =
        [Self::InProgress, Self::PrescreenCompleted, Self::Shortlisted, Self::Interview, Self::Hired, Self::Rejected, Self::Withdrawn];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::PrescreenCompleted => "prescreen_completed",
            Self::Shortlisted => "shortlisted",
            Self::Interview => "interview",
            Self::Hired => "hired",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether a person has taken the application on, or up: what the conversation does no longer moves it, but for
    /// the candidate's withdrawing.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Shortlisted | Self::Interview | Self::Hired | Self::Rejected)
    }

    /// Reads the name back.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

/// A row of `applications`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Its id.
    pub id: Uuid,
    /// For which job.
    pub job_id: Uuid,
    /// By whom.
    pub candidate_id: Uuid,
    /// The newest session it was worked on in.
    pub session_id: Option<Uuid>,
    /// Where the candidate found the link.
    pub source: Option<String>,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// 0–100 to two decimals; none while nothing is scored.
    pub jd_match_score: Option<f64>,
    /// Whether a must-have scored below 1.
    pub must_have_failed: bool,
    /// Whether a must-have is not answered yet, skipped, unread or not scored.
    pub must_have_unknown: bool,
    /// The question-set version it began with, and keeps.
    pub question_set_version: i64,
    /// Questions answered or skipped so far.
    pub answered: i64,
    /// Questions in its set.
    pub total: i64,
    /// When the candidate agreed; lists and figures count it from then on.
    pub consented_at: Option<DateTime<Utc>>,
    /// When it was submitted (by the candidate, or by itself after a day).
    pub submitted_at: Option<DateTime<Utc>>,
    /// When a recruiter first opened it.
    pub opened_at: Option<DateTime<Utc>>,
    /// Part of the demo.
    #[serde(default)]
    pub demo: bool,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}
