//! The embedding example, run: host tables and the bot's side by side in one PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests may")]

#[path = "../embed_axum.rs"]
mod embed_axum;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use sqlx::{Executor as _, PgPool};
use tower::ServiceExt as _;

async fn call(app: &axum::Router, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
    let response = app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_keeps_its_tables_and_gets_the_bots_events() {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL is not set: run `tests/run rust`");
    let admin = PgPool::connect(&url).await.unwrap();
    let name = format!("host_{}", std::process::id());
    admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    // A role named like the bot's schema would see it first: PostgreSQL's default search path begins with the role's name.
    let options = url.parse::<sqlx::postgres::PgConnectOptions>().unwrap().options([("search_path", "public")]);
    let (app, chatbot) = embed_axum::service(options.clone().database(&name), "chatbot").await.unwrap();

    let (status, mine) = call(&app, "GET", "/my/jobs", None, None).await;
    assert_eq!((status, &mine["jobs_of_the_host"]), (StatusCode::OK, &json!(0)), "the bot's job is not the host's");

    let (status, opened) =
        call(&app, "POST", "/chatbot/chat/sessions", None, Some(json!({"platform": "web", "job_slug": "gardener"}))).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    let (id, token) = (opened["session_id"].as_str().unwrap(), opened["token"].as_str().unwrap());
    chatbot.drain().await.unwrap();
    for text in ["yes", "4", "Ada", "ada@example.org", "submit"] {
        let (status, _) = call(&app, "POST", &format!("/chatbot/chat/{id}/messages"), Some(token), Some(json!({"content": text}))).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        chatbot.drain().await.unwrap();
    }
    let pool = PgPool::connect_with(options.database(&name)).await.unwrap();
    let payload: String = sqlx::query_scalar("select payload from prescreens").fetch_one(&pool).await.unwrap();
    let payload: Value = serde_json::from_str(&payload).unwrap();
    assert_eq!(payload["type"], "CHAT_PRESCREEN_COMPLETED");
    assert_eq!(payload["application"]["jd_match_score"], 100.0);
    assert_eq!(payload["contact"]["name"], "Ada");
    chatbot.close().await;
}
