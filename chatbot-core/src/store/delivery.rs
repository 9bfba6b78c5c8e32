//! Delivery: taking rows under the sender lease, settling them; and events for the sinks.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::actions::file_action;
use super::handle::Store;
use super::rows::{Lease, Need, OutboxHold, Rows};
use super::{Hint, StoreError, log};
use crate::channel::Attachment;
use crate::clock::IdSource;
use crate::fault::Fault;
use crate::message::{Delivery, Sender};
use crate::museum::{self, Mistake};
use crate::orchestrator::{ChatEvent, EventStore};
use crate::outbox::OutboxRow;
use crate::outbox::deliver::{OutboxStore, Outcome, SENDER_LEASE, SENDER_LEASE_ALONE, Sender as By, Taken};
use crate::recruiting::ActionType;
use crate::session::Session;
use crate::turn::NewAction;

/// Notes on a row that is sent again although it may have arrived.
const UNKNOWN: &str = "unknown";

/// How much of a sender lease must be left for a row to be committed as being sent.
const LEASE_LEFT: Duration = Duration::milliseconds(400);

pub(super) fn lease_name(platform: &str, account: &str) -> String {
    format!("sender:{platform}:{account}")
}

/// Whether this process may send what it commits now: it holds the account's sender lease, and nothing of the session is
/// on its way.
pub(super) async fn may_send(rows: &mut dyn Rows, now: DateTime<Utc>, session: &Session, holder: (Uuid, i64)) -> Result<bool, StoreError> {
    let lease = rows.lease(&lease_name(&session.platform, &session.account)).await?;
    let holds = lease.is_some_and(|l| (l.boot, l.n) == holder && l.until - now >= LEASE_LEFT);
    Ok(holds && rows.unsettled(session.id).await? == (0, 0))
}

/// Marks a row as being sent by the holder of the sender lease.
pub(super) fn being_sent(row: &mut OutboxRow, (boot, n): (Uuid, i64)) {
    row.state = Delivery::Sending;
    row.attempts += 1;
    row.lease_boot = Some(boot);
    row.lease_n = n;
}

#[async_trait]
impl OutboxStore for Store {
    async fn take_due(&self, sender: &By<'_>, lease: Duration, limit: i64) -> Result<Option<Taken>, Fault> {
        let (boot, ids) = (self.boot(), std::sync::Arc::clone(&self.ids));
        let (platform, account, n) = (sender.platform.to_owned(), sender.account.to_owned(), sender.n);
        Ok(self
            .write(move |rows, now| {
                let (platform, account, ids) = (platform.clone(), account.clone(), std::sync::Arc::clone(&ids));
                async move {
                    let wish = Lease { name: lease_name(&platform, &account), boot, n, until: now + lease };
                    let held = rows.lease(&wish.name).await?;
                    let anew = held.as_ref().is_none_or(|l| (l.boot, l.n) != (boot, n));
                    // Renewed in time and not at every look: an idle sender writes nothing.
                    let fresh = held.as_ref().is_some_and(|l| (l.boot, l.n) == (boot, n) && l.until - now > lease * 3 / 4);
                    if let Some(before) = held.filter(|l| l.boot == boot && l.n != n) {
                        // Ours, under a number that is given up.
                        rows.drop_lease(&before.name, boot, before.n).await?;
                    }
                    if !fresh && rows.take_lease(&wish, now).await?.boot != boot {
                        return Ok(None);
                    }
                    for orphan in rows.outbox_orphans(&platform, &account, boot, n).await? {
                        settle_unknown(rows, now, orphan, "the sender died in mid-send", ids.as_ref()).await?;
                    }
                    let mut taken = Vec::new();
                    let due = if limit > 0 { rows.outbox_due(&platform, &account, now, limit).await? } else { Vec::new() };
                    rows.prefetch(&due.iter().flat_map(|r| [Need::Session(r.session_id), Need::Outbox(r.id)]).collect::<Vec<_>>()).await?;
                    for mut row in due {
                        // The session's row lock orders this against a takeover: one of the two sees the other.
                        let Some(session) = rows.lock_session(row.session_id).await? else { continue };
                        let outdated = row.control_epoch != session.control_epoch && !session.automation_enabled;
                        if row.sender == Sender::Bot && outdated && !museum::seeded(Mistake::TakeoverForgetsOutbox) {
                            finish(rows, now, row, Delivery::Ready, Delivery::Cancelled, None).await?;
                            continue;
                        }
                        being_sent(&mut row, (boot, n));
                        if rows.move_outbox(Delivery::Ready, &row).await? {
                            rows.set_message_delivery(row.message_id, Delivery::Sending).await?;
                            taken.push(row);
                        }
                    }
                    Ok(Some(Taken { rows: taken, anew }))
                }
                .boxed()
            })
            .await?)
    }

