//! Erasing a person: every row that names them goes in one transaction, and a receipt that names nobody stays.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::StoreError;
use super::handle::{Store, keyed_hash};
use super::rows::{Page, Rows};
use crate::clock::IdSource;
use crate::message::Delivery;
use crate::outbox::is_pulled;
use crate::privacy::{Erasure, ErasureReason, Retained};
use crate::recruiting::Activity;
use crate::session::Session;

/// How long an unconsented conversation, or an erased person's last one with its confirmation, is kept at most.
const LEFTOVER_KEPT: Duration = Duration::hours(24);
/// Rows looked at, and people erased, at once: between batches others write.
const BATCH: i64 = 50;

/// Whom, why, by whom.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) candidate_id: Uuid,
    pub(super) candidate_hash: Vec<u8>,
    pub(super) reason: ErasureReason,
    pub(super) by: Option<Uuid>,
}

/// Erases, or answers the receipt of the time before. `keep`: this session stays as a row that names nobody, for the
/// confirmation that goes out in it. `None`: nobody of that id ever was.
pub(super) async fn erase(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    wish: &Wish,
    keep: Option<Uuid>,
    ids: &dyn IdSource,
) -> Result<Option<Erasure>, StoreError> {
    // Whoever holds a session's lock finishes first; whoever waits for it finds nothing: a turn in flight, a delivery,
    // a takeover. In the order of ids, as any batch locks them.
    let mut sessions = rows.sessions_of_candidate(wish.candidate_id).await?;
    sessions.sort_unstable();
    for id in &sessions {
        rows.lock_session(*id).await?;
    }
    if rows.lock_candidate(wish.candidate_id).await?.is_none() {
        return rows.erasure(&wish.candidate_hash).await;
    }
    let mut theirs = rows.sessions_of_candidate(wish.candidate_id).await?;
    theirs.sort_unstable();
    if theirs != sessions {
        // They came back while we waited: look again.
        return Err(StoreError::Again);
    }
    let deleted = rows.erase_candidate(wish.candidate_id, keep).await?;
    let erasure = Erasure { candidate_hash: wish.candidate_hash.clone(), reason: wish.reason, erased_by: wish.by, deleted, erased_at: now };
    rows.insert_erasure(&erasure).await?;
    rows.insert_activity(&Activity {
        id: ids.uuid(),
        activity_type: "candidate_erased".into(),
        actor_type: wish.reason.actor_type().into(),
        actor: None,
        session_id: None,
        application_id: None,
        candidate_id: None,
        detail: json!({"reason": wish.reason.as_str(), "user_id": wish.by}),
        created_at: now,
    })
    .await?;
    Ok(Some(erasure))
}

/// What stays of a session for the confirmation: the address it goes to (or the token it is read with), and its count of
/// messages. It is closed, and deleted by the sweep.
pub(super) fn strip(session: &mut Session, now: DateTime<Utc>) {
    session.candidate_id = None;
    session.application_id = None;
    session.context = serde_json::Map::new();
    session.automation_enabled = true;
    session.source = None;
    session.successor_id = None;
    session.ready_at = None;
    session.lease_boot = None;
    session.control_epoch += 1;
    session.last_entry_at = now;
    session.closed_at = Some(now);
    if is_pulled(&session.platform) {
        session.platform_user_id = session.id.to_string();
    } else {
        session.token_hash = None;
    }
}

impl Store {
    /// What stands for a person in their tombstone.
    pub(super) async fn candidate_hash(&self, id: Uuid) -> Result<Vec<u8>, StoreError> {
        keyed_hash(self.hash_key().await?, &[b"erased candidate", id.as_bytes()])
    }

    /// See [`erase`].
    pub(crate) async fn erase(&self, candidate_id: Uuid, reason: ErasureReason, by: Option<Uuid>) -> Result<Option<Erasure>, StoreError> {
        let wish = Wish { candidate_id, candidate_hash: self.candidate_hash(candidate_id).await?, reason, by };
        let ids = self.ids();
        let erased = self
            .write(move |rows, now| {
                let (wish, ids) = (wish.clone(), Arc::clone(&ids));
                async move { erase(rows, now, &wish, None, ids.as_ref()).await }.boxed()
            })
            .await?;
        if erased.is_some() {
            self.scrub().await;
        }
        Ok(erased)
    }

