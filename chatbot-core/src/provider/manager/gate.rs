//! Whether a slot may be called now: what it said about when, its breaker, its rate, its budget of the day. The time is
//! passed in.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::provider::{ProviderError, Rate};

/// Failures in a row after which a slot is left alone.
const FAILURES: u32 = 3;
/// How long, the first time; each failed trial doubles it.
const REST: Duration = Duration::seconds(10);
/// The longest it is left alone: then it is tried again.
const LONGEST_REST: Duration = Duration::minutes(5);
/// How long a slot whose key or address is wrong is left alone.
const DENIED_REST: Duration = Duration::minutes(1);
/// How long a slot that is limited and doesn't say until when is left alone.
const LIMITED_REST: Duration = Duration::seconds(5);
/// The longest that what a slot says about when is believed.
const LONGEST_WORD: Duration = Duration::hours(1);

/// Why a slot is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// It failed too often, or its one trial is running.
    Breaker,
    /// It said when, and that is not yet.
    Waits,
    /// It was called as often as is allowed.
    Rate,
    /// The day's tokens are used.
    Budget,
}

/// The state of one slot.
#[derive(Debug, Default)]
pub(super) struct Gate {
    failures: u32,
    /// Left alone until then.
    open_until: Option<DateTime<Utc>>,
    rest: Option<Duration>,
    /// The one call that finds out whether it is back, and since when it runs.
    trial: Option<DateTime<Utc>>,
    not_before: Option<DateTime<Utc>>,
    /// When the next call would be due if calls came evenly.
    due: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    used: u64,
}

impl Gate {
    /// Lets a call through, or says why not. Whoever is let through says how it ended by [`Gate::succeeded`],
    /// [`Gate::failed`] or [`Gate::abandoned`].
    pub(super) fn enter(&mut self, now: DateTime<Utc>, rate: Option<Rate>, daily: Option<u64>) -> Result<(), Closed> {
        if self.not_before.is_some_and(|at| now < at) {
            return Err(Closed::Waits);
        }
        if self.open_until.is_some_and(|at| now < at) {
            return Err(Closed::Breaker);
        }
        // One at a time finds out; one that was never heard of again doesn't keep the slot shut.
        if self.open_until.is_some() && self.trial.is_some_and(|since| now - since < LONGEST_REST) {
            return Err(Closed::Breaker);
        }
        self.new_day(now);
        if daily.is_some_and(|most| self.used >= most) {
            return Err(Closed::Budget);
        }
        if let Some(rate) = rate {
            let each = Duration::from_std(rate.per / rate.calls.max(1)).unwrap_or(Duration::zero());
            let whole = Duration::from_std(rate.per).unwrap_or(Duration::zero());
            let due = self.due.map_or(now, |due| due.max(now));
            if due - now > whole - each {
                return Err(Closed::Rate);
            }
            self.due = Some(due + each);
        }
        if self.open_until.is_some() {
            self.trial = Some(now);
        }
        Ok(())
    }

    /// It answered.
    pub(super) fn succeeded(&mut self, now: DateTime<Utc>, tokens: u64) {
        (self.failures, self.open_until, self.rest, self.trial, self.not_before) = (0, None, None, None, None);
        self.spend(now, tokens);
    }

    /// It did not.
    pub(super) fn failed(&mut self, now: DateTime<Utc>, error: &ProviderError, tokens: u64) {
        self.spend(now, tokens);
        let trial = self.trial.take().is_some();
        match error {
            // The request's fault, not the slot's: it works.
            ProviderError::Refused(_) | ProviderError::NoTape { .. } => {
                if trial {
                    self.open_until = None;
                }
            }
            ProviderError::Limited { retry_after, .. } => {
                let wait = retry_after.and_then(|wait| Duration::from_std(wait).ok()).unwrap_or(LIMITED_REST).min(LONGEST_WORD);
                self.not_before = Some(now + wait);
                self.open_until = None;
            }
            ProviderError::Denied(_) => self.open_until = Some(now + DENIED_REST),
            ProviderError::Unavailable(_) | ProviderError::BadAnswer(_) | ProviderError::TimedOut(_) => {
                self.failures = self.failures.saturating_add(1);
                if trial || self.failures >= FAILURES {
                    let rest = self.rest.map_or(REST, |rest| (rest * 2).min(LONGEST_REST));
                    self.rest = Some(rest);
                    self.open_until = Some(now + rest);
                }
            }
        }
    }

