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
    /// Watches a session, and the drafts of its replies.
    pub fn subscribe(&self, session_id: Uuid) -> LiveEvents {
        LiveEvents { drafts: self.inner.drafts.listen(session_id), ..self.subscribe_to_changes(session_id) }
    }

    /// Watches a session for whoever waits for a message and shows no draft: nothing is written for them while it is written, and
    /// whether a model is asked to stream doesn't hang on who came first.
    pub fn subscribe_to_changes(&self, session_id: Uuid) -> LiveEvents {
        LiveEvents { session_id, signals: self.inner.wake.listen(), drafts: watch::channel(String::new()).1 }
    }

    /// How long a live page may go unwoken before it looks by itself: longer while what wakes it is connected, since a
    /// thousand open pages look as often as one.
    pub fn look_again(&self) -> Duration {
        self.inner.settings.poll * if self.inner.wake.is_connected() { 32 } else { 8 }
    }

    /// Tells those who watch a session that it changed (the plan's `push_to_web`). A web message is committed as sent
    /// and read from the history; this only says that it is there.
    pub fn push_to_web(&self, session_id: Uuid) {
        self.inner.wake.signal(Signal::Changed(session_id));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    #[tokio::test]
    async fn a_draft_is_written_for_whoever_shows_it_and_not_for_whoever_waits_for_the_message() {
        let (bot, session) = (Chatbot::builder(MemoryStore::default()).build().unwrap(), Uuid::from_u128(1));
        let mut waiting = bot.subscribe_to_changes(session);
        assert!(bot.inner.drafts.writer(session).is_none());
        bot.push_to_web(session);
        assert_eq!(waiting.next().await, LiveEvent::Changed);
        let page = bot.subscribe(session);
        assert!(bot.inner.drafts.writer(session).is_some());
        drop(page);
    }
}
