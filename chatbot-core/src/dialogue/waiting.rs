//! Under a person's control: a candidate who waits too long is noticed, and after a day may have the bot back.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::router::Dialogue;
use crate::message::{EntryKind, Sender};
use crate::recruiting::hours::Hours;
use crate::recruiting::{ActionType, Job};
use crate::session::TimerKind;
use crate::turn::{Effects, Entry, Turn};

/// Working time a candidate may wait for the person who took over.
const PATIENCE: Duration = Duration::hours(2);
/// After this long the bot is offered back.
const OFFER_AFTER: Duration = Duration::hours(24);
/// The context's key while the offer stands.
const OFFERED: &str = "bot_offered";

impl Dialogue {
    /// What is due while a person is in control, and the clocks that candidates' and recruiters' words set and stop.
    pub(super) fn waiting(&self, turn: &Turn) -> Effects {
        let mut effects = Effects::new();
        if turn.session.automation_enabled {
            if turn.timers.iter().map(|t| t.kind).chain(turn.due.iter().copied()).any(is_waiting) {
                stop(&mut effects);
            }
            return effects;
        }
        let spoke = |sender| turn.entries.iter().rposition(|e| e.sender == sender && e.kind != EntryKind::Start);
        let (candidate, recruiter) = (spoke(Sender::Candidate), spoke(Sender::Recruiter));
        if recruiter.is_some() {
            stop(&mut effects);
            effects.forget(OFFERED);
            effects.resolve_actions.push((ActionType::CandidateWaiting, None));
        }
        let set = turn.timers.iter().any(|t| is_waiting(t.kind)) || turn.due.iter().copied().any(is_waiting);
        let silent = turn.candidate.opted_out_at.is_some();
        if candidate > recruiter && (recruiter.is_some() || !set) && !silent {
            effects.set_timer(TimerKind::CandidateWaiting, after_working(turn.job.as_deref(), turn.now, PATIENCE));
            effects.set_timer(TimerKind::OfferBot, turn.now + OFFER_AFTER);
            return effects;
        }
        if recruiter.is_some() || silent {
            return effects;
        }
        if turn.due.contains(&TimerKind::CandidateWaiting) {
            effects.file_action(ActionType::CandidateWaiting, None, json!({"why": "no answer for two working hours"}));
        }
        if turn.due.contains(&TimerKind::OfferBot) {
            // A notice, since the bot itself is silent until release.
            effects.notices.push(self.templates.say("bot_offered", json!({})));
            effects.remember(OFFERED, true).log("bot_offered", "system", json!({}));
        }
        effects
    }

    /// A candidate takes the offer: the conversation is the bot's again.
    pub(super) fn takes_bot_back(&self, turn: &Turn, entry: &Entry) -> Option<Effects> {
        let offered = turn.session.context.get(OFFERED).is_some_and(|v| v == &json!(true));
        let said = entry.content.trim().trim_matches(['"', '“', '”', '.', '!', '/']).to_lowercase();
        let agrees = matches!(said.as_str(), "continue" | "bot" | "yes" | "yes please" | "go on" | "continue with the bot");
        if !offered || !agrees || turn.session.automation_enabled {
            return None;
        }
        let mut effects = Effects::new();
        effects.release = true;
        effects.notices.push(self.templates.say("bot_back", json!({})));
        effects.forget(OFFERED).log("bot_taken_back", "candidate", json!({"seq": entry.seq}));
        effects.resolve_actions.push((ActionType::CandidateWaiting, None));
        stop(&mut effects);
        Some(effects)
    }
}

fn is_waiting(kind: TimerKind) -> bool {
    matches!(kind, TimerKind::CandidateWaiting | TimerKind::OfferBot)
}

fn stop(effects: &mut Effects) {
    effects.clear_timer(TimerKind::CandidateWaiting).clear_timer(TimerKind::OfferBot);
}

/// The moment when so much of the job's working time has passed; without known hours all time counts.
fn after_working(job: Option<&Job>, now: DateTime<Utc>, time: Duration) -> DateTime<Utc> {
    let hours = job.and_then(|job| Some((Hours::parse(job.hours.as_deref()?).ok()?, job.zone())));
    hours.and_then(|(hours, zone)| hours.after(now, zone, time)).unwrap_or(now + time)
}
