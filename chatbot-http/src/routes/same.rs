//! Who may be the same person, and making two candidates one because a person says so.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chatbot_core::chatbot::{MergeError, SamePerson};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::json::{Body, Example};
use crate::params::Id;
use crate::policy::Staff;
use crate::problem::{Answer, Problem};

/// Who may be the same.
#[derive(Debug, Serialize)]
pub(crate) struct Same {
    items: Vec<SamePerson>,
    next: Option<String>,
}

/// Lists candidates who share an e-mail address, a phone number or a file with this one.
#[utoipa::path(get, path = "/candidates/{candidate_id}/same", tag = "candidates", params(("candidate_id" = Uuid, Path)),
    responses((status = 200, description = "Who may be the same person.", body = ref("#/components/schemas/SamePersonList"))))]
pub(crate) async fn list_same(State(app): State<App>, Id(id): Id) -> Answer<Json<Same>> {
    app.chatbot.candidate(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(Same { items: app.chatbot.possibly_the_same(id).await?, next: None }))
}

/// Whom to take in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    /// The candidate whose conversations, applications and files become the other's.
    candidate_id: Uuid,
}

impl Example for Merge {
    fn example() -> Value {
        json!({ "candidate_id": "3f2b8c1e-7d4a-4f5b-9c6d-8e1f2a3b4c5d" })
    }
}

/// Makes two candidates one. It can't be undone, and never happens by itself.
#[utoipa::path(post, path = "/candidates/{candidate_id}/merge", tag = "candidates", params(("candidate_id" = Uuid, Path)), request_body = Merge,
    responses((status = 204, description = "They are one.")))]
pub(crate) async fn merge(State(app): State<App>, Staff(actor): Staff, Id(into): Id, Body(wish): Body<Merge>) -> Answer<StatusCode> {
    match app.chatbot.merge_candidates(wish.candidate_id, into, &actor).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(MergeError::Fault(fault)) => Err(fault.into()),
        Err(_) => Err(Problem::not_found()),
    }
}
