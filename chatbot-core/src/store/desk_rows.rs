//! The rows of the desk: what recruiters keep beside conversations, how they find one, what the dashboard counts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rows::{Page, Result};
use crate::access::Role;
use crate::recruiting::desk::{CannedReply, DeskFilter, DeskRow, Heard, Hit, Note, SignIn, WordRow};
use crate::recruiting::figures::{AnswerCount, ApplicationTimes, Named, Span};
use crate::session::Session;

/// Row operations of the desk, of one connection or transaction.
#[async_trait]
pub trait DeskRows: Send {
    // ── picking a conversation ──
    /// Conversations as the filter says, newest entry first.
    async fn desk_sessions(&mut self, filter: &DeskFilter, page: Page) -> Result<Vec<Session>>;
    /// Conversations whose last entry came after `(at, id)`, oldest first, each with how far its words are known.
    async fn sessions_heard_after(&mut self, at: DateTime<Utc>, id: Uuid, limit: i64) -> Result<Vec<Heard>>;
    /// Who sees to a conversation, and how far its words are known.
    async fn desk_row(&mut self, session_id: Uuid) -> Result<DeskRow>;
    /// Writes it.
    async fn put_desk_row(&mut self, session_id: Uuid, row: &DeskRow) -> Result<()>;
    /// Up to which message a user has read a conversation; 0: nothing of it.
    async fn read_upto(&mut self, user_id: Uuid, session_id: Uuid) -> Result<i64>;
    /// Notes it. Going back is possible: what was read is then unread again.
    async fn mark_read(&mut self, user_id: Uuid, session_id: Uuid, seq: i64) -> Result<()>;

    // ── beside a conversation ──
    /// Notes, oldest first.
    async fn notes(&mut self, session_id: Uuid) -> Result<Vec<Note>>;
    /// Adds one.
    async fn insert_note(&mut self, note: &Note) -> Result<()>;
    /// A note.
    async fn note(&mut self, id: Uuid) -> Result<Option<Note>>;
    /// Takes one away; false if it wasn't there.
    async fn delete_note(&mut self, id: Uuid) -> Result<bool>;
    /// What a conversation is sorted under, in order of the alphabet.
    async fn tags(&mut self, session_id: Uuid) -> Result<Vec<String>>;
    /// Sorts it under these words and no others.
    async fn set_tags(&mut self, session_id: Uuid, tags: &[String]) -> Result<()>;
    /// Replies to be sent often, by title.
    async fn canned_replies(&mut self, page: Page) -> Result<Vec<CannedReply>>;
    /// Adds or replaces one.
    async fn put_canned_reply(&mut self, reply: &CannedReply) -> Result<()>;
    /// Takes one away; false if it wasn't there.
    async fn delete_canned_reply(&mut self, id: Uuid) -> Result<bool>;

    // ── finding words and people ──
    /// Adds words of messages; those that are there stay.
    async fn insert_words(&mut self, words: &[WordRow]) -> Result<()>;
    /// Messages that hold all these words (of three letters or more: their beginnings), newest first.
    async fn find_words(&mut self, words: &[String], limit: i64) -> Result<Vec<Hit>>;
    /// What a candidate may have in common with another, all of it.
    async fn set_candidate_keys(&mut self, candidate_id: Uuid, keys: &[String]) -> Result<()>;
    /// Others who have a key in common with a candidate, with the key.
    async fn candidates_in_common(&mut self, candidate_id: Uuid) -> Result<Vec<(Uuid, String)>>;
    /// Makes everything of one candidate another's, but for the candidate's own row, which goes.
    async fn move_candidate(&mut self, from: Uuid, into: Uuid) -> Result<()>;

    // ── the employer's people ──
    /// A user's password as an argon2id string.
    async fn password(&mut self, user_id: Uuid) -> Result<Option<String>>;
    /// Sets or replaces it.
    async fn put_password(&mut self, user_id: Uuid, hash: &str, at: DateTime<Utc>) -> Result<()>;
    /// Console tokens of a user that were not revoked, newest first.
    async fn sign_ins(&mut self, user_id: Uuid) -> Result<Vec<SignIn>>;
    /// Notes where a token is used.
    async fn put_token_use(&mut self, token_id: Uuid, agent: &str, at: DateTime<Utc>) -> Result<()>;
    /// Changes what a user may do; false if there is no such user.
    async fn set_user_role(&mut self, user_id: Uuid, role: Role) -> Result<bool>;

    // ── the dashboard ──
    /// When applications were begun and submitted, the newest first; from consent on.
    async fn application_times(&mut self, span: Span, limit: i64) -> Result<Vec<ApplicationTimes>>;
    /// Answers of a span's applications, counted by question and state.
    async fn answer_counts(&mut self, span: Span) -> Result<Vec<AnswerCount>>;
    /// Actions filed in a span, counted by type.
    async fn action_counts(&mut self, span: Span) -> Result<Vec<Named>>;
}
