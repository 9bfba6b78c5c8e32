//! `/console/jobs`: the jobs, and one being written.

use askama::Template;

use super::format::utc;

/// A job in the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobRow {
    /// Opens it.
    pub(crate) id: String,
    /// Its name in links.
    pub(crate) slug: String,
    /// What it is called.
    pub(crate) title: String,
    /// Where.
    pub(crate) location: Option<String>,
    /// Whether applications are taken.
    pub(crate) open: bool,
    /// It belongs to the demo.
    pub(crate) demo: bool,
    /// How many questions.
    pub(crate) questions: usize,
    /// RFC 3339.
    pub(crate) updated_at: String,
}

/// All jobs.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "jobs.html")]
pub(crate) struct JobsView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// All of them, newest first.
    pub(crate) jobs: Vec<JobRow>,
    /// Whether the reader may write one.
    pub(crate) can_work: bool,
}

/// A job being written.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "job_editor.html")]
pub(crate) struct JobEditorView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// None: it is a new one.
    pub(crate) job_id: Option<String>,
    /// Its name in links.
    pub(crate) slug: String,
    /// What it is called.
    pub(crate) title: String,
    /// Whether applications are taken.
    pub(crate) open: bool,
    /// The job file, as JSON.
    pub(crate) file: String,
    /// The questions' version.
    pub(crate) version: i64,
    /// Whether the reader may write.
    pub(crate) can_work: bool,
}
