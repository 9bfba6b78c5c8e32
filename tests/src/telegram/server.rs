//! The server: who calls, what for, and the answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::fault::{Fault, drop_connection};
use super::methods::{ApiError, fetch, run};
use super::params::{percent, read};
use super::phone::Phone;
use super::world::{Bot, Call, Chat, Shared};
use super::{check, control, hook, limits, polling, witness};

/// A running fake of Telegram. Ends when it is dropped.
#[derive(Debug)]
pub struct FakeTelegram {
    pub(super) shared: Arc<Shared>,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl FakeTelegram {
    /// The token of the bot that is there from the start.
    pub const TOKEN: &str = "4200000001:AAfake-token-of-a-bot-for-tests_0123";
    /// That bot's name.
    pub const USERNAME: &str = "example_jobs_bot";

    /// On a free port, with one bot.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self::serve(listener, false);
        fake.add_bot(Self::TOKEN, Self::USERNAME);
        fake
    }

    /// On this listener; with `any_token`, each token of the right shape is a bot's.
    pub fn serve(listener: TcpListener, any_token: bool) -> Self {
        // The client wants a TLS provider even for plain HTTP; whoever is not the first finds one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let shared = Arc::new(Shared::new(any_token));
        let address = listener.local_addr().unwrap();
        let routes = control::routes().fallback(api).layer(DefaultBodyLimit::max(55 << 20)).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(serve(listener, routes));
        Self { shared, address, serving }
    }

    /// `TELEGRAM_API_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a bot; answers its id.
    pub fn add_bot(&self, token: &str, username: &str) -> i64 {
        add_bot(&self.shared, token, username)
    }

    /// Somebody who has never written to the first bot.
    pub fn user(&self, first_name: &str) -> Phone {
        let mut world = self.shared.world();
        let id = world.user();
        let bot = *world.bots.keys().next().expect("a bot");
        self.person(&mut world.bots, bot, &json!({"id": id, "is_bot": false, "first_name": first_name, "language_code": "en"}))
    }

    /// The same person with another bot.
    pub fn with_bot(&self, phone: &Phone, token: &str) -> Phone {
        let mut world = self.shared.world();
        let bot = world.bot_of(token).expect("a bot of this token");
        let user = world.bot(phone.bot).chat(phone.user).user.clone();
        self.person(&mut world.bots, bot, &user)
    }

    fn person(&self, bots: &mut std::collections::BTreeMap<i64, Bot>, bot: i64, user: &Value) -> Phone {
        let id = user["id"].as_i64().unwrap();
        bots.get_mut(&bot).unwrap().chats.insert(id, Chat::of(user.clone()));
        Phone::new(Arc::clone(&self.shared), bot, id)
    }

    /// Calls the API doesn't take, one line each; a test of a well-behaved bot finds none.
    pub fn violations(&self) -> Vec<String> {
        self.shared.world().violations.clone()
    }

    /// The parameters of every call of a method so far, to whichever bot.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        let world = self.shared.world();
        let calls = world.bots.values().flat_map(|bot| bot.calls.iter()).filter(|call| call.method == method);
        calls.map(|call| Value::Object(call.values.clone())).collect()
    }

    /// What will go wrong with the next calls that send something to a person.
    pub fn fail_sends(&self, times: usize, fault: Fault) {
        self.fail("send*", times, fault);
    }

    /// What will go wrong with the next calls of a method of the first bot.
    pub fn fail(&self, method: &str, times: usize, fault: Fault) {
        let mut world = self.shared.world();
        let bot = world.bots.values_mut().next().expect("a bot");
        bot.faults.extend(std::iter::repeat_n((method.to_owned(), fault), times));
    }

    /// Whether every fault has come about.
    pub fn faults_are_spent(&self) -> bool {
        self.shared.world().bots.values().all(|bot| bot.faults.is_empty())
    }

    /// Updates that nobody has confirmed.
    pub fn pending(&self) -> usize {
        self.shared.world().bots.values().map(|bot| bot.updates.len()).sum()
    }

    /// How many updates pollers were given so far, each as often as it was given.
    pub fn handed_out(&self) -> usize {
        self.shared.world().bots.values().map(|bot| bot.handed_out).sum()
    }

    /// Polls that were turned away: another one came, or a webhook is set.
    pub fn conflicts(&self) -> usize {
        self.shared.world().bots.values().map(|bot| bot.conflicts).sum()
    }

    /// What the first bot's webhook answered so far; 0: nothing.
    pub fn webhook_statuses(&self) -> Vec<u16> {
        let world = self.shared.world();
        world.bots.values().next().and_then(|bot| bot.webhook.as_ref()).map(|hook| hook.statuses.clone()).unwrap_or_default()
    }

    /// Has the first bot's updates taken to this address, as `setWebhook` does.
    pub fn set_webhook(&self, url: &str, secret: &str) {
        let mut world = self.shared.world();
        let bot = world.bots.values_mut().next().expect("a bot");
        let hook = super::world::Webhook { url: url.into(), secret: Some(secret.into()), max_connections: 40, ..Default::default() };
        bot.webhook = Some(hook);
        drop(world);
        self.shared.tell();
    }

    /// Serves until the process ends.
    pub async fn forever(mut self) {
        let _ = (&mut self.serving).await;
    }
}

