//! What people decide about an application: stage moves and corrected answers.
//!
//! Each is one transaction that locks every open session of the application and moves its fence: a turn in flight is
//! discarded and decided again on what stands now, and no answer of the candidate's is lost.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::StoreError;
use super::accept::insert_entry;
use super::actions::{About, Settled, file, is_like, settle};
use super::claim::next_timer;
use super::control::move_fence;
use super::handle::Store;
use super::rows::Rows;
use crate::clock::IdSource;
use crate::dialogue::SETTLED;
use crate::message::{EntryKind, InboxEntry, Sender};
use crate::prescreen::scoring::{NotScored, Score};
use crate::prescreen::{correction, engine};
use crate::recruiting::{ActionType, Activity, Application, ApplicationStatus, Question, Refusal, StageMove};
use crate::session::control::Who;
use crate::session::{Session, Timer, TimerKind};
use crate::skill::onboarding::AUTO_SUBMIT_AFTER;
use crate::turn::{Effects, Memory, NewAction, Stage};

/// What a person read.
#[derive(Debug, Clone)]
pub(crate) struct Correction {
    pub(crate) application_id: Uuid,
    pub(crate) question_id: Uuid,
    pub(crate) value: Value,
    pub(crate) reason: String,
}

/// The sessions whose fence has moved, or why nothing was written.
pub(crate) type Decided = Result<Vec<Uuid>, Refusal>;

impl Store {
    pub(crate) async fn move_application(&self, id: Uuid, wish: StageMove, by: Who) -> Result<Decided, StoreError> {
        let ids = Arc::clone(&self.ids);
        self.write(move |rows, now| {
            let (wish, by, ids) = (wish.clone(), by.clone(), Arc::clone(&ids));
            async move { move_stage(rows, now, id, &wish, &by, ids.as_ref()).await }.boxed()
        })
        .await
    }

    pub(crate) async fn correct_answer(&self, correction: Correction, by: Who) -> Result<Decided, StoreError> {
        let ids = Arc::clone(&self.ids);
        self.write(move |rows, now| {
            let (correction, by, ids) = (correction.clone(), by.clone(), Arc::clone(&ids));
            async move { correct(rows, now, &correction, &by, ids.as_ref()).await }.boxed()
        })
        .await
    }
}

