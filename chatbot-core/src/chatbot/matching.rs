//! Who fits a job, and which jobs fit a person, as a recruiter asks.

use serde::Serialize;
use uuid::Uuid;

use super::Chatbot;
use crate::fault::Fault;
use crate::matching::{MOST_JOBS, MOST_PEOPLE, Match, MatchStore, Part, Person, rank_candidates, rank_jobs};
use crate::recruiting::Job;

/// A ranking, best first.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ranked<T> {
    /// The matches.
    pub items: Vec<T>,
    /// Whether more could have been ranked than were: [`MOST_PEOPLE`] who changed last, [`MOST_JOBS`] newest jobs.
    pub truncated: bool,
}

/// Somebody for a job.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CandidateMatch {
    /// Who.
    pub candidate_id: Uuid,
    /// What they are called, if known. It plays no part in the score.
    pub candidate_name: Option<String>,
    /// Whether they applied for this job.
    pub applied: bool,
    /// Whether they agreed to be considered for other jobs.
    pub agreed: bool,
    /// 0–100.
    pub score: f64,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A job for somebody.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JobMatch {
    /// Which.
    pub job_id: Uuid,
    /// Its name in links.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Whether they answered questions of this job.
    pub applied: bool,
    /// 0–100.
    pub score: f64,
    /// What it is made of.
    pub parts: Vec<Part>,
}

impl Chatbot {
    /// Who fits a job: its applicants, and people who agreed to be considered for other jobs. `None`: there is no such job.
    pub async fn candidates_for_job(&self, job_id: Uuid) -> Result<Option<Ranked<CandidateMatch>>, Fault> {
        let Some(job) = self.job(job_id).await? else { return Ok(None) };
        let mut people = self.inner.store.people(job_id, MOST_PEOPLE + 1).await?;
        let truncated = people.len() > MOST_PEOPLE;
        people.truncate(MOST_PEOPLE);
        let items = rank_candidates(&job, &people).into_iter().filter_map(|found| {
            let person = people.iter().find(|p| p.candidate.id == found.id)?;
            Some(CandidateMatch {
                candidate_id: found.id,
                candidate_name: person.candidate.name.clone(),
                applied: person.applied,
                agreed: person.agreed,
                score: found.score,
                parts: found.parts,
            })
        });
        Ok(Some(Ranked { items: items.collect(), truncated }))
    }

    /// Which open jobs fit a person. Of who did not agree to be considered for other jobs: those they applied for, each by
    /// what they wrote there. `None`: there is no such candidate.
    pub async fn jobs_for_candidate(&self, candidate_id: Uuid) -> Result<Option<Ranked<JobMatch>>, Fault> {
        let Some(person) = self.inner.store.person(candidate_id).await? else { return Ok(None) };
        let jobs = self.inner.store.open_jobs().await?;
        let truncated = jobs.len() >= MOST_JOBS;
        let ranked = if person.agreed { rank_jobs(&person, &jobs) } else { each_by_its_own(&person, &jobs) };
        let items = ranked.into_iter().filter_map(|found| {
            let job = jobs.iter().find(|j| j.id == found.id)?;
            Some(JobMatch {
                job_id: job.id,
                slug: job.slug.clone(),
                title: job.title.clone(),
                applied: person.answers.iter().any(|p| p.job_id == job.id),
                score: found.score,
                parts: found.parts,
            })
        });
        Ok(Some(Ranked { items: items.collect(), truncated }))
    }
}

/// The jobs they applied for, none by what was written for another.
fn each_by_its_own(person: &Person, jobs: &[Job]) -> Vec<Match> {
    let mut out = Vec::new();
    for job in jobs {
        let mut here = person.clone();
        here.answers.retain(|p| p.job_id == job.id);
        if !here.answers.is_empty() {
            out.extend(rank_jobs(&here, std::slice::from_ref(job)));
        }
    }
    out.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    out
}
