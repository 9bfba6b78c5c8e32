//! Jobs, and the questions of every version.

use std::cmp::Reverse;

use uuid::Uuid;

use super::constraint::{there, unique};
use super::{Tables, page};
use crate::recruiting::{Job, JobStatus, Question};
use crate::store::rows::{Page, Result};

pub(crate) fn insert(t: &mut Tables, job: &Job) -> Result<()> {
    unique(!t.jobs.contains(&job.id), "jobs.id")?;
    put(t, job)?;
    insert_questions(t, job.id, job.question_set_version, &job.questions)
}

pub(crate) fn update(t: &mut Tables, job: &Job) -> Result<()> {
    t.need_job(job.id)?;
    put(t, job)
}

fn put(t: &mut Tables, job: &Job) -> Result<()> {
    unique(t.jobs.values().all(|other| other.id == job.id || other.slug != job.slug), "jobs_slug")?;
    t.jobs.put(job.id, Job { questions: Vec::new(), ..job.clone() });
    Ok(())
}

pub(crate) fn insert_questions(t: &mut Tables, job_id: Uuid, version: i64, questions: &[Question]) -> Result<()> {
    there(t.jobs.contains(&job_id), "job")?;
    for question in questions {
        let key = (job_id, version, question.question_order);
        unique(t.questions.values().all(|other| other.id != question.id), "job_prescreen_questions.id")?;
        unique(!t.questions.contains(&key), "job_prescreen_questions_job_id_set_version_question_order")?;
        t.questions.put(key, question.clone());
    }
    Ok(())
}

/// A job with the questions of this version.
fn with_questions(t: &Tables, job: &Job, version: i64) -> Job {
    let questions = t.questions.range((job.id, version, i64::MIN)..=(job.id, version, i64::MAX)).cloned().collect();
    Job { question_set_version: version, questions, ..job.clone() }
}

pub(crate) fn get(t: &Tables, id: Uuid, version: Option<i64>) -> Option<Job> {
    t.jobs.get(&id).map(|job| with_questions(t, job, version.unwrap_or(job.question_set_version)))
}

pub(crate) fn by_slug(t: &Tables, slug: &str) -> Option<Job> {
    t.jobs.values().find(|job| job.slug == slug).map(|job| with_questions(t, job, job.question_set_version))
}

pub(crate) fn list(t: &Tables, status: Option<JobStatus>, wanted: Page) -> Vec<Job> {
    let mut jobs: Vec<_> = t.jobs.values().filter(|job| status.is_none_or(|status| job.status == status)).collect();
    jobs.sort_by_key(|job| Reverse((job.created_at, job.id)));
    page(&jobs, wanted).iter().map(|job| with_questions(t, job, job.question_set_version)).collect()
}
