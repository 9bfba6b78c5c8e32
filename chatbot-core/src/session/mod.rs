//! A conversation with one person on one channel account: who holds it, how far it is, and how it is fenced.

pub mod control;
pub mod fence;
pub mod manager;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use control::Control;
pub use fence::{Claim, Fence};
pub use manager::{ContextPatch, OpenSession, Opened, SessionError, SessionManager, SessionStore, StoredSessions};

/// A row of `chat_sessions`.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// `web`, `telegram`, `whatsapp`, `cli`, or a host's own.
    pub platform: String,
    /// Which of our accounts on the platform.
    pub account: String,
    /// The person there.
    pub platform_user_id: String,
    /// The person in our records; opened with the session, ids only until consent.
    pub candidate_id: Option<Uuid>,
    /// The application worked on.
    pub application_id: Option<Uuid>,
    /// What the dialogue remembers between turns; a JSON object.
    pub context: Map<String, Value>,
    /// False while a person has taken over.
    pub automation_enabled: bool,
    /// Moves with every change a person makes outside a turn; part of the fence.
    pub control_epoch: i64,
    /// The session's number when control last changed: entries up to it belong to the time before.
    pub control_seq: i64,
    /// BCP 47 tag.
    pub locale: String,
    /// Where the link was found.
    pub source: Option<String>,
    /// SHA-256 of the candidate's bearer token (web).
    pub token_hash: Option<Vec<u8>>,
    /// The last number given to a message or entry.
    pub last_seq: i64,
    /// The number of the newest inbox entry.
    pub last_inbound: i64,
    /// The number of the last inbox entry a committed turn handled; part of the fence.
    pub last_handled: i64,
    /// When it next has work; while claimed, the lease's end.
    pub ready_at: Option<DateTime<Utc>>,
    /// The process that holds it.
    pub lease_boot: Option<Uuid>,
    /// That process's claim number.
    pub lease_n: i64,
    /// Claims since the last progress: a process that dies in a turn leaves one behind.
    pub claims: i64,
    /// Caught errors and panics since the last progress.
    pub failures: i64,
    /// The session that continues this one after it expired.
    pub successor_id: Option<Uuid>,
    /// Part of the demo.
    pub demo: bool,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The last candidate or recruiter entry; idle time counts from here.
    pub last_entry_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether entries wait for a turn.
    pub fn has_unhandled(&self) -> bool {
        self.last_inbound > self.last_handled
    }
}

/// Timers a session may have, one of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimerKind {
    /// The first reminder, about 3 h after the bot last asked. Either is looked at that long after it was first set, and set anew
    /// where the person has written since.
    Reminder1,
    /// The second and last, about 22 h after.
    Reminder2,
    /// Submits what is answered but not submitted, after 24 h.
    AutoSubmit,
    /// Closes an idle session. It may come up early, where entries have come since it was set: whether the session is idle is told
    /// by [`Session::last_entry_at`].
    Expiry,
    /// Deletes what an unconsented or refusing person left, after a day.
    Purge,
    /// Files an action: under a person's control nobody has answered the candidate for two working hours.
    CandidateWaiting,
    /// Offers the bot back: nobody has answered for a day.
    OfferBot,
}

impl TimerKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Reminder1, Self::Reminder2, Self::AutoSubmit, Self::Expiry, Self::Purge, Self::CandidateWaiting, Self::OfferBot];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reminder1 => "reminder_1",
            Self::Reminder2 => "reminder_2",
            Self::AutoSubmit => "auto_submit",
            Self::Expiry => "expiry",
            Self::Purge => "purge",
            Self::CandidateWaiting => "candidate_waiting",
            Self::OfferBot => "offer_bot",
        }
    }

    /// Reads the name back.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == name)
    }
}

/// A row of `timers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Which session.
    pub session_id: Uuid,
    /// Which kind.
    pub kind: TimerKind,
    /// When it is due.
    pub due: DateTime<Utc>,
}

impl Timer {
    /// Whether one of this kind comes up by then: it need not be put off to that time, as whoever looks at it sets it anew.
    pub(crate) fn comes_up_by(timers: &[Self], kind: TimerKind, at: DateTime<Utc>) -> bool {
        timers.iter().any(|t| t.kind == kind && t.due <= at)
    }
}
