//! All tables, and what each operation of `Rows` does to them: one file an aggregate, as in the SQL stores.

pub(super) mod actions;
pub(super) mod applications;
pub(super) mod calls;
pub(super) mod claims;
pub(super) mod constraint;
pub(super) mod events;
pub(super) mod figures;
pub(super) mod files;
pub(super) mod inbox;
pub(super) mod jobs;
pub(super) mod matching;
pub(super) mod messages;
pub(super) mod outbox;
pub(super) mod people;
pub(super) mod privacy;
pub(super) mod quarantine;
pub(super) mod sessions;
pub(super) mod settings;
pub(super) mod timers;
pub(super) mod verify;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::table::Table;
use crate::access::{Token, User, UserChannel};
use crate::files::StoredFile;
use crate::inbox::quarantine::Quarantined;
use crate::message::ChatMessage;
use crate::orchestrator::ChatEvent;
use crate::outbox::OutboxRow;
use crate::privacy::{Consent, Erasure};
use crate::provider::calls::Call;
use crate::recruiting::{Action, Activity, Answer, Application, Candidate, Job, Question};
use crate::session::{Session, Timer, TimerKind};
use crate::store::rows::{Lease, Page, Seen};
use crate::turn::Entry;

/// An inbox entry, and which turn handled it.
#[derive(Debug, Clone)]
pub(super) struct Inbound {
    pub(super) entry: Entry,
    pub(super) handled_upto: Option<i64>,
}

/// An event and how its delivery stands.
#[derive(Debug, Clone)]
pub(super) struct EventRow {
    pub(super) event: ChatEvent,
    pub(super) attempts: i64,
    pub(super) delivered_at: Option<DateTime<Utc>>,
    pub(super) next_at: Option<DateTime<Utc>>,
}

macro_rules! tables {
    ($($name:ident: $key:ty => $row:ty,)*) => {
        /// Every table, by primary key.
        #[derive(Default)]
        #[cfg_attr(feature = "testing", derive(Clone))]
        pub(super) struct Tables {
            $(pub(super) $name: Table<$key, $row>,)*
        }

        impl Tables {
            pub(super) fn publish(&mut self, committed: &mut Self) {
                $(self.$name.publish(&mut committed.$name);)*
            }

            pub(super) fn take_back(&mut self, committed: &Self) {
                $(self.$name.take_back(&committed.$name);)*
            }
        }
    };
}

tables! {
    settings: String => String,
    sessions: Uuid => Session,
    seen: Vec<u8> => Seen,
    quarantine: Uuid => Quarantined,
    inbound: (Uuid, i64) => Inbound,
    messages: (Uuid, i64) => ChatMessage,
    // Where a message stands in `messages`.
    message_seqs: Uuid => (Uuid, i64),
    outbox: Uuid => OutboxRow,
    timers: (Uuid, TimerKind) => Timer,
    leases: String => Lease,
    jobs: Uuid => Job,
    // By job, version and order.
    questions: (Uuid, i64, i64) => Question,
    candidates: Uuid => Candidate,
    applications: Uuid => Application,
    // By application and question.
    answers: (Uuid, Uuid) => Answer,
    // These five in the order of insertion, which decides between rows of one instant.
    consents: i64 => Consent,
    events: i64 => EventRow,
    actions: i64 => Action,
    activity: i64 => Activity,
    model_calls: i64 => Call,
    files: Uuid => StoredFile,
    file_bytes: Uuid => Arc<[u8]>,
    users: Uuid => User,
    tokens: Uuid => Token,
    // By platform, account and the person there.
    user_channels: (String, String, String) => UserChannel,
    // By version.
    consent_texts: String => String,
    // By the candidate's hash.
    erasures: Vec<u8> => Erasure,
}

/// The rows of a page.
fn page<T: Clone>(rows: &[&T], page: Page) -> Vec<T> {
    let offset = usize::try_from(page.offset).unwrap_or(0);
    rows.iter().skip(offset).take(count(page.limit)).map(|row| (*row).clone()).collect()
}

/// A limit as a number of rows.
fn count(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(0)
}

/// How many, as a column has it.
fn number<T>(rows: impl Iterator<Item = T>) -> i64 {
    i64::try_from(rows.count()).unwrap_or(i64::MAX)
}