    /// Nobody waited for it to the end.
    pub(super) fn abandoned(&mut self, now: DateTime<Utc>, tokens: u64) {
        self.trial = None;
        self.spend(now, tokens);
    }

    /// What was used before this process began.
    pub(super) fn recall(&mut self, now: DateTime<Utc>, tokens: u64) {
        self.spend(now, tokens);
    }

    fn spend(&mut self, now: DateTime<Utc>, tokens: u64) {
        self.new_day(now);
        self.used = self.used.saturating_add(tokens);
    }

    fn new_day(&mut self, now: DateTime<Utc>) {
        let today = now.date_naive();
        if self.day != Some(today) {
            (self.day, self.used) = (Some(today), 0);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn down() -> ProviderError {
        ProviderError::Unavailable("503".into())
    }

    #[test]
    fn three_failures_shut_a_slot_one_call_tries_it_and_a_success_opens_it() {
        let mut gate = Gate::default();
        for _ in 0..3 {
            assert_eq!(gate.enter(at(0), None, None), Ok(()));
            gate.failed(at(0), &down(), 0);
        }
        assert_eq!(gate.enter(at(9), None, None), Err(Closed::Breaker));
        assert_eq!(gate.enter(at(10), None, None), Ok(()));
        assert_eq!(gate.enter(at(10), None, None), Err(Closed::Breaker), "one trial at a time");
        gate.failed(at(10), &down(), 0);
        assert_eq!(gate.enter(at(29), None, None), Err(Closed::Breaker), "twice as long");
        assert_eq!(gate.enter(at(30), None, None), Ok(()));
        gate.succeeded(at(30), 0);
        assert_eq!((gate.enter(at(30), None, None), gate.enter(at(30), None, None)), (Ok(()), Ok(())));
    }

    #[test]
    fn what_a_slot_says_about_when_is_kept_to_and_is_no_failure() {
        let mut gate = Gate::default();
        gate.enter(at(0), None, None).unwrap();
        gate.failed(at(0), &ProviderError::Limited { problem: "429".into(), retry_after: Some(std::time::Duration::from_secs(7)) }, 0);
        assert_eq!(gate.enter(at(6), None, None), Err(Closed::Waits));
        assert_eq!(gate.enter(at(7), None, None), Ok(()));
    }

    #[test]
    fn a_rate_allows_so_many_in_any_time_and_a_budget_so_many_a_day() {
        let rate = Rate::parse("3/min");
        let mut gate = Gate::default();
        let through = (0..120).filter(|s| gate.enter(at(*s), rate, None).is_ok()).count();
        assert_eq!(through, 3 + 5, "a burst of three, and one each twenty seconds");
        let mut gate = Gate::default();
        gate.enter(at(0), None, Some(100)).unwrap();
        gate.succeeded(at(0), 100);
        assert_eq!(gate.enter(at(1), None, Some(100)), Err(Closed::Budget));
        assert_eq!(gate.enter(at(86_400), None, Some(100)), Ok(()));
    }

    #[test]
    fn a_wrong_key_shuts_a_slot_at_once_and_a_refused_request_never() {
        let mut gate = Gate::default();
        for _ in 0..50 {
            assert_eq!(gate.enter(at(0), None, None), Ok(()));
            gate.failed(at(0), &ProviderError::Refused("policy".into()), 0);
        }
        gate.enter(at(0), None, None).unwrap();
        gate.failed(at(0), &ProviderError::Denied("401".into()), 0);
        assert_eq!(gate.enter(at(59), None, None), Err(Closed::Breaker));
        assert_eq!(gate.enter(at(60), None, None), Ok(()));
    }
}
