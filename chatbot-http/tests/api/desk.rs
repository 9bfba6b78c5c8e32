use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode};
use chatbot_core::access::Role;
use serde_json::{Value, json};
use std::net::SocketAddr;

use crate::support::{ADMIN, Chat, Reply, Server, ask};

async fn applied(server: &Server, says: &[&str]) -> Chat {
    let chat = server.chat().await;
    for words in says {
        server.say(&chat, words).await;
    }
    chat
}

async fn listed(server: &Server, token: &str, query: &str) -> Vec<String> {
    let reply = server.get(&format!("/conversations{query}"), token).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_conversation_is_picked_by_tag_assignee_score_and_what_the_reader_has_not_read() {
    let server = Server::new();
    let token = server.token(Role::Recruiter).await;
    let (one, two) = (applied(&server, &["yes", "5", "yes"]).await, applied(&server, &["yes", "1"]).await);
    let me = server.get("/users", ADMIN).await.json()["items"][0]["id"].clone();
    let put = async |path: &str, body: Value| server.call(Method::PUT, path, &token, &body).await.status;
    assert_eq!(put(&one.path("tags"), json!({"tags": ["early", " early ", "call"]})).await, StatusCode::NO_CONTENT);
    assert_eq!(put(&two.path("assignee"), json!({"user_id": me})).await, StatusCode::NO_CONTENT);
    assert_eq!(listed(&server, &token, "").await.len(), 2);
    assert_eq!(listed(&server, &token, "?tag=early").await, [one.id.as_str()]);
    assert_eq!(listed(&server, &token, "?mine=true").await, [two.id.as_str()]);
    assert_eq!(listed(&server, &token, "?min_score=90").await, [one.id.as_str()]);
    assert_eq!(listed(&server, &token, "?reason=must_have_failed").await, [two.id.as_str()]);
    let last = server.history(&one).await.last().unwrap()["seq"].clone();
    assert_eq!(put(&one.path("read"), json!({"seq": last})).await, StatusCode::NO_CONTENT);
    assert_eq!(listed(&server, &token, "?unread=true").await, [two.id.as_str()]);
    server.say(&one, "hello again").await;
    assert_eq!(listed(&server, &token, "?unread=true").await.len(), 2, "something new was said");
    let desk = server.get(&one.path("desk"), &token).await.json();
    assert_eq!(desk["tags"], json!(["call", "early"]));
}

#[tokio::test]
async fn a_note_is_its_authors_to_take_away_and_in_the_candidates_export() {
    let server = Server::new();
    let (ada, viewer) = (server.token(Role::Recruiter).await, server.token(Role::Viewer).await);
    let chat = applied(&server, &["yes"]).await;
    let note = server.post(&chat.path("notes"), &ada, &json!({"content": "call on Monday"})).await;
    assert_eq!(note.status, StatusCode::CREATED);
    assert_eq!(server.post(&chat.path("notes"), &viewer, &json!({"content": "x"})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(server.get(&chat.path("desk"), &chat.token).await.status, StatusCode::FORBIDDEN, "no candidate reads them");
    assert_eq!(server.get(&chat.path("export"), &chat.token).await.json()["sessions"][0]["notes"][0]["content"], "call on Monday");
    let id = note.json()["id"].as_str().unwrap().to_owned();
    let other = server.chatbot.add_user("eve@example.org", "Eve", Role::Recruiter).await.unwrap();
    let other = server.chatbot.issue_token(other.id, chatbot_core::access::TokenKind::Api, None).await.unwrap();
    let delete = async |token: &str| server.call(Method::DELETE, &format!("/notes/{id}"), token, &json!({})).await.status;
    assert_eq!(delete(secrecy::ExposeSecret::expose_secret(&other)).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&ada).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&ada).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_finds_what_people_wrote_and_not_what_an_erased_person_did() {
    let server = Server::new();
    let chat = applied(&server, &["yes", "five years of Müller's sourdough"]).await;
    let found = async |words: &str| {
        let reply = server.get(&format!("/conversations/search?q={words}"), ADMIN).await.json();
        assert_eq!(reply["complete"], true);
        reply["items"].as_array().unwrap().len()
    };
    assert_eq!(found("sourd%20muller").await, 1);
    assert_eq!(found("baked").await, 0, "the bot's own questions are no find");
    let candidate = server.get(&format!("/chat/sessions/{}", chat.id), ADMIN).await.json()["candidate_id"].as_str().unwrap().to_owned();
    let erased = server.call(Method::DELETE, &format!("/candidates/{candidate}"), ADMIN, &json!({})).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.text());
    assert_eq!(found("sourdough").await, 0);
}

#[tokio::test]
async fn who_shares_an_address_may_be_the_same_and_is_merged_by_a_person_only() {
    let server = Server::new();
    let token = server.token(Role::Recruiter).await;
    let says = ["yes", "5", "yes", "Jane Doe", "jane@example.org"];
    let (one, two) = (applied(&server, &says).await, applied(&server, &says).await);
    let candidate = async |chat: &Chat| {
        let view = server.get(&format!("/chat/sessions/{}", chat.id), ADMIN).await.json();
        view["candidate_id"].as_str().unwrap().to_owned()
    };
    let (a, b) = (candidate(&one).await, candidate(&two).await);
    assert_ne!(a, b, "nobody is merged by this alone");
    let same = server.get(&format!("/candidates/{a}/same"), &token).await.json();
    assert_eq!((&same["items"][0]["candidate_id"], &same["items"][0]["in_common"]), (&json!(b), &json!(["email"])));
    let merged = server.post(&format!("/candidates/{a}/merge"), &token, &json!({"candidate_id": b})).await;
    assert_eq!(merged.status, StatusCode::NO_CONTENT);
    assert_eq!(candidate(&two).await, a);
    assert_eq!(server.get(&format!("/candidates/{b}"), &token).await.status, StatusCode::NOT_FOUND);
    server.say(&two, "submit").await;
    assert_eq!(server.post(&format!("/candidates/{a}/merge"), &token, &json!({"candidate_id": a})).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn questions_are_checked_and_tried_without_being_kept() {
    let server = Server::new();
    let job = server.job().await;
    applied(&server, &["yes", "5", "yes"]).await;
    let file = |text: &str| json!({"title": "Baker", "prescreen": {"questions": [{"text": text, "kind": "yes_no"}]}});
    let warned = server.post("/jobs/check", ADMIN, &file("Are you married?")).await.json();
    assert!(warned["valid"] == true && warned["warnings"][0].as_str().unwrap().contains("marital"), "{warned}");
    let wrong =
        server.post("/jobs/check", ADMIN, &json!({"title": "Baker", "prescreen": {"questions": [{"kind": "number"}]}})).await.json();
    assert!(wrong["valid"] == false && wrong["error"]["field"].as_str().unwrap().contains("text"), "{wrong}");
    let tried =
        json!({"questions": [{"text": "How many years have you baked?", "kind": "number", "rule": {"min": 10}, "must_have": true}]});
    let row = server.post(&format!("/jobs/{}/what-if", job.id), ADMIN, &tried).await.json()["applications"][0].clone();
    assert_eq!((&row["score"], &row["new_score"]), (&json!(100.0), &json!(50.0)));
    assert_eq!((&row["must_have_failed"], &row["new_must_have_failed"]), (&json!(false), &json!(true)));
    assert_eq!(server.get(&format!("/jobs/{}", job.id), ADMIN).await.json()["question_set_version"], 1);
    let figures = server.get(&format!("/figures?job_id={}&days=7", job.id), ADMIN).await.json();
    assert_eq!((&figures["begun"], &figures["questions"][0]["reached"]), (&json!(1), &json!(1)));
}

async fn from(server: &Server, method: Method, path: &str, token: &str, kind: &str, body: &str, address: &str) -> Reply {
    let mut request = ask(method, path, token).header("content-type", kind).body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 4000)));
    server.send(request).await
}

#[tokio::test]
async fn a_candidate_writes_twenty_messages_a_minute_and_is_told_when_to_go_on() {
    let server = Server::new();
    let (chat, other) = (server.chat().await, server.chat().await);
    let say = async |chat: &Chat, address: &str| {
        from(&server, Method::POST, &chat.path("messages"), &chat.token, "application/json", r#"{"content":"x"}"#, address).await
    };
    for _ in 0..20 {
        assert_eq!(say(&chat, "203.0.113.7").await.status, StatusCode::ACCEPTED);
    }
    let refused = say(&chat, "203.0.113.8").await;
    assert_eq!((refused.status, refused.problem().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"));
    assert!((1..=4).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(say(&other, "203.0.113.7").await.status, StatusCode::ACCEPTED, "another session has its own pace");
    assert_eq!(say(&chat, "127.0.0.1").await.status, StatusCode::ACCEPTED, "this machine is exempt");
}

#[tokio::test]
async fn guessing_a_password_is_slowed_and_its_owner_gets_in_all_the_while() {
    let server = Server::new();
    let token = server.token(Role::Recruiter).await;
    let set = server.call(Method::PUT, "/users/me/password", &token, &json!({"password": "four words put together"})).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.text());
    let enter = async |email: &str, password: &str, address: &str| {
        let body = format!("email={email}&password={}", password.replace(' ', "+"));
        from(&server, Method::POST, "/signin", "", "application/x-www-form-urlencoded", &body, address).await
    };
    let (unknown, wrong) =
        (enter("nobody@example.org", "x", "198.51.100.1").await, enter("recruiter@example.org", "x", "198.51.100.2").await);
    assert_eq!((unknown.status, wrong.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert_eq!(unknown.text(), wrong.text(), "nobody learns which of the two was wrong");
    for _ in 0..9 {
        assert_eq!(enter("recruiter@example.org", "guess", "198.51.100.2").await.status, StatusCode::UNAUTHORIZED);
    }
    let slowed = enter("recruiter@example.org", "four words put together", "198.51.100.2").await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.header("retry-after").parse::<u32>().unwrap() <= 91);
    let owner = enter("Recruiter@example.org", "four words put together", "198.51.100.3").await;
    assert_eq!(owner.status, StatusCode::SEE_OTHER, "{}", owner.text());
}

#[tokio::test]
async fn a_change_of_role_or_password_ends_what_is_signed_in() {
    let server = Server::new();
    let token = server.token(Role::Recruiter).await;
    let enter = async || {
        let form = format!("token={token}");
        let reply = from(&server, Method::POST, "/signin", "", "application/x-www-form-urlencoded", &form, "127.0.0.1").await;
        reply.header("set-cookie").split(';').next().unwrap().to_owned()
    };
    let console = async |cookie: &str| {
        let request = ask(Method::GET, "/console/account", "").header("cookie", cookie).body(Body::empty()).unwrap();
        server.send(request).await.status
    };
    let (first, second) = (enter().await, enter().await);
    assert_ne!(first, second);
    assert_eq!(console(&first).await, StatusCode::OK);
    assert_eq!(server.get("/users/me/sign-ins", &token).await.json()["items"].as_array().unwrap().len(), 2);
    let id = server.get("/users/me/sign-ins", &token).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let ended = server.call(Method::DELETE, &format!("/users/me/sign-ins/{id}"), &token, &json!({})).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!([console(&first).await, console(&second).await].iter().filter(|status| **status == StatusCode::OK).count(), 1);
    let third = enter().await;
    server.call(Method::PUT, "/users/me/password", &token, &json!({"password": "four words put together"})).await;
    assert_eq!(console(&third).await, StatusCode::SEE_OTHER, "a new password ends the others");
    let fourth = enter().await;
    let user = server.get("/users", ADMIN).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let changed = server.call(Method::PATCH, &format!("/users/{user}"), ADMIN, &json!({"role": "viewer"})).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    assert_eq!(console(&fourth).await, StatusCode::SEE_OTHER, "so does a new role");
}
