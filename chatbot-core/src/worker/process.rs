//! One claim: load, decide, commit. A panic is caught here and counts like an error.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chrono::Duration;
use futures::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::prepare::{Frame, Prepared};
use super::{Claim, Commit, Committed, DEATHS_BEFORE_PARKING, FAILURES_BEFORE_PARKING, LEASE, TurnStore};
use crate::dialogue::{Decide, Decided};
use crate::fault::Fault;
use crate::outbox::deliver::{Deliverer, Slot};
use crate::turn::{Effects, Turn};
use crate::wake::{Signal, Wake};

/// A turn that takes longer shows a typing sign.
const TYPING_AFTER: std::time::Duration = std::time::Duration::from_millis(400);
/// A turn that takes longer is given up and counts as failed.
const TURN_DEADLINE: std::time::Duration = std::time::Duration::from_secs(60);

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobOutcome {
    /// Its effects are committed.
    Committed,
    /// The fence had moved (a takeover, a lost lease): nothing was written, and the session is ready again.
    Stale,
    /// The last entry is an unfinished fragment: it waits for more.
    Waiting,
    /// It failed and will be tried again.
    Failed,
    /// Its first entry was set aside for a person.
    Parked,
    /// There was nothing to do: handled already, or held by another worker.
    Idle,
}

impl JobOutcome {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Stale => "stale",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Parked => "parked",
            Self::Idle => "idle",
        }
    }
}

/// Processes claims.
#[derive(Clone)]
pub struct Processor {
    store: Arc<dyn TurnStore>,
    pub(super) decide: Arc<dyn Decide>,
    wake: Arc<dyn Wake>,
    senders: Arc<[Deliverer]>,
    pub(super) session_ttl: Duration,
}

impl Processor {
    /// A processor over a store and a decider.
    pub fn new(store: Arc<dyn TurnStore>, decide: Arc<dyn Decide>, wake: Arc<dyn Wake>, session_ttl: Duration) -> Self {
        Self { store, decide, wake, senders: Arc::default(), session_ttl }
    }

    /// With senders of this process: what a turn says may be on its way with the commit.
    #[must_use]
    pub fn with_senders(mut self, senders: Arc<[Deliverer]>) -> Self {
        self.senders = senders;
        self
    }

    /// Claims the session of a message and runs its turn, if the message still waits.
    pub async fn process_message_job(&self, message_id: Uuid) -> Result<Option<JobOutcome>, Fault> {
        let Some((session_id, _)) = self.store.session_of_message(message_id).await? else { return Ok(None) };
        match self.store.claim(1, LEASE, Some(session_id)).await?.into_iter().next() {
            Some(claim) => self.process(claim).await.map(Some),
            None => Ok(Some(JobOutcome::Idle)),
        }
    }

    /// Runs one claim to its end. A store that fails leaves the claim to its lease; nothing is half done.
    pub async fn process(&self, claim: Claim) -> Result<JobOutcome, Fault> {
        let started = std::time::Instant::now();
        let session_id = claim.session.id;
        let result = self.turn_with_sign(&claim, session_id).await;
        if result.is_err() {
            // The store failed, not the message: given back, if that can be said, it doesn't count towards parking.
            let _ = self.store.give_back(&claim, Duration::seconds(1)).await;
        }
        let label = result.as_ref().map_or("fault", |o| o.label());
        record_turn(label, &claim.session.platform, started);
        result
    }

    /// The turn, with a typing sign while it takes long.
    async fn turn_with_sign(&self, claim: &Claim, session_id: Uuid) -> Result<JobOutcome, Fault> {
        let mut turn = std::pin::pin!(self.turn(claim));
        tokio::select! {
            biased;
            result = &mut turn => return result,
            () = tokio::time::sleep(TYPING_AFTER) => {}
        }
        let _typing = Typing::begin(Arc::clone(&self.wake), session_id);
        turn.await
    }

    async fn turn(&self, claim: &Claim) -> Result<JobOutcome, Fault> {
        let mut turn = self.store.load(claim).await?;
        turn.session_ttl = self.session_ttl;
        if turn.entries.is_empty() && turn.due.is_empty() {
            // What waits and was not seen is looked for again soon; it is never waited for as long as for a timer.
            let after = if claim.session.has_unhandled() { Duration::seconds(1) } else { self.session_ttl };
            self.store.give_back(claim, after).await?;
            return Ok(JobOutcome::Idle);
        }
        // `claims` already counts this one.
        let troubled = claim.session.failures > 0 || claim.session.claims > 1;
        if troubled && turn.entries.len() > 1 {
            // Alone first: if one entry is poison, the others need not suffer.
            turn.entries.truncate(1);
        }
        cut_before_start(&mut turn);
        if claim.session.failures >= FAILURES_BEFORE_PARKING || claim.session.claims > DEATHS_BEFORE_PARKING {
            return self.park(claim, &turn).await;
        }
        let upto = upto(claim, &turn);
        let working = turn.clone();
        let decided = AssertUnwindSafe(tokio::time::timeout(TURN_DEADLINE, self.decide.decide(working))).catch_unwind().await;
        let effects = match decided {
            Ok(Ok(Ok(Decided::Effects(effects)))) => *effects,
            Ok(Ok(Ok(Decided::Wait(after)))) => {
                self.store.give_back(claim, after).await?;
                return Ok(JobOutcome::Waiting);
            }
            Ok(Ok(Err(error))) => return self.failed(claim, &turn, &error.to_string()).await,
            Ok(Err(_)) => return self.failed(claim, &turn, "the turn took too long").await,
            Err(_) => return self.failed(claim, &turn, "the turn panicked").await,
        };
        let handled = turn.entries.len();
        match self.commit(claim, &turn, upto, effects).await? {
            Some(committed) => {
                count_handled(&committed.session.platform, handled);
                Ok(JobOutcome::Committed)
            }
            None => Ok(JobOutcome::Stale),
        }
    }

