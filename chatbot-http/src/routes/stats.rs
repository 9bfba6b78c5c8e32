//! The figures of the dashboard.

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::Stats;

use crate::app::App;
use crate::problem::Answer;

/// Reads the figures.
#[utoipa::path(get, path = "/stats", tag = "actions", responses((status = 200, description = "The figures.", body = ref("#/components/schemas/Stats"))))]
pub(crate) async fn get_stats(State(app): State<App>) -> Answer<Json<Stats>> {
    Ok(Json(app.chatbot.stats().await?))
}
