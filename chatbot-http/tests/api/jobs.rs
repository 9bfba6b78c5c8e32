use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{ADMIN, Chat, Server};

#[tokio::test]
async fn a_job_file_becomes_a_job_whose_questions_have_ids() {
    let server = Server::new();
    let file = json!({"title": "Pastry Chef", "prescreen": {"questions": [{"text": "Do you like cake?", "kind": "yes_no"}]}});
    let reply = server.post("/jobs", ADMIN, &file).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let job = reply.json();
    assert_eq!((job["slug"].as_str(), job["status"].as_str()), (Some("pastry-chef"), Some("open")));
    assert!(job["prescreen"]["questions"][0]["id"].is_string());
    let path = reply.header("location").to_owned();
    assert_eq!(server.get(&path, ADMIN).await.json(), job);
    assert_eq!(server.get("/jobs", ADMIN).await.json()["items"][0], job);

    let again = server.post("/jobs", ADMIN, &file).await;
    assert_eq!((again.status, again.problem().as_str()), (StatusCode::CONFLICT, "slug_taken"));
    let changed = server.call(Method::PATCH, &path, ADMIN, &json!({"title": "Chef", "status": "closed"})).await;
    assert_eq!((changed.json()["title"].as_str(), changed.json()["status"].as_str()), (Some("Chef"), Some("closed")));
    let asked = server
        .call(Method::PUT, &format!("{path}/questions"), ADMIN, &json!({"questions": [{"text": "How many cakes?", "kind": "number"}]}))
        .await;
    assert_eq!((asked.status, asked.json()["question_set_version"].as_i64()), (StatusCode::OK, Some(2)));
    let closed = server.post("/chat/sessions", "", &json!({"job_slug": "pastry-chef"})).await;
    assert_eq!((closed.status, closed.problem().as_str()), (StatusCode::CONFLICT, "job_closed"));
}

#[tokio::test]
async fn what_is_wrong_with_a_job_names_its_field() {
    let server = Server::new();
    let cases = [
        (json!({}), "title"),
        (json!({"title": "x", "salary": 1}), "salary"),
        (json!({"title": "x", "prescreen": {"questions": [{"text": "q", "kind": "nmber"}]}}), "kind"),
        (json!({"title": "x", "prescreen": {"questions": [{"text": "q", "kind": "number", "weight": -1}]}}), "weight"),
    ];
    for (body, field) in cases {
        let reply = server.post("/jobs", ADMIN, &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(reply.text().contains(field), "{}", reply.text());
    }
    assert_eq!(server.raw("/jobs", ADMIN, "{\"title\": ").await.problem(), "malformed_json");
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let server = Server::new();
    for n in 0..5 {
        server.post("/jobs", ADMIN, &json!({"title": format!("Job {n}")})).await;
    }
    let mut seen = Vec::new();
    let mut path = "/jobs?limit=2".to_owned();
    loop {
        let page = server.get(&path, ADMIN).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|job| job["slug"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/jobs?limit=2&cursor={next}");
    }
    seen.sort();
    assert_eq!(seen, ["job-0", "job-1", "job-2", "job-3", "job-4"]);
}

#[tokio::test]
async fn ranked_applications_explain_every_point() {
    let server = Server::new();
    let chat = server.chat().await;
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    let list = format!("/jobs/{}/applications?sort=score", job.id);
    assert_eq!(server.get(&list, ADMIN).await.json()["items"], json!([]), "none counts before consent");
    for words in ["yes", "one year", "yes"] {
        server.say(&chat, words).await;
    }
    let items = server.get(&list, ADMIN).await.json()["items"].clone();
    assert_eq!((items[0]["id"].as_str(), items[0]["jd_match_score"].as_f64()), (chat.application_id.as_deref(), Some(75.0)));
    let application = server.get(&format!("/applications/{}", chat.application_id.clone().unwrap()), ADMIN).await.json();
    assert!(application["answers"][0]["reason"].as_str().unwrap().contains("one year"));
    let actions = server.get(&format!("/actions?status=open&session_id={}", chat.id), ADMIN).await.json();
    assert_eq!(actions["items"][0]["type"], "must_have_failed");
    let resolved = server
        .post(&format!("/actions/{}/resolve", actions["items"][0]["id"].as_str().unwrap()), ADMIN, &json!({"note": "will train"}))
        .await;
    assert_eq!((resolved.json()["status"].as_str(), resolved.json()["resolution"].as_str()), (Some("resolved"), Some("will train")));
    let log = server.get(&format!("/activity?session_id={}", chat.id), ADMIN).await.json();
    assert!(log["items"].as_array().unwrap().len() > 3);
    assert_eq!(server.get(&format!("/candidates/{}", application["candidate_id"].as_str().unwrap()), ADMIN).await.status, StatusCode::OK);
    assert_eq!(server.get("/stats", ADMIN).await.json()["chat_sessions_active"], 1);
}

#[tokio::test]
async fn a_must_have_that_is_not_answered_yet_is_unknown_and_stands_below_one_that_is_passed() {
    let server = Server::new();
    let silent = server.chat().await;
    server.say(&silent, "yes").await;
    let passed = server.chat().await;
    for words in ["yes", "three years"] {
        server.say(&passed, words).await;
    }
    let failed = server.chat().await;
    for words in ["yes", "one year", "yes"] {
        server.say(&failed, words).await;
    }
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    let items = server.get(&format!("/jobs/{}/applications?sort=score", job.id), ADMIN).await.json()["items"].clone();
    let ranked: Vec<_> = items.as_array().unwrap().iter().map(|a| (a["id"].clone(), a["must_have_unknown"].clone())).collect();
    let id = |chat: &Chat| json!(chat.application_id.clone().unwrap());
    assert_eq!(ranked, [(id(&passed), json!(false)), (id(&silent), json!(true)), (id(&failed), json!(false))]);
    let csv = server.get(&format!("/jobs/{}/applications.csv", job.id), ADMIN).await;
    let states: Vec<_> = csv.text().lines().skip(1).map(|line| line.split(',').nth(7).unwrap().to_owned()).collect();
    assert_eq!(states, ["passed", "unknown", "failed"], "{}", csv.text());
}
