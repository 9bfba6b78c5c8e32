//! The demo: what its page shows beside the chat, and how it is removed.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::view::ApplicationView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::params::Id;
use crate::problem::{Answer, Problem};

/// What was removed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Removed {
    /// Rows by table.
    deleted: BTreeMap<String, u64>,
}

/// Removes the sample job and every conversation about it.
#[utoipa::path(delete, path = "/demo", tag = "demo", responses((status = 200, description = "Removed.", body = Removed)))]
pub(crate) async fn delete_demo(State(app): State<App>) -> Answer<Json<Removed>> {
    Ok(Json(Removed { deleted: app.chatbot.delete_demo().await? }))
}

/// Reads the receipt of one's own demo conversation. Real candidates don't see their points.
#[utoipa::path(get, path = "/demo/receipt/{session_id}", tag = "demo", params(("session_id" = Uuid, Path)),
    responses((status = 200, description = "The receipt so far.", body = ref("#/components/schemas/Application"))))]
pub(crate) async fn get_receipt(State(app): State<App>, Id(session_id): Id) -> Answer<Json<ApplicationView>> {
    let session = app.chatbot.session(session_id).await?.filter(|session| session.demo).ok_or_else(Problem::not_found)?;
    let id = session.application_id.ok_or_else(Problem::not_found)?;
    let found = app.chatbot.application(id, None).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}
