//! Taking a person out whole, tombstones, the words people agreed to, and who has been silent for long.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::constraint::unique;
use super::{Tables, applications, page, sessions};
use crate::files::StoredFile;
use crate::orchestrator::ChatEvent;
use crate::privacy::Erasure;
use crate::provider::calls::Call;
use crate::recruiting::{Action, Activity, Application, ApplicationStatus};
use crate::session::Session;
use crate::store::rows::{Page, Result};

/// What a person's rows hang on.
struct Theirs {
    candidate: Uuid,
    sessions: Vec<Uuid>,
    applications: Vec<Uuid>,
}

impl Theirs {
    fn of(t: &Tables, candidate: Uuid) -> Self {
        Self {
            candidate,
            sessions: sessions::of_candidate(t, candidate),
            applications: t.applications.values().filter(|a| a.candidate_id == candidate).map(|a| a.id).collect(),
        }
    }

    fn session(&self, id: Uuid) -> bool {
        self.sessions.contains(&id)
    }

    fn any(&self, session: Option<Uuid>, application: Option<Uuid>) -> bool {
        session.is_some_and(|id| self.session(id)) || application.is_some_and(|id| self.applications.contains(&id))
    }

    fn line(&self, row: &Activity) -> bool {
        row.candidate_id == Some(self.candidate) || self.any(row.session_id, row.application_id)
    }

    fn file(&self, row: &StoredFile) -> bool {
        row.candidate_id == Some(self.candidate) || self.session(row.session_id)
    }
}

pub(crate) fn applications(t: &Tables, candidate_id: Uuid) -> Vec<Application> {
    let mut rows: Vec<_> = t.applications.values().filter(|a| a.candidate_id == candidate_id).cloned().collect();
    rows.sort_by_key(|a| (a.created_at, a.id));
    rows
}

pub(crate) fn files(t: &Tables, candidate_id: Uuid) -> Vec<StoredFile> {
    let theirs = Theirs::of(t, candidate_id);
    let mut rows: Vec<_> = t.files.values().filter(|file| theirs.file(file)).cloned().collect();
    rows.sort_by_key(|file| (file.created_at, file.id));
    rows
}

pub(crate) fn actions(t: &Tables, candidate_id: Uuid) -> Vec<Action> {
    let theirs = Theirs::of(t, candidate_id);
    let mut rows: Vec<_> = t.actions.values().filter(|a| theirs.any(a.session_id, a.application_id)).cloned().collect();
    rows.sort_by_key(|a| a.created_at);
    rows
}

pub(crate) fn activity(t: &Tables, candidate_id: Uuid) -> Vec<Activity> {
    let theirs = Theirs::of(t, candidate_id);
    let mut rows: Vec<_> = t.activity.values().filter(|line| theirs.line(line)).cloned().collect();
    rows.sort_by_key(|line| line.created_at);
    rows
}

pub(crate) fn events(t: &Tables, candidate_id: Uuid) -> Vec<ChatEvent> {
    let theirs = Theirs::of(t, candidate_id);
    let events = t.events.values().map(|row| &row.event);
    let mut rows: Vec<_> = events.filter(|e| theirs.any(Some(e.session_id), e.application_id)).cloned().collect();
    rows.sort_by_key(|e| e.created_at);
    rows
}

pub(crate) fn model_calls(t: &Tables, candidate_id: Uuid) -> Vec<Call> {
    let theirs = Theirs::of(t, candidate_id);
    let mut rows: Vec<_> = t.model_calls.values().filter(|call| theirs.any(call.session_id, None)).cloned().collect();
    rows.sort_by_key(|call| call.created_at);
    rows
}

