//! The queue of what needs a person.

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::{Action, ActionStatus};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::json::{Body, Example};
use crate::params::{Id, List, Params, one_more};
use crate::policy::Staff;
use crate::problem::{Answer, Problem};
use crate::text;

/// What was done about it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolution {
    /// In a few words; may be absent.
    note: Option<String>,
}

impl Example for Resolution {
    const OPTIONAL: bool = true;

    fn example() -> Value {
        json!({ "note": "called back" })
    }
}

/// Lists actions, newest first.
#[utoipa::path(get, path = "/actions", tag = "actions",
    params(("status" = Option<String>, Query, description = "`open` or `resolved`; both where absent."), ("session_id" = Option<Uuid>, Query),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Actions.", body = ref("#/components/schemas/ActionList"))))]
pub(crate) async fn list_actions(State(app): State<App>, mut params: Params) -> Answer<Json<List<Action>>> {
    let status = params.one_of("status", &[("open", ActionStatus::Open), ("resolved", ActionStatus::Resolved)])?;
    let session_id = params.id("session_id")?;
    let page = params.page()?;
    params.finish()?;
    let items = app.chatbot.actions(status, session_id, one_more(page)).await?;
    Ok(Json(List::new(items, page)))
}

/// Marks an action as dealt with.
#[utoipa::path(post, path = "/actions/{action_id}/resolve", tag = "actions", params(("action_id" = Uuid, Path)), request_body = Resolution,
    responses((status = 200, description = "The action as it is now.", body = ref("#/components/schemas/Action"))))]
pub(crate) async fn resolve_action(
    State(app): State<App>,
    Staff(actor): Staff,
    Id(id): Id,
    Body(said): Body<Resolution>,
) -> Answer<Json<Action>> {
    let note = text::short("note", said.note, 2_000, "called back")?;
    let action = app.chatbot.resolve_action(id, &actor, note.as_deref()).await?;
    action.map(Json).ok_or_else(Problem::not_found)
}
