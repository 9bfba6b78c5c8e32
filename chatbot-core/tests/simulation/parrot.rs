//! A decider whose every word can be traced to the entry it answers, and which may be slow, fail or crash.

use async_trait::async_trait;
use chatbot_core::dialogue::{Decide, DecideError, Decided};
use chatbot_core::message::{EntryKind, Outgoing, Sender};
use chatbot_core::recruiting::ActionType;
use chatbot_core::session::TimerKind;
use chatbot_core::turn::{Effects, Turn};
use chrono::Duration;
use serde_json::json;

use crate::sim::Pace;

/// A message with this word crashes its turn, every time.
pub const POISON: &str = "poison";
/// A message with this word is not finished: the parrot waits for more.
pub const FRAGMENT: &str = "and";
const FRAGMENT_WINDOW: Duration = Duration::milliseconds(1500);
const REMIND_AFTER: Duration = Duration::seconds(40);
pub const REMINDER: &str = "reminder";

pub struct Parrot(pub Pace);

fn words(content: String) -> Outgoing {
    Outgoing { content, ..Outgoing::default() }
}

#[async_trait]
impl Decide for Parrot {
    async fn decide(&self, turn: Turn) -> Result<Decided, DecideError> {
        let dice = &self.0.sim.dice;
        if turn.at_once {
            // Half of what could be answered at once is thought about instead.
            if dice.below(2) == 0 {
                turn.not_at_once().await;
            }
        } else {
            self.0.steps(if dice.permille(100) { dice.below(40) } else { dice.below(6) }).await;
        }
        if self.0.sim.mishap(20) {
            self.0.sim.witness().tally.count("faults: a turn failed");
            return Err(DecideError::Failed { part: "parrot".into(), problem: "simulated".into() });
        }
        let mut effects = Effects::new();
        let mut says = Vec::new();
        let speaks = turn.session.automation_enabled;
        for entry in &turn.entries {
            assert!(!entry.content.contains(POISON), "the parrot met what it cannot handle");
            match (entry.kind, entry.sender) {
                _ if !speaks => {}
                (EntryKind::Start, _) => says.push("hello".to_owned()),
                (EntryKind::Release, _) => says.push("back".to_owned()),
                (_, Sender::Candidate) => says.push(format!("echo {}", entry.content)),
                _ => {}
            }
        }
        if let Some(last) = turn.entries.last().filter(|e| e.content.ends_with(FRAGMENT)) {
            let left = last.accepted_at + FRAGMENT_WINDOW - turn.now;
            if left > Duration::zero() {
                self.0.sim.witness().tally.count("fragments waited for");
                return Ok(Decided::Wait(left));
            }
        }
        if !turn.entries.is_empty() && speaks {
            let due = turn.now + REMIND_AFTER;
            effects.set_timer(TimerKind::Reminder1, due);
            effects.context.insert(REMINDER.into(), json!(due.to_rfc3339()));
        } else if turn.due.contains(&TimerKind::Reminder1) && speaks {
            let due = turn.session.context.get(REMINDER).and_then(|due| due.as_str()).unwrap_or("of nothing");
            says.push(format!("{REMINDER} {due}"));
            effects.context.insert(REMINDER.into(), json!(null));
        }
        for content in says {
            effects.save_bot_message(words(content));
        }
        if turn.due.contains(&TimerKind::Expiry) && turn.entries.is_empty() && turn.session.last_entry_at + turn.session_ttl <= turn.now {
            effects.close = true;
        }
        Ok(Decided::Effects(Box::new(effects)))
    }

    fn decides_at_once(&self) -> bool {
        true
    }

    fn park(&self, turn: &Turn) -> Effects {
        let mut effects = Effects::new();
        if let Some(entry) = turn.entries.first() {
            self.0.sim.witness().tally.count("turns that park a message");
            effects.file_action(ActionType::Parked, None, json!({"seq": entry.seq}));
            // Who only opened the page, or handed the conversation back, said nothing that could be set aside.
            if turn.session.automation_enabled && entry.kind == EntryKind::Text && entry.sender == Sender::Candidate {
                effects.save_bot_message(words(format!("set aside {}", entry.content)));
            }
        }
        effects
    }
}