async fn move_stage(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    id: Uuid,
    wish: &StageMove,
    by: &Who,
    ids: &dyn IdSource,
) -> Result<Decided, StoreError> {
    let Some((mut application, mut sessions)) = hold(rows, id).await? else { return Ok(Err(Refusal::NotFound("application"))) };
    let before = match wish.apply_to(&mut application, now) {
        Ok(before) => before,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(before) = before else {
        if wish.note.is_some() || wish.reason.is_some() {
            let detail = json!({"status": application.status, "reason": wish.reason, "note": wish.note, "user_id": by.user_id});
            log_about(rows, now, &application, "application_noted", by, detail, ids).await?;
        }
        return Ok(Ok(Vec::new()));
    };
    rows.update_application(&application).await?;
    let detail = json!({"from": before, "to": application.status, "reason": wish.reason, "note": wish.note, "user_id": by.user_id, "requester": by.name});
    log_about(rows, now, &application, "application_moved", by, detail, ids).await?;
    // Whoever moves an application has read what failed.
    let why = format!("moved to {}", application.status.as_str());
    let settled = Settled { by: &by.name, why: &why };
    let about = about(&application);
    let done = settle(rows, now, about, settled, |a| a.action_type == ActionType::MustHaveFailed).await?;
    log_settled(rows, now, &application, by, &done, ids).await?;
    for session in &sessions {
        retime(rows, now, session, before, application.status).await?;
    }
    release(rows, now, &mut sessions).await.map(Ok)
}

async fn correct(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    correction: &Correction,
    by: &Who,
    ids: &dyn IdSource,
) -> Result<Decided, StoreError> {
    let absent = |what| Ok(Err(Refusal::NotFound(what)));
    let Some((mut application, mut sessions)) = hold(rows, correction.application_id).await? else { return absent("application") };
    let Some(job) = rows.job(application.job_id, Some(application.question_set_version)).await? else { return absent("job") };
    let Some(question) = job.question(correction.question_id) else { return absent("question") };
    if correction.reason.trim().is_empty() {
        let example = json!("She told me on the phone: since her studies, so five years");
        return Ok(Err(Refusal::invalid("reason", "is missing: a correction needs one", example)));
    }
    let value = match correction::read_value(question, &correction.value) {
        Ok(value) => value,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if application.consented_at.is_none() {
        return Ok(Err(Refusal::NotConsented));
    }
    let mut answers = rows.answers(application.id).await?;
    let before = answers.iter().find(|a| a.question_id == question.id).cloned();
    let (answer, score) = correction::correct(question, before.as_ref(), &value, &by.name, now);
    rows.put_answer(application.id, &answer).await?;
    answers.retain(|a| a.question_id != question.id);
    answers.push(answer.clone());
    let mut figures = Effects::new();
    engine::figures(&job, &answers, &mut figures);
    figures.application.apply_to(&mut application);
    application.updated_at = now;
    rows.update_application(&application).await?;
    let before = before.map(|a| json!({"answer_text": a.answer_text, "value": a.value, "score": a.score, "state": a.state}));
    let detail = json!({
        "question_id": question.id, "value": answer.value, "score": answer.score, "reason": answer.reason, "state": answer.state,
        "why": correction.reason, "before": before, "user_id": by.user_id, "requester": by.name,
    });
    log_about(rows, now, &application, "answer_corrected", by, detail, ids).await?;
    review(rows, now, &application, question, &score, answer.passed, correction, by, ids).await?;
    for session in &mut sessions {
        if session.closed_at.is_none() && memory(session).question == Some(question.id) {
            settle_pending(rows, now, session, question.id, by).await?;
        }
    }
    release(rows, now, &mut sessions).await.map(Ok)
}

/// Files and settles what a corrected answer leaves for a person.
#[allow(clippy::too_many_arguments, reason = "a decision is made of these")]
async fn review(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    application: &Application,
    question: &Question,
    score: &Score,
    passed: Option<bool>,
    correction: &Correction,
    by: &Who,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    let fails = passed == Some(false);
    let currency = match score {
        Score::NotScored(NotScored::OtherCurrency { said, rule }) => Some((said, rule)),
        _ => None,
    };
    let moot = |action_type| match action_type {
        ActionType::UnreadAnswer => true,
        ActionType::MustHaveFailed => !fails,
        ActionType::CurrencyMismatch => currency.is_none(),
        _ => false,
    };
    let settled = Settled { by: &by.name, why: &correction.reason };
    let about = about(application);
    let done = settle(rows, now, about, settled, |a| moot(a.action_type) && is_like(a, a.action_type, Some(question.id))).await?;
    log_settled(rows, now, application, by, &done, ids).await?;
    let mut new = Vec::new();
    if fails {
        let payload = json!({"question": question.text, "value": correction.value, "corrected_by": by.name});
        new.push(NewAction { action_type: ActionType::MustHaveFailed, question_id: Some(question.id), payload });
    }
    if let Some((said, rule)) = currency {
        let payload = json!({"question": question.text, "value": correction.value, "said": said, "rule": rule});
        new.push(NewAction { action_type: ActionType::CurrencyMismatch, question_id: Some(question.id), payload });
    }
    for action in &new {
        file(rows, now, about, action, ids).await?;
    }
    Ok(())
}

/// The application with its sessions, all of them locked: its open ones, and its newest though it may be closed, so
/// that two people's decisions come one after the other.
async fn hold(rows: &mut dyn Rows, id: Uuid) -> Result<Option<(Application, Vec<Session>)>, StoreError> {
    let Some(seen) = rows.application(id).await? else { return Ok(None) };
    let mut wanted = rows.sessions_of_application(id).await?;
    wanted.extend(seen.session_id);
    // In the order of their ids, like everybody who locks several.
    wanted.sort_unstable();
    wanted.dedup();
    let mut sessions = Vec::with_capacity(wanted.len());
    for session_id in &wanted {
        sessions.extend(rows.lock_session(*session_id).await?);
    }
    // What was read before the locks may have changed since.
    let Some(application) = rows.application(id).await? else { return Ok(None) };
    let open = rows.sessions_of_application(id).await?;
    if open.iter().chain(&application.session_id).any(|id| !wanted.contains(id)) {
        return Err(StoreError::Again);
    }
    Ok(Some((application, sessions)))
}

/// Moves the fence of every open session; answers which.
async fn release(rows: &mut dyn Rows, now: DateTime<Utc>, sessions: &mut [Session]) -> Result<Vec<Uuid>, StoreError> {
    let mut moved = Vec::new();
    for session in sessions.iter_mut().filter(|s| s.closed_at.is_none()) {
        move_fence(session);
        session.ready_at = if session.has_unhandled() { Some(now) } else { next_timer(rows, session.id).await? };
        rows.update_session(session).await?;
        moved.push(session.id);
    }
    Ok(moved)
}

/// A form whose application is decided reminds nobody and submits nothing by itself; one that is taken back does again.
async fn retime(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &Session,
    before: ApplicationStatus,
    after: ApplicationStatus,
) -> Result<(), StoreError> {
    if session.closed_at.is_some() {
        return Ok(());
    }
    if before == ApplicationStatus::InProgress {
        for kind in [TimerKind::Reminder1, TimerKind::Reminder2, TimerKind::AutoSubmit] {
            rows.delete_timer(session.id, kind).await?;
        }
    } else if after == ApplicationStatus::InProgress && memory(session).stage == Stage::Summary {
        rows.put_timer(&Timer { session_id: session.id, kind: TimerKind::AutoSubmit, due: now + AUTO_SUBMIT_AFTER }).await?;
    }
    Ok(())
}

/// An entry whose turn goes on, instead of waiting for an answer that a person has given.
async fn settle_pending(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &mut Session,
    question_id: Uuid,
    by: &Who,
) -> Result<(), StoreError> {
    session.last_seq += 1;
    let entry = InboxEntry {
        // Not a person's words: whoever waits for those still does.
        sender: Sender::System,
        actor: Some(by.name.clone()),
        kind: EntryKind::Say,
        content_format: SETTLED.into(),
        metadata: json!({"question_id": question_id}),
        ..InboxEntry::text(session.id, "")
    };
    let seq = session.last_seq;
    insert_entry(rows, now, session, &entry, seq, None).await?;
    session.last_entry_at = now;
    Ok(())
}

fn memory(session: &Session) -> Memory {
    serde_json::from_value(Value::Object(session.context.clone())).unwrap_or_default()
}

fn about(application: &Application) -> About {
    About { session_id: application.session_id, application_id: Some(application.id) }
}

async fn log_settled(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    application: &Application,
    by: &Who,
    actions: &[Uuid],
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    for id in actions {
        log_about(rows, now, application, "action_resolved", by, json!({"action_id": id, "user_id": by.user_id}), ids).await?;
    }
    Ok(())
}

async fn log_about(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    application: &Application,
    activity_type: &str,
    by: &Who,
    detail: Value,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    rows.insert_activity(&Activity {
        id: ids.uuid(),
        activity_type: activity_type.into(),
        actor_type: "recruiter".into(),
        actor: Some(by.name.clone()),
        session_id: application.session_id,
        application_id: Some(application.id),
        candidate_id: Some(application.candidate_id),
        detail,
        created_at: now,
    })
    .await
}
