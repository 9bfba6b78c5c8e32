//! Accepting: a message is in the database before anybody is told that it was received.

pub mod commit;
pub mod quarantine;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::Duration;
use uuid::Uuid;

use crate::fault::Fault;
use crate::files::NewFile;
use crate::message::inbound::Address;
use crate::message::{InboxEntry, Sender};
use crate::museum::{self, Mistake};
use crate::session::{Claim, SessionError};
use crate::turn::Turn;
use crate::wake::Wake;

pub use commit::{Commit, Committed};

/// An entry that is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// In which session.
    pub session_id: Uuid,
    /// Its message's id.
    pub message_id: Uuid,
    /// Its number in the session.
    pub seq: i64,
    /// True if it had been accepted before and nothing was done now.
    pub duplicate: bool,
}

/// What became of a session as its entry was accepted.
#[derive(Debug, Clone)]
pub enum Begun {
    /// Nothing: the entry was there before, or somebody else holds the session.
    Nothing,
    /// It is claimed for a turn.
    Claimed(Box<Claim>),
    /// Its turn is committed with it.
    Done(Box<Committed>),
}

/// Decides a turn while the transaction that accepted its entry is open. Nothing may be waited for, and it may be asked
/// twice: the first transaction having been rolled back whole.
pub trait AtOnce: Send + Sync {
    /// What to commit; `None`: the turn is for a worker.
    fn decide(&self, claim: &Claim, turn: Turn) -> Option<Commit>;
}

/// What accepting needs of a store.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait InboxStore: Send + Sync {
    /// Dedupe → session → append → ready, in one transaction. `ttl`: the idle time after which a session is closed.
    async fn accept(&self, entry: InboxEntry, ttl: Duration) -> Result<Accepted, SessionError>;
    /// The same, and claims the session in the same transaction for a worker of this process that is free, unless somebody
    /// holds it; `at_once`: runs its turn in that transaction too, if this decides it.
    async fn accept_and_begin(
        &self,
        entry: InboxEntry,
        ttl: Duration,
        lease: Duration,
        at_once: Option<Arc<dyn AtOnce>>,
    ) -> Result<(Accepted, Begun), SessionError>;
    /// The same for a message with a file: row, entry and message in one transaction. `None`: the session holds
    /// `max_files` already, and nothing was written.
    async fn accept_file(&self, entry: InboxEntry, file: NewFile, ttl: Duration) -> Result<Option<Accepted>, SessionError>;
    /// What a dedupe key was accepted as, if it was and isn't erased.
    async fn accepted_as(&self, address: &Address, sender: Sender, dedupe_key: &str) -> Result<Option<Accepted>, SessionError>;
    /// Marks the session of a message as ready; answers which session.
    async fn enqueue(&self, message_id: Uuid) -> Result<Uuid, SessionError>;
}

/// The worker of this process, as the inbox knows it.
pub trait Starter: Send + Sync {
    /// A place for one turn, where one is free.
    fn reserve(&self) -> Option<Box<dyn Place>>;
}

/// A place for one turn; dropped, it is free again.
pub trait Place: Send {
    /// How long a claim holds for it.
    fn lease(&self) -> Duration;
    /// Runs the turn of what was claimed for it.
    fn start(self: Box<Self>, claim: Claim);
    /// For a turn that is decided as its entry, addressed so, is accepted; `None`: none is.
    fn at_once(&self, address: &Address) -> Option<Box<dyn TurnAtOnce>> {
        let _ = address;
        None
    }
}

/// A turn that may be over when its entry is accepted.
pub trait TurnAtOnce: Send {
    /// Decides it.
    fn decider(&self) -> Arc<dyn AtOnce>;
    /// After it was committed (`Some`) or was not begun. Dropped instead where the store did not say what it did.
    fn ended(self: Box<Self>, committed: Option<&Committed>);
}

