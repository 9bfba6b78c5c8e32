//! `GET /chat/{session_id}/history`: what was said, in order.

use axum::Json;
use axum::extract::State;
use chatbot_core::message::ChatMessage;
use serde::Serialize;

use crate::app::App;
use crate::params::{Id, Params};
use crate::problem::{Answer, Problem};

/// A piece of a conversation.
#[derive(Debug, Serialize)]
pub(crate) struct History {
    messages: Vec<ChatMessage>,
    /// What `after` should be to read on.
    next_after: i64,
}

/// Reads messages after a number, oldest first.
#[utoipa::path(get, path = "/chat/{session_id}/history", tag = "chat",
    params(("session_id" = Uuid, Path), ("after" = Option<i64>, Query, description = "The last `seq` already known; 0 for all."),
        ("limit" = Option<i64>, Query, description = "1 to 500; 200 where absent.")),
    responses((status = 200, description = "The messages.", body = ref("#/components/schemas/History"))))]
pub(crate) async fn get_history(State(app): State<App>, Id(session_id): Id, mut params: Params) -> Answer<Json<History>> {
    let after = params.number("after", 0..=i64::MAX, 0)?;
    let limit = params.number("limit", 1..=500, 200)?;
    params.finish()?;
    let messages = app.chatbot.history(session_id, after, limit).await?;
    // An absent session has no messages either; only then is it worth asking.
    if messages.is_empty() && app.chatbot.session(session_id).await?.is_none() {
        return Err(Problem::not_found());
    }
    let next_after = messages.last().map_or(after, |message| message.seq);
    Ok(Json(History { messages, next_after }))
}
