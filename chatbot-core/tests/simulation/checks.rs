//! The checks on what is left, from the rows, the letters and the pigeons' own list.

use std::collections::{BTreeMap, BTreeSet};

use chatbot_core::chatbot::{Check, Finding};
use chatbot_core::message::{ChatMessage, Delivery, Sender};
use chatbot_core::recruiting::{Action, ActionType};
use chatbot_core::session::Session;

use crate::calm::ALL;
use crate::parrot::{POISON, REMINDER};
use crate::sim::at_once;
use crate::world::World;

/// Everything of one conversation.
struct Told {
    session: Session,
    history: Vec<ChatMessage>,
    actions: Vec<Action>,
}

impl Told {
    /// What the bot said, one line an entry it answered.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.history.iter().filter(|m| m.sender == Sender::Bot).flat_map(|m| m.content.split("\n\n"))
    }
}

impl World {
    pub fn check(&self) {
        let mut all = Vec::new();
        for session in self.sessions() {
            let history = at_once(self.sim.eye.history(session.id, 0, 500)).unwrap();
            let actions = at_once(self.sim.eye.actions(None, Some(session.id), ALL)).unwrap();
            all.push(Told { session, history, actions });
        }
        let mut wrong = self.updates.letters.lock().unwrap().contradictions.clone();
        // What was sent after what is told by the pigeons: the clock of the rows is set back in some schedules.
        let by_the_clock = |found: &&Finding| found.check == Check::DeliveryOrder && found.found.contains("was sent after");
        let found = at_once(self.sim.eye.verify()).unwrap().problems;
        wrong.extend(found.iter().filter(|f| !by_the_clock(f)).map(|found| format!("{found:?}")));
        self.nothing_lost_and_nothing_twice(&all, &mut wrong);
        for told in &all {
            self.answered_once_and_in_order(told, &mut wrong);
            self.delivered(told, &mut wrong);
        }
        let mut open = BTreeSet::new();
        for told in all.iter().filter(|t| t.session.closed_at.is_none()) {
            if !open.insert((&told.session.platform, &told.session.platform_user_id)) {
                wrong.push(format!("{} has two open sessions", told.session.platform_user_id));
            }
        }
        let mut witness = self.sim.witness();
        for problem in wrong {
            witness.wrong(problem);
        }
        witness.tally.add("sessions", all.len() as u64);
        witness.tally.add("messages", all.iter().map(|t| t.history.len() as u64).sum());
    }

    /// I1, I2: what was acknowledged is there once, under the number that was told.
    fn nothing_lost_and_nothing_twice(&self, all: &[Told], wrong: &mut Vec<String>) {
        let letters = self.updates.letters.lock().unwrap();
        let mut rows: BTreeMap<&str, Vec<&ChatMessage>> = BTreeMap::new();
        for message in all.iter().flat_map(|t| &t.history).filter(|m| matches!(m.sender, Sender::Candidate | Sender::Recruiter)) {
            rows.entry(message.content.split(' ').next().unwrap()).or_default().push(message);
        }
        for update in &letters.all {
            let found = rows.remove(update.key.as_str()).unwrap_or_default();
            match (letters.acknowledged.get(&update.key), &found[..]) {
                (Some(told), [row]) => {
                    if (row.session_id, row.id, row.seq) != (told.session_id, told.message_id, told.seq)
                        || row.content != update.entry.content
                    {
                        wrong.push(format!("I1: {} was acknowledged as {told:?} and is {row:?}", update.key));
                    }
                }
                (None, []) => {}
                (told, found) => {
                    wrong.push(format!("I1, I2: {} was acknowledged as {told:?} and is there {} times", update.key, found.len()));
                }
            }
        }
        if !rows.is_empty() {
            wrong.push(format!("nobody wrote {:?}", rows.keys()));
        }
        let mut witness = self.sim.witness();
        witness.tally.add("messages acknowledged", letters.acknowledged.len() as u64);
    }

    /// I2, I3, I12: every entry has its effect once and in order, or was set aside for a person; a reminder comes once.
    fn answered_once_and_in_order(&self, told: &Told, wrong: &mut Vec<String>) {
        let (id, mut last) = (told.session.id, 0);
        if told.session.has_unhandled() {
            wrong.push(format!("{id} ends with entries that nobody handled"));
        }
        let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
        for line in told.lines() {
            if line.starts_with(REMINDER) {
                self.sim.witness().tally.count("reminders");
                if told.lines().filter(|other| *other == line).count() > 1 || line.ends_with("nothing") {
                    wrong.push(format!("{id} was reminded twice: {line}"));
                }
            }
            let Some(words) = line.strip_prefix("echo ").or_else(|| line.strip_prefix("set aside ")) else { continue };
            let seq = told.history.iter().find(|m| m.sender == Sender::Candidate && m.content == words).map_or(-1, |m| m.seq);
            if seq <= last {
                wrong.push(format!("I3: in {id} the answer to {words} ({seq}) comes after that to {last}"));
            }
            last = seq;
            *answers.entry(words).or_default() += 1;
        }
        let under_a_person = self.sim.witness().ever_human.contains(&id);
        for message in told.history.iter().filter(|m| m.sender == Sender::Candidate) {
            let times = answers.get(message.content.as_str()).copied().unwrap_or(0);
            if times > 1 || times == 0 && !under_a_person {
                wrong.push(format!("I2, I3: {} in {id} was answered {times} times", message.content));
            }
            if message.content.contains(POISON) {
                let parked = |a: &&Action| a.action_type == ActionType::Parked && a.payload["seq"] == message.seq;
                if told.actions.iter().filter(parked).count() != 1 {
                    wrong.push(format!("I12: {} in {id} was not parked once: {:?}", message.content, told.actions));
                }
                self.sim.witness().tally.count("messages parked, as they crash their turn");
            }
        }
    }

    /// I4: everything said to somebody outside has come to rest, arrived if it says so, and twice only where nobody could know.
    fn delivered(&self, told: &Told, wrong: &mut Vec<String>) {
        if told.session.platform == "web" {
            return;
        }
        let mut witness = self.sim.witness();
        let mut unhappy = 0;
        for message in told.history.iter().filter(|m| m.sender != Sender::Candidate) {
            let times = witness.arrivals.get(&message.id).copied().unwrap_or(0);
            let most = 1 + u64::from(witness.tried_again.contains(&message.id));
            let what = format!("{}/{}", witness.name(told.session.id), message.seq);
            if times > most {
                wrong.push(format!("I4: {what} arrived {times} times, where {most} may be"));
            }
            match message.delivery {
                Delivery::Sent if times == 0 => wrong.push(format!("I4: {what} is said to be sent and did not arrive")),
                Delivery::Sent => witness.tally.count("sent"),
                Delivery::Cancelled => witness.tally.count("cancelled"),
                Delivery::Failed | Delivery::Unknown => {
                    unhappy += 1;
                    witness.tally.count(if message.delivery == Delivery::Failed { "failed" } else { "unknown" });
                }
                other => wrong.push(format!("I4: {what} is still {other:?}")),
            }
        }
        let filed = told.actions.iter().filter(|a| a.action_type == ActionType::DeliveryFailed).count();
        if (unhappy > 0) != (filed > 0) {
            wrong.push(format!("I4: {} has {unhappy} messages that did not arrive for sure and {filed} actions", told.session.id));
        }
    }
}
