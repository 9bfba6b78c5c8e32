//! Carrying signals both ways, whatever the carrier: tries again when a connection fails, and never lets anybody wait.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::line::Line;

/// What comes within this time of a batch goes with the next one. The first after a silence goes at once.
const GAP: Duration = Duration::from_millis(2);
/// How long the last words may take when the process ends.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// The first wait before trying again, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// A connection that held this long was a good one.
const GOOD: Duration = Duration::from_secs(1);

/// A server that passes words on to everybody who listens.
pub(super) trait Carrier: Sync {
    /// What words are sent on.
    type Connection: Send;

    fn line(&self) -> &Line;

    /// Connects and listens until the connection fails; answers why.
    fn hear(&self) -> impl Future<Output = String> + Send;

    /// Sends words, on a connection that is opened at the first need. One that failed is not left in its place.
    fn tell(&self, connection: &mut Option<Self::Connection>, words: &[String]) -> impl Future<Output = Result<(), String>> + Send;
}

/// Hears and tells until `stop`.
pub(super) async fn carry(carrier: &impl Carrier, stop: &CancellationToken) {
    tokio::join!(hear(carrier, stop), tell(carrier, stop));
}

async fn hear(carrier: &impl Carrier, stop: &CancellationToken) {
    let mut backoff = Backoff::new();
    loop {
        let problem = tokio::select! {
            problem = carrier.hear() => problem,
            () = stop.cancelled() => return,
        };
        carrier.line().deaf(problem);
        tokio::select! {
            () = sleep(backoff.next()) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn tell<C: Carrier>(carrier: &C, stop: &CancellationToken) {
    let (mut connection, mut backoff) = (None, Backoff::new());
    loop {
        let words = tokio::select! {
            words = carrier.line().next() => words,
            () = stop.cancelled() => break,
        };
        let ending = async {
            stop.cancelled().await;
            sleep(LAST_WORDS).await;
        };
        let told = tokio::select! {
            told = carrier.tell(&mut connection, &words) => told,
            () = ending => return,
        };
        let wait = match told {
            Ok(()) => {
                carrier.line().tells();
                GAP
            }
            Err(problem) => {
                carrier.line().mute(problem);
                backoff.next()
            }
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = stop.cancelled() => break,
        }
    }
    if let Some(words) = carrier.line().take() {
        // Whoever doesn't hear it looks by itself.
        let _ = timeout(LAST_WORDS, carrier.tell(&mut connection, &words)).await;
    }
}

/// Growing waits between tries, with jitter: many processes lose the same server at the same moment.
#[derive(Debug)]
struct Backoff {
    wait: Duration,
    since: Instant,
}

impl Backoff {
    fn new() -> Self {
        Self { wait: FIRST_WAIT, since: Instant::now() }
    }

    /// The next wait; the first one again if things went well for a while.
    fn next(&mut self) -> Duration {
        if self.since.elapsed() > self.wait + GOOD {
            self.wait = FIRST_WAIT;
        }
        self.since = Instant::now();
        let wait = self.wait;
        self.wait = (wait * 2).min(LONGEST_WAIT);
        // From half to the whole of it.
        wait / 2 + wait / 2 * (getrandom::u32().unwrap_or(0) % 1000) / 1000
    }
}
