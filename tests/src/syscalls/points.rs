//! Which points there are, and how often one is tried: the same for a kill in mid-story and in mid-start.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

use super::strace::Call;
use super::verdict::Verdict;

/// Runs in which a point may come about: which thread makes a call, and how often, differs a little from run to run.
const TRIES: usize = 3;

/// What two runs have done alike. What one does and another doesn't, the first to want a random number say, is no point.
pub fn in_both<K: Ord>(first: BTreeMap<K, usize>, second: BTreeMap<K, usize>) -> impl Iterator<Item = (K, usize)> {
    first.into_iter().filter_map(move |(key, count)| {
        let count = second.get(&key).copied()?.min(count);
        Some((key, count))
    })
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
