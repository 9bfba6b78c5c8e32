//! A model server of our own, in the format of OpenAI's chat completions: it refuses what such a server would refuse, writes
//! word by word where it is asked to, and can stop in the middle of a sentence or be down.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::server::Plan;

/// What calls must carry.
pub const KEY: &str = "sk-key-of-the-fake-model-0123456789";
/// The model's name. It has no price that is known.
pub const NAME: &str = "house-model";

/// The server. Stops with the test that started it.
#[derive(Debug, Clone)]
pub struct FakeModel {
    state: Arc<Mutex<Heard>>,
    flows: Arc<watch::Sender<bool>>,
    address: String,
}

/// What the fake knows.
#[derive(Debug, Default)]
struct Heard {
    says: String,
    down: bool,
    requests: Vec<Value>,
    violations: Vec<String>,
    first_words: VecDeque<Instant>,
}

impl FakeModel {
    /// Listens on a port of its own and says these words to everything.
    pub async fn start(says: &str) -> Self {
        let state = Arc::new(Mutex::new(Heard { says: says.to_owned(), ..Heard::default() }));
        let flows = Arc::new(watch::Sender::new(true));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { state, flows, address };
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// A server's only slot.
    pub fn only(&self, plan: Plan) -> Plan {
        self.variables().into_iter().fold(plan, |plan, (name, value)| plan.env(name, value))
    }

    /// The slot's variables.
    pub fn variables(&self) -> [(&'static str, String); 4] {
        [
            ("PROVIDER1_TYPE", "openai_compatible".into()),
            ("PROVIDER1_BASE_URL", format!("{}/v1", self.address)),
            ("PROVIDER1_API_KEY", KEY.into()),
            ("PROVIDER1_MODEL", NAME.into()),
        ]
    }

    /// Says something else from now on.
    pub fn says(&self, words: &str) {
        words.clone_into(&mut self.heard().says);
    }

    /// Answers 500, or answers again.
    pub fn down(&self, down: bool) {
        self.heard().down = down;
    }

    /// Streams stop after their first three words, or go on.
    pub fn holds(&self, held: bool) {
        self.flows.send_replace(!held);
    }

    /// The requests' bodies, oldest first.
    pub fn requests(&self) -> Vec<Value> {
        self.heard().requests.clone()
    }

    /// When the first words of the oldest stream not asked about yet were written.
    pub fn first_words(&self) -> Option<Instant> {
        self.heard().first_words.pop_front()
    }

    /// No request was one that such a server refuses.
    pub fn assert_sound(&self) {
        assert_eq!(self.heard().violations, Vec::<String>::new());
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong with a request.
fn violation(headers: &HeaderMap, request: &Value) -> Option<String> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if header("authorization") != format!("Bearer {KEY}") {
        return Some("the key is missing".into());
    }
    if !header("content-type").starts_with("application/json") {
        return Some(format!("content-type {:?}", header("content-type")));
    }
    if request["model"] != NAME {
        return Some(format!("model {}", request["model"]));
    }
    let messages = request["messages"].as_array().filter(|messages| !messages.is_empty());
    let Some(messages) = messages else { return Some("no messages".into()) };
    let sound = |m: &Value| matches!(m["role"].as_str(), Some("system" | "user" | "assistant")) && m["content"].is_string();
    messages.iter().find(|m| !sound(m)).map(|m| format!("a message {m}"))
}

async fn complete(State(fake): State<FakeModel>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (says, down) = {
        let mut heard = fake.heard();
        if let Some(violation) = violation(&headers, &request) {
            heard.violations.push(violation.clone());
            return (StatusCode::BAD_REQUEST, json!({ "error": { "message": violation } }).to_string()).into_response();
        }
        heard.requests.push(request.clone());
        (heard.says.clone(), heard.down)
    };
    if down {
        return (StatusCode::INTERNAL_SERVER_ERROR, json!({ "error": { "message": "out of order" } }).to_string()).into_response();
    }
    let usage = json!({ "prompt_tokens": 120, "completion_tokens": 8, "total_tokens": 128 });
    let kind = if request["stream"] == true { "text/event-stream" } else { "application/json" };
    let answer = Response::builder().header("content-type", kind);
    if request["stream"] != true {
        let choice = json!({ "index": 0, "message": { "role": "assistant", "content": says }, "finish_reason": "stop" });
        let whole = json!({ "id": "x", "object": "chat.completion", "created": 1, "model": NAME, "choices": [choice], "usage": usage });
        return answer.body(Body::from(whole.to_string())).unwrap();
    }
    let pieces: Vec<String> = says.split_inclusive(' ').map(str::to_owned).collect();
    let count = pieces.len();
    let words = futures::stream::iter(pieces.into_iter().enumerate()).then(move |(at, piece)| {
        let (fake, mut flows) = (fake.clone(), fake.flows.subscribe());
        async move {
            if at == 3 {
                // A gate that is never opened is a hung model, and the bot's time-out to notice.
                let _ = tokio::time::timeout(Duration::from_secs(60), flows.wait_for(|flows| *flows)).await;
            }
            if at == 0 {
                fake.heard().first_words.push_back(Instant::now());
            }
            let last = (at + 1 == count).then_some("stop");
            let chunk = json!({ "id": "x", "object": "chat.completion.chunk", "created": 1, "model": NAME,
                "choices": [{ "index": 0, "delta": { "content": piece }, "finish_reason": last }] });
            format!("data: {chunk}\n\n")
        }
    });
    let end = json!({ "id": "x", "object": "chat.completion.chunk", "created": 1, "model": NAME, "choices": [], "usage": usage });
    let end = futures::stream::iter([format!("data: {end}\n\n"), "data: [DONE]\n\n".to_owned()]);
    answer.body(Body::from_stream(words.chain(end).map(Ok::<_, Infallible>))).unwrap()
}
