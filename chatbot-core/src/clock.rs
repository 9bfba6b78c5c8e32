//! Time and ids, passed in.

use std::sync::Mutex;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The time. Microseconds, since that is what PostgreSQL keeps.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;

    /// The time when the database's clock shows `database`. Processes on several machines agree by the database's
    /// clock; a fake clock answers its own time.
    fn at(&self, database: DateTime<Utc>) -> DateTime<Utc> {
        database.trunc_subsecs(6)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that stands until it is moved: for tests, scripts and servers started with a test clock.
#[derive(Debug)]
pub struct FakeClock(Mutex<DateTime<Utc>>);

impl FakeClock {
    /// A clock that shows `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now.trunc_subsecs(6)))
    }

    /// Sets it.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now.trunc_subsecs(6);
    }

    /// Moves it on.
    pub fn advance(&self, by: chrono::Duration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn at(&self, _database: DateTime<Utc>) -> DateTime<Utc> {
        self.now()
    }
}

/// Where ids come from.
pub trait IdSource: Send + Sync {
    /// A new id nobody can guess.
    fn uuid(&self) -> Uuid;
}

/// Random ids that begin with the time (version 7, RFC 9562 section 5.7): what is new stands side by side in an index, and
/// 74 bits are random.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[allow(clippy::disallowed_methods, reason = "the one place that draws ids")]
    fn uuid(&self) -> Uuid {
        // Ten of a version 4's fourteen bytes that are random throughout.
        let mut random = [0; 10];
        let drawn = Uuid::new_v4().into_bytes();
        let whole = drawn.iter().enumerate().filter(|(at, _)| ![6, 8].contains(at)).map(|(_, byte)| *byte);
        random.iter_mut().zip(whole).for_each(|(place, byte)| *place = byte);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis());
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &random).into_uuid()
    }
}
