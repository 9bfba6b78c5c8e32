//! The sender of one channel account. A row goes out only after `ready → sending` is committed under the account's
//! sender lease, and only if nothing earlier of its session is unsettled. Sessions do not wait for each other.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
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
/// How long a sender lease holds where another process may be waiting for it: as long as a claim, so that whoever steps in
/// for a process that died sends within three seconds. It is renewed when a quarter of it has gone.
pub const SENDER_LEASE: Duration = Duration::seconds(2);
/// The same where one process has the store to itself: whoever comes after it voids its leases at start.
pub const SENDER_LEASE_ALONE: Duration = Duration::seconds(10);

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

/// What a look at the outbox found.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Rows that are this sender's to send now.
    pub rows: Vec<OutboxRow>,
    /// Whether the lease came to this sender with this look. Others may have held it before: what it took earlier and has
    /// not sent may be sent by now.
    pub anew: bool,
}

/// What delivery needs of a store.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Takes or renews the account's sender lease, settles rows another holder left in `sending` (unknown; sent again
    /// at most once), and moves what may go to `sending`. `None`: another process holds the lease.
    async fn take_due(&self, sender: &Sender<'_>, lease: Duration, limit: i64) -> Result<Option<Taken>, Fault>;
    /// Settles a row that was taken; answers whether another of its session waits behind it.
    async fn settle(&self, row: &OutboxRow, outcome: Outcome) -> Result<bool, Fault>;
    /// A file that goes out with a message.
    async fn attachment(&self, file_id: Uuid) -> Result<Option<Attachment>, Fault>;
    /// Gives the sender lease back at shutdown.
    async fn drop_sender(&self, sender: &Sender<'_>) -> Result<(), Fault>;
    /// How long a sender lease is to hold.
    fn sender_lease(&self) -> Duration {
        SENDER_LEASE
    }
}

/// Who sends, for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender<'a> {
    /// On which platform.
    pub platform: &'a str,
    /// For which of our accounts there.
    pub account: &'a str,
    /// The lease's number in this process. Another one after each time that the store did not say what it took: rows under
    /// the number before are then as good as another process's.
    pub n: i64,
}

/// Delivers what is due on one adapter. Cheap to clone; all clones are the same sender.
#[derive(Clone)]
pub struct Deliverer {
    store: Arc<dyn OutboxStore>,
    adapter: Arc<dyn ChannelAdapter>,
    /// Places for rows: of turns that are being committed, on their way, or being settled.
    slots: Arc<Semaphore>,
    /// Sends at a time.
    sending: Arc<Semaphore>,
    /// When the sender lease was last seen to be ours.
    seen: Arc<Mutex<Option<Instant>>>,
    /// The lease's number.
    n: Arc<AtomicI64>,
    /// Counts the times that the lease came to us. What was taken in one of them is not sent in another.
    period: Arc<AtomicI64>,
    /// Whether rows may be marked as being sent that nobody here knows of: the store was not heard when it took them.
    suspect: Arc<AtomicBool>,
    /// Something is to be looked at again.
    nudge: Arc<Notify>,
    sends: TaskTracker,
    poll: std::time::Duration,
}

/// A place for one send. Dropped, it is free again.
///
/// What was committed with it and was not heard of (the store failed in mid-commit) is found and settled as unknown.
pub struct Slot {
    deliverer: Deliverer,
    permit: Option<OwnedSemaphorePermit>,
    n: i64,
    period: i64,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.permit.is_some() {
            self.deliverer.suspect.store(true, Ordering::SeqCst);
            self.deliverer.nudge.notify_one();
        }
    }
}

impl Slot {
    /// Sends a row that was committed as `sending`, and settles it.
    pub fn send(mut self, row: OutboxRow) {
        let (deliverer, permit, period) = (self.deliverer.clone(), self.permit.take(), self.period);
        let sends = deliverer.sends.clone();
        sends.spawn(async move {
            if deliverer.send_and_settle(&row, period).await {
                deliverer.nudge.notify_one();
            }
            drop(permit);
        });
    }

    /// The lease's number that a row is committed under.
    pub fn n(&self) -> i64 {
        self.n
    }

    /// Nothing was committed as being sent.
    pub fn unused(mut self) {
        self.permit = None;
    }
}

impl Deliverer {
    /// A sender for an adapter.
    pub fn new(store: Arc<dyn OutboxStore>, adapter: Arc<dyn ChannelAdapter>) -> Self {
        let slots = Arc::new(Semaphore::new(places(adapter.as_ref())));
        let sending = Arc::new(Semaphore::new(adapter.concurrency()));
        let (n, period, suspect) = (Arc::new(AtomicI64::new(1)), Arc::default(), Arc::default());
        Self {
            store,
            adapter,
            slots,
            sending,
            seen: Arc::default(),
            n,
            period,
            suspect,
            nudge: Arc::default(),
            sends: TaskTracker::new(),
            poll: POLL,
        }
    }

    /// The same with another longest sleep between looks at the database.
    #[must_use]
    pub fn polling(mut self, poll: std::time::Duration) -> Self {
        self.poll = poll;
        self
    }

