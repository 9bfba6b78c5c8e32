//! Ids in sequence.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::clock::IdSource;

/// Ids 1, 2, 3, …: a test that runs twice sees the same ones. Never for production, where an id must not be guessed.
#[derive(Debug, Default)]
pub struct SeqIds(AtomicU64);

impl SeqIds {
    /// Beginning after `last`.
    pub fn after(last: u64) -> Self {
        Self(AtomicU64::new(last))
    }
}

impl IdSource for SeqIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}
