use axum::http::StatusCode;
use chatbot_core::access::Role;
use serde_json::{Value, json};

use crate::support::{ADMIN, Server};

fn job() -> Value {
    json!({"title": "Night baker", "employer": "Example Bakery", "prescreen": {"questions": [
        {"text": "How many years have you baked?", "kind": "number", "rule": {"min": 4}, "must_have": true},
        {"text": "Where would you rather work?", "kind": "choice", "options": [{"value": "shop"}, {"value": "bakery"}]},
    ]}})
}

fn said(played: &Value, sender: &str) -> Vec<String> {
    let messages = played["messages"].as_array().unwrap().iter().filter(|m| m["sender"] == sender);
    messages.map(|m| m["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_preview_says_what_a_candidate_would_be_told_and_scores_as_their_answers_would_be() {
    let server = Server::new();
    let lines = [json!({"content": "Yes", "button": "yes"}), json!({"content": "2"}), json!({"content": "what about tea?"})];
    let played = server.post("/jobs/preview", ADMIN, &json!({"job": job(), "lines": lines})).await.json();
    // The same words to a real candidate of the same job.
    assert_eq!(server.post("/jobs", ADMIN, &job()).await.status, StatusCode::CREATED);
    let opened = server.post("/chat/sessions", "", &json!({"job_slug": "night-baker"})).await.json();
    let (id, token) = (opened["session_id"].as_str().unwrap(), opened["token"].as_str().unwrap());
    server.chatbot.drain().await.unwrap();
    for line in &lines {
        let metadata = if line["button"].is_null() { json!({}) } else { json!({"button": line["button"]}) };
        let body = json!({"content": line["content"], "metadata": metadata});
        assert_eq!(server.post(&format!("/chat/{id}/messages"), token, &body).await.status, StatusCode::ACCEPTED);
        server.chatbot.drain().await.unwrap();
    }
    let real = server.get(&format!("/chat/{id}/history"), token).await.json();
    assert_eq!(said(&played, "bot"), said(&real, "bot"));
    assert_eq!(said(&played, "candidate"), ["Yes", "2", "what about tea?"]);
    assert_eq!((&played["application"]["jd_match_score"], &played["application"]["must_have_failed"]), (&json!(50.0), &json!(true)));
    let opening = server.post("/jobs/preview", ADMIN, &json!({"job": job()})).await.json();
    assert_eq!(opening["messages"][0]["metadata"]["buttons"].as_array().map(Vec::len), Some(2), "{opening}");
}

#[tokio::test]
async fn a_preview_leaves_nothing_behind() {
    let server = Server::new();
    let recruiter = server.token(Role::Recruiter).await;
    let lines = [json!({"content": "yes"}), json!({"content": "2"}), json!({"content": "I want to talk to a person"})];
    let reply = server.post("/jobs/preview", &recruiter, &json!({"job": job(), "lines": lines})).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    for path in ["/jobs", "/conversations", "/actions", "/activity"] {
        assert_eq!(server.get(path, &recruiter).await.json()["items"], json!([]), "{path}");
    }
}

#[tokio::test]
async fn a_preview_of_what_is_no_job_says_what_is_wrong() {
    let server = Server::new();
    let viewer = server.token(Role::Viewer).await;
    assert_eq!(server.post("/jobs/preview", &viewer, &json!({"job": job()})).await.status, StatusCode::FORBIDDEN);
    for (body, field) in [
        (json!({"job": {"title": "x", "prescreen": {"questions": [{"kind": "number"}]}}}), "text"),
        (json!({"job": job(), "lines": [{"say": "yes"}]}), "say"),
        (json!({"job": job(), "lines": [["yes", null]]}), "should be a list of objects"),
        (json!({"lines": []}), "job"),
        (json!({"job": job(), "lines": vec![json!({"content": "yes"}); 61]}), "lines"),
        (json!({"job": job(), "lines": [{"content": "x".repeat(4_001)}]}), "lines"),
    ] {
        let reply = server.post("/jobs/preview", ADMIN, &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text());
        assert!(reply.text().contains(field), "{field}: {}", reply.text());
    }
}
