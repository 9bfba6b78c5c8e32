//! Jobs and the versions of their question sets.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, Statement, many, sql};
use super::keys;
use crate::recruiting::{Job, JobStatus, Question};
use crate::store::StoreError;
use crate::store::rows::{Page, Result};

macro_rules! job_columns {
    () => {
        "id, slug, title, employer, contact, privacy_url, owner, timezone, hours, location, description, facts, next_step, status, \
         on_must_have_fail, model_reading, question_set_version, demo, created_at, updated_at"
    };
}

macro_rules! question_columns {
    () => {
        "q.id, q.job_id, q.set_version, q.question_order, q.question_text, q.kind, q.options, q.multiple, q.rule, q.required, q.weight, q.must_have"
    };
}

impl Record for Job {
    const TABLE: &'static str = "jobs";

    /// Without its questions, which are rows of their own.
    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        let facts: String = row.get("facts")?;
        Ok(Self {
            id: row.get("id")?,
            slug: row.get("slug")?,
            title: row.get("title")?,
            employer: row.get("employer")?,
            contact: row.get("contact")?,
            privacy_url: row.get("privacy_url")?,
            owner: row.get("owner")?,
            timezone: row.get("timezone")?,
            hours: row.get("hours")?,
            location: row.get("location")?,
            description: row.get("description")?,
            facts: serde_json::from_str(&facts).map_err(|_| row.unknown("facts", "JSON of another shape"))?,
            next_step: row.opt_json("next_step")?,
            status: row.name("status")?,
            on_must_have_fail: row.name("on_must_have_fail")?,
            model_reading: row.get("model_reading")?,
            question_set_version: row.get("question_set_version")?,
            questions: Vec::new(),
            demo: row.get("demo")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// A question with the job it belongs to.
struct OfJob(Uuid, Question);

impl Record for OfJob {
    const TABLE: &'static str = "job_prescreen_questions";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self(row.get("job_id")?, question(row)?))
    }
}

/// The columns of `question_columns!` as a question.
pub(super) fn question<E: Engine>(row: &Columns<'_, E>) -> Result<Question> {
    Ok(Question {
        id: row.get("id")?,
        question_order: row.get("question_order")?,
        text: row.get("question_text")?,
        kind: row.name("kind")?,
        options: row.json("options")?,
        multiple: row.get("multiple")?,
        rule: row.opt_json("rule")?,
        required: row.get("required")?,
        weight: row.get("weight")?,
        must_have: row.get("must_have")?,
    })
}

/// A job with the version of its questions that somebody answers.
pub(super) struct OfVersion(pub(super) i64, pub(super) Job);

impl Record for OfVersion {
    const TABLE: &'static str = "jobs";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self(row.get("version")?, Job::read(row)?))
    }
}

/// A question as a version of a job's set has it.
pub(super) struct AsOf {
    pub(super) job_id: Uuid,
    pub(super) version: i64,
    pub(super) question: Question,
}

impl Record for AsOf {
    const TABLE: &'static str = "job_prescreen_questions";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { job_id: row.get("job_id")?, version: row.get("set_version")?, question: question(row)? })
    }
}

/// What the applications of `v (k_id)` are for, each once.
macro_rules! applied_for {
    () => {
        "(select distinct a.job_id as of_job, a.question_set_version as version from v {applications a: a.id = k_id}) w"
    };
}

const JOBS_OF_APPLICATIONS: &str = concat!("select version, ", job_columns!(), " from ", applied_for!(), " {jobs: id = of_job}");

/// The jobs that applications are for, each with the version of the questions.
pub(super) fn jobs_of_applications(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), JOBS_OF_APPLICATIONS)
}

const QUESTIONS_OF_APPLICATIONS: &str = concat!(
    "select ",
    question_columns!(),
    " from ",
    applied_for!(),
    " {job_prescreen_questions q: q.job_id = of_job and q.set_version = version} order by q.job_id, q.set_version, q.question_order"
);

/// The questions that applications answer, in their order.
pub(super) fn questions_of_applications(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), QUESTIONS_OF_APPLICATIONS)
}

/// Text, in the order the recruiter wrote: jsonb would sort it.
fn facts(facts: &Map<String, Value>) -> Result<String> {
    serde_json::to_string(facts).map_err(|e| StoreError::Broken(e.to_string()))
}

/// Every column in the order of `job_columns!`.
fn bind_job<E: Engine>(statement: Statement<E>, job: &Job) -> Result<Statement<E>> {
    Ok(statement
        .bind(job.id)
        .text(&job.slug)
        .text(&job.title)
        .opt_text(job.employer.as_deref())
        .opt_text(job.contact.as_deref())
        .opt_text(job.privacy_url.as_deref())
        .opt_text(job.owner.as_deref())
        .opt_text(job.timezone.as_deref())
        .opt_text(job.hours.as_deref())
        .opt_text(job.location.as_deref())
        .opt_text(job.description.as_deref())
        .text(&facts(&job.facts)?)
        .opt_json(job.next_step.as_ref())
        .text(job.status.as_str())
        .text(job.on_must_have_fail.as_str())
        .bind(job.model_reading)
        .bind(job.question_set_version)
        .bind(job.demo)
        .time(job.created_at)
        .time(job.updated_at))
}

