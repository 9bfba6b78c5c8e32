//! `/console/candidates/{id}`: everything known about a person, and where it came from.

use askama::Template;

use super::format::{spaced, tidy, utc};

/// One thing known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// What it is about.
    pub(crate) name: &'static str,
    /// What is known, a line each.
    pub(crate) values: Vec<String>,
    /// Who said so.
    pub(crate) source: String,
    /// Whether somebody who knows has said so.
    pub(crate) confirmed: bool,
}

/// An application of theirs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applied {
    /// Opens it.
    pub(crate) id: String,
    /// For which job.
    pub(crate) job: String,
    /// Where it stands.
    pub(crate) status: String,
    /// Out of 100.
    pub(crate) score: Option<f64>,
    /// RFC 3339.
    pub(crate) at: String,
}

impl Applied {
    /// The score as shown.
    pub(crate) fn score_text(&self) -> Option<String> {
        self.score.map(tidy)
    }
}

/// A conversation of theirs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Talk {
    /// Opens it.
    pub(crate) id: String,
    /// Where.
    pub(crate) platform: String,
    /// Whether it is over.
    pub(crate) closed: bool,
    /// The last words.
    pub(crate) preview: String,
    /// RFC 3339.
    pub(crate) at: String,
}

/// Somebody who may be the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Same {
    /// Their id.
    pub(crate) id: String,
    /// What they are called.
    pub(crate) name: String,
    /// What both have, in words.
    pub(crate) why: String,
    /// RFC 3339.
    pub(crate) at: String,
}

/// A person's page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "candidate.html")]
pub(crate) struct CandidateView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// Who it is.
    pub(crate) candidate_id: String,
    /// The name, or what stands for it.
    pub(crate) name: String,
    /// Since when; none: they have not agreed to anything.
    pub(crate) consented: Option<String>,
    /// They want no more messages.
    pub(crate) opted_out: bool,
    /// What is known.
    pub(crate) known: Vec<Known>,
    /// What they applied for.
    pub(crate) applications: Vec<Applied>,
    /// Where they talked.
    pub(crate) talks: Vec<Talk>,
    /// Who may be the same.
    pub(crate) same: Vec<Same>,
    /// Whether the reader may do more than read.
    pub(crate) can_work: bool,
    /// Whether the reader may export and erase.
    pub(crate) is_admin: bool,
}
