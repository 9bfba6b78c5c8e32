//! What operators call: migrations, health, the demo, closing.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Chatbot;
use crate::fault::Fault;
use crate::store::rows::Rows;
use crate::wake::Unreached;

/// How the schema stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrations {
    /// Version and name of those applied.
    pub applied: Vec<(i64, String)>,
    /// Of those this build brings.
    pub known: Vec<(i64, String)>,
}

impl Migrations {
    /// Whether nothing is missing.
    pub fn up_to_date(&self) -> bool {
        self.known.iter().all(|(version, _)| self.applied.iter().any(|(applied, _)| applied == version))
    }
}

impl Chatbot {
    /// Brings the schema up to this version's. Explicit in the library; binaries call it at start.
    pub async fn migrate(&self) -> Result<(), Fault> {
        Ok(self.inner.store.migrate().await?)
    }

    /// Which migrations are applied and which are known.
    pub async fn migrations(&self) -> Result<Migrations, Fault> {
        let applied = self.rows().await?.applied_migrations().await?;
        Ok(Migrations { applied, known: self.inner.store.known_migrations() })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.rows().await?.setting("ping").await?;
        Ok(())
    }

    /// What wakes other processes, and whether they can be reached just now: a hint's way, so nothing depends on it.
    pub fn woken_by(&self) -> (&'static str, bool) {
        (self.inner.wake.via(), self.inner.wake.is_connected())
    }

    /// How long a wake-up takes to other processes and back; `None` where there are none.
    ///
    /// # Errors
    /// When what carries it doesn't answer.
    pub async fn ping_wake(&self) -> Result<Option<Duration>, Unreached> {
        self.inner.wake.ping().await
    }

    /// Stops the writer after what waits is committed, and closes connections.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }

    /// Removes the demo: its job, conversations, candidates and applications; answers rows removed by table.
    pub async fn delete_demo(&self) -> Result<BTreeMap<String, u64>, Fault> {
        Ok(self.inner.store.delete_demo().await?)
    }

    /// Whether there is a demo.
    pub async fn has_demo(&self) -> Result<bool, Fault> {
        let page = crate::recruiting::list::Page { limit: 500, offset: 0 };
        Ok(self.jobs(None, page).await?.iter().any(|job| job.demo))
    }

    pub(super) async fn purge_seen(&self, kept: chrono::Duration) -> Result<u64, Fault> {
        Ok(self.inner.store.purge_seen(kept).await?)
    }

    pub(super) async fn rows(&self) -> Result<Box<dyn Rows + '_>, Fault> {
        Ok(self.inner.store.reader().await?)
    }
}