const INSERT_JOB: &str = concat!(
    "insert into jobs (",
    job_columns!(),
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
);

pub(super) async fn insert_job<E: Engine>(c: &mut E::Connection, job: &Job) -> Result<()> {
    bind_job(sql::<E>(INSERT_JOB), job)?.run(c).await?;
    insert_questions::<E>(c, job.id, job.question_set_version, &job.questions).await
}

const UPDATE_JOB: &str = "update jobs set slug = $2, title = $3, employer = $4, contact = $5, privacy_url = $6, owner = $7, timezone = $8, \
     hours = $9, location = $10, description = $11, facts = $12, next_step = $13, status = $14, on_must_have_fail = $15, model_reading = $16, \
     question_set_version = $17, demo = $18, created_at = $19, updated_at = $20 where id = $1";

pub(super) async fn update_job<E: Engine>(c: &mut E::Connection, job: &Job) -> Result<()> {
    let touched = bind_job(sql::<E>(UPDATE_JOB), job)?.run(c).await?;
    super::one_row(touched, "jobs")
}

const INSERT_QUESTION: &str = "insert into job_prescreen_questions \
     (id, job_id, set_version, question_order, question_text, kind, options, multiple, rule, required, weight, must_have) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

pub(super) async fn insert_questions<E: Engine>(c: &mut E::Connection, job_id: Uuid, version: i64, questions: &[Question]) -> Result<()> {
    for question in questions {
        sql::<E>(INSERT_QUESTION)
            .bind(question.id)
            .bind(job_id)
            .bind(version)
            .bind(question.question_order)
            .text(&question.text)
            .text(question.kind.as_str())
            .json(&question.options)
            .bind(question.multiple)
            .opt_json(question.rule.as_ref())
            .bind(question.required)
            .bind(question.weight)
            .bind(question.must_have)
            .run(c)
            .await?;
    }
    Ok(())
}

const JOB: &str = concat!("select ", job_columns!(), " from jobs where id = $1");

pub(super) async fn job<E: Engine>(c: &mut E::Connection, id: Uuid, version: Option<i64>) -> Result<Option<Job>> {
    let Some(mut job) = sql::<E>(JOB).bind(id).optional::<Job>(c).await? else { return Ok(None) };
    if let Some(version) = version {
        job.question_set_version = version;
    }
    with_questions::<E>(c, job).await.map(Some)
}

const JOB_BY_SLUG: &str = concat!("select ", job_columns!(), " from jobs where slug = $1");

pub(super) async fn job_by_slug<E: Engine>(c: &mut E::Connection, slug: &str) -> Result<Option<Job>> {
    let Some(job) = sql::<E>(JOB_BY_SLUG).text(slug).optional::<Job>(c).await? else { return Ok(None) };
    with_questions::<E>(c, job).await.map(Some)
}

const QUESTIONS: &str = concat!(
    "select ",
    question_columns!(),
    " from job_prescreen_questions q where q.job_id = $1 and q.set_version = $2 order by q.question_order"
);

async fn with_questions<E: Engine>(c: &mut E::Connection, mut job: Job) -> Result<Job> {
    let questions: Vec<OfJob> = sql::<E>(QUESTIONS).bind(job.id).bind(job.question_set_version).all(c).await?;
    job.questions = questions.into_iter().map(|OfJob(_, question)| question).collect();
    Ok(job)
}

const JOBS: &str = concat!("select ", job_columns!(), " from jobs order by created_at desc, id desc limit $1 offset $2");
const JOBS_IN: &str =
    concat!("select ", job_columns!(), " from jobs where status = $3 order by created_at desc, id desc limit $1 offset $2");

/// The questions of a page of jobs, in one statement however long the page.
const QUESTIONS_OF_JOBS: &str = concat!(
    "with page as (select id, question_set_version from jobs order by created_at desc, id desc limit $1 offset $2) select ",
    question_columns!(),
    " from page join job_prescreen_questions q on q.job_id = page.id and q.set_version = page.question_set_version order by q.question_order"
);
const QUESTIONS_OF_JOBS_IN: &str = concat!(
    "with page as (select id, question_set_version from jobs where status = $3 order by created_at desc, id desc limit $1 offset $2) select ",
    question_columns!(),
    " from page join job_prescreen_questions q on q.job_id = page.id and q.set_version = page.question_set_version order by q.question_order"
);

pub(super) async fn jobs<E: Engine>(c: &mut E::Connection, status: Option<JobStatus>, page: Page) -> Result<Vec<Job>> {
    let (jobs, questions) = if status.is_some() { (JOBS_IN, QUESTIONS_OF_JOBS_IN) } else { (JOBS, QUESTIONS_OF_JOBS) };
    let paged = |text| {
        let statement = sql::<E>(text).bind(page.limit).bind(page.offset);
        match status {
            Some(status) => statement.text(status.as_str()),
            None => statement,
        }
    };
    let mut jobs: Vec<Job> = paged(jobs).all(c).await?;
    let questions: Vec<OfJob> = paged(questions).all(c).await?;
    for OfJob(job_id, question) in questions {
        if let Some(job) = jobs.iter_mut().find(|j| j.id == job_id) {
            job.questions.push(question);
        }
    }
    Ok(jobs)
}
