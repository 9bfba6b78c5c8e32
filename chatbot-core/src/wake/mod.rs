//! Waking: a hint that a session has work or has changed. Lost hints cost one poll, never a message.
//!
//! * [`LocalWake`]: within a process.
//! * `NotifyWake` (feature `postgres`): between processes on one PostgreSQL schema, by LISTEN and NOTIFY. What a `PgStore`
//!   brings where nothing else is given.
//! * `RedisWake` (feature `redis`): between processes that share a Redis, by a stream that everybody reads.
//!
//! The two that reach other processes have in common what waits to be told (`waiting`), what is said (`payload`), how the
//! line stands (`line`), and how it is kept up (`carry`).
//!
//! **Invariant.** Nothing here is believed. A signal says where to look; what is there, the database says. So signals may
//! be lost, doubled, late or another installation's.

#[cfg(any(feature = "postgres", feature = "redis"))]
mod carry;
mod drafts;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod line;
#[cfg(feature = "postgres")]
mod notify;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod payload;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod waiting;

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use drafts::{DraftWriter, Drafts};
#[cfg(feature = "postgres")]
pub use notify::NotifyWake;
#[cfg(feature = "redis")]
pub use redis::{QueueError, RedisTarget, RedisWake};

/// Signals a listener may fall behind before it is told to look at everything.
const BEHIND: usize = 4096;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signal {
    /// A session may be claimed.
    Ready(Uuid),
    /// A session's history or control changed.
    Changed(Uuid),
    /// The bot is working on a reply (`true`) or no longer is.
    Typing(Uuid, bool),
    /// Something to send was committed for a channel outside.
    Outbox,
    /// An event for other systems was committed. Other processes are not told: whoever committed it hands it over.
    Events,
    /// The clock was moved. Other processes are not told: each has a clock of its own.
    Clock,
    /// Signals may have been missed: look at everything.
    All,
}

impl Signal {
    /// Whether a session may be ready.
    pub fn means_work(self) -> bool {
        matches!(self, Self::Ready(_) | Self::Clock | Self::All)
    }

    /// Whether an event may have to be handed over.
    pub fn means_event(self) -> bool {
        matches!(self, Self::Events | Self::Clock | Self::All)
    }

    /// Whether something may have to go out.
    pub fn means_delivery(self) -> bool {
        matches!(self, Self::Outbox | Self::Clock | Self::All)
    }
}

/// What wakes other processes cannot be reached. Says which server, never a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{server}: {problem}")]
pub struct Unreached {
    /// Which.
    pub server: String,
    /// What it said, or did not.
    pub problem: String,
}

/// Tells workers and live pages that there is something to look at.
#[async_trait]
pub trait Wake: Send + Sync {
    /// A session has work.
    fn wake(&self, session_id: Uuid) {
        self.signal(Signal::Ready(session_id));
    }

    /// Tells everyone listening: here at once, in other processes soon. Never waits, whatever stands between the two.
    fn signal(&self, signal: Signal);

    /// Listens. A listener that lags is told so and looks at everything.
    fn listen(&self) -> broadcast::Receiver<Signal>;

    /// What carries signals: `local`, `notify`, `redis`, or a name of the host's.
    fn via(&self) -> &'static str {
        "local"
    }

    /// Whether other processes can be reached just now; true where there are none to reach.
    fn is_connected(&self) -> bool {
        true
    }

    /// Carries signals to other processes and brings theirs, until `stop`; then sends what waits and returns. Whoever
    /// cannot be reached is tried again and again. [`crate::Chatbot::run`] calls this; within one process there is
    /// nothing to carry.
    async fn run(&self, stop: CancellationToken) {
        let _ = stop;
    }

    /// How long one signal takes there and back; `None` where there is no way to go.
    ///
    /// # Errors
    /// When there is nobody at the other end.
    async fn ping(&self) -> Result<Option<Duration>, Unreached> {
        Ok(None)
    }
}

/// Within one process.
#[derive(Debug)]
pub struct LocalWake(broadcast::Sender<Signal>);

impl Default for LocalWake {
    fn default() -> Self {
        Self(broadcast::channel(BEHIND).0)
    }
}

impl Wake for LocalWake {
    fn signal(&self, signal: Signal) {
        metrics::counter!("wake_signals_total", "via" => "local").increment(1);
        // Nobody listening is fine: the poll finds it.
        let _ = self.0.send(signal);
    }

    fn listen(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}

/// Returns at the next signal that fits; lagging behind fits.
pub(crate) async fn until(signals: &mut broadcast::Receiver<Signal>, fits: impl Fn(Signal) -> bool) {
    loop {
        match signals.recv().await {
            Ok(signal) if !fits(signal) => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
