//! `/console/applications/{id}`: the receipt, and the conversation with its controls.

use super::actions::ActionRow;
use super::format::{must_have_words, spaced, tidy, tone, utc};
use super::receipt::AnswerView;
use super::talk::TalkPane;
use askama::Template;

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
    /// Every question of the set, answered or not, in order.
    pub(crate) answers: Vec<AnswerView>,
    /// The conversation; none when it never had one.
    pub(crate) talk: Option<TalkPane>,
    /// Whose application it is: opens their page.
    pub(crate) candidate_id: String,
    /// Where a person may move it, with the stage's name and words.
    pub(crate) moves: Vec<&'static str>,
    /// Whether the reader may do more than read.
    pub(crate) can_work: bool,
    /// This application's open actions.
    pub(crate) actions: Vec<ActionRow>,
}

impl ApplicationView {
    /// The score as shown.
    pub(crate) fn score_text(&self) -> Option<String> {
        self.score.map(tidy)
    }
}
