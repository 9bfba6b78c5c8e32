//! The employer's people, and the codes by which they link their chats.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chatbot_core::access::{Role, User};
use chatbot_core::chatbot::LinkCode;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::params::{Id, List, Params, one_more};
use crate::policy::Staff;
use crate::problem::{Answer, Problem};

/// Lists users, oldest first.
#[utoipa::path(get, path = "/users", tag = "users",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Users.", body = ref("#/components/schemas/UserList"))))]
pub(crate) async fn list_users(State(app): State<App>, mut params: Params) -> Answer<Json<List<User>>> {
    let page = params.page()?;
    params.finish()?;
    Ok(Json(List::new(app.chatbot.users(one_more(page)).await?, page)))
}

/// Makes a code that links the caller's own chat account: it is sent there as `/link CODE`, once, within 15 minutes.
#[utoipa::path(post, path = "/users/me/link", tag = "users",
    responses((status = 201, description = "The code, shown this once.", body = ref("#/components/schemas/LinkCode"))))]
pub(crate) async fn link_me(State(app): State<App>, Staff(actor): Staff) -> Answer<(StatusCode, Json<Value>)> {
    let Some(user_id) = actor.user_id else {
        let detail = "This token is no person's: use `POST /users/{user_id}/link-codes`, or a token of the user's own.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_user", detail));
    };
    made(&app, user_id).await
}

/// Makes a code that links a user's chat account. An administrator makes one for anybody, others for themselves.
#[utoipa::path(post, path = "/users/{user_id}/link-codes", tag = "users", params(("user_id" = Uuid, Path)),
    responses((status = 201, description = "The code, shown this once.", body = ref("#/components/schemas/LinkCode"))))]
pub(crate) async fn link_user(State(app): State<App>, Staff(actor): Staff, Id(id): Id) -> Answer<(StatusCode, Json<Value>)> {
    if actor.role < Role::Admin && actor.user_id != Some(id) {
        return Err(Problem::not_found());
    }
    made(&app, id).await
}

async fn made(app: &App, user_id: Uuid) -> Answer<(StatusCode, Json<Value>)> {
    let LinkCode { user, code, expires_at, .. } = app.chatbot.link_code(user_id).await?.ok_or_else(Problem::not_found)?;
    let code = code.expose_secret();
    Ok((StatusCode::CREATED, Json(json!({"user_id": user.id, "code": code, "send": format!("/link {code}"), "expires_at": expires_at}))))
}
