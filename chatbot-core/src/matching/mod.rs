//! Who fits which job, and why: a ranking by rules, with a sentence for every part. No model, no clock, no chance: the same
//! people and jobs give the same list in whatever order they come, and what one pair scores says nothing about another.
//!
//! A [`Match`] is the weighted mean of its [`Part`]s that can be told:
//!
//! | part | weight | what is compared |
//! |---|---|---|
//! | skills | 40 | what the person names (skills, positions, degrees, answers) with what the job asks (title, questions, keywords, options), and half a point for each word of its description |
//! | prescreen | 30 | earlier answers to the same questions, by this job's rules |
//! | experience | 10 | years, with the job's rules in years |
//! | title | 10 | earlier positions with the job's title |
//! | place | 5 | where they live with where the work is; remote work fits everybody |
//! | languages | 5 | languages spoken with those the job asks for |
//!
//! What isn't known is said ("no years known") and leaves the mean; it is not a zero. Place and languages count beside one of
//! the others only: living in the right town is no match by itself. A must-have known to fail caps the score at 40. Nobody is
//! ruled out: a person decides.
//!
//! **Never looked at**: names, contact data, photos, and words for age, gender, nationality, family, religion, health
//! (`words` drops them on both sides).

mod demand;
mod evidence;
mod parts;
mod prescreen;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Ordering;

use async_trait::async_trait;
use serde::Serialize;
use uuid::Uuid;

use crate::fault::Fault;
use crate::recruiting::{Answer, Candidate, Job, Question};

use demand::Demand;
use evidence::Evidence;

/// People ranked for one job, at most: the most recently changed. Beyond it a list says that it is cut short.
pub const MOST_PEOPLE: usize = 2000;
/// Open jobs ranked for one person, at most: the newest.
pub const MOST_JOBS: usize = 500;
/// The most a match scores with a must-have that is known to fail.
const CAP_WHEN_FAILED: f64 = 40.0;

/// An answer given to any job, with its question.
#[derive(Debug, Clone, PartialEq)]
pub struct PastAnswer {
    /// The application it belongs to.
    pub application_id: Uuid,
    /// That application's job.
    pub job_id: Uuid,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub answer: Answer,
}

/// What may be known of a person when they are matched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// The record.
    pub candidate: Candidate,
    /// Their answers that were read, newest first. Of someone who did not agree to other jobs: those to the job at hand.
    pub answers: Vec<PastAnswer>,
    /// Whether they agreed to be considered for other jobs, and didn't opt out since.
    pub agreed: bool,
    /// Whether they applied for the job at hand.
    pub applied: bool,
}

/// What matching reads. Nothing here writes.
#[async_trait]
pub trait MatchStore: Send + Sync {
    /// Open jobs with their newest questions, newest first, at most [`MOST_JOBS`].
    async fn open_jobs(&self) -> Result<Vec<Job>, Fault>;
    /// A job by its slug, open or closed.
    async fn job_by_slug(&self, slug: &str) -> Result<Option<Job>, Fault>;
    /// Who may be ranked for a job: its own applicants, and people who agreed to be considered for other jobs (their newest
    /// decision is a yes, they haven't opted out, and aren't of the demo); the most recently changed first, at most `limit`.
    async fn people(&self, job_id: Uuid, limit: usize) -> Result<Vec<Person>, Fault>;
    /// A person with every answer of theirs that was read; none: there is no such candidate.
    async fn person(&self, candidate_id: Uuid) -> Result<Option<Person>, Fault>;
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartName {
    /// What the person can do with what the job asks.
    Skills,
    /// Earlier answers with the job's rules.
    Prescreen,
    /// Years.
    Experience,
    /// Earlier positions.
    Title,
    /// Where.
    Place,
    /// Languages spoken.
    Languages,
}

impl PartName {
    /// Its share of the score.
    pub fn weight(self) -> f64 {
        match self {
            Self::Skills => 40.0,
            Self::Prescreen => 30.0,
            Self::Experience | Self::Title => 10.0,
            Self::Place | Self::Languages => 5.0,
        }
    }

    /// Whether it may carry a score without another.
    fn stands_alone(self) -> bool {
        !matches!(self, Self::Place | Self::Languages)
    }
}

/// One part of a match.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// Which.
    pub name: PartName,
    /// 0–100; none: it can't be told, and doesn't count.
    pub score: Option<f64>,
    /// A sentence for a recruiter, without its subject: `names Rust and PostgreSQL, which the job asks for`.
    pub reason: String,
    /// What matched, in the job's words: for a sentence of one's own.
    #[serde(skip)]
    pub words: Vec<String>,
}

/// How well a person and a job fit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Match {
    /// The job's id or the person's, whichever was ranked.
    pub id: Uuid,
    /// 0–100 to two decimals.
    pub score: f64,
    /// How much of the weights could be told, 0–1; breaks ties.
    pub known: f64,
    /// Whether a must-have is known to fail.
    pub must_have_fails: bool,
    /// The parts, in the order of their weights.
    pub parts: Vec<Part>,
}

impl Match {
    /// A part.
    pub fn part(&self, name: PartName) -> Option<&Part> {
        self.parts.iter().find(|p| p.name == name)
    }
}

/// Jobs for a person, best first.
pub fn rank_jobs(person: &Person, jobs: &[Job]) -> Vec<Match> {
    let evidence = Evidence::of(person);
    ranked(jobs.iter().map(|job| pair(job.id, person, &evidence, job, &Demand::of(job))).collect())
}

/// People for a job, best first.
pub fn rank_candidates(job: &Job, people: &[Person]) -> Vec<Match> {
    let demand = Demand::of(job);
    ranked(people.iter().map(|person| pair(person.candidate.id, person, &Evidence::of(person), job, &demand)).collect())
}

fn pair(id: Uuid, person: &Person, evidence: &Evidence, job: &Job, demand: &Demand) -> Match {
    let answered = prescreen::compare(job, person);
    let parts = vec![
        parts::skills(evidence, demand),
        answered.part,
        parts::experience(person, job),
        parts::title(person, job),
        parts::place(person, job),
        parts::languages(person, job),
    ];
    let known = || parts.iter().filter_map(|p| p.score.map(|score| (p.name, score)));
    let weight: f64 = known().map(|(name, _)| name.weight()).fold(0.0, |all, weight| all + weight);
    let carried = known().any(|(name, _)| name.stands_alone());
    let sum: f64 = known().map(|(name, score)| name.weight() * score).fold(0.0, |all, points| all + points);
    let mean = if carried && weight > 0.0 { sum / weight } else { 0.0 };
    let score = if answered.must_have_fails { mean.min(CAP_WHEN_FAILED) } else { mean };
    Match { id, score: two_decimals(score), known: weight / 100.0, must_have_fails: answered.must_have_fails, parts }
}

/// Best first; between equals whoever more is known of, then by id, so that no order of reading shows.
fn ranked(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by(|a, b| descending(a.score, b.score).then(descending(a.known, b.known)).then(a.id.cmp(&b.id)));
    matches
}

fn descending(a: f64, b: f64) -> Ordering {
    b.total_cmp(&a)
}

fn two_decimals(n: f64) -> f64 {
    (n.clamp(0.0, 100.0) * 100.0).round() / 100.0
}
