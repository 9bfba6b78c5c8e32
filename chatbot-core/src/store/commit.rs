//! Commit: everything a turn decided, under the fence, or nothing.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::StoreError;
use super::actions::{About, Settled, emit, file_action, is_like, settle};
use super::claim::came_late;
use super::control::move_fence;
use super::delivery::{being_sent, lease_name, may_send};
use super::erasure::{self, Wish};
use super::log;
use super::open_session::application_for;
use super::rows::{EndClaim, Need, Rows};
use crate::access::UserChannel;
use crate::clock::IdSource;
use crate::message::{ChatMessage, Delivery, Outgoing, Sender};
use crate::outbox::{OutboxRow, is_pulled};
use crate::privacy::Consent;
use crate::recruiting::job_file::LONGEST_SLUG;
use crate::session::{Session, Timer};
use crate::turn::ApplicationPatch;
use crate::turn::effects::CreateJob;
use crate::worker::{Commit, Committed};

/// What a commit will ask for.
pub(super) fn needs(commit: &Commit) -> Vec<Need> {
    let (session, effects) = (&commit.session, &commit.effects);
    let mut needs = vec![Need::Session(session.id)];
    needs.extend(session.application_id.map(Need::Application));
    let tells = !effects.events.is_empty() || effects.actions.iter().any(|a| a.action_type.escalates());
    if tells {
        needs.extend(session.application_id.map(Need::Answers));
    }
    if !(effects.actions.is_empty() && effects.resolve_actions.is_empty()) {
        needs.push(Need::OpenActions(session.id, session.application_id));
    }
    if tells || effects.changes_candidate() {
        needs.extend(session.candidate_id.map(Need::Candidate));
    }
    if commit.sends.is_some() && !is_pulled(&session.platform) {
        needs.push(Need::Unsettled(session.id));
        needs.push(Need::Lease(lease_name(&session.platform, &session.account)));
    }
    needs
}

