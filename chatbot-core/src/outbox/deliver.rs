//! The sender of one channel account. A row goes out only after `ready → sending` is committed under the account's
//! sender lease, and only if nothing earlier of its session is unsettled.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::Duration;
use uuid::Uuid;

use super::OutboxRow;
use crate::channel::{Attachment, ChannelAdapter, ChannelError, Outbound, Sent};
use crate::fault::Fault;
use crate::message::MessageMeta;

/// Tries before a message is given up.
const MAX_ATTEMPTS: i64 = 8;
/// Tries where the channel itself says when to come again: it is busy, not broken.
const MAX_ASKED_BACK: i64 = 60;
/// Rows taken at once.
const BATCH: i64 = 32;
/// How long a sender lease holds.
pub const SENDER_LEASE: Duration = Duration::seconds(10);

/// How much of it a sender trusts: the rest is for a write that is slow.
const LEASE_TRUSTED: std::time::Duration = std::time::Duration::from_secs(5);
/// Between tries to settle a row while the store is away.
const SETTLE_AGAIN: std::time::Duration = std::time::Duration::from_millis(250);

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
    /// at most once), and moves what may go to `sending`. Empty: nothing is due, or another process holds the lease.
    async fn take_due(&self, platform: &str, account: &str, lease: Duration, limit: i64) -> Result<Vec<OutboxRow>, Fault>;
    /// Settles a row that was taken.
    async fn settle(&self, row: &OutboxRow, outcome: Outcome) -> Result<(), Fault>;
    /// A file that goes out with a message.
    async fn attachment(&self, file_id: Uuid) -> Result<Option<Attachment>, Fault>;
    /// Gives the sender lease back at shutdown.
    async fn drop_sender(&self, platform: &str, account: &str) -> Result<(), Fault>;
}

/// Delivers what is due on one adapter.
#[derive(Clone)]
pub struct Deliverer {
    store: Arc<dyn OutboxStore>,
    adapter: Arc<dyn ChannelAdapter>,
}

impl Deliverer {
    /// A sender for an adapter.
    pub fn new(store: Arc<dyn OutboxStore>, adapter: Arc<dyn ChannelAdapter>) -> Self {
        Self { store, adapter }
    }

    /// Sends all that is due now; answers how many rows were tried.
    pub async fn deliver_due(&self) -> Result<usize, Fault> {
        let mut tried = 0;
        loop {
            // Tokio's monotonic clock is the machine's, but where a simulation has stopped it.
            let taken_at = tokio::time::Instant::now();
            let rows = self.store.take_due(self.adapter.platform(), self.adapter.account(), SENDER_LEASE, BATCH).await?;
            if rows.is_empty() {
                return Ok(tried);
            }
            for row in rows {
                // The lease is checked by the monotonic clock just before each write: what it no longer covers goes back.
                let outcome = if taken_at.elapsed() < LEASE_TRUSTED {
                    self.send(&row).await
                } else {
                    Outcome::Retry { after: Duration::zero(), reason: "the sender lease ran out first".into() }
                };
                // A row that was taken is settled, whatever it takes: nothing behind it in its session moves before.
                while let Err(fault) = self.store.settle(&row, outcome.clone()).await {
                    tracing::warn!(%fault, "settling waits");
                    tokio::time::sleep(SETTLE_AGAIN).await;
                }
                tried += 1;
            }
        }
    }

    /// Gives the lease back.
    pub async fn stop(&self) {
        if let Err(fault) = self.store.drop_sender(self.adapter.platform(), self.adapter.account()).await {
            tracing::warn!(%fault, "the sender lease is left to run out");
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
        let started = std::time::Instant::now();
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
