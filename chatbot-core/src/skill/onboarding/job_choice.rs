//! Which job, when no link said so: the one that is open, or a list.

use serde_json::json;

use super::{Onboarding, say};
use crate::message::{Button, Expects, Outgoing};
use crate::prescreen::engine::words;
use crate::recruiting::Job;
use crate::turn::effects::OpenApplication;
use crate::turn::{Effects, Entry, Stage, Turn};

impl Onboarding {
    pub(super) fn offer_jobs(&self, turn: &Turn) -> Effects {
        match turn.open_jobs.as_ref() {
            [] => {
                let mut effects = Effects::new();
                effects.save_bot_message(self.templates.say("no_open_jobs", json!({})));
                effects
            }
            [only] => self.chosen(turn, only),
            _ => {
                let mut effects = Effects::new();
                effects.save_bot_message(self.templates.say("welcome_new_candidate", say::job_values(&self.templates, turn)));
                effects.save_bot_message(self.list(turn, "choose_job")).enter(Stage::ChooseJob);
                effects
            }
        }
    }

    pub(super) fn choose_job(&self, turn: &Turn, entry: &Entry) -> Effects {
        if let Some(job) = find(&turn.open_jobs, words(entry)) {
            return self.chosen(turn, job);
        }
        let mut effects = Effects::new();
        effects.save_bot_message(self.list(turn, "choose_job_unclear"));
        effects
    }

    fn list(&self, turn: &Turn, template: &str) -> Outgoing {
        let titles: Vec<&str> = turn.open_jobs.iter().map(|j| j.title.as_str()).collect();
        let mut out = self.templates.say(template, json!({"jobs": titles}));
        out.meta.expects = Expects::Field { field: "job".into() };
        out.meta.buttons = turn.open_jobs.iter().map(|j| Button::new(&j.title, &j.slug)).collect();
        out
    }

    /// Opens the application and goes on with the welcome for that job.
    pub fn chosen(&self, turn: &Turn, job: &Job) -> Effects {
        let mut effects = Effects::new();
        effects.open_application = Some(OpenApplication { job_id: job.id });
        effects.enter(Stage::New).log("job_chosen", "candidate", json!({"job_id": job.id}));
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.welcome(&after));
        effects
    }
}

/// By number, slug, title, or the only title that contains the words.
fn find<'j>(jobs: &'j [Job], said: &str) -> Option<&'j Job> {
    let said = said.trim().trim_end_matches('.').to_lowercase();
    if let Ok(number) = said.parse::<usize>() {
        return number.checked_sub(1).and_then(|index| jobs.get(index));
    }
    if let Some(job) = jobs.iter().find(|j| j.slug == said || j.title.to_lowercase() == said) {
        return Some(job);
    }
    let mut matching =
        jobs.iter().filter(|j| said.len() >= 3 && (j.title.to_lowercase().contains(&said) || said.contains(&j.title.to_lowercase())));
    match (matching.next(), matching.next()) {
        (Some(job), None) => Some(job),
        _ => None,
    }
}
