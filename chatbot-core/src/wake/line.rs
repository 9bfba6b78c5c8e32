//! How the line to other processes stands: who listens here, what waits to be told there, whether it is up.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::Instant;
use uuid::Uuid;

use super::waiting::{Batch, Waiting};
use super::{BEHIND, Signal, payload};
use crate::clock::{IdSource, RandomIds};

/// Between two lines of the log about the same trouble.
const QUIET: Duration = Duration::from_secs(30);

/// One way to other processes.
#[derive(Debug)]
pub(super) struct Line {
    /// `notify` or `redis`.
    via: &'static str,
    /// Where it leads, without a password.
    server: String,
    /// Who speaks. Never drawn from a host's ids: two processes of one name would not hear each other.
    me: Uuid,
    here: broadcast::Sender<Signal>,
    waiting: Waiting,
    /// Whether others are heard, and whether they are told.
    hears: AtomicBool,
    tells: AtomicBool,
    /// Whether the log's last line about the line was of trouble.
    complained: AtomicBool,
    /// Troubles since then.
    unsaid: AtomicU64,
    last_said: Mutex<Option<Instant>>,
}

impl Line {
    pub(super) fn new(via: &'static str, server: String) -> Self {
        Self {
            via,
            server,
            me: RandomIds.uuid(),
            here: broadcast::channel(BEHIND).0,
            waiting: Waiting::default(),
            hears: AtomicBool::new(false),
            tells: AtomicBool::new(true),
            complained: AtomicBool::new(false),
            unsaid: AtomicU64::new(0),
            last_said: Mutex::new(None),
        }
    }

    pub(super) fn via(&self) -> &'static str {
        self.via
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Signal> {
        self.here.subscribe()
    }

    pub(super) fn is_up(&self) -> bool {
        self.hears.load(Ordering::Relaxed) && self.tells.load(Ordering::Relaxed)
    }

    /// Here at once, elsewhere when its turn comes.
    pub(super) fn signal(&self, signal: Signal) {
        metrics::counter!("wake_signals_total", "via" => "local").increment(1);
        self.say_here(signal);
        self.waiting.add(signal);
    }

    /// All that waits, in words for the others.
    pub(super) async fn next(&self) -> Vec<String> {
        self.encode(&self.waiting.next().await)
    }

    /// All that waits, if anything does.
    pub(super) fn take(&self) -> Option<Vec<String>> {
        self.waiting.take().map(|batch| self.encode(&batch))
    }

    fn encode(&self, batch: &Batch) -> Vec<String> {
        payload::encode(self.me, batch)
    }

    /// Somebody said something. What this process said itself has been heard here long ago.
    pub(super) fn heard(&self, words: &str) {
        let Some(said) = payload::decode(words).filter(|said| said.by != self.me) else { return };
        for signal in said.batch.signals() {
            metrics::counter!("wake_signals_total", "via" => self.via).increment(1);
            self.say_here(signal);
        }
    }

    /// Others are heard from now on; what they said before, nobody knows.
    pub(super) fn hears(&self) {
        self.hears.store(true, Ordering::Relaxed);
        self.up();
        self.say_here(Signal::All);
    }

    /// Others are not heard.
    pub(super) fn deaf(&self, problem: impl Display) {
        self.hears.store(false, Ordering::Relaxed);
        self.trouble("hear", problem);
    }

    /// Others were told.
    pub(super) fn tells(&self) {
        if !self.tells.swap(true, Ordering::Relaxed) {
            self.up();
        }
    }

    /// What was to be told is lost: once others can be told again, they look at everything.
    pub(super) fn mute(&self, problem: impl Display) {
        self.tells.store(false, Ordering::Relaxed);
        self.waiting.add(Signal::All);
        self.trouble("tell", problem);
    }

    fn say_here(&self, signal: Signal) {
        // Nobody listening is fine: the poll finds it.
        let _ = self.here.send(signal);
    }

    fn trouble(&self, cannot: &'static str, problem: impl Display) {
        metrics::counter!("wake_faults_total", "via" => self.via).increment(1);
        let mut last = self.last_said.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|at| at.elapsed() < QUIET) {
            self.unsaid.fetch_add(1, Ordering::Relaxed);
            return;
        }
        *last = Some(Instant::now());
        self.complained.store(true, Ordering::Relaxed);
        let before = self.unsaid.swap(0, Ordering::Relaxed);
        let (via, server) = (self.via, self.server.as_str());
        tracing::warn!(via, server, cannot, %problem, before, "other processes are not woken: they find their work by polling");
    }

    /// Said once for each trouble that was.
    fn up(&self) {
        if self.is_up() && self.complained.swap(false, Ordering::Relaxed) {
            tracing::info!(via = self.via, server = self.server, "other processes are woken again");
        }
    }
}
