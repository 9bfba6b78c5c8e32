//! Where recruiters watch conversations from.

use axum::Json;
use axum::extract::State;
use chatbot_core::chatbot::SessionView;
use chatbot_core::recruiting::list::SessionFilter;

use crate::app::App;
use crate::params::{Id, List, Params, one_more};
use crate::problem::{Answer, Problem};

/// Lists conversations, the newest entry first.
#[utoipa::path(get, path = "/chat/sessions", tag = "chat",
    params(("open" = Option<bool>, Query, description = "`true`: open ones; `false`: closed ones; both where absent."),
        ("job_id" = Option<Uuid>, Query, description = "Those about an application for this job."),
        ("waiting" = Option<bool>, Query, description = "`true`: only those that wait for a person."),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Conversations.", body = ref("#/components/schemas/SessionList"))))]
pub(crate) async fn list_sessions(State(app): State<App>, mut params: Params) -> Answer<Json<List<SessionView>>> {
    let yes_no = [("true", true), ("false", false)];
    let filter = SessionFilter {
        open: params.one_of("open", &yes_no)?,
        job_id: params.id("job_id")?,
        waiting: params.one_of("waiting", &yes_no)?.unwrap_or(false),
    };
    let page = params.page()?;
    params.finish()?;
    let items = app.chatbot.session_views(&filter, one_more(page)).await?;
    Ok(Json(List::new(items, page)))
}

/// Reads a conversation's head: who, about what, who has control, the last words.
#[utoipa::path(get, path = "/chat/sessions/{session_id}", tag = "chat", params(("session_id" = Uuid, Path)),
    responses((status = 200, description = "The conversation.", body = ref("#/components/schemas/Session"))))]
pub(crate) async fn get_session(State(app): State<App>, Id(id): Id) -> Answer<Json<SessionView>> {
    let found = app.chatbot.session_view(id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}
