//! Summary and submit, and what ends a form otherwise.

use chrono::Duration;
use serde_json::{Value, json};

use super::fields::{Contact, contact};
use super::{Onboarding, say};
use crate::message::{Button, Expects};
use crate::orchestrator::EventKind;
use crate::prescreen::ask;
use crate::prescreen::engine::words;
use crate::recruiting::{AnswerState, ApplicationStatus, NextStepWhen};
use crate::session::TimerKind;
use crate::skill::Decision;
use crate::skill::candidate_matching::ask_other_jobs;
use crate::template::Templates;
use crate::turn::{Effects, Entry, Stage, Turn};

/// What is answered but not submitted submits itself after this long.
pub const AUTO_SUBMIT_AFTER: Duration = Duration::hours(24);

impl Onboarding {
    /// What was noted, with Submit and Change.
    pub(super) fn summary(&self, turn: &Turn) -> Effects {
        let Some(job) = &turn.job else { return Effects::new() };
        let lines: Vec<Value> = job
            .questions
            .iter()
            .filter_map(|q| {
                let answer = turn.answer(q.id)?;
                let said = match answer.state {
                    AnswerState::Skipped => "—".to_owned(),
                    _ => answer.answer_text.clone(),
                };
                Some(json!({"question": q.text, "answer": said}))
            })
            .collect();
        let contact = turn.candidate.emails.first().or(turn.candidate.phones.first());
        let mut out = self.templates.say("summary", json!({"lines": lines, "name": turn.candidate.name, "contact": contact}));
        out.meta.expects = Expects::Submit;
        out.meta.progress = Some(ask::progress(turn, job));
        out.meta.buttons = vec![
            Button::new(self.templates.text("button_submit", json!({})), "submit"),
            Button::new(self.templates.text("button_change", json!({})), "change"),
        ];
        let mut effects = Effects::new();
        effects.save_bot_message(out).enter(Stage::Summary).forget("field").settle_question();
        effects.set_timer(TimerKind::AutoSubmit, turn.now + AUTO_SUBMIT_AFTER);
        effects
    }

    /// At the summary: approval in other words, or a contact sent again. Anything else is somebody else's.
    pub(super) fn at_summary(&self, turn: &Turn, entry: &Entry) -> Decision {
        let text = words(entry);
        let said = text.trim().trim_end_matches(['.', '!']).to_lowercase();
        if matches!(
            said.as_str(),
            "yes"
                | "ok"
                | "okay"
                | "yes please"
                | "looks good"
                | "all good"
                | "correct"
                | "that's right"
                | "that is right"
                | "done"
                | "fine"
                | "perfect"
                | "👍"
        ) {
            return Decision::handled(submit(&self.templates, turn));
        }
        let mut effects = Effects::new();
        match contact(text) {
            Some(Contact::Email(email)) => effects.candidate.email = Some(email),
            Some(Contact::Phone(phone)) => effects.candidate.phone = Some(phone),
            None => return Decision::Pass,
        }
        effects.log("contact_given", "candidate", json!({"changed": true}));
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.summary(&after));
        Decision::handled(effects)
    }
}

/// Hands the application in and says what happens next.
pub fn submit(templates: &Templates, turn: &Turn) -> Effects {
    let mut values = say::job_values(templates, turn);
    let next = turn.job.as_deref().and_then(|j| j.next_step.as_ref()).filter(|n| n.when == NextStepWhen::Completed);
    if let (Some(map), Some(next)) = (values.as_object_mut(), next) {
        map.insert("next_text".into(), json!(next.text));
        map.insert("next_url".into(), json!(next.url));
    }
    let mut effects = Effects::new();
    effects.save_bot_message(templates.say("closing_thank_you", values));
    // A yes of its own, asked once; nothing waits for it.
    if turn.other_jobs.is_none() {
        effects.save_bot_message(ask_other_jobs(templates, turn));
    }
    effects.extend(complete(turn, "candidate"));
    effects
}

/// The prescreen is over: status, event, no more timers. `how`: `candidate`, `auto`, `must_have_failed`.
pub fn complete(turn: &Turn, how: &str) -> Effects {
    let mut effects = Effects::new();
    effects.application.status = Some(ApplicationStatus::PrescreenCompleted);
    effects.application.submitted_at = Some(turn.now);
    effects.enter(Stage::Done).forget("field").forget("changing").forget("stopped").settle_question();
    effects.log("prescreen_completed", if how == "candidate" { "candidate" } else { "bot" }, json!({"how": how}));
    effects.emit(EventKind::PrescreenCompleted, json!({"how": how}));
    for kind in [TimerKind::AutoSubmit, TimerKind::Reminder1, TimerKind::Reminder2] {
        effects.clear_timer(kind);
    }
    effects
}

/// A day after the summary: submitted as it stands.
pub fn auto_submit(templates: &Templates, turn: &Turn) -> Effects {
    let mut effects = Effects::new();
    effects.save_bot_message(templates.say("auto_submitted", json!({})));
    effects.extend(submit(templates, turn));
    effects
}

/// The form from its first question; answers stay until they are given anew. With `keep_consent` the notice is not shown again.
pub fn start_over(turn: &Turn, keep_consent: bool) -> Effects {
    let mut effects = Effects::new();
    effects.forget_form(&turn.session.context);
    if keep_consent {
        effects.enter(Stage::Interview);
    }
    if keep_consent {
        effects.application.status = Some(ApplicationStatus::InProgress);
    }
    for kind in [TimerKind::AutoSubmit, TimerKind::Reminder1, TimerKind::Reminder2] {
        effects.clear_timer(kind);
    }
    effects.log("started_over", "candidate", json!({}));
    effects
}
