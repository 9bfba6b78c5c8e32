//! The museum of mistakes: each is one that others have made, and can be put back for a moment to see whether our tests
//! notice it (`tests/run museum`). None of it is in a build without the feature `museum`, and no release has it.

/// A mistake that can be put back. Its name in `CHATBOT_MUSEUM` is that of the variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mistake {
    /// A turn is completed by its session's id, whoever holds the session now.
    CompletionWithoutFence,
    /// The fence is a number counted in the row, so that a claim lost in a crash and the next one are the same.
    CounterOnlyFence,
    /// What came in is acknowledged before it is committed.
    AcknowledgeBeforeCommit,
    /// An update is known by its number alone.
    DedupeOnUpdateId,
    /// What is to be tried again waits behind what came after it.
    RetryAtTheBack,
    /// A reminder is said by whoever sees that it is due.
    ReminderWithoutLease,
    /// A takeover doesn't look at what waits to be sent.
    TakeoverForgetsOutbox,
    /// A poller confirms updates before they are committed.
    OffsetBeforeCommit,
}

/// Whether this mistake is in the running build, and was asked for.
#[cfg(not(feature = "museum"))]
#[inline]
pub const fn seeded(_: Mistake) -> bool {
    false
}

/// Whether this mistake was asked for when the process started.
#[cfg(feature = "museum")]
pub fn seeded(mistake: Mistake) -> bool {
    static ASKED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    *ASKED.get_or_init(|| std::env::var("CHATBOT_MUSEUM").unwrap_or_default()) == format!("{mistake:?}")
}
