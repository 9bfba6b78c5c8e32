//! Applications: ranked lists, and one with its receipt.

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::list::ApplicationFilter;
use chatbot_core::recruiting::view::ApplicationView;

use crate::app::App;
use crate::params::{Id, List, Params, one_more};
use crate::policy::Staff;
use crate::problem::{Answer, Problem};

/// Lists a job's applications, once their candidates have agreed.
///
/// `sort=score`: completed first, then must-haves passed, unknown, failed, then score. Else newest first.
#[utoipa::path(get, path = "/jobs/{job_id}/applications", tag = "applications",
    params(("job_id" = Uuid, Path), ("sort" = Option<String>, Query, description = "`score` or `newest`."),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Applications, without their answers.", body = ref("#/components/schemas/ApplicationList"))))]
pub(crate) async fn list_applications(State(app): State<App>, Id(job_id): Id, mut params: Params) -> Answer<Json<List<ApplicationView>>> {
    let by_score = params.one_of("sort", &[("score", true), ("newest", false)])?.unwrap_or(false);
    let page = params.page()?;
    params.finish()?;
    let filter = ApplicationFilter { job_id: Some(job_id), by_score, consented_only: true };
    let items = app.chatbot.applications(&filter, one_more(page)).await?;
    if items.is_empty() && app.chatbot.job(job_id).await?.is_none() {
        return Err(Problem::not_found());
    }
    Ok(Json(List::new(items, page)))
}

/// Reads an application with its receipt; that somebody opened it is recorded.
#[utoipa::path(get, path = "/applications/{application_id}", tag = "applications", params(("application_id" = Uuid, Path)),
    responses((status = 200, description = "The application.", body = ref("#/components/schemas/Application"))))]
pub(crate) async fn get_application(State(app): State<App>, Staff(actor): Staff, Id(id): Id) -> Answer<Json<ApplicationView>> {
    let found = app.chatbot.application(id, Some(&actor)).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}
