//! The run loop: claim → decide → commit, with back-off, parking and clean shutdown.
//!
//! The state machine and the schedules that could break it stand in `docs/architecture.md`, "The turn".

mod at_once;
pub mod compose;
mod prepare;
pub mod process;
pub mod run;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::fault::Fault;
use crate::turn::Turn;

pub use crate::inbox::{Commit, Committed};
pub use crate::session::Claim;
pub use process::{JobOutcome, Processor};
pub use run::Worker;

/// How long a claim holds without renewal.
pub const LEASE: Duration = Duration::seconds(2);
/// How often a running turn renews it.
pub const RENEW_EVERY: std::time::Duration = std::time::Duration::from_millis(500);
/// Caught errors and panics of one turn before its first entry is parked.
pub const FAILURES_BEFORE_PARKING: i64 = 3;
/// Claims that ended with a process that died holding them, before the first entry is parked.
pub const DEATHS_BEFORE_PARKING: i64 = 5;

/// What a worker needs of a store.
#[async_trait]
pub trait TurnStore: Send + Sync {
    /// Claims sessions that are ready, oldest first. `only`: just this one, if it is ready.
    async fn claim(&self, limit: i64, lease: Duration, only: Option<Uuid>) -> Result<Vec<Claim>, Fault>;
    /// What the turn may see.
    async fn load(&self, claim: &Claim) -> Result<Turn, Fault>;
    /// Moves the leases' ends; answers which sessions are still held under these claim numbers.
    async fn renew(&self, held: Vec<(Uuid, i64)>, lease: Duration) -> Result<Vec<Uuid>, Fault>;
    /// Gives a claim back without effects, to be taken again after a while (at once if more has arrived). False: it was lost.
    async fn give_back(&self, claim: &Claim, after: Duration) -> Result<bool, Fault>;
    /// Notes a caught failure and lets the session be tried again after a while. False: the claim was lost.
    async fn record_failure(&self, claim: &Claim, retry_after: Duration) -> Result<bool, Fault>;
    /// Commits, or `None` when the fence no longer matches.
    async fn commit(&self, commit: Commit) -> Result<Option<Committed>, Fault>;
    /// When the next session is ready.
    async fn next_ready_at(&self) -> Result<Option<DateTime<Utc>>, Fault>;
    /// Frees what dead processes held, where only one process may run (SQLite, memory).
    async fn void_leases(&self) -> Result<u64, Fault>;
    /// The session and number of a message.
    async fn session_of_message(&self, message_id: Uuid) -> Result<Option<(Uuid, i64)>, Fault>;
    /// The store's time.
    async fn now(&self) -> Result<DateTime<Utc>, Fault>;
}
