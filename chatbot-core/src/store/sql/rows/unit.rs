//! What the open transaction has read and is about to write: one row of everything, however many operations touch it.
//!
//! A row stands here because it was read in this transaction, or because it is to be written. Sessions stand here locked.
//! Nothing outlives the transaction, and nothing is answered from here that another process may have changed since: what
//! isn't locked was read after the locks that order its changes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::inbox::{Handled, NewEntry};
use super::privacy::ConsentText;
use super::sessions::Place;
use crate::access::User;
use crate::files::StoredFile;
use crate::message::{ChatMessage, Delivery};
use crate::orchestrator::ChatEvent;
use crate::outbox::OutboxRow;
use crate::privacy::Consent;
use crate::recruiting::{Action, Activity, Answer, Application, Candidate, Job};
use crate::session::{Session, Timer, TimerKind};
use crate::store::rows::{Lease, OutboxHold, Seen};
use crate::turn::Entry;

/// Rows by key: as they were read (`None`: not there) or as they are to be.
#[derive(Debug)]
pub(super) struct Table<T> {
    rows: HashMap<Uuid, Option<T>>,
    added: Vec<Uuid>,
    changed: Vec<Uuid>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: HashMap::new(), added: Vec::new(), changed: Vec::new() }
    }
}

impl<T: Clone> Table<T> {
    /// What is known of a row: `None` nothing, `Some(None)` that it isn't there.
    pub(super) fn get(&self, id: Uuid) -> Option<Option<T>> {
        self.rows.get(&id).cloned()
    }

    pub(super) fn knows(&self, id: Uuid) -> bool {
        self.rows.contains_key(&id)
    }

    /// Notes what was read.
    pub(super) fn read(&mut self, id: Uuid, row: Option<T>) {
        self.rows.insert(id, row);
    }

    /// Notes a row to be added.
    pub(super) fn add(&mut self, id: Uuid, row: T) {
        self.rows.insert(id, Some(row));
        self.added.push(id);
    }

    /// Notes a row to be changed.
    pub(super) fn change(&mut self, id: Uuid, row: T) {
        self.rows.insert(id, Some(row));
        if !self.added.contains(&id) && !self.changed.contains(&id) {
            self.changed.push(id);
        }
    }

    /// Rows to be added that fit.
    pub(super) fn added(&self) -> impl Iterator<Item = &T> {
        self.added.iter().filter_map(|id| self.rows.get(id)?.as_ref())
    }

    /// Rows to be added or changed.
    pub(super) fn written_now(&self) -> impl Iterator<Item = &T> {
        self.added.iter().chain(&self.changed).filter_map(|id| self.rows.get(id)?.as_ref())
    }

    pub(super) fn is_added(&self, id: Uuid) -> bool {
        self.added.contains(&id)
    }

    /// Rows to be changed, in the order of their ids.
    pub(super) fn changed(&mut self) -> Vec<&T> {
        self.changed.sort_unstable();
        self.changed.iter().filter_map(|id| self.rows.get(id)?.as_ref()).collect()
    }

    pub(super) fn is_written(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }

    /// All of it is in the database.
    pub(super) fn written(&mut self) {
        self.added.clear();
        self.changed.clear();
    }

    fn forget(&mut self) {
        self.rows.clear();
    }
}

impl Table<Session> {
    /// Whether a session is to be closed while another is to be opened.
    pub(super) fn closes(&mut self) -> bool {
        !self.added.is_empty() && self.changed().iter().any(|session| session.closed_at.is_some())
    }
}

