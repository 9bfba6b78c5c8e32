//! The sender of one channel account. A row goes out only after `ready → sending` is committed under the account's
//! sender lease, and only if nothing earlier of its session is unsettled. Sessions do not wait for each other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
// The machine's monotonic clock, but where a simulation has stopped it.
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::OutboxRow;
use crate::channel::{Attachment, ChannelAdapter, ChannelError, Outbound, Sent};
use crate::fault::Fault;
use crate::message::MessageMeta;
use crate::wake::{Signal, Wake, until};

/// Tries before a message is given up.
const MAX_ATTEMPTS: i64 = 8;
/// Tries where the channel itself says when to come again: it is busy, not broken.
const MAX_ASKED_BACK: i64 = 60;
/// Rows taken at once.
const BATCH: usize = 64;
/// How long a sender lease holds. It is renewed when less than half of it is left.
pub const SENDER_LEASE: Duration = Duration::seconds(10);

/// How much of it a sender trusts after a look at it: the rest is for a write that is slow.
const LEASE_TRUSTED: std::time::Duration = std::time::Duration::from_secs(4);
/// Between tries to settle a row while the store is away.
const SETTLE_AGAIN: std::time::Duration = std::time::Duration::from_millis(250);
/// Between looks at what is to be delivered: what wakes may lose, and back-offs that end, are found then.
const POLL: std::time::Duration = std::time::Duration::from_millis(250);

/// How a send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken by the channel.
    Sent(Sent),
    /// Try again after this long (the bot's row of a session that a person took over is cancelled instead).
    Retry {
        /// After how long.
        after: Duration,
        /// Why.
        reason: String,
    },
    /// Given up; an action tells a person.
    Failed(String),
    /// May or may not have arrived.
    Unknown(String),
}

/// What delivery needs of a store.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Takes or renews the account's sender lease, settles rows another holder left in `sending` (unknown; sent again
    /// at most once), and moves what may go to `sending`. `None`: another process holds the lease.
    async fn take_due(&self, platform: &str, account: &str, lease: Duration, limit: i64) -> Result<Option<Vec<OutboxRow>>, Fault>;
    /// Settles a row that was taken; answers whether another of its session waits behind it.
    async fn settle(&self, row: &OutboxRow, outcome: Outcome) -> Result<bool, Fault>;
    /// A file that goes out with a message.
    async fn attachment(&self, file_id: Uuid) -> Result<Option<Attachment>, Fault>;
    /// Gives the sender lease back at shutdown.
    async fn drop_sender(&self, platform: &str, account: &str) -> Result<(), Fault>;
}

/// Delivers what is due on one adapter. Cheap to clone; all clones are the same sender.
#[derive(Clone)]
pub struct Deliverer {
    store: Arc<dyn OutboxStore>,
    adapter: Arc<dyn ChannelAdapter>,
    /// Sends at a time.
    slots: Arc<Semaphore>,
    /// When the sender lease was last seen to be ours.
    seen: Arc<Mutex<Option<Instant>>>,
    /// Something is to be looked at again.
    nudge: Arc<Notify>,
    sends: TaskTracker,
}

/// A place for one send. Dropped, it is free again.
pub struct Slot {
    deliverer: Deliverer,
    permit: OwnedSemaphorePermit,
}

impl Slot {
    /// Sends a row that was committed as `sending`, and settles it.
    pub fn send(self, row: OutboxRow) {
        let Self { deliverer, permit } = self;
        let sends = deliverer.sends.clone();
        sends.spawn(async move {
            if deliverer.send_and_settle(&row).await {
                deliverer.nudge.notify_one();
            }
            drop(permit);
        });
    }
}

impl Deliverer {
    /// A sender for an adapter.
    pub fn new(store: Arc<dyn OutboxStore>, adapter: Arc<dyn ChannelAdapter>) -> Self {
        let slots = Arc::new(Semaphore::new(adapter.concurrency()));
        Self { store, adapter, slots, seen: Arc::default(), nudge: Arc::default(), sends: TaskTracker::new() }
    }

    /// A place for what is being committed for this account, where this sender runs, holds the account and is not busy.
    pub fn reserve(&self, platform: &str, account: &str) -> Option<Slot> {
        if self.adapter.platform() != platform || self.adapter.account() != account || !self.holds() {
            return None;
        }
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        Some(Slot { deliverer: self.clone(), permit })
    }

    /// Sends all that is due now, until nothing is; answers how many rows were tried. For tests, scripts and the terminal.
    pub async fn deliver_due(&self) -> Result<usize, Fault> {
        let mut tried = 0;
        loop {
            let (rows, permits) = self.take().await?;
            if rows.is_empty() {
                return Ok(tried);
            }
            tried += rows.len();
            futures::future::join_all(rows.iter().map(|row| self.send_and_settle(row))).await;
            drop(permits);
        }
    }

