//! A recruiter at work: stage moves, corrected answers, lists for spreadsheets, chats to start and to watch.

use axum::http::{Method, StatusCode};
use chatbot_core::access::Role;
use serde_json::{Value, json};

use crate::support::{ADMIN, Chat, Reply, Server, chat};

async fn submitted(server: &Server) -> Chat {
    let chat = server.chat().await;
    for words in ["yes", "three years", "yes", "Ada", "+49 170 1234567", "submit"] {
        server.say(&chat, words).await;
    }
    chat
}

fn path(chat: &Chat) -> String {
    format!("/applications/{}", chat.application_id.clone().unwrap())
}

async fn patch(server: &Server, path: &str, token: &str, body: &Value) -> Reply {
    server.call(Method::PATCH, path, token, body).await
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str, field: Option<&str>) {
    assert_eq!((reply.status.as_u16(), reply.problem().as_str()), (status, code), "{}", reply.text());
    assert_eq!(reply.json()["field"].as_str(), field, "{}", reply.text());
}

#[tokio::test]
async fn an_application_is_moved_by_recruiters_and_the_move_stands_in_the_log() {
    let server = Server::new();
    let chat = submitted(&server).await;
    let (viewer, recruiter) = (server.token(Role::Viewer).await, server.token(Role::Recruiter).await);
    let wish = json!({"status": "shortlisted", "reason": "strong", "note": "call on Monday"});
    assert_eq!(patch(&server, &path(&chat), &viewer, &wish).await.problem(), "forbidden");
    let moved = patch(&server, &path(&chat), &recruiter, &wish).await;
    assert_eq!((moved.status, moved.json()["status"].as_str()), (StatusCode::OK, Some("shortlisted")), "{}", moved.text());
    let log = server
        .get(&format!("/activity?application_id={}&type=application_moved", chat.application_id.clone().unwrap()), ADMIN)
        .await
        .json();
    let line = &log["items"][0];
    assert_eq!((line["actor"].as_str(), line["detail"]["note"].as_str()), (Some("recruiter"), Some("call on Monday")), "{line}");
    assert!(!server.history(&chat).await.iter().any(|m| m.to_string().contains("Monday")), "a note is never shown to the candidate");
}

#[tokio::test]
async fn rejecting_needs_somebody_who_read_it_and_a_reason() {
    let server = Server::new();
    let chat = submitted(&server).await;
    let path = path(&chat);
    refused(&patch(&server, &path, ADMIN, &json!({"status": "rejected"})).await, 422, "invalid_field", Some("reason"));
    let wish = json!({"status": "rejected", "reason": "no early shifts"});
    refused(&patch(&server, &path, ADMIN, &wish).await, 409, "not_opened", Some("status"));
    assert_eq!(server.get(&path, ADMIN).await.json()["status"], "prescreen_completed");
    let rejected = patch(&server, &path, ADMIN, &wish).await;
    assert_eq!(rejected.json()["status"], "rejected", "{}", rejected.text());
}

#[tokio::test]
async fn what_is_wrong_with_a_move_names_its_field_and_an_example() {
    let server = Server::new();
    let chat = submitted(&server).await;
    let path = path(&chat);
    let long = "x".repeat(2_001);
    for (body, status, code, field) in [
        (json!({}), 422, "invalid_field", Some("status")),
        (json!({"reason": "x"}), 422, "invalid_field", Some("status")),
        (json!({"status": "promoted"}), 422, "invalid_field", Some("status")),
        (json!({"status": "withdrawn", "reason": "x"}), 422, "invalid_field", Some("status")),
        (json!({"status": "in_progress"}), 409, "submitted", Some("status")),
        (json!({"status": "hired", "jd_match_score": 100}), 422, "unknown_field", Some("jd_match_score")),
        (json!({"status": "hired", "note": long}), 422, "invalid_field", Some("note")),
        (json!({"status": 5}), 422, "invalid_field", Some("status")),
    ] {
        let reply = patch(&server, &path, ADMIN, &body).await;
        refused(&reply, status, code, field);
        assert!(code == "unknown_field" || !reply.json()["example"].is_null(), "{}", reply.text());
    }
    assert_eq!(server.get(&path, ADMIN).await.json()["status"], "prescreen_completed");
    let other = server.chat().await;
    let unasked = patch(&server, &self::path(&other), ADMIN, &json!({"status": "hired"})).await;
    refused(&unasked, 409, "not_consented", None);
}

