//! Which rows of a list are wanted.

use uuid::Uuid;

/// A page of a list: at most `limit` rows after the row named by `after` (a position the store itself gave, see each list).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows wanted, 1–500.
    pub limit: i64,
    /// Rows to pass over. Lists are short and change slowly; an offset is honest and simple.
    pub offset: i64,
}

/// Which applications of a job, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationFilter {
    /// Of which job; none: all.
    pub job_id: Option<Uuid>,
    /// By score (completed first, then must-haves passed, unknown, failed, then score), else newest first.
    pub by_score: bool,
    /// Leave out those never consented to.
    pub consented_only: bool,
}

/// Which activity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Of which session.
    pub session_id: Option<Uuid>,
    /// About which application.
    pub application_id: Option<Uuid>,
    /// Of which type.
    pub activity_type: Option<String>,
}

/// Which conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only open ones, or only closed ones; none: both.
    pub open: Option<bool>,
    /// Those about an application for this job.
    pub job_id: Option<Uuid>,
    /// Only those that wait for a person: an action that escalates is open in them.
    pub waiting: bool,
}
