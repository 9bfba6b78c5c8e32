use axum::body::Body;
use axum::http::{Method, StatusCode};
use chatbot_core::access::Role;
use serde_json::json;

use crate::support::{ADMIN, Server, ask};

const ABSENT: &str = "00000000-0000-4000-8000-000000000000";

/// Every API route with an id, as (method, path before the id, path after it).
const BY_ID: [(&str, &str, &str); 23] = [
    ("GET", "/chat/", "/history"),
    ("GET", "/chat/", "/events"),
    ("GET", "/chat/", "/export"),
    ("POST", "/chat/", "/messages"),
    ("POST", "/chat/", "/attachments"),
    ("GET", "/files/", ""),
    ("GET", "/demo/receipt/", ""),
    ("GET", "/jobs/", ""),
    ("GET", "/jobs/", "/applications"),
    ("GET", "/jobs/", "/applications.csv"),
    ("GET", "/applications/", ""),
    ("PATCH", "/applications/", ""),
    ("PATCH", "/applications/", "/answers/00000000-0000-4000-8000-000000000001"),
    ("GET", "/chat/sessions/", ""),
    ("GET", "/candidates/", ""),
    ("GET", "/jobs/", "/candidates"),
    ("GET", "/candidates/", "/jobs"),
    ("POST", "/actions/", "/resolve"),
    ("POST", "/chat/", "/takeover"),
    ("POST", "/users/", "/link-codes"),
    ("GET", "/chat/", "/desk"),
    ("GET", "/candidates/", "/same"),
    ("DELETE", "/replies/", ""),
];

async fn with_id(server: &Server, token: &str, route: (&str, &str, &str), id: &str) -> (StatusCode, Vec<u8>) {
    let (method, before, after) = route;
    let request = ask(method.parse().unwrap(), &format!("{before}{id}{after}"), token).header("content-type", "application/json");
    let body = match (method, after) {
        (_, "/messages") => r#"{"content":"x"}"#,
        ("PATCH", "") => r#"{"note":"x"}"#,
        ("PATCH", _) => r#"{"value":5,"reason":"x"}"#,
        _ => "{}",
    };
    let body = Body::from(body);
    let reply = server.send(request.body(body).unwrap()).await;
    (reply.status, reply.bytes.to_vec())
}

#[tokio::test]
async fn without_a_token_every_route_about_somebody_answers_401_in_the_same_bytes() {
    let server = Server::new();
    let chat = server.chat().await;
    for route in BY_ID {
        let answers = [
            with_id(&server, "", route, &chat.id).await,
            with_id(&server, "", route, ABSENT).await,
            with_id(&server, "nonsense", route, ABSENT).await,
        ];
        for answer in &answers {
            assert_eq!(answer.0, StatusCode::UNAUTHORIZED, "{route:?}");
            assert_eq!(answer.1, answers[0].1, "{route:?}");
        }
    }
}

#[tokio::test]
async fn a_foreign_id_an_absent_one_and_a_malformed_one_answer_in_the_same_bytes() {
    let server = Server::new();
    let (mine, other) = (server.chat().await, server.chat().await);
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    for route in BY_ID {
        let foreign = match route.1 {
            "/chat/" | "/chat/sessions/" | "/demo/receipt/" => other.id.clone(),
            "/jobs/" => job.id.to_string(),
            "/applications/" => other.application_id.clone().unwrap(),
            _ => ABSENT.to_owned(),
        };
        let absent = with_id(&server, &mine.token, route, ABSENT).await;
        assert_eq!(absent.0, StatusCode::NOT_FOUND, "{route:?}");
        for id in [foreign.as_str(), "not-an-id", "%00", "..", "%F0%9F%8D%9E", "%F0%9F"] {
            assert_eq!(with_id(&server, &mine.token, route, id).await, absent, "{route:?} {id}");
        }
    }
}

