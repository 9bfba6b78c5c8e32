use axum::http::StatusCode;
use chrono::Duration;
use serde_json::json;

use crate::support::{ADMIN, Server, chat};

#[tokio::test]
async fn anyone_opens_a_web_session_and_gets_its_token_and_application() {
    let server = Server::new();
    server.job().await;
    let reply = server.post("/chat/sessions", "", &json!({"platform": "web", "job_slug": "baker", "source": "fair"})).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let body = reply.json();
    assert_eq!((body["created"].as_bool(), body["automation_enabled"].as_bool()), (Some(true), Some(true)));
    assert!(body["token"].as_str().unwrap().len() >= 43 && body["application_id"].is_string());
}

#[tokio::test]
async fn a_session_opens_with_no_body_at_all() {
    let server = Server::new();
    let reply = server.send(axum::http::Request::post("/chat/sessions").body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
}

#[tokio::test]
async fn a_token_finds_its_open_session_again() {
    let server = Server::new();
    let first = server.chat().await;
    let reply = server.post("/chat/sessions", &first.token, &json!({"job_slug": "baker"})).await;
    assert_eq!((reply.status, reply.json()["session_id"].as_str()), (StatusCode::OK, Some(first.id.as_str())));
    assert!(reply.json().get("token").is_none(), "the one it holds still does");
}

#[tokio::test]
async fn an_expired_session_is_continued_by_its_successor() {
    let server = Server::new();
    let first = server.chat().await;
    server.say(&first, "yes").await;
    server.clock.advance(Duration::hours(73));
    let late = server.post(&first.path("messages"), &first.token, &json!({"content": "five"})).await;
    assert_eq!((late.status, late.problem().as_str()), (StatusCode::CONFLICT, "session_expired"));
    let reply = server.post("/chat/sessions", &first.token, &json!({})).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let next = chat(&reply);
    assert_ne!(next.id, first.id);
    assert!(!next.token.is_empty());
    assert_eq!(next.application_id, first.application_id);
    assert_eq!(server.post(&next.path("messages"), &next.token, &json!({"content": "five"})).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_token_nobody_gave_opens_nothing() {
    let server = Server::new();
    server.job().await;
    assert_eq!(server.post("/chat/sessions", "nonsense", &json!({"job_slug": "baker"})).await.problem(), "unauthorized");
}

#[tokio::test]
async fn an_unknown_job_is_said_to_be_unknown() {
    let server = Server::new();
    for body in [json!({"job_slug": "none"}), json!({"job_slug": "a\u{0}b"}), json!({"job_id": "00000000-0000-4000-8000-000000000000"})] {
        let reply = server.post("/chat/sessions", "", &body).await;
        assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::NOT_FOUND, "job_not_found"), "{body}");
    }
    let reply = server.post("/chat/sessions", "", &json!({"job_id": "x"})).await;
    assert_eq!((reply.status, reply.json()["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("job_id")));
}

#[tokio::test]
async fn other_platforms_and_chosen_people_need_an_api_token() {
    let server = Server::new();
    let first = server.chat().await;
    for body in [json!({"platform": "telegram"}), json!({"platform_user_id": "u-17"}), json!({"application_id": first.application_id})] {
        assert_eq!(server.post("/chat/sessions", "", &body).await.status, StatusCode::UNAUTHORIZED, "{body}");
    }
    assert_eq!(server.post("/chat/sessions", &first.token, &json!({"platform_user_id": "u-17"})).await.status, StatusCode::FORBIDDEN);
    let mine = json!({"platform": "partner", "platform_user_id": "u-17", "job_slug": "baker"});
    let reply = server.post("/chat/sessions", ADMIN, &mine).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert!(reply.json().get("token").is_none());
    let again = server.post("/chat/sessions", ADMIN, &mine).await;
    assert_eq!((again.status, &again.json()["session_id"]), (StatusCode::OK, &reply.json()["session_id"]));
}

#[tokio::test]
async fn nobody_continues_anothers_application() {
    let server = Server::new();
    let (mine, other) = (server.chat().await, server.chat().await);
    let reply = server.post("/chat/sessions", &mine.token, &json!({"application_id": other.application_id})).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}
