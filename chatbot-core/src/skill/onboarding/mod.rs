//! Onboarding (priority 20): welcome, consent, job, the form's questions in order, name and contact, summary, submit.

mod consent;
mod fields;
mod finish;
mod job_choice;
mod read_back;
pub mod say;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::{Decision, Skill, SkillError, command};
use crate::message::EntryKind;
use crate::prescreen::engine::words;
use crate::prescreen::{PrescreenEngine, ask};
use crate::template::Templates;
use crate::turn::{Effects, Memory, Stage, Turn};

pub(in crate::skill) use consent::says_yes;
pub use finish::{AUTO_SUBMIT_AFTER, auto_submit, complete, start_over, submit};

/// The skill.
#[derive(Clone)]
pub struct Onboarding {
    templates: Templates,
    prescreen: Arc<dyn PrescreenEngine>,
}

impl Onboarding {
    /// Speaks with these templates and asks what this engine says comes next.
    pub fn new(templates: Templates, prescreen: Arc<dyn PrescreenEngine>) -> Self {
        Self { templates, prescreen }
    }

    /// The opening, and every later `/start`: the bot speaks first.
    fn greet(&self, turn: &Turn) -> Effects {
        let memory = Memory::of(turn);
        match memory.stage {
            Stage::New | Stage::ChooseJob | Stage::Refused => self.welcome(turn),
            Stage::Consent => self.ask_consent(turn),
            Stage::Withdrawn => {
                let mut effects = start_over(turn, false);
                effects.extend(self.welcome(turn));
                effects
            }
            Stage::Done => {
                let mut effects = Effects::new();
                effects.save_bot_message(self.templates.say("already_submitted", json!({})));
                effects
            }
            Stage::Interview | Stage::Field | Stage::Summary | Stage::Paused => {
                let mut effects = Effects::new();
                let question = turn.job.as_deref().and_then(|job| {
                    let q = memory
                        .question
                        .and_then(|id| job.question(id).cloned())
                        .or_else(|| self.prescreen.get_next_prescreen_question(turn))?;
                    Some((q.question_order, job.questions.len()))
                });
                let values = json!({"number": question.map(|q| q.0), "total": question.map(|q| q.1)});
                effects.save_bot_message(self.templates.say("welcome_returning_candidate", values));
                effects.forget("_successor");
                effects.extend(self.prompt(turn));
                effects
            }
        }
    }

    fn welcome(&self, turn: &Turn) -> Effects {
        if turn.job.is_none() {
            return self.offer_jobs(turn);
        }
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say("welcome_new_candidate", say::job_values(&self.templates, turn)));
        effects.extend(self.ask_consent(turn));
        effects
    }

    /// What is asked next, once whatever was pending is settled: the next question, a field, the summary.
    fn next(&self, turn: &Turn) -> Effects {
        let memory = Memory::of(turn);
        if memory.stopped {
            let mut effects = Effects::new();
            effects.save_bot_message(self.templates.say("fail_must_have", say::job_values(&self.templates, turn)));
            effects.extend(complete(turn, "must_have_failed"));
            return effects;
        }
        if memory.changing {
            let mut effects = Effects::new();
            effects.forget("changing").save_bot_message(self.templates.say("answer_changed", json!({})));
            // Changed while a name or contact was asked for: that comes first.
            effects.extend(if memory.field.is_some() { self.next_field(turn) } else { self.summary(turn) });
            return effects;
        }
        match (self.prescreen.get_next_prescreen_question(turn), &turn.job) {
            (Some(q), Some(job)) => {
                let mut effects = Effects::new();
                effects.save_bot_message(ask::question(&self.templates, turn, job, &q)).expect_question(q.id);
                effects
            }
            _ => self.next_field(turn),
        }
    }

    /// The pending prompt again, as it stands.
    fn prompt(&self, turn: &Turn) -> Effects {
        let memory = Memory::of(turn);
        match memory.stage {
            Stage::Interview | Stage::Paused => match (memory.question.and_then(|id| turn.job.as_deref()?.question(id)), &turn.job) {
                (Some(q), Some(job)) => {
                    let mut effects = Effects::new();
                    effects.save_bot_message(ask::question(&self.templates, turn, job, q)).enter(Stage::Interview);
                    effects
                }
                _ => self.next(turn),
            },
            Stage::Field => self.ask_field(turn, memory.field.as_deref().unwrap_or("name")),
            Stage::Summary => self.summary(turn),
            // The notice was read once; its question alone is repeated.
            Stage::Consent => self.ask_consent_again(turn),
            Stage::ChooseJob => self.offer_jobs(turn),
            Stage::Refused => self.still_refused(turn),
            Stage::New => self.welcome(turn),
            Stage::Done | Stage::Withdrawn => Effects::new(),
        }
    }
}

#[async_trait]
impl Skill for Onboarding {
    fn name(&self) -> &'static str {
        "onboarding"
    }

    fn priority(&self) -> i32 {
        20
    }

    fn decides_at_once(&self) -> bool {
        true
    }

    fn claims(&self, turn: &Turn) -> bool {
        let Some(entry) = turn.entry().filter(|_| turn.as_staff().is_none()) else { return false };
        let stage = Memory::of(turn).stage;
        entry.kind == EntryKind::Start
            || (matches!(stage, Stage::New | Stage::ChooseJob | Stage::Consent | Stage::Refused | Stage::Field)
                && entry.kind != EntryKind::File
                && command(words(entry)).is_none())
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let Some(entry) = turn.entry() else { return Ok(Decision::Pass) };
        // A linked chat is no candidate's, until its person follows a job's link.
        if turn.as_staff().is_some() {
            return Ok(Decision::Pass);
        }
        if entry.kind == EntryKind::Start {
            return Ok(Decision::handled(self.greet(turn)));
        }
        // Its own commands are the dialogue's; any other is another skill's, whatever the form waits for. A file's name is no answer.
        if entry.kind == EntryKind::File || command(words(entry)).is_some() {
            return Ok(Decision::Pass);
        }
        let memory = Memory::of(turn);
        Ok(match memory.stage {
            // The first words of a channel that has no opening of its own.
            Stage::New => Decision::handled(self.greet(turn)),
            Stage::ChooseJob => Decision::handled(self.choose_job(turn, entry)),
            Stage::Consent => Decision::handled(self.consent(turn, entry)),
            Stage::Refused => Decision::handled(self.refused(turn, entry)),
            Stage::Field => Decision::handled(self.field(turn, entry, &memory)),
            Stage::Summary => self.at_summary(turn, entry),
            Stage::Interview | Stage::Paused | Stage::Done | Stage::Withdrawn => Decision::Pass,
        })
    }

    async fn advance(&self, turn: &Turn) -> Result<Decision, SkillError> {
        Ok(Decision::handled(self.next(turn)))
    }

    async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError> {
        if turn.as_staff().is_some() {
            return Ok(Decision::Pass);
        }
        Ok(Decision::handled(self.prompt(turn)))
    }
}
