//! `/console/applications/{id}`: the receipt, and the conversation with its controls.

use super::actions::ActionRow;
use super::format::{must_have_words, spaced, tidy, tone, utc};
use super::receipt::AnswerView;
use askama::Template;

/// One message of the transcript.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageView {
    /// The message's id.
    pub(crate) id: String,
    /// Its number in the session; the live transcript goes on after the last one.
    pub(crate) seq: i64,
    /// `candidate`, `bot`, `recruiter` or `system`.
    pub(crate) sender: String,
    /// The recruiter's name, on a recruiter's message.
    pub(crate) author: Option<String>,
    /// The text, or a file's name.
    pub(crate) content: String,
    /// RFC 3339.
    pub(crate) sent_at: String,
}

/// An application's page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "application.html")]
pub(crate) struct ApplicationView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// The application.
    pub(crate) application_id: String,
    /// Its latest session; none when it never had one.
    pub(crate) session_id: Option<String>,
    /// For the way back to the list.
    pub(crate) job_id: String,
    /// The job's title.
    pub(crate) job_title: String,
    /// The name, or what stands for it while it is unknown.
    pub(crate) candidate_name: String,
    /// E-mail addresses, telephone numbers, as text.
    pub(crate) contacts: Vec<String>,
    /// The application's status.
    pub(crate) status: String,
    /// `jd_match_score`, out of 100.
    pub(crate) score: Option<f64>,
    /// `passed`, `unknown`, `failed`, or `none` when the job has none.
    pub(crate) must_haves: String,
    /// Questions answered.
    pub(crate) answered: usize,
    /// Questions asked in all.
    pub(crate) total: usize,
    /// False while a person has the conversation.
    pub(crate) automation_enabled: bool,
    /// Every question of the set, answered or not, in order.
    pub(crate) answers: Vec<AnswerView>,
    /// The transcript in order; if empty, the page loads it.
    pub(crate) messages: Vec<MessageView>,
    /// This application's open actions.
    pub(crate) actions: Vec<ActionRow>,
}

impl ApplicationView {
    /// The score as shown.
    pub(crate) fn score_text(&self) -> Option<String> {
        self.score.map(tidy)
    }

    /// Whose message it is, as the badge says.
    pub(crate) fn badge<'a>(&'a self, message: &'a MessageView) -> &'a str {
        match message.sender.as_str() {
            "bot" => "Assistant",
            "recruiter" => message.author.as_deref().unwrap_or("Recruiter"),
            _ => &self.candidate_name,
        }
    }
}
