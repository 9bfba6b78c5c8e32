//! Sessions: finding, adding, changing, deleting.

use std::cmp::Reverse;

use uuid::Uuid;

use super::constraint::unique;
use super::{Tables, page};
use crate::recruiting::ActionStatus;
use crate::session::Session;
use crate::store::rows::{Page, Result, SessionFilter};

fn is_of(session: &Session, platform: &str, account: &str, platform_user_id: &str) -> bool {
    session.platform_user_id == platform_user_id && session.platform == platform && session.account == account
}

pub(crate) fn get(t: &Tables, id: Uuid) -> Option<Session> {
    t.sessions.get(&id).cloned()
}

pub(crate) fn open_of(t: &Tables, platform: &str, account: &str, platform_user_id: &str) -> Option<Session> {
    t.sessions.values().find(|s| s.closed_at.is_none() && is_of(s, platform, account, platform_user_id)).cloned()
}

pub(crate) fn newest_of(t: &Tables, platform: &str, account: &str, platform_user_id: &str) -> Option<Session> {
    t.sessions
        .values()
        .filter(|s| is_of(s, platform, account, platform_user_id))
        .max_by_key(|s| (s.opened_at, s.closed_at.is_none()))
        .cloned()
}

pub(crate) fn by_token(t: &Tables, token_hash: &[u8]) -> Option<Session> {
    t.sessions.values().find(|s| s.token_hash.as_deref() == Some(token_hash)).cloned()
}

pub(crate) fn insert(t: &mut Tables, session: &Session) -> Result<()> {
    unique(!t.sessions.contains(&session.id), "chat_sessions.id")?;
    put(t, session)
}

pub(crate) fn update(t: &mut Tables, session: &Session) -> Result<()> {
    t.need_session(session.id)?;
    put(t, session)
}

/// What must be unique is so among the others.
fn put(t: &mut Tables, session: &Session) -> Result<()> {
    for other in t.sessions.values().filter(|other| other.id != session.id) {
        let both_open = session.closed_at.is_none() && other.closed_at.is_none();
        let same_person = is_of(other, &session.platform, &session.account, &session.platform_user_id);
        unique(!(both_open && same_person), "chat_sessions_platform_account_platform_user_id")?;
        let same_token = session.token_hash.is_some() && session.token_hash == other.token_hash;
        unique(!same_token, "chat_sessions_token_hash")?;
    }
    t.sessions.put(session.id, session.clone());
    Ok(())
}

pub(crate) fn list(t: &Tables, filter: &SessionFilter, wanted: Page) -> Vec<Session> {
    let waits =
        |s: &Session| t.actions.values().any(|a| a.session_id == Some(s.id) && a.status == ActionStatus::Open && a.action_type.escalates());
    let job = |s: &Session| s.application_id.and_then(|id| t.applications.get(&id)).map(|a| a.job_id);
    let wished = t.sessions.values().filter(|s| {
        filter.open.is_none_or(|open| open == s.closed_at.is_none())
            && filter.job_id.is_none_or(|id| job(s) == Some(id))
            && (!filter.waiting || waits(s))
    });
    let mut rows: Vec<_> = wished.collect();
    rows.sort_by_key(|s| Reverse((s.last_entry_at, s.id)));
    page(&rows, wanted)
}

pub(crate) fn of_application(t: &Tables, application_id: Uuid) -> Vec<Uuid> {
    let mut ids: Vec<_> =
        t.sessions.values().filter(|s| s.application_id == Some(application_id) && s.closed_at.is_none()).map(|s| s.id).collect();
    ids.sort_unstable();
    ids
}

pub(crate) fn of_candidate(t: &Tables, candidate_id: Uuid) -> Vec<Uuid> {
    t.sessions.values().filter(|s| s.candidate_id == Some(candidate_id)).map(|s| s.id).collect()
}

pub(crate) fn delete(t: &mut Tables, id: Uuid) {
    t.outbox.remove_where(|_, row| row.session_id == id);
    t.messages.remove_where(|_, row| row.session_id == id);
    t.message_seqs.remove_where(|_, (session_id, _)| *session_id == id);
    t.inbound.remove_where(|(session_id, _), _| *session_id == id);
    t.timers.remove_where(|_, row| row.session_id == id);
    t.events.remove_where(|_, row| row.event.session_id == id);
    t.actions.remove_where(|_, row| row.session_id == Some(id));
    t.consents.remove_where(|_, row| row.session_id == Some(id));
    t.activity.remove_where(|_, row| row.session_id == Some(id));
    super::files::delete_where(t, |file| file.session_id == id);
    t.seen.change_where(|row| row.session_id == Some(id), |row| (row.session_id, row.message_id, row.seq) = (None, None, None));
    t.applications.change_where(|row| row.session_id == Some(id), |row| row.session_id = None);
    t.model_calls.change_where(|row| row.session_id == Some(id), |row| row.session_id = None);
    t.sessions.change_where(|row| row.successor_id == Some(id), |row| row.successor_id = None);
    t.sessions.remove(&id);
}
