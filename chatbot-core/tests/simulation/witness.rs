//! The witness: what must be true of every call, kept apart from the rows that the calls change.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chatbot_core::inbox::Accepted;
use chatbot_core::message::Sender;
use chatbot_core::outbox::OutboxRow;
use chatbot_core::session::Control;
use chatbot_core::store::memory::Snapshot;
use chatbot_core::worker::{Claim, Commit, Committed};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::tally::{Tally, Trace};

/// Who holds a session: a process's boot id and claim number, and until when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holder {
    pub boot: Uuid,
    pub n: i64,
    pub until: DateTime<Utc>,
}

/// A claim that would be lost if the database crashed now, and what stood before it.
pub struct Unflushed {
    pub database: Snapshot,
    pub holders: BTreeMap<Uuid, Holder>,
}

pub struct Witness {
    pub tally: Tally,
    pub trace: Trace,
    pub violations: Vec<String>,
    /// The clock was set: leases by the database's clock and by a process's own no longer say the same.
    pub clock_was_set: bool,
    pub unflushed: VecDeque<Unflushed>,
    holders: BTreeMap<Uuid, Holder>,
    /// Claims that a crash of the database undid.
    undone: BTreeSet<(Uuid, i64)>,
    handled: BTreeMap<Uuid, i64>,
    /// Under a person's control.
    pub human: BTreeSet<Uuid>,
    pub ever_human: BTreeSet<Uuid>,
    /// Under a person's control, and told that nothing of the bot's is on the wire.
    quiet: BTreeSet<Uuid>,
    pub said_by_bot: BTreeSet<Uuid>,
    /// Rows taken for sending whose earlier end was unknown.
    pub tried_again: BTreeSet<Uuid>,
    begun: BTreeMap<Uuid, i64>,
    pub arrivals: BTreeMap<Uuid, u64>,
    /// What each key was accepted as, by the transaction that did.
    pub accepted: BTreeMap<String, Accepted>,
    names: BTreeMap<Uuid, String>,
}

