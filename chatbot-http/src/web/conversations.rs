//! `/console/conversations`: the live list, one conversation, what stands beside it.

use askama::Template;

use super::actions::ActionRow;
use super::format::{must_have_words, spaced, tidy, tone, utc};
use super::talk::TalkPane;

/// A choice in a filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// The value sent.
    pub(crate) value: String,
    /// What it is called.
    pub(crate) label: String,
    /// Whether it is the one that holds.
    pub(crate) selected: bool,
}

/// What the list is filtered by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    /// Open, waiting, taken over, closed, all.
    pub(crate) states: Vec<Choice>,
    /// Reasons to look.
    pub(crate) reasons: Vec<Choice>,
    /// Jobs.
    pub(crate) jobs: Vec<Choice>,
    /// Channels.
    pub(crate) channels: Vec<Choice>,
    /// Least scores.
    pub(crate) scores: Vec<Choice>,
    /// Only what the reader has not read.
    pub(crate) unread: bool,
    /// Only what the reader sees to.
    pub(crate) mine: bool,
    /// A tag.
    pub(crate) tag: String,
    /// How many of these hold, beside the state.
    pub(crate) held: usize,
    /// All of it as a query string, without `?`.
    pub(crate) query: String,
}

/// One conversation in the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConvRow {
    /// Opens it.
    pub(crate) session_id: String,
    /// Whether it is the one that is open.
    pub(crate) current: bool,
    /// The name, or what stands for it.
    pub(crate) name: String,
    /// The job's title.
    pub(crate) job: Option<String>,
    /// `web`, `telegram`, …
    pub(crate) platform: String,
    /// Something new was said.
    pub(crate) unread: bool,
    /// A person has it.
    pub(crate) taken: bool,
    /// It is over.
    pub(crate) closed: bool,
    /// Why it waits for a person, in words.
    pub(crate) waiting: Vec<String>,
    /// Who sees to it.
    pub(crate) assigned: Option<String>,
    /// What it is sorted under.
    pub(crate) tags: Vec<String>,
    /// Out of 100.
    pub(crate) score: Option<f64>,
    /// Who spoke last, as a word before the preview.
    pub(crate) last_by: &'static str,
    /// The last words.
    pub(crate) preview: String,
    /// RFC 3339.
    pub(crate) at: String,
}

impl ConvRow {
    /// The score as shown.
    pub(crate) fn score_text(&self) -> Option<String> {
        self.score.map(tidy)
    }
}

/// A note of a colleague's.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoteView {
    /// Its id.
    pub(crate) id: String,
    /// Who wrote it.
    pub(crate) author: String,
    /// The words.
    pub(crate) content: String,
    /// RFC 3339.
    pub(crate) at: String,
    /// Whether the reader may take it away.
    pub(crate) own: bool,
}

/// What stands beside a conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct SideView {
    /// Opens the person's page.
    pub(crate) candidate_id: Option<String>,
    /// Opens the receipt.
    pub(crate) application_id: Option<String>,
    /// The job's title.
    pub(crate) job: Option<String>,
    /// Addresses and numbers.
    pub(crate) contacts: Vec<String>,
    /// Where the application stands.
    pub(crate) status: Option<String>,
    /// Out of 100.
    pub(crate) score: Option<f64>,
    /// `passed`, `unknown`, `failed`, `none`.
    pub(crate) must_haves: String,
    /// Answered questions.
    pub(crate) answered: usize,
    /// All questions.
    pub(crate) total: usize,
    /// `web`, `telegram`, …
    pub(crate) platform: String,
    /// Where the link was found.
    pub(crate) source: Option<String>,
    /// Who may see to it.
    pub(crate) colleagues: Vec<Choice>,
    /// The reader, if they are a person.
    pub(crate) me: Option<String>,
    /// What it is sorted under.
    pub(crate) tags: Vec<String>,
    /// What colleagues noted.
    pub(crate) notes: Vec<NoteView>,
    /// What waits for a person in it.
    pub(crate) actions: Vec<ActionRow>,
}

impl SideView {
    /// The score as shown.
    pub(crate) fn score_text(&self) -> Option<String> {
        self.score.map(tidy)
    }

    /// Tags as they are typed.
    pub(crate) fn tags_text(&self) -> String {
        self.tags.join(", ")
    }
}

/// The page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "conversations.html")]
pub(crate) struct ConversationsView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// Whether the reader may do more than read.
    pub(crate) can_work: bool,
    /// What the list is filtered by.
    pub(crate) filters: Filters,
    /// The list.
    pub(crate) rows: Vec<ConvRow>,
    /// The cursor of what comes after.
    pub(crate) next: Option<String>,
    /// The conversation that is open.
    pub(crate) talk: Option<TalkPane>,
    /// What stands beside it.
    pub(crate) side: SideView,
}

/// The list alone, for a page that is open.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "_conversations.html")]
pub(crate) struct ConversationListView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What the list is filtered by.
    pub(crate) filters: Filters,
    /// The list.
    pub(crate) rows: Vec<ConvRow>,
    /// The cursor of what comes after.
    pub(crate) next: Option<String>,
}

/// A message a search found.
#[derive(Clone, Debug, Default)]
pub(crate) struct HitView {
    /// Opens the conversation.
    pub(crate) session_id: String,
    /// The message's number.
    pub(crate) seq: i64,
    /// Who wrote it.
    pub(crate) sender: &'static str,
    /// Whose conversation.
    pub(crate) name: String,
    /// Which job.
    pub(crate) job: Option<String>,
    /// The words.
    pub(crate) preview: String,
    /// RFC 3339.
    pub(crate) at: String,
}

/// `/console/search`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "search.html")]
pub(crate) struct SearchView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// What was asked for.
    pub(crate) words: String,
    /// What was found.
    pub(crate) hits: Vec<HitView>,
    /// Whether all messages were looked through.
    pub(crate) complete: bool,
}
