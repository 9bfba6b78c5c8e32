//! A job as the API serves it: the job file's shape, plus ids.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::job::{Job, JobStatus, NextStep, OnMustHaveFail};
use super::question::Question;

/// `GET /jobs/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobView {
    /// Its id.
    pub id: Uuid,
    /// Its name in links.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Who employs.
    pub employer: Option<String>,
    /// How to apply without the bot.
    pub contact: Option<String>,
    /// The privacy notice.
    pub privacy_url: Option<String>,
    /// Whom escalations reach.
    pub owner: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// When a person answers.
    pub hours: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// What the work is.
    pub description: Option<String>,
    /// What the job FAQ may say.
    pub facts: Map<String, Value>,
    /// What comes after.
    pub next_step: Option<NextStep>,
    /// Open or closed.
    pub status: JobStatus,
    /// Which version of the questions this is.
    pub question_set_version: i64,
    /// The questions and how they are dealt with.
    pub prescreen: PrescreenView,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// `prescreen` of a served job; its questions carry their ids and their place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrescreenView {
    /// `finish` or `stop`.
    pub on_must_have_fail: OnMustHaveFail,
    /// May a model help to read an unclear answer.
    pub model_reading: bool,
    /// In the order they are asked.
    pub questions: Vec<Question>,
}

impl From<&Job> for JobView {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id,
            slug: job.slug.clone(),
            title: job.title.clone(),
            employer: job.employer.clone(),
            contact: job.contact.clone(),
            privacy_url: job.privacy_url.clone(),
            owner: job.owner.clone(),
            timezone: job.timezone.clone(),
            hours: job.hours.clone(),
            location: job.location.clone(),
            description: job.description.clone(),
            facts: job.facts.clone(),
            next_step: job.next_step.clone(),
            status: job.status,
            question_set_version: job.question_set_version,
            prescreen: PrescreenView {
                on_must_have_fail: job.on_must_have_fail,
                model_reading: job.model_reading,
                questions: job.questions.clone(),
            },
            created_at: job.created_at,
            updated_at: job.updated_at,
        }
    }
}
