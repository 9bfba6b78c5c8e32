//! Claim, load, renew, give back: how a worker holds a session and what it then sees.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use uuid::Uuid;

use super::StoreError;
use super::erasure::Wish;
use super::handle::Store;
use super::rows::{Page, Rows};
use crate::access::{TokenKind, link};
use crate::fault::Fault;
use crate::privacy::{ConsentKind, ErasureReason};
use crate::recruiting::{Candidate, JobStatus};
use crate::session::{Fence, Session};
use crate::turn::memory::{LINK_TRIES, MOST_LINK_TRIES};
use crate::turn::{LinkStaff, Turn};
use crate::worker::{Claim, Commit, Committed, TurnStore};

/// Messages before the entries that a turn is shown.
const HISTORY: i64 = 20;

/// Jobs offered to someone who came without one.
const OFFERED_JOBS: i64 = 10;

#[async_trait]
impl TurnStore for Store {
    async fn claim(&self, limit: i64, lease: Duration, only: Option<Uuid>) -> Result<Vec<Claim>, Fault> {
        let (boot, n) = (self.boot(), self.next_n());
        let sessions =
            self.write(move |rows, now| async move { rows.claim_sessions(boot, n, now, now + lease, limit, only).await }.boxed()).await?;
        Ok(sessions
            .into_iter()
            .map(|session| {
                let fence = Fence { boot, n: session.lease_n, control_epoch: session.control_epoch, last_handled: session.last_handled };
                Claim { session, fence }
            })
            .collect())
    }

    async fn load(&self, claim: &Claim) -> Result<Turn, Fault> {
        let now = self.backend.now().await?;
        let mut rows = self.reader().await?;
        Ok(load(rows.as_mut(), now, claim).await?)
    }

    async fn renew(&self, held: Vec<(Uuid, i64)>, lease: Duration) -> Result<Vec<Uuid>, Fault> {
        let boot = self.boot();
        Ok(self
            .write(move |rows, now| {
                let held = held.clone();
                async move { rows.renew_claims(boot, &held, now + lease).await }.boxed()
            })
            .await?)
    }

