//! A slot: its provider, its limits, and how it stands.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::gate::{Closed, Gate};
use crate::clock::Clock;
use crate::provider::{Provider, ProviderError, ProviderSlot, Rate, Reply};

/// What a slot may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Its share of the round robin, from 1.
    pub weight: u32,
    /// How long one call may take.
    pub timeout: Duration,
    /// How often it may be called; none: as often as is asked.
    pub rate: Option<Rate>,
    /// How many tokens it may take a day (UTC); none: any.
    pub daily_tokens: Option<u64>,
    /// How many calls may run at once.
    pub concurrency: usize,
    /// Whether personal data is taken out before it is sent.
    pub redact: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { weight: 1, timeout: Duration::from_secs(20), rate: None, daily_tokens: None, concurrency: 8, redact: false }
    }
}

impl From<&ProviderSlot> for Limits {
    fn from(slot: &ProviderSlot) -> Self {
        Self {
            weight: slot.weight,
            timeout: slot.timeout,
            rate: slot.rate,
            daily_tokens: slot.daily_tokens,
            concurrency: slot.concurrency,
            redact: slot.redact,
        }
    }
}

/// What a slot has used of a day's budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotUsage {
    /// Its number.
    pub slot: usize,
    /// Its provider's name: another provider in the same place begins anew.
    pub provider: String,
    /// Tokens, asked and answered.
    pub tokens: u64,
}

/// See above.
pub(super) struct Slot {
    pub(super) number: usize,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) limits: Limits,
    gate: Mutex<Gate>,
    places: Semaphore,
}

impl Slot {
    pub(super) fn new(number: usize, provider: Arc<dyn Provider>, limits: Limits) -> Self {
        Self { number, provider, limits, gate: Mutex::default(), places: Semaphore::new(limits.concurrency.max(1)) }
    }

    /// Lets a call in; `Err(true)`: all places are taken, `Err(false)`: it is not to be called now. With `wait` a place is
    /// waited for, until the deadline.
    pub(super) async fn enter<'s>(&'s self, clock: &'s Arc<dyn Clock>, deadline: Instant, wait: bool) -> Result<Entered<'s>, bool> {
        let place = match self.places.try_acquire() {
            Ok(place) => place,
            Err(_) if wait => match tokio::time::timeout_at(deadline, self.places.acquire()).await {
                Ok(Ok(place)) => place,
                _ => return Err(true),
            },
            Err(_) => return Err(true),
        };
        let entered = self.with_gate(|gate| gate.enter(clock.now(), self.limits.rate, self.limits.daily_tokens));
        match entered {
            Ok(()) => Ok(Entered { slot: self, clock, _place: place }),
            Err(closed) => {
                let why = match closed {
                    Closed::Breaker => "breaker",
                    Closed::Waits => "retry_after",
                    Closed::Rate => "rate",
                    Closed::Budget => "budget",
                };
                let (slot, provider) = (self.number.to_string(), self.provider.name().to_owned());
                metrics::counter!("provider_skipped_total", "slot" => slot, "provider" => provider, "why" => why).increment(1);
                Err(false)
            }
        }
    }

    pub(super) fn recall(&self, now: DateTime<Utc>, tokens: u64) {
        self.with_gate(|gate| gate.recall(now, tokens));
    }

    fn with_gate<T>(&self, run: impl FnOnce(&mut Gate) -> T) -> T {
        run(&mut self.gate.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A call that was let in.
pub(super) struct Entered<'s> {
    slot: &'s Slot,
    clock: &'s Arc<dyn Clock>,
    _place: SemaphorePermit<'s>,
}

impl Entered<'_> {
    pub(super) fn ended(self, result: &Result<Reply, ProviderError>, tokens: u64) {
        let now = self.clock.now();
        self.slot.with_gate(|gate| match result {
            Ok(_) => gate.succeeded(now, tokens),
            Err(error) => gate.failed(now, error, tokens),
        });
    }

    pub(super) fn abandoned(self, tokens: u64) {
        self.slot.with_gate(|gate| gate.abandoned(self.clock.now(), tokens));
    }

    /// There is no time left to call.
    pub(super) fn unused(self) {
        self.abandoned(0);
    }
}
