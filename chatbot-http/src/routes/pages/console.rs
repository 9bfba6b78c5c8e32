//! Pages for recruiters: the ranked list, an application, what waits for a person.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chatbot_core::access::Role;
use chatbot_core::recruiting::list::{ApplicationFilter, Page};
use chatbot_core::recruiting::view::ApplicationView as Receipt;
use chatbot_core::recruiting::{Action, ActionStatus, ApplicationStatus, Job};
use serde::Deserialize;
use uuid::Uuid;

use super::{NoPage, PAGE};
use crate::app::App;
use crate::policy::{Caller, Staff};
use crate::web::actions::{ActionRow, ActionsView};
use crate::web::application::ApplicationView;
use crate::web::ranked::{JobOption, RankedRow, RankedView};
use crate::web::receipt::{AnswerView, value_text};
use crate::web::respond;

/// Messages a page brings along; its script loads what came later.
pub(super) const TRANSCRIPT: i64 = 500;

/// Actions in the queue's page; resolving some brings up others.
const QUEUE: Page = Page { limit: 100, offset: 0 };

/// `?job=ID`.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    job: Option<Uuid>,
}

/// `GET /console`: a job's applications, best first.
pub(crate) async fn ranked(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let Ok(Query(Which { job: wanted })) = which else { return Err(NoPage::absent(&app)) };
    let jobs = app.chatbot.jobs(None, PAGE).await.map_err(&fault)?;
    let shown = match wanted {
        Some(id) => Some(jobs.iter().find(|job| job.id == id).ok_or_else(|| NoPage::absent(&app))?),
        None => jobs.first(),
    };
    let mut rows = Vec::new();
    if let Some(job) = shown {
        let filter = ApplicationFilter { job_id: Some(job.id), by_score: true, consented_only: true };
        let found = app.chatbot.applications(&filter, PAGE).await.map_err(&fault)?;
        rows = found.iter().enumerate().map(|(at, application)| row(at + 1, application, job)).collect();
    }
    let view = RankedView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        jobs: jobs
            .iter()
            .map(|job| JobOption { id: job.id.to_string(), title: job.title.clone(), selected: shown.is_some_and(|s| s.id == job.id) })
            .collect(),
        job_slug: shown.map(|job| job.slug.clone()),
        job_id: shown.map(|job| job.id.to_string()),
        rows,
    };
    Ok(respond(StatusCode::OK, &view))
}

/// `GET /console/applications/{application_id}`: the receipt and the conversation. Opening it is recorded.
pub(crate) async fn application(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    id: Result<crate::params::Id, crate::problem::Problem>,
) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let Ok(crate::params::Id(id)) = id else { return Err(NoPage::absent(&app)) };
    let found = app.chatbot.application(id, Some(&actor)).await.map_err(&fault)?;
    let receipt = found.ok_or_else(|| NoPage::absent(&app))?;
    let job = app.chatbot.job(receipt.job_id).await.map_err(&fault)?.ok_or_else(|| NoPage::absent(&app))?;
    let candidate = app.chatbot.candidate(receipt.candidate_id).await.map_err(&fault)?;
    let name = shown_name(receipt.candidate_name.as_deref());
    let (mut talk, mut open) = (None, Vec::new());
    if let Some(session_id) = receipt.session_id {
        let session = app.chatbot.session(session_id).await.map_err(&fault)?;
        let automation = session.is_none_or(|session| session.automation_enabled);
        let pane = super::conversations::talk(&app, &actor, session_id, Some(receipt.id), automation, &name);
        talk = Some(pane.await.map_err(&fault)?);
        open = app.chatbot.actions(Some(ActionStatus::Open), Some(session_id), PAGE).await.map_err(&fault)?;
    }
    let view = ApplicationView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        can_work: actor.role >= Role::Recruiter,
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        application_id: receipt.id.to_string(),
        candidate_id: receipt.candidate_id.to_string(),
        job_id: receipt.job_id.to_string(),
        job_title: job.title.clone(),
        contacts: candidate.map(|c| c.emails.into_iter().chain(c.phones).collect()).unwrap_or_default(),
        status: receipt.status.as_str().to_owned(),
        moves: moves(receipt.status, receipt.submitted_at.is_some()),
        score: receipt.jd_match_score,
        must_haves: receipt.must_haves(job.has_must_haves()).to_owned(),
        answered: count(receipt.answered),
        total: count(receipt.total),
        answers: answers(&receipt, &job),
        talk,
        actions: open.iter().map(|action| action_row(action, Some(&name), Some(&job.title))).collect(),
        candidate_name: name,
    };
    Ok(respond(StatusCode::OK, &view))
}