    async fn give_back(&self, claim: &Claim, after: Duration) -> Result<bool, Fault> {
        let claim = claim.clone();
        Ok(self
            .write(move |rows, now| {
                let claim = claim.clone();
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
        let ids = std::sync::Arc::clone(&self.ids);
        let forgets = commit.effects.erase || commit.effects.purge;
        let erasure = match commit.session.candidate_id.filter(|_| commit.effects.erase) {
            Some(candidate_id) => {
                let candidate_hash = self.candidate_hash(candidate_id).await?;
                Some(Wish { candidate_id, candidate_hash, reason: ErasureReason::Asked, by: None })
            }
            None => None,
        };
        let committed = self
            .write(move |rows, now| {
                let (commit, erasure, ids) = (commit.clone(), erasure.clone(), std::sync::Arc::clone(&ids));
                async move { super::commit::run(rows, now, &commit, erasure.as_ref(), ids.as_ref()).await }.boxed()
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

/// The session, locked, if the claim still stands.
async fn held(rows: &mut dyn Rows, claim: &Claim) -> Result<Option<Session>, StoreError> {
    let fence = claim.fence;
    Ok(rows.lock_session(claim.session.id).await?.filter(|s| {
        s.lease_boot == Some(fence.boot)
            && s.lease_n == fence.n
            && s.control_epoch == fence.control_epoch
            && s.last_handled == fence.last_handled
    }))
}

/// When the session's next timer is due.
pub(super) async fn next_timer(rows: &mut dyn Rows, session_id: Uuid) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(rows.timers(session_id).await?.into_iter().map(|t| t.due).min())
}

async fn load(rows: &mut dyn Rows, now: DateTime<Utc>, claim: &Claim) -> Result<Turn, StoreError> {
    let session = claim.session.clone();
    let candidate = match session.candidate_id {
        Some(id) => rows.candidate(id).await?,
        None => None,
    };
    let candidate = candidate.unwrap_or(Candidate { created_at: now, updated_at: now, ..Candidate::default() });
    let mut turn = Turn::new(now, session, candidate);
    if let Some(id) = turn.session.application_id {
        turn.application = rows.application(id).await?;
    }
    if let Some(application) = &turn.application {
        turn.job = rows.job(application.job_id, Some(application.question_set_version)).await?;
        turn.answers = rows.answers(application.id).await?;
    }
    let (after, upto) = (turn.session.last_handled, turn.session.last_inbound);
    turn.entries = rows.inbound(turn.session.id, after, upto).await?;
    // The list is shown to whoever has no job; a link may name one that is too old to stand in it.
    if turn.application.is_none() {
        turn.open_jobs = rows.jobs(Some(JobStatus::Open), Page { limit: OFFERED_JOBS, offset: 0 }).await?;
    }
    for slug in
        turn.entries.iter().filter_map(|e| started(e.metadata.get("button").and_then(serde_json::Value::as_str).unwrap_or(&e.content)))
    {
        let known = turn.open_jobs.iter().any(|j| j.slug == slug);
        if let (false, Some(job)) = (known, rows.job_by_slug(&slug).await?) {
            turn.open_jobs.extend((job.status == JobStatus::Open).then_some(job));
        }
    }
    let (platform, account, person) = (&turn.session.platform, &turn.session.account, &turn.session.platform_user_id);
    turn.staff = rows.user_of_channel(platform, account, person).await?;
    turn.link_codes = link_codes(rows, now, &turn).await?;
    let (due, set) = rows.timers(turn.session.id).await?.into_iter().partition::<Vec<_>, _>(|t| t.due <= now);
    turn.due = due.into_iter().map(|t| t.kind).collect();
    turn.timers = set;
    if let Some(id) = turn.session.candidate_id {
        turn.consents = rows.consents(id).await?;
        turn.files = rows.files_of_candidate(id).await?;
    }
    if turn.candidate.consented_at.is_some() {
        turn.other_jobs = turn.consents.iter().rev().find(|c| c.kind == ConsentKind::OtherJobs).map(|c| c.given);
    }
    // What the bot said last has a higher number than the entry it answered.
    let before = turn.entries.first().map_or(turn.session.last_seq, |entry| entry.seq - 1);
    turn.history = rows.last_messages(turn.session.id, before, HISTORY).await?;
    Ok(turn)
}

/// The good linking codes among the entries. Who has guessed too often is shown none: a right one is then as wrong as any.
async fn link_codes(rows: &mut dyn Rows, now: DateTime<Utc>, turn: &Turn) -> Result<Vec<(String, LinkStaff)>, StoreError> {
    let tries = turn.session.context.get(LINK_TRIES).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let left = usize::try_from(MOST_LINK_TRIES.saturating_sub(tries)).unwrap_or(0);
    let mut good = Vec::new();
    for code in turn.entries.iter().filter_map(|e| link::normalise(&link::asked(&e.content)?)).take(left) {
        let token = rows.token(&link::hash(&code)).await?;
        let stands = token.filter(|t| t.kind == TokenKind::Link && t.revoked_at.is_none() && t.expires_at.is_some_and(|at| at > now));
        if let Some(token) = stands
            && let Some(user_id) = token.user_id
            && let Some(user) = rows.user(user_id).await?
        {
            good.push((code, LinkStaff { token_id: token.id, user }));
        }
    }
    Ok(good)
}

/// The job's slug in `/start SLUG` or `/start SLUG__SOURCE`.
fn started(words: &str) -> Option<String> {
    let mut words = words.split_whitespace();
    let command = words.next()?.eq_ignore_ascii_case("/start");
    let slug = words.next()?.split("__").next()?.to_lowercase();
    command.then_some(slug)
}
