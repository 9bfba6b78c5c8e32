use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{ADMIN, Reply, Server, ask};

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_with_the_field_and_an_example() {
    let server = Server::new();
    let chat = server.chat().await;
    let cases: [(&str, u16, &str, Option<&str>); 18] = [
        ("", 400, "malformed_json", None),
        ("{", 400, "malformed_json", None),
        (r#"{"content":"x"} trailing"#, 400, "malformed_json", None),
        (r#"{"content":"\ud800"}"#, 400, "malformed_json", None),
        (r#"{"content":NaN}"#, 400, "malformed_json", None),
        (r#"{"content":"x","content":"y"}"#, 400, "duplicate_field", Some("content")),
        ("{}", 422, "missing_field", Some("content")),
        (r#"{"content":7}"#, 422, "invalid_field", Some("content")),
        (r#"{"content":"x","role":"admin"}"#, 422, "unknown_field", Some("role")),
        (r#"{"content":""}"#, 422, "invalid_field", Some("content")),
        (r#"{"content":" \n\t "}"#, 422, "invalid_field", Some("content")),
        (r#"{"content":"x","metadata":[1]}"#, 422, "invalid_field", Some("metadata")),
        (r#"{"content":"x","metadata":{"button":1}}"#, 422, "invalid_field", Some("metadata.button")),
        (r#"["x"]"#, 422, "invalid_field", None),
        ("[1]", 422, "invalid_field", None),
        ("null", 422, "invalid_field", None),
        (" 7", 422, "invalid_field", None),
        ("[1", 400, "malformed_json", None),
    ];
    for (body, status, code, field) in cases {
        let reply = server.raw(&chat.path("messages"), &chat.token, body).await;
        assert_eq!((reply.status.as_u16(), reply.problem().as_str()), (status, code), "{body}: {}", reply.text());
        assert_eq!(reply.json().get("field").and_then(Value::as_str), field, "{body}");
        assert!(!reply.json()["example"].is_null(), "{body}");
        let said = reply.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert_eq!(said == "The body should be an object.", code == "invalid_field" && field.is_none(), "{body}: {said}");
    }
    assert_eq!(server.history(&chat).await.len(), 1, "none of it was stored");
}

#[tokio::test]
async fn what_a_field_should_be_is_said_and_no_type_of_ours_is_named() {
    let server = Server::new();
    for (body, said) in [
        (json!({"job_id": "nosuch"}), "`job_id` should be a UUID."),
        (json!({"job_id": "3f2b8c1e-7d4a"}), "`job_id` should be a UUID."),
        (json!(["web"]), "The body should be an object."),
    ] {
        let reply = server.post("/chat/sessions", "", &body).await;
        assert_eq!((reply.status, reply.json()["detail"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(said)), "{body}");
    }
    let preview = server.post("/jobs/preview", ADMIN, &json!([{}])).await;
    assert_eq!(preview.json()["detail"], "The body should be an object.");
    let api = server.get("/openapi.json", "").await.json();
    let schemas = &api["components"]["schemas"];
    assert!(schemas["NewSession"].is_object() && schemas["Wish"].is_null());
}

#[tokio::test]
async fn a_body_that_nests_without_end_is_refused() {
    let server = Server::new();
    let chat = server.chat().await;
    for deep in ["[".repeat(100_000), r#"{"content":"x","metadata":"#.to_owned() + &r#"{"a":"#.repeat(100_000)] {
        let reply = server.raw(&chat.path("messages"), &chat.token, deep).await;
        assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::BAD_REQUEST, "too_deep"));
    }
}

#[tokio::test]
async fn only_json_is_taken() {
    let server = Server::new();
    let chat = server.chat().await;
    for (name, value) in
        [("content-type", "text/plain"), ("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")]
    {
        let request = ask(Method::POST, &chat.path("messages"), &chat.token).header(name, value);
        let request = if name == "content-encoding" { request.header("content-type", "application/json") } else { request };
        let reply = server.send(request.body(Body::from(r#"{"content":"x"}"#)).unwrap()).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{value}");
        reply.problem();
    }
}

#[tokio::test]
async fn a_message_is_4000_characters_long_at_most_and_a_body_a_mebibyte() {
    let server = Server::new();
    let chat = server.chat().await;
    let say = async |chars: usize| server.post(&chat.path("messages"), &chat.token, &json!({"content": "ä".repeat(chars)})).await;
    assert_eq!(say(4_000).await.status, StatusCode::ACCEPTED);
    let long = say(4_001).await;
    assert_eq!((long.status, long.json()["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("content")));
    let huge = say(1024 * 1024).await;
    assert_eq!((huge.status, huge.problem().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up() {
    let server = Server::new();
    let chat = server.chat().await;
    let never = futures::stream::pending::<Result<Bytes, std::io::Error>>();
    let reply = server.raw(&chat.path("messages"), &chat.token, Body::from_stream(never)).await;
    assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::REQUEST_TIMEOUT, "too_slow"));
}

#[tokio::test]
async fn nul_and_other_control_characters_do_not_reach_the_store() {
    let server = Server::new();
    let chat = server.chat().await;
    let reply =
        server.raw(&chat.path("messages"), &chat.token, r#"{"content":"a\u0000b\u001bc\nd","metadata":{"k\u0000":"v\u0000"}}"#).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let message = server.history(&chat).await.pop().unwrap();
    assert_eq!((message["content"].as_str(), &message["metadata"]["k"]), (Some("abc\nd"), &json!("v")));
}

#[tokio::test]
async fn limits_cursors_and_other_parameters_are_checked() {
    let server = Server::new();
    let chat = server.chat().await;
    let history = chat.path("history");
    for query in [
        "limit=0",
        "limit=-1",
        "limit=1000000",
        "limit=x",
        "limit=",
        "after=-1",
        "after=x",
        "after=99999999999999999999",
        "limit=1&limit=2",
        "lim=1",
    ] {
        let reply = server.get(&format!("{history}?{query}"), &chat.token).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {}", reply.text());
        assert!(reply.json()["field"].is_string(), "{query}");
    }
    let staff = [
        "/jobs?limit=501",
        "/jobs?status=gone",
        "/jobs?cursor=nonsense",
        "/actions?status=x",
        "/actions?session_id=1",
        "/activity?offset=3",
    ];
    for path in staff {
        let reply: Reply = server.get(path, ADMIN).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    let sorted = server.get(&format!("/jobs/{}/applications?sort=name", job.id), ADMIN).await;
    assert_eq!((sorted.status, sorted.json()["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("sort")));
}
