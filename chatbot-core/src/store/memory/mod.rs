//! The store without a database: tables in memory, with the same constraints and the same contract.
//!
//! There are two copies of the tables, sharing their rows. The writer changes the working copy; at commit the changed
//! rows are published to the committed copy, at an error, a panic or a dropped caller they are taken back from it.
//! So readers see committed rows only and never wait for a turn that is being written.

#[cfg(feature = "testing")]
mod processes;
mod rows;
mod table;
mod tables;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::future::FutureExt;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::error::StoreError;
use super::rows::Rows;
use super::{Backend, Operation, Store};
use crate::clock::{Clock, IdSource, RandomIds, SystemClock};
#[cfg(feature = "testing")]
pub use processes::Snapshot;
use rows::MemoryRows;
use tables::Tables;

/// How often an operation that asks for it is run again.
const RUNS: usize = 3;

/// A store that forgets everything when it is dropped. Cheap to clone; clones share their rows.
#[derive(Clone)]
pub struct MemoryStore {
    database: Arc<Database>,
    boot: Uuid,
}

struct Database {
    clock: Arc<dyn Clock>,
    closed: AtomicBool,
    working: Mutex<Tables>,
    committed: RwLock<Tables>,
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").field("boot", &self.boot).finish_non_exhaustive()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store on the machine's clock.
    pub fn new() -> Self {
        Self::with(Arc::new(SystemClock), Arc::new(RandomIds))
    }

    /// An empty store on this clock, its boot id drawn from here.
    #[allow(clippy::needless_pass_by_value, reason = "the constructors of all stores take the same")]
    pub fn with(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let database = Database { clock, closed: AtomicBool::new(false), working: Mutex::default(), committed: RwLock::default() };
        Self { database: Arc::new(database), boot: ids.uuid() }
    }

    async fn run(&self, operation: &Operation) -> Result<Box<dyn Any + Send>, StoreError> {
        let mut working = self.database.working.lock().await;
        if self.database.closed.load(Ordering::Acquire) {
            return Err(StoreError::Unavailable("the store is closed".into()));
        }
        let mut rows = MemoryRows::writer(&mut working, &self.database.committed);
        let ran = AssertUnwindSafe(async { (operation.run)(&mut rows, self.database.clock.now()).await }).catch_unwind().await;
        match ran {
            Ok(Ok(answer)) => rows.commit().map(|()| answer),
            Ok(Err(error)) => Err(error),
            Err(_panic) => Err(StoreError::Broken("an operation panicked; nothing of it was written".into())),
        }
    }
}

impl From<MemoryStore> for Store {
    fn from(store: MemoryStore) -> Self {
        Self::from_backend(Arc::new(store))
    }
}

#[async_trait]
impl Backend for MemoryStore {
    fn engine(&self) -> &'static str {
        "memory"
    }

    fn boot(&self) -> Uuid {
        self.boot
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn known_migrations(&self) -> Vec<(i64, String)> {
        Vec::new()
    }

    async fn reader(&self) -> Result<Box<dyn Rows + '_>, StoreError> {
        Ok(Box::new(MemoryRows::reader(&self.database.committed)))
    }

    async fn now(&self) -> Result<DateTime<Utc>, StoreError> {
        Ok(self.database.clock.now())
    }

    async fn write(&self, operation: Operation) -> Result<Box<dyn Any + Send>, StoreError> {
        for _ in 1..RUNS {
            match self.run(&operation).await {
                Err(StoreError::Again) => {}
                answer => return answer,
            }
        }
        self.run(&operation).await
    }

    async fn close(&self) {
        // The lock is fair: what waits for it already is written first.
        let _working = self.database.working.lock().await;
        self.database.closed.store(true, Ordering::Release);
    }
}
