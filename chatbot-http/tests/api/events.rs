use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::wake::{Signal, Wake};
use chatbot_core::{Chatbot, MemoryStore};
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::support::{ADMIN, Chat, Server, ask};

/// One connection.
struct Stream {
    body: BodyDataStream,
    rest: String,
}

impl Stream {
    async fn open(server: &Server, chat: &Chat, last_event_id: Option<&str>) -> Self {
        let mut request = ask(Method::GET, &chat.path("events"), &chat.token);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = server.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), rest: String::new() }
    }

    /// The next event as (name, id, data); none at the end.
    async fn next(&mut self) -> Option<(String, Option<i64>, Value)> {
        loop {
            if let Some((event, rest)) = self.rest.clone().split_once("\n\n") {
                rest.clone_into(&mut self.rest);
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned));
                let Some(name) = field("event") else { continue };
                return Some((name, field("id").map(|id| id.parse().unwrap()), serde_json::from_str(&field("data").unwrap()).unwrap()));
            }
            let chunk = self.body.next().await?.unwrap();
            self.rest.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next message's number, other events passed over.
    async fn message(&mut self) -> i64 {
        loop {
            let (name, id, data) = self.next().await.unwrap();
            if name == "message" {
                assert_eq!(data["seq"].as_i64(), id);
                return id.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn control_comes_first_then_what_was_said_then_what_is_said() {
    let server = Server::new();
    let chat = server.chat().await;
    let mut stream = Stream::open(&server, &chat, None).await;
    assert_eq!(stream.next().await.unwrap(), ("control".into(), None, json!({"automation_enabled": true})));
    assert_eq!(stream.message().await, 1);
    server.say(&chat, "yes").await;
    assert_eq!((stream.message().await, stream.message().await), (2, 3));
}

#[tokio::test]
async fn a_broken_stream_goes_on_where_it_was_without_a_hole() {
    let server = Server::new();
    let chat = server.chat().await;
    server.say(&chat, "yes").await;
    server.say(&chat, "five").await;
    let mut stream = Stream::open(&server, &chat, Some("2")).await;
    assert_eq!((stream.message().await, stream.message().await, stream.message().await), (3, 4, 5));
    let mut nonsense = Stream::open(&server, &chat, Some("ninety")).await;
    assert_eq!(nonsense.message().await, 1, "an unreadable id gets everything");
}

#[tokio::test]
async fn a_takeover_is_told_to_whoever_listens() {
    let server = Server::new();
    let chat = server.chat().await;
    let mut stream = Stream::open(&server, &chat, Some("1")).await;
    assert_eq!(stream.next().await.unwrap().2, json!({"automation_enabled": true}));
    server.post(&chat.path("takeover"), ADMIN, &json!({})).await;
    let (name, _, data) = stream.next().await.unwrap();
    assert_eq!((name.as_str(), data), ("control", json!({"automation_enabled": false})));
    let (name, _, data) = stream.next().await.unwrap();
    assert_eq!((name.as_str(), data["sender"].as_str()), ("message", Some("system")));
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let server = Server::new();
    let chat = server.chat().await;
    let mut stream = Stream::open(&server, &chat, Some("1")).await;
    stream.next().await.unwrap();
    server.shutdown.cancel();
    assert!(stream.next().await.is_none());
}

/// Hears nothing of other processes, and knows it or not.
struct Deaf {
    connected: bool,
    here: broadcast::Sender<Signal>,
}

impl Wake for Deaf {
    fn signal(&self, signal: Signal) {
        let _ = self.here.send(signal);
    }

    fn listen(&self) -> broadcast::Receiver<Signal> {
        self.here.subscribe()
    }

    fn is_connected(&self) -> bool {
        self.connected
    }
}

/// How long the page of one process takes to show what was said at another that can't wake it.
async fn unwoken(connected: bool) -> Duration {
    let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
    let process = || {
        let wake = Deaf { connected, here: broadcast::channel(16).0 };
        Server::over(Chatbot::builder(store.clone()).clock(clock.clone()).wake(Arc::new(wake)), clock.clone(), |_| {})
    };
    let (one, other) = (process(), process());
    let chat = other.chat().await;
    let mut stream = Stream::open(&one, &chat, None).await;
    assert_eq!(stream.message().await, 1);
    other.say(&chat, "yes").await;
    let began = tokio::time::Instant::now();
    assert_eq!(stream.message().await, 2);
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_page_shows_what_another_process_did_within_two_seconds_while_nothing_wakes_it() {
    let took = unwoken(false).await;
    assert!(took <= Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_page_whose_wake_up_was_lost_unnoticed_looks_by_itself_within_eight_seconds() {
    let took = unwoken(true).await;
    assert!(took <= Duration::from_secs(8), "{took:?}");
}

#[tokio::test]
async fn nobody_seems_to_type_to_whom_a_person_answers() {
    let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let wake = Arc::new(Deaf { connected: true, here: broadcast::channel(16).0 });
    let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
    let server = Server::over(Chatbot::builder(store).clock(clock.clone()).wake(wake.clone()), clock, |_| {});
    let chat = server.chat().await;
    let types = || wake.signal(Signal::Typing(chat.id.parse().unwrap(), true));
    let mut stream = Stream::open(&server, &chat, Some("1")).await;
    assert_eq!(stream.next().await.unwrap().0, "control");
    types();
    assert_eq!(stream.next().await.unwrap().0, "typing");
    server.post(&chat.path("takeover"), ADMIN, &json!({})).await;
    assert_eq!((stream.next().await.unwrap().0.as_str(), stream.message().await), ("control", 2));
    types();
    server.post(&chat.path("messages"), ADMIN, &json!({"content": "Hello"})).await;
    assert_eq!(stream.next().await.unwrap().0, "message");
}
