//! Jobs: the list, a new one, one with its questions.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chatbot_core::access::Role;
use chatbot_core::recruiting::JobStatus;
use chatbot_core::recruiting::job_file::JobFile;

use super::console::{open_actions, time};
use super::{NoPage, PAGE};
use crate::app::App;
use crate::params::Id;
use crate::policy::{Caller, Staff};
use crate::problem::Problem;
use crate::web::job_editor::{JobEditorView, JobRow, JobsView};
use crate::web::respond;

/// `GET /console/jobs`.
pub(crate) async fn jobs(State(app): State<App>, caller: Caller, Staff(actor): Staff) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let jobs = app.chatbot.jobs(None, PAGE).await.map_err(&fault)?;
    let view = JobsView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        jobs: jobs
            .into_iter()
            .map(|job| JobRow {
                id: job.id.to_string(),
                slug: job.slug,
                title: job.title,
                location: job.location,
                open: job.status == JobStatus::Open,
                demo: job.demo,
                questions: job.questions.len(),
                updated_at: time(job.updated_at),
            })
            .collect(),
        can_work: actor.role >= Role::Recruiter,
    };
    Ok(respond(StatusCode::OK, &view))
}

/// `GET /console/jobs/new`.
pub(crate) async fn new_job(State(app): State<App>, caller: Caller, Staff(actor): Staff) -> Result<Response, NoPage> {
    let view = JobEditorView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(NoPage::fault(&app))?,
        title: "New job".to_owned(),
        file: r#"{"title":"","prescreen":{"questions":[]}}"#.to_owned(),
        can_work: true,
        ..JobEditorView::default()
    };
    Ok(respond(StatusCode::OK, &view))
}

/// `GET /console/jobs/{job_id}`.
pub(crate) async fn edit_job(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    id: Result<Id, Problem>,
) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let Ok(Id(id)) = id else { return Err(NoPage::absent(&app)) };
    let job = app.chatbot.job(id).await.map_err(&fault)?.ok_or_else(|| NoPage::absent(&app))?;
    let view = JobEditorView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        job_id: Some(id.to_string()),
        // Nouns of ours always serialise.
        file: serde_json::to_string(&JobFile::from_job(&job)).unwrap_or_default(),
        open: job.status == JobStatus::Open,
        version: job.question_set_version,
        slug: job.slug,
        title: job.title,
        can_work: actor.role >= Role::Recruiter,
    };
    Ok(respond(StatusCode::OK, &view))
}
