//! `/setup/{token}` and `/signin`: how one gets in.

use askama::Template;

/// The one-time link's page. Opening it changes nothing (messengers open links to preview them); its button does.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "setup.html")]
pub(crate) struct SetupView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
}

/// Takes an address with its password, or a user's token, and tells who has none how to get one.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "signin.html")]
pub(crate) struct SigninView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// Whether what was given is nobody's.
    pub(crate) refused: bool,
    /// Minutes to wait after too many tries.
    pub(crate) wait: Option<u64>,
}