#[tokio::test]
async fn staff_meet_the_same_bytes_for_absent_and_malformed_ids() {
    let server = Server::new();
    for route in BY_ID {
        if route.2 == "/attachments" {
            continue; // reads its form first, which these bodies aren't
        }
        let absent = with_id(&server, ADMIN, route, ABSENT).await;
        assert_eq!(absent.0, StatusCode::NOT_FOUND, "{route:?}");
        assert_eq!(with_id(&server, ADMIN, route, "not-an-id").await, absent, "{route:?}");
    }
}

#[tokio::test]
async fn a_candidate_is_refused_where_no_id_is_asked_for() {
    let server = Server::new();
    let chat = server.chat().await;
    for path in ["/jobs", "/actions", "/activity", "/stats"] {
        let reply = server.get(path, &chat.token).await;
        assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{path}");
    }
    // Their own conversation they know of; taking it over isn't theirs.
    assert_eq!(server.post(&chat.path("takeover"), &chat.token, &json!({})).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_viewer_reads_and_does_not_write() {
    let server = Server::new();
    let chat = server.chat().await;
    let viewer = server.token(Role::Viewer).await;
    for path in ["/jobs".to_owned(), "/stats".to_owned(), chat.path("history")] {
        assert_eq!(server.get(&path, &viewer).await.status, StatusCode::OK, "{path}");
    }
    for path in [chat.path("messages"), chat.path("takeover"), "/jobs".to_owned()] {
        assert_eq!(server.post(&path, &viewer, &json!({"content": "x"})).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let recruiter = server.token(Role::Recruiter).await;
    assert_eq!(server.post(&chat.path("takeover"), &recruiter, &json!({})).await.status, StatusCode::OK);
    assert_eq!(server.call(Method::DELETE, "/demo", &recruiter, &json!({})).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_authorization_header_must_be_one_whole_bearer_token() {
    let server = Server::new();
    for value in [
        ADMIN.to_owned(),
        format!("Basic {ADMIN}"),
        "Bearer".into(),
        "Bearer ".into(),
        format!("Bearer {ADMIN}x"),
        format!("Bearer {}", &ADMIN[1..]),
    ] {
        let request = axum::http::Request::get("/stats").header("authorization", &value).body(Body::empty()).unwrap();
        assert_eq!(server.send(request).await.status, StatusCode::UNAUTHORIZED, "{value}");
    }
    let twice = axum::http::Request::get("/stats").header("authorization", format!("Bearer {ADMIN}")).header("authorization", "Bearer x");
    assert_eq!(server.send(twice.body(Body::empty()).unwrap()).await.status, StatusCode::UNAUTHORIZED);
    let lower = axum::http::Request::get("/stats").header("authorization", format!("bearer  {ADMIN}")).body(Body::empty()).unwrap();
    assert_eq!(server.send(lower).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_lets_nothing_run_or_be_framed() {
    let server = Server::new();
    for path in ["/", "/healthz", "/nothing", "/stats", "/assets/none.js", "/signin"] {
        let reply = server.get(path, "").await;
        assert!(!reply.header("x-request-id").is_empty(), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert!(reply.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(!reply.text().contains(reply.header("x-request-id")), "{path}");
    }
    let request = ask(Method::GET, "/healthz", "").header("x-request-id", "from-the-proxy-1").body(Body::empty()).unwrap();
    assert_eq!(server.send(request).await.header("x-request-id"), "from-the-proxy-1");
    let request = ask(Method::GET, "/healthz", "").header("x-request-id", "a\"b{c} d").body(Body::empty()).unwrap();
    assert_ne!(server.send(request).await.header("x-request-id"), "a\"b{c} d");
}

#[tokio::test]
async fn an_unknown_address_is_a_page_for_people_and_a_problem_for_programs() {
    let server = Server::new();
    assert_eq!(server.get("/nothing", "").await.problem(), "not_found");
    let request = ask(Method::GET, "/nothing", "").header("accept", "text/html").body(Body::empty()).unwrap();
    let page = server.send(request).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(server.get("/j/%F0%9F", "").await.status, StatusCode::NOT_FOUND);
    let wrong = server.post("/healthz", "", &json!({})).await;
    assert_eq!((wrong.problem().as_str(), wrong.header("allow")), ("method_not_allowed", "GET,HEAD"));
}
