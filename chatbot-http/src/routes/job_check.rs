//! Looking at questions before they are put in place: what is wrong, what had better not be, what it would change.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use chatbot_core::chatbot::{Line, Rehearsal, RehearsalError, WhatIf};
use chatbot_core::recruiting::job_file::{JobFile, JobFileError, Prescreen};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::json;
use crate::params::Id;
use crate::problem::{Answer, Problem};

fn example() -> Value {
    json!({ "title": "Rust Engineer", "prescreen": { "questions": [{ "text": "Do you have a driving licence?", "kind": "yes_no" }] } })
}

/// What there is to say about a job file.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    /// Whether it could be put in place.
    valid: bool,
    /// What keeps it from that.
    error: Option<Wrong>,
    /// What had better not be: questions the law has views on, rules without effect.
    warnings: Vec<String>,
}

/// What is wrong, and where.
#[derive(Debug, Serialize)]
struct Wrong {
    field: String,
    problem: String,
    example: Option<String>,
}

impl From<JobFileError> for Wrong {
    fn from(error: JobFileError) -> Self {
        Self { field: error.field, problem: error.problem, example: error.example }
    }
}

/// Checks a job file without keeping it.
#[utoipa::path(post, path = "/jobs/check", tag = "jobs", request_body = ref("#/components/schemas/JobFile"),
    responses((status = 200, description = "What is wrong with it, and what had better not be.", body = ref("#/components/schemas/Checked"))))]
pub(crate) async fn check_job(request: Request) -> Answer<Json<Checked>> {
    let value = json::value(request, &example()).await?;
    Ok(Json(match JobFile::from_json_value(value).and_then(|file| file.validate().map(|()| file)) {
        Ok(file) => Checked { valid: true, error: None, warnings: file.lint() },
        Err(error) => Checked { valid: false, error: Some(error.into()), warnings: Vec::new() },
    }))
}

/// Lines a rehearsal takes: a long conversation has some twenty.
const LINES: usize = 60;
/// Letters of one of them.
const LETTERS: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Play {
    job: Value,
    #[serde(default)]
    lines: Vec<Line>,
}

/// Plays a job's chat as a candidate would have it. Nothing is kept.
///
/// The bot that answers is the real one, in a memory of its own: no row is written, no model asked, nobody told.
#[utoipa::path(post, path = "/jobs/preview", tag = "jobs", request_body = ref("#/components/schemas/Play"),
    responses((status = 200, description = "What was said, and the points it made.", body = ref("#/components/schemas/Rehearsal"))))]
pub(crate) async fn preview_job(State(app): State<App>, request: Request) -> Answer<Json<Rehearsal>> {
    let example = json!({ "job": example(), "lines": [{ "content": "Yes", "button": "yes" }] });
    let body = json::value(request, &example).await?;
    // serde would take a list for a line, its items for the fields in their order.
    if body.get("lines").and_then(Value::as_array).is_some_and(|lines| !lines.iter().all(Value::is_object)) {
        return Err(Problem::invalid("lines", "should be a list of objects", json!([{ "content": "Yes", "button": "yes" }])));
    }
    let Play { job, lines } = json::typed(body, &example)?;
    if lines.len() > LINES || lines.iter().any(|line| line.content.chars().count() > LETTERS) {
        let detail = format!("A preview takes {LINES} lines of {LETTERS} letters.");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", detail).field("lines"));
    }
    let file = JobFile::from_json_value(job)?;
    app.chatbot.rehearse(&file, &lines).await.map(Json).map_err(|error| match error {
        RehearsalError::Job(error) => error.into(),
        RehearsalError::Line(error) => error.into(),
        RehearsalError::Fault(fault) => fault.into(),
        error => {
            tracing::error!(%error, "a job can't be rehearsed");
            Problem::internal()
        }
    })
}

/// Tries other questions on the answers that are there. Nothing is written.
///
/// An answer belongs to the question of the same words and kind; at most 200 applications are looked at, best first.
#[utoipa::path(post, path = "/jobs/{job_id}/what-if", tag = "jobs", params(("job_id" = Uuid, Path)),
    request_body = ref("#/components/schemas/Prescreen"),
    responses((status = 200, description = "What would become of each application.", body = ref("#/components/schemas/WhatIf"))))]
pub(crate) async fn what_if(State(app): State<App>, Id(id): Id, request: Request) -> Answer<Json<WhatIf>> {
    let prescreen = Prescreen::from_json_value(json::value(request, &json!({ "questions": [] })).await?)?;
    Ok(Json(app.chatbot.what_if(id, &prescreen).await?))
}
