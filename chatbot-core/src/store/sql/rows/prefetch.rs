//! Reads for all operations of a transaction, or for all turns that begin, at once: one statement a table.
//!
//! Sessions come first, locked in the order of their ids; what their locks order is read after them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::ops::DerefMut;
use std::sync::Arc;

use uuid::Uuid;

use super::super::columns::{Found, Record};
use super::super::engine::Engine;
use super::sessions::{Place, StaffAt};
use super::{Of, SqlRows, actions, applications, candidates, files, inbox, jobs, messages, outbox, sessions, timers};
use crate::files::StoredFile;
use crate::message::ChatMessage;
use crate::outbox::is_pulled;
use crate::privacy::Consent;
use crate::recruiting::{Action, Answer, Application, Candidate};
use crate::session::{Session, Timer};
use crate::store::delivery::lease_name;
use crate::store::load::HISTORY;
use crate::store::rows::{Lease, Need, OutboxHold, Result, Seen};
use crate::turn::Entry;

/// Numbers looked through for each message of a history: some belong to entries without a message.
const SPARSE: i64 = 2;

/// Whose session it is.
fn place_of(session: &Session) -> Place {
    (session.platform.clone(), session.account.clone(), session.platform_user_id.clone())
}

/// Between which numbers a session's last messages up to a number are looked for.
fn history(session_id: Uuid, upto: i64, limit: i64) -> (Uuid, i64, i64) {
    (session_id, (upto - SPARSE * limit).max(-1), upto)
}

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
    turns: BTreeSet<Uuid>,
    turns_at: BTreeSet<Place>,
}

impl Wanted {
    fn sort(needs: &[Need]) -> Self {
        let mut wanted = Self::default();
        for need in needs.iter().cloned() {
            // A need that somebody else has too is one need.
            let _ = match need {
                Need::Session(id) => wanted.sessions.insert(id),
                Need::OpenSession(platform, account, person) => wanted.open_at.insert((platform, account, person)),
                Need::Turn(id) => wanted.turns.insert(id),
                Need::TurnAt(platform, account, person) => wanted.turns_at.insert((platform, account, person)),
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
                Need::History { session_id, upto, limit } => wanted.histories.insert(history(session_id, upto, limit)),
                Need::Consents(id) => wanted.consents.insert(id),
                Need::Files(id) => wanted.files.insert(id),
                Need::Staff(platform, account, person) => wanted.staff_at.insert((platform, account, person)),
            };
        }
        wanted
    }

