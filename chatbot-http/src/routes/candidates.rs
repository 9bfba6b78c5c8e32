//! What is known about a candidate.

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::Candidate;

use crate::app::App;
use crate::params::Id;
use crate::problem::{Answer, Problem};

/// Reads a candidate's record.
#[utoipa::path(get, path = "/candidates/{candidate_id}", tag = "applications", params(("candidate_id" = Uuid, Path)),
    responses((status = 200, description = "The candidate.", body = ref("#/components/schemas/Candidate"))))]
pub(crate) async fn get_candidate(State(app): State<App>, Id(id): Id) -> Answer<Json<Candidate>> {
    let found = app.chatbot.candidate(id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}
