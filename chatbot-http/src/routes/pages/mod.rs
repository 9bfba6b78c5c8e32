//! Pages for candidates. What is on them comes from the same calls as the API's answers.

pub(crate) mod account;
pub(crate) mod candidate;
pub(crate) mod console;
pub(crate) mod conversations;
pub(crate) mod dashboard;
pub(crate) mod jobs;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chatbot_core::fault::Fault;
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{Job, JobStatus};
use serde_json::Value;

use crate::app::App;
use crate::problem::Problem;
use crate::web::demo::DemoView;
use crate::web::error::ErrorView;
use crate::web::job::{Fact, FrameView, JobText, JobView};
use crate::web::portal::{JobCard, PortalView};
use crate::web::{respond, respond_framed};

/// As many as a page shows.
const PAGE: Page = Page { limit: 500, offset: 0 };

/// A page that could not be shown, as a page.
pub(crate) struct NoPage {
    base: String,
    why: Why,
}

enum Why {
    Absent,
    Fault(Fault),
}

impl NoPage {
    pub(crate) fn absent(app: &App) -> Self {
        Self { base: app.base.clone(), why: Why::Absent }
    }

    /// For `map_err`.
    pub(crate) fn fault(app: &App) -> impl Fn(Fault) -> Self {
        let base = app.base.clone();
        move |fault| Self { base: base.clone(), why: Why::Fault(fault) }
    }
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        match self.why {
            Why::Absent => respond(StatusCode::NOT_FOUND, &ErrorView::not_found(&self.base)),
            Why::Fault(fault) => {
                // The problem's status and headers, with a page as its body.
                let (parts, _) = Problem::from(fault).into_response().into_parts();
                let view = if parts.status == StatusCode::SERVICE_UNAVAILABLE {
                    ErrorView::unavailable(&self.base)
                } else {
                    ErrorView::internal(&self.base)
                };
                let mut page = respond(parts.status, &view);
                if let Some(after) = parts.headers.get(axum::http::header::RETRY_AFTER) {
                    page.headers_mut().insert(axum::http::header::RETRY_AFTER, after.clone());
                }
                page
            }
        }
    }
}

/// `GET /`: the open jobs.
pub(crate) async fn portal(State(app): State<App>) -> Result<Response, NoPage> {
    let jobs = app.chatbot.jobs(Some(JobStatus::Open), PAGE).await.map_err(NoPage::fault(&app))?;
    let jobs = jobs
        .into_iter()
        .map(|job| JobCard { slug: job.slug, title: job.title, employer: job.employer, location: job.location, summary: job.description })
        .collect();
    Ok(respond(StatusCode::OK, &PortalView { base: app.base.clone(), jobs }))
}

/// `GET /j/{slug}`: a job and its chat.
pub(crate) async fn job(State(app): State<App>, Path(slug): Path<String>) -> Result<Response, NoPage> {
    if slug.chars().any(char::is_control) {
        return Err(NoPage::absent(&app));
    }
    let found = app.chatbot.job_by_slug(&slug).await.map_err(NoPage::fault(&app))?;
    let Some(job) = found else { return Err(NoPage::absent(&app)) };
    let open = job.status == JobStatus::Open;
    Ok(respond(StatusCode::OK, &JobView { base: app.base.clone(), job: text(job), open }))
}

/// `GET /w/{slug}`: a job's chat alone, for the frame that `/widget.js` puts into a host's page.
pub(crate) async fn frame(State(app): State<App>, Path(slug): Path<String>) -> Result<Response, NoPage> {
    if slug.chars().any(char::is_control) {
        return Err(NoPage::absent(&app));
    }
    let found = app.chatbot.job_by_slug(&slug).await.map_err(NoPage::fault(&app))?;
    let Some(job) = found else { return Err(NoPage::absent(&app)) };
    Ok(respond_framed(&FrameView { base: app.base.clone(), job: text(job) }))
}

/// `GET /demo`: the sample job's chat, its receipt beside it.
pub(crate) async fn demo(State(app): State<App>) -> Result<Response, NoPage> {
    let jobs = app.chatbot.jobs(Some(JobStatus::Open), PAGE).await.map_err(NoPage::fault(&app))?;
    let Some(job) = jobs.into_iter().find(|job| job.demo) else { return Err(NoPage::absent(&app)) };
    Ok(respond(StatusCode::OK, &DemoView { base: app.base.clone(), job: text(job) }))
}

fn text(job: Job) -> JobText {
    let fact = |(name, value): (String, Value)| {
        let value = crate::web::receipt::value_text(&value)?;
        Some(Fact { name, value })
    };
    JobText {
        slug: job.slug,
        title: job.title,
        employer: job.employer,
        location: job.location,
        description: job.description,
        facts: job.facts.into_iter().filter_map(fact).collect(),
        contact: job.contact,
        privacy_url: job.privacy_url,
    }
}
