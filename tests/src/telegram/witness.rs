//! The fake as a witness: what was sent to whom and when, how slow sending is, and updates for whoever brings them to a
//! webhook in an order of their own.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::phone::Phone;
use super::server::FakeTelegram;
use super::world::Shared;

impl FakeTelegram {
    /// Takes the first bot's updates that nobody has fetched, to be brought to a webhook by whoever asks.
    pub fn take_updates(&self) -> Vec<Value> {
        let mut world = self.shared.world();
        world.bots.values_mut().next().map(|bot| bot.updates.drain(..).collect()).unwrap_or_default()
    }

    /// Has each call that sends something take so many milliseconds, from the first to the second.
    pub fn delay_sends(&self, from: u64, to: u64) {
        self.shared.world().delay = Some((from, to));
    }

    /// What the bot sent to a chat so far and when each call came, in the order of the calls; as far as it was taken.
    pub fn sends_to(&self, chat: i64) -> Vec<(Instant, String)> {
        let world = self.shared.world();
        world.sends.get(&chat).cloned().unwrap_or_default()
    }
}

impl Phone {
    /// What the bot sent here so far and when each call came.
    pub fn was_sent(&self) -> Vec<(Instant, String)> {
        let world = self.shared.world();
        world.sends.get(&self.user).cloned().unwrap_or_default()
    }
}

/// How long a call takes, where sending is slow: any of the times in turn, which is as good as chance here.
pub(super) fn delay(shared: &Shared, method: &str) -> Option<Duration> {
    let mut world = shared.world();
    let (from, to) = world.delay.filter(|_| method.starts_with("send"))?;
    world.turns = world.turns.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    Some(Duration::from_millis(from + (world.turns >> 33) % (to - from + 1)))
}
