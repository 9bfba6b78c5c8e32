//! The calm after it: nothing fails any more, everything that waits is served, and soon.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use chatbot_core::message::{Delivery, Sender};
use chatbot_core::recruiting::list::Page;
use chatbot_core::session::Session;
use chatbot_core::worker::LEASE;
use chrono::Duration;
use uuid::Uuid;

use crate::parrot::POISON;
use crate::people::Update;
use crate::process::Process;
use crate::sim::at_once;
use crate::world::World;

pub const ALL: Page = Page { limit: 500, offset: 0 };
/// How soon whoever waits is served: a lease that somebody dead holds, and a second.
const SOON: Duration = Duration::milliseconds(LEASE.num_milliseconds() + 1000);
/// More steps than anything takes while the clock stands.
const ENDLESS: usize = 100_000;

impl World {
    pub fn calm(&mut self) {
        self.sim.chaos.store(false, Ordering::Relaxed);
        self.sim.witness().trace.line("calm".into());
        self.processes.iter_mut().for_each(Process::wakes);
        self.start_missing();
        self.whoever_waits_is_served_soon();
        self.all_comes_to_rest();
        // A day late, a channel brings everything once more; and reminders are due.
        let all = self.updates.letters.lock().unwrap().all.clone();
        for update in all {
            self.sim.witness().tally.count("faults: an update was delivered again");
            self.deliver(update);
        }
        for _ in 0..3 {
            self.round(Duration::seconds(30));
        }
        self.all_comes_to_rest();
    }

    fn round(&mut self, then: Duration) {
        let mut steps = 0;
        while self.move_one() {
            steps += 1;
            assert!(steps < ENDLESS, "a busy loop");
        }
        self.sim.witness().tally.count("rounds of calm");
        self.time_passes(then);
    }

    fn whoever_waits_is_served_soon(&mut self) {
        let owed = self.owed();
        let began = self.sim.now();
        // A clock that is set back while a lease runs makes it longer by as much.
        let soon = self.set_back.iter().filter(|(at, _)| began - *at < LEASE).fold(SOON, |soon, (_, by)| soon + *by);
        // What would crash its turn comes later: it has its own pace, and so has what is behind it.
        self.deliver_waiting(|update| !update.entry.content.contains(POISON));
        while self.sim.now() - began < soon && !self.left(&owed).is_empty() {
            self.round(Duration::milliseconds(100));
        }
        let sick = self.sick();
        for session in self.left(&owed).into_iter().filter(|s| !sick.contains(&s.id)) {
            let mut witness = self.sim.witness();
            let name = witness.name(session.id);
            witness.wrong(format!(
                "liveness: {name} waits {soon} after all faults have ended, handled up to {}: {session:?}",
                session.last_handled
            ));
        }
        self.sim.witness().tally.add("sessions served within a lease and a second", owed.len() as u64);
    }

    fn deliver_waiting(&mut self, which: impl Fn(&Update) -> bool) {
        let waiting = self.updates.letters.lock().unwrap().waiting();
        for update in waiting.into_iter().filter(which) {
            self.deliver(update);
        }
    }

    /// Who waits now, up to which number. Where a message crashes its turn it may take longer.
    fn owed(&self) -> BTreeMap<Uuid, i64> {
        let sick = self.sick();
        let waits = self.sessions().into_iter().filter(|s| s.has_unhandled() && !sick.contains(&s.id));
        waits.map(|s| (s.id, s.last_inbound)).collect()
    }

    /// Conversations in which a message crashes its turn: what stands before it is tried with it, and then alone.
    fn sick(&self) -> BTreeSet<Uuid> {
        let mut sick = BTreeSet::new();
        for session in self.sessions() {
            let history = at_once(self.sim.eye.history(session.id, 0, 500)).unwrap();
            sick.extend(history.iter().any(|m| m.content.contains(POISON)).then_some(session.id));
        }
        sick
    }

    fn left(&self, owed: &BTreeMap<Uuid, i64>) -> Vec<Session> {
        let waits = |s: &Session| owed.get(&s.id).is_some_and(|upto| s.last_handled < *upto);
        self.sessions().into_iter().filter(waits).collect()
    }

    pub fn sessions(&self) -> Vec<Session> {
        at_once(self.sim.eye.sessions(false, ALL)).unwrap()
    }

    fn all_comes_to_rest(&mut self) {
        for round in 0..300 {
            self.deliver_waiting(|_| true);
            self.round(Duration::seconds(if round < 10 { 1 } else { 30 }));
            if self.is_at_rest() {
                return;
            }
        }
        let sessions = self.sessions();
        self.sim.witness().wrong(format!("liveness: things still wait after hours of calm: {sessions:?}"));
    }

    fn is_at_rest(&self) -> bool {
        if !self.updates.letters.lock().unwrap().waiting().is_empty() {
            return false;
        }
        for session in self.sessions() {
            let history = at_once(self.sim.eye.history(session.id, 0, 500)).unwrap();
            let on_its_way = |d: Delivery| matches!(d, Delivery::Ready | Delivery::Sending);
            if session.has_unhandled() || history.iter().any(|m| m.sender != Sender::Candidate && on_its_way(m.delivery)) {
                return false;
            }
        }
        true
    }
}