/// Of each session and kind of timer, when it is due; none: it goes.
type PutTimers = BTreeMap<(Uuid, &'static str), (TimerKind, Option<DateTime<Utc>>)>;

/// Jobs of a state, how many of them and after how many.
pub(super) type JobPage = (Option<&'static str>, i64, i64);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Unit {
    // ── rows by id: read, and to be written ──
    pub(super) sessions: Table<Session>,
    pub(super) candidates: Table<Candidate>,
    pub(super) applications: Table<Application>,

    // ── read ──
    /// Whose open session it is; none: there was none.
    pub(super) open_at: HashMap<Place, Option<Uuid>>,
    pub(super) newest_at: HashMap<Place, Option<Session>>,
    pub(super) staff_at: HashMap<Place, Option<User>>,
    pub(super) seen: HashMap<Vec<u8>, Option<Seen>>,
    pub(super) jobs: HashMap<(Uuid, Option<i64>), Option<Arc<Job>>>,
    pub(super) jobs_by_slug: HashMap<String, Option<Job>>,
    pub(super) job_pages: HashMap<JobPage, Vec<Job>>,
    pub(super) answers: HashMap<Uuid, Vec<Answer>>,
    pub(super) inbound: HashMap<(Uuid, i64, i64), Vec<Entry>>,
    /// Of a locked session, the number after which all its entries stand among the new ones.
    pub(super) inbound_after: HashMap<Uuid, i64>,
    /// Of each session, the messages after a number and up to another.
    pub(super) histories: HashMap<Uuid, (i64, i64, Vec<ChatMessage>)>,
    pub(super) timers: HashMap<Uuid, Vec<Timer>>,
    pub(super) consents: HashMap<Uuid, Vec<Consent>>,
    pub(super) files: HashMap<Uuid, Vec<StoredFile>>,
    /// Of a session and the application it works on.
    pub(super) open_actions: HashMap<(Uuid, Option<Uuid>), Vec<Action>>,
    pub(super) leases: HashMap<String, Option<Lease>>,
    /// Outbox rows that are locked.
    pub(super) outbox: HashMap<Uuid, OutboxHold>,
    /// Of each session, its outbox rows that are `ready`, and those that are `sending`.
    pub(super) unsettled: HashMap<Uuid, (i64, i64)>,

    // ── to be written ──
    pub(super) new_seen: Vec<Seen>,
    pub(super) new_messages: Vec<ChatMessage>,
    pub(super) new_inbound: Vec<NewEntry>,
    pub(super) new_outbox: Vec<OutboxRow>,
    pub(super) new_actions: Vec<Action>,
    pub(super) changed_actions: BTreeMap<Uuid, Action>,
    pub(super) new_activity: Vec<Activity>,
    pub(super) new_events: Vec<ChatEvent>,
    pub(super) new_consents: Vec<Consent>,
    pub(super) new_consent_texts: Vec<ConsentText>,
    pub(super) handled: Vec<Handled>,
    pub(super) moved_outbox: BTreeMap<Uuid, OutboxRow>,
    pub(super) deliveries: BTreeMap<Uuid, Delivery>,
    pub(super) put_answers: BTreeMap<(Uuid, Uuid), Answer>,
    pub(super) put_timers: PutTimers,
}

impl Unit {
    /// Whether anything waits to be written.
    pub(super) fn is_written(&self) -> bool {
        self.sessions.is_written()
            && self.candidates.is_written()
            && self.applications.is_written()
            && self.new_seen.is_empty()
            && self.new_messages.is_empty()
            && self.new_inbound.is_empty()
            && self.new_outbox.is_empty()
            && self.new_actions.is_empty()
            && self.changed_actions.is_empty()
            && self.new_activity.is_empty()
            && self.new_events.is_empty()
            && self.new_consents.is_empty()
            && self.new_consent_texts.is_empty()
            && self.handled.is_empty()
            && self.moved_outbox.is_empty()
            && self.deliveries.is_empty()
            && self.put_answers.is_empty()
            && self.put_timers.is_empty()
    }

    /// Takes nothing for known any longer. What waits to be written has been.
    pub(super) fn forget(&mut self) {
        self.sessions.forget();
        self.open_at.clear();
        self.newest_at.clear();
        self.seen.clear();
        self.outbox.clear();
        self.forget_unlocked();
    }

    /// The same for what no lock of this transaction holds still: a lock that was waited for may have let others change it.
    pub(super) fn forget_unlocked(&mut self) {
        self.candidates.forget();
        self.applications.forget();
        self.staff_at.clear();
        self.jobs.clear();
        self.jobs_by_slug.clear();
        self.job_pages.clear();
        self.answers.clear();
        self.inbound.clear();
        self.histories.clear();
        self.timers.clear();
        self.consents.clear();
        self.files.clear();
        self.open_actions.clear();
        self.leases.clear();
        self.unsettled.clear();
    }

    /// Sessions of this person that this transaction has added or changed: what was read of them is out of date.
    pub(super) fn touches(&self, place: &Place) -> bool {
        let theirs = |s: &Session| (&s.platform, &s.account, &s.platform_user_id) == (&place.0, &place.1, &place.2);
        let written: HashSet<&Uuid> = self.sessions.added.iter().chain(&self.sessions.changed).collect();
        written.into_iter().any(|id| self.sessions.rows.get(id).and_then(Option::as_ref).is_some_and(theirs))
    }
}
