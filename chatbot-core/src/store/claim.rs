//! Claim, renew, give back, commit: how a worker holds a session.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use uuid::Uuid;

use super::erasure::Wish;
use super::handle::Store;
use super::rows::{Lease, Need, Rows};
use super::{Hint, StoreError};
use crate::fault::Fault;
use crate::privacy::ErasureReason;
use crate::session::{Claim, Fence, Session};
use crate::turn::Turn;
use crate::worker::{Commit, Committed, TurnStore};

#[async_trait]
impl TurnStore for Store {
    async fn claim(&self, limit: i64, lease: Duration, only: Option<Uuid>) -> Result<Vec<Claim>, Fault> {
        let (boot, n) = (self.boot(), self.next_n());
        // A claim that is lost in a crash of the database holds nothing: its fence never stands again.
        let hint = Hint { relaxed: true, ..Hint::default() };
        let sessions = self
            .write_with(hint, move |rows, now| async move { rows.claim_sessions(boot, n, now, now + lease, limit, only).await }.boxed())
            .await?;
        let claim = |session: crate::session::Session| {
            let n = session.lease_n;
            Claim::of(session, boot, n)
        };
        Ok(sessions.into_iter().map(claim).collect())
    }

    async fn load(&self, claim: &Claim) -> Result<Turn, Fault> {
        Ok(self.load_with_others(claim).await?)
    }

    async fn renew(&self, held: Vec<(Uuid, i64)>, lease: Duration) -> Result<Vec<Uuid>, Fault> {
        let boot = self.boot();
        let hint = Hint { relaxed: true, ..Hint::default() };
        Ok(self
            .write_with(hint, move |rows, now| {
                let held = held.clone();
                async move { rows.renew_claims(boot, &held, now + lease).await }.boxed()
            })
            .await?)
    }

    async fn give_back(&self, claim: &Claim, after: Duration) -> Result<bool, Fault> {
        let claim = Arc::new(claim.clone());
        let hint = Hint::needs(vec![Need::Session(claim.session.id), Need::Timers(claim.session.id)]);
        Ok(self
            .write_with(hint, move |rows, now| {
                let claim = Arc::clone(&claim);
                async move {
                    let Some(mut session) = held(rows, &claim).await? else { return Ok(false) };
                    session.lease_boot = None;
                    // A claim that was given back is no sign of a process that died in it.
                    session.claims = 0;
                    let more = session.last_inbound > claim.session.last_inbound;
                    let next = next_timer(rows, session.id).await?;
                    let at = now + after;
                    session.ready_at = Some(if more { now } else { next.map_or(at, |next| next.min(at)) });
                    rows.update_session(&session).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await?)
    }

    async fn record_failure(&self, claim: &Claim, retry_after: Duration) -> Result<bool, Fault> {
        let claim = claim.clone();
        Ok(self
            .write(move |rows, now| {
                let claim = claim.clone();
                async move {
                    let Some(mut session) = held(rows, &claim).await? else { return Ok(false) };
                    session.lease_boot = None;
                    session.claims = 0;
                    session.failures += 1;
                    session.ready_at = Some(now + retry_after);
                    rows.update_session(&session).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await?)
    }

    async fn commit(&self, commit: Commit) -> Result<Option<Committed>, Fault> {
        let ids = Arc::clone(&self.ids);
        let forgets = commit.effects.erase || commit.effects.purge;
        let erasure = match commit.session.candidate_id.filter(|_| commit.effects.erase) {
            Some(candidate_id) => {
                let candidate_hash = self.candidate_hash(candidate_id).await?;
                Some(Wish { candidate_id, candidate_hash, reason: ErasureReason::Asked, by: None })
            }
            None => None,
        };
        let boot = self.boot();
        let hint = Hint::needs(super::commit::needs(&commit));
        let commit = Arc::new(commit);
        let committed = self
            .write_with(hint, move |rows, now| {
                let (commit, erasure, ids) = (Arc::clone(&commit), erasure.clone(), Arc::clone(&ids));
                async move { super::commit::run(rows, now, &commit, erasure.as_ref(), boot, ids.as_ref()).await }.boxed()
            })
            .await?;
        if forgets && committed.is_some() {
            self.scrub().await;
        }
        Ok(committed)
    }

    async fn next_ready_at(&self) -> Result<Option<DateTime<Utc>>, Fault> {
        Ok(self.reader().await?.next_ready_at().await?)
    }

    async fn void_leases(&self) -> Result<u64, Fault> {
        let boot = self.boot();
        Ok(self.write(move |rows, now| async move { rows.void_leases(boot, now).await }.boxed()).await?)
    }

    async fn session_of_message(&self, message_id: Uuid) -> Result<Option<(Uuid, i64)>, Fault> {
        Ok(self.reader().await?.message(message_id).await?.map(|m| (m.session_id, m.seq)))
    }

    async fn now(&self) -> Result<DateTime<Utc>, Fault> {
        Ok(self.backend.now().await?)
    }
}

/// The lease of whoever began to serve last; given back by a clean end.
const SERVING: &str = "serving";
/// As long as it is remembered that somebody did not end cleanly.
const REMEMBERED: Duration = Duration::days(1);

impl Store {
    /// Notes that this process serves. True: another is noted, which died, or serves beside it.
    pub(crate) async fn begin_serving(&self) -> Result<bool, StoreError> {
        let boot = self.boot();
        self.write(move |rows, now| {
            async move {
                let other = rows.lease(SERVING).await?.filter(|lease| lease.boot != boot);
                if let Some(other) = &other {
                    rows.drop_lease(SERVING, other.boot, other.n).await?;
                }
                rows.take_lease(&Lease { name: SERVING.into(), boot, n: 1, until: now + REMEMBERED }, now).await?;
                Ok(other.is_some_and(|other| other.until > now))
            }
            .boxed()
        })
        .await
    }

    /// Notes that this process ended cleanly.
    pub(crate) async fn end_serving(&self) -> Result<(), StoreError> {
        let boot = self.boot();
        self.write(move |rows, _| async move { rows.drop_lease(SERVING, boot, 1).await }.boxed()).await
    }
}

/// The session, locked, if the claim still stands.
async fn held(rows: &mut dyn Rows, claim: &Claim) -> Result<Option<Session>, StoreError> {
    let session = rows.lock_session(claim.session.id).await?.filter(|s| claim.fence.stands(s));
    if session.is_none() {
        came_late(rows, claim.session.id, &claim.fence).await?;
    }
    Ok(session)
}

/// Whose lease ran out while it was stopped has not died of what it claimed: that claim doesn't count as a death. Without
/// this, a message would be parked that met stopped workers often enough. A process that has claimed it again meanwhile
/// added nothing to the count, and takes nothing back.
pub(super) async fn came_late(rows: &mut dyn Rows, session_id: Uuid, fence: &Fence) -> Result<(), StoreError> {
    let counted =
        |s: &Session| s.claims > 0 && s.lease_boot != Some(fence.boot) && s.closed_at.is_none() && s.last_handled == fence.last_handled;
    if let Some(mut session) = rows.lock_session(session_id).await?.filter(counted) {
        session.claims -= 1;
        rows.update_session(&session).await?;
    }
    Ok(())
}

/// When the session's next timer is due.
pub(super) async fn next_timer(rows: &mut dyn Rows, session_id: Uuid) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(rows.timers(session_id).await?.into_iter().map(|t| t.due).min())
}
