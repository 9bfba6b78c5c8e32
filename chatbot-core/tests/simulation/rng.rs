//! All chance of a run, from its seed.

use std::sync::{Arc, Mutex};

use chatbot_core::clock::IdSource;
use uuid::{Builder, Uuid};

/// SplitMix64 (Steele, Lea, Flood 2014). Clones share their state: a run has one.
#[derive(Debug, Clone)]
pub struct Dice(Arc<Mutex<u64>>);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    pub fn roll(&self) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `n`.
    pub fn below(&self, n: u64) -> u64 {
        self.roll() % n
    }

    pub fn between(&self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub fn index(&self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    pub fn permille(&self, n: u64) -> bool {
        self.below(1000) < n
    }

    pub fn pick<T: Clone>(&self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.index(of.len())].clone()) }
    }
}

/// Ids look random, and are the same ones when a seed is run again.
impl IdSource for Dice {
    fn uuid(&self) -> Uuid {
        let bytes = (u128::from(self.roll()) << 64 | u128::from(self.roll())).to_be_bytes();
        Builder::from_random_bytes(bytes).into_uuid()
    }
}
