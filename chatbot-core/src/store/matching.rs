//! What matching may see, over the rows: people who agreed, or applied.

use std::collections::HashMap;

use async_trait::async_trait;
use uuid::Uuid;

use super::handle::Store;
use super::rows::Page;
use crate::fault::Fault;
use crate::matching::{MOST_JOBS, MatchStore, PastAnswer, Person};
use crate::privacy::ConsentKind;
use crate::recruiting::{Job, JobStatus};

#[async_trait]
impl MatchStore for Store {
    async fn open_jobs(&self) -> Result<Vec<Job>, Fault> {
        let page = Page { limit: i64::try_from(MOST_JOBS).unwrap_or(i64::MAX), offset: 0 };
        Ok(self.reader().await?.jobs(Some(JobStatus::Open), page).await?)
    }

    async fn job_by_slug(&self, slug: &str) -> Result<Option<Job>, Fault> {
        Ok(self.reader().await?.job_by_slug(slug).await?)
    }

    async fn people(&self, job_id: Uuid, limit: usize) -> Result<Vec<Person>, Fault> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = self.reader().await?;
        let mut people = rows.people_to_match(job_id, limit).await?;
        let mut answers: HashMap<Uuid, Vec<PastAnswer>> = HashMap::new();
        for (whose, past) in rows.answers_to_match(job_id, limit).await? {
            answers.entry(whose).or_default().push(past);
        }
        for person in &mut people {
            person.answers = answers.remove(&person.candidate.id).unwrap_or_default();
            // Between the two reads somebody may have taken their yes back.
            person.answers.retain(|p| person.agreed || p.job_id == job_id);
        }
        Ok(people)
    }

    async fn person(&self, candidate_id: Uuid) -> Result<Option<Person>, Fault> {
        let mut rows = self.reader().await?;
        let Some(candidate) = rows.candidate(candidate_id).await? else { return Ok(None) };
        let decisions = rows.consents(candidate_id).await?;
        let newest = decisions.iter().rev().find(|c| c.kind == ConsentKind::OtherJobs);
        let agreed = newest.is_some_and(|c| c.given) && candidate.opted_out_at.is_none() && !candidate.demo;
        let answers = rows.past_answers(candidate_id).await?;
        Ok(Some(Person { candidate, answers, agreed, applied: false }))
    }
}
