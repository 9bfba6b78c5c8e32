//! `/console`: a job's applications, best first.

use super::format::{must_have_words, spaced, tidy, tone, utc};
use askama::Template;

/// A job in the selector.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobOption {
    /// The value of `?job=`.
    pub(crate) id: String,
    /// The job's title.
    pub(crate) title: String,
    /// Whether it is the one shown.
    pub(crate) selected: bool,
}

/// One application in the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct RankedRow {
    /// Opens `/console/applications/{id}`.
    pub(crate) application_id: String,
    /// From 1.
    pub(crate) rank: usize,
    /// The name, or what stands for it while it is unknown.
    pub(crate) candidate_name: String,
    /// Whether it belongs to the demo.
    pub(crate) demo: bool,
    /// `jd_match_score`, out of 100.
    pub(crate) score: Option<f64>,
    /// `passed`, `unknown`, `failed`, or `none` when the job has none.
    pub(crate) must_haves: String,
    /// Questions answered.
    pub(crate) answered: usize,
    /// Questions asked in all.
    pub(crate) total: usize,
    /// The application's status.
    pub(crate) status: String,
    /// RFC 3339.
    pub(crate) updated_at: String,
}

impl RankedRow {
    /// The score as shown.
    pub(crate) fn score_text(&self) -> Option<String> {
        self.score.map(tidy)
    }
}

/// The ranked list.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "ranked.html")]
pub(crate) struct RankedView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open.
    pub(crate) open_actions: usize,
    /// All jobs.
    pub(crate) jobs: Vec<JobOption>,
    /// The shown job's slug, for the link a recruiter shares; none when there is no job.
    pub(crate) job_slug: Option<String>,
    /// Its id.
    pub(crate) job_id: Option<String>,
    /// The applications of the shown job, in their order.
    pub(crate) rows: Vec<RankedRow>,
}
