//! How much may be sent: over all chats, and to one. Telegram limits both, and lets nobody through for a while who goes beyond.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, InsufficientCapacity, NotUntil, Quota, RateLimiter};

/// Limits as they are written: `30/s,1/s/chat,burst 5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages a second, over all chats; they are spaced evenly.
    pub total: NonZeroU32,
    /// Messages a second to one chat.
    pub chat: NonZeroU32,
    /// Messages that may go to one chat at once, after it was quiet.
    pub burst: NonZeroU32,
}

/// What Telegram's own documentation says: 30 a second over all, about 1 a second to one chat, in short bursts more.
impl Default for Limits {
    fn default() -> Self {
        let number = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self { total: number(30), chat: number(1), burst: number(5) }
    }
}

impl Limits {
    /// Reads them: parts in any order, each once; what is unsaid is the default's. `off`: none.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        if text.trim().eq_ignore_ascii_case("off") {
            return Ok(None);
        }
        let expected = "is neither `off` nor a list like 30/s,1/s/chat,burst 5";
        let (mut total, mut chat, mut burst) = (None, None, None);
        for part in text.split(',').map(str::trim) {
            let (number, slot) = if let Some(number) = part.strip_prefix("burst ") {
                (number, &mut burst)
            } else if let Some(number) = part.strip_suffix("/s/chat") {
                (number, &mut chat)
            } else if let Some(number) = part.strip_suffix("/s") {
                (number, &mut total)
            } else {
                return Err(expected.to_owned());
            };
            let number = number.trim().parse::<NonZeroU32>().ok().filter(|n| n.get() <= 10_000);
            let number = number.ok_or_else(|| "has a number that is not a whole one from 1 to 10000".to_owned())?;
            if slot.replace(number).is_some() {
                return Err("says one of its parts twice".to_owned());
            }
        }
        let unsaid = Self::default();
        Ok(Some(Self { total: total.unwrap_or(unsaid.total), chat: chat.unwrap_or(unsaid.chat), burst: burst.unwrap_or(unsaid.burst) }))
    }
}

/// Counts what is sent. One for an account in a process; the sender lease sees to it that no other process sends.
pub struct Limiter {
    burst: NonZeroU32,
    total: DefaultDirectRateLimiter,
    chats: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limiter").field("burst", &self.burst).finish_non_exhaustive()
    }
}

impl Limiter {
    /// A limiter that has seen nothing yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            burst: limits.burst,
            total: RateLimiter::direct(Quota::per_second(limits.total).allow_burst(NonZeroU32::MIN)),
            chats: RateLimiter::keyed(Quota::per_second(limits.chat).allow_burst(limits.burst)),
            clock: DefaultClock::default(),
        }
    }

    /// Asks for so many messages to one chat at once. Refused: how long this chat waits. Waits by itself for the account's
    /// turn, which all chats share.
    pub async fn admit(&self, chat: &str, messages: usize) -> Result<(), Duration> {
        let wanted = u32::try_from(messages).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN).min(self.burst);
        let refused = match self.chats.check_key_n(&chat.to_owned(), wanted) {
            Ok(Ok(())) => None,
            Ok(Err(not_until)) => Some(not_until.wait_time_from(self.clock.now())),
            // No more are asked for than a burst holds.
            Err(InsufficientCapacity(_)) => None,
        };
        if let Some(wait) = refused {
            return Err(wait.max(Duration::from_millis(10)));
        }
        for _ in 0..messages.max(1) {
            while let Err(not_until) = self.total.check() {
                tokio::time::sleep(self.wait(&not_until)).await;
            }
        }
        // Chats that were quiet for long need not be remembered.
        if self.chats.len() > 10_000 {
            self.chats.retain_recent();
        }
        Ok(())
    }

    fn wait(&self, not_until: &NotUntil<governor::clock::QuantaInstant>) -> Duration {
        not_until.wait_time_from(self.clock.now()).max(Duration::from_millis(1))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_written() {
        let read = |text: &str| Limits::parse(text).unwrap().map(|l| (l.total.get(), l.chat.get(), l.burst.get()));
        assert_eq!(read("30/s,1/s/chat,burst 5"), Some((30, 1, 5)));
        assert_eq!(read("burst 2, 3/s/chat , 9/s"), Some((9, 3, 2)));
        assert_eq!(read("10/s"), Some((10, 1, 5)));
        assert_eq!(read("OFF"), None);
        for wrong in ["", "30", "0/s", "-1/s", "1/m", "1/s,2/s", "burst five", "30/s;1/s/chat", "99999999999/s"] {
            assert!(Limits::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_chat_at_its_limit_waits_and_others_do_not() {
        let limiter = Limiter::new(Limits::parse("10000/s,1/s/chat,burst 3").unwrap().unwrap());
        for _ in 0..3 {
            limiter.admit("7", 1).await.unwrap();
        }
        let wait = limiter.admit("7", 1).await.unwrap_err();
        assert!(wait <= Duration::from_secs(1) && wait > Duration::from_millis(500), "{wait:?}");
        limiter.admit("8", 2).await.unwrap();
        assert!(limiter.admit("8", 2).await.is_err());
    }

    #[tokio::test]
    async fn all_chats_share_the_accounts_limit() {
        let limiter = Limiter::new(Limits::parse("50/s,1/s/chat,burst 5").unwrap().unwrap());
        let began = std::time::Instant::now();
        for chat in 0..6 {
            limiter.admit(&chat.to_string(), 1).await.unwrap();
        }
        assert!(began.elapsed() >= Duration::from_millis(95), "{:?}", began.elapsed());
    }
}
