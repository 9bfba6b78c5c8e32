//! A user over HTTP: what [`Phone`](super::Phone) does for tests, `/control/…` does for the page and for scripts.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::fault::Fault;
use super::phone::{blocks_bot, edits, press, says, sends_document, shares_contact};
use super::world::{Bot, Chat, Shared, World};

const PAGE: &str = include_str!("page.html");

type Asked = Query<BTreeMap<String, String>>;
type Answer = Result<axum::Json<Value>, Response>;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(async || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE))))
        .route("/control/state", get(state))
        .route("/control/users", post(new_user))
        .route("/control/faults", post(faults))
        .route("/control/chats/{user}", get(chat))
        .route("/control/chats/{user}/{act}", post(act))
        .route("/control/chats/{user}/files/{message}", get(file))
}

const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

fn problem(status: StatusCode, text: &str) -> Response {
    (status, text.to_owned()).into_response()
}

/// The bot that is named by its id or its username; else the one that called last (or is alone).
fn bot<'a>(world: &'a mut World, asked: &BTreeMap<String, String>) -> Result<&'a mut Bot, Response> {
    let wanted = asked.get("bot");
    let fits = |bot: &&mut Bot| wanted.is_none_or(|name| *name == bot.username || *name == bot.id.to_string());
    world
        .bots
        .values_mut()
        .filter(fits)
        .last()
        .ok_or_else(|| problem(StatusCode::NOT_FOUND, "no bot has called yet: start one with this server's address as TELEGRAM_API_URL"))
}

async fn state(State(shared): State<Arc<Shared>>) -> axum::Json<Value> {
    let world = shared.world();
    let bots = world.bots.values().map(|bot| {
        json!({"id": bot.id, "username": bot.username, "webhook": bot.webhook.as_ref().map(|hook| &hook.url), "polls": bot.polls,
               "pending": bot.updates.len(), "conflicts": bot.conflicts, "commands": bot.commands, "calls": bot.calls.len()})
    });
    axum::Json(json!({"bots": bots.collect::<Vec<_>>(), "violations": world.violations}))
}

async fn new_user(State(shared): State<Arc<Shared>>, axum::Json(wish): axum::Json<Value>) -> axum::Json<Value> {
    let id = shared.world().user();
    let name = wish["first_name"].as_str().filter(|name| !name.is_empty()).unwrap_or("You");
    let language = wish["language_code"].as_str().unwrap_or("en");
    axum::Json(json!({"id": id, "is_bot": false, "first_name": name, "language_code": language}))
}

async fn faults(State(shared): State<Arc<Shared>>, Query(asked): Asked, axum::Json(wish): axum::Json<Value>) -> Answer {
    let seconds = wish["retry_after"].as_u64().unwrap_or(1);
    let fault = wish["fault"].as_str().and_then(|name| Fault::named(name, seconds));
    let Some(fault) = fault else {
        let known = "fault: one of too_many_requests, server_error, blocked, unauthorized, drop_before, drop_after";
        return Err(problem(StatusCode::UNPROCESSABLE_ENTITY, known));
    };
    let method = wish["method"].as_str().unwrap_or("send*").to_owned();
    let times = wish["times"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
    let mut world = shared.world();
    bot(&mut world, &asked)?.faults.extend(std::iter::repeat_n((method, fault), times));
    Ok(axum::Json(json!({})))
}

/// A person may come with an id this server doesn't know: the page outlives a restart.
fn person(bot: &mut Bot, user: i64, asked: &BTreeMap<String, String>) {
    let name = asked.get("name").filter(|name| !name.is_empty()).map_or("You", String::as_str);
    let user_json = json!({"id": user, "is_bot": false, "first_name": name, "language_code": "en"});
    bot.chats.entry(user).or_insert_with(|| Chat::of(user_json));
}

async fn chat(State(shared): State<Arc<Shared>>, Path(user): Path<i64>, Query(asked): Asked) -> Answer {
    let mut world = shared.world();
    let bot = bot(&mut world, &asked)?;
    person(bot, user, &asked);
    let username = bot.username.clone();
    let chat = bot.chat(user);
    Ok(axum::Json(
        json!({"bot": username, "messages": chat.messages, "keyboard": chat.keyboard, "typing": chat.typing, "blocked": chat.is_blocked}),
    ))
}

async fn act(State(shared): State<Arc<Shared>>, Path((user, act)): Path<(i64, String)>, Query(asked): Asked, body: Bytes) -> Answer {
    let wish: Value = if act == "file" { Value::Null } else { serde_json::from_slice(&body).unwrap_or_default() };
    let (text, message) = (wish["text"].as_str().unwrap_or_default(), wish["message_id"].as_i64().unwrap_or_default());
    let asks = |name: &str, other: &str| asked.get(name).cloned().unwrap_or_else(|| other.to_owned());
    let done = {
        let mut world = shared.world();
        let bot = bot(&mut world, &asked)?;
        person(bot, user, &asked);
        match act.as_str() {
            "say" if !text.is_empty() => json!({"message_id": says(bot, user, text)}),
            "press" => json!({"callback_query_id": press(bot, user, message, wish["data"].as_str().unwrap_or_default())}),
            "edit" if !text.is_empty() => {
                edits(bot, user, message, text);
                json!({})
            }
            "contact" => json!({"message_id": shares_contact(bot, user, wish["phone_number"].as_str().unwrap_or("+15550100"), true)}),
            "block" => {
                blocks_bot(bot, user, wish["blocked"] != false);
                json!({})
            }
            "file" => {
                let mime = asks("mime", "application/octet-stream");
                json!({"message_id": sends_document(bot, user, &asks("name", "file"), &mime, body.to_vec(), None)})
            }
            _ => return Err(problem(StatusCode::UNPROCESSABLE_ENTITY, "say, press, edit, contact, block or file, with what it needs")),
        }
    };
    shared.tell();
    Ok(axum::Json(done))
}

async fn file(State(shared): State<Arc<Shared>>, Path((user, message)): Path<(i64, i64)>, Query(asked): Asked) -> Response {
    let mut world = shared.world();
    let bot = match bot(&mut world, &asked) {
        Ok(bot) => bot,
        Err(answer) => return answer,
    };
    person(bot, user, &asked);
    let found = bot.chat(user).message(message).cloned().unwrap_or_default();
    let id = found["document"]["file_id"].as_str().or(found["photo"][0]["file_id"].as_str()).unwrap_or_default();
    match bot.files.get(id) {
        // What somebody sent is never shown as a page of this server's.
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CONTENT_DISPOSITION, "attachment"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, file.bytes.clone()).into_response()
        }
        None => problem(StatusCode::NOT_FOUND, "no such file"),
    }
}
