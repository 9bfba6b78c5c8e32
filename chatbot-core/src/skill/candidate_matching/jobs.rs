//! A candidate asks which jobs there are, and which fit.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::CandidateMatching;
use crate::fault::Fault;
use crate::matching::{Match, PartName, PastAnswer, Person, rank_jobs};
use crate::message::{Button, Expects, Outgoing};
use crate::recruiting::{AnswerState, Job};
use crate::skill::Decision;
use crate::turn::{Effects, Memory, Stage, Turn};

/// Jobs named with their reasons.
const BEST: usize = 3;
/// Jobs listed by title besides.
const LISTED: usize = 10;
/// Below this score a job isn't said to fit.
const FITS_FROM: f64 = 20.0;

impl CandidateMatching {
    pub(super) async fn jobs(&self, turn: &Turn) -> Result<Decision, Fault> {
        turn.not_at_once().await;
        let open = self.store.open_jobs().await?;
        let effects = if turn.candidate.consented_at.is_some() && turn.as_staff().is_none() {
            self.fitting(turn, open).await?
        } else {
            self.listed(turn, &open)
        };
        Ok(Decision::handled(effects))
    }

    /// Before the notice was agreed to nothing is known of them: the jobs as they are.
    fn listed(&self, turn: &Turn, open: &[Job]) -> Effects {
        let here = turn.job.as_deref().map(|j| j.id);
        let others: Vec<&Job> = open.iter().filter(|j| Some(j.id) != here).take(LISTED).collect();
        let mut out = self.say("jobs_open", &json!({"jobs": titles(&others), "other": here.is_some()}), &others);
        if Memory::of(turn).stage == Stage::ChooseJob {
            out.meta.expects = Expects::Field { field: "job".into() };
        }
        let mut effects = Effects::new();
        effects.save_bot_message(out);
        effects
    }

    async fn fitting(&self, turn: &Turn, open: Vec<Job>) -> Result<Effects, Fault> {
        let person = known(turn, self.store.person(turn.candidate.id).await?);
        let mut theirs: BTreeSet<Uuid> = person.answers.iter().map(|p| p.job_id).collect();
        theirs.extend(turn.job.as_deref().map(|j| j.id));
        let others: Vec<Job> = open.into_iter().filter(|j| !theirs.contains(&j.id)).collect();
        let ranked = rank_jobs(&person, &others);
        let best: Vec<(&Job, &Match)> =
            ranked.iter().filter(|m| fits(m)).take(BEST).filter_map(|m| Some((others.iter().find(|j| j.id == m.id)?, m))).collect();
        let named: Vec<&Job> = best.iter().map(|(job, _)| *job).collect();
        let rest: Vec<&Job> = others.iter().filter(|j| !named.iter().any(|n| n.id == j.id)).take(LISTED).collect();
        let mut effects = Effects::new();
        effects.log("jobs_shown", "bot", json!({"fit": named.iter().map(|j| j.id).collect::<Vec<_>>(), "open": others.len()}));
        if best.is_empty() {
            effects.save_bot_message(self.say("jobs_none_fit", &json!({"jobs": titles(&rest)}), &rest));
        } else {
            let jobs: Vec<Value> = best.iter().map(|(job, found)| reasons(job, found)).collect();
            effects.save_bot_message(self.say("jobs_fit", &json!({"jobs": jobs, "others": titles(&rest)}), &named));
        }
        Ok(effects)
    }

    /// A message about jobs, with a button to apply for each.
    fn say(&self, template: &str, values: &Value, jobs: &[&Job]) -> Outgoing {
        let mut out = self.templates.say(template, values);
        out.meta.buttons = jobs.iter().map(|j| Button::new(&j.title, format!("/start {}", j.slug))).collect();
        out
    }
}

/// What is stored of them, with what this turn has seen of the form.
fn known(turn: &Turn, stored: Option<Person>) -> Person {
    let mut person = stored.unwrap_or_default();
    person.candidate = turn.candidate.clone();
    let (Some(job), Some(application)) = (&turn.job, &turn.application) else { return person };
    for answer in &turn.answers {
        let Some(question) = job.question(answer.question_id) else { continue };
        person.answers.retain(|p| !(p.job_id == job.id && p.question.id == question.id));
        if matches!(answer.state, AnswerState::Read | AnswerState::Corrected) {
            let (application_id, job_id) = (application.id, job.id);
            person.answers.push(PastAnswer { application_id, job_id, question: question.clone(), answer: answer.clone() });
        }
    }
    person
}

/// Whether there is something to say for it.
fn fits(found: &Match) -> bool {
    let named = |name| found.part(name).is_some_and(|p| !p.words.is_empty() && p.score.is_some_and(|s| s > 0.0));
    !found.must_have_fails && found.score >= FITS_FROM && (named(PartName::Skills) || named(PartName::Prescreen) || named(PartName::Title))
}

fn titles(jobs: &[&Job]) -> Vec<Value> {
    jobs.iter().map(|j| json!({"title": j.title, "slug": j.slug, "location": j.location})).collect()
}

/// What speaks for a job, for the template to put into words.
fn reasons(job: &Job, found: &Match) -> Value {
    let words = |name| found.part(name).filter(|p| p.score.is_some_and(|s| s > 0.0)).map(|p| p.words.clone()).unwrap_or_default();
    let skills: Vec<String> = words(PartName::Skills).into_iter().take(5).collect();
    json!({
        "title": job.title,
        "slug": job.slug,
        "location": job.location,
        "skills": skills,
        "met": words(PartName::Prescreen).len(),
        "worked_as": words(PartName::Title).first(),
        "place": words(PartName::Place).first(),
        "languages": words(PartName::Languages),
    })
}
