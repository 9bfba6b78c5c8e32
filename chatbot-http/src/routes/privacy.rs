//! A person's own data: the whole of it as one document, and its erasure.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::chatbot::Export;
use chatbot_core::privacy::Erasure;

use crate::app::App;
use crate::params::Id;
use crate::policy::Staff;
use crate::problem::{Answer, Problem};

/// Reads everything held about a candidate, files included.
#[utoipa::path(get, path = "/candidates/{candidate_id}/export", tag = "privacy", params(("candidate_id" = Uuid, Path)),
    responses((status = 200, description = "Everything: the person, conversations, applications, consents with their texts, files.",
        body = ref("#/components/schemas/Export"))))]
pub(crate) async fn export_candidate(State(app): State<App>, Staff(actor): Staff, Id(id): Id) -> Answer<Response> {
    let found = app.chatbot.export_candidate(id).await?.ok_or_else(Problem::not_found)?;
    app.chatbot.note_seen("candidate_exported", id, &actor).await?;
    Ok(document(found))
}

/// Reads everything held about oneself.
#[utoipa::path(get, path = "/chat/{session_id}/export", tag = "privacy", params(("session_id" = Uuid, Path)),
    responses((status = 200, description = "Everything, as `GET /candidates/{candidate_id}/export` gives it.",
        body = ref("#/components/schemas/Export"))))]
pub(crate) async fn export_session(State(app): State<App>, Id(session_id): Id) -> Answer<Response> {
    let found = app.chatbot.export_session(session_id).await?;
    found.map(document).ok_or_else(Problem::not_found)
}

/// Erases a candidate with everything held about them. It can't be undone; asking again gives the same receipt.
#[utoipa::path(delete, path = "/candidates/{candidate_id}", tag = "privacy", params(("candidate_id" = Uuid, Path)),
    responses((status = 200, description = "The receipt: when, why, and rows by table.", body = ref("#/components/schemas/Erasure"))))]
pub(crate) async fn erase_candidate(State(app): State<App>, Staff(actor): Staff, Id(id): Id) -> Answer<Json<Erasure>> {
    let erased = app.chatbot.erase_candidate(id, Some(&actor)).await?;
    erased.map(Json).ok_or_else(Problem::not_found)
}

/// For saving, never for a cache.
fn document(export: Export) -> Response {
    let headers = [
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.json\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Json(export)).into_response()
}
