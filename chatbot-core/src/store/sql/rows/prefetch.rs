//! Reads for all operations of a transaction, or for all turns that begin, at once: one statement a table.
//!
//! Sessions come first, locked in the order of their ids; what their locks order is read after them.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::DerefMut;

use uuid::Uuid;

use super::super::columns::Record;
use super::super::engine::Engine;
use super::super::statement::records;
use super::sessions::{Place, StaffAt};
use super::{Of, SqlRows, actions, applications, candidates, files, inbox, messages, outbox, sessions, timers};
use crate::files::StoredFile;
use crate::message::{ChatMessage, Delivery};
use crate::privacy::Consent;
use crate::recruiting::{Action, Answer, Application, Candidate};
use crate::session::{Session, Timer};
use crate::store::rows::{Lease, Need, OutboxHold, Result, Seen};
use crate::turn::Entry;

/// Numbers looked through for each message of a history: some belong to entries without a message.
const SPARSE: i64 = 2;

/// Needs by kind, each once, in an order.
#[derive(Default)]
struct Wanted {
    sessions: BTreeSet<Uuid>,
    open_at: BTreeSet<Place>,
    seen: BTreeSet<Vec<u8>>,
    outbox: BTreeSet<Uuid>,
    candidates: BTreeSet<Uuid>,
    applications: BTreeSet<Uuid>,
    answers: BTreeSet<Uuid>,
    timers: BTreeSet<Uuid>,
    unsettled: BTreeSet<Uuid>,
    open_actions: BTreeSet<(Uuid, Option<Uuid>)>,
    leases: BTreeSet<String>,
    inbound: BTreeSet<(Uuid, i64, i64)>,
    histories: BTreeSet<(Uuid, i64, i64)>,
    consents: BTreeSet<Uuid>,
    files: BTreeSet<Uuid>,
    staff_at: BTreeSet<Place>,
}

impl Wanted {
    fn sort(needs: &[Need]) -> Self {
        let mut wanted = Self::default();
        for need in needs.iter().cloned() {
            // A need that somebody else has too is one need.
            let _ = match need {
                Need::Session(id) => wanted.sessions.insert(id),
                Need::OpenSession(platform, account, person) => wanted.open_at.insert((platform, account, person)),
                Need::Seen(hash) => wanted.seen.insert(hash),
                Need::Outbox(id) => wanted.outbox.insert(id),
                Need::Candidate(id) => wanted.candidates.insert(id),
                Need::Application(id) => wanted.applications.insert(id),
                Need::Answers(id) => wanted.answers.insert(id),
                Need::Timers(id) => wanted.timers.insert(id),
                Need::Unsettled(id) => wanted.unsettled.insert(id),
                Need::OpenActions(session_id, application_id) => wanted.open_actions.insert((session_id, application_id)),
                Need::Lease(name) => wanted.leases.insert(name),
                Need::Inbound { session_id, after, upto } => wanted.inbound.insert((session_id, after, upto)),
                Need::History { session_id, upto, limit } => wanted.histories.insert((session_id, (upto - SPARSE * limit).max(-1), upto)),
                Need::Consents(id) => wanted.consents.insert(id),
                Need::Files(id) => wanted.files.insert(id),
                Need::Staff(platform, account, person) => wanted.staff_at.insert((platform, account, person)),
            };
        }
        wanted
    }

    fn locks(&self) -> bool {
        !(self.sessions.is_empty() && self.open_at.is_empty() && self.outbox.is_empty())
    }
}

impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> SqlRows<E, C> {
    pub(super) async fn kept_prefetch(&mut self, needs: &[Need]) -> Result<()> {
        let wanted = Wanted::sort(needs);
        self.keeps = true;
        self.flush().await?;
        if wanted.locks() {
            self.unit.forget_unlocked();
        }
        self.c()?;
        let done = self.read_all(wanted).await;
        self.noted(done)
    }

    async fn read_all(&mut self, mut wanted: Wanted) -> Result<()> {
        let locks = self.writes;
        let (c, unit) = (&mut *self.connection, &mut self.unit);

        // Who has an open session is read first, and what there is of it once it is locked.
        let places: Vec<Place> = wanted.open_at.iter().filter(|p| !unit.open_at.contains_key(*p)).cloned().collect();
        let open = sessions::open_at::<E>(c, &places).await?;
        wanted.sessions.extend(open.iter().map(|o| o.owner));
        let open: HashMap<Place, Uuid> = open.into_iter().map(|o| (o.row, o.owner)).collect();
        let nowhere: Vec<Place> = places.iter().filter(|p| !open.contains_key(*p)).cloned().collect();

        let sessions: Vec<Uuid> = wanted.sessions.into_iter().filter(|id| !unit.sessions.knows(*id)).collect();
        let seen: Vec<Vec<u8>> = wanted.seen.into_iter().filter(|key| !unit.seen.contains_key(key)).collect();
        let outbox: Vec<Uuid> = wanted.outbox.into_iter().filter(|id| !unit.outbox.contains_key(id)).collect();
        let candidates: Vec<Uuid> = wanted.candidates.into_iter().filter(|id| !unit.candidates.knows(*id)).collect();
        let applications: Vec<Uuid> = wanted.applications.into_iter().filter(|id| !unit.applications.knows(*id)).collect();
        let answers: Vec<Uuid> = wanted.answers.into_iter().collect();
        let timers: Vec<Uuid> = wanted.timers.into_iter().collect();
        let consents: Vec<Uuid> = wanted.consents.into_iter().collect();
        let files: Vec<Uuid> = wanted.files.into_iter().collect();
        let unsettled: Vec<Uuid> = wanted.unsettled.into_iter().collect();
        let entries: Vec<_> = wanted.inbound.into_iter().collect();
        let histories: Vec<_> = wanted.histories.into_iter().collect();
        let staff: Vec<Place> = wanted.staff_at.into_iter().collect();
        let actions: Vec<_> = wanted.open_actions.into_iter().collect();
        let leases: Vec<String> = wanted.leases.into_iter().collect();

        // In this order: what the locks of sessions order is read under them.
        let reads = vec![
            sessions::lock_sessions::<E>(locks, &sessions),
            sessions::newest_at(&nowhere),
            inbox::seen_already(&seen),
            outbox::lock_outbox::<E>(locks, &outbox),
            candidates::candidates_by_id(&candidates),
            applications::applications_by_id(&applications),
            applications::answers_of_many(&answers),
            timers::timers_of_many(&timers),
            candidates::consents_of_many(&consents),
            files::files_of_many(&files),
            outbox::unsettled(&unsettled),
            inbox::inbound_of_many(&entries),
            messages::histories(&histories),
            sessions::staff_at(&staff),
            actions::open_actions_of_many(&actions),
            timers::leases(&leases),
        ];
        let mut found = Found::<E> { rows: E::read_all(c, reads).await?.into_iter(), engine: PhantomData };

        let read: HashMap<Uuid, Session> = by(found.next()?, |s: &Session| s.id);
        for id in sessions {
            unit.sessions.read(id, read.get(&id).cloned());
        }
        for place in places {
            match open.get(&place) {
                None => drop(unit.open_at.insert(place, None)),
                // Closed by another process while we waited for its lock: whoever asks looks again.
                Some(id) if unit.sessions.get(*id).flatten().is_none_or(|s| s.closed_at.is_some()) => {}
                Some(id) => drop(unit.open_at.insert(place, Some(*id))),
            }
        }
        let newest = by(found.next()?, |s: &Session| (s.platform.clone(), s.account.clone(), s.platform_user_id.clone()));
        fill(&mut unit.newest_at, nowhere, newest);
        fill(&mut unit.seen, seen, by(found.next()?, |s: &Seen| s.key_hash.clone()));
        unit.outbox.extend(found.next()?.into_iter().map(|o: Of<OutboxHold>| (o.owner, o.row)));
        let read = by(found.next()?, |row: &Candidate| row.id);
        for id in candidates {
            unit.candidates.read(id, read.get(&id).cloned());
        }
        let read = by(found.next()?, |row: &Application| row.id);
        for id in applications {
            unit.applications.read(id, read.get(&id).cloned());
        }

        gather(&mut unit.answers, answers, found.next::<Of<Answer>>()?);
        gather(&mut unit.timers, timers, found.next()?.into_iter().map(|row: Timer| Of { owner: row.session_id, row }));
        gather(&mut unit.consents, consents, found.next()?.into_iter().map(|row: Consent| Of { owner: row.candidate_id, row }));
        let mut read: Vec<Of<StoredFile>> = found.next()?;
        read.sort_by_key(|f| (f.row.created_at, f.row.id));
        gather(&mut unit.files, files, read);

        let read: Vec<Of<OutboxHold>> = found.next()?;
        for id in unsettled {
            let count = |state| i64::try_from(read.iter().filter(|o| o.owner == id && o.row.state == state).count()).unwrap_or(i64::MAX);
            unit.unsettled.insert(id, (count(Delivery::Ready), count(Delivery::Sending)));
        }
        let mut read: HashMap<Uuid, Vec<_>> = HashMap::new();
        gather(&mut read, entries.iter().map(|s| s.0), found.next::<Of<Entry>>()?);
        for (session_id, after, upto) in entries {
            unit.inbound.insert((session_id, after, upto), read.remove(&session_id).unwrap_or_default());
        }
        let mut read: HashMap<Uuid, Vec<_>> = HashMap::new();
        let messages = found.next()?.into_iter().map(|row: ChatMessage| Of { owner: row.session_id, row });
        gather(&mut read, histories.iter().map(|s| s.0), messages);
        for (session_id, after, upto) in histories {
            unit.histories.insert(session_id, (after, upto, read.remove(&session_id).unwrap_or_default()));
        }

        let read = found.next()?.into_iter().map(|s: StaffAt| (s.0, s.1)).collect();
        fill(&mut unit.staff_at, staff, read);
        let mut read: HashMap<Uuid, Vec<_>> = HashMap::new();
        gather(&mut read, actions.iter().map(|a| a.0), found.next::<Of<Action>>()?);
        for key in actions {
            unit.open_actions.insert(key, read.remove(&key.0).unwrap_or_default());
        }
        fill(&mut unit.leases, leases, by(found.next()?, |l: &Lease| l.name.clone()));
        Ok(())
    }
}

/// What reads found, in their order.
struct Found<E: Engine> {
    rows: std::vec::IntoIter<Vec<E::Row>>,
    engine: PhantomData<fn() -> E>,
}

impl<E: Engine> Found<E> {
    fn next<R: Record>(&mut self) -> Result<Vec<R>> {
        records::<E, R>(&self.rows.next().unwrap_or_default())
    }
}

fn by<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> K) -> HashMap<K, R> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// Every key, with what was found of it or that nothing was.
fn fill<K: Eq + Hash, R>(known: &mut HashMap<K, Option<R>>, keys: Vec<K>, mut found: HashMap<K, R>) {
    for key in keys {
        let row = found.remove(&key);
        known.insert(key, row);
    }
}

/// Every owner, with all that was found of theirs, in the order in which it was found.
fn gather<R>(known: &mut HashMap<Uuid, Vec<R>>, owners: impl IntoIterator<Item = Uuid>, found: impl IntoIterator<Item = Of<R>>) {
    for owner in owners {
        known.insert(owner, Vec::new());
    }
    for Of { owner, row } in found {
        known.entry(owner).or_default().push(row);
    }
}
