use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{ADMIN, Server};

fn bodies(replies: &Value) -> Vec<String> {
    replies.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn waiting_brings_what_the_bot_says_to_this_message() {
    let server = Server::new();
    server.work();
    let chat = server.chat().await;
    let reply = server.post(&format!("{}?wait=10", chat.path("messages")), &chat.token, &json!({"content": "yes"})).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let said = reply.json();
    let replies = bodies(&said["replies"]);
    assert!(replies.iter().any(|words| words.contains("How many years")), "{replies:?}");
    assert_eq!(said["replies"][0]["metadata"]["expects"]["type"], "question");
    assert!(said["message_id"].is_string() && said["seq"].is_i64());
}

#[tokio::test]
async fn waiting_under_takeover_brings_nothing_and_does_not_wait_for_it() {
    let server = Server::new();
    server.work();
    let chat = server.chat().await;
    let taken = server.post(&chat.path("takeover"), ADMIN, &json!({})).await;
    assert_eq!(taken.json(), json!({"automation_enabled": false, "in_flight": 0}));
    let reply = server.post(&format!("{}?wait=10", chat.path("messages")), &chat.token, &json!({"content": "yes"})).await;
    assert_eq!((reply.status, &reply.json()["replies"]), (StatusCode::OK, &json!([])));
    let given = server.post(&chat.path("release"), ADMIN, &json!({})).await;
    assert_eq!(given.json()["automation_enabled"], true);
}

#[tokio::test(start_paused = true)]
async fn when_the_time_runs_out_the_message_is_accepted_all_the_same() {
    let server = Server::new();
    let chat = server.chat().await;
    let reply = server.post(&format!("{}?wait=5", chat.path("messages")), &chat.token, &json!({"content": "yes"})).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert!(reply.json().get("replies").is_none());
}

#[tokio::test]
async fn a_wait_is_a_number_of_seconds_up_to_thirty() {
    let server = Server::new();
    let chat = server.chat().await;
    for wait in ["31", "-1", "NaN", "inf", "x", "", "1e9"] {
        let reply = server.post(&format!("{}?wait={wait}", chat.path("messages")), &chat.token, &json!({"content": "x"})).await;
        assert_eq!((reply.status, reply.json()["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("wait")), "{wait}");
    }
    assert_eq!(server.history(&chat).await.len(), 1, "none was stored");
}

#[tokio::test]
async fn the_same_client_message_id_counts_once_and_another_body_under_it_is_refused() {
    let server = Server::new();
    let chat = server.chat().await;
    let body = json!({"content": "yes", "client_message_id": "one"});
    let first = server.post(&chat.path("messages"), &chat.token, &body).await;
    let again = server.post(&chat.path("messages"), &chat.token, &body).await;
    assert_eq!((first.status, first.json()), (again.status, again.json()));
    let other = server.post(&chat.path("messages"), &chat.token, &json!({"content": "no", "client_message_id": "one"})).await;
    assert_eq!((other.status, other.problem().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "client_message_id_reused"));
    server.chatbot.drain().await.unwrap();
    let said = server.history(&chat).await;
    assert_eq!(said.iter().filter(|message| message["sender"] == "candidate").count(), 1);
    // Another candidate's ids are their own.
    let neighbour = server.chat().await;
    let theirs = server.post(&neighbour.path("messages"), &neighbour.token, &json!({"content": "no", "client_message_id": "one"})).await;
    assert_eq!(theirs.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_recruiters_message_is_theirs_and_needs_no_takeover() {
    let server = Server::new();
    let chat = server.chat().await;
    let reply =
        server.post(&chat.path("messages"), ADMIN, &json!({"content": "Hello, Ada here", "metadata": {"author": "somebody else"}})).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let message = server.history(&chat).await.pop().unwrap();
    assert_eq!((message["sender"].as_str(), message["metadata"]["author"].as_str()), (Some("recruiter"), Some("admin")));
}

#[tokio::test]
async fn whoever_opted_out_is_written_to_by_nobody() {
    let server = Server::new();
    let chat = server.chat().await;
    server.say(&chat, "STOP").await;
    let reply = server.post(&chat.path("messages"), ADMIN, &json!({"content": "please come back"})).await;
    assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::CONFLICT, "opted_out"));
}

#[tokio::test]
async fn the_history_is_read_in_pieces() {
    let server = Server::new();
    let chat = server.chat().await;
    server.say(&chat, "yes").await;
    let mut seen = Vec::new();
    let mut after = 0;
    loop {
        let page = server.get(&format!("{}?after={after}&limit=1", chat.path("history")), &chat.token).await.json();
        let Some(message) = page["messages"].get(0) else { break };
        seen.push(message["seq"].as_i64().unwrap());
        after = page["next_after"].as_i64().unwrap();
    }
    assert_eq!(seen, [1, 2, 3]);
}
