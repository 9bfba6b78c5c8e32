//! The store as everything above holds it: a backend, ids, and the key of the dedupe hashes.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use futures::future::{BoxFuture, FutureExt};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::load::Loading;
use super::rows::Rows;
use super::{Backend, Hint, StoreError};
use crate::access::token;
use crate::clock::{IdSource, RandomIds};
use crate::wake::Wake;

/// A store of any kind. Made from [`super::MemoryStore`], `SqliteStore` or `PgStore`; cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) backend: Arc<dyn Backend>,
    pub(super) ids: Arc<dyn IdSource>,
    claims: Arc<AtomicI64>,
    hash_key: Arc<OnceCell<Vec<u8>>>,
    pub(super) loading: Arc<Loading>,
    wake: Option<Arc<dyn Wake>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.backend.engine()).finish_non_exhaustive()
    }
}

impl Store {
    pub(crate) fn from_backend(backend: Arc<dyn Backend>) -> Self {
        Self {
            backend,
            ids: Arc::new(RandomIds),
            claims: Arc::new(AtomicI64::new(0)),
            hash_key: Arc::new(OnceCell::new()),
            loading: Arc::default(),
            wake: None,
        }
    }

    /// The same store, which other processes may share and are woken by this.
    #[cfg(feature = "postgres")]
    pub(crate) fn shared_by(mut self, wake: Arc<dyn Wake>) -> Self {
        self.wake = Some(wake);
        self
    }

    /// What wakes the other processes of this store; none where one process has it to itself.
    pub(crate) fn wake(&self) -> Option<Arc<dyn Wake>> {
        self.wake.clone()
    }

    /// The same store drawing ids from elsewhere.
    #[must_use]
    pub fn with_ids(mut self, ids: Arc<dyn IdSource>) -> Self {
        self.ids = ids;
        self
    }

    /// `memory`, `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        self.backend.engine()
    }

    pub(crate) fn boot(&self) -> Uuid {
        self.backend.boot()
    }

    /// The process's next claim number; never read back from anywhere.
    pub(super) fn next_n(&self) -> i64 {
        self.claims.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) async fn reader(&self) -> Result<Box<dyn Rows + '_>, StoreError> {
        self.backend.reader().await
    }

    /// Runs an operation in the writer's transaction.
    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'r> Fn(&'r mut dyn Rows, DateTime<Utc>) -> BoxFuture<'r, Result<T, StoreError>> + Send + Sync + 'static,
    {
        self.write_with(Hint::default(), operation).await
    }

    /// The same, with what the writer may know before.
    pub(super) async fn write_with<T, F>(&self, hint: Hint, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'r> Fn(&'r mut dyn Rows, DateTime<Utc>) -> BoxFuture<'r, Result<T, StoreError>> + Send + Sync + 'static,
    {
        let operation = Arc::new(operation);
        let run: super::Run = Arc::new(move |rows, now| {
            let operation = Arc::clone(&operation);
            async move { operation(rows, now).await.map(|out| Box::new(out) as Box<dyn Any + Send>) }.boxed()
        });
        let out = self.backend.write(super::Operation { run, hint }).await?;
        out.downcast::<T>().map(|out| *out).map_err(|_| StoreError::Broken("the writer answered another operation".into()))
    }

    /// The key of the dedupe hashes: drawn once per installation and kept in `settings`.
    pub(super) async fn hash_key(&self) -> Result<&[u8], StoreError> {
        self.hash_key
            .get_or_try_init(|| async {
                let mut fresh = [0_u8; 32];
                getrandom::fill(&mut fresh).map_err(|e| StoreError::Unavailable(format!("no randomness: {e}")))?;
                let fresh = token::hex(&fresh);
                let stands = self.write(move |rows, _| {
                    let fresh = fresh.clone();
                    async move { rows.put_setting_if_absent("dedupe_hash_key", &fresh).await }.boxed()
                });
                Ok(stands.await?.into_bytes())
            })
            .await
            .map(Vec::as_slice)
    }
}

/// HMAC-SHA-256 over parts that cannot run into each other (each is preceded by its length).
pub(super) fn keyed_hash(key: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, StoreError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|e| StoreError::Broken(e.to_string()))?;
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().to_vec())
}
