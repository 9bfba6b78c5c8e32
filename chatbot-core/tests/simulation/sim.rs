//! What all parts of one run share: chance, time, the database, the witness; and the places where they can be interrupted.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Poll, Waker};

use chatbot_core::clock::{Clock, FakeClock};
use chatbot_core::fault::Fault;
use chatbot_core::template::Templates;
use chatbot_core::{Chatbot, MemoryStore};
use chrono::{DateTime, Utc};
use futures::FutureExt;

use crate::rng::Dice;
use crate::witness::Witness;

/// How likely a call to the database fails before it is made, or its answer is lost after, in a thousand.
const FAILS: u64 = 6;
pub const ANSWER_LOST: u64 = 6;

/// Where something of a process waits until the schedule lets it go on.
pub struct Gate {
    pub life: u64,
    open: Weak<AtomicBool>,
    waker: Waker,
}

impl Gate {
    /// False: whoever waited here is gone.
    pub fn open(self) -> bool {
        let Some(open) = self.open.upgrade() else { return false };
        open.store(true, Ordering::Relaxed);
        self.waker.wake();
        true
    }
}

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
    pub gates: Mutex<Vec<Gate>>,
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
        let eye = Chatbot::builder(memory.clone()).clock(clock.clone()).templates(Templates::english().unwrap()).build().unwrap();
        Self(Arc::new(Shared {
            dice,
            clock,
            memory,
            eye,
            chaos: AtomicBool::new(true),
            crashes: AtomicU64::new(0),
            gates: Mutex::default(),
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

    pub fn database_crashed(&self) {
        self.crashes.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a look past all faults answers: the tables in memory never make anybody wait.
pub fn at_once<T>(look: impl Future<Output = T>) -> T {
    look.now_or_never().unwrap()
}

/// The pace of one process, from its start to its end: it moves only where the schedule lets it.
#[derive(Clone)]
pub struct Pace {
    pub sim: Sim,
    pub process: usize,
    pub life: u64,
}

impl Pace {
    /// Waits at a gate: meanwhile the schedule may run anything else, or nothing of this process ever again.
    pub async fn step(&self) {
        let open = Arc::new(AtomicBool::new(false));
        let mut waits = false;
        poll_fn(|context| {
            if open.load(Ordering::Relaxed) {
                return Poll::Ready(());
            }
            if !std::mem::replace(&mut waits, true) {
                let gate = Gate { life: self.life, open: Arc::downgrade(&open), waker: context.waker().clone() };
                self.sim.gates.lock().unwrap().push(gate);
            }
            Poll::Pending
        })
        .await;
    }

    pub async fn steps(&self, n: u64) {
        for _ in 0..n {
            self.step().await;
        }
    }

    /// A call to the database: others may run before it and after it, and it fails where it should. What `call` itself
    /// does happens at once.
    pub async fn database<T>(&self, call: impl Future<Output = T>, answer_lost: u64) -> Result<T, Fault> {
        let sim = &self.sim;
        let crashes = sim.crashes.load(Ordering::Relaxed);
        let cut_off = || sim.crashes.load(Ordering::Relaxed) != crashes;
        self.step().await;
        if cut_off() || sim.mishap(FAILS) {
            sim.witness().tally.count("faults: a call to the database failed");
            return Err(Fault::Unavailable("the simulated database was away".into()));
        }
        let out = call.await;
        self.step().await;
        // An answer may have left the database before it crashed.
        if answer_lost > 0 && (cut_off() && sim.dice.permille(500) || sim.mishap(answer_lost)) {
            sim.witness().tally.count("faults: an answer of the database was lost");
            return Err(Fault::Unavailable("the simulated database's answer was lost".into()));
        }
        Ok(out)
    }
}
