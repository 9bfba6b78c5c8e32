//! The desk.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::constraint::{there, unique};
use super::{Tables, count, page};
use crate::access::{Role, TokenKind};
use crate::recruiting::desk::{CannedReply, DeskFilter, DeskRow, Heard, Hit, Note, SignIn, WINDOW};
use crate::recruiting::figures::{AnswerCount, ApplicationTimes, Named, Span};
use crate::recruiting::{ActionStatus, AnswerState};
use crate::session::Session;
use crate::store::rows::{Page, Result};

pub(crate) fn sessions(t: &Tables, filter: &DeskFilter, wanted: Page) -> Vec<Session> {
    let mut rows: Vec<_> = t.sessions.values().collect();
    rows.sort_by_key(|s| Reverse((s.last_entry_at, s.id)));
    if !filter.is_selective() {
        rows.truncate(count(WINDOW));
    }
    rows.retain(|s| fits(t, filter, s));
    page(&rows, wanted)
}

fn fits(t: &Tables, filter: &DeskFilter, s: &Session) -> bool {
    let application = || s.application_id.and_then(|id| t.applications.get(&id));
    let open = || t.actions.values().filter(|a| a.session_id == Some(s.id) && a.status == ActionStatus::Open);
    filter.open.is_none_or(|open| open == s.closed_at.is_none())
        && filter.job_id.is_none_or(|id| application().is_some_and(|a| a.job_id == id))
        && filter.platform.as_ref().is_none_or(|platform| *platform == s.platform)
        && filter.reason.is_none_or(|reason| open().any(|a| a.action_type == reason))
        && (!filter.waiting || open().any(|a| a.action_type.escalates()))
        && (!filter.taken_over || !s.automation_enabled)
        && filter.assigned_to.is_none_or(|user| row(t, s.id).assigned_to == Some(user))
        && filter.tag.as_ref().is_none_or(|tag| t.tags.contains(&(s.id, tag.clone())))
        && filter.min_score.is_none_or(|least| application().and_then(|a| a.jd_match_score).is_some_and(|score| score >= least))
        && filter.unread_by.is_none_or(|user| s.last_seq > read_upto(t, user, s.id))
}

pub(crate) fn heard_after(t: &Tables, at: DateTime<Utc>, id: Uuid, limit: i64) -> Vec<Heard> {
    let mut rows: Vec<_> = t.sessions.values().filter(|s| (s.last_entry_at, s.id) > (at, id)).collect();
    rows.sort_by_key(|s| (s.last_entry_at, s.id));
    let heard = |s: &Session| Heard {
        session_id: s.id,
        last_entry_at: s.last_entry_at,
        candidate_id: s.candidate_id,
        last_seq: s.last_seq,
        words_upto: row(t, s.id).words_upto,
    };
    rows.into_iter().take(count(limit)).map(heard).collect()
}

pub(crate) fn row(t: &Tables, session_id: Uuid) -> DeskRow {
    t.desk.get(&session_id).cloned().unwrap_or_default()
}

pub(crate) fn read_upto(t: &Tables, user_id: Uuid, session_id: Uuid) -> i64 {
    t.reads.get(&(user_id, session_id)).copied().unwrap_or_default()
}

pub(crate) fn notes(t: &Tables, session_id: Uuid) -> Vec<Note> {
    let mut rows: Vec<_> = t.notes.values().filter(|note| note.session_id == session_id).cloned().collect();
    rows.sort_by_key(|note| (note.created_at, note.id));
    rows
}

pub(crate) fn insert_note(t: &mut Tables, note: &Note) -> Result<()> {
    unique(!t.notes.contains(&note.id), "notes.id")?;
    t.notes.put(note.id, note.clone());
    Ok(())
}

pub(crate) fn tags(t: &Tables, session_id: Uuid) -> Vec<String> {
    t.tags.range_keys((session_id, String::new())..).take_while(|(id, _)| *id == session_id).map(|(_, tag)| tag.clone()).collect()
}