/// Where a person may move an application, as `recruiting::decision` has it.
fn moves(status: ApplicationStatus, submitted: bool) -> Vec<&'static str> {
    use ApplicationStatus::{Hired, InProgress, Interview, PrescreenCompleted, Rejected, Shortlisted, Withdrawn};
    if status == Withdrawn {
        return Vec::new();
    }
    let back = if submitted { PrescreenCompleted } else { InProgress };
    [back, Shortlisted, Interview, Hired, Rejected].into_iter().filter(|stage| *stage != status).map(ApplicationStatus::as_str).collect()
}

/// `GET /console/actions`: what waits for a person.
pub(crate) async fn actions(State(app): State<App>, caller: Caller, Staff(actor): Staff) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let open = app.chatbot.actions(Some(ActionStatus::Open), None, QUEUE).await.map_err(&fault)?;
    let ids: Vec<Uuid> = open.iter().filter_map(|action| action.application_id).collect();
    let known = app.chatbot.applications_by_id(&ids).await.map_err(&fault)?;
    let known: HashMap<Uuid, &Receipt> = known.iter().map(|(application, _)| (application.id, application)).collect();
    let jobs = app.chatbot.jobs(None, PAGE).await.map_err(&fault)?;
    let titles: HashMap<Uuid, &str> = jobs.iter().map(|job| (job.id, job.title.as_str())).collect();
    let rows = open.iter().map(|action| {
        let about = action.application_id.and_then(|id| known.get(&id));
        let title = about.and_then(|application| titles.get(&application.job_id)).copied();
        action_row(action, about.and_then(|application| application.candidate_name.as_deref()), title)
    });
    let view = ActionsView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        actions: rows.collect(),
    };
    Ok(respond(StatusCode::OK, &view))
}

pub(super) async fn open_actions(app: &App) -> Result<usize, chatbot_core::fault::Fault> {
    Ok(count(app.chatbot.figures().await?.actions_open))
}

fn row(rank: usize, application: &Receipt, job: &Job) -> RankedRow {
    RankedRow {
        application_id: application.id.to_string(),
        rank,
        candidate_name: shown_name(application.candidate_name.as_deref()),
        demo: job.demo,
        score: application.jd_match_score,
        must_haves: application.must_haves(job.has_must_haves()).to_owned(),
        answered: count(application.answered),
        total: count(application.total),
        status: application.status.as_str().to_owned(),
        updated_at: time(application.updated_at),
    }
}

/// The answers in order, then the questions that have none yet.
fn answers(receipt: &Receipt, job: &Job) -> Vec<AnswerView> {
    let given = receipt.answers.iter().map(|answer| AnswerView {
        question_id: answer.question_id.to_string(),
        kind: answer.kind.as_str(),
        question_text: answer.question_text.clone(),
        answer_text: Some(answer.answer_text.clone()),
        value: value_text(&answer.value),
        score: answer.score,
        weight: answer.weight,
        must_have: answer.must_have,
        passed: answer.passed,
        reason: Some(answer.reason.clone()),
    });
    // Questions of a newer version are another set; they aren't this application's.
    let same_set = job.question_set_version == receipt.question_set_version;
    let open = job.questions.iter().filter(|question| same_set && !receipt.answers.iter().any(|answer| answer.question_id == question.id));
    let open = open.map(|question| AnswerView {
        question_id: question.id.to_string(),
        kind: question.kind.as_str(),
        question_text: question.text.clone(),
        weight: question.weight,
        must_have: question.must_have,
        ..AnswerView::default()
    });
    given.chain(open).collect()
}

pub(super) fn action_row(action: &Action, candidate_name: Option<&str>, job_title: Option<&str>) -> ActionRow {
    let said =
        ["summary", "reason", "question_text", "answer_text", "text"].into_iter().filter_map(|key| action.payload.get(key)?.as_str());
    ActionRow {
        id: action.id.to_string(),
        kind: action.action_type.as_str().to_owned(),
        summary: said.take(2).collect::<Vec<_>>().join(" — "),
        candidate_name: candidate_name.map(str::to_owned),
        job_title: job_title.map(str::to_owned),
        session_id: action.session_id.map(|id| id.to_string()),
        application_id: action.application_id.map(|id| id.to_string()),
        created_at: time(action.created_at),
    }
}

pub(super) fn shown_name(name: Option<&str>) -> String {
    name.unwrap_or("Name not known yet").to_owned()
}

pub(super) fn count(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

pub(super) fn time(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
