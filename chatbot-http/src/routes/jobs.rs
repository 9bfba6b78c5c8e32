//! Jobs and their questions. The body is the job file, as JSON.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::access::Actor;
use chatbot_core::chatbot::JobError;
use chatbot_core::recruiting::job_file::{JobFile, JobFileError, JobPatch, Prescreen};
use chatbot_core::recruiting::job_view::JobView;
use chatbot_core::recruiting::{Job, JobStatus};
use serde_json::{Value, json};

use crate::app::App;
use crate::json;
use crate::params::{Id, List, Params, one_more};
use crate::policy::Staff;
use crate::problem::{Answer, Problem};

fn job_example() -> Value {
    json!({ "title": "Rust Engineer", "slug": "rust-engineer", "location": "Berlin or remote", "prescreen": prescreen_example() })
}

fn prescreen_example() -> Value {
    json!({ "questions": [{ "text": "How many years have you worked with Rust?", "kind": "number", "rule": { "min": 3, "unit": "years" }, "must_have": true }] })
}

fn patch_example() -> Value {
    json!({ "title": "Senior Rust Engineer", "status": "open" })
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Fault(fault) => fault.into(),
            JobError::NotFound => Self::not_found(),
            JobError::SlugTaken(slug) => Self::new(StatusCode::CONFLICT, "slug_taken", format!("There is a job `{slug}` already."))
                .field("slug")
                .example(json!(format!("{slug}-2"))),
            JobError::Invalid(error) => error.into(),
            other => {
                tracing::error!(error = %other, "a job error without an answer of its own");
                Self::internal()
            }
        }
    }
}

impl From<JobFileError> for Problem {
    fn from(error: JobFileError) -> Self {
        let detail = if error.field.is_empty() { error.problem } else { format!("`{}`: {}", error.field, error.problem) };
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_job", detail);
        let problem = if error.field.is_empty() { problem } else { problem.field(error.field) };
        match error.example {
            // Most examples are JSON; what isn't is shown as it is.
            Some(example) => problem.example(example.parse::<Value>().unwrap_or(Value::String(example))),
            None => problem,
        }
    }
}

/// Lists jobs, newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs",
    params(("status" = Option<String>, Query, description = "`open` or `closed`."), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Jobs.", body = ref("#/components/schemas/JobList"))))]
pub(crate) async fn list_jobs(State(app): State<App>, mut params: Params) -> Answer<Json<List<JobView>>> {
    let status = params.one_of("status", &[("open", JobStatus::Open), ("closed", JobStatus::Closed)])?;
    let page = params.page()?;
    params.finish()?;
    let jobs = app.chatbot.jobs(status, one_more(page)).await?;
    Ok(Json(List::new(jobs.iter().map(JobView::from).collect(), page)))
}

/// Creates a job with its questions.
#[utoipa::path(post, path = "/jobs", tag = "jobs", request_body = ref("#/components/schemas/JobFile"),
    responses((status = 201, description = "Created.", body = ref("#/components/schemas/Job"))))]
pub(crate) async fn create_job(State(app): State<App>, Staff(actor): Staff, request: Request) -> Answer<Response> {
    let file = JobFile::from_json_value(json::value(request, &job_example()).await?)?;
    let job = app.chatbot.create_job(&file, false).await?;
    noted(&app, "job_created", &job, &actor).await?;
    let place = HeaderValue::from_str(&format!("{}/jobs/{}", app.base, job.id)).map_err(|_| Problem::internal())?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], served(&job)).into_response())
}

/// Reads a job.
#[utoipa::path(get, path = "/jobs/{job_id}", tag = "jobs", params(("job_id" = Uuid, Path)),
    responses((status = 200, description = "The job.", body = ref("#/components/schemas/Job"))))]
pub(crate) async fn get_job(State(app): State<App>, Id(id): Id) -> Answer<Json<JobView>> {
    let job = app.chatbot.job(id).await?.ok_or_else(Problem::not_found)?;
    Ok(served(&job))
}

/// Changes a job. Fields that are absent stay.
#[utoipa::path(patch, path = "/jobs/{job_id}", tag = "jobs", params(("job_id" = Uuid, Path)), request_body = ref("#/components/schemas/JobPatch"),
    responses((status = 200, description = "The job as it is now.", body = ref("#/components/schemas/Job"))))]
pub(crate) async fn patch_job(State(app): State<App>, Staff(actor): Staff, Id(id): Id, request: Request) -> Answer<Json<JobView>> {
    let patch = JobPatch::from_json_value(json::value(request, &patch_example()).await?)?;
    let job = app.chatbot.update_job(id, &patch).await?;
    noted(&app, "job_changed", &job, &actor).await?;
    Ok(served(&job))
}

/// Replaces a job's questions by a new version; running applications keep theirs.
#[utoipa::path(put, path = "/jobs/{job_id}/questions", tag = "jobs", params(("job_id" = Uuid, Path)), request_body = ref("#/components/schemas/Prescreen"),
    responses((status = 200, description = "The job with its new questions.", body = ref("#/components/schemas/Job"))))]
pub(crate) async fn put_questions(State(app): State<App>, Staff(actor): Staff, Id(id): Id, request: Request) -> Answer<Json<JobView>> {
    let prescreen = Prescreen::from_json_value(json::value(request, &prescreen_example()).await?)?;
    let job = app.chatbot.put_questions(id, &prescreen).await?;
    noted(&app, "questions_changed", &job, &actor).await?;
    Ok(served(&job))
}

/// Whose rules score whom can be asked later: who changed a job stands in the activity log.
async fn noted(app: &App, what: &str, job: &Job, by: &Actor) -> Answer<()> {
    let detail = json!({ "job_id": job.id, "status": job.status, "question_set_version": job.question_set_version });
    Ok(app.chatbot.note_done(what, detail, by).await?)
}

fn served(job: &Job) -> Json<JobView> {
    Json(JobView::from(job))
}
