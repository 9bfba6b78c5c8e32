//! What a suite found, in figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::strace::Call;
use super::verdict::Verdict;

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
    /// Counts a point. `kind`: what it is counted under; `at`: the call where the fault came about, `None` if it did not.
    pub fn count(&mut self, kind: String, point: &str, at: Option<&Call>, verdict: &Verdict) {
        *self.points.entry(kind).or_default() += 1;
        match at {
            None => self.found.push(format!("{point}: had no effect, and shows nothing")),
            Some(at) => {
                self.struck += 1;
                self.places.insert((at.name.clone(), at.place.clone()));
            }
        }
        self.lost += usize::from(!verdict.lost.is_empty());
        self.doubled += usize::from(!verdict.doubled.is_empty());
        self.wrong += usize::from(!verdict.wrong.is_empty());
        self.copies += verdict.copies;
        if !verdict.is_clean() {
            self.found.push(format!("{point}, at {at:?}: {verdict:#?}"));
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
