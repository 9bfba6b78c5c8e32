//! One's own account: password and sign-ins; and, for administrators, other people's roles.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chatbot_core::access::{Actor, Role, TokenKind, User};
use chatbot_core::chatbot::UserError;
use chatbot_core::recruiting::desk::SignIn;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth;
use crate::json::{Body, Example};
use crate::params::Id;
use crate::password;
use crate::policy::Staff;
use crate::problem::{Answer, Problem};
use crate::routes::desk::done;
use crate::text;

/// The caller's user; a service's token has none.
fn own(actor: &Actor) -> Answer<Uuid> {
    let detail = "This token is no person's: sign in as a user.";
    actor.user_id.ok_or_else(|| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_user", detail))
}

/// Browsers that are signed in.
#[derive(Debug, Serialize)]
pub(crate) struct SignIns {
    items: Vec<Shown>,
    next: Option<String>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    sign_in: SignIn,
    /// Whether it is the one that asks.
    current: bool,
}

/// Lists the browsers one is signed in with, newest first.
#[utoipa::path(get, path = "/users/me/sign-ins", tag = "users",
    responses((status = 200, description = "Sign-ins.", body = ref("#/components/schemas/SignInList"))))]
pub(crate) async fn list_sign_ins(State(app): State<App>, Staff(actor): Staff, headers: HeaderMap) -> Answer<Json<SignIns>> {
    let current = match auth::cookie(&headers) {
        Some(cookie) => app.chatbot.sign_in_id(cookie).await?,
        None => None,
    };
    let all = app.chatbot.sign_ins(own(&actor)?).await?;
    let items = all.into_iter().map(|sign_in| Shown { current: Some(sign_in.id) == current, sign_in }).collect();
    Ok(Json(SignIns { items, next: None }))
}

/// Ends one of one's own sign-ins.
#[utoipa::path(delete, path = "/users/me/sign-ins/{sign_in_id}", tag = "users", params(("sign_in_id" = Uuid, Path)),
    responses((status = 204, description = "Ended.")))]
pub(crate) async fn end_sign_in(State(app): State<App>, Staff(actor): Staff, Id(id): Id) -> Answer<StatusCode> {
    let Some(user) = actor.user_id else { return Err(Problem::not_found()) };
    done(app.chatbot.end_sign_in(user, id).await?)
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// 12 to 128 characters.
    #[schema(value_type = String)]
    password: SecretString,
}

impl Example for NewPassword {
    fn example() -> Value {
        json!({ "password": "four words that only you put together" })
    }
}

/// Sets one's password, and ends all other sign-ins.
#[utoipa::path(put, path = "/users/me/password", tag = "users", request_body = NewPassword,
    responses((status = 204, description = "Set.")))]
pub(crate) async fn put_password(
    State(app): State<App>,
    Staff(actor): Staff,
    headers: HeaderMap,
    Body(wish): Body<NewPassword>,
) -> Answer<StatusCode> {
    let user = own(&actor)?;
    password::check(wish.password.expose_secret())?;
    let hash = password::hash(wish.password.expose_secret().to_owned()).await?;
    app.chatbot.set_password(user, &hash, auth::cookie(&headers)).await?;
    app.chatbot.note_done("password_set", json!({ "user_id": user }), &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody new.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    /// Their address; nobody else has it.
    email: String,
    /// What candidates see.
    name: String,
    /// `viewer`, `recruiter`, `admin`.
    role: String,
}

impl Example for NewUser {
    fn example() -> Value {
        json!({ "email": "ada@example.org", "name": "Ada", "role": "recruiter" })
    }
}

/// A user, and the token they sign in with first.
#[derive(Debug, Serialize)]
pub(crate) struct Added {
    #[serde(flatten)]
    user: User,
    /// Shown this once.
    token: String,
}

/// Adds a user with a token, by which they sign in and then set a password.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser,
    responses((status = 201, description = "Added; the token is shown this once.", body = ref("#/components/schemas/NewUserAnswer"))))]
pub(crate) async fn add_user(State(app): State<App>, Staff(actor): Staff, Body(wish): Body<NewUser>) -> Answer<(StatusCode, Json<Added>)> {
    let role = role(&wish.role)?;
    let user = app.chatbot.add_user(&text::clean(&wish.email), &text::clean(&wish.name), role).await.map_err(refused)?;
    let token = app.chatbot.issue_token(user.id, TokenKind::Api, None).await.map_err(refused)?;
    app.chatbot.note_done("user_added", json!({ "user_id": user.id, "role": role.as_str() }), &actor).await?;
    Ok((StatusCode::CREATED, Json(Added { user, token: token.expose_secret().to_owned() })))
}

/// What somebody may do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// `viewer`, `recruiter`, `admin`.
    role: String,
}

impl Example for NewRole {
    fn example() -> Value {
        json!({ "role": "viewer" })
    }
}

/// Changes what a user may do, and ends their sign-ins.
#[utoipa::path(patch, path = "/users/{user_id}", tag = "users", params(("user_id" = Uuid, Path)), request_body = NewRole,
    responses((status = 204, description = "Changed.")))]
pub(crate) async fn patch_user(State(app): State<App>, Staff(actor): Staff, Id(id): Id, Body(wish): Body<NewRole>) -> Answer<StatusCode> {
    let role = role(&wish.role)?;
    if actor.user_id == Some(id) {
        let detail = "Nobody changes their own role: the last administrator would be gone by mistake.";
        return Err(Problem::new(StatusCode::CONFLICT, "own_role", detail));
    }
    let changed = app.chatbot.set_role(id, role).await?;
    if changed {
        app.chatbot.note_done("role_changed", json!({ "user_id": id, "role": role.as_str() }), &actor).await?;
    }
    done(changed)
}

fn role(name: &str) -> Answer<Role> {
    Role::parse(name).ok_or_else(|| Problem::invalid("role", "should be `viewer`, `recruiter` or `admin`", "recruiter"))
}

fn refused(error: UserError) -> Problem {
    match error {
        UserError::Fault(fault) => fault.into(),
        UserError::Invalid { field, problem, example } => Problem::invalid(field, problem, example),
        _ => Problem::new(StatusCode::CONFLICT, "email_taken", "Somebody has this address already.").field("email"),
    }
}
