//! What the desk writes, each in one transaction; and the words and addresses that are noted after the fact.

use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::StoreError;
use super::handle::Store;
use super::rows::Rows;
use crate::access::Role;
use crate::clock::IdSource;
use crate::message::Sender;
use crate::recruiting::desk::{CannedReply, DeskRow, Heard, Note, WordRow, search_words};
use crate::recruiting::{Activity, Candidate};
use crate::session::Session;

/// Where the reading of words has come to: a time and a conversation's id.
const WORDS_AFTER: &str = "desk_words_after";
/// Conversations looked at in one go.
const SESSIONS: i64 = 100;
/// Messages of one conversation read in one transaction.
const MESSAGES: i64 = 200;
/// So long ago is looked at again: what was committed late carries an earlier time.
const OVERLAP: Duration = Duration::minutes(5);

/// What came of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merged {
    /// They are one now.
    Done,
    /// One of them isn't there, or both are the same.
    Absent,
}

/// A line about a conversation by somebody of the employer's.
fn line(ids: &dyn IdSource, session: &Session, kind: &str, by: &str, detail: serde_json::Value, now: DateTime<Utc>) -> Activity {
    Activity {
        id: ids.uuid(),
        activity_type: kind.into(),
        actor_type: "recruiter".into(),
        actor: Some(by.to_owned()),
        session_id: Some(session.id),
        application_id: session.application_id,
        candidate_id: session.candidate_id,
        detail,
        created_at: now,
    }
}

impl Store {
    /// Changes who sees to a conversation; false: there is none of that id.
    pub(crate) async fn assign(&self, session_id: Uuid, user_id: Option<Uuid>, by: String) -> Result<bool, StoreError> {
        let ids = self.ids();
        self.write(move |rows, now| {
            let (by, ids) = (by.clone(), ids.clone());
            async move {
                let Some(session) = rows.session(session_id).await? else { return Ok(false) };
                let stands = rows.desk_row(session_id).await?;
                if stands.assigned_to != user_id {
                    let row = DeskRow { assigned_to: user_id, assigned_at: user_id.map(|_| now), ..stands };
                    rows.put_desk_row(session_id, &row).await?;
                    rows.insert_activity(&line(ids.as_ref(), &session, "assigned", &by, json!({ "user_id": user_id }), now)).await?;
                }
                Ok(true)
            }
            .boxed()
        })
        .await
    }

    /// Adds a note; false: there is no such conversation.
    pub(crate) async fn insert_note(&self, note: Note) -> Result<bool, StoreError> {
        self.write(move |rows, _| {
            let note = note.clone();
            async move {
                // Locked, so that an erasure finds it or we find the conversation gone.
                if rows.lock_session(note.session_id).await?.is_none() {
                    return Ok(false);
                }
                rows.insert_note(&note).await?;
                Ok(true)
            }
            .boxed()
        })
        .await
    }

    /// Takes a note away.
    pub(crate) async fn delete_note(&self, id: Uuid) -> Result<bool, StoreError> {
        self.write(move |rows, _| async move { rows.delete_note(id).await }.boxed()).await
    }

    /// Sorts a conversation; false: there is none of that id.
    pub(crate) async fn set_tags(&self, session_id: Uuid, tags: Vec<String>) -> Result<bool, StoreError> {
        self.write(move |rows, _| {
            let tags = tags.clone();
            async move {
                if rows.lock_session(session_id).await?.is_none() {
                    return Ok(false);
                }
                rows.set_tags(session_id, &tags).await?;
                Ok(true)
            }
            .boxed()
        })
        .await
    }

