use axum::http::StatusCode;
use chatbot_core::access::Role;
use chatbot_core::recruiting::job_file::JobFile;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ADMIN, Chat, Server};

/// A second job that asks for what bakers know, and a third that doesn't.
async fn jobs(server: &Server) -> (Uuid, Uuid) {
    let mut ids = Vec::new();
    for file in [
        json!({"slug": "confectioner", "title": "Confectioner", "prescreen": {"questions": [
            {"text": "For how many years have you baked?", "kind": "number", "rule": {"min": 4}, "must_have": false},
            {"text": "Have you made wedding cakes?", "kind": "yes_no", "rule": {"expected": true}}]}}),
        json!({"slug": "welder", "title": "Welder", "prescreen": {"questions": [
            {"text": "Do you hold a welding certificate?", "kind": "yes_no", "rule": {"expected": true}}]}}),
    ] {
        ids.push(server.chatbot.create_job(&JobFile::from_json_value(file).unwrap(), false).await.unwrap().id);
    }
    (ids[0], ids[1])
}

/// Somebody who applied as a baker with these words, and their id.
async fn baker(server: &Server, words: &[&str]) -> (Chat, String) {
    let chat = server.chat().await;
    for said in words {
        server.say(&chat, said).await;
    }
    let application = server.get(&format!("/applications/{}", chat.application_id.clone().unwrap()), ADMIN).await.json();
    (chat, application["candidate_id"].as_str().unwrap().to_owned())
}

fn ids(list: &Value, field: &str) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn people_are_ranked_for_a_job_with_reasons_and_only_if_they_agreed_or_applied() {
    let server = Server::new();
    let (confectioner, _) = jobs(&server).await;
    let (_, silent) = baker(&server, &["yes", "eight years", "yes"]).await;
    let (willing, agreed) = baker(&server, &["yes", "two years", "yes", "consider me for other jobs"]).await;
    let path = format!("/jobs/{confectioner}/candidates");
    let list = server.get(&path, ADMIN).await.json();
    assert_eq!(ids(&list, "candidate_id"), *std::slice::from_ref(&agreed), "{list}");
    let first = &list["items"][0];
    assert_eq!(
        (first["applied"].as_bool(), first["agreed"].as_bool(), list["truncated"].as_bool()),
        (Some(false), Some(true), Some(false))
    );
    let parts = first["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 6);
    let part = |name: &str| parts.iter().find(|p| p["name"] == name).unwrap();
    // Two years of the four asked: an earlier answer by this job's own rule.
    assert_eq!((part("prescreen")["score"].as_f64(), part("experience")["score"].clone()), (Some(50.0), Value::Null));
    assert_eq!(part("skills")["reason"], "names baked, which the job asks for");

    let baker_job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap().id;
    let own = server.get(&format!("/jobs/{baker_job}/candidates"), ADMIN).await.json();
    let mut everybody = ids(&own, "candidate_id");
    everybody.sort();
    let mut want = [silent, agreed];
    want.sort();
    assert_eq!(everybody, want, "its own applicants, whether they agreed to others or not");

    server.say(&willing, "don't consider me for other jobs").await;
    assert_eq!(server.get(&path, ADMIN).await.json()["items"], json!([]), "a yes that was taken back");
    server.say(&willing, "/jobs yes").await;
    server.say(&willing, "STOP").await;
    assert_eq!(server.get(&path, ADMIN).await.json()["items"], json!([]), "who wants no messages is not considered");
}

#[tokio::test]
async fn jobs_are_ranked_for_a_person_and_without_their_yes_only_those_they_applied_for() {
    let server = Server::new();
    jobs(&server).await;
    let (chat, candidate) = baker(&server, &["yes", "five years", "yes"]).await;
    let path = format!("/candidates/{candidate}/jobs");
    let own = server.get(&path, ADMIN).await.json();
    assert_eq!((ids(&own, "slug"), own["items"][0]["applied"].as_bool()), (vec!["baker".to_owned()], Some(true)));
    server.say(&chat, "/jobs yes").await;
    let all = server.get(&path, ADMIN).await.json();
    assert_eq!(ids(&all, "slug"), ["baker", "confectioner", "welder"], "{all}");
    let scores: Vec<f64> = all["items"].as_array().unwrap().iter().map(|item| item["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores[2] < 20.0, "{scores:?}");
}

#[tokio::test]
async fn rankings_are_read_page_by_page_by_staff_alone_and_absent_ids_are_not_found() {
    let server = Server::new();
    let (confectioner, _) = jobs(&server).await;
    let mut people = Vec::new();
    for years in ["one year", "two years", "three years"] {
        people.push(baker(&server, &["yes", years, "yes", "/jobs yes"]).await.1);
    }
    people.reverse();
    let mut seen = Vec::new();
    let mut path = format!("/jobs/{confectioner}/candidates?limit=2");
    loop {
        let page = server.get(&path, ADMIN).await.json();
        seen.extend(ids(&page, "candidate_id"));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/jobs/{confectioner}/candidates?limit=2&cursor={next}");
    }
    assert_eq!(seen, people, "the longest at it first");
    let viewer = server.token(Role::Viewer).await;
    assert_eq!(server.get(&format!("/jobs/{confectioner}/candidates"), &viewer).await.status, StatusCode::OK);
    let chat = server.chat().await;
    for path in [format!("/jobs/{confectioner}/candidates"), format!("/candidates/{}/jobs", people[0])] {
        assert_eq!(server.get(&path, "").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(server.get(&path, &chat.token).await.problem(), "not_found", "a candidate meets no such route");
        assert_eq!(server.get(&format!("{path}?sort=score"), ADMIN).await.problem(), "unknown_parameter");
    }
    for path in [format!("/jobs/{}/candidates", people[0]), format!("/candidates/{confectioner}/jobs"), "/jobs/x/candidates".into()] {
        assert_eq!(server.get(&path, ADMIN).await.problem(), "not_found");
    }
}
