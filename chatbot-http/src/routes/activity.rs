//! The log of what happened and who did it.

use axum::Json;
use axum::extract::State;
use chatbot_core::recruiting::Activity;
use chatbot_core::recruiting::list::ActivityFilter;

use crate::app::App;
use crate::params::{List, Params, one_more};
use crate::problem::Answer;

/// Lists activity, newest first.
#[utoipa::path(get, path = "/activity", tag = "actions",
    params(("session_id" = Option<Uuid>, Query), ("application_id" = Option<Uuid>, Query),
        ("type" = Option<String>, Query, description = "Such as `takeover` or `CHAT_PRESCREEN_COMPLETED`."),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Lines of the log.", body = ref("#/components/schemas/ActivityList"))))]
pub(crate) async fn list_activity(State(app): State<App>, mut params: Params) -> Answer<Json<List<Activity>>> {
    let filter = ActivityFilter {
        session_id: params.id("session_id")?,
        application_id: params.id("application_id")?,
        activity_type: params.text("type")?,
    };
    let page = params.page()?;
    params.finish()?;
    let items = app.chatbot.activity(&filter, one_more(page)).await?;
    Ok(Json(List::new(items, page)))
}