    /// Notes how far a user has read a conversation; false: there is none of that id.
    pub(crate) async fn mark_read(&self, user_id: Uuid, session_id: Uuid, seq: i64) -> Result<bool, StoreError> {
        self.write(move |rows, _| {
            async move {
                let Some(session) = rows.session(session_id).await? else { return Ok(false) };
                rows.mark_read(user_id, session_id, seq.min(session.last_seq)).await?;
                Ok(true)
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn put_canned_reply(&self, reply: CannedReply) -> Result<(), StoreError> {
        self.write(move |rows, _| {
            let reply = reply.clone();
            async move { rows.put_canned_reply(&reply).await }.boxed()
        })
        .await
    }

    pub(crate) async fn delete_canned_reply(&self, id: Uuid) -> Result<bool, StoreError> {
        self.write(move |rows, _| async move { rows.delete_canned_reply(id).await }.boxed()).await
    }

    pub(crate) async fn put_password(&self, user_id: Uuid, hash: String) -> Result<(), StoreError> {
        self.write(move |rows, now| {
            let hash = hash.clone();
            async move { rows.put_password(user_id, &hash, now).await }.boxed()
        })
        .await
    }

    /// Ends every console token of a user's but one.
    pub(crate) async fn end_sign_ins(&self, user_id: Uuid, but: Option<Uuid>) -> Result<(), StoreError> {
        self.write(move |rows, now| {
            async move {
                for sign_in in rows.sign_ins(user_id).await? {
                    if Some(sign_in.id) != but {
                        rows.revoke_token(sign_in.id, now).await?;
                    }
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn put_token_use(&self, token_id: Uuid, agent: String) -> Result<(), StoreError> {
        self.write(move |rows, now| {
            let agent = agent.clone();
            async move { rows.put_token_use(token_id, &agent, now).await }.boxed()
        })
        .await
    }

    pub(crate) async fn set_user_role(&self, user_id: Uuid, role: Role) -> Result<bool, StoreError> {
        self.write(move |rows, _| async move { rows.set_user_role(user_id, role).await }.boxed()).await
    }

    /// A line in the activity log about somebody having looked.
    pub(crate) async fn note_seen(&self, line: Activity) -> Result<(), StoreError> {
        self.write(move |rows, now| {
            let line = Activity { created_at: now, ..line.clone() };
            async move { rows.insert_activity(&line).await }.boxed()
        })
        .await
    }

    /// Makes two candidates one: `into` stays, with what it lacks from `from`.
    pub(crate) async fn merge(&self, from: Uuid, into: Uuid, by: String) -> Result<Merged, StoreError> {
        let ids = self.ids();
        self.write(move |rows, now| {
            let (by, ids) = (by.clone(), ids.clone());
            async move {
                // Sessions first and in the order of their ids, as any batch locks them; turns in flight are discarded.
                let mut sessions = rows.sessions_of_candidate(from).await?;
                sessions.extend(rows.sessions_of_candidate(into).await?);
                sessions.sort_unstable();
                for id in &sessions {
                    if let Some(mut session) = rows.lock_session(*id).await? {
                        session.control_epoch += 1;
                        if session.lease_boot.take().is_some() {
                            session.ready_at = Some(now);
                        }
                        rows.update_session(&session).await?;
                    }
                }
                if from == into {
                    return Ok(Merged::Absent);
                }
                let (gone, stays) = (rows.lock_candidate(from).await?, rows.lock_candidate(into).await?);
                let (Some(gone), Some(mut stays)) = (gone, stays) else { return Ok(Merged::Absent) };
                join(&mut stays, &gone, now);
                rows.move_candidate(from, into).await?;
                rows.update_candidate(&stays).await?;
                rows.insert_activity(&Activity {
                    id: ids.uuid(),
                    activity_type: "candidates_merged".into(),
                    actor_type: "recruiter".into(),
                    actor: Some(by),
                    session_id: None,
                    application_id: None,
                    candidate_id: Some(into),
                    detail: json!({ "merged": from }),
                    created_at: now,
                })
                .await?;
                Ok(Merged::Done)
            }
            .boxed()
        })
        .await
    }

    /// Notes the words people wrote since the last time, and what candidates have in common; true: all of them.
    pub(crate) async fn note_words(&self) -> Result<bool, StoreError> {
        let (sessions, end) = {
            let mut rows = self.backend.reader().await?;
            let (at, id) = rows.setting(WORDS_AFTER).await?.as_deref().and_then(place).unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
            let from = rows.sessions_heard_after(at, id, SESSIONS).await?;
            let last = from.last().map(|s| (s.last_entry_at, s.session_id));
            (from.into_iter().filter(Heard::is_behind).map(|s| s.session_id).collect::<Vec<_>>(), last)
        };
        for id in sessions {
            while !self.note_words_of(id).await? {}
        }
        let Some((at, id)) = end else { return Ok(true) };
        let now = self.now().await?;
        // The newest are looked at again: a transaction that began before ours may commit after it.
        let (at, id, all) = if at > now - OVERLAP { (now - OVERLAP, Uuid::nil(), true) } else { (at, id, false) };
        let value = format!("{}|{id}", at.to_rfc3339());
        self.write(move |rows, _| {
            let value = value.clone();
            async move { rows.put_setting(WORDS_AFTER, &value).await }.boxed()
        })
        .await?;
        Ok(all)
    }

    /// The next messages of one conversation; true: it has no more.
    async fn note_words_of(&self, id: Uuid) -> Result<bool, StoreError> {
        self.write(move |rows, _| note_words_of(rows, id).boxed()).await
    }
}

async fn note_words_of(rows: &mut dyn Rows, id: Uuid) -> Result<bool, StoreError> {
    let Some(session) = rows.lock_session(id).await? else { return Ok(true) };
    let Some(candidate_id) = session.candidate_id else { return Ok(true) };
    let desk = rows.desk_row(id).await?;
    let messages = rows.messages(id, desk.words_upto, MESSAGES).await?;
    let Some(last) = messages.last() else { return Ok(true) };
    let upto = last.seq;
    let mut words = Vec::new();
    for message in messages.iter().filter(|m| matches!(m.sender, Sender::Candidate | Sender::Recruiter)) {
        words.extend(search_words(&message.content).into_iter().map(|word| WordRow {
            word,
            session_id: id,
            seq: message.seq,
            sent_at: message.sent_at,
        }));
    }
    rows.insert_words(&words).await?;
    rows.put_desk_row(id, &DeskRow { words_upto: upto, ..desk }).await?;
    if let Some(candidate) = rows.candidate(candidate_id).await?
        && candidate.consented_at.is_some()
    {
        let mut keys = keys_of(&candidate);
        keys.extend(rows.files_of_candidate(candidate_id).await?.iter().map(|file| format!("file:{}", file.sha256)));
        keys.sort_unstable();
        keys.dedup();
        rows.set_candidate_keys(candidate_id, &keys).await?;
    }
    Ok(messages.len() < usize::try_from(MESSAGES).unwrap_or(usize::MAX))
}

/// What two records of one person would have in common.
fn keys_of(candidate: &Candidate) -> Vec<String> {
    let emails = candidate.emails.iter().map(|email| format!("email:{}", email.trim().to_lowercase()));
    let digits = |phone: &String| phone.chars().filter(char::is_ascii_digit).collect::<String>();
    let phones = candidate.phones.iter().map(digits).filter(|phone| phone.len() >= 6).map(|phone| format!("phone:{phone}"));
    emails.chain(phones).collect()
}

fn place(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('|')?;
    Some((DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc), id.parse().ok()?))
}

/// What the one who stays lacks, from the one who goes; lists hold both.
fn join(stays: &mut Candidate, gone: &Candidate, now: DateTime<Utc>) {
    fn union(stays: &mut Vec<String>, gone: &[String]) {
        for item in gone {
            if !stays.iter().any(|known| known.eq_ignore_ascii_case(item)) {
                stays.push(item.clone());
            }
        }
    }
    stays.name = stays.name.take().or_else(|| gone.name.clone());
    stays.location = stays.location.take().or_else(|| gone.location.clone());
    stays.years_experience = stays.years_experience.or(gone.years_experience);
    union(&mut stays.emails, &gone.emails);
    union(&mut stays.phones, &gone.phones);
    union(&mut stays.links, &gone.links);
    union(&mut stays.languages, &gone.languages);
    union(&mut stays.skills, &gone.skills);
    if stays.positions.is_empty() {
        stays.positions.clone_from(&gone.positions);
    }
    if stays.education.is_empty() {
        stays.education.clone_from(&gone.education);
    }
    for (field, source) in &gone.sources {
        stays.sources.entry(field.clone()).or_insert_with(|| source.clone());
    }
    // Whoever has opted out once stays out, and an agreement of either stands.
    stays.opted_out_at = stays.opted_out_at.or(gone.opted_out_at);
    stays.consented_at = stays.consented_at.or(gone.consented_at);
    stays.created_at = stays.created_at.min(gone.created_at);
    stays.updated_at = now;
}
