//! Waking: a hint that a session has work or has changed. Lost hints cost one poll, never a message.

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

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
    /// An event for other systems was committed.
    Events,
    /// The clock was moved.
    Clock,
}

/// Tells workers and live pages that there is something to look at.
pub trait Wake: Send + Sync {
    /// A session has work.
    fn wake(&self, session_id: Uuid) {
        self.signal(Signal::Ready(session_id));
    }
    /// Tells everyone listening.
    fn signal(&self, signal: Signal);
    /// Listens. A listener that lags is told so and looks at everything.
    fn listen(&self) -> broadcast::Receiver<Signal>;
}

/// Within one process.
#[derive(Debug)]
pub struct LocalWake(broadcast::Sender<Signal>);

impl Default for LocalWake {
    fn default() -> Self {
        Self(broadcast::channel(4096).0)
    }
}

impl Wake for LocalWake {
    fn signal(&self, signal: Signal) {
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
