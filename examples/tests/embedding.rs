//! The embedding examples, run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, dead_code, reason = "tests may")]
#![allow(clippy::duplicate_mod, reason = "each example is a program of its own, and brings what it shares")]

#[path = "../custom_channel.rs"]
mod custom_channel;
#[path = "../custom_provider.rs"]
mod custom_provider;
#[path = "../custom_skill.rs"]
mod custom_skill;
#[path = "../events_bus.rs"]
mod events_bus;
#[path = "../own_auth.rs"]
mod own_auth;
#[path = "../talk.rs"]
mod talk;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use chatbot_core::message::Sender;
use chatbot_core::{Chatbot, MemoryStore};
use tower::ServiceExt as _;

#[tokio::test]
async fn a_hosts_skill_answers_between_the_built_in_ones() {
    let chatbot = custom_skill::chatbot(Arc::new(custom_skill::Friday)).unwrap();
    let names: Vec<&str> = chatbot.skills().iter().map(|(name, _)| name.as_str()).collect();
    let at = |name: &str| names.iter().position(|n| *n == name);
    assert!(at("onboarding") < at("workshop_visit"), "{names:?}");
    let talk = talk::begin(&chatbot).await.unwrap();
    let said = talk.say(&["yes", "6", "Ada", "ada@example.org", "submit", "could I visit the workshop"]).await.unwrap();
    assert_eq!(said.last().unwrap().content, "You're welcome to visit us on Friday at ten.");
}

#[tokio::test]
async fn a_hosts_channel_gets_each_reply_once_and_in_order() {
    let messenger = custom_channel::Messenger::default();
    let chatbot = custom_channel::chatbot(messenger.clone()).unwrap();
    talk::begin(&chatbot).await.unwrap();
    for (id, text) in [("m1", "hello"), ("m2", "yes"), ("m2", "yes"), ("m3", "six")] {
        custom_channel::received(&chatbot, "ada", id, text).await.unwrap();
        chatbot.drain().await.unwrap();
    }
    let sent = messenger.sent();
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent[0].1.contains("[Yes] [No]") && sent[1].1.contains("Question 1") && sent[2].1.contains("name"), "{sent:?}");
    assert!(sent.iter().all(|(to, _)| to == "ada"));
}

#[tokio::test]
async fn a_hosts_provider_answers_what_the_facts_do_not_and_gives_no_points() {
    let chatbot = custom_provider::chatbot().unwrap();
    let talk = talk::begin(&chatbot).await.unwrap();
    let said = talk.say(&["yes", "can I bring my dog?"]).await.unwrap();
    let last = said.iter().rev().find(|m| m.sender == Sender::Bot).unwrap();
    assert!(last.content.contains("Dogs are welcome") && last.content.contains("Question 1"), "{}", last.content);
}

#[tokio::test]
async fn a_hosts_bus_gets_each_event() {
    let (chatbot, mut events) = events_bus::chatbot().unwrap();
    let talk = talk::begin(&chatbot).await.unwrap();
    talk.say(&["yes", "6", "Ada", "ada@example.org", "submit", "/human"]).await.unwrap();
    let kinds: Vec<&str> = std::iter::from_fn(|| events.try_recv().ok()).map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["CHAT_PRESCREEN_COMPLETED", "CHAT_ESCALATION"]);
}

#[tokio::test]
async fn whom_the_host_knows_the_bot_knows_and_nobody_else() {
    let chatbot = Chatbot::builder(MemoryStore::default()).build().unwrap();
    let talk = talk::begin(&chatbot).await.unwrap();
    let sessions = own_auth::HostSessions(BTreeMap::from([("known".to_owned(), "Grace".to_owned())]));
    let app = own_auth::routes(chatbot.clone(), sessions);
    let ask = |method: &str, path: String, session: Option<&str>| {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(session) = session {
            request = request.header("x-host-session", session);
        }
        app.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask("GET", "/bot/jobs".into(), Some("known")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(ask("GET", "/bot/jobs".into(), Some("guessed")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(ask("GET", "/bot/jobs".into(), None).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let takeover = format!("/bot/chat/{}/takeover", talk.session_id);
    assert_eq!(ask("POST", takeover, Some("known")).await.unwrap().status(), StatusCode::OK);
    let history = chatbot.history(talk.session_id, 0, 10).await.unwrap();
    assert!(history.iter().any(|m| m.sender == Sender::System && m.content.contains("Grace")), "the host's own name is said");
}
