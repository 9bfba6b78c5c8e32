//! Watching a session: something changed, somebody types.

use std::time::Duration;

use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use uuid::Uuid;

use super::Chatbot;
use crate::wake::Signal;

/// What a watcher is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LiveEvent {
    /// History or control changed: read the history after your cursor, and the session's control.
    Changed,
    /// The bot works on a reply, or no longer does.
    Typing {
        /// Whether it does.
        on: bool,
    },
    /// A model is writing a reply, in this process. It is not stored; its message replaces it.
    Draft {
        /// All of it so far; empty: what was shown is void.
        text: String,
    },
}

/// A watcher of one session.
#[derive(Debug)]
pub struct LiveEvents {
    session_id: Uuid,
    signals: broadcast::Receiver<Signal>,
    drafts: watch::Receiver<String>,
}

impl LiveEvents {
    /// The next event, whichever process brought it about. One that was missed is told as [`LiveEvent::Changed`]. What
    /// other processes do may go unheard (waking is a hint): wrap this in a time-out, such as [`Chatbot::look_again`].
    pub async fn next(&mut self) -> LiveEvent {
        loop {
            let signal = tokio::select! {
                signal = self.signals.recv() => signal,
                Ok(()) = self.drafts.changed() => return LiveEvent::Draft { text: self.drafts.borrow_and_update().clone() },
            };
            match signal {
                Ok(Signal::Changed(id)) if id == self.session_id => return LiveEvent::Changed,
                Ok(Signal::Typing(id, on)) if id == self.session_id => return LiveEvent::Typing { on },
                Ok(Signal::All) | Err(RecvError::Lagged(_)) => return LiveEvent::Changed,
                Ok(_) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Chatbot {
    /// Watches a session.
    pub fn subscribe(&self, session_id: Uuid) -> LiveEvents {
        LiveEvents { session_id, signals: self.inner.wake.listen(), drafts: self.inner.drafts.listen(session_id) }
    }

    /// How long a live page may go unwoken before it looks by itself.
    pub fn look_again(&self) -> Duration {
        self.inner.settings.poll * 8
    }

    /// Tells those who watch a session that it changed (the plan's `push_to_web`). A web message is committed as sent
    /// and read from the history; this only says that it is there.
    pub fn push_to_web(&self, session_id: Uuid) {
        self.inner.wake.signal(Signal::Changed(session_id));
    }
}
