//! A server in memory, and the ways to ask it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chatbot_core::access::{Role, TokenKind};
use chatbot_core::chatbot::ChatbotBuilder;
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::recruiting::Job;
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::{Chatbot, MemoryStore};
use chatbot_http::{HttpOptions, router};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(crate) const ADMIN: &str = "admin-token-of-the-tests-0123456789abcdef";

pub(crate) struct Server {
    pub(crate) chatbot: Chatbot,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) shutdown: CancellationToken,
    router: Router,
}

/// A candidate's session.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) application_id: Option<String>,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {:?}", self.bytes))
    }

    /// The problem's code, having checked its form.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{:?}", self.bytes);
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        body["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(set: impl FnOnce(&mut HttpOptions)) -> Self {
        let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
        Self::over(Chatbot::builder(store).clock(clock.clone()), clock, set)
    }

    /// One process of those that share a store.
    pub(crate) fn over(builder: ChatbotBuilder, clock: Arc<FakeClock>, set: impl FnOnce(&mut HttpOptions)) -> Self {
        let chatbot = builder.build().unwrap();
        let shutdown = CancellationToken::new();
        let mut options = HttpOptions::new("");
        options.admin_token = Some(ADMIN.into());
        options.public_url = Some("http://127.0.0.1:8080".into());
        options.shutdown = shutdown.clone();
        set(&mut options);
        let router = router(chatbot.clone(), options);
        Self { chatbot, clock, shutdown, router }
    }

    /// Workers of its own until it is dropped with its runtime.
    pub(crate) fn work(&self) {
        let (chatbot, shutdown) = (self.chatbot.clone(), self.shutdown.clone());
        tokio::spawn(async move { chatbot.run(shutdown).await });
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply { status: parts.status, headers: parts.headers, bytes: to_bytes(body, usize::MAX).await.unwrap() }
    }

    /// For answers that don't end.
    pub(crate) async fn open(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        self.send(ask(Method::GET, path, token).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, token: &str, body: &Value) -> Reply {
        let request = ask(method, path, token).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, token, body).await
    }

    pub(crate) async fn raw(&self, path: &str, token: &str, body: impl Into<Body>) -> Reply {
        let request = ask(Method::POST, path, token).header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn job(&self) -> Job {
        let file = json!({"slug": "baker", "title": "Baker", "facts": {"salary": "3,000 a month"}, "prescreen": {"questions": [
            {"text": "How many years have you baked?", "kind": "number", "rule": {"min": 2}, "must_have": true},
            {"text": "Can you start at four in the morning?", "kind": "yes_no", "rule": {"expected": true}}]}});
        self.chatbot.create_job(&JobFile::from_json_value(file).unwrap(), false).await.unwrap()
    }

    /// A web session for the job, which is made if it isn't there; the bot has spoken.
    pub(crate) async fn chat(&self) -> Chat {
        if self.chatbot.job_by_slug("baker").await.unwrap().is_none() {
            self.job().await;
        }
        let reply = self.post("/chat/sessions", "", &json!({"job_slug": "baker"})).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        self.chatbot.drain().await.unwrap();
        chat(&reply)
    }

    /// Says something and lets the bot answer.
    pub(crate) async fn say(&self, chat: &Chat, content: &str) -> Value {
        let reply = self.post(&chat.path("messages"), &chat.token, &json!({"content": content})).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
        self.chatbot.drain().await.unwrap();
        reply.json()
    }

    pub(crate) async fn history(&self, chat: &Chat) -> Vec<Value> {
        self.get(&chat.path("history"), &chat.token).await.json()["messages"].as_array().unwrap().clone()
    }

    /// An API token of a new user of this role.
    pub(crate) async fn token(&self, role: Role) -> String {
        let user = self.chatbot.add_user(&format!("{}@example.org", role.as_str()), role.as_str(), role).await.unwrap();
        let token = self.chatbot.issue_token(user.id, TokenKind::Api, None).await.unwrap();
        token.expose_secret().to_owned()
    }
}

impl Chat {
    pub(crate) fn path(&self, what: &str) -> String {
        format!("/chat/{}/{what}", self.id)
    }
}

pub(crate) fn chat(opened: &Reply) -> Chat {
    let body = opened.json();
    Chat {
        id: body["session_id"].as_str().unwrap().to_owned(),
        token: body["token"].as_str().unwrap_or_default().to_owned(),
        application_id: body["application_id"].as_str().map(str::to_owned),
    }
}

pub(crate) fn ask(method: Method, path: &str, token: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    if token.is_empty() { request } else { request.header("authorization", format!("Bearer {token}")) }
}