    async fn settle(&self, row: &OutboxRow, outcome: Outcome) -> Result<bool, Fault> {
        let (row, ids) = (row.clone(), std::sync::Arc::clone(&self.ids));
        let mut hint = Hint::needs(vec![Need::Outbox(row.id), Need::Unsettled(row.session_id)]);
        // The channel has taken it: who is told of it later loses nothing.
        hint.rides_along = matches!(outcome, Outcome::Sent(_));
        if !hint.rides_along {
            hint.needs.push(Need::Session(row.session_id));
        }
        Ok(self
            .write_with(hint, move |rows, now| {
                let (row, outcome, ids) = (row.clone(), outcome.clone(), std::sync::Arc::clone(&ids));
                async move {
                    let session_id = row.session_id;
                    settle(rows, now, row, outcome, ids.as_ref()).await?;
                    Ok(rows.unsettled(session_id).await?.0 > 0)
                }
                .boxed()
            })
            .await?)
    }

    fn sender_lease(&self) -> Duration {
        if self.engine() == "postgres" { SENDER_LEASE } else { SENDER_LEASE_ALONE }
    }

    async fn attachment(&self, file_id: Uuid) -> Result<Option<Attachment>, Fault> {
        let mut rows = self.reader().await?;
        let Some(file) = rows.file(file_id).await? else { return Ok(None) };
        let bytes = rows.file_bytes(file_id).await?;
        Ok(bytes.map(|bytes| Attachment { name: file.name, media_type: file.media_type, bytes }))
    }

    async fn drop_sender(&self, sender: &By<'_>) -> Result<(), Fault> {
        let (boot, n, name) = (self.boot(), sender.n, lease_name(sender.platform, sender.account));
        Ok(self
            .write(move |rows, _| {
                let name = name.clone();
                async move { rows.drop_lease(&name, boot, n).await }.boxed()
            })
            .await?)
    }
}

impl Store {
    /// A channel took a message, and says later that it won't arrive. Answers whose session it is; `None`: the channel's
    /// id is not known, or the message stands otherwise already.
    pub(crate) async fn refused_later(
        &self,
        platform: String,
        account: String,
        by_ref: String,
        reason: String,
    ) -> Result<Option<Uuid>, StoreError> {
        let ids = std::sync::Arc::clone(&self.ids);
        self.write(move |rows, now| {
            let (platform, account, by_ref) = (platform.clone(), account.clone(), by_ref.clone());
            let (reason, ids) = (reason.clone(), std::sync::Arc::clone(&ids));
            async move {
                let Some(row) = rows.outbox_by_ref(&platform, &account, &by_ref).await? else { return Ok(None) };
                let Some(session) = rows.lock_session(row.session_id).await? else { return Ok(None) };
                // Read again under the session's lock.
                let Some(row) = rows.outbox_row(row.id).await?.filter(|r| r.state == Delivery::Sent) else { return Ok(None) };
                let detail = json!({"seq": row.seq, "reason": reason});
                finish(rows, now, row, Delivery::Sent, Delivery::Failed, Some(reason)).await?;
                file(rows, now, &session, detail, ids.as_ref()).await?;
                Ok(Some(session.id))
            }
            .boxed()
        })
        .await
    }
}

