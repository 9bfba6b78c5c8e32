//! The employer's people in a chat of their own: linking it, and what they may ask for there.
//!
//! A linked chat is no candidate's. Its words go to the skills first; only a job's link (`/start SLUG`) makes its person
//! a candidate, so that a recruiter's own phone can try the form.

use serde_json::{Value, json};

use super::decide::DecideError;
use super::intent::{Intent, intent};
use super::router::{Dialogue, effects_of};
use crate::access::link;
use crate::prescreen::engine::words;
use crate::session::TimerKind;
use crate::skill::job_creation::drafting;
use crate::skill::{Decision, command};
use crate::turn::memory::{LINK_TRIES, MOST_LINK_TRIES};
use crate::turn::{Effects, Entry, Memory, Stage, Turn};

impl Dialogue {
    /// `/link CODE`. A code that is unknown, used or too old, and one guess too many, are all answered alike.
    pub(super) async fn link(&self, turn: &Turn, code: &str) -> Result<Effects, DecideError> {
        let mut effects = Effects::new();
        if code.is_empty() {
            let name = turn.staff.as_ref().map(|user| user.name.clone());
            effects.save_bot_message(self.templates.say("link_how", json!({"name": name})));
            return self.and_pending(turn, effects).await;
        }
        let tries = turn.session.context.get(LINK_TRIES).and_then(Value::as_u64).unwrap_or(0);
        let code = link::normalise(code).unwrap_or_default();
        let Some((_, found)) = turn.link_codes.iter().find(|(good, _)| *good == code && tries < MOST_LINK_TRIES) else {
            if tries < MOST_LINK_TRIES {
                effects.remember(LINK_TRIES, tries + 1);
            }
            effects.save_bot_message(self.templates.say("link_wrong", json!({})));
            return self.and_pending(turn, effects).await;
        };
        // A form that was begun is kept and can be gone on with; what came before a yes is no more asked.
        if Memory::of(turn).stage.is_form() {
            effects.enter(Stage::Paused);
        } else if turn.candidate.consented_at.is_none() {
            effects.forget_form(&turn.session.context);
        }
        for kind in [TimerKind::Purge, TimerKind::Reminder1, TimerKind::Reminder2] {
            effects.clear_timer(kind);
        }
        effects.forget(LINK_TRIES);
        effects.save_bot_message(self.templates.say("link_done", json!({"name": found.user.name})));
        effects.save_bot_message(self.templates.say("staff_help", staff_values(found.user.role)));
        effects.link_staff = Some(found.clone());
        Ok(effects)
    }

    /// `/unlink`.
    pub(super) async fn unlink(&self, turn: &Turn) -> Result<Effects, DecideError> {
        let mut effects = Effects::new();
        if turn.staff.is_none() {
            effects.save_bot_message(self.templates.say("link_none", json!({})));
            return self.and_pending(turn, effects).await;
        }
        effects.save_bot_message(self.templates.say("unlinked", json!({})));
        effects.unlink_staff = true;
        Ok(effects)
    }

    /// What a linked person's words lead to; `None`: what they would for a candidate.
    pub(super) async fn staff_words(&self, turn: &Turn, entry: &Entry) -> Result<Option<Effects>, DecideError> {
        let wish = intent(words(entry), None);
        // While a job is being made plain words are its title, a question, a rule.
        let heard = wish.as_ref().filter(|_| !drafting(turn) || command(words(entry)).is_some());
        match heard {
            Some(Intent::Start { job, .. }) => {
                let named = job.as_deref().is_some_and(|slug| turn.open_jobs.iter().any(|j| j.slug.eq_ignore_ascii_case(slug)));
                let current = job.is_some() && turn.job.as_deref().map(|j| j.slug.to_lowercase()) == job.as_deref().map(str::to_lowercase);
                return Ok(if named || current { None } else { Some(self.staff_welcome(turn)) });
            }
            Some(Intent::Help) => {
                let mut effects = Effects::new();
                effects.save_bot_message(self.templates.say("staff_help", values_of(turn)));
                return self.and_pending(turn, effects).await.map(Some);
            }
            _ => {}
        }
        match self.skills.decide(turn).await {
            Ok(Decision::Pass) => {}
            decided => return effects_of(decided).map(Some),
        }
        let memory = Memory::of(turn);
        Ok(match wish {
            // A form that was paused for work goes on.
            Some(Intent::Continue) if memory.stage == Stage::Paused => Some(self.resume_form(turn).await?),
            Some(
                Intent::Erase
                | Intent::ExportData
                | Intent::Privacy
                | Intent::Language { .. }
                | Intent::UnknownCommand(_)
                | Intent::Withdraw,
            ) => None,
            Some(Intent::Thanks) => Some(self.staff_says(turn, "thanks_reply")),
            Some(Intent::Greeting) => Some(self.staff_welcome(turn)),
            _ => Some(self.and_pending(turn, self.staff_says(turn, "staff_unclear")).await?),
        })
    }

    async fn resume_form(&self, turn: &Turn) -> Result<Effects, DecideError> {
        let mut effects = Effects::new();
        effects.enter(Stage::Interview);
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.repeat(&after).await?);
        Ok(effects)
    }

    /// What stands where a candidate would be welcomed.
    pub(super) fn staff_welcome(&self, turn: &Turn) -> Effects {
        self.staff_says(turn, "staff_welcome")
    }

    fn staff_says(&self, turn: &Turn, template: &str) -> Effects {
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say(template, values_of(turn)));
        effects
    }

    /// These, then what was pending. A person nobody asked anything yet is asked by their opening.
    async fn and_pending(&self, turn: &Turn, mut effects: Effects) -> Result<Effects, DecideError> {
        if turn.staff.is_some() || Memory::of(turn).stage != Stage::New {
            effects.extend(self.repeat(turn).await?);
        }
        Ok(effects)
    }
}

fn values_of(turn: &Turn) -> Value {
    let Some(user) = &turn.staff else { return json!({}) };
    let mut values = staff_values(user.role);
    if let Some(map) = values.as_object_mut() {
        map.insert("name".into(), json!(user.name));
        map.insert("paused".into(), json!(Memory::of(turn).stage == Stage::Paused));
    }
    values
}

/// What the texts for staff depend on.
fn staff_values(role: crate::access::Role) -> Value {
    json!({"works": role >= crate::access::Role::Recruiter})
}
