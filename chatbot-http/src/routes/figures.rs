//! The dashboard's figures of a job and a period.

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::figures::{Figures, Span};
use chrono::Duration;

use crate::app::App;
use crate::params::Params;
use crate::problem::{Answer, Problem};

/// Days a period may have.
pub(crate) const MOST_DAYS: i64 = 366;

/// Reads what happened since a number of days: begun, submitted, how long it took, question by question.
#[utoipa::path(get, path = "/figures", tag = "actions",
    params(("job_id" = Option<Uuid>, Query, description = "One job; all where absent."), ("days" = Option<i64>, Query, description = "1 to 366; 30 where absent.")),
    responses((status = 200, description = "The figures.", body = ref("#/components/schemas/Figures"))))]
pub(crate) async fn get_figures(State(app): State<App>, mut params: Params) -> Answer<Json<Figures>> {
    let job_id = params.id("job_id")?;
    let days = params.number("days", 1..=MOST_DAYS, 30)?;
    params.finish()?;
    let span = Span { job_id, since: app.chatbot.now() - Duration::days(days) };
    app.chatbot.figures_of(span).await?.map(Json).ok_or_else(Problem::not_found)
}