async fn settle(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    mut row: OutboxRow,
    outcome: Outcome,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    // A sender that was paused beyond its lease has no say any more: the row may be on another's wire, or sent.
    if rows.lock_outbox(row.id).await? != Some(OutboxHold::from(&row)) {
        return Ok(());
    }
    match outcome {
        Outcome::Sent(sent) => {
            row.provider_ref = sent.provider_ref;
            finish(rows, now, row, Delivery::Sending, Delivery::Sent, None).await
        }
        Outcome::Retry { after, reason } => {
            let Some(session) = rows.lock_session(row.session_id).await? else { return Ok(()) };
            if row.sender == Sender::Bot && !session.automation_enabled {
                // A person took over while it was on the wire: it is not tried again.
                return finish(rows, now, row, Delivery::Sending, Delivery::Cancelled, Some(reason)).await;
            }
            row.state = Delivery::Ready;
            row.next_at = now + after;
            // That an earlier try's end is unknown is not forgotten: it is sent again once and no more.
            if row.error.as_deref() != Some(UNKNOWN) {
                row.error = Some(reason);
            }
            row.lease_boot = None;
            if rows.move_outbox(Delivery::Sending, &row).await? {
                rows.set_message_delivery(row.message_id, Delivery::Ready).await?;
            }
            Ok(())
        }
        Outcome::Failed(reason) => {
            // A person who was erased meanwhile is nobody's to look after.
            let session = rows.session(row.session_id).await?.filter(|s| s.candidate_id.is_some() || s.closed_at.is_none());
            let detail = json!({"seq": row.seq, "reason": reason});
            finish(rows, now, row, Delivery::Sending, Delivery::Failed, Some(reason)).await?;
            match session {
                Some(session) => file(rows, now, &session, detail, ids).await,
                None => Ok(()),
            }
        }
        Outcome::Unknown(reason) => settle_unknown(rows, now, row, &reason, ids).await,
    }
}

/// A send whose end is not known is tried once more, counted; a second time it stays unknown.
async fn settle_unknown(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    mut row: OutboxRow,
    reason: &str,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    metrics::counter!("deliveries_unknown_total", "platform" => row.platform.clone()).increment(1);
    let Some(session) = rows.lock_session(row.session_id).await? else { return Ok(()) };
    // Under takeover the bot's words are not repeated; a person's, and notices, are.
    let again = row.error.as_deref() != Some(UNKNOWN) && (session.automation_enabled || row.sender != Sender::Bot);
    if again {
        row.state = Delivery::Ready;
        row.next_at = now;
        row.error = Some(UNKNOWN.into());
        row.lease_boot = None;
        if rows.move_outbox(Delivery::Sending, &row).await? {
            rows.set_message_delivery(row.message_id, Delivery::Ready).await?;
        }
        return Ok(());
    }
    let detail = json!({"seq": row.seq, "reason": reason, "state": "unknown"});
    finish(rows, now, row, Delivery::Sending, Delivery::Unknown, Some(reason.to_owned())).await?;
    if session.candidate_id.is_none() && session.closed_at.is_some() {
        return Ok(());
    }
    file(rows, now, &session, detail, ids).await
}

async fn finish(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    mut row: OutboxRow,
    from: Delivery,
    to: Delivery,
    error: Option<String>,
) -> Result<(), StoreError> {
    row.state = to;
    row.settled_at = Some(now);
    row.error = error;
    if rows.move_outbox(from, &row).await? {
        rows.set_message_delivery(row.message_id, to).await?;
    }
    Ok(())
}

async fn file(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &Session,
    detail: serde_json::Value,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    let new = NewAction { action_type: ActionType::DeliveryFailed, question_id: None, payload: detail.clone() };
    file_action(rows, now, session, &new, ids).await?;
    log(rows, ids, now, session, "delivery_failed", "system", None, detail).await
}

#[async_trait]
impl EventStore for Store {
    async fn events_due(&self, limit: i64) -> Result<Vec<(ChatEvent, i64)>, Fault> {
        let now = self.backend.now().await?;
        Ok(self.reader().await?.events_due(now, limit).await?)
    }

    async fn settle_event(&self, id: Uuid, delivered: bool, attempts: i64, retry_after: Option<Duration>) -> Result<(), Fault> {
        Ok(self
            .write(move |rows, now| {
                async move { rows.settle_event(id, delivered.then_some(now), attempts, retry_after.map(|d| now + d)).await }.boxed()
            })
            .await?)
    }
}
