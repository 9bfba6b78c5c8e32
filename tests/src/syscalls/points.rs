//! Which points there are, and how often one is tried: the same for a kill in mid-story and in mid-start.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

use super::strace::Call;
use super::verdict::Verdict;

/// Runs that are watched to know the points. Which thread makes a call, and how often, differs a little from run to run: the
/// more runs, the fewer points that only some of them have.
const RUNS: usize = 4;
/// Runs in which a point may come about.
const TRIES: usize = 6;

/// What every run does. What one does and another doesn't, the first to want a random number say, is no point.
pub async fn in_every_run<K: Ord>(mut run: impl AsyncFnMut() -> BTreeMap<K, usize>) -> BTreeMap<K, usize> {
    let mut every = run().await;
    for _ in 1..RUNS {
        let next = run().await;
        every = every
            .into_iter()
            .filter_map(|(key, count)| {
                let least = count.min(*next.get(&key)?);
                Some((key, least))
            })
            .collect();
    }
    every
}

/// Strikes until it has struck: a kill that did not come about shows nothing, and the next run may get there. Answers where,
/// and what was found; a run that got stuck is found too.
pub async fn tried(mut strike: impl AsyncFnMut() -> (Option<Call>, Verdict)) -> (Option<Call>, Verdict) {
    let mut tries = 1;
    loop {
        let struck = AssertUnwindSafe(strike()).catch_unwind().await;
        let (at, verdict) = struck.unwrap_or_else(|why| (None, Verdict::stuck(why.as_ref())));
        if at.is_some() || !verdict.is_clean() || tries == TRIES {
            return (at, verdict);
        }
        tries += 1;
    }
}
