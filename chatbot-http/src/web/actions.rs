//! `/console/actions`: what waits for a person.

use super::format::utc;
use askama::Template;

/// One open action.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionRow {
    /// What `POST /actions/{id}/resolve` names.
    pub(crate) id: String,
    /// The action's type, such as `must_have_failed`.
    pub(crate) kind: String,
    /// What happened, in one line; may be empty.
    pub(crate) summary: String,
    /// Whose application it is about, if known.
    pub(crate) candidate_name: Option<String>,
    /// Which job.
    pub(crate) job_title: Option<String>,
    /// Opens the conversation.
    pub(crate) session_id: Option<String>,
    /// Opens the application.
    pub(crate) application_id: Option<String>,
    /// RFC 3339.
    pub(crate) created_at: String,
}

impl ActionRow {
    /// The type in a recruiter's words.
    pub(crate) fn label(&self) -> String {
        reason_words(&self.kind)
    }
}

/// The open actions.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "actions.html")]
pub(crate) struct ActionsView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all; the list may hold fewer.
    pub(crate) open_actions: usize,
    /// The actions shown.
    pub(crate) actions: Vec<ActionRow>,
}

/// An action's type in a recruiter's words.
pub(crate) fn reason_words(kind: &str) -> String {
    let words = match kind {
        "must_have_failed" => "A must-have isn't met",
        "human_requested" => "Asks for a person",
        "low_confidence" => "The bot is unsure",
        "unread_answer" => "An answer could not be read",
        "currency_mismatch" => "Another currency",
        "delivery_failed" => "A message could not be delivered",
        "parked" => "A message could not be processed",
        "candidate_waiting" => "Waits for a person's answer",
        other => return super::format::spaced(other),
    };
    words.to_owned()
}
