//! What `db verify` looks at: rows as they stand in one snapshot, without anybody's words.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::rows::Lease;
use crate::message::{Delivery, EntryKind, Sender};
use crate::recruiting::{Answer, Application};
use crate::session::{Session, Timer};

/// Sessions with all that hangs on them, and what they are held against, of one snapshot.
#[derive(Debug, Clone, Default)]
pub struct SessionPage {
    /// By id. Empty: there are no more.
    pub sessions: Vec<SessionFacts>,
    /// Every sender lease.
    pub leases: Vec<Lease>,
    /// The newest sign that somebody worked on this database: an entry, or a lease's end. A backup's never moves on.
    pub alive_at: Option<DateTime<Utc>>,
}

/// A session.
#[derive(Debug, Clone)]
pub struct SessionFacts {
    /// Its row.
    pub session: Session,
    /// Whether its person has another open session on the account.
    pub twin: bool,
    /// Its inbox, by number.
    pub entries: Vec<EntryFact>,
    /// Its messages, by number.
    pub messages: Vec<MessageFact>,
    /// Its outbox, by number.
    pub outbox: Vec<OutboxFact>,
    /// Dedupe records that name it.
    pub seen: Vec<SeenFact>,
    /// Its timers.
    pub timers: Vec<Timer>,
    /// Deliveries noted as failed.
    pub failures: Vec<FailureFact>,
}

impl SessionFacts {
    /// A session of which nothing else is known yet.
    pub fn of(session: Session) -> Self {
        Self {
            session,
            twin: false,
            entries: Vec::new(),
            messages: Vec::new(),
            outbox: Vec::new(),
            seen: Vec::new(),
            timers: Vec::new(),
            failures: Vec::new(),
        }
    }
}

/// An inbox entry.
#[derive(Debug, Clone)]
pub struct EntryFact {
    /// Whose.
    pub session_id: Uuid,
    /// Its number.
    pub seq: i64,
    /// What it is.
    pub kind: EntryKind,
    /// Its message, where it has one.
    pub message_id: Option<Uuid>,
    /// The end of the turn that handled it.
    pub handled_upto: Option<i64>,
    /// A release's metadata: from which number on a person was in control.
    pub release: Option<Value>,
}

/// A message.
#[derive(Debug, Clone)]
pub struct MessageFact {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub session_id: Uuid,
    /// Its number.
    pub seq: i64,
    /// By whom.
    pub sender: Sender,
    /// Where it stands.
    pub delivery: Delivery,
    /// The end of the turn that said it.
    pub turn_upto: Option<i64>,
    /// When it was committed.
    pub sent_at: DateTime<Utc>,
}

/// An outbox row.
#[derive(Debug, Clone)]
pub struct OutboxFact {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub session_id: Uuid,
    /// The message.
    pub message_id: Uuid,
    /// The message's number.
    pub seq: i64,
    /// Which channel.
    pub platform: String,
    /// Which account there.
    pub account: String,
    /// Where it stands.
    pub state: Delivery,
    /// When it was to be tried.
    pub next_at: DateTime<Utc>,
    /// The lease it is being sent under.
    pub lease_boot: Option<Uuid>,
    /// That lease's number.
    pub lease_n: i64,
    /// When it came to rest.
    pub settled_at: Option<DateTime<Utc>>,
}

/// A dedupe record that names a session.
#[derive(Debug, Clone)]
pub struct SeenFact {
    /// Whose.
    pub session_id: Uuid,
    /// The message that was acknowledged.
    pub message_id: Option<Uuid>,
    /// Its number.
    pub seq: Option<i64>,
}

/// A delivery that the activity log has as failed.
#[derive(Debug, Clone)]
pub struct FailureFact {
    /// Whose.
    pub session_id: Uuid,
    /// The message's number, as `seq`.
    pub detail: Value,
    /// Whether an action tells a person.
    pub filed: bool,
}

/// An application with what its figures are made of.
#[derive(Debug, Clone)]
pub struct ApplicationFacts {
    /// Its row.
    pub application: Application,
    /// Its answers.
    pub answers: Vec<Answer>,
    /// What people noted when they moved it, where it is rejected.
    pub moves: Vec<Value>,
}

/// Tables whose rows name people, conversations or applications without a foreign key that would hold them to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is a table")]
pub enum Naming {
    Sessions,
    Applications,
    Actions,
    Activity,
    Events,
    Files,
    Consents,
    Seen,
}

impl Naming {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Sessions, Self::Applications, Self::Actions, Self::Activity, Self::Events, Self::Files, Self::Consents, Self::Seen];

    /// The table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Sessions => "chat_sessions",
            Self::Applications => "applications",
            Self::Actions => "action_queue",
            Self::Activity => "activity_logs",
            Self::Events => "events",
            Self::Files => "files",
            Self::Consents => "consents",
            Self::Seen => "seen",
        }
    }
}

/// A row, and the column of it that names what isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The row's id (of `seen`: the session's).
    pub id: Uuid,
    /// The column; none: all it names is there.
    pub gone: Option<String>,
}
