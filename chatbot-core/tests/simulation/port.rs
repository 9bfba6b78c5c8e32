//! A process's way to the database: the real store, with the witness looking on and everything that can interrupt a call.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatbot_core::channel::Attachment;
use chatbot_core::fault::Fault;
use chatbot_core::files::NewFile;
use chatbot_core::inbox::{Accepted, AtOnce, Begun, InboxStore};
use chatbot_core::message::inbound::Address;
use chatbot_core::message::{InboxEntry, Outgoing, Sender};
use chatbot_core::outbox::OutboxRow;
use chatbot_core::outbox::deliver::{OutboxStore, Outcome, Sender as By, Taken};
use chatbot_core::session::control::{Control, ControlStore, Who};
use chatbot_core::session::{OpenSession, Opened, Session, SessionError, SessionStore};
use chatbot_core::store::Store;
use chatbot_core::turn::Turn;
use chatbot_core::worker::{Claim, Commit, Committed, TurnStore};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::sim::{ANSWER_LOST, Pace, Sim};
use crate::witness::Unflushed;

/// How many claims in a hundred are committed asynchronously, to be lost if the database crashes before the next commit.
const ASYNCHRONOUS: u64 = 40;

/// How often in a thousand nobody is told of a row that was committed as being sent, by a sender's look or a turn's commit: it
/// has to be found again.
const TAKEN_UNTOLD: u64 = ANSWER_LOST;

#[derive(Clone)]
pub struct Port {
    pub sim: Sim,
    pub pace: Pace,
    pub store: Store,
    pub process: usize,
    pub boot: Uuid,
}

impl Port {
    async fn read<T>(&self, call: impl Future<Output = T>) -> Result<T, Fault> {
        self.pace.database(call, ANSWER_LOST).await
    }

    /// A call that writes: what was committed asynchronously before it is on the disk with it.
    async fn write<T>(&self, call: impl Future<Output = T>) -> Result<T, Fault> {
        let flushed = async {
            let out = call.await;
            self.sim.witness().unflushed.clear();
            out
        };
        self.pace.database(flushed, ANSWER_LOST).await
    }
}

#[async_trait]
impl TurnStore for Port {
    async fn claim(&self, limit: i64, lease: Duration, only: Option<Uuid>) -> Result<Vec<Claim>, Fault> {
        let call = async {
            let asynchronous = self.sim.dice.below(100) < ASYNCHRONOUS;
            let before = asynchronous.then(|| Unflushed { database: self.sim.memory.snapshot(), holders: self.sim.witness().holders() });
            let claims = self.store.claim(limit, lease, only).await?;
            let now = self.sim.now();
            let mut witness = self.sim.witness();
            for claim in &claims {
                witness.claimed(self.process, claim, now + lease, now);
            }
            match before {
                Some(before) if !claims.is_empty() => witness.unflushed.push_back(before),
                _ if !claims.is_empty() => witness.unflushed.clear(),
                _ => {}
            }
            Ok(claims)
        };
        self.read(call).await?
    }

    async fn load(&self, claim: &Claim) -> Result<Turn, Fault> {
        self.read(self.store.load(claim)).await?
    }

    async fn renew(&self, held: Vec<(Uuid, i64)>, lease: Duration) -> Result<Vec<Uuid>, Fault> {
        let call = async {
            let kept = self.store.renew(held.clone(), lease).await?;
            self.sim.witness().renewed(self.boot, &kept, &held, self.sim.now() + lease);
            Ok(kept)
        };
        self.write(call).await?
    }

    async fn give_back(&self, claim: &Claim, after: Duration) -> Result<bool, Fault> {
        let call = async {
            let done = self.store.give_back(claim, after).await?;
            self.sim.witness().given_back(self.process, claim, done, "gives back");
            Ok(done)
        };
        self.write(call).await?
    }

    async fn record_failure(&self, claim: &Claim, retry_after: Duration) -> Result<bool, Fault> {
        let call = async {
            let done = self.store.record_failure(claim, retry_after).await?;
            self.sim.witness().given_back(self.process, claim, done, "notes a failure of");
            Ok(done)
        };
        self.write(call).await?
    }

    async fn commit(&self, commit: Commit) -> Result<Option<Committed>, Fault> {
        let answer_lost = if commit.sends.is_some() { TAKEN_UNTOLD } else { ANSWER_LOST };
        let call = async {
            // A session may be closed meanwhile, idle as it is, by the first words of its successor.
            let open = self.sim.eye.session(commit.session.id).await?.is_some_and(|s| s.closed_at.is_none());
            let done = self.store.commit(commit.clone()).await?;
            let mut witness = self.sim.witness();
            witness.unflushed.clear();
            witness.committed(self.process, &commit, done.as_ref(), open);
            Ok(done)
        };
        self.pace.database(call, answer_lost).await?
    }

    async fn next_ready_at(&self) -> Result<Option<DateTime<Utc>>, Fault> {
        self.store.next_ready_at().await
    }

    async fn void_leases(&self) -> Result<u64, Fault> {
        let call = async {
            let freed = self.store.void_leases().await?;
            self.sim.witness().voided();
            Ok(freed)
        };
        self.write(call).await?
    }

    async fn session_of_message(&self, message_id: Uuid) -> Result<Option<(Uuid, i64)>, Fault> {
        self.read(self.store.session_of_message(message_id)).await?
    }

    async fn now(&self) -> Result<DateTime<Utc>, Fault> {
        TurnStore::now(&self.store).await
    }
}

