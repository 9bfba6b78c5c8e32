//! `/console/account` and `/console/people`: one's own sign-ins and password; who else there is.

use askama::Template;

use super::format::utc;

/// A browser that is signed in.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignInRow {
    /// What ends it.
    pub(crate) id: String,
    /// What the browser calls itself, shortened.
    pub(crate) agent: String,
    /// RFC 3339.
    pub(crate) since: String,
    /// Whether it is this one.
    pub(crate) current: bool,
}

/// One's own account.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "account.html")]
pub(crate) struct AccountView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// Their address; empty: no person.
    pub(crate) email: String,
    /// What they may do.
    pub(crate) role: &'static str,
    /// Browsers they are signed in with.
    pub(crate) sign_ins: Vec<SignInRow>,
    /// Whether they may see other people.
    pub(crate) is_admin: bool,
}

/// One of the employer's people.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonRow {
    /// Their id.
    pub(crate) id: String,
    /// What they are called.
    pub(crate) name: String,
    /// Their address.
    pub(crate) email: String,
    /// What they may do.
    pub(crate) role: &'static str,
    /// RFC 3339.
    pub(crate) since: String,
    /// Whether it is the reader.
    pub(crate) own: bool,
}

/// The employer's people.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "people.html")]
pub(crate) struct PeopleView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// All of them.
    pub(crate) people: Vec<PersonRow>,
}
