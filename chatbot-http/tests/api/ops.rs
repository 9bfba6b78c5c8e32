use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, StatusCode};
use chatbot_core::access::{Actor, Role};
use chatbot_core::clock::FakeClock;
use chatbot_core::fault::Fault;
use chatbot_http::{Authenticator, Group, Principal};
use serde_json::json;

use crate::support::{ADMIN, Server, ask};

#[tokio::test]
async fn a_server_is_ready_until_it_stops() {
    let server = Server::new();
    assert_eq!(server.get("/healthz", "").await.json(), json!({"status": "ok"}));
    assert_eq!(server.get("/readyz", "").await.json()["status"], "ready");
    server.shutdown.cancel();
    let stopping = server.get("/readyz", "").await;
    assert_eq!(
        (stopping.status, stopping.problem().as_str(), stopping.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready", "1")
    );
    assert_eq!(server.get("/healthz", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_a_staff_token() {
    let server = Server::with(|options| options.metrics = Some(Arc::new(|| "up 1\n".to_owned())));
    let from = async |peer: &str, token: &str, forwarded: bool| {
        let mut request = ask(Method::GET, "/metrics", token);
        if forwarded {
            request = request.header("x-forwarded-for", "203.0.113.9");
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        server.send(request).await.status
    };
    assert_eq!(from("127.0.0.1:5000", "", false).await, StatusCode::OK);
    assert_eq!(from("[::ffff:127.0.0.1]:5000", "", false).await, StatusCode::OK);
    assert_eq!(from("127.0.0.1:5000", "", true).await, StatusCode::UNAUTHORIZED);
    assert_eq!(from("203.0.113.9:5000", "", false).await, StatusCode::UNAUTHORIZED);
    assert_eq!(from("203.0.113.9:5000", ADMIN, false).await, StatusCode::OK);
}

#[tokio::test]
async fn only_a_server_with_a_test_clock_can_be_moved_in_time() {
    let now = json!({"now": "2026-11-23T12:30:00Z"});
    let plain = Server::new();
    assert_eq!(plain.post("/test/clock", ADMIN, &now).await.status, StatusCode::NOT_FOUND);
    let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let server = Server::with(|options| options.test_clock = Some(clock));
    assert_eq!(server.post("/test/clock", "", &now).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.post("/test/clock", ADMIN, &now).await.json()["now"], "2026-11-23T12:30:00Z");
    assert_eq!(server.post("/test/worker", ADMIN, &json!({"paused": true})).await.json(), json!({"paused": true}));
    let noon = server.post("/test/clock", ADMIN, &json!({"now": "noon"})).await.json();
    assert_eq!((noon["field"].as_str(), noon["detail"].as_str()), (Some("now"), Some("`now` should be a time as 2026-11-22T09:00:00Z.")));
}

#[tokio::test]
async fn a_worker_serves_health_and_nothing_else() {
    let server = Server::with(|options| options.groups = vec![Group::Ops]);
    assert_eq!(server.get("/readyz", "").await.status, StatusCode::OK);
    for path in ["/", "/jobs", "/console", "/docs", "/openapi.json", "/assets/chat.js"] {
        assert_eq!(server.get(path, ADMIN).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

struct Host;

#[async_trait]
impl Authenticator for Host {
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<Principal>, Fault> {
        if headers.contains_key("x-broken") {
            return Err(Fault::Unavailable("the host's own database".into()));
        }
        let actor =
            headers.get("x-user").map(|name| Actor { user_id: None, name: name.to_str().unwrap().to_owned(), role: Role::Recruiter });
        Ok(actor.map(|actor| Principal::Staff { actor, csrf: None }))
    }
}

#[tokio::test]
async fn a_host_signs_its_own_people_in_and_candidates_tokens_work_all_the_same() {
    let server = Server::with(|options| options.auth = Some(Arc::new(Host)));
    let chat = server.chat().await;
    let theirs = ask(Method::GET, "/stats", "").header("x-user", "grace").body(Body::empty()).unwrap();
    assert_eq!(server.send(theirs).await.status, StatusCode::OK);
    assert_eq!(server.get("/stats", "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.get(&chat.path("history"), &chat.token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_store_that_fails_is_a_503_that_says_when_to_come_back() {
    let server = Server::with(|options| options.auth = Some(Arc::new(Host)));
    let chat = server.chat().await;
    let request = ask(Method::POST, &chat.path("messages"), &chat.token).header("x-broken", "1").header("content-type", "application/json");
    let reply = server.send(request.body(Body::from(r#"{"content":"x"}"#)).unwrap()).await;
    assert_eq!(
        (reply.status, reply.problem().as_str(), reply.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "1")
    );
}

#[tokio::test]
async fn the_demo_receipt_is_for_demo_conversations_only() {
    let server = Server::new();
    let chat = server.chat().await;
    assert_eq!(server.get(&format!("/demo/receipt/{}", chat.id), &chat.token).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/demo", "").await.status, StatusCode::NOT_FOUND);
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    let mut demo: serde_json::Value = serde_json::to_value(chatbot_core::recruiting::job_view::JobView::from(&job)).unwrap();
    demo = json!({"slug": "demo-baker", "title": demo["title"].take(), "prescreen": {"questions": [{"text": "How many years?", "kind": "number", "rule": {"min": 2}}]}});
    server.chatbot.create_job(&chatbot_core::recruiting::job_file::JobFile::from_json_value(demo).unwrap(), true).await.unwrap();
    let shown = crate::support::chat(&server.post("/chat/sessions", "", &json!({"job_slug": "demo-baker"})).await);
    server.chatbot.drain().await.unwrap();
    for words in ["yes", "four"] {
        server.say(&shown, words).await;
    }
    let receipt = server.get(&format!("/demo/receipt/{}", shown.id), &shown.token).await.json();
    assert_eq!((receipt["jd_match_score"].as_f64(), receipt["answers"][0]["value"].as_i64()), (Some(100.0), Some(4)));
    assert_eq!(server.get("/demo", "").await.status, StatusCode::OK);
    let gone = server.call(Method::DELETE, "/demo", ADMIN, &json!({})).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text());
    assert_eq!(server.get("/demo", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get(&shown.path("history"), &shown.token).await.status, StatusCode::UNAUTHORIZED, "their session went with it");
    assert_eq!(server.get(&chat.path("history"), &chat.token).await.status, StatusCode::OK, "others stay");
}