    /// Sends what is due until `shutdown`, then finishes what is on its way and gives the account back.
    pub async fn run(&self, wake: &dyn Wake, shutdown: CancellationToken) {
        let mut signals = wake.listen();
        while !shutdown.is_cancelled() {
            match self.take().await {
                Ok((rows, permits)) => {
                    let more = rows.len() >= BATCH;
                    for (row, permit) in rows.into_iter().zip(permits) {
                        Slot { deliverer: self.clone(), permit }.send(row);
                    }
                    if more {
                        continue;
                    }
                }
                Err(fault) => tracing::warn!(%fault, "delivery waits"),
            }
            tokio::select! {
                biased;
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(POLL) => {}
                () = self.nudge.notified() => {}
                () = until(&mut signals, |s| matches!(s, Signal::Outbox | Signal::Clock)) => {}
            }
        }
        *self.seen() = None;
        self.sends.close();
        self.sends.wait().await;
        if let Err(fault) = self.store.drop_sender(self.adapter.platform(), self.adapter.account()).await {
            tracing::warn!(%fault, "the sender lease is left to run out");
        }
    }

    /// Rows to be sent now, each with a place.
    async fn take(&self) -> Result<(Vec<OutboxRow>, Vec<OwnedSemaphorePermit>), Fault> {
        let mut permits = Vec::new();
        while permits.len() < BATCH
            && let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned()
        {
            permits.push(permit);
        }
        let asked = Instant::now();
        let limit = i64::try_from(permits.len()).unwrap_or(0);
        let taken = self.store.take_due(self.adapter.platform(), self.adapter.account(), SENDER_LEASE, limit).await?;
        *self.seen() = taken.is_some().then_some(asked);
        Ok((taken.unwrap_or_default(), permits))
    }

    fn seen(&self) -> MutexGuard<'_, Option<Instant>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the sender lease is ours as far as the monotonic clock can tell.
    fn holds(&self) -> bool {
        self.seen().is_some_and(|at| at.elapsed() < LEASE_TRUSTED)
    }

    /// Answers whether another row of the session waits.
    async fn send_and_settle(&self, row: &OutboxRow) -> bool {
        // The lease is checked by the monotonic clock just before each write: what it no longer covers goes back.
        let outcome = if self.holds() {
            self.send(row).await
        } else {
            Outcome::Retry { after: Duration::zero(), reason: "the sender lease ran out first".into() }
        };
        // A row that was taken is settled, whatever it takes: nothing behind it in its session moves before.
        loop {
            match self.store.settle(row, outcome.clone()).await {
                Ok(more) => return more,
                Err(fault) => {
                    tracing::warn!(%fault, "settling waits");
                    tokio::time::sleep(SETTLE_AGAIN).await;
                }
            }
        }
    }

    /// What a person of the employer's sent as a file.
    async fn file(&self, row: &OutboxRow) -> Result<Option<Attachment>, Fault> {
        let id = row.metadata.get("file_id").and_then(|id| id.as_str()?.parse().ok());
        match id {
            Some(id) => self.store.attachment(id).await,
            None => Ok(None),
        }
    }

    async fn send(&self, row: &OutboxRow) -> Outcome {
        let started = Instant::now();
        let meta: MessageMeta = serde_json::from_value(row.metadata.clone()).unwrap_or_default();
        let file = match self.file(row).await {
            Ok(file) => file,
            Err(fault) => return Outcome::Retry { after: back_off(row), reason: fault.to_string() },
        };
        let message = Outbound {
            recipient: &row.recipient,
            message_id: row.message_id,
            text: &row.content,
            buttons: &meta.buttons,
            expects: &meta.expects,
            file: file.as_ref(),
        };
        let result = self.adapter.send(&message).await;
        let label = match &result {
            Ok(_) => "sent",
            Err(ChannelError::Retry { .. }) => "retry",
            Err(ChannelError::Refused { .. }) => "refused",
            Err(ChannelError::Unknown { .. }) => "unknown",
        };
        metrics::histogram!("delivery_duration_seconds", "outcome" => label, "platform" => row.platform.clone())
            .record(started.elapsed().as_secs_f64());
        match result {
            Ok(sent) => Outcome::Sent(sent),
            Err(ChannelError::Retry { reason, after }) if row.attempts >= if after.is_some() { MAX_ASKED_BACK } else { MAX_ATTEMPTS } => {
                Outcome::Failed(reason)
            }
            Err(ChannelError::Retry { reason, after }) => Outcome::Retry { after: after.unwrap_or_else(|| back_off(row)), reason },
            Err(ChannelError::Refused { reason }) => Outcome::Failed(reason),
            Err(ChannelError::Unknown { reason }) => Outcome::Unknown(reason),
        }
    }
}

/// Doubling from one second to five minutes, spread by the row's own id so that rows of a burst part ways.
fn back_off(row: &OutboxRow) -> Duration {
    let base = 1_000_i64 << row.attempts.clamp(0, 8);
    let jitter = i64::from(row.id.as_bytes().first().copied().unwrap_or(0)) * base / 512;
    Duration::milliseconds((base + jitter).min(300_000))
}
