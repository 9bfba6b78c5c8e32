//! Timers that are due, and the reminders a turn leaves behind.

use chrono::{DateTime, Duration, NaiveTime, TimeZone, Timelike, Utc};
use serde_json::json;

use super::decide::DecideError;
use super::router::Dialogue;
use crate::channel;
use crate::message::{EntryKind, Sender};
use crate::recruiting::ApplicationStatus;
use crate::session::{Timer, TimerKind};
use crate::skill::onboarding::{AUTO_SUBMIT_AFTER, auto_submit};
use crate::turn::{Effects, Memory, Stage, Turn};

/// When the two reminders come, after the bot last asked.
const REMINDERS: [(TimerKind, Duration); 2] = [(TimerKind::Reminder1, Duration::hours(3)), (TimerKind::Reminder2, Duration::hours(22))];
/// A turn within this time after what was written is no late one.
const PROMPT: Duration = Duration::minutes(1);
/// Nobody is reminded outside these hours of the day.
const FROM_HOUR: u32 = 9;
const TO_HOUR: u32 = 20;
/// Under a person's control what would be said waits this long.
const POSTPONED: Duration = Duration::hours(1);

impl Dialogue {
    /// `decided` is what the turn's entries came to.
    pub(super) async fn timers(&self, turn: &Turn, decided: &Effects) -> Result<Effects, DecideError> {
        let mut effects = Effects::new();
        let replied = turn.entries.iter().any(|e| e.sender == Sender::Candidate);
        let asked_again = turn.entries.iter().any(|e| e.kind == EntryKind::Release);
        let due = |kind| turn.due.contains(&kind);
        if due(TimerKind::Purge) && turn.candidate.consented_at.is_none() && turn.staff.is_none() {
            effects.purge = true;
            return Ok(effects);
        }
        if due(TimerKind::Expiry) && turn.session.last_entry_at + turn.session_ttl <= turn.now {
            if turn.candidate.consented_at.is_none() && turn.staff.is_none() {
                // Nobody agreed to its being kept, and nothing would come back for it after the close.
                effects.purge = true;
                return Ok(effects);
            }
            // The summary promised that it submits itself; an end that comes first keeps the promise.
            if due(TimerKind::AutoSubmit) || turn.timers.iter().any(|t| t.kind == TimerKind::AutoSubmit) {
                effects.extend(self.submit_at_expiry(turn));
            }
            effects.close = true;
            effects.log("session_expired", "system", json!({}));
            return Ok(effects);
        }
        let auto_submit = due(TimerKind::AutoSubmit) || turn.timers.iter().any(|t| t.kind == TimerKind::AutoSubmit);
        if auto_submit && replied {
            // "If you do nothing": whoever does something has a day from then on.
            effects.set_timer(TimerKind::AutoSubmit, turn.now + AUTO_SUBMIT_AFTER);
        } else if due(TimerKind::AutoSubmit) {
            effects.extend(self.auto_submit(turn));
        } else if !replied && reminders_have_come(turn, &mut effects) {
            effects.extend(self.remind(turn).await?);
        }
        let mut after = turn.clone();
        after.apply(&effects);
        set_reminders(&after, decided, replied || asked_again, &mut effects);
        Ok(effects)
    }

    fn auto_submit(&self, turn: &Turn) -> Effects {
        let running = turn.application.as_ref().is_some_and(|a| a.status == ApplicationStatus::InProgress);
        let mut effects = Effects::new();
        if !running || !Memory::of(turn).stage.is_form() {
            return effects;
        }
        if !turn.session.automation_enabled {
            effects.set_timer(TimerKind::AutoSubmit, turn.now + POSTPONED);
            return effects;
        }
        let mut submitted = auto_submit(&self.templates, turn);
        if turn.candidate.opted_out_at.is_some() || window_closes(turn).is_some_and(|end| end <= turn.now) {
            submitted.messages.clear();
        }
        submitted
    }

    fn submit_at_expiry(&self, turn: &Turn) -> Effects {
        let running = turn.application.as_ref().is_some_and(|a| a.status == ApplicationStatus::InProgress);
        if !running || Memory::of(turn).stage != Stage::Summary {
            return Effects::new();
        }
        let mut submitted = auto_submit(&self.templates, turn);
        if !turn.session.automation_enabled || turn.candidate.opted_out_at.is_some() {
            submitted.messages.clear();
        }
        submitted
    }