pub(crate) fn set_tags(t: &mut Tables, session_id: Uuid, tags: &[String]) {
    t.tags.remove_where(|(id, _), ()| *id == session_id);
    for tag in tags {
        t.tags.put((session_id, tag.clone()), ());
    }
}

pub(crate) fn canned(t: &Tables, wanted: Page) -> Vec<CannedReply> {
    let mut rows: Vec<_> = t.canned.values().collect();
    rows.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
    page(&rows, wanted)
}

pub(crate) fn put_canned(t: &mut Tables, reply: &CannedReply) {
    let created_at = t.canned.get(&reply.id).map_or(reply.created_at, |stands| stands.created_at);
    t.canned.put(reply.id, CannedReply { created_at, ..reply.clone() });
}

/// When a message was sent, and its words.
type Said<'t> = (DateTime<Utc>, Vec<&'t str>);

pub(crate) fn find(t: &Tables, words: &[String], limit: i64) -> Vec<Hit> {
    let mut found: BTreeMap<(Uuid, i64), Said<'_>> = BTreeMap::new();
    for row in t.words.values() {
        let entry = found.entry((row.session_id, row.seq)).or_insert((row.sent_at, Vec::new()));
        entry.1.push(&row.word);
    }
    let means = |has: &str, word: &str| if word.chars().count() < 3 { has == word } else { has.starts_with(word) };
    let mut hits: Vec<_> = found.into_iter().filter(|(_, (_, has))| words.iter().all(|word| has.iter().any(|h| means(h, word)))).collect();
    hits.sort_by_key(|((session_id, seq), (sent_at, _))| (Reverse(*sent_at), *session_id, *seq));
    hits.into_iter().take(if words.is_empty() { 0 } else { count(limit) }).map(|((session_id, seq), _)| Hit { session_id, seq }).collect()
}

pub(crate) fn set_keys(t: &mut Tables, candidate_id: Uuid, keys: &[String]) {
    t.candidate_keys.remove_where(|(_, id), ()| *id == candidate_id);
    for key in keys {
        t.candidate_keys.put((key.clone(), candidate_id), ());
    }
}

pub(crate) fn in_common(t: &Tables, candidate_id: Uuid) -> Vec<(Uuid, String)> {
    let keys: Vec<_> = t.candidate_keys.range_keys(..).collect();
    let theirs: Vec<_> = keys.iter().filter(|(_, id)| *id == candidate_id).map(|(key, _)| key).collect();
    let mut found: Vec<_> =
        keys.iter().filter(|(key, id)| *id != candidate_id && theirs.contains(&key)).map(|(key, id)| (*id, key.clone())).collect();
    found.sort();
    found
}

pub(crate) fn move_candidate(t: &mut Tables, from: Uuid, into: Uuid) {
    t.applications.change_where(|row| row.candidate_id == from, |row| row.candidate_id = into);
    t.sessions.change_where(|row| row.candidate_id == Some(from), |row| row.candidate_id = Some(into));
    t.files.change_where(|row| row.candidate_id == Some(from), |row| row.candidate_id = Some(into));
    t.consents.change_where(|row| row.candidate_id == from, |row| row.candidate_id = into);
    let keys: Vec<_> = t.candidate_keys.range_keys(..).filter(|(_, id)| *id == from).map(|(key, _)| key.clone()).collect();
    for key in keys {
        t.candidate_keys.put((key, into), ());
    }
    t.candidate_keys.remove_where(|(_, id), ()| *id == from);
    t.candidates.remove(&from);
}

pub(crate) fn put_password(t: &mut Tables, user_id: Uuid, hash: &str) -> Result<()> {
    there(t.users.contains(&user_id), "user")?;
    t.passwords.put(user_id, hash.to_owned());
    Ok(())
}

