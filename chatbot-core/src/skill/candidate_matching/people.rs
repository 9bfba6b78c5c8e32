//! A recruiter asks who fits a job.

use serde_json::{Value, json};

use super::CandidateMatching;
use crate::fault::Fault;
use crate::matching::{MOST_PEOPLE, Match, Person, rank_candidates};
use crate::recruiting::Job;
use crate::skill::Decision;
use crate::turn::{Effects, Turn};

/// People named.
const BEST: usize = 5;
/// Reasons given of each, the weightiest first.
const REASONS: usize = 3;
/// Jobs offered where none was named.
const OFFERED: usize = 10;

impl CandidateMatching {
    /// Passes unless somebody of the employer's asks.
    pub(super) async fn people(&self, turn: &Turn, job: Option<&str>) -> Result<Decision, Fault> {
        if turn.as_staff().is_none() {
            return Ok(Decision::Pass);
        }
        let mut effects = Effects::new();
        turn.not_at_once().await;
        let Some(job) = self.named(job).await? else {
            let open = self.store.open_jobs().await?;
            let open: Vec<Value> = open.iter().take(OFFERED).map(|j| json!({"title": j.title, "slug": j.slug})).collect();
            effects.save_bot_message(self.templates.say("people_which_job", json!({"named": job, "jobs": open})));
            return Ok(Decision::handled(effects));
        };
        let people = self.store.people(job.id, MOST_PEOPLE).await?;
        let ranked = rank_candidates(&job, &people);
        let best = ranked.iter().filter(|m| m.score > 0.0).take(BEST);
        let lines: Vec<Value> = best.filter_map(|m| Some(self.line(m, people.iter().find(|p| p.candidate.id == m.id)?, &job))).collect();
        effects.log("people_ranked", "recruiter", json!({"job_id": job.id, "people": people.len()}));
        let values = json!({"title": job.title, "people": lines, "among": people.len(), "truncated": people.len() >= MOST_PEOPLE});
        effects.save_bot_message(self.templates.say("people_fit", values));
        Ok(Decision::handled(effects))
    }

    /// By slug, by title, or the one open job whose title has the words in it.
    async fn named(&self, said: Option<&str>) -> Result<Option<Job>, Fault> {
        let Some(said) = said.map(|s| s.trim().to_lowercase()).filter(|s| !s.is_empty()) else { return Ok(None) };
        if let Some(job) = self.store.job_by_slug(&said).await? {
            return Ok(Some(job));
        }
        let mut open = self.store.open_jobs().await?;
        if let Some(at) = open.iter().position(|j| j.title.to_lowercase() == said) {
            return Ok(Some(open.swap_remove(at)));
        }
        open.retain(|j| said.chars().count() >= 3 && j.title.to_lowercase().contains(&said));
        Ok(if open.len() == 1 { open.pop() } else { None })
    }

    /// Someone with their reasons, and where their answers can be read.
    fn line(&self, found: &Match, person: &Person, job: &Job) -> Value {
        let mut told: Vec<_> = found.parts.iter().filter(|p| p.score.is_some()).collect();
        told.sort_by(|a, b| b.name.weight().total_cmp(&a.name.weight()));
        let reasons: Vec<&str> = told.into_iter().take(REASONS).map(|p| p.reason.as_str()).collect();
        let own = person.answers.iter().find(|p| p.job_id == job.id).or(person.answers.first());
        let url = self.console.as_ref().zip(own).map(|(console, past)| format!("{console}/applications/{}", past.application_id));
        json!({"name": person.candidate.name, "score": found.score.round(), "reasons": reasons, "applied": person.applied, "url": url})
    }
}
