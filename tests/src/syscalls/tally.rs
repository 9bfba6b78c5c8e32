//! What a suite found, in figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::fault::Failed;
use super::kill::Struck;

/// Numbers drawn from a seed: the same seed draws the same sample.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// From `CHATBOT_SEED`, or from the clock.
    pub fn new() -> (u64, Self) {
        let given = std::env::var("CHATBOT_SEED").ok().and_then(|seed| seed.parse().ok());
        let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| u64::from(d.subsec_nanos()));
        let seed = given.unwrap_or_else(clock);
        (seed, Self(seed))
    }

    /// A number below `end` (splitmix64).
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end.max(1) as u64).unwrap_or(0)
    }

    /// Takes `count` of these.
    pub fn sample<T>(&mut self, mut all: Vec<T>, count: usize) -> Vec<T> {
        let mut taken = Vec::new();
        while taken.len() < count && !all.is_empty() {
            taken.push(all.swap_remove(self.below(all.len())));
        }
        taken
    }
}

/// The figures of a suite.
#[derive(Debug, Default)]
pub struct Tally {
    points: BTreeMap<String, usize>,
    places: BTreeSet<(String, String)>,
    struck: usize,
    lost: usize,
    doubled: usize,
    wrong: usize,
    copies: usize,
    /// What was found, point by point.
    pub found: Vec<String>,
}

impl Tally {
    /// Counts a point. `called`: what it is counted under; `place`: where the fault came about, `None` if it did not.
    pub fn count(&mut self, called: String, place: Option<(String, String)>, verdict: &super::verdict::Verdict) {
        let point = format!("{called} {place:?}");
        *self.points.entry(called).or_default() += 1;
        if place.is_none() {
            self.found.push(format!("{point}: had no effect, and shows nothing"));
        }
        self.struck += usize::from(place.is_some());
        self.places.extend(place);
        self.lost += usize::from(!verdict.lost.is_empty());
        self.doubled += usize::from(!verdict.doubled.is_empty());
        self.wrong += usize::from(!verdict.wrong.is_empty());
        self.copies += verdict.copies;
        if !verdict.is_clean() {
            self.found.push(format!("{point}: {verdict:#?}"));
        }
    }

    /// Counts a kill.
    pub fn kill(&mut self, struck: &Struck) {
        let found = self.found.len();
        let called = format!("{:?} {}", struck.point.role, struck.point.call);
        self.count(called, struck.at.as_ref().map(|at| (at.name.clone(), at.place.clone())), &struck.verdict);
        for line in &mut self.found[found..] {
            *line = format!("n = {} of {line}", struck.point.n);
        }
    }

    /// Counts a call that failed.
    pub fn fault(&mut self, called: String, n: usize, failed: &Failed) {
        let found = self.found.len();
        self.count(called, failed.at.as_ref().map(|at| (at.name.clone(), at.place.clone())), &failed.verdict);
        for line in &mut self.found[found..] {
            *line = format!("n = {n} of {line}");
        }
    }

    /// Fails if anything was found.
    #[track_caller]
    pub fn assert_clean(&self, suite: &str, seed: u64) {
        assert!(self.found.is_empty(), "{suite}, seed {seed}: {self}\n{}", self.found.join("\n"));
        assert!(self.struck > 0, "{suite}: no point at all");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: usize = self.points.values().sum();
        let by: Vec<_> = self.points.iter().map(|(call, count)| format!("{call} {count}")).collect();
        write!(
            f,
            "{all} points ({}), {} distinct call and offset; came about {}, lost {}, doubled {}, wrong {}; copies after an unknown send {}",
            by.join(", "),
            self.places.len(),
            self.struck,
            self.lost,
            self.doubled,
            self.wrong,
            self.copies
        )
    }
}