fn add_bot(shared: &Arc<Shared>, token: &str, username: &str) -> i64 {
    let bot = Bot::new(token, username);
    let id = bot.id;
    shared.world().bots.insert(id, bot);
    tokio::spawn(hook::deliver(Arc::clone(shared), id));
    id
}

async fn serve(listener: TcpListener, routes: Router) {
    axum::serve(listener, routes).await.unwrap();
}

/// Everything whose path begins with a token.
async fn api(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = String::from_utf8_lossy(&percent(request.uri().path().as_bytes())).into_owned();
    if let Some((token, path)) = path.strip_prefix("/file/bot").and_then(|rest| rest.split_once('/')) {
        return download(&shared, token, path);
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        return refusal(&ApiError::new(404, "Not Found"));
    };
    match call(&shared, token, method, request).await {
        Ok(result) => axum::Json(json!({"ok": true, "result": result})).into_response(),
        Err(error) => refusal(&error),
    }
}

async fn call(shared: &Arc<Shared>, token: &str, name: &str, request: Request) -> Result<Value, ApiError> {
    let id = authenticate(shared, token)?;
    let came = Instant::now();
    let Some((method, fields)) = shared.spec.method(name) else {
        shared.world().violations.push(format!("{name}: there is no such method"));
        return Err(ApiError::new(404, "Not Found"));
    };
    let args = async { check::check(&shared.spec, fields, read(request).await?) }.await;
    let checked = args.and_then(|args| limits::check(method, &args).map(|()| args));
    let mut args = checked.map_err(|problem| {
        shared.world().violations.push(format!("{method}: {problem}"));
        ApiError::new(400, format!("Bad Request: {problem}"))
    })?;
    let fault = {
        let mut world = shared.world();
        let bot = world.bot(id);
        bot.calls.push(Call { method: method.into(), values: args.values.clone() });
        bot.fault(method)
    };
    match fault {
        Some(Fault::DropBefore) => drop_connection(),
        Some(fault) => {
            if let Some(error) = fault.answer() {
                return Err(error);
            }
        }
        None => {}
    }
    if method == "getUpdates" {
        return polling::get_updates(shared, id, &args).await;
    }
    fetch(shared, &mut args).await?;
    if let Some(wait) = witness::delay(shared, method) {
        tokio::time::sleep(wait).await;
    }
    let result = {
        let mut world = shared.world();
        let result = run(world.bot(id), method, &args);
        if let (true, Some(chat)) = (method == "sendMessage" && result.is_ok(), args.int("chat_id")) {
            world.sends.entry(chat).or_default().push((came, args.text("text").unwrap_or_default().to_owned()));
        }
        result
    };
    if result.as_ref().is_err_and(|error| error.code == 501) {
        shared.world().violations.push(format!("{method}: the fake doesn't do this"));
    }
    shared.tell();
    if fault == Some(Fault::DropAfter) {
        drop_connection();
    }
    result
}

/// The bot of a token. One that has no token's shape is answered like a path that leads nowhere.
fn authenticate(shared: &Arc<Shared>, token: &str) -> Result<i64, ApiError> {
    let shaped = token.split_once(':').is_some_and(|(id, secret)| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        id.parse::<i64>().is_ok() && !secret.is_empty() && secret.bytes().all(plain)
    });
    if !shaped {
        return Err(ApiError::new(404, "Not Found"));
    }
    let (found, any) = {
        let world = shared.world();
        (world.bot_of(token), world.any_token)
    };
    match found {
        Some(id) => Ok(id),
        None if any => Ok(add_bot(shared, token, FakeTelegram::USERNAME)),
        None => Err(ApiError::new(401, "Unauthorized")),
    }
}

fn download(shared: &Arc<Shared>, token: &str, path: &str) -> Response {
    let id = match authenticate(shared, token) {
        Ok(id) => id,
        Err(error) => return refusal(&error),
    };
    let mut world = shared.world();
    match world.bot(id).files.values().find(|file| file.path == path) {
        Some(file) => ([(header::CONTENT_TYPE, "application/octet-stream")], Body::from(file.bytes.clone())).into_response(),
        None => refusal(&ApiError::new(404, "Not Found")),
    }
}

fn refusal(error: &ApiError) -> Response {
    let mut body = json!({"ok": false, "error_code": error.code, "description": error.description});
    if !error.parameters.is_null() {
        body["parameters"] = error.parameters.clone();
    }
    (StatusCode::from_u16(error.code).unwrap(), axum::Json(body)).into_response()
}