    /// Erases whoever has been silent since `before`, in batches; those whom a person is about to hire, or has hired,
    /// stay. Ended half-way, it goes on the next time. Dry: only counts.
    pub(crate) async fn retain(&self, before: DateTime<Utc>, dry_run: bool) -> Result<Retained, StoreError> {
        let mut done = Retained { dry_run, ..Retained::default() };
        let mut page = Page { limit: BATCH, offset: 0 };
        loop {
            let idle = self.reader().await?.idle_candidates(before, page).await?;
            for id in &idle {
                if dry_run {
                    done.candidates += 1;
                    continue;
                }
                let (id, hash) = (*id, self.candidate_hash(*id).await?);
                let wish = Wish { candidate_id: id, candidate_hash: hash, reason: ErasureReason::Retention, by: None };
                let ids = self.ids();
                let erased = self.write(move |rows, now| {
                    let (wish, ids) = (wish.clone(), Arc::clone(&ids));
                    async move {
                        if is_back(rows, wish.candidate_id, before).await? {
                            return Ok(None);
                        }
                        erase(rows, now, &wish, None, ids.as_ref()).await
                    }
                    .boxed()
                });
                done.candidates += u64::from(erased.await?.is_some());
            }
            if dry_run {
                page.offset += BATCH;
            }
            if (idle.len() as i64) < BATCH {
                break;
            }
        }
        if done.candidates > 0 && !dry_run {
            self.scrub().await;
        }
        Ok(done)
    }

    /// Deletes closed conversations that nobody agreed to being kept, a day after their last word, and those in which an
    /// erased person was told so, once that has arrived; answers how many. Dry: only counts.
    pub(crate) async fn sweep(&self, dry_run: bool) -> Result<u64, StoreError> {
        let mut page = Page { limit: BATCH, offset: 0 };
        let mut swept = 0;
        loop {
            let found = self.reader().await?.leftover_sessions(page).await?;
            let (looked_at, mut kept) = (found.len() as i64, 0);
            for session in found {
                let gone = self.write(move |rows, now| {
                    let id = session.id;
                    async move { sweep_one(rows, now, id, dry_run).await }.boxed()
                });
                if gone.await? {
                    swept += 1;
                    kept += i64::from(dry_run);
                } else {
                    kept += 1;
                }
            }
            page.offset += kept;
            if looked_at < BATCH {
                break;
            }
        }
        if swept > 0 && !dry_run {
            self.scrub().await;
        }
        Ok(swept)
    }

    /// Leaves no byte behind where the files are ours. Failing is said and not fatal: the rows are gone, and the hourly
    /// tidying tries again.
    pub(crate) async fn scrub(&self) {
        if let Err(error) = self.backend.scrub().await {
            tracing::warn!(%error, "deleted pages stay in the database's log for now");
        }
    }
}

/// Whether they wrote since the list was made. Their sessions stay locked.
async fn is_back(rows: &mut dyn Rows, candidate_id: Uuid, before: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sessions = rows.sessions_of_candidate(candidate_id).await?;
    sessions.sort_unstable();
    for id in sessions {
        if rows.lock_session(id).await?.is_some_and(|s| s.last_entry_at >= before) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn sweep_one(rows: &mut dyn Rows, now: DateTime<Utc>, id: Uuid, dry_run: bool) -> Result<bool, StoreError> {
    let Some(session) = rows.lock_session(id).await?.filter(|s| s.closed_at.is_some()) else { return Ok(false) };
    let agreed = match session.candidate_id {
        Some(candidate) => rows.candidate(candidate).await?.is_some_and(|c| c.consented_at.is_some()),
        None => false,
    };
    let old = now - session.last_entry_at >= LEFTOVER_KEPT;
    if agreed || !(old || is_told(rows, &session).await?) {
        return Ok(false);
    }
    if dry_run {
        return Ok(true);
    }
    rows.delete_session(id).await?;
    if let Some(candidate) = session.candidate_id
        && rows.sessions_of_candidate(candidate).await?.is_empty()
    {
        rows.delete_candidate(candidate).await?;
    }
    Ok(true)
}

/// Whether an erased person's confirmation has come to rest. What is pulled may be looked at for the whole day.
async fn is_told(rows: &mut dyn Rows, session: &Session) -> Result<bool, StoreError> {
    if session.candidate_id.is_some() || is_pulled(&session.platform) {
        return Ok(false);
    }
    for state in [Delivery::Ready, Delivery::Sending] {
        if !rows.outbox_of_session(session.id, state).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
