//! The worker's loop: claim what is ready, run each turn in a task of its own, renew leases, shut down cleanly.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{Claim, JobOutcome, LEASE, Processor, RENEW_EVERY, TurnStore};
use crate::fault::Fault;
use crate::inbox::{Place, Starter, TurnAtOnce};
use crate::message::inbound::Address;
use crate::wake::{Signal, Wake, until};

/// Turns that run at once in one process.
const CONCURRENCY: usize = 512;
/// Places that are waited for where none is free: a look at the database is worth more than one turn.
const AT_LEAST: u32 = 8;
/// Sessions claimed at once; the other places are for what is claimed as it comes in.
const CLAIMS: usize = 64;
/// The longest sleep between looks at the database: what wakes may lose, this finds.
const POLL: std::time::Duration = std::time::Duration::from_millis(250);
/// Between looks at whether turns in flight have ended.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(2);
/// How long a shutdown waits for turns in flight.
const SHUTDOWN_GRACE: std::time::Duration = std::time::Duration::from_secs(8);

/// Turns this process is running: session → claim number and how to stop it.
type Running = Arc<Mutex<HashMap<Uuid, (i64, CancellationToken)>>>;

/// A turn's entry among the running ones, taken out however the turn ends: one left behind would be renewed for ever.
struct Listed {
    running: Running,
    session_id: Uuid,
    n: i64,
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.get(&self.session_id).is_some_and(|(held, _)| *held == self.n) {
            running.remove(&self.session_id);
        }
    }
}

/// Runs turns.
#[derive(Clone)]
pub struct Worker {
    store: Arc<dyn TurnStore>,
    processor: Processor,
    wake: Arc<dyn Wake>,
    running: Running,
    slots: Arc<Semaphore>,
    turns: TaskTracker,
    /// Whether the loop runs: only then is a claim taken that it has not asked for.
    open: Arc<AtomicBool>,
    paused: Arc<AtomicBool>,
    busy: Arc<AtomicUsize>,
    /// Until when no turn is decided at once.
    careful: Arc<Mutex<Option<Instant>>>,
    poll: std::time::Duration,
}