    /// A place for what is to be said on an account, where a sender of this process stands ready.
    pub(super) fn slot(&self, platform: &str, account: &str) -> Option<Slot> {
        self.senders.iter().find_map(|sender| sender.reserve(platform, account))
    }

    async fn commit(&self, claim: &Claim, turn: &Turn, upto: i64, effects: Effects) -> Result<Option<Committed>, Fault> {
        let prepared = Prepared::of(&Frame::of(turn), effects);
        let slot = if prepared.says() { self.slot(&claim.session.platform, &claim.session.account) } else { None };
        let commit = prepared.commit(claim, upto, slot.as_ref().map(Slot::n));
        // On its own, because a turn may be stopped, and what is committed as being sent has to be sent all the same.
        let committing = tokio::spawn(self.clone().commit_and_send(commit, slot));
        committing.await.unwrap_or_else(|_| Err(Fault::Unavailable("the commit was cut short".into())))
    }

    async fn commit_and_send(self, commit: Commit, slot: Option<Slot>) -> Result<Option<Committed>, Fault> {
        // Where the store is not heard, the slot is dropped, and its sender looks for what may have been committed.
        let Some(done) = self.store.commit(commit).await? else {
            slot.into_iter().for_each(Slot::unused);
            return Ok(None);
        };
        self.after_commit(&done, slot);
        Ok(Some(done))
    }

    /// Sends what was committed as being sent, and tells whoever waits for the rest.
    pub(super) fn after_commit(&self, done: &Committed, slot: Option<Slot>) {
        match (slot, done.sending.clone()) {
            (Some(slot), Some(row)) => slot.send(row),
            (Some(slot), None) => slot.unused(),
            (None, _) => {}
        }
        self.wake.signal(Signal::Changed(done.session.id));
        if done.session.has_unhandled() {
            self.wake.wake(done.session.id);
        }
        if done.outbox {
            self.wake.signal(Signal::Outbox);
        }
        if done.events {
            self.wake.signal(Signal::Events);
        }
    }

    async fn failed(&self, claim: &Claim, turn: &Turn, problem: &str) -> Result<JobOutcome, Fault> {
        let failures = claim.session.failures + 1;
        tracing::warn!(session = %claim.session.id, failures, problem, "turn failed");
        // Of several entries one is at fault: the first alone may do well, and none of the good ones need wait.
        let at_once = turn.entries.len() > 1 || failures >= FAILURES_BEFORE_PARKING;
        let wait = if at_once { Duration::zero() } else { Duration::milliseconds(250 << failures.min(8)) };
        if self.store.record_failure(claim, wait).await? {
            self.wake.wake(claim.session.id);
        }
        Ok(JobOutcome::Failed)
    }

    async fn park(&self, claim: &Claim, turn: &Turn) -> Result<JobOutcome, Fault> {
        let mut turn = turn.clone();
        turn.entries.truncate(1);
        // A timer that fails its turn is dropped with it; the next turn sets what is needed.
        let upto = upto(claim, &turn);
        let mut effects = self.decide.park(&turn);
        effects.log("parked", "system", json!({"seq": upto, "failures": claim.session.failures, "claims": claim.session.claims}));
        tracing::error!(session = %claim.session.id, seq = upto, "entry parked for a person");
        Ok(match self.commit(claim, &turn, upto, effects).await? {
            Some(_) => JobOutcome::Parked,
            None => JobOutcome::Stale,
        })
    }
}

/// Counts a turn that ended so.
pub(super) fn record_turn(outcome: &'static str, platform: &str, started: std::time::Instant) {
    metrics::histogram!("turn_duration_seconds", "outcome" => outcome, "platform" => platform.to_owned())
        .record(started.elapsed().as_secs_f64());
}

/// Counts entries that were handled.
pub(super) fn count_handled(platform: &str, entries: usize) {
    metrics::counter!("messages_processed_total", "platform" => platform.to_owned()).increment(entries as u64);
}

/// A typing sign, until it is dropped.
struct Typing(Arc<dyn Wake>, Uuid);

impl Typing {
    fn begin(wake: Arc<dyn Wake>, session_id: Uuid) -> Self {
        wake.signal(Signal::Typing(session_id, true));
        Self(wake, session_id)
    }
}

impl Drop for Typing {
    fn drop(&mut self) {
        self.0.signal(Signal::Typing(self.1, false));
    }
}

/// A `/start` may lead to another job: what was said before it belongs to the one at hand and is handled by a turn of its own.
pub(super) fn cut_before_start(turn: &mut Turn) {
    let opens = |e: &crate::turn::Entry| e.content.trim_start().get(..6).is_some_and(|w| w.eq_ignore_ascii_case("/start"));
    if let Some(at) = turn.entries.iter().skip(1).position(opens)
        && turn.entries.iter().take(at + 1).any(|e| e.kind != crate::message::EntryKind::Start)
    {
        turn.entries.truncate(at + 1);
    }
}

/// The last number this turn handles.
pub(super) fn upto(claim: &Claim, turn: &Turn) -> i64 {
    turn.entries.last().map_or(claim.fence.last_handled, |e| e.seq)
}
