//! Takeover and release: a person takes the conversation, and hands it back.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::params::Id;
use crate::policy::Staff;
use crate::problem::Answer;

/// Who has the conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Control {
    /// False while a person has it.
    automation_enabled: bool,
    /// Messages of the bot's that were on the wire already; ask again to see them settle.
    in_flight: i64,
}

impl From<chatbot_core::session::control::Control> for Control {
    fn from(control: chatbot_core::session::control::Control) -> Self {
        Self { automation_enabled: control.automation_enabled, in_flight: control.in_flight }
    }
}

/// Takes the conversation: from here on the bot is silent.
#[utoipa::path(post, path = "/chat/{session_id}/takeover", tag = "chat", params(("session_id" = Uuid, Path)),
    responses((status = 200, description = "Taken over, and who did it is recorded.", body = Control)))]
pub(crate) async fn takeover(State(app): State<App>, Staff(actor): Staff, Id(session_id): Id) -> Answer<Json<Control>> {
    Ok(Json(app.chatbot.takeover(session_id, &actor).await?.into()))
}

/// Hands the conversation back: the bot repeats its pending question.
#[utoipa::path(post, path = "/chat/{session_id}/release", tag = "chat", params(("session_id" = Uuid, Path)),
    responses((status = 200, description = "Handed back.", body = Control)))]
pub(crate) async fn release(State(app): State<App>, Staff(actor): Staff, Id(session_id): Id) -> Answer<Json<Control>> {
    Ok(Json(app.chatbot.release(session_id, &actor).await?.into()))
}