pub(crate) fn erase(t: &mut Tables, id: Uuid, keep: Option<Uuid>) -> BTreeMap<String, u64> {
    let theirs = Theirs::of(t, id);
    let files: Vec<Uuid> = t.files.values().filter(|file| theirs.file(file)).map(|file| file.id).collect();
    let mut deleted = BTreeMap::new();
    let mut count = |table: &str, rows: u64| deleted.insert(table.to_owned(), rows);
    count("outbox", t.outbox.remove_where(|_, row| theirs.session(row.session_id)));
    count("chat_messages", t.messages.remove_where(|_, row| theirs.session(row.session_id)));
    t.message_seqs.remove_where(|_, (session, _)| theirs.session(*session));
    count("inbound", t.inbound.remove_where(|(session, _), _| theirs.session(*session)));
    count("timers", t.timers.remove_where(|_, row| theirs.session(row.session_id)));
    count("events", t.events.remove_where(|_, row| theirs.any(Some(row.event.session_id), row.event.application_id)));
    count("files", files.len() as u64);
    super::files::delete_where(t, |file| files.contains(&file.id));
    count("action_queue", t.actions.remove_where(|_, row| theirs.any(row.session_id, row.application_id)));
    count("consents", t.consents.remove_where(|_, row| row.candidate_id == id || theirs.any(row.session_id, None)));
    count("activity_logs", t.activity.remove_where(|_, row| theirs.line(row)));
    let forget = |row: &mut crate::store::rows::Seen| (row.session_id, row.message_id, row.seq) = (None, None, None);
    count("seen", t.seen.change_where(|row| theirs.any(row.session_id, None), forget));
    count("model_calls", t.model_calls.change_where(|row| theirs.any(row.session_id, None), |row| row.session_id = None));
    count("prescreen_answers", t.answers.remove_where(|(application, _), _| theirs.applications.contains(application)));
    for application in &theirs.applications {
        applications::delete_application(t, *application);
    }
    count("applications", theirs.applications.len() as u64);
    count("candidates", u64::from(t.candidates.remove(&id)));
    t.sessions.change_where(|row| row.successor_id.is_some_and(|next| theirs.session(next)), |row| row.successor_id = None);
    if let Some(keep) = keep.filter(|keep| theirs.session(*keep)) {
        t.sessions.change(&keep, |row| (row.candidate_id, row.application_id) = (None, None));
    }
    count("chat_sessions", t.sessions.remove_where(|session, _| theirs.session(*session) && Some(*session) != keep));
    deleted
}

pub(crate) fn insert_erasure(t: &mut Tables, erasure: &Erasure) -> Result<()> {
    unique(!t.erasures.contains(&erasure.candidate_hash), "erasures.candidate_hash")?;
    t.erasures.put(erasure.candidate_hash.clone(), erasure.clone());
    Ok(())
}

pub(crate) fn erasure(t: &Tables, candidate_hash: &[u8]) -> Option<Erasure> {
    t.erasures.get(&candidate_hash.to_vec()).cloned()
}

pub(crate) fn put_consent_text(t: &mut Tables, version: &str, words: &str) {
    if t.consent_texts.get(&version.to_owned()).is_none() {
        t.consent_texts.put(version.to_owned(), words.to_owned());
    }
}

pub(crate) fn consent_text(t: &Tables, version: &str) -> Option<String> {
    t.consent_texts.get(&version.to_owned()).cloned()
}

pub(crate) fn idle(t: &Tables, before: DateTime<Utc>, wanted: Page) -> Vec<Uuid> {
    let heard = |id: Uuid| t.sessions.values().any(|s| s.candidate_id == Some(id) && s.last_entry_at >= before);
    let wanted_for_work = |a: &Application| {
        a.updated_at >= before
            || matches!(a.status, ApplicationStatus::Shortlisted | ApplicationStatus::Interview | ApplicationStatus::Hired)
    };
    let busy = |id: Uuid| t.applications.values().any(|a| a.candidate_id == id && wanted_for_work(a));
    let mut rows: Vec<_> = t.candidates.values().filter(|c| c.updated_at < before && !heard(c.id) && !busy(c.id)).collect();
    rows.sort_by_key(|c| (c.updated_at, c.id));
    page(&rows, wanted).into_iter().map(|c| c.id).collect()
}

pub(crate) fn leftovers(t: &Tables, wanted: Page) -> Vec<Session> {
    let never_agreed = |id: Uuid| t.candidates.get(&id).is_some_and(|c| c.consented_at.is_none());
    let mut rows: Vec<_> = t.sessions.values().filter(|s| s.closed_at.is_some() && s.candidate_id.is_none_or(never_agreed)).collect();
    rows.sort_by_key(|s| (s.last_entry_at, s.id));
    page(&rows, wanted)
}