/// `None`: the fence no longer matched, and nothing of the turn was written.
pub(super) async fn run(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    commit: &Commit,
    erasure: Option<&Wish>,
    boot: Uuid,
    ids: &dyn IdSource,
) -> Result<Option<Committed>, StoreError> {
    if (commit.effects.close || commit.effects.purge) && has_more(rows, commit).await? {
        // An entry came in while the session was being closed: the entry wins, and nothing of the close is done.
        return give_back(rows, now, commit).await;
    }
    let effects = &commit.effects;
    let said: Vec<(Sender, &Outgoing)> =
        effects.notices.iter().map(|m| (Sender::System, m)).chain(effects.messages.iter().map(|m| (Sender::Bot, m))).collect();
    let mut context = commit.session.context.clone();
    for (key, value) in &effects.context {
        if value.is_null() {
            context.remove(key);
        } else {
            context.insert(key.clone(), value.clone());
        }
    }
    let end = EndClaim {
        last_handled: commit.upto,
        take_seq: i64::try_from(said.len()).unwrap_or(0),
        context,
        application_id: commit.session.application_id,
        locale: effects.locale.clone().unwrap_or_else(|| commit.session.locale.clone()),
        ready_at: commit.next_timer,
        now,
        claims: 0,
        failures: 0,
        close: effects.close,
    };
    // First the guarded statement: it locks the row, and nothing is written past a fence that moved.
    let Some(mut session) = rows.end_claim(commit.session.id, &commit.fence, &end).await? else {
        came_late(rows, commit.session.id, &commit.fence).await?;
        return Ok(None);
    };
    let handled = commit.upto > commit.fence.last_handled;
    if handled {
        rows.mark_handled(session.id, commit.fence.last_handled, commit.upto, now).await?;
    }
    if let Some(wish) = erasure {
        // Everything goes but the row that the confirmation below is said in.
        erasure::erase(rows, now, wish, Some(session.id), ids).await?;
        erasure::strip(&mut session, now);
        rows.update_session(&session).await?;
    } else if effects.purge || effects.erase {
        purge(rows, &session).await?;
        return Ok(Some(Committed { session, messages: Vec::new(), sending: None, outbox: false, events: false }));
    }
    link_staff(rows, now, commit, &session, ids).await?;
    let slug = create_job(rows, now, commit, &session, ids).await?;
    if let Some(open) = &effects.open_application
        && let Some(job) = rows.job(open.job_id, None).await?
    {
        session.application_id = Some(application_for(rows, now, &session, &job, ids).await?);
        rows.update_session(&session).await?;
    }
    if effects.release {
        session.automation_enabled = true;
        session.control_seq = commit.upto;
        move_fence(&mut session);
        rows.update_session(&session).await?;
    }
    let first = session.last_seq - end.take_seq + 1;
    let pulled = is_pulled(&session.platform);
    let mut sends = match commit.sends {
        Some(n) if !pulled && !said.is_empty() && may_send(rows, now, &session, (boot, n)).await? => Some(n),
        _ => None,
    };
    let mut sending = None;
    let mut messages = Vec::with_capacity(said.len());
    for (seq, (sender, outgoing)) in (first..).zip(said) {
        let message = ChatMessage {
            id: ids.uuid(),
            session_id: session.id,
            seq,
            sender,
            content: slug.as_ref().map_or_else(|| outgoing.content.clone(), |slug| outgoing.content.replace(CreateJob::SLUG, slug)),
            content_format: "text".into(),
            metadata: outgoing.metadata(),
            sent_at: now,
            delivery: match (pulled, sends) {
                (true, _) => Delivery::Sent,
                (false, Some(_)) => Delivery::Sending,
                (false, None) => Delivery::Ready,
            },
            turn_upto: (handled && erasure.is_none()).then_some(commit.upto),
        };
        rows.insert_message(&message).await?;
        if !pulled {
            let mut row = OutboxRow::new(ids.uuid(), &session, &message, now);
            if let Some(n) = sends {
                being_sent(&mut row, (boot, n));
            }
            rows.insert_outbox(&row).await?;
            // What follows waits until this one is settled.
            sending = sending.or(sends.map(|_| row));
            sends = None;
        }
        messages.push(message);
    }
    let outbox = !pulled && messages.len() > usize::from(sending.is_some());
    if erasure.is_some() {
        return Ok(Some(Committed { sending, outbox, events: false, session, messages }));
    }
    domain(rows, now, commit, &session, ids).await?;
    for (kind, due) in &effects.timers {
        match due {
            Some(due) => rows.put_timer(&Timer { session_id: session.id, kind: *kind, due: *due }).await?,
            None => rows.delete_timer(session.id, *kind).await?,
        }
    }
    Ok(Some(Committed {
        sending,
        outbox,
        events: !effects.events.is_empty() || effects.actions.iter().any(|a| a.action_type.escalates()),
        session,
        messages,
    }))
}

/// Whether entries have arrived since the claim. The row stays locked.
async fn has_more(rows: &mut dyn Rows, commit: &Commit) -> Result<bool, StoreError> {
    Ok(rows.lock_session(commit.session.id).await?.is_some_and(|s| s.last_inbound > commit.upto))
}

/// Makes the job that was asked for, under its slug or the next that is free; answers the slug.
async fn create_job(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    commit: &Commit,
    session: &Session,
    ids: &dyn IdSource,
) -> Result<Option<String>, StoreError> {
    let Some(wish) = &commit.effects.create_job else { return Ok(None) };
    let mut job = wish.file.to_job(ids.uuid(), now, ids, false);
    let wanted = job.slug.clone();
    let mut number = 1;
    while rows.job_by_slug(&job.slug).await?.is_some() {
        number += 1;
        let end = format!("-{number}");
        job.slug = wanted.chars().take(LONGEST_SLUG - end.len()).collect::<String>().trim_end_matches('-').to_owned() + &end;
    }
    // Another process took the same slug since we looked: run again, and find the next.
    rows.insert_job(&job).await.map_err(|e| if matches!(e, StoreError::Conflict { .. }) { StoreError::Again } else { e })?;
    let detail = json!({"job_id": job.id, "slug": job.slug, "user_id": wish.by});
    log(rows, ids, now, session, "job_created", "recruiter", None, detail).await?;
    Ok(Some(job.slug))
}

