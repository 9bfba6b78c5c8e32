//! The recruiters' desk: picking a conversation, what stands beside it, finding words and people.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::{self, error::RecvError};
use uuid::Uuid;

use super::watch::{preview, view};
use super::{Chatbot, SessionView};
use crate::access::{Actor, Role};
use crate::fault::Fault;
use crate::message::Sender;
use crate::recruiting::desk::{CannedReply, DeskFilter, Note, search_words};
use crate::recruiting::list::Page;
use crate::recruiting::{Activity, ApplicationStatus};
use crate::store::rows::Rows;
use crate::wake::Signal;

/// Messages a search answers.
const HITS: i64 = 50;
/// Words of a search that count.
const WORDS: usize = 6;
/// How many times a search goes on noting words before it answers with what is known.
const ROUNDS: usize = 20;

/// One of the employer's people, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Colleague {
    /// Their id.
    pub id: Uuid,
    /// What they are called.
    pub name: String,
}

/// A conversation as the desk lists it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Conversation {
    /// The conversation.
    #[serde(flatten)]
    pub session: SessionView,
    /// Whether something was said since the reader last looked.
    pub unread: bool,
    /// Who sees to it.
    pub assigned_to: Option<Colleague>,
    /// What it is sorted under.
    pub tags: Vec<String>,
    /// The application's score.
    pub jd_match_score: Option<f64>,
    /// Where the application stands.
    pub status: Option<ApplicationStatus>,
}

/// What stands beside a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Desk {
    /// Who sees to it.
    pub assigned_to: Option<Colleague>,
    /// What it is sorted under.
    pub tags: Vec<String>,
    /// What colleagues noted, oldest first.
    pub notes: Vec<Note>,
}

/// A message that a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// In which conversation.
    pub session_id: Uuid,
    /// Its number there.
    pub seq: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// Its first words.
    pub preview: String,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// Whose conversation it is, if known.
    pub candidate_name: Option<String>,
    /// About which job.
    pub job_title: Option<String>,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SamePerson {
    /// Their id.
    pub candidate_id: Uuid,
    /// What they are called.
    pub candidate_name: Option<String>,
    /// What both have: `email`, `phone`, `file`.
    pub in_common: Vec<String>,
    /// When they first wrote.
    pub created_at: DateTime<Utc>,
}

/// Why two candidates were not made one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// One of them isn't there, or both are the same.
    #[error("there is no such candidate, or both are the same")]
    NotFound,
    /// The store is unavailable: nothing was written.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Whoever watches the whole desk.
#[derive(Debug)]
pub struct DeskEvents(broadcast::Receiver<Signal>);

