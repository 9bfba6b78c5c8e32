//! Reads for all operations of a transaction, or for all turns that begin, at once: one statement a table.
//!
//! Sessions come first, locked in the order of their ids; what their locks order is read after them.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::ops::DerefMut;

use uuid::Uuid;

use super::super::engine::Engine;
use super::sessions::Place;
use super::{Of, SqlRows, actions, applications, candidates, files, inbox, messages, outbox, sessions, timers};
use crate::message::Delivery;
use crate::session::Session;
use crate::store::rows::{Need, Result};

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

        let places: Vec<Place> = wanted.open_at.iter().filter(|p| !unit.open_at.contains_key(*p)).cloned().collect();
        let open = sessions::open_at::<E>(c, &places).await?;
        wanted.sessions.extend(open.iter().map(|o| o.owner));
        let ids: Vec<Uuid> = wanted.sessions.iter().copied().filter(|id| !unit.sessions.knows(*id)).collect();
        let found: HashMap<Uuid, Session> = sessions::lock_sessions::<E>(c, locks, &ids).await?.into_iter().map(|s| (s.id, s)).collect();
        for id in ids {
            unit.sessions.read(id, found.get(&id).cloned());
        }
        let open: HashMap<Place, Uuid> = open.into_iter().map(|o| (o.row, o.owner)).collect();
        let mut nowhere = Vec::new();
        for place in places {
            match open.get(&place) {
                None => {
                    unit.open_at.insert(place.clone(), None);
                    nowhere.push(place);
                }
                // Closed by another process while we waited for its lock: whoever asks looks again.
                Some(id) if unit.sessions.get(*id).flatten().is_none_or(|s| s.closed_at.is_some()) => {}
                Some(id) => drop(unit.open_at.insert(place, Some(*id))),
            }
        }
        let newest = sessions::newest_at::<E>(c, &nowhere).await?;
        let newest = by(newest, |s| (s.platform.clone(), s.account.clone(), s.platform_user_id.clone()));
        fill(&mut unit.newest_at, nowhere, newest);

        let seen: Vec<Vec<u8>> = wanted.seen.into_iter().filter(|key| !unit.seen.contains_key(key)).collect();
        let found = by(inbox::seen_already::<E>(c, &seen).await?, |s| s.key_hash.clone());
        fill(&mut unit.seen, seen, found);

        let ids: Vec<Uuid> = wanted.outbox.into_iter().filter(|id| !unit.outbox.contains_key(id)).collect();
        unit.outbox.extend(outbox::lock_outbox::<E>(c, locks, &ids).await?.into_iter().map(|o| (o.owner, o.row)));

        let ids: Vec<Uuid> = wanted.candidates.into_iter().filter(|id| !unit.candidates.knows(*id)).collect();
        let found = by(candidates::candidates_by_id::<E>(c, &ids).await?, |row| row.id);
        for id in ids {
            unit.candidates.read(id, found.get(&id).cloned());
        }
        let ids: Vec<Uuid> = wanted.applications.into_iter().filter(|id| !unit.applications.knows(*id)).collect();
        let found = by(applications::applications_by_id::<E>(c, &ids).await?, |row| row.id);
        for id in ids {
            unit.applications.read(id, found.get(&id).cloned());
        }

        let ids: Vec<Uuid> = wanted.answers.into_iter().collect();
        let found = applications::answers_of_many::<E>(c, &ids).await?;
        gather(&mut unit.answers, ids, found);
        let ids: Vec<Uuid> = wanted.timers.into_iter().collect();
        let found = timers::timers_of_many::<E>(c, &ids).await?;
        gather(&mut unit.timers, ids, found.into_iter().map(|row| Of { owner: row.session_id, row }));
        let ids: Vec<Uuid> = wanted.consents.into_iter().collect();
        let found = candidates::consents_of_many::<E>(c, &ids).await?;
        gather(&mut unit.consents, ids, found.into_iter().map(|row| Of { owner: row.candidate_id, row }));
        let ids: Vec<Uuid> = wanted.files.into_iter().collect();
        let found = files::files_of_many::<E>(c, &ids).await?;
        gather(&mut unit.files, ids, found);

        let ids: Vec<Uuid> = wanted.unsettled.into_iter().collect();
        let found = outbox::unsettled::<E>(c, &ids).await?;
        for id in ids {
            let count = |state| i64::try_from(found.iter().filter(|o| o.owner == id && o.row.state == state).count()).unwrap_or(i64::MAX);
            unit.unsettled.insert(id, (count(Delivery::Ready), count(Delivery::Sending)));
        }

        let spans: Vec<_> = wanted.inbound.into_iter().collect();
        let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
        gather(&mut found, spans.iter().map(|s| s.0), inbox::inbound_of_many::<E>(c, &spans).await?);
        for (session_id, after, upto) in spans {
            unit.inbound.insert((session_id, after, upto), found.remove(&session_id).unwrap_or_default());
        }
        let spans: Vec<_> = wanted.histories.into_iter().collect();
        let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
        let read = messages::histories::<E>(c, &spans).await?;
        gather(&mut found, spans.iter().map(|s| s.0), read.into_iter().map(|row| Of { owner: row.session_id, row }));
        for (session_id, after, upto) in spans {
            unit.histories.insert(session_id, (after, upto, found.remove(&session_id).unwrap_or_default()));
        }

        let places: Vec<Place> = wanted.staff_at.into_iter().collect();
        let found = sessions::staff_at::<E>(c, &places).await?.into_iter().map(|s| (s.0, s.1)).collect();
        fill(&mut unit.staff_at, places, found);
        let about: Vec<_> = wanted.open_actions.into_iter().collect();
        let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
        gather(&mut found, about.iter().map(|a| a.0), actions::open_actions_of_many::<E>(c, &about).await?);
        for key in about {
            unit.open_actions.insert(key, found.remove(&key.0).unwrap_or_default());
        }
        for name in wanted.leases {
            let lease = timers::lease::<E>(c, &name).await?;
            unit.leases.insert(name, lease);
        }
        Ok(())
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
