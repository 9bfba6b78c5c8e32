//! Which points are taken.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

use super::story::Story;

/// Numbers drawn from a seed: the same seed draws the same sample.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// From `CHATBOT_SEED`, or another each time.
    pub fn new() -> (u64, Self) {
        let given = std::env::var("CHATBOT_SEED").ok().and_then(|seed| seed.parse().ok());
        let fresh = || RandomState::new().build_hasher().finish() % 1_000_000_000;
        let seed = given.unwrap_or_else(fresh);
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

/// How many points are taken, by `CHATBOT_SYSCALLS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Unset: a few, drawn.
    Sample,
    /// `slow`: all of one conversation, and of the others all but some reads and writes of the database's pages.
    Slow,
    /// `all`: every one.
    All,
}

/// What is taken of all points there are.
#[derive(Debug, Clone)]
pub struct Choice {
    /// How many.
    pub extent: Extent,
    /// Draws the same again.
    pub seed: u64,
    draw: Draw,
    only: Option<String>,
    story: Option<String>,
}

impl Choice {
    /// As the environment says: `CHATBOT_SYSCALLS`, `CHATBOT_SEED`; to look into one failure, `CHATBOT_STORY` and
    /// `CHATBOT_POINT` with a story and a point as they were printed.
    pub fn from_env() -> Self {
        let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let extent = match given("CHATBOT_SYSCALLS").as_deref() {
            None => Extent::Sample,
            Some("slow") => Extent::Slow,
            Some("all") => Extent::All,
            Some(other) => panic!("CHATBOT_SYSCALLS={other} is neither slow nor all"),
        };
        let (seed, draw) = Draw::new();
        Self { extent, seed, draw, only: given("CHATBOT_POINT"), story: given("CHATBOT_STORY") }
    }

    /// Whether a story is played.
    pub fn plays(&self, story: Story) -> bool {
        self.story.as_ref().is_none_or(|name| *name == format!("{story:?}"))
    }

    /// Some of these, drawn.
    pub fn some<T>(&mut self, points: Vec<T>, count: usize) -> Vec<T> {
        self.draw.sample(points, count)
    }

    /// Those to take: `sample` of them, or one in `every` of those that touch pages, or all.
    pub fn of<T>(
        &mut self,
        points: Vec<T>,
        sample: usize,
        every: usize,
        touches_pages: impl Fn(&T) -> bool,
        name: impl Fn(&T) -> String,
    ) -> Vec<T> {
        if let Some(only) = &self.only {
            return points.into_iter().filter(|point| name(point) == *only).collect();
        }
        match self.extent {
            Extent::Sample => self.draw.sample(points, sample),
            Extent::All => points,
            Extent::Slow => {
                let first = self.draw.below(every);
                let pages = points.iter().scan(0, |pages, point| {
                    *pages += usize::from(touches_pages(point));
                    Some(!touches_pages(point) || *pages % every == first)
                });
                let taken: Vec<bool> = pages.collect();
                points.into_iter().zip(taken).filter_map(|(point, taken)| taken.then_some(point)).collect()
            }
        }
    }
}

/// Whether a call reads or writes a page: of these there are many, and one is much like another.
pub fn touches_pages(call: &str) -> bool {
    matches!(call, "pread64" | "pwrite64")
}
