//! Pages for what can't be shown.

use askama::Template;

/// An error page. It never repeats what was asked for.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// The HTTP status, shown small.
    pub(crate) status: u16,
    /// What happened, in a few words.
    pub(crate) title: String,
    /// What one can do now.
    pub(crate) message: String,
}

impl ErrorView {
    fn new(base: &str, status: u16, title: &str, message: &str) -> Self {
        Self { base: base.to_owned(), status, title: title.to_owned(), message: message.to_owned() }
    }

    /// 404.
    pub(crate) fn not_found(base: &str) -> Self {
        let message = "The link may be old, or the job may have been filled. The open jobs are listed on the first page.";
        Self::new(base, 404, "This page isn't here", message)
    }

    /// 500.
    pub(crate) fn internal(base: &str) -> Self {
        let message = "That was our fault, not yours. Nothing you sent is lost. Please try again in a moment.";
        Self::new(base, 500, "Something went wrong", message)
    }

    /// 503: the store can't be reached.
    pub(crate) fn unavailable(base: &str) -> Self {
        let message = "We can't reach our records right now. Please try again in a minute.";
        Self::new(base, 503, "Back in a moment", message)
    }

    /// 410: a set-up link that was used, has expired or never was.
    pub(crate) fn link_used(base: &str) -> Self {
        let message = "Sign-in links work once and for a limited time. Whoever runs the server can make a new one \
                       with: chatbot users add";
        Self::new(base, 410, "This link no longer works", message)
    }
}
