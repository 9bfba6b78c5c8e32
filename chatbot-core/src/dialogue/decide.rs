//! What the worker asks of whoever decides: the dialogue, in production.

use async_trait::async_trait;
use chrono::Duration;

use crate::turn::{Effects, Turn};

/// What came of looking at a turn.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Decided {
    /// Do this; everything shown is handled.
    Effects(Box<Effects>),
    /// The last entry is an incomplete fragment: come back after this long, or when more arrives.
    Wait(Duration),
}

/// Why a turn came to nothing. Both count towards parking.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecideError {
    /// A skill, template or engine failed.
    #[error("{part} failed: {problem}")]
    Failed {
        /// Which part.
        part: String,
        /// Why, without the candidate's words.
        problem: String,
    },
}

/// Decides what a turn does. Never writes.
#[async_trait]
pub trait Decide: Send + Sync {
    /// Decides over all unhandled entries and due timers, in order.
    async fn decide(&self, turn: Turn) -> Result<Decided, DecideError>;

    /// Whether it can be asked with [`Turn::at_once`], which is faster by a transaction and its reads: whatever it waits
    /// for outside, it then waits for [`Turn::not_at_once`] first.
    fn decides_at_once(&self) -> bool {
        false
    }

    /// What is said when the turn's first entry cannot be handled and is set aside for a person.
    fn park(&self, turn: &Turn) -> Effects;
}