pub(crate) fn sign_ins(t: &Tables, user_id: Uuid) -> Vec<SignIn> {
    let mut rows: Vec<_> = t
        .tokens
        .values()
        .filter(|token| token.user_id == Some(user_id) && token.kind == TokenKind::Console && token.revoked_at.is_none())
        .map(|token| {
            let used = t.token_uses.get(&token.id);
            SignIn {
                id: token.id,
                agent: used.map(|(agent, _)| agent.clone()),
                created_at: token.created_at,
                used_at: used.map(|(_, at)| *at),
                expires_at: token.expires_at,
            }
        })
        .collect();
    rows.sort_by_key(|row| (Reverse(row.created_at), row.id));
    rows
}

pub(crate) fn put_token_use(t: &mut Tables, token_id: Uuid, agent: &str, at: DateTime<Utc>) -> Result<()> {
    there(t.tokens.contains(&token_id), "token")?;
    t.token_uses.put(token_id, (agent.to_owned(), at));
    Ok(())
}

pub(crate) fn set_role(t: &mut Tables, user_id: Uuid, role: Role) -> bool {
    t.users.change(&user_id, |user| user.role = role)
}

fn within(t: &Tables, span: Span) -> impl Iterator<Item = &crate::recruiting::Application> {
    t.applications
        .values()
        .filter(move |a| a.consented_at.is_some() && a.created_at >= span.since && span.job_id.is_none_or(|id| a.job_id == id))
}

pub(crate) fn times(t: &Tables, span: Span, limit: i64) -> Vec<ApplicationTimes> {
    let mut rows: Vec<_> = within(t, span).collect();
    rows.sort_by_key(|a| Reverse((a.created_at, a.id)));
    rows.into_iter()
        .take(count(limit))
        .map(|a| ApplicationTimes { created_at: a.created_at, submitted_at: a.submitted_at, must_have_failed: a.must_have_failed })
        .collect()
}

fn state(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Read => "read",
        AnswerState::Unread => "unread",
        AnswerState::Skipped => "skipped",
        AnswerState::Corrected => "corrected",
    }
}

pub(crate) fn answer_counts(t: &Tables, span: Span) -> Vec<AnswerCount> {
    let mut counts: BTreeMap<(Uuid, &str, Option<bool>), i64> = BTreeMap::new();
    for application in within(t, span) {
        for answer in t.answers.range((application.id, Uuid::nil())..=(application.id, Uuid::max())) {
            *counts.entry((answer.question_id, state(answer.state), answer.passed)).or_default() += 1;
        }
    }
    counts.into_iter().map(|((question_id, state, passed), n)| AnswerCount { question_id, state: state.to_owned(), passed, n }).collect()
}

pub(crate) fn action_counts(t: &Tables, span: Span) -> Vec<Named> {
    let of_job = |id: Option<Uuid>| id.and_then(|id| t.applications.get(&id)).map(|a| a.job_id);
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for action in t.actions.values() {
        if action.created_at >= span.since && span.job_id.is_none_or(|id| of_job(action.application_id) == Some(id)) {
            *counts.entry(action.action_type.as_str()).or_default() += 1;
        }
    }
    counts.into_iter().map(|(name, n)| Named { name: name.to_owned(), n }).collect()
}

/// Takes away what stands beside these conversations; answers rows by table.
pub(crate) fn forget_sessions(t: &mut Tables, ids: &[Uuid]) -> [(&'static str, u64); 5] {
    [
        ("message_words", t.words.remove_where(|_, row| ids.contains(&row.session_id))),
        ("session_reads", t.reads.remove_where(|(_, session), _| ids.contains(session))),
        ("session_tags", t.tags.remove_where(|(session, _), ()| ids.contains(session))),
        ("notes", t.notes.remove_where(|_, note| ids.contains(&note.session_id))),
        ("conversation_desk", t.desk.remove_where(|session, _| ids.contains(session))),
    ]
}
