//! Who writes: people, whose channel delivers an update until it is acknowledged and sometimes again after; recruiters,
//! who write, take over and release.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use chatbot_core::inbox::Accepted;
use chatbot_core::message::inbound::Address;
use chatbot_core::message::{InboxEntry, Outgoing, Person, Sender};
use chatbot_core::session::control::{ControlStore, Who};
use chatbot_core::session::{OpenSession, SessionError, SessionManager};
use uuid::Uuid;

use crate::parrot::{FRAGMENT, POISON};
use crate::pigeon::{ACCOUNT, PLATFORM};
use crate::sim::Sim;
use crate::world::World;

/// What is to be delivered.
#[derive(Debug, Clone)]
pub struct Update {
    pub key: String,
    pub entry: InboxEntry,
}

/// What was written, and what its senders were told.
#[derive(Debug, Default)]
pub struct Letters {
    pub all: Vec<Update>,
    /// Acknowledged, as what.
    pub acknowledged: BTreeMap<String, Accepted>,
    /// Told for good that it won't be taken (a recruiter's words in a closed session).
    pub refused: BTreeSet<String>,
    pub contradictions: Vec<String>,
}

impl Letters {
    fn told(&mut self, key: &str, answer: &Result<Accepted, SessionError>) {
        match answer {
            Ok(accepted) => {
                let first = self.acknowledged.entry(key.to_owned()).or_insert(*accepted);
                if (first.session_id, first.message_id, first.seq) != (accepted.session_id, accepted.message_id, accepted.seq) {
                    self.contradictions.push(format!("I2: the sender of {key} was told {first:?}, then {accepted:?}"));
                }
            }
            Err(SessionError::Store(_)) => {}
            Err(_) => drop(self.refused.insert(key.to_owned())),
        }
    }

    fn waits(&self, update: &Update) -> bool {
        !self.acknowledged.contains_key(&update.key) && !self.refused.contains(&update.key)
    }

    pub fn waiting(&self) -> Vec<Update> {
        self.all.iter().filter(|u| self.waits(u)).cloned().collect()
    }
}

pub struct Updates {
    people: Vec<Person>,
    pub letters: Arc<Mutex<Letters>>,
}

impl Updates {
    pub fn of(sim: &Sim) -> Self {
        let person = |n: u64| {
            // Some read their answers from the history; to the others they are sent.
            let (platform, account) = if n % 4 == 3 { ("web", "") } else { (PLATFORM, ACCOUNT) };
            Person { platform: platform.into(), account: account.into(), platform_user_id: format!("person {n}"), ..Person::default() }
        };
        Self { people: (0..sim.dice.between(2, 5)).map(person).collect(), letters: Arc::default() }
    }
}

fn grace() -> Who {
    Who { user_id: None, name: "Grace".into() }
}

fn notice(words: &str) -> Outgoing {
    Outgoing { content: words.into(), ..Outgoing::default() }
}

impl World {
    /// Somebody writes.
    pub fn write(&mut self) {
        let dice = &self.sim.dice;
        let person = dice.pick(&self.updates.people).unwrap();
        let key = format!("w{}", self.updates.letters.lock().unwrap().all.len() + 1);
        let content = match dice.below(100) {
            0..=1 => format!("{key} {POISON}"),
            2..=11 => format!("{key} {FRAGMENT}"),
            _ => key.clone(),
        };
        let entry =
            InboxEntry { address: Address::Person(person), dedupe_key: Some(key.clone()), ..InboxEntry::text(Uuid::nil(), content) };
        self.post(Update { key, entry });
    }

    /// A recruiter writes in a conversation.
    pub fn recruiter_writes(&mut self) {
        let Some(session) = self.any_session() else { return };
        let key = format!("r{}", self.updates.letters.lock().unwrap().all.len() + 1);
        let entry = InboxEntry {
            sender: Sender::Recruiter,
            actor: Some("Grace".into()),
            dedupe_key: Some(key.clone()),
            ..InboxEntry::text(session, key.clone())
        };
        self.sim.witness().tally.count("recruiters' messages");
        self.post(Update { key, entry });
    }

    fn post(&mut self, update: Update) {
        self.updates.letters.lock().unwrap().all.push(update.clone());
        self.deliver(update);
    }

    /// One delivery of an update to whichever process.
    pub fn deliver(&mut self, update: Update) {
        let Some(at) = self.any_process() else { return };
        let process = &self.processes[at];
        let (inbox, processor) = (process.inbox.clone(), process.processor.clone());
        let (letters, dice) = (Arc::clone(&self.updates.letters), self.sim.dice.clone());
        self.sim.witness().trace.line(format!("{} is delivered to p{}", update.key, process.number));
        process.spawn(async move {
            let answer = inbox.save_incoming_message(update.entry).await;
            letters.lock().unwrap().told(&update.key, &answer);
            if let Ok(accepted) = answer
                && dice.permille(200)
            {
                // A host may run the turn itself.
                let _ = processor.process_message_job(accepted.message_id).await;
            }
        });
    }

    /// An update that was or was not acknowledged comes again.
    pub fn deliver_again(&mut self) {
        let (waiting, all) = {
            let letters = self.updates.letters.lock().unwrap();
            (letters.waiting(), letters.all.clone())
        };
        let again = if self.sim.dice.permille(700) { self.sim.dice.pick(&waiting) } else { None };
        if let Some(update) = again.or_else(|| self.sim.dice.pick(&all)) {
            self.sim.witness().tally.count("faults: an update was delivered again");
            self.deliver(update);
        }
    }

    /// Somebody opens the page, or comes back to it.
    pub fn open(&mut self) {
        let person = self.sim.dice.pick(&self.updates.people).unwrap();
        let Some(at) = self.any_process() else { return };
        let sessions = self.processes[at].sessions.clone();
        self.processes[at].spawn(async move { drop(sessions.get_or_create_session(OpenSession::new(person)).await) });
    }

    /// A recruiter takes over and asks until nothing is on the wire.
    pub fn take_over(&mut self) {
        let (Some(session), Some(at)) = (self.any_session(), self.any_process()) else { return };
        let (port, worker, dice) = (self.processes[at].port.clone(), self.processes[at].worker.clone(), self.sim.dice.clone());
        self.processes[at].spawn(async move {
            for _ in 0..8 {
                let control = port.takeover(session, grace(), notice("Grace has joined")).await;
                worker.cancel(session);
                match control {
                    Ok(control) if control.in_flight == 0 => return,
                    _ => port.pace.steps(dice.below(30)).await,
                }
            }
        });
    }

    pub fn release(&mut self) {
        let human: Vec<Uuid> = {
            let witness = self.sim.witness();
            witness.sessions().into_iter().filter(|id| witness.human.contains(id)).collect()
        };
        let (Some(session), Some(at)) = (self.sim.dice.pick(&human), self.any_process()) else { return };
        let port = self.processes[at].port.clone();
        let worker = self.processes[at].worker.clone();
        self.processes[at].spawn(async move {
            drop(port.release(session, grace(), notice("Grace has left")).await);
            worker.cancel(session);
        });
    }
}
