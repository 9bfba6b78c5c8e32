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
use crate::world::World;

pub const ALL: Page = Page { limit: 500, offset: 0 };
/// How soon whoever waits is served: a lease that somebody dead holds, and a second.
const SOON: Duration = Duration::milliseconds(LEASE.num_milliseconds() + 1000);
/// Steps of everybody between two moves of the clock: more than a turn takes.
const STEPS: usize = 20;

impl World {
    pub async fn calm(&mut self) {
        self.sim.chaos.store(false, Ordering::Relaxed);
        self.sim.witness().trace.line("calm".into());
        for process in &mut self.processes {
            process.paused = 0;
        }
        self.start_missing().await;
        self.whoever_waits_is_served_soon().await;
        self.all_comes_to_rest().await;
        // A day late, a channel brings everything once more; and reminders are due.
        let all = self.updates.letters.lock().unwrap().all.clone();
        for update in all {
            self.sim.witness().tally.count("faults: an update was delivered again");
            self.deliver(update);
        }
        for _ in 0..3 {
            self.round(Duration::seconds(30)).await;
        }
        self.all_comes_to_rest().await;
    }

    async fn round(&mut self, then: Duration) {
        for _ in 0..STEPS {
            self.move_all().await;
        }
        self.sim.witness().tally.count("rounds of calm");
        self.time_passes(then).await;
    }

    async fn whoever_waits_is_served_soon(&mut self) {
        let owed = self.owed().await;
        let began = self.sim.now();
        // What would crash its turn comes later: it has its own pace, and so has what is behind it.
        self.deliver_waiting(|update| !update.entry.content.contains(POISON));
        while self.sim.now() - began < SOON && !self.left(&owed).await.is_empty() {
            self.round(Duration::milliseconds(100)).await;
        }
        let sick = self.sick().await;
        for session in self.left(&owed).await.into_iter().filter(|s| !sick.contains(&s.id)) {
            let mut witness = self.sim.witness();
            let name = witness.name(session.id);
            witness.wrong(format!(
                "liveness: {name} waits {SOON} after all faults have ended, handled up to {}: {session:?}",
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
    async fn owed(&self) -> BTreeMap<Uuid, i64> {
        let sick = self.sick().await;
        let waits = self.sessions().await.into_iter().filter(|s| s.has_unhandled() && !sick.contains(&s.id));
        waits.map(|s| (s.id, s.last_inbound)).collect()
    }

    /// Conversations in which a message crashes its turn: what stands before it is tried with it, and then alone.
    async fn sick(&self) -> BTreeSet<Uuid> {
        let mut sick = BTreeSet::new();
        for session in self.sessions().await {
            let history = self.sim.eye.history(session.id, 0, 500).await.unwrap();
            sick.extend(history.iter().any(|m| m.content.contains(POISON)).then_some(session.id));
        }
        sick
    }

    async fn left(&self, owed: &BTreeMap<Uuid, i64>) -> Vec<Session> {
        let waits = |s: &Session| owed.get(&s.id).is_some_and(|upto| s.last_handled < *upto);
        self.sessions().await.into_iter().filter(waits).collect()
    }

    pub async fn sessions(&self) -> Vec<Session> {
        self.sim.eye.sessions(false, ALL).await.unwrap()
    }

    async fn all_comes_to_rest(&mut self) {
        for round in 0..300 {
            self.deliver_waiting(|_| true);
            self.round(Duration::seconds(if round < 10 { 1 } else { 30 })).await;
            if self.is_at_rest().await {
                return;
            }
        }
        let sessions = self.sessions().await;
        self.sim.witness().wrong(format!("liveness: things still wait after hours of calm: {sessions:?}"));
    }

    async fn is_at_rest(&self) -> bool {
        if !self.updates.letters.lock().unwrap().waiting().is_empty() {
            return false;
        }
        for session in self.sessions().await {
            let history = self.sim.eye.history(session.id, 0, 500).await.unwrap();
            let on_its_way = |d: Delivery| matches!(d, Delivery::Ready | Delivery::Sending);
            if session.has_unhandled() || history.iter().any(|m| m.sender != Sender::Candidate && on_its_way(m.delivery)) {
                return false;
            }
        }
        true
    }
}
