use axum::http::{Method, StatusCode};
use chatbot_core::access::{Role, TokenKind};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

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

#[tokio::test]
async fn who_changed_a_role_a_password_a_job_or_took_a_copy_of_a_person_stands_in_the_log() {
    let server = Server::new();
    let (admin, chat) = (server.token(Role::Admin).await, server.chat().await);
    let made = server.post("/users", &admin, &json!({"email": "eve@example.org", "name": "Eve", "role": "viewer"})).await.json();
    let put = async |method: Method, path: &str, body: Value| server.call(method, path, &admin, &body).await.status;
    assert_eq!(put(Method::PATCH, &format!("/users/{}", made["id"].as_str().unwrap()), json!({"role": "recruiter"})).await, 204);
    assert_eq!(put(Method::PUT, "/users/me/password", json!({"password": "four words put together"})).await, 204);
    let job = server.post("/jobs", &admin, &json!({"title": "Cook"})).await.json();
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(put(Method::PATCH, &path, json!({"title": "Chef"})).await, 200);
    assert_eq!(put(Method::PUT, &format!("{path}/questions"), json!({"questions": [{"text": "Cake?", "kind": "yes_no"}]})).await, 200);
    let person = server.get(&format!("/chat/sessions/{}", chat.id), &admin).await.json()["candidate_id"].clone();
    assert_eq!(server.get(&format!("/candidates/{}/export", person.as_str().unwrap()), &admin).await.status, 200);
    let log = server.get("/activity", &admin).await;
    for kind in ["user_added", "role_changed", "password_set", "job_created", "job_changed", "questions_changed", "candidate_exported"] {
        let items = log.json()["items"].as_array().unwrap().clone();
        let line = items.iter().find(|line| line["type"] == kind).unwrap_or_else(|| panic!("{kind}: {}", log.text()));
        assert_eq!((&line["actor_type"], &line["actor"]), (&json!("recruiter"), &json!("admin")), "{line}");
    }
    assert!(!log.text().contains("four words") && !log.text().contains(made["token"].as_str().unwrap()), "no secret is logged");
}