/// Counts a claim or turn of the running loop while it lasts.
struct Busy(Arc<AtomicUsize>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Worker {
    /// A worker over a store.
    pub fn new(store: Arc<dyn TurnStore>, processor: Processor, wake: Arc<dyn Wake>) -> Self {
        Self {
            store,
            processor,
            wake,
            running: Running::default(),
            slots: Arc::new(Semaphore::new(CONCURRENCY)),
            turns: TaskTracker::new(),
            open: Arc::default(),
            paused: Arc::default(),
            busy: Arc::default(),
            careful: Arc::default(),
            poll: POLL,
        }
    }

    /// The same with another longest sleep between looks at the database.
    #[must_use]
    pub fn polling(mut self, poll: std::time::Duration) -> Self {
        self.poll = poll;
        self
    }

    /// Stops or resumes claiming. Once stopped, turns in flight have ended.
    pub async fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::SeqCst);
        self.wake.signal(Signal::Clock);
        while paused && self.busy.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Decides no turn at once for a while: what kills its process must be accepted first.
    pub fn be_careful(&self, time: std::time::Duration) {
        *self.careful.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + time);
    }

    fn is_careful(&self) -> bool {
        self.careful.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| Instant::now() < until)
    }

    fn busy(&self) -> Busy {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(&self.busy))
    }

    /// Stops a session's turn if this process runs one: its claim has been ended by somebody who outranks it.
    pub fn cancel(&self, session_id: Uuid) {
        if let Some((_, token)) = self.running.lock().unwrap_or_else(PoisonError::into_inner).get(&session_id) {
            token.cancel();
        }
    }

    /// Runs until `shutdown`; then claims nothing more and finishes what it holds, or hands it back.
    pub async fn run(&self, shutdown: CancellationToken) {
        self.open.store(true, Ordering::SeqCst);
        let mut signals = self.wake.listen();
        let renewing = tokio::spawn(self.clone().renew_leases(shutdown.child_token()));
        while !shutdown.is_cancelled() {
            let found = self.claim_and_spawn().await;
            if found > 0 {
                continue;
            }
            let sleep = self.sleep_for().await;
            tokio::select! {
                biased;
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(sleep) => {}
                () = until(&mut signals, Signal::means_work) => {}
            }
        }
        self.open.store(false, Ordering::SeqCst);
        self.turns.close();
        if tokio::time::timeout(SHUTDOWN_GRACE, self.turns.wait()).await.is_err() {
            tracing::warn!("turns still running at shutdown are handed to their leases");
        }
        renewing.abort();
    }

    /// Claims as many sessions as there are free slots and starts their turns. 0 also when the store cannot be reached.
    async fn claim_and_spawn(&self) -> usize {
        let Ok(mut first) = Arc::clone(&self.slots).acquire_many_owned(AT_LEAST).await else { return 0 };
        let mut permits = Vec::with_capacity(CLAIMS);
        while let Some(permit) = first.split(1) {
            permits.push(permit);
        }
        while permits.len() < CLAIMS
            && let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned()
        {
            permits.push(permit);
        }
        let limit = i64::try_from(permits.len()).unwrap_or(1);
        // Counted before the look at `paused`: whoever pauses sees either the count or the loop seeing the pause.
        let busy = self.busy();
        if self.paused.load(Ordering::SeqCst) {
            return 0;
        }
        let claims = match self.store.claim(limit, LEASE, None).await {
            Ok(claims) => claims,
            Err(fault) => {
                tracing::warn!(%fault, "cannot claim");
                tokio::time::sleep(POLL).await;
                return 0;
            }
        };
        let found = claims.len();
        for (claim, permit) in claims.into_iter().zip(permits) {
            self.spawn(claim, permit, self.busy());
        }
        drop(busy);
        found
    }

    fn spawn(&self, claim: Claim, permit: OwnedSemaphorePermit, busy: Busy) {
        let worker = self.clone();
        self.turns.spawn(async move {
            worker.run_claim(claim).await;
            drop((permit, busy));
        });
    }

    async fn run_claim(&self, claim: Claim) {
        let (session_id, n) = (claim.session.id, claim.fence.n);
        let token = CancellationToken::new();
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(session_id, (n, token.clone()));
        let listed = Listed { running: Arc::clone(&self.running), session_id, n };
        let outcome = tokio::select! {
            biased;
            () = token.cancelled() => Ok(JobOutcome::Stale),
            outcome = self.processor.process(claim) => outcome,
        };
        drop(listed);
        match outcome {
            Ok(outcome) => tracing::debug!(session = %session_id, ?outcome, "turn"),
            Err(fault) => tracing::warn!(session = %session_id, %fault, "turn left to its lease"),
        }
    }

    /// Every claim of a turn that runs longer than half a second is renewed; one that was lost is stopped.
    async fn renew_leases(self, stop: CancellationToken) {
        let mut every = tokio::time::interval(RENEW_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        every.tick().await;
        let mut before: Vec<(Uuid, i64)> = Vec::new();
        // Goes on through shutdown, for the turns that are finishing; aborted at its end.
        let _ = stop;
        loop {
            every.tick().await;
            let now: Vec<(Uuid, i64)> =
                self.running.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(id, (n, _))| (*id, *n)).collect();
            // Only turns that were running at the last tick too: short ones need no renewal.
            let held: Vec<(Uuid, i64)> = now.iter().filter(|c| before.contains(c)).copied().collect();
            before = now;
            if held.is_empty() {
                continue;
            }
            if let Ok(kept) = self.store.renew(held.clone(), LEASE).await {
                for (id, _) in held.iter().filter(|(id, _)| !kept.contains(id)) {
                    self.cancel(*id);
                }
            }
        }
    }

    /// Until the next timer or lease end, at most one poll.
    async fn sleep_for(&self) -> std::time::Duration {
        let (Ok(Some(next)), Ok(now)) = (self.store.next_ready_at().await, self.store.now().await) else { return self.poll };
        (next - now).max(Duration::milliseconds(1)).to_std().unwrap_or(self.poll).min(self.poll)
    }

    /// Runs every turn that is due now, one after another, until none is, those of the running loop included. For
    /// tests, scripts and the terminal.
    pub async fn drain(&self) -> Result<usize, Fault> {
        let mut turns = 0;
        loop {
            let quiet = self.busy.load(Ordering::SeqCst) == 0;
            let claims = self.store.claim(1, LEASE, None).await?;
            if let Some(claim) = claims.into_iter().next() {
                self.processor.process(claim).await?;
                turns += 1;
            } else if quiet {
                return Ok(turns);
            } else {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
    }
}

/// A place for a turn whose session is claimed as its entry is accepted.
struct Reserved {
    worker: Worker,
    permit: OwnedSemaphorePermit,
    busy: Busy,
}

impl Starter for Worker {
    fn reserve(&self) -> Option<Box<dyn Place>> {
        if !self.open.load(Ordering::SeqCst) {
            return None;
        }
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        // Counted before the look at `paused`, as in the loop.
        let busy = self.busy();
        if self.paused.load(Ordering::SeqCst) {
            return None;
        }
        Some(Box::new(Reserved { worker: self.clone(), permit, busy }))
    }
}

impl Place for Reserved {
    fn lease(&self) -> Duration {
        LEASE
    }

    fn start(self: Box<Self>, claim: Claim) {
        let Self { worker, permit, busy } = *self;
        worker.spawn(claim, permit, busy);
    }

    fn at_once(&self, address: &Address) -> Option<Box<dyn TurnAtOnce>> {
        if self.worker.is_careful() { None } else { self.worker.processor.at_once(address) }
    }
}