/// The inbox: everything enters by this door.
#[derive(Clone)]
pub struct Inbox {
    store: Arc<dyn InboxStore>,
    starter: Arc<dyn Starter>,
    wake: Arc<dyn Wake>,
    ttl: Duration,
}

impl Inbox {
    /// An inbox over a store.
    pub fn new(store: Arc<dyn InboxStore>, starter: Arc<dyn Starter>, wake: Arc<dyn Wake>, ttl: Duration) -> Self {
        Self { store, starter, wake, ttl }
    }

    /// Commits an entry and has its turn run: at once where a worker of this process is free, or by whoever is woken. What
    /// it returns may be acknowledged.
    pub async fn save_incoming_message(&self, entry: InboxEntry) -> Result<Accepted, SessionError> {
        let started = std::time::Instant::now();
        // On its own, because a caller that goes away must not take a claim with it that is committed.
        let accepting = tokio::spawn(self.clone().accept(entry));
        let mut accepted = accepting.await.unwrap_or_else(|_| Err(Fault::Unavailable("accepting was cut short".into()).into()));
        if museum::seeded(Mistake::AcknowledgeBeforeCommit) && matches!(accepted, Err(SessionError::Store(_))) {
            // It had been said before the store had answered.
            accepted = Ok(Accepted { session_id: Uuid::nil(), message_id: Uuid::nil(), seq: 0, duplicate: false });
        }
        let outcome = match &accepted {
            Ok(a) if a.duplicate => "duplicate",
            Ok(_) => "accepted",
            Err(SessionError::Store(_)) => "unavailable",
            Err(_) => "refused",
        };
        metrics::histogram!("accept_duration_seconds", "outcome" => outcome).record(started.elapsed().as_secs_f64());
        accepted
    }

    async fn accept(self, entry: InboxEntry) -> Result<Accepted, SessionError> {
        let Some(place) = self.starter.reserve() else {
            let accepted = self.store.accept(entry, self.ttl).await?;
            if !accepted.duplicate {
                self.wake.wake(accepted.session_id);
            }
            return Ok(accepted);
        };
        let turn = place.at_once(&entry.address);
        let decider = turn.as_ref().map(|turn| turn.decider());
        let begun = self.store.accept_and_begin(entry, self.ttl, place.lease(), decider).await;
        // Where the store did not say what it did, the turn is dropped.
        if let Some(turn) = turn.filter(|_| !matches!(begun, Err(SessionError::Store(_)))) {
            turn.ended(if let Ok((_, Begun::Done(done))) = &begun { Some(done) } else { None });
        }
        let (accepted, begun) = begun?;
        match begun {
            Begun::Claimed(claim) => place.start(*claim),
            // Held by somebody: whoever holds it finds the entry when they are done.
            Begun::Nothing if !accepted.duplicate => self.wake.wake(accepted.session_id),
            Begun::Nothing | Begun::Done(_) => {}
        }
        Ok(accepted)
    }

    /// Commits a file with its entry, then wakes a worker. `None`: the session holds enough files.
    pub async fn save_incoming_file(&self, entry: InboxEntry, file: NewFile) -> Result<Option<Accepted>, SessionError> {
        let accepted = self.store.accept_file(entry, file, self.ttl).await?;
        if let Some(accepted) = accepted.filter(|a| !a.duplicate) {
            self.wake.wake(accepted.session_id);
        }
        Ok(accepted)
    }

    /// What a dedupe key was accepted as: an edit names the message it edits in this way.
    pub async fn accepted_as(&self, address: &Address, sender: Sender, dedupe_key: &str) -> Result<Option<Accepted>, SessionError> {
        self.store.accepted_as(address, sender, dedupe_key).await
    }

    /// Marks the session of a message as ready and wakes a worker. Accepting does so by itself; this is for hosts
    /// that append in other ways, and does nothing to a session whose entries are all handled.
    pub async fn enqueue_processing(&self, message_id: Uuid) -> Result<(), SessionError> {
        let session_id = self.store.enqueue(message_id).await?;
        self.wake.wake(session_id);
        Ok(())
    }
}
