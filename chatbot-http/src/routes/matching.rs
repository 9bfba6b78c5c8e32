//! Who fits a job, and which jobs fit a candidate: ranked by rules, with reasons.

use axum::Json;
use axum::extract::State;
use chatbot_core::chatbot::{CandidateMatch, JobMatch, Ranked};
use serde::Serialize;

use crate::app::App;
use crate::params::{Id, List, Params, one_more};
use crate::problem::{Answer, Problem};

/// A page of a ranking.
#[derive(Serialize)]
pub(crate) struct Ranking<T> {
    #[serde(flatten)]
    list: List<T>,
    truncated: bool,
}

/// Ranks people for a job.
///
/// Its applicants, and people who agreed to be considered for other jobs; nobody else. Best first; each part says why. At
/// most the 2,000 people who changed last are ranked: `truncated` says when there are more.
#[utoipa::path(get, path = "/jobs/{job_id}/candidates", tag = "matching",
    params(("job_id" = Uuid, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "People, best first.", body = ref("#/components/schemas/CandidateMatchList"))))]
pub(crate) async fn candidates_for_job(State(app): State<App>, Id(id): Id, params: Params) -> Answer<Json<Ranking<CandidateMatch>>> {
    page(params, app.chatbot.candidates_for_job(id).await?)
}

/// Ranks open jobs for a candidate.
///
/// Of who did not agree to be considered for other jobs: those they applied for alone.
#[utoipa::path(get, path = "/candidates/{candidate_id}/jobs", tag = "matching",
    params(("candidate_id" = Uuid, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Jobs, best first.", body = ref("#/components/schemas/JobMatchList"))))]
pub(crate) async fn jobs_for_candidate(State(app): State<App>, Id(id): Id, params: Params) -> Answer<Json<Ranking<JobMatch>>> {
    page(params, app.chatbot.jobs_for_candidate(id).await?)
}

fn page<T>(mut params: Params, found: Option<Ranked<T>>) -> Answer<Json<Ranking<T>>> {
    let page = params.page()?;
    params.finish()?;
    let found = found.ok_or_else(Problem::not_found)?;
    let count = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    let read = one_more(page);
    let items = found.items.into_iter().skip(count(read.offset)).take(count(read.limit)).collect();
    Ok(Json(Ranking { list: List::new(items, page), truncated: found.truncated }))
}
