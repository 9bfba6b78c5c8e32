//! What the dashboard is drawn from: one job's applications, or everybody's, since a day.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// Of how many applications, the newest first, times are read.
pub const MOST_APPLICATIONS: i64 = 5_000;

/// Of which job, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// None: all jobs.
    pub job_id: Option<Uuid>,
    /// Applications begun, actions filed, and models asked at this time or later.
    pub since: DateTime<Utc>,
}

/// When an application was begun and submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplicationTimes {
    /// Begun.
    pub created_at: DateTime<Utc>,
    /// Submitted; none: not (yet).
    pub submitted_at: Option<DateTime<Utc>>,
    /// Whether a must-have failed.
    pub must_have_failed: bool,
}

/// How often a question's answers stand in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerCount {
    /// The question.
    pub question_id: Uuid,
    /// `read`, `unread`, `skipped`, `corrected`.
    pub state: String,
    /// Whether a must-have passed; none: unknown, or no must-have.
    pub passed: Option<bool>,
    /// How many.
    pub n: i64,
}

/// A name with a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Of what.
    pub name: String,
    /// How many.
    pub n: i64,
}

/// A question's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionFigures {
    /// The question.
    pub question_id: Uuid,
    /// Its words.
    pub text: String,
    /// Applications in which it was answered or skipped.
    pub reached: i64,
    /// The bot could read the answer.
    pub read: i64,
    /// It could not.
    pub unread: i64,
    /// Passed over.
    pub skipped: i64,
    /// Read by a person.
    pub corrected: i64,
    /// Failed as a must-have.
    pub failed: i64,
}

/// A day's applications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayFigures {
    /// `YYYY-MM-DD`, UTC.
    pub day: String,
    /// Begun.
    pub begun: i64,
    /// Of these, submitted.
    pub submitted: i64,
}

/// What the dashboard shows of a job and a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Applications begun, from consent on.
    pub begun: i64,
    /// Of these, submitted.
    pub submitted: i64,
    /// Of these, with a failed must-have.
    pub must_have_failed: i64,
    /// Half of those who submitted took no longer, in seconds.
    pub median_seconds: Option<i64>,
    /// Nine of ten took no longer, in seconds.
    pub p90_seconds: Option<i64>,
    /// Day by day, oldest first.
    pub days: Vec<DayFigures>,
    /// Question by question, in their order; empty where no one job is meant.
    pub questions: Vec<QuestionFigures>,
    /// Answers by state.
    pub answers: Vec<Named>,
    /// Actions filed, by type.
    pub actions: Vec<Named>,
    /// There were more applications than are read; the newest count.
    pub truncated: bool,
}
