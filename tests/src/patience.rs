//! Waiting for what must come. A test never proves anything by letting time pass.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long anything may take on a busy machine before it counts as never.
pub const PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(20);

/// Looks again and again until `look` finds something; panics with `what` when patience ends.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// The same with a deadline of its own, for promises about time.
pub async fn within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "not within {patience:?}: {what}");
        sleep(LOOK).await;
    }
}

/// The same for a loop of one's own, where a closure's future can't be sent between threads.
#[derive(Debug)]
pub struct Patience {
    what: &'static str,
    end: Instant,
}

impl Patience {
    /// As long as anything may take.
    pub fn new(what: &'static str) -> Self {
        Self { what, end: Instant::now() + PATIENCE }
    }

    /// Whether it has ended: for whoever has more to say about it than what was waited for.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Waits for a moment; panics when patience has ended.
    pub async fn wait(&self) {
        assert!(Instant::now() < self.end, "not within {PATIENCE:?}: {}", self.what);
        sleep(LOOK).await;
    }
}