impl Witness {
    pub fn new(kept: bool) -> Self {
        Self {
            tally: Tally::default(),
            trace: Trace::new(kept),
            violations: Vec::new(),
            clock_was_set: false,
            unflushed: VecDeque::new(),
            holders: BTreeMap::new(),
            undone: BTreeSet::new(),
            handled: BTreeMap::new(),
            human: BTreeSet::new(),
            ever_human: BTreeSet::new(),
            quiet: BTreeSet::new(),
            said_by_bot: BTreeSet::new(),
            tried_again: BTreeSet::new(),
            begun: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            accepted: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// A session by a short name, in the order in which they were first seen.
    pub fn name(&mut self, session: Uuid) -> String {
        let next = format!("s{}", self.names.len() + 1);
        self.names.entry(session).or_insert(next).clone()
    }

    pub fn sessions(&self) -> Vec<Uuid> {
        // In the order in which they were first seen: ids are random.
        let mut known: Vec<_> = self.names.iter().map(|(id, name)| (name[1..].parse::<u64>().unwrap(), *id)).collect();
        known.sort_unstable();
        known.into_iter().map(|(_, id)| id).collect()
    }

    pub fn wrong(&mut self, what: String) {
        self.trace.line(format!("WRONG {what}"));
        self.violations.push(what);
    }

    pub fn holders(&self) -> BTreeMap<Uuid, Holder> {
        self.holders.clone()
    }

    fn holds(&self, session: Uuid, boot: Uuid, n: i64) -> bool {
        self.holders.get(&session).is_some_and(|h| h.boot == boot && h.n == n)
    }

    pub fn accepted(&mut self, process: usize, key: &str, accepted: &Accepted) {
        let session = self.name(accepted.session_id);
        let copy = if accepted.duplicate { ", a copy" } else { "" };
        self.trace.line(format!("p{process} accepts {key} in {session} as {}{copy}", accepted.seq));
        match self.accepted.get(key) {
            None if accepted.duplicate => self.wrong(format!("{key} was called a copy of nothing")),
            None => {
                self.accepted.insert(key.to_owned(), *accepted);
            }
            Some(first) => {
                self.tally.count("copies of a message accepted without effect");
                if !accepted.duplicate
                    || (first.session_id, first.message_id, first.seq) != (accepted.session_id, accepted.message_id, accepted.seq)
                {
                    self.wrong(format!("I2: {key} was accepted twice: {first:?}, {accepted:?}"));
                }
            }
        }
    }

    pub fn claimed(&mut self, process: usize, claim: &Claim, until: DateTime<Utc>, now: DateTime<Utc>) {
        let (id, fence) = (claim.session.id, claim.fence);
        let session = self.name(id);
        self.trace.line(format!("p{process} claims {session} as {} after {}", fence.n, fence.last_handled));
        self.tally.count("claims");
        if let Some(held) = self.holders.get(&id).filter(|h| h.until > now) {
            let problem = format!("I3: p{process} claimed {session} while {held:?} held it at {now}");
            self.wrong(problem);
        }
        if self.handled.get(&id).is_some_and(|upto| *upto != fence.last_handled) {
            self.wrong(format!("I3: the claim of {session} begins after {}, not after {:?}", fence.last_handled, self.handled.get(&id)));
        }
        if !claim.session.automation_enabled && !self.human.contains(&id) {
            // A successor that goes on under the person who holds the conversation.
            self.human.insert(id);
            self.ever_human.insert(id);
        }
        self.holders.insert(id, Holder { boot: fence.boot, n: fence.n, until });
    }

    pub fn renewed(&mut self, boot: Uuid, kept: &[Uuid], held: &[(Uuid, i64)], until: DateTime<Utc>) {
        for (id, n) in held.iter().filter(|(id, _)| kept.contains(id)) {
            if self.holds(*id, boot, *n) {
                self.holders.insert(*id, Holder { boot, n: *n, until });
            } else {
                let session = self.name(*id);
                self.wrong(format!("I3: a lost claim {n} of {session} was renewed"));
            }
        }
    }

    /// A claim was given back or noted as failed.
    pub fn given_back(&mut self, process: usize, claim: &Claim, done: bool, how: &str) {
        let session = self.name(claim.session.id);
        let holds = self.holds(claim.session.id, claim.fence.boot, claim.fence.n);
        self.trace.line(format!("p{process} {how} {session} as {}: {done}", claim.fence.n));
        if done {
            if !holds {
                self.wrong(format!("I3: p{process} {how} {session} with a claim it no longer had"));
            }
            self.holders.remove(&claim.session.id);
        }
    }

    pub fn committed(&mut self, process: usize, commit: &Commit, done: Option<&Committed>, open: bool) {
        let (id, fence) = (commit.session.id, commit.fence);
        let session = self.name(id);
        let holds = self.holds(id, fence.boot, fence.n);
        self.trace.line(format!(
            "p{process} commits {session} as {}, {}..={}: {}",
            fence.n,
            fence.last_handled + 1,
            commit.upto,
            done.is_some()
        ));
        if !holds {
            self.tally.count("stale commits attempted");
            if self.undone.contains(&(fence.boot, fence.n)) {
                self.tally.count("stale commits after a lost claim attempted");
            }
        }
        let Some(done) = done else {
            if holds && open {
                self.wrong(format!("the commit of {session} by its holder p{process} was refused"));
            }
            return;
        };
        if !holds {
            self.tally.count("stale commits accepted");
            self.wrong(format!("I3: the stale commit of {session} by p{process} as {} was accepted", fence.n));
        }
        let before = self.handled.insert(id, done.session.last_handled);
        if before.is_some_and(|upto| upto != fence.last_handled) || done.session.last_handled < fence.last_handled {
            let problem =
                format!("I3: {session} was handled up to {before:?}; p{process} committed {}..={}", fence.last_handled + 1, commit.upto);
            self.wrong(problem);
        }
        let said: Vec<Uuid> = done.messages.iter().filter(|m| m.sender == Sender::Bot).map(|m| m.id).collect();
        if !said.is_empty() && self.human.contains(&id) && !commit.effects.release {
            self.wrong(format!("I5: the bot spoke in {session} under a person's control"));
        }
        self.said_by_bot.extend(said);
        self.holders.remove(&id);
        if let Some(row) = &done.sending {
            self.tally.count("messages committed as being sent");
            self.taken(process, std::slice::from_ref(row));
        }
        self.tally.count("turns committed");
    }

    pub fn taken_over(&mut self, process: usize, id: Uuid, control: &Control) {
        let session = self.name(id);
        self.trace.line(format!("p{process} takes {session} over: {} in flight", control.in_flight));
        if self.human.insert(id) {
            self.ever_human.insert(id);
            self.holders.remove(&id);
            self.tally.count("takeovers");
            if control.in_flight > 0 {
                self.tally.count("takeovers with something on the wire");
            }
        }
        if control.in_flight == 0 {
            self.quiet.insert(id);
        }
    }

    pub fn released(&mut self, process: usize, id: Uuid) {
        let session = self.name(id);
        self.trace.line(format!("p{process} releases {session}"));
        if self.human.remove(&id) {
            self.holders.remove(&id);
            self.quiet.remove(&id);
            self.tally.count("releases");
        }
    }

    pub fn taken(&mut self, process: usize, rows: &[OutboxRow]) {
        for row in rows {
            let session = self.name(row.session_id);
            self.trace.line(format!("p{process} takes {session}/{} for sending, try {}", row.seq, row.attempts));
            if row.error.as_deref() == Some("unknown") && self.tried_again.insert(row.message_id) {
                self.tally.count("messages sent again, their first end being unknown");
            }
        }
    }

    /// A send begins: `seq` of a session.
    pub fn begins(&mut self, process: usize, id: Uuid, message: Uuid, seq: i64) {
        let session = self.name(id);
        self.trace.line(format!("p{process} begins to send {session}/{seq}"));
        self.tally.count("sends begun");
        if self.clock_was_set {
            return;
        }
        if self.quiet.contains(&id) && self.said_by_bot.contains(&message) {
            self.wrong(format!("I5: a send of {session}/{seq} by the bot begins after the takeover was quiet"));
        }
        let last = self.begun.entry(id).or_default();
        if seq < *last {
            let problem = format!("I4: {session}/{seq} begins after {session}/{last}");
            self.wrong(problem);
        } else {
            *last = seq;
        }
    }

    /// All claims of other processes are void: the only process has started again.
    pub fn voided(&mut self) {
        self.holders.clear();
    }

    /// The database crashed and has forgotten the claims that were not flushed, from the `at`th on. Answers what stands.
    pub fn forget(&mut self, at: usize) -> Snapshot {
        let before = self.unflushed.drain(at..).next().unwrap();
        self.unflushed.clear();
        for (id, held) in &self.holders {
            if before.holders.get(id) != Some(held) {
                self.undone.insert((held.boot, held.n));
                self.tally.count("claims lost in a crash of the database");
            }
        }
        self.holders = before.holders;
        before.database
    }
}