/// The chat account becomes a user's, or stops being theirs.
async fn link_staff(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    commit: &Commit,
    session: &Session,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    if let Some(link) = &commit.effects.link_staff {
        if !rows.revoke_token(link.token_id, now).await? {
            // Used by another chat since the claim: the turn runs again and sees a code that is no longer good.
            return Err(StoreError::Unavailable("a linking code was used elsewhere meanwhile".into()));
        }
        let channel = UserChannel {
            user_id: link.user.id,
            platform: session.platform.clone(),
            account: session.account.clone(),
            platform_user_id: session.platform_user_id.clone(),
            linked_at: now,
        };
        rows.put_user_channel(&channel).await?;
        log(rows, ids, now, session, "staff_linked", "recruiter", None, json!({"user_id": link.user.id})).await?;
    }
    if commit.effects.unlink_staff && rows.delete_user_channel(&session.platform, &session.account, &session.platform_user_id).await? {
        log(rows, ids, now, session, "staff_unlinked", "recruiter", None, json!({})).await?;
    }
    Ok(())
}

async fn give_back(rows: &mut dyn Rows, now: DateTime<Utc>, commit: &Commit) -> Result<Option<Committed>, StoreError> {
    let end = EndClaim {
        last_handled: commit.fence.last_handled,
        take_seq: 0,
        context: commit.session.context.clone(),
        application_id: commit.session.application_id,
        locale: commit.session.locale.clone(),
        ready_at: Some(now),
        now,
        claims: 0,
        failures: 0,
        close: false,
    };
    let session = rows.end_claim(commit.session.id, &commit.fence, &end).await?;
    Ok(session.map(|session| Committed { session, messages: Vec::new(), sending: None, outbox: false, events: false }))
}

/// Answers, application, candidate, consents, actions, activity, events.
async fn domain(rows: &mut dyn Rows, now: DateTime<Utc>, commit: &Commit, session: &Session, ids: &dyn IdSource) -> Result<(), StoreError> {
    let effects = &commit.effects;
    if let Some(id) = session.application_id {
        for answer in &effects.answers {
            rows.put_answer(id, answer).await?;
        }
        if let Some(mut application) = rows.application(id).await? {
            effects.application.apply_to(&mut application);
            application.session_id = Some(session.id);
            // A timer that only closes the session is no news of the person: their time runs from their last word.
            if commit.upto > commit.fence.last_handled || !effects.answers.is_empty() || effects.application != ApplicationPatch::default()
            {
                application.updated_at = now;
            }
            rows.update_application(&application).await?;
        }
    }
    if let Some(id) = session.candidate_id {
        if effects.changes_candidate()
            && let Some(mut candidate) = rows.candidate(id).await?
        {
            effects.change(&mut candidate);
            candidate.updated_at = now;
            rows.update_candidate(&candidate).await?;
        }
        for (version, words) in &effects.consent_texts {
            rows.put_consent_text(version, words, now).await?;
        }
        for consent in &effects.consents {
            let consent = Consent {
                id: ids.uuid(),
                candidate_id: id,
                session_id: Some(session.id),
                kind: consent.kind,
                given: consent.given,
                text_version: consent.text_version.clone(),
                created_at: now,
            };
            rows.insert_consent(&consent).await?;
        }
    }
    let changed = Settled { by: "bot", why: "the candidate changed the answer" };
    for (action_type, question_id) in &effects.resolve_actions {
        settle(rows, now, About::from(session), changed, |a| is_like(a, *action_type, *question_id)).await?;
    }
    for new in &effects.actions {
        file_action(rows, now, session, new, ids).await?;
    }
    for line in &effects.activity {
        log(rows, ids, now, session, &line.activity_type, &line.actor_type, None, line.detail.clone()).await?;
    }
    for event in &effects.events {
        emit(rows, now, session, event.kind, &event.payload, ids).await?;
    }
    Ok(())
}

/// Nobody agreed to their being kept: the session goes, and the candidate with it unless another session of theirs stands.
async fn purge(rows: &mut dyn Rows, session: &Session) -> Result<(), StoreError> {
    rows.delete_session(session.id).await?;
    if let Some(id) = session.candidate_id
        && rows.sessions_of_candidate(id).await?.is_empty()
    {
        rows.delete_candidate(id).await?;
    }
    Ok(())
}