    /// A place for what is being committed for this account, where this sender runs, holds the account and is not busy.
    pub fn reserve(&self, platform: &str, account: &str) -> Option<Slot> {
        let ours = self.adapter.platform() == platform && self.adapter.account() == account;
        if !ours || !self.holds() || self.suspect.load(Ordering::SeqCst) {
            return None;
        }
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        Some(self.slot(permit))
    }

    fn slot(&self, permit: OwnedSemaphorePermit) -> Slot {
        let (n, period) = (self.n.load(Ordering::SeqCst), self.period.load(Ordering::SeqCst));
        Slot { deliverer: self.clone(), permit: Some(permit), n, period }
    }

    /// Sends all that is due now, until nothing is and nothing is on its way; answers how many rows were tried. For tests,
    /// scripts and the terminal.
    pub async fn deliver_due(&self) -> Result<usize, Fault> {
        let mut tried = 0;
        loop {
            let (rows, permits) = self.take().await?;
            if rows.is_empty() {
                drop(permits);
                if self.slots.available_permits() >= places(self.adapter.as_ref()) {
                    return Ok(tried);
                }
                // What was committed as being sent: what waits behind it is due once it is settled.
                let all = u32::try_from(places(self.adapter.as_ref())).unwrap_or(u32::MAX);
                drop(self.slots.acquire_many(all).await);
                continue;
            }
            tried += rows.len();
            let period = self.period.load(Ordering::SeqCst);
            futures::future::join_all(rows.iter().map(|row| self.send_and_settle(row, period))).await;
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
                        self.slot(permit).send(row);
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
                () = tokio::time::sleep(self.poll) => {}
                () = self.nudge.notified() => {}
                () = until(&mut signals, Signal::means_delivery) => {}
            }
        }
        *self.seen() = None;
        self.sends.close();
        self.sends.wait().await;
        if let Err(fault) = self.store.drop_sender(&self.sender()).await {
            tracing::warn!(%fault, "the sender lease is left to run out");
        }
    }

    /// Rows to be sent now, each with a place.
    async fn take(&self) -> Result<(Vec<OutboxRow>, Vec<OwnedSemaphorePermit>), Fault> {
        let mut permits = Vec::new();
        let mut most = BATCH;
        if self.suspect.load(Ordering::SeqCst) {
            // First what is on its way comes to its end; then all that is still marked is settled under another number.
            most = 0;
            if self.slots.available_permits() >= places(self.adapter.as_ref()) {
                self.n.fetch_add(1, Ordering::SeqCst);
                self.suspect.store(false, Ordering::SeqCst);
                most = BATCH;
            }
        }
        while permits.len() < most
            && let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned()
        {
            permits.push(permit);
        }
        let asked = Instant::now();
        let limit = i64::try_from(permits.len()).unwrap_or(0);
        let taken = self.store.take_due(&self.sender(), self.store.sender_lease(), limit).await;
        if taken.is_err() {
            self.suspect.store(true, Ordering::SeqCst);
        }
        let taken = taken?;
        if taken.as_ref().is_some_and(|taken| taken.anew) {
            self.period.fetch_add(1, Ordering::SeqCst);
        }
        *self.seen() = taken.is_some().then_some(asked);
        Ok((taken.unwrap_or_default().rows, permits))
    }

    fn sender(&self) -> Sender<'_> {
        Sender { platform: self.adapter.platform(), account: self.adapter.account(), n: self.n.load(Ordering::SeqCst) }
    }

    fn seen(&self) -> MutexGuard<'_, Option<Instant>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the sender lease is ours as far as the monotonic clock can tell. Three quarters of it were left at the last
    /// look; what is not trusted of them is for a write that is slow.
    fn holds(&self) -> bool {
        let trusted = self.store.sender_lease().to_std().unwrap_or_default() * 3 / 5;
        self.seen().is_some_and(|at| at.elapsed() < trusted)
    }

    /// Answers whether another row of the session waits.
    async fn send_and_settle(&self, row: &OutboxRow, period: i64) -> bool {
        // Nobody closes it.
        let sending = self.sending.acquire().await;
        // The lease is checked by the monotonic clock just before each write: what it no longer covers goes back. So does
        // what was taken before somebody else may have held it.
        let outcome = if self.holds() && self.period.load(Ordering::SeqCst) == period {
            self.send(row).await
        } else {
            Outcome::Retry { after: Duration::zero(), reason: "the sender lease ran out first".into() }
        };
        drop(sending);
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

/// A row has its place from before its turn is committed until it is settled, of which sending is the smaller part.
fn places(adapter: &dyn ChannelAdapter) -> usize {
    adapter.concurrency() * 4
}

/// Doubling from one second to five minutes, spread by the row's own id so that rows of a burst part ways.
fn back_off(row: &OutboxRow) -> Duration {
    let base = 1_000_i64 << row.attempts.clamp(0, 8);
    // An id begins with its time and ends at random.
    let jitter = i64::from(row.id.as_bytes().last().copied().unwrap_or(0)) * base / 512;
    Duration::milliseconds((base + jitter).min(300_000))
}
