//! The desk's rows over the tables.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::MemoryRows;
use crate::access::Role;
use crate::recruiting::desk::{CannedReply, DeskFilter, DeskRow, Heard, Hit, Note, SignIn, WordRow};
use crate::recruiting::figures::{AnswerCount, ApplicationTimes, Named, Span};
use crate::session::Session;
use crate::store::desk_rows::DeskRows;
use crate::store::memory::tables::desk;
use crate::store::rows::{Page, Result};

#[async_trait]
impl DeskRows for MemoryRows<'_> {
    async fn desk_sessions(&mut self, filter: &DeskFilter, page: Page) -> Result<Vec<Session>> {
        self.read(|t| Ok(desk::sessions(t, filter, page)))
    }
    async fn sessions_heard_after(&mut self, at: DateTime<Utc>, id: Uuid, limit: i64) -> Result<Vec<Heard>> {
        self.read(|t| Ok(desk::heard_after(t, at, id, limit)))
    }
    async fn desk_row(&mut self, session_id: Uuid) -> Result<DeskRow> {
        self.read(|t| Ok(desk::row(t, session_id)))
    }
    async fn put_desk_row(&mut self, session_id: Uuid, row: &DeskRow) -> Result<()> {
        self.write(|t| {
            t.desk.put(session_id, row.clone());
            Ok(())
        })
    }
    async fn read_upto(&mut self, user_id: Uuid, session_id: Uuid) -> Result<i64> {
        self.read(|t| Ok(desk::read_upto(t, user_id, session_id)))
    }
    async fn mark_read(&mut self, user_id: Uuid, session_id: Uuid, seq: i64) -> Result<()> {
        self.write(|t| {
            t.reads.put((user_id, session_id), seq);
            Ok(())
        })
    }

    async fn notes(&mut self, session_id: Uuid) -> Result<Vec<Note>> {
        self.read(|t| Ok(desk::notes(t, session_id)))
    }
    async fn insert_note(&mut self, note: &Note) -> Result<()> {
        self.write(|t| desk::insert_note(t, note))
    }
    async fn note(&mut self, id: Uuid) -> Result<Option<Note>> {
        self.read(|t| Ok(t.notes.get(&id).cloned()))
    }
    async fn delete_note(&mut self, id: Uuid) -> Result<bool> {
        self.write(|t| Ok(t.notes.remove(&id)))
    }
    async fn tags(&mut self, session_id: Uuid) -> Result<Vec<String>> {
        self.read(|t| Ok(desk::tags(t, session_id)))
    }
    async fn set_tags(&mut self, session_id: Uuid, tags: &[String]) -> Result<()> {
        self.write(|t| {
            desk::set_tags(t, session_id, tags);
            Ok(())
        })
    }
    async fn canned_replies(&mut self, page: Page) -> Result<Vec<CannedReply>> {
        self.read(|t| Ok(desk::canned(t, page)))
    }
    async fn put_canned_reply(&mut self, reply: &CannedReply) -> Result<()> {
        self.write(|t| {
            desk::put_canned(t, reply);
            Ok(())
        })
    }
    async fn delete_canned_reply(&mut self, id: Uuid) -> Result<bool> {
        self.write(|t| Ok(t.canned.remove(&id)))
    }

    async fn insert_words(&mut self, words: &[WordRow]) -> Result<()> {
        self.write(|t| {
            for row in words {
                t.words.put((row.word.clone(), row.session_id, row.seq), row.clone());
            }
            Ok(())
        })
    }
    async fn find_words(&mut self, words: &[String], limit: i64) -> Result<Vec<Hit>> {
        self.read(|t| Ok(desk::find(t, words, limit)))
    }
    async fn set_candidate_keys(&mut self, candidate_id: Uuid, keys: &[String]) -> Result<()> {
        self.write(|t| {
            desk::set_keys(t, candidate_id, keys);
            Ok(())
        })
    }
    async fn candidates_in_common(&mut self, candidate_id: Uuid) -> Result<Vec<(Uuid, String)>> {
        self.read(|t| Ok(desk::in_common(t, candidate_id)))
    }
    async fn move_candidate(&mut self, from: Uuid, into: Uuid) -> Result<()> {
        self.write(|t| {
            desk::move_candidate(t, from, into);
            Ok(())
        })
    }

    async fn password(&mut self, user_id: Uuid) -> Result<Option<String>> {
        self.read(|t| Ok(t.passwords.get(&user_id).cloned()))
    }
    async fn put_password(&mut self, user_id: Uuid, hash: &str, _at: DateTime<Utc>) -> Result<()> {
        self.write(|t| desk::put_password(t, user_id, hash))
    }
    async fn sign_ins(&mut self, user_id: Uuid) -> Result<Vec<SignIn>> {
        self.read(|t| Ok(desk::sign_ins(t, user_id)))
    }
    async fn put_token_use(&mut self, token_id: Uuid, agent: &str, at: DateTime<Utc>) -> Result<()> {
        self.write(|t| desk::put_token_use(t, token_id, agent, at))
    }
    async fn set_user_role(&mut self, user_id: Uuid, role: Role) -> Result<bool> {
        self.write(|t| Ok(desk::set_role(t, user_id, role)))
    }

    async fn application_times(&mut self, span: Span, limit: i64) -> Result<Vec<ApplicationTimes>> {
        self.read(|t| Ok(desk::times(t, span, limit)))
    }
    async fn answer_counts(&mut self, span: Span) -> Result<Vec<AnswerCount>> {
        self.read(|t| Ok(desk::answer_counts(t, span)))
    }
    async fn action_counts(&mut self, span: Span) -> Result<Vec<Named>> {
        self.read(|t| Ok(desk::action_counts(t, span)))
    }
}