    /// What turns of these sessions ask for. Entries that wait already are read when they are asked for.
    fn add_turns(&mut self, sessions: &HashMap<Uuid, Session>, open: &HashMap<Place, Uuid>) {
        let at = std::mem::take(&mut self.turns_at);
        self.leases.extend(at.iter().map(|(platform, account, _)| lease_name(platform, account)));
        self.staff_at.extend(at.iter().cloned());
        let mut turns = std::mem::take(&mut self.turns);
        turns.extend(at.iter().filter_map(|place| open.get(place)));
        for session in turns.iter().filter_map(|id| sessions.get(id)).filter(|s| !s.has_unhandled() && s.closed_at.is_none()) {
            self.timers.insert(session.id);
            self.open_actions.insert((session.id, session.application_id));
            self.histories.insert(history(session.id, session.last_seq, HISTORY));
            if is_pulled(&session.platform) {
                self.staff_at.insert(place_of(session));
            } else {
                self.unsettled.insert(session.id);
            }
            self.candidates.extend(session.candidate_id);
            self.consents.extend(session.candidate_id);
            self.applications.extend(session.application_id);
            self.answers.extend(session.application_id);
        }
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

        let places: Vec<Place> = std::mem::take(&mut wanted.open_at).into_iter().filter(|p| !unit.open_at.contains_key(p)).collect();
        let known = |id: &Uuid| !unit.sessions.knows(*id);
        let sessions: Vec<Uuid> = std::mem::take(&mut wanted.sessions).into_iter().filter(known).collect();
        let seen: Vec<Vec<u8>> = std::mem::take(&mut wanted.seen).into_iter().filter(|key| !unit.seen.contains_key(key)).collect();
        let outbox: Vec<Uuid> = std::mem::take(&mut wanted.outbox).into_iter().filter(|id| !unit.outbox.contains_key(id)).collect();

        // Locks, and what they have nothing to do with.
        let reads = vec![
            sessions::lock_sessions::<E>(locks, &sessions, &places),
            sessions::newest_closed_at(&places),
            outbox::lock_outbox::<E>(locks, &outbox),
        ];
        let mut found = Reads::<E> { found: E::read_all(c, reads).await?.into_iter() };
        let read: HashMap<Uuid, Session> = by(found.next()?, |s: &Session| s.id);
        for id in sessions {
            unit.sessions.read(id, read.get(&id).cloned());
        }
        for session in read.values().filter(|s| !unit.sessions.knows(s.id)).collect::<Vec<_>>() {
            unit.sessions.read(session.id, Some(session.clone()));
        }
        let open: HashMap<Place, Uuid> = read.values().filter(|s| s.closed_at.is_none()).map(|s| (place_of(s), s.id)).collect();
        let closed: HashSet<Place> = read.values().filter(|s| s.closed_at.is_some()).map(place_of).collect();
        let mut newest = by(found.next()?, place_of);
        for place in places {
            let newest = newest.remove(&place);
            match open.get(&place) {
                Some(id) => drop(unit.open_at.insert(place, Some(*id))),
                // Closed by another process while we waited for its lock: whoever asks looks again.
                None if closed.contains(&place) => {}
                None => {
                    unit.open_at.insert(place.clone(), None);
                    unit.newest_at.insert(place, newest);
                }
            }
        }
        unit.outbox.extend(found.next()?.into_iter().map(|o: Of<OutboxHold>| (o.owner, o.row)));
        if locks {
            unit.inbound_after.extend(read.values().filter(|s| !s.has_unhandled()).map(|s| (s.id, s.last_inbound)));
        }
        wanted.add_turns(&read, &open);

        // What the locks of sessions order is read under them.
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
        let reads = vec![
            // While a session's lock was waited for, another process may have taken a copy.
            inbox::seen_already(&seen),
            candidates::candidates_by_id(&candidates),
            applications::applications_by_id(&applications),
            jobs::jobs_of_applications(&applications),
            jobs::questions_of_applications(&applications),
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
        let mut found = Reads::<E> { found: E::read_all(c, reads).await?.into_iter() };
        fill(&mut unit.seen, seen, by(found.next()?, |s: &Seen| s.key_hash.clone()));
        let read = by(found.next()?, |row: &Candidate| row.id);
        for id in candidates {
            unit.candidates.read(id, read.get(&id).cloned());
        }
        let read = by(found.next()?, |row: &Application| row.id);
        for id in applications {
            unit.applications.read(id, read.get(&id).cloned());
        }
        let (read, mut questions) = (found.next()?, found.next::<jobs::AsOf>()?);
        for jobs::OfVersion(version, mut job) in read {
            job.question_set_version = version;
            let (of_it, others): (Vec<_>, Vec<_>) = questions.into_iter().partition(|q| (q.job_id, q.version) == (job.id, version));
            questions = others;
            job.questions = of_it.into_iter().map(|q| q.question).collect();
            unit.jobs.insert((job.id, Some(version)), Some(Arc::new(job)));
        }
        gather(&mut unit.answers, answers, found.next::<Of<Answer>>()?);
        gather(&mut unit.timers, timers, found.next()?.into_iter().map(|row: Timer| Of { owner: row.session_id, row }));
        gather(&mut unit.consents, consents, found.next()?.into_iter().map(|row: Consent| Of { owner: row.candidate_id, row }));
        let mut read: Vec<Of<StoredFile>> = found.next()?;
        read.sort_by_key(|f| (f.row.created_at, f.row.id));
        gather(&mut unit.files, files, read);

        let read: Vec<Of<OutboxHold>> = found.next()?;
        for id in unsettled {
            let theirs = read.iter().filter(|o| o.owner == id);
            unit.unsettled.insert(id, outbox::count_unsettled(theirs.map(|o| o.row.state)));
        }
        for (span, theirs) in by_span(entries, found.next()?, |entry: &Entry| entry.seq) {
            unit.inbound.insert(span, theirs);
        }
        let messages: Vec<ChatMessage> = found.next()?;
        let messages = messages.into_iter().map(|row| Of { owner: row.session_id, row }).collect();
        for ((session_id, after, upto), theirs) in by_span(histories, messages, |message: &ChatMessage| message.seq) {
            unit.histories.insert(session_id, (after, upto, theirs));
        }

        let read = found.next()?.into_iter().map(|s: StaffAt| (s.0, s.1)).collect();
        fill(&mut unit.staff_at, staff, read);
        let read: Vec<Of<Action>> = found.next()?;
        for (session_id, application_id) in actions {
            let about = |a: &&Of<Action>| a.owner == session_id && actions::is_about(&a.row, Some(session_id), application_id);
            let mut theirs: Vec<Action> = read.iter().filter(about).map(|a| a.row.clone()).collect();
            theirs.dedup_by_key(|action| action.id);
            unit.open_actions.insert((session_id, application_id), theirs);
        }
        fill(&mut unit.leases, leases, by(found.next()?, |l: &Lease| l.name.clone()));
        Ok(())
    }
}

/// What reads found, in their order.
struct Reads<E: Engine> {
    found: std::vec::IntoIter<Found<E>>,
}

impl<E: Engine> Reads<E> {
    fn next<R: Record>(&mut self) -> Result<Vec<R>> {
        self.found.next().map_or_else(|| Ok(Vec::new()), Found::records)
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

/// A session, after which number and up to which.
type Span = (Uuid, i64, i64);

/// What was found of each span, in the order of its numbers. One session may be asked about twice (a claim that was lost, and
/// the next): what is in both spans was then found twice, and is both's.
fn by_span<R: Clone>(spans: Vec<Span>, found: Vec<Of<R>>, seq: impl Fn(&R) -> i64) -> Vec<(Span, Vec<R>)> {
    let mut read: HashMap<Uuid, Vec<R>> = HashMap::new();
    gather(&mut read, spans.iter().map(|span| span.0), found);
    // Spans of a session stand side by side.
    let mut spans = spans.into_iter().peekable();
    let mut each = Vec::with_capacity(spans.len());
    while let Some(span @ (session_id, after, upto)) = spans.next() {
        let shared = spans.peek().is_some_and(|next| next.0 == session_id);
        let theirs = if shared { read.get(&session_id).cloned() } else { read.remove(&session_id) };
        let mut theirs = theirs.unwrap_or_default();
        theirs.retain(|row| (after + 1..=upto).contains(&seq(row)));
        theirs.dedup_by_key(|row| seq(row));
        each.push((span, theirs));
    }
    each
}