#[async_trait]
impl InboxStore for Port {
    async fn accept(&self, entry: InboxEntry, ttl: Duration) -> Result<Accepted, SessionError> {
        let key = entry.dedupe_key.clone().unwrap_or_default();
        let call = async {
            let accepted = self.store.accept(entry, ttl).await?;
            self.sim.witness().accepted(self.process, &key, &accepted);
            Ok(accepted)
        };
        self.write(call).await?
    }

    async fn accept_and_begin(
        &self,
        entry: InboxEntry,
        ttl: Duration,
        lease: Duration,
        at_once: Option<Arc<dyn AtOnce>>,
    ) -> Result<(Accepted, Begun), SessionError> {
        let key = entry.dedupe_key.clone().unwrap_or_default();
        let noted = at_once.map(|decider| Arc::new(Noted { decider, commit: Mutex::default() }));
        let call = async {
            let (accepted, begun) =
                self.store.accept_and_begin(entry, ttl, lease, noted.clone().map(|noted| noted as Arc<dyn AtOnce>)).await?;
            let now = self.sim.now();
            let decided = noted.and_then(|noted| noted.commit.lock().unwrap().take());
            let mut witness = self.sim.witness();
            witness.accepted(self.process, &key, &accepted);
            match &begun {
                Begun::Nothing => {}
                Begun::Claimed(claim) => {
                    witness.tally.count("claims made while accepting");
                    witness.claimed(self.process, claim, now + lease, now);
                }
                Begun::Done(done) => {
                    let (claim, commit) = decided.expect("what is done was decided");
                    witness.tally.count("turns run while accepting");
                    witness.claimed(self.process, &claim, now + lease, now);
                    witness.committed(self.process, &commit, Some(done), true);
                }
            }
            Ok((accepted, begun))
        };
        self.write(call).await?
    }

    async fn accept_file(&self, entry: InboxEntry, file: NewFile, ttl: Duration) -> Result<Option<Accepted>, SessionError> {
        self.write(self.store.accept_file(entry, file, ttl)).await?
    }

    async fn accepted_as(&self, address: &Address, sender: Sender, dedupe_key: &str) -> Result<Option<Accepted>, SessionError> {
        self.read(self.store.accepted_as(address, sender, dedupe_key)).await?
    }

    async fn enqueue(&self, message_id: Uuid) -> Result<Uuid, SessionError> {
        self.write(self.store.enqueue(message_id)).await?
    }
}

#[async_trait]
impl OutboxStore for Port {
    async fn take_due(&self, sender: &By<'_>, lease: Duration, limit: i64) -> Result<Option<Taken>, Fault> {
        let call = async {
            let taken = self.store.take_due(sender, lease, limit).await?;
            let mut witness = self.sim.witness();
            witness.unflushed.clear();
            witness.taken(self.process, taken.as_ref().map(|taken| taken.rows.as_slice()).unwrap_or_default());
            Ok(taken)
        };
        self.pace.database(call, TAKEN_UNTOLD).await?
    }

    async fn settle(&self, row: &OutboxRow, outcome: Outcome) -> Result<bool, Fault> {
        let call = async {
            let more = self.store.settle(row, outcome.clone()).await?;
            let mut witness = self.sim.witness();
            let session = witness.name(row.session_id);
            witness.trace.line(format!("p{} settles {session}/{}: {outcome:?}", self.process, row.seq));
            Ok(more)
        };
        self.write(call).await?
    }

    async fn attachment(&self, file_id: Uuid) -> Result<Option<Attachment>, Fault> {
        self.read(self.store.attachment(file_id)).await?
    }

    async fn drop_sender(&self, sender: &By<'_>) -> Result<(), Fault> {
        self.write(self.store.drop_sender(sender)).await?
    }
}

#[async_trait]
impl ControlStore for Port {
    async fn takeover(&self, session_id: Uuid, by: Who, notice: Outgoing) -> Result<Control, SessionError> {
        let call = async {
            let control = self.store.takeover(session_id, by, notice).await?;
            self.sim.witness().taken_over(self.process, session_id, &control);
            Ok(control)
        };
        self.write(call).await?
    }

    async fn release(&self, session_id: Uuid, by: Who, notice: Outgoing) -> Result<Control, SessionError> {
        let call = async {
            let control = self.store.release(session_id, by, notice).await?;
            self.sim.witness().released(self.process, session_id);
            Ok(control)
        };
        self.write(call).await?
    }
}

#[async_trait]
impl SessionStore for Port {
    async fn open(&self, wish: OpenSession, ttl: Duration) -> Result<Opened, SessionError> {
        let call = async {
            let opened = self.store.open(wish, ttl).await?;
            let mut witness = self.sim.witness();
            let session = witness.name(opened.session.id);
            witness.trace.line(format!("p{} opens {session}: {}", self.process, opened.created));
            Ok(opened)
        };
        self.write(call).await?
    }

    async fn session(&self, id: Uuid) -> Result<Option<Session>, SessionError> {
        self.read(self.store.session(id)).await?
    }

    async fn session_by_token(&self, bearer: &str) -> Result<Option<Session>, SessionError> {
        self.read(self.store.session_by_token(bearer)).await?
    }
}

/// Keeps what was decided last, for the witness.
struct Noted {
    decider: Arc<dyn AtOnce>,
    commit: Mutex<Option<(Claim, Commit)>>,
}

impl AtOnce for Noted {
    fn decide(&self, claim: &Claim, turn: Turn) -> Option<Commit> {
        let commit = self.decider.decide(claim, turn);
        *self.commit.lock().unwrap() = commit.clone().map(|commit| (claim.clone(), commit));
        commit
    }
}