#[tokio::test]
async fn a_value_a_person_read_is_scored_anew_with_both_values_on_record() {
    let server = Server::new();
    let chat = server.chat().await;
    for words in ["yes", "plenty of them", "oh, plenty", "yes"] {
        server.say(&chat, words).await;
    }
    let question = server.chatbot.job_by_slug("baker").await.unwrap().unwrap().questions[0].id;
    let before = server.get(&path(&chat), ADMIN).await.json();
    assert_eq!((&before["answers"][0]["value"], &before["answers"][0]["state"]), (&Value::Null, &json!("unread")));
    let place = format!("{}/answers/{question}", path(&chat));
    let viewer = server.token(Role::Viewer).await;
    let wish = json!({"value": 1, "reason": "asked her on the phone"});
    assert_eq!(patch(&server, &place, &viewer, &wish).await.problem(), "forbidden");
    for (body, code, field) in [
        (json!({"value": "one", "reason": "x"}), "invalid_field", "value"),
        (json!({"value": null, "reason": "x"}), "invalid_field", "value"),
        (json!({"value": 1}), "missing_field", "reason"),
        (json!({"reason": "x"}), "missing_field", "value"),
        (json!({"value": 1, "reason": " "}), "invalid_field", "reason"),
        (json!({"value": 1, "reason": "x", "score": 1}), "unknown_field", "score"),
    ] {
        refused(&patch(&server, &place, ADMIN, &body).await, 422, code, Some(field));
    }
    let corrected = patch(&server, &place, ADMIN, &wish).await;
    assert_eq!(corrected.status, StatusCode::OK, "{}", corrected.text());
    let application = corrected.json();
    let answer = &application["answers"][0];
    assert_eq!((&answer["value"], &answer["score"], &answer["state"]), (&json!(1), &json!(0.5), &json!("corrected")));
    assert_eq!(answer["answer_text"], before["answers"][0]["answer_text"]);
    assert!(answer["reason"].as_str().unwrap().contains("admin read it as 1"), "{answer}");
    assert_eq!((&application["jd_match_score"], &application["must_have_failed"]), (&json!(75.0), &json!(true)));
    let open = server.get("/actions?status=open", ADMIN).await.json();
    assert_eq!(open["items"].as_array().unwrap().iter().map(|a| a["type"].clone()).collect::<Vec<_>>(), [json!("must_have_failed")]);
    let absent = format!("{}/answers/00000000-0000-4000-8000-000000000000", path(&chat));
    assert_eq!(patch(&server, &absent, ADMIN, &wish).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_ranked_list_is_served_for_spreadsheets_without_a_formula_in_it() {
    let server = Server::new();
    let first = submitted(&server).await;
    let second = server.chat().await;
    for words in ["yes", "one year", "no"] {
        server.say(&second, words).await;
    }
    server.chat().await;
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    let reply = server.get(&format!("/jobs/{}/applications.csv", job.id), ADMIN).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("content-type").starts_with("text/csv; charset=utf-8"));
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"baker.csv\"");
    let text = reply.text();
    assert!(
        text.starts_with("rank,application_id,name,emails,phones,status,score,must_haves,answered,submitted_at,source,1. How many"),
        "{text}"
    );
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[3]), (4, ""), "a head and the two who agreed: {text}");
    assert!(lines[1].starts_with(&format!("1,{},", first.application_id.clone().unwrap())), "{text}");
    assert!(lines[1].contains(",Ada,,'+49"), "{text}");
    assert!(lines[1].contains(",prescreen_completed,100,passed,2 of 2,2026-11-23T09:00:00Z,,3,three years,1,yes,yes,1"), "{text}");
    assert!(
        lines[2].starts_with(&format!("2,{},,,,in_progress,25,failed,2 of 2,,,1,one year,0.5,no,no,0", second.application_id.unwrap())),
        "{text}"
    );
    assert_eq!(server.get(&format!("/jobs/{}/applications.csv?limit=1", job.id), ADMIN).await.problem(), "unknown_parameter");
    assert_eq!(server.get(&format!("/jobs/{}/applications.csv", job.id), &first.token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_chat_is_started_with_a_candidate_by_a_link_to_hand_over_or_on_another_channel() {
    let server = Server::new();
    let first = server.chat().await;
    server.say(&first, "yes").await;
    let wish = json!({"application_id": first.application_id});
    let opened = server.post("/chat/sessions", ADMIN, &wish).await;
    assert_eq!((opened.status, opened.json()["created"].as_bool()), (StatusCode::CREATED, Some(true)), "{}", opened.text());
    server.chatbot.drain().await.unwrap();
    let second = chat(&opened);
    assert_eq!(second.application_id, first.application_id);
    let link = opened.json()["link"].as_str().unwrap().to_owned();
    assert_eq!(link, format!("http://127.0.0.1:8080/j/baker#chat={}.{}", second.id, second.token));
    assert!(server.history(&second).await[0]["content"].as_str().unwrap().contains("Question 1 of 2"), "it goes on where it stands");

    let elsewhere = json!({"platform": "partner", "platform_user_id": "u-17", "application_id": first.application_id});
    let reply = server.post("/chat/sessions", ADMIN, &elsewhere).await;
    assert_eq!((reply.status, reply.json().get("token"), reply.json().get("link")), (StatusCode::CREATED, None, None), "{}", reply.text());
    assert_eq!(server.post("/chat/sessions", ADMIN, &elsewhere).await.json()["created"], false);

    let absent = json!({"application_id": "00000000-0000-4000-8000-000000000000"});
    assert_eq!(server.post("/chat/sessions", ADMIN, &absent).await.problem(), "not_found");
    let viewer = server.token(Role::Viewer).await;
    assert_eq!(server.post("/chat/sessions", &viewer, &wish).await.problem(), "forbidden");
    let other = server.post("/jobs", ADMIN, &json!({"title": "Cook"})).await.json();
    let both = json!({"application_id": first.application_id, "job_id": other["id"]});
    refused(&server.post("/chat/sessions", ADMIN, &both).await, 422, "invalid_field", Some("application_id"));

    server.say(&first, "STOP").await;
    for body in [wish, elsewhere] {
        refused(&server.post("/chat/sessions", ADMIN, &body).await, 409, "opted_out", None);
    }
}

#[tokio::test]
async fn conversations_are_watched_by_job_and_by_who_waits() {
    let server = Server::new();
    let (first, second) = (submitted(&server).await, server.chat().await);
    server.say(&first, "I want to talk to a person").await;
    let viewer = server.token(Role::Viewer).await;
    let list = async |query: &str| server.get(&format!("/chat/sessions{query}"), &viewer).await.json()["items"].as_array().unwrap().clone();
    assert_eq!(list("").await.len(), 2);
    let waiting = list("?waiting=true&open=true").await;
    assert_eq!((waiting.len(), waiting[0]["id"].as_str()), (1, Some(first.id.as_str())));
    let shown = &waiting[0];
    assert_eq!(
        (&shown["waiting"], &shown["job"]["slug"], &shown["platform"]),
        (&json!(["human_requested"]), &json!("baker"), &json!("web"))
    );
    assert!(shown["candidate_name"].as_str().unwrap().starts_with("Ada"));
    assert_eq!((&shown["last_message"]["sender"], &shown["automation_enabled"]), (&json!("bot"), &json!(true)));
    assert!(shown.get("token_hash").is_none() && shown.get("context").is_none());
    assert!(list("?open=false").await.is_empty());
    assert!(list("?job_id=00000000-0000-4000-8000-000000000000").await.is_empty());
    assert_eq!(server.get("/chat/sessions?waiting=perhaps", &viewer).await.json()["field"], "waiting");
    assert_eq!(server.get("/chat/sessions?since=now", &viewer).await.problem(), "unknown_parameter");
    assert_eq!(server.get("/chat/sessions", &first.token).await.problem(), "forbidden");
    assert_eq!(server.get("/chat/sessions", "").await.problem(), "unauthorized");
    let one = server.get(&format!("/chat/sessions/{}", second.id), &viewer).await.json();
    assert_eq!((one["id"].as_str(), &one["candidate_name"], &one["waiting"]), (Some(second.id.as_str()), &Value::Null, &json!([])));
    let page = server.get("/chat/sessions?limit=1", &viewer).await.json();
    assert!(page["next"].is_string() && page["items"].as_array().unwrap().len() == 1);
}
