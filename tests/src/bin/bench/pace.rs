//! Who may begin a conversation, and when a turn begins.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::protocol::Load;

/// Shared by all candidates of a load.
pub(crate) struct Pace {
    /// When the load began.
    pub(crate) begun: Instant,
    conversations: Option<u64>,
    window: Duration,
    between: Option<Duration>,
    begun_conversations: AtomicU64,
    tickets: AtomicU64,
}

impl Pace {
    /// Begins now.
    pub(crate) fn new(load: &Load) -> Self {
        Self {
            begun: Instant::now(),
            conversations: load.conversations,
            window: Duration::from_secs_f64(load.seconds),
            between: load.rate.map(|rate| Duration::from_secs_f64(1.0 / rate)),
            begun_conversations: AtomicU64::new(0),
            tickets: AtomicU64::new(0),
        }
    }

    /// The next conversation's number, while there are to be more.
    pub(crate) fn next_conversation(&self) -> Option<u64> {
        if self.conversations.is_none() && self.begun.elapsed() >= self.window {
            return None;
        }
        let number = self.begun_conversations.fetch_add(1, Ordering::Relaxed);
        self.conversations.is_none_or(|all| number < all).then_some(number)
    }

    /// How long turns count: to the window's end, or to the last turn's if a number of conversations was asked for.
    pub(crate) fn counted(&self) -> Duration {
        let now = self.begun.elapsed();
        if self.conversations.is_some() { now } else { self.window.min(now) }
    }

    /// Waits for the next turn's time; answers the instant it counts from.
    ///
    /// In an open loop turns begin by the clock. Whoever is still busy when their turn should have begun is late, and the
    /// wait counts, or a slow bot would choose its own load. Whoever was free and was woken late by the harness's timer,
    /// which ticks in milliseconds, counts from when they woke.
    pub(crate) async fn next_turn(&self) -> Instant {
        let Some(between) = self.between else { return Instant::now() };
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        let due = self.begun + Duration::from_secs_f64(between.as_secs_f64() * ticket as f64);
        if Instant::now() >= due {
            return due;
        }
        tokio::time::sleep_until(due.into()).await;
        Instant::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(conversations: Option<u64>, rate: Option<f64>) -> Load {
        let hooks = Vec::new();
        Load {
            hooks,
            secret: String::new(),
            concurrency: 1,
            conversations,
            seconds: 0.0,
            rate,
            twice_percent: 0,
            delay_ms: 0,
            first_chat: 1,
            echo: false,
        }
    }

    #[test]
    fn a_number_of_conversations_is_held_and_no_more() {
        let pace = Pace::new(&load(Some(2), None));
        assert_eq!([pace.next_conversation(), pace.next_conversation(), pace.next_conversation()], [Some(0), Some(1), None]);
        assert_eq!(Pace::new(&load(None, None)).next_conversation(), None, "the window is over");
    }

    #[tokio::test]
    async fn a_turn_that_should_have_begun_counts_from_then() {
        let pace = Pace::new(&load(None, Some(1000.0)));
        tokio::time::sleep(Duration::from_millis(50)).await;
        pace.next_turn().await;
        assert_eq!(pace.next_turn().await, pace.begun + Duration::from_millis(1));
    }
}
