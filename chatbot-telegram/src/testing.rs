//! For this crate's tests: a small Telegram that speaks HTTP and remembers what it was asked, and a bot on it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use chatbot_core::message::ChatMessage;
use chatbot_core::recruiting::Job;
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::recruiting::list::Page;
use chatbot_core::{Chatbot, MemoryStore};
use serde_json::{Value, json};

use crate::config::{TelegramArgs, TelegramConfig};
use crate::receive::Receiver;
use crate::telegram::Telegram;

pub(crate) const SECRET: &str = "test-secret_1";

type Answer = Arc<dyn Fn(&str, &Value) -> Option<(u16, Value)> + Send + Sync>;

/// A Telegram of its own on a free port.
#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) url: String,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
    answer: Answer,
    files: Arc<Mutex<Vec<u8>>>,
}

impl Fake {
    /// Answers like Telegram where `answer` has no answer of its own.
    pub(crate) async fn start(answer: impl Fn(&str, &Value) -> Option<(u16, Value)> + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { url, calls: Arc::default(), answer: Arc::new(answer), files: Arc::new(Mutex::new(b"%PDF-1.4 x".to_vec())) };
        let app =
            Router::new().route("/{bot}/{method}", any(called)).route("/file/{bot}/{*path}", any(downloaded)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        fake
    }

    /// Bodies of the calls of a method, in order.
    pub(crate) fn calls(&self, method: &str) -> Vec<Value> {
        self.calls.lock().unwrap().iter().filter(|(name, _)| name == method).map(|(_, body)| body.clone()).collect()
    }

    pub(crate) fn file(&self, bytes: Vec<u8>) {
        *self.files.lock().unwrap() = bytes;
    }
}

async fn called(State(fake): State<Fake>, Path((_, method)): Path<(String, String)>, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body)));
    let number = {
        let mut calls = fake.calls.lock().unwrap();
        calls.push((method.clone(), body.clone()));
        calls.len()
    };
    let (status, answer) = (fake.answer)(&method, &body).unwrap_or_else(|| {
        let result = match method.as_str() {
            "getMe" => json!({"id": 42, "is_bot": true, "first_name": "Bot", "username": "our_bot"}),
            "getWebhookInfo" => json!({"url": "", "pending_update_count": 0}),
            "getUpdates" => json!([]),
            "getFile" => json!({"file_id": "F", "file_unique_id": "U", "file_path": "documents/file_1.pdf"}),
            "sendMessage" | "sendDocument" | "sendPhoto" => json!({"message_id": number, "date": 1, "chat": {"id": 7, "type": "private"}}),
            _ => json!(true),
        };
        (200, json!({"ok": true, "result": result}))
    });
    if method == "getUpdates" && answer["result"] == json!([]) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    (StatusCode::from_u16(status).unwrap(), answer.to_string()).into_response()
}

async fn downloaded(State(fake): State<Fake>) -> Response {
    fake.files.lock().unwrap().clone().into_response()
}

/// A bot on a store in memory.
pub(crate) struct World {
    pub(crate) fake: Fake,
    pub(crate) chatbot: Chatbot,
    pub(crate) receiver: Receiver,
    pub(crate) job: Job,
}

pub(crate) fn config(url: &str, mode: &str) -> TelegramConfig {
    let args = TelegramArgs {
        telegram_bot_token: Some("42:AAtest-token".into()),
        telegram_webhook_secret: Some(SECRET.into()),
        telegram_api_url: Some(url.into()),
        telegram_mode: Some(mode.into()),
        telegram_rate: None,
    };
    args.check().unwrap().unwrap()
}

const JOB: &str = "{title: Cook, slug: cook, prescreen: {questions: [\
    {text: 'Do you have a health card?', kind: yes_no}, {text: 'Which kitchens?', kind: text}]}}";

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_, _| None).await
    }

    pub(crate) async fn with(answer: impl Fn(&str, &Value) -> Option<(u16, Value)> + Send + Sync + 'static) -> Self {
        let fake = Fake::start(answer).await;
        Self::on(fake, MemoryStore::new()).await
    }

    pub(crate) async fn on(fake: Fake, store: MemoryStore) -> Self {
        let telegram = Telegram::connect(config(&fake.url, "polling")).await.unwrap();
        let chatbot = Chatbot::builder(store).channel(telegram.adapter()).build().unwrap();
        let job = match chatbot.job_by_slug("cook").await.unwrap() {
            Some(job) => job,
            None => chatbot.create_job(&JobFile::from_yaml(JOB, None).unwrap(), false).await.unwrap(),
        };
        let receiver = Receiver::new(chatbot.clone(), telegram);
        Self { fake, chatbot, receiver, job }
    }

    /// Takes an update as it would come by either way, and lets everything that follows happen.
    pub(crate) async fn update(&self, update: &Value) {
        self.receiver.update(update, update.to_string().as_bytes()).await.unwrap();
        self.chatbot.drain().await.unwrap();
    }

    /// Ada writes.
    pub(crate) async fn says(&self, message_id: i64, text: &str) {
        self.update(&message(message_id, &json!({"text": text}))).await;
    }

    /// The texts that reached Telegram so far.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.fake.calls("sendMessage").iter().map(|body| body["text"].as_str().unwrap().to_owned()).collect()
    }

    /// The callback data of the newest keyboard's button with this label.
    pub(crate) fn button(&self, label: &str) -> String {
        let messages = self.fake.calls("sendMessage");
        let keyboards = messages.iter().rev().filter_map(|m| m["reply_markup"]["inline_keyboard"].as_array());
        let mut buttons = keyboards.flatten().flat_map(|row| row.as_array().unwrap().iter());
        buttons.find(|b| b["text"] == label).unwrap_or_else(|| panic!("no {label}"))["callback_data"].as_str().unwrap().to_owned()
    }

    /// The history of the newest session.
    pub(crate) async fn history(&self) -> Vec<ChatMessage> {
        let sessions = self.chatbot.sessions(false, Page { limit: 10, offset: 0 }).await.unwrap();
        self.chatbot.history(sessions[0].id, 0, 100).await.unwrap()
    }
}

/// A message of Ada's.
pub(crate) fn message(message_id: i64, more: &Value) -> Value {
    let mut message = json!({
        "message_id": message_id, "date": 1_790_000_000,
        "from": {"id": 7, "is_bot": false, "first_name": "Ada", "language_code": "en"},
        "chat": {"id": 7, "first_name": "Ada", "type": "private"},
    });
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"update_id": message_id, "message": message})
}

/// Ada presses a button.
pub(crate) fn press(id: &str, data: &str) -> Value {
    json!({"update_id": 1, "callback_query": {
        "id": id, "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "chat_instance": "1", "data": data,
        "message": message(900, &json!({"text": "Question"}))["message"],
    }})
}