impl DeskEvents {
    /// The next conversation in which something happened; `None`: look at all of them.
    pub async fn next(&mut self) -> Option<Uuid> {
        loop {
            match self.0.recv().await {
                Ok(Signal::Changed(id)) => return Some(id),
                Ok(Signal::All) | Err(RecvError::Lagged(_)) => return None,
                Ok(_) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Chatbot {
    /// Conversations as the filter says, the newest entry first, as this reader sees them.
    pub async fn conversations(&self, filter: &DeskFilter, page: Page, reader: Option<Uuid>) -> Result<Vec<Conversation>, Fault> {
        let mut rows = self.rows().await?;
        let mut names = HashMap::new();
        let mut found = Vec::new();
        for session in rows.desk_sessions(filter, page).await? {
            let upto = match reader {
                Some(user) => rows.read_upto(user, session.id).await?,
                None => session.last_seq,
            };
            let application = match session.application_id {
                Some(id) => rows.application(id).await?,
                None => None,
            };
            let desk = rows.desk_row(session.id).await?;
            found.push(Conversation {
                unread: session.last_seq > upto,
                assigned_to: colleague(rows.as_mut(), desk.assigned_to, &mut names).await?,
                tags: rows.tags(session.id).await?,
                jd_match_score: application.as_ref().and_then(|a| a.jd_match_score),
                status: application.map(|a| a.status),
                session: view(rows.as_mut(), session).await?,
            });
        }
        Ok(found)
    }

    /// Watches all conversations at once.
    pub fn watch_desk(&self) -> DeskEvents {
        DeskEvents(self.inner.wake.listen())
    }

    /// How long a watcher of the desk may go unwoken before it looks by itself.
    pub fn look_at_desk_again(&self) -> Duration {
        self.look_again().max(Duration::from_secs(2))
    }

    /// What stands beside a conversation; `None`: there is no such conversation.
    pub async fn desk(&self, session_id: Uuid) -> Result<Option<Desk>, Fault> {
        let mut rows = self.rows().await?;
        if rows.session(session_id).await?.is_none() {
            return Ok(None);
        }
        let row = rows.desk_row(session_id).await?;
        let assigned_to = colleague(rows.as_mut(), row.assigned_to, &mut HashMap::new()).await?;
        Ok(Some(Desk { assigned_to, tags: rows.tags(session_id).await?, notes: rows.notes(session_id).await? }))
    }

    /// Adds a note that only colleagues read; `None`: there is no such conversation.
    pub async fn add_note(&self, session_id: Uuid, content: &str, by: &Actor) -> Result<Option<Note>, Fault> {
        let note = Note {
            id: self.inner.store.new_id(),
            session_id,
            author_id: by.user_id,
            author: by.name.clone(),
            content: content.to_owned(),
            created_at: self.now(),
        };
        let added = self.inner.store.insert_note(note.clone()).await?;
        self.push_to_web(session_id);
        Ok(added.then_some(note))
    }

    /// Takes a note away: its author's, or anybody's for an administrator. False: there is none that they may take.
    pub async fn delete_note(&self, id: Uuid, by: &Actor) -> Result<bool, Fault> {
        let Some(note) = self.rows().await?.note(id).await? else { return Ok(false) };
        let own = note.author_id.is_some() && note.author_id == by.user_id;
        if !own && by.role < Role::Admin {
            return Ok(false);
        }
        Ok(self.inner.store.delete_note(id).await?)
    }

    /// Sorts a conversation under these words and no others; false: there is no such conversation.
    pub async fn set_tags(&self, session_id: Uuid, tags: &[String]) -> Result<bool, Fault> {
        let done = self.inner.store.set_tags(session_id, tags.to_vec()).await?;
        self.push_to_web(session_id);
        Ok(done)
    }

    /// Gives a conversation to a colleague to see to, or to nobody; false: there is no such conversation.
    pub async fn assign(&self, session_id: Uuid, user_id: Option<Uuid>, by: &Actor) -> Result<bool, Fault> {
        let done = self.inner.store.assign(session_id, user_id, by.name.clone()).await?;
        self.push_to_web(session_id);
        Ok(done)
    }

    /// Notes how far a user has read; false: there is no such conversation.
    pub async fn mark_read(&self, session_id: Uuid, user_id: Uuid, seq: i64) -> Result<bool, Fault> {
        Ok(self.inner.store.mark_read(user_id, session_id, seq).await?)
    }

    /// Replies to be sent often, by title.
    pub async fn canned_replies(&self, page: Page) -> Result<Vec<CannedReply>, Fault> {
        Ok(self.rows().await?.canned_replies(page).await?)
    }

    /// Writes one: a new one, or the one of this id anew.
    pub async fn put_canned_reply(&self, id: Option<Uuid>, title: &str, content: &str) -> Result<CannedReply, Fault> {
        let now = self.now();
        let id = id.unwrap_or_else(|| self.inner.store.new_id());
        let reply = CannedReply { id, title: title.to_owned(), content: content.to_owned(), created_at: now, updated_at: now };
        self.inner.store.put_canned_reply(reply.clone()).await?;
        Ok(reply)
    }

    /// Takes one away; false: there is none of this id.
    pub async fn delete_canned_reply(&self, id: Uuid) -> Result<bool, Fault> {
        Ok(self.inner.store.delete_canned_reply(id).await?)
    }

    /// Messages of candidates and recruiters that hold all these words, newest first. `complete` is false while older
    /// messages are still being read in.
    pub async fn search(&self, text: &str) -> Result<(Vec<Found>, bool), Fault> {
        let complete = self.note_words(ROUNDS).await?;
        let mut words = search_words(text);
        // The longest are the rarest, mostly.
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        words.truncate(WORDS);
        let mut rows = self.rows().await?;
        let mut found = Vec::new();
        for hit in rows.find_words(&words, HITS).await? {
            let Some(message) = rows.messages(hit.session_id, hit.seq - 1, 1).await?.pop() else { continue };
            let Some(session) = rows.session(hit.session_id).await? else { continue };
            let about = view(rows.as_mut(), session).await?;
            found.push(Found {
                session_id: hit.session_id,
                seq: message.seq,
                sender: message.sender,
                preview: preview(&message.content),
                sent_at: message.sent_at,
                candidate_name: about.candidate_name,
                job_title: about.job.map(|job| job.title),
            });
        }
        Ok((found, complete))
    }

    /// Notes words that were written since the last time, in so many rounds at most; true: all of them.
    pub(super) async fn note_words(&self, rounds: usize) -> Result<bool, Fault> {
        for _ in 0..rounds {
            if self.inner.store.note_words().await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Who may be the same person: somebody with the same address, number or file. Nobody is ever merged by this alone.
    pub async fn possibly_the_same(&self, candidate_id: Uuid) -> Result<Vec<SamePerson>, Fault> {
        self.note_words(1).await?;
        let mut rows = self.rows().await?;
        let mut found: Vec<SamePerson> = Vec::new();
        for (id, key) in rows.candidates_in_common(candidate_id).await? {
            let kind = key.split(':').next().unwrap_or_default().to_owned();
            if let Some(known) = found.iter_mut().find(|known| known.candidate_id == id) {
                if !known.in_common.contains(&kind) {
                    known.in_common.push(kind);
                }
                continue;
            }
            let Some(other) = rows.candidate(id).await? else { continue };
            found.push(SamePerson { candidate_id: id, candidate_name: other.name, in_common: vec![kind], created_at: other.created_at });
        }
        Ok(found)
    }

    /// Makes two candidates one, because a person says that they are: `into` stays, with the conversations, applications
    /// and files of both.
    pub async fn merge_candidates(&self, from: Uuid, into: Uuid, by: &Actor) -> Result<(), MergeError> {
        let sessions = self.rows().await?.sessions_of_candidate(from).await.map_err(Fault::from)?;
        match self.inner.store.merge(from, into, by.name.clone()).await.map_err(Fault::from)? {
            crate::store::Merged::Absent => return Err(MergeError::NotFound),
            crate::store::Merged::Done => {}
        }
        for session in sessions {
            self.inner.worker.cancel(session);
            self.inner.wake.wake(session);
        }
        Ok(())
    }

    /// A candidate's conversations and applications, by id.
    pub async fn of_candidate(&self, candidate_id: Uuid) -> Result<(Vec<Uuid>, Vec<Uuid>), Fault> {
        let mut rows = self.rows().await?;
        let sessions = rows.sessions_of_candidate(candidate_id).await?;
        let applications = rows.applications_of_candidate(candidate_id).await?.into_iter().map(|a| a.id).collect();
        Ok((sessions, applications))
    }

    /// Notes in the activity log that somebody of the employer's looked at a person.
    pub async fn note_seen(&self, what: &str, candidate_id: Uuid, by: &Actor) -> Result<(), Fault> {
        self.note_act(what, Some(candidate_id), json!({}), by).await
    }

    /// Notes in the activity log what somebody of the employer's did that is no conversation's: a job's rules, a colleague's
    /// role. `detail` names by id, never by what was entered.
    pub async fn note_done(&self, what: &str, detail: Value, by: &Actor) -> Result<(), Fault> {
        self.note_act(what, None, detail, by).await
    }

    async fn note_act(&self, what: &str, candidate_id: Option<Uuid>, detail: Value, by: &Actor) -> Result<(), Fault> {
        let line = Activity {
            id: self.inner.store.new_id(),
            activity_type: what.to_owned(),
            actor_type: "recruiter".into(),
            actor: Some(by.name.clone()),
            session_id: None,
            application_id: None,
            candidate_id,
            detail,
            created_at: self.now(),
        };
        Ok(self.inner.store.note_seen(line).await?)
    }
}

async fn colleague(
    rows: &mut dyn Rows,
    id: Option<Uuid>,
    names: &mut HashMap<Uuid, Option<Colleague>>,
) -> Result<Option<Colleague>, Fault> {
    let Some(id) = id else { return Ok(None) };
    if let Some(known) = names.get(&id) {
        return Ok(known.clone());
    }
    let found = rows.user(id).await?.map(|user| Colleague { id: user.id, name: user.name });
    names.insert(id, found.clone());
    Ok(found)
}
