//! Several processes on one database, and a database that forgets: for simulations.

use std::sync::{Arc, PoisonError};

use uuid::Uuid;

use super::MemoryStore;
use super::tables::Tables;
use crate::clock::IdSource;

/// Everything that was committed at a moment.
pub struct Snapshot(Tables);

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl MemoryStore {
    /// The same database as another process opens it: with a boot id of its own.
    #[must_use]
    pub fn another_process(&self, ids: &dyn IdSource) -> Self {
        Self { database: Arc::clone(&self.database), boot: ids.uuid() }
    }

    /// This process's boot id.
    pub fn boot_id(&self) -> Uuid {
        self.boot
    }

    /// What is committed now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.database.committed.read().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Makes the database what it was: whatever was committed since is lost, as PostgreSQL loses what was committed
    /// asynchronously when it crashes.
    pub async fn restore(&self, snapshot: &Snapshot) {
        let mut working = self.database.working.lock().await;
        *working = snapshot.0.clone();
        *self.database.committed.write().unwrap_or_else(PoisonError::into_inner) = snapshot.0.clone();
    }
}
