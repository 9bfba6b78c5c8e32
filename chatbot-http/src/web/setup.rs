//! `/setup/{token}` and `/signin`: how one gets in.

use askama::Template;

/// The one-time link's page. Opening it changes nothing (messengers open links to preview them); its button does.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "setup.html")]
pub(crate) struct SetupView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
}

/// Tells who isn't signed in how to get a link.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "signin.html")]
pub(crate) struct SigninView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
}
