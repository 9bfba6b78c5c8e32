//! Takeover and release: what a person changes outside a turn acts at once, by moving the fence.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::StoreError;
use super::accept::{insert_entry, is_opted_out};
use super::claim::next_timer;
use super::handle::Store;
use super::log;
use super::rows::Rows;
use crate::clock::IdSource;
use crate::message::{ChatMessage, Delivery, EntryKind, InboxEntry, Outgoing, Sender};
use crate::museum::{self, Mistake};
use crate::outbox::{OutboxRow, is_pulled};
use crate::session::control::{Control, ControlStore, Who};
use crate::session::{Session, SessionError, TimerKind};

#[async_trait]
impl ControlStore for Store {
    async fn takeover(&self, session_id: Uuid, by: Who, notice: Outgoing) -> Result<Control, SessionError> {
        let ids = Arc::clone(&self.ids);
        self.write(move |rows, now| {
            let (by, notice, ids) = (by.clone(), notice.clone(), Arc::clone(&ids));
            async move {
                let Some(mut session) = rows.lock_session(session_id).await? else { return Ok(Err(SessionError::NotFound("session"))) };
                if session.closed_at.is_some() {
                    return Ok(Err(SessionError::Expired));
                }
                if session.automation_enabled {
                    session.automation_enabled = false;
                    move_fence(&mut session);
                    for kind in [TimerKind::Reminder1, TimerKind::Reminder2] {
                        rows.delete_timer(session_id, kind).await?;
                    }
                    if !museum::seeded(Mistake::TakeoverForgetsOutbox) {
                        cancel_unsent(rows, session_id, now).await?;
                    }
                    if !is_opted_out(rows, &session).await? {
                        say_notice(rows, &mut session, now, &notice, ids.as_ref()).await?;
                    }
                    session.control_seq = session.last_seq;
                    session.ready_at = if session.has_unhandled() { Some(now) } else { next_timer(rows, session_id).await? };
                    rows.update_session(&session).await?;
                    let detail = json!({"requester": by.name, "user_id": by.user_id});
                    log(rows, ids.as_ref(), now, &session, "takeover", "recruiter", Some(&by.name), detail).await?;
                }
                let in_flight = rows.count_sending(session_id).await?;
                Ok(Ok(Control { automation_enabled: false, in_flight }))
            }
            .boxed()
        })
        .await?
    }

    async fn release(&self, session_id: Uuid, by: Who, notice: Outgoing) -> Result<Control, SessionError> {
        let ids = Arc::clone(&self.ids);
        self.write(move |rows, now| {
            let (by, notice, ids) = (by.clone(), notice.clone(), Arc::clone(&ids));
            async move {
                let Some(mut session) = rows.lock_session(session_id).await? else { return Ok(Err(SessionError::NotFound("session"))) };
                if session.closed_at.is_some() {
                    return Ok(Err(SessionError::Expired));
                }
                if !session.automation_enabled {
                    session.automation_enabled = true;
                    move_fence(&mut session);
                    // Whoever opted out is told nothing; the entry below then has its number to itself.
                    let message = if is_opted_out(rows, &session).await? {
                        session.last_seq += 1;
                        None
                    } else {
                        Some(say_notice(rows, &mut session, now, &notice, ids.as_ref()).await?)
                    };
                    let entry = InboxEntry {
                        sender: Sender::Recruiter,
                        actor: Some(by.name.clone()),
                        kind: EntryKind::Release,
                        content_format: "release".into(),
                        // What lies between is the human phase: it is not answered again.
                        metadata: json!({"human_from": session.control_seq}),
                        ..InboxEntry::text(session_id, "")
                    };
                    let seq = session.last_seq;
                    insert_entry(rows, now, &mut session, &entry, seq, message).await?;
                    session.control_seq = seq;
                    session.last_entry_at = now;
                    session.ready_at = Some(now);
                    rows.update_session(&session).await?;
                    let detail = json!({"requester": by.name, "user_id": by.user_id});
                    log(rows, ids.as_ref(), now, &session, "release", "recruiter", Some(&by.name), detail).await?;
                }
                let in_flight = rows.count_sending(session_id).await?;
                Ok(Ok(Control { automation_enabled: true, in_flight }))
            }
            .boxed()
        })
        .await?
    }
}

/// Ends whatever claim there is: the worker that holds it commits nothing.
pub(super) fn move_fence(session: &mut Session) {
    session.control_epoch += 1;
    session.lease_boot = None;
    session.claims = 0;
}

/// The bot's rows that have not left are withdrawn; a person's and notices go out.
async fn cancel_unsent(rows: &mut dyn Rows, session_id: Uuid, now: chrono::DateTime<chrono::Utc>) -> Result<(), StoreError> {
    for mut row in rows.outbox_of_session(session_id, Delivery::Ready).await? {
        if row.sender == Sender::Bot {
            row.state = Delivery::Cancelled;
            row.settled_at = Some(now);
            if rows.move_outbox(Delivery::Ready, &row).await? {
                rows.set_message_delivery(row.message_id, Delivery::Cancelled).await?;
            }
        }
    }
    Ok(())
}

async fn say_notice(
    rows: &mut dyn Rows,
    session: &mut Session,
    now: chrono::DateTime<chrono::Utc>,
    notice: &Outgoing,
    ids: &dyn IdSource,
) -> Result<Uuid, StoreError> {
    session.last_seq += 1;
    let pulled = is_pulled(&session.platform);
    let message = ChatMessage {
        id: ids.uuid(),
        session_id: session.id,
        seq: session.last_seq,
        sender: Sender::System,
        content: notice.content.clone(),
        content_format: "text".into(),
        metadata: notice.metadata(),
        sent_at: now,
        delivery: if pulled { Delivery::Sent } else { Delivery::Ready },
        turn_upto: None,
    };
    rows.insert_message(&message).await?;
    if !pulled {
        rows.insert_outbox(&OutboxRow::new(ids.uuid(), session, &message, now)).await?;
    }
    Ok(message.id)
}
