//! `/demo`: the sample job's chat, and its receipt filling beside it.

use super::job::JobText;
use askama::Template;

/// The demo page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "demo.html")]
pub(crate) struct DemoView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// The sample job.
    pub(crate) job: JobText,
}

impl DemoView {
    /// Its own place in the browser's storage, so that a demo never continues a real application.
    pub(crate) fn chat_key(&self) -> String {
        format!("demo.{}", self.job.slug)
    }
}
