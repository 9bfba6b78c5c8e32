//! The orchestrator's webhook against a receiver that checks every signature by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests may")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::message::{InboxEntry, Person};
use chatbot_core::orchestrator::webhook::{WebhookSink, WebhookTarget};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::session::OpenSession;
use chatbot_core::{Chatbot, MemoryStore};
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

/// `whsec_` and the base64 of the key, written out so that the receiver needs nothing of ours.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

#[derive(Debug, Clone)]
struct Received {
    id: String,
    timestamp: i64,
    body: Value,
}

/// What the receiver answers next (200 where nothing is left), and what came.
#[derive(Default)]
struct Receiver {
    answers: Mutex<VecDeque<u16>>,
    received: Mutex<Vec<Received>>,
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> Response {
    let of = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, timestamp) = (of("webhook-id"), of("webhook-timestamp"));
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(&body);
    let digits = |bytes: &[u8]| bytes.iter().fold(String::new(), |digits, b| digits + &format!("{b:08b}"));
    // Base64 by hand: six bits a letter.
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits = digits(&mac.finalize().into_bytes());
    let mut signed: String = bits
        .as_bytes()
        .chunks(6)
        .map(|six| alphabet[usize::from_str_radix(&format!("{:0<6}", str::from_utf8(six).unwrap()), 2).unwrap()])
        .collect();
    signed.push('=');
    assert_eq!(of("webhook-signature"), format!("v1,{signed}"));
    assert_eq!(of("content-type"), "application/json");
    receiver.received.lock().unwrap().push(Received {
        id,
        timestamp: timestamp.parse().unwrap(),
        body: serde_json::from_slice(&body).unwrap(),
    });
    let status = StatusCode::from_u16(receiver.answers.lock().unwrap().pop_front().unwrap_or(200)).unwrap();
    // Where a redirect would lead to: nobody may go there.
    (status, [(header::LOCATION, "/elsewhere")], "x".repeat(200_000)).into_response()
}

struct World {
    bot: Chatbot,
    clock: Arc<FakeClock>,
    receiver: Arc<Receiver>,
}

impl World {
    async fn new(answers: &[u16]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let receiver = Arc::new(Receiver { answers: Mutex::new(answers.iter().copied().collect()), ..Receiver::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?for=us", listener.local_addr().unwrap());
        // Who follows the redirect is told that all is well, and sends no more.
        let elsewhere = any(|| async { StatusCode::OK });
        let routes = Router::new().route("/hook", post(receive)).route("/elsewhere", elsewhere).with_state(Arc::clone(&receiver));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self::over(&url, receiver)
    }

    fn over(url: &str, receiver: Arc<Receiver>) -> Self {
        let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let target = WebhookTarget::from_settings(Some(url), Some(&SECRET.into())).unwrap().unwrap();
        let sink = WebhookSink::new(target, WebhookSink::client().unwrap(), clock.clone());
        let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
        let bot = Chatbot::builder(store).clock(clock.clone()).events(sink).build().unwrap();
        Self { bot, clock, receiver }
    }

    /// A candidate asks for a person, which is an event.
    async fn escalate(&self) -> Uuid {
        let job = "title: Baker\nprescreen: {questions: [{text: 'Do you bake?', kind: yes_no}]}";
        let job = self.bot.create_job(&JobFile::from_yaml(job, None).unwrap(), false).await.unwrap();
        let person = Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() };
        let session = self.bot.open_session(OpenSession::new(person)).await.unwrap().session;
        // The notice is read before it is agreed to; who never agreed is forgotten after a day, events and all.
        self.bot.drain().await.unwrap();
        for text in ["yes", "/human"] {
            self.bot.save_incoming_message(InboxEntry::text(session.id, text)).await.unwrap();
            self.bot.drain().await.unwrap();
        }
        session.id
    }

    /// Hours pass, each in steps in which whatever is due is tried.
    async fn hours(&self, hours: i64) {
        for _ in 0..hours * 2 {
            self.clock.advance(Duration::minutes(30));
            self.bot.drain().await.unwrap();
        }
    }

    fn received(&self) -> Vec<Received> {
        self.receiver.received.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn an_event_is_sent_signed_and_whole() {
    let w = World::new(&[]).await;
    let session = w.escalate().await;
    w.hours(2).await;
    let [first] = &w.received()[..] else { panic!("{:?}", w.received()) };
    let event = &w.bot.events_of(session).await.unwrap()[0];
    assert_eq!(
        (first.id.parse::<Uuid>().unwrap(), first.timestamp),
        (event.id, "2026-11-23T09:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp())
    );
    assert_eq!(first.body["type"], "CHAT_ESCALATION");
    assert_eq!(first.body["timestamp"], "2026-11-23T09:00:00Z");
    assert_eq!(first.body["data"]["session_id"], session.to_string());
    assert_eq!(first.body["data"]["event_id"], event.id.to_string());
    assert_eq!(first.body["data"]["detail"]["reason"], "human_requested");
    assert_eq!(first.body["data"]["job"]["slug"], "baker");
    assert_eq!(first.body.as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn what_was_not_taken_is_sent_again_under_the_same_id_and_a_new_time() {
    let w = World::new(&[500, 302, 404, 429, 204]).await;
    w.escalate().await;
    w.hours(5).await;
    let received = w.received();
    assert_eq!(received.len(), 5, "{received:?}");
    for pair in received.windows(2) {
        assert_eq!((&pair[0].id, &pair[0].body), (&pair[1].id, &pair[1].body));
        assert!(pair[0].timestamp < pair[1].timestamp);
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_asked_once() {
    let w = World::new(&[410]).await;
    w.escalate().await;
    w.hours(5).await;
    assert_eq!(w.received().len(), 1);
}

#[tokio::test]
async fn after_three_days_an_event_is_given_up() {
    let w = World::new(&[500; 1000]).await;
    let session = w.escalate().await;
    w.hours(71).await;
    let tried = w.received().len();
    assert!(tried > 10, "{tried}");
    w.hours(3).await;
    let given_up = w.received().len();
    assert!(given_up > tried);
    w.hours(24).await;
    assert_eq!(w.received().len(), given_up);
    assert_eq!(w.bot.events_of(session).await.unwrap().len(), 1, "it stays in the record");
}

#[tokio::test]
async fn a_receiver_that_cannot_be_reached_is_tried_again() {
    let w = World::new(&[]).await;
    // A port that nobody listens on.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let w = World::over(&format!("http://{closed}/hook"), w.receiver);
    w.escalate().await;
    w.hours(1).await;
    assert_eq!(w.received().len(), 0);
    let listener = tokio::net::TcpListener::bind(closed).await.unwrap();
    let routes = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&w.receiver));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    w.hours(1).await;
    assert_eq!(w.received().len(), 1);
}
