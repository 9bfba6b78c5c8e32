//! One's own account, and the employer's people.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chatbot_core::access::Role;

use super::console::{open_actions, time};
use super::{NoPage, PAGE};
use crate::app::App;
use crate::auth;
use crate::policy::{Caller, Staff};
use crate::web::account::{AccountView, PeopleView, PersonRow, SignInRow};
use crate::web::respond;

/// `GET /console/account`.
pub(crate) async fn account(State(app): State<App>, caller: Caller, Staff(actor): Staff, headers: HeaderMap) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let current = match auth::cookie(&headers) {
        Some(cookie) => app.chatbot.sign_in_id(cookie).await.map_err(&fault)?,
        None => None,
    };
    let (mut email, mut sign_ins) = (String::new(), Vec::new());
    if let Some(user) = actor.user_id {
        email = app.chatbot.user(user).await.map_err(&fault)?.map(|user| user.email).unwrap_or_default();
        sign_ins = app.chatbot.sign_ins(user).await.map_err(&fault)?;
    }
    let view = AccountView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        email,
        role: actor.role.as_str(),
        sign_ins: sign_ins
            .into_iter()
            .map(|one| SignInRow {
                current: Some(one.id) == current,
                id: one.id.to_string(),
                agent: one.agent.map_or_else(|| "A browser".to_owned(), |agent| browser(&agent)),
                since: time(one.created_at),
            })
            .collect(),
        is_admin: actor.role == Role::Admin,
    };
    Ok(respond(StatusCode::OK, &view))
}

/// "Firefox on Linux" of what a browser says about itself; its own words where it says neither.
fn browser(agent: &str) -> String {
    let known = |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let program = known(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = known(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}

/// `GET /console/people`.
pub(crate) async fn people(State(app): State<App>, caller: Caller, Staff(actor): Staff) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let users = app.chatbot.users(PAGE).await.map_err(&fault)?;
    let view = PeopleView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        open_actions: open_actions(&app).await.map_err(&fault)?,
        people: users
            .into_iter()
            .map(|user| PersonRow {
                own: actor.user_id == Some(user.id),
                id: user.id.to_string(),
                name: user.name,
                email: user.email,
                role: user.role.as_str(),
                since: time(user.created_at),
            })
            .collect(),
        user: actor.name,
    };
    Ok(respond(StatusCode::OK, &view))
}
