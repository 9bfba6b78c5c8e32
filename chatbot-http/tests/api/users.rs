use axum::http::StatusCode;
use chatbot_core::access::{Role, TokenKind};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{ADMIN, Server};

#[tokio::test]
async fn a_recruiter_makes_a_code_for_their_own_chat_and_an_administrator_for_anybodys() {
    let server = Server::new();
    let ada = server.chatbot.add_user("ada@example.org", "Ada", Role::Recruiter).await.unwrap();
    let bob = server.chatbot.add_user("bob@example.org", "Bob", Role::Recruiter).await.unwrap();
    let token = server.chatbot.issue_token(ada.id, TokenKind::Api, None).await.unwrap();
    let token = token.expose_secret();
    let nothing = json!({});
    let mine = server.post("/users/me/link", token, &nothing).await;
    assert_eq!(mine.status, StatusCode::CREATED);
    let mine = mine.json();
    assert_eq!((&mine["user_id"], &mine["expires_at"]), (&json!(ada.id), &json!("2026-11-23T09:15:00Z")));
    assert_eq!(mine["send"], json!(format!("/link {}", mine["code"].as_str().unwrap())));
    let path = |id| format!("/users/{id}/link-codes");
    assert_eq!(server.post(&path(ada.id), token, &nothing).await.status, StatusCode::CREATED);
    assert_eq!(server.post(&path(bob.id), token, &nothing).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.post(&path(bob.id), ADMIN, &nothing).await.status, StatusCode::CREATED);
    // The operator's token is nobody's.
    assert_eq!(server.post("/users/me/link", ADMIN, &nothing).await.problem(), "no_user");
    let viewer = server.token(Role::Viewer).await;
    assert_eq!(server.post("/users/me/link", &viewer, &nothing).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_an_administrator_lists_users() {
    let server = Server::new();
    let recruiter = server.token(Role::Recruiter).await;
    assert_eq!(server.get("/users", &recruiter).await.status, StatusCode::FORBIDDEN);
    let list = server.get("/users", ADMIN).await.json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["role"]), (1, &json!("recruiter")));
}