    async fn remind(&self, turn: &Turn) -> Result<Effects, DecideError> {
        let memory = Memory::of(turn);
        let mut effects = Effects::new();
        if !memory.stage.is_form() || !turn.session.automation_enabled || turn.candidate.opted_out_at.is_some() {
            return Ok(effects);
        }
        // Outside the window the channel would refuse it.
        if window_closes(turn).is_some_and(|end| end <= turn.now) {
            return Ok(effects);
        }
        // One that was due while nobody ran waits for the morning like any other.
        let at = in_hours(turn, turn.now);
        if at > turn.now {
            let kind = turn.due.iter().find(|k| matches!(k, TimerKind::Reminder1 | TimerKind::Reminder2)).copied();
            effects.set_timer(kind.unwrap_or(TimerKind::Reminder2), at);
            return Ok(effects);
        }
        let question = memory.question.and_then(|id| turn.job.as_deref()?.question(id));
        effects.save_bot_message(match (question, &turn.job) {
            (Some(q), Some(job)) => self.templates.say("reminder", json!({"number": q.question_order, "total": job.questions.len()})),
            _ => self.templates.say("reminder_submit", json!({})),
        });
        effects.log("reminded", "bot", json!({}));
        let mut prompt = self.repeat(turn).await?;
        // A reminder is no new summary: what is submitted by itself, and when, stays as it was.
        prompt.timers.clear();
        effects.extend(prompt);
        Ok(effects)
    }
}

/// While the form waits for the candidate: two reminders. None once it doesn't, or a person is in control.
fn set_reminders(turn: &Turn, decided: &Effects, replied: bool, effects: &mut Effects) {
    let stage = Memory::of(turn).stage;
    // Nobody is reminded of a form whose application a person has moved on.
    let running = turn.application.as_ref().is_none_or(|a| a.status == ApplicationStatus::InProgress);
    let waits = stage.is_form() && running && turn.session.automation_enabled && turn.candidate.opted_out_at.is_none();
    for (kind, after) in REMINDERS {
        let at = in_hours(turn, turn.now + after);
        let in_window = window_closes(turn).is_none_or(|end| at < end);
        if !waits || (replied && !in_window) {
            effects.clear_timer(kind);
        } else if replied && !stands(turn, decided, kind, at) {
            effects.set_timer(kind, at);
        }
    }
    if matches!(stage, Stage::Withdrawn | Stage::Done) {
        effects.clear_timer(TimerKind::AutoSubmit);
    }
}

/// Reminders that are looked at before their time, because the person has written since they were set, are set for that time.
/// Answers whether one of those that are due has come.
fn reminders_have_come(turn: &Turn, effects: &mut Effects) -> bool {
    let mut come = false;
    for (kind, after) in REMINDERS.into_iter().filter(|(kind, _)| turn.due.contains(kind)) {
        let at = in_hours(turn, turn.session.last_entry_at + after);
        if at <= turn.now {
            come = true;
        } else if window_closes(turn).is_none_or(|end| at < end) {
            effects.set_timer(kind, at);
        }
    }
    come
}

/// Whether a reminder that would only be put off stays as it was set, and is looked at again then: a turn writes no timer for it.
fn stands(turn: &Turn, decided: &Effects, kind: TimerKind, at: DateTime<Utc>) -> bool {
    // Whose turn came late is reminded by when they were asked, not by when they wrote.
    let prompt = turn.now - turn.session.last_entry_at <= PROMPT;
    prompt && !decided.timers.contains_key(&kind) && Timer::comes_up_by(&turn.timers, kind, at)
}

/// When the channel stops taking free text from us, if it ever does: counted from what the person last wrote.
fn window_closes(turn: &Turn) -> Option<DateTime<Utc>> {
    let window = channel::reply_window(&turn.session.platform)?;
    let written = turn.entries.iter().rev().find(|e| e.sender == Sender::Candidate).map(|e| e.accepted_at);
    Some(written.unwrap_or(turn.session.last_entry_at) + window)
}

/// The same moment, or the next 09:00 where the job is, if it falls outside 09:00–20:00 there.
fn in_hours(turn: &Turn, due: DateTime<Utc>) -> DateTime<Utc> {
    let zone = turn.job.as_deref().map_or(chrono_tz::UTC, crate::recruiting::Job::zone);
    let local = due.with_timezone(&zone);
    let day = match local.hour() {
        hour if hour < FROM_HOUR => local.date_naive(),
        hour if hour >= TO_HOUR => local.date_naive() + Duration::days(1),
        _ => return due,
    };
    let Some(morning) = NaiveTime::from_hms_opt(FROM_HOUR, 0, 0) else { return due };
    zone.from_local_datetime(&day.and_time(morning)).earliest().map_or(due, |at| at.with_timezone(&Utc))
}
