//! What all parts of one run share: chance, time, the database, the witness; and the places where they can be interrupted.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use chatbot_core::clock::{Clock, FakeClock};
use chatbot_core::fault::Fault;
use chatbot_core::{Chatbot, MemoryStore};
use chrono::{DateTime, Duration, Utc};

use crate::rng::Dice;
use crate::witness::Witness;

/// How likely a call to the database fails before it is made, or its answer is lost after, in a thousand.
const FAILS: u64 = 6;
pub const ANSWER_LOST: u64 = 6;

pub struct Shared {
    pub dice: Dice,
    pub clock: Arc<FakeClock>,
    pub memory: MemoryStore,
    /// For looking, past all faults.
    pub eye: Chatbot,
    /// False once the calm has come.
    pub chaos: AtomicBool,
    /// How often the database has crashed.
    crashes: AtomicU64,
    /// Inside a call to the database: nothing else runs until it is done.
    inside: AtomicBool,
    witness: Mutex<Witness>,
}

/// Cheap to clone; a run has one.
#[derive(Clone)]
pub struct Sim(Arc<Shared>);

impl std::ops::Deref for Sim {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Sim {
    pub fn new(seed: u64, kept: bool) -> Self {
        let dice = Dice::new(seed);
        let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let memory = MemoryStore::with(clock.clone(), Arc::new(dice.clone()));
        let eye = Chatbot::builder(memory.clone()).clock(clock.clone()).build().unwrap();
        Self(Arc::new(Shared {
            dice,
            clock,
            memory,
            eye,
            chaos: AtomicBool::new(true),
            crashes: AtomicU64::new(0),
            inside: AtomicBool::new(false),
            witness: Mutex::new(Witness::new(kept)),
        }))
    }

    pub fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn in_chaos(&self) -> bool {
        self.chaos.load(Ordering::Relaxed)
    }

    /// In a thousand, and never in the calm.
    pub fn mishap(&self, permille: u64) -> bool {
        self.in_chaos() && self.dice.permille(permille)
    }

    /// Moves the database's clock and everybody's monotonic one.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        tokio::time::advance(by.to_std().unwrap()).await;
    }

    pub fn database_crashed(&self) {
        self.crashes.fetch_add(1, Ordering::Relaxed);
    }

    pub fn is_inside(&self) -> bool {
        self.inside.load(Ordering::Relaxed)
    }

    /// A call to the database: others may run before it and after it, and it fails where it should. What `call` itself
    /// does happens at once.
    pub async fn database<T>(&self, call: impl Future<Output = T>) -> Result<T, Fault> {
        self.database_that_tells(call, ANSWER_LOST).await
    }

    /// The same, its answer being lost this often in a thousand.
    pub async fn database_that_tells<T>(&self, call: impl Future<Output = T>, answer_lost: u64) -> Result<T, Fault> {
        let crashes = self.crashes.load(Ordering::Relaxed);
        let cut_off = || self.crashes.load(Ordering::Relaxed) != crashes;
        step().await;
        if cut_off() || self.mishap(FAILS) {
            self.witness().tally.count("faults: a call to the database failed");
            return Err(Fault::Unavailable("the simulated database was away".into()));
        }
        self.inside.store(true, Ordering::Relaxed);
        let out = call.await;
        self.inside.store(false, Ordering::Relaxed);
        step().await;
        // An answer may have left the database before it crashed.
        if answer_lost > 0 && (cut_off() && self.dice.permille(500) || self.mishap(answer_lost)) {
            self.witness().tally.count("faults: an answer of the database was lost");
            return Err(Fault::Unavailable("the simulated database's answer was lost".into()));
        }
        Ok(out)
    }
}

/// Ready at the second look: in between the schedule may run anything else, or nothing ever again.
pub async fn step() {
    let mut looked = false;
    poll_fn(|_| if std::mem::replace(&mut looked, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

pub async fn steps(n: u64) {
    for _ in 0..n {
        step().await;
    }
}
