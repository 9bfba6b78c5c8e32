//! Storage. The only place with SQL.
//!
//! Three layers: `rows::Rows` is what a database must be able to do; `accept`, `claim`, `commit`, `control` and the
//! rest say once what our operations mean, over `Rows`; `Backend` brings connections, transactions and the one writer.

mod accept;
mod actions;
mod calls;
mod claim;
mod commit;
mod control;
mod decisions;
mod delivery;
mod erasure;
pub mod error;
pub mod facts;
mod files;
mod handle;
mod load;
mod matching;
pub mod memory;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod open;
mod open_session;
pub mod rows;
mod services;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod sql;

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use uuid::Uuid;

pub(crate) use decisions::{Correction, Decided};
pub use error::StoreError;
pub use handle::Store;
pub use memory::MemoryStore;
use rows::{Need, Rows};
pub(crate) use services::Put;
#[cfg(feature = "postgres")]
pub use sql::PgStore;
#[cfg(feature = "sqlite")]
pub use sql::SqliteStore;

use crate::clock::IdSource;
use crate::fault::Fault;
use crate::recruiting::Activity;
use crate::session::{Session, SessionError};

/// What a write does over the rows of an open transaction, at the transaction's time. It may be run twice (the first
/// transaction having been rolled back whole), so it takes what it needs by reference or clone and keeps no state.
pub(crate) type Run =
    Arc<dyn for<'r> Fn(&'r mut dyn Rows, DateTime<Utc>) -> BoxFuture<'r, Result<Box<dyn Any + Send>, StoreError>> + Send + Sync>;

/// One write, and what the writer may know about it before.
#[cfg_attr(not(any(feature = "sqlite", feature = "postgres")), allow(dead_code, reason = "read by the SQL writer"))]
#[derive(Clone)]
pub(crate) struct Operation {
    run: Run,
    hint: Hint,
}

impl From<Run> for Operation {
    fn from(run: Run) -> Self {
        Self { run, hint: Hint::default() }
    }
}

/// What the writer may know of a write. Nothing of it changes what the write means.
#[cfg_attr(not(any(feature = "sqlite", feature = "postgres")), allow(dead_code, reason = "read by the SQL writer"))]
#[derive(Debug, Clone, Default)]
pub(crate) struct Hint {
    /// What it will ask for.
    needs: Vec<Need>,
    /// Nobody waits for its end: it goes with the next that somebody waits for, or by itself a moment later.
    rides_along: bool,
    /// A crash of the database may lose it: a claim, which is void then anyway.
    relaxed: bool,
}

impl Hint {
    pub(super) fn needs(needs: Vec<Need>) -> Self {
        Self { needs, ..Self::default() }
    }
}

/// A database behind the store. Sealed: [`MemoryStore`], `SqliteStore`, `PgStore`.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// `memory`, `sqlite`, `postgres`.
    fn engine(&self) -> &'static str;
    /// Drawn when this store was opened; the fence's first half.
    fn boot(&self) -> Uuid;
    /// Brings the schema up to this version's, creating it where it lacks.
    async fn migrate(&self) -> Result<(), StoreError>;
    /// Versions and names of the migrations this build brings.
    fn known_migrations(&self) -> Vec<(i64, String)>;
    /// A connection to read from. Reads see committed rows only, and never wait for the writer (SQLite WAL, PostgreSQL).
    async fn reader(&self) -> Result<Box<dyn Rows + '_>, StoreError>;
    /// The same, for reading what turns may see: always by an index, whatever the planner would think of a table's size.
    async fn loader(&self) -> Result<Box<dyn Rows + '_>, StoreError> {
        self.reader().await
    }
    /// The time as the database's clock and the injected clock have it.
    async fn now(&self) -> Result<DateTime<Utc>, StoreError>;
    /// Hands an operation to the writer, which runs it with whatever else waits in one transaction, and answers after
    /// commit. An operation's error rolls that operation back and no other.
    async fn write(&self, operation: Operation) -> Result<Box<dyn Any + Send>, StoreError>;
    /// Leaves no byte of what was deleted in files that are ours (SQLite's log holds pages as they were).
    async fn scrub(&self) -> Result<(), StoreError> {
        Ok(())
    }
    /// Stops the writer after what waits is committed, and closes connections.
    async fn close(&self);
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(why) => Self::Unavailable(why),
            StoreError::Again => Self::Unavailable("transactions kept colliding".into()),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

/// Appends a line about a session to the activity log.
#[allow(clippy::too_many_arguments, reason = "a log line is what it is")]
async fn log(
    rows: &mut dyn Rows,
    ids: &dyn IdSource,
    now: DateTime<Utc>,
    session: &Session,
    activity_type: &str,
    actor_type: &str,
    actor: Option<&str>,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    rows.insert_activity(&Activity {
        id: ids.uuid(),
        activity_type: activity_type.into(),
        actor_type: actor_type.into(),
        actor: actor.map(str::to_owned),
        session_id: Some(session.id),
        application_id: session.application_id,
        candidate_id: session.candidate_id,
        detail,
        created_at: now,
    })
    .await
}
