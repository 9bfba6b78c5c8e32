//! `/`: the open jobs.

use askama::Template;

/// One open job in the portal's list.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobCard {
    /// Part of the link `/j/{slug}`.
    pub(crate) slug: String,
    /// The job's title.
    pub(crate) title: String,
    /// Who is hiring.
    pub(crate) employer: Option<String>,
    /// Where the work is.
    pub(crate) location: Option<String>,
    /// The description; the page shows its first lines.
    pub(crate) summary: Option<String>,
}

/// The candidate portal.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "portal.html")]
pub(crate) struct PortalView {
    /// The prefix of all routes, "" at the root, else like "/chatbot".
    pub(crate) base: String,
    /// The open jobs, in the order to show them.
    pub(crate) jobs: Vec<JobCard>,
}
