use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{Reply, Server};

struct SignedIn {
    cookie: String,
    csrf: String,
}

fn with(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from("{}")).unwrap()
}

async fn link(server: &Server) -> String {
    let token = server.chatbot.setup_link_token().await.unwrap().unwrap();
    format!("/setup/{}", token.expose_secret())
}

async fn sign_in(server: &Server) -> SignedIn {
    let path = link(server).await;
    let reply = server.send(with(Method::POST, &path, &[])).await;
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = server.send(with(Method::GET, "/console", &[("cookie", &cookie)])).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    let csrf = text.split("name=\"csrf-token\" content=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    SignedIn { cookie, csrf }
}

async fn takeover(server: &Server, path: &str, headers: &[(&str, &str)]) -> Reply {
    server.send(with(Method::POST, path, headers)).await
}

#[tokio::test]
async fn a_setup_link_can_be_looked_at_and_used_once() {
    let server = Server::new();
    let path = link(&server).await;
    for _ in 0..2 {
        let page = server.get(&path, "").await;
        assert_eq!((page.status, page.header("referrer-policy")), (StatusCode::OK, "no-referrer"));
    }
    let used = server.send(with(Method::POST, &path, &[])).await;
    assert_eq!((used.status, used.header("location")), (StatusCode::SEE_OTHER, "/console"));
    let cookie = used.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "this machine has no https: {cookie}");
    for method in [Method::GET, Method::POST] {
        let again = server.send(with(method, &path, &[])).await;
        assert_eq!((again.status, again.header("set-cookie")), (StatusCode::GONE, ""));
    }
    assert_eq!(server.get("/setup/never-given", "").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_setup_link_ends_after_a_day_and_another_site_cannot_use_it() {
    let server = Server::new();
    let path = link(&server).await;
    let foreign = server.send(with(Method::POST, &path, &[("sec-fetch-site", "cross-site")])).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    server.clock.advance(chrono::Duration::hours(25));
    assert_eq!(server.send(with(Method::POST, &path, &[])).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_cookie_is_secure_where_the_world_comes_by_https() {
    let server = Server::with(|options| options.public_url = Some("https://jobs.example.org".into()));
    let path = link(&server).await;
    let reply = server.send(with(Method::POST, &path, &[])).await;
    assert!(reply.header("set-cookie").contains("; Secure"));
}

#[tokio::test]
async fn who_is_not_signed_in_is_shown_how_to() {
    let server = Server::new();
    for path in ["/console", "/console/actions", "/console/applications/x"] {
        let reply = server.get(path, "").await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/signin"), "{path}");
    }
}

#[tokio::test]
async fn what_rides_on_the_cookie_must_come_from_our_own_pages() {
    let server = Server::new();
    let path = server.chat().await.path("takeover");
    let SignedIn { cookie, csrf } = sign_in(&server).await;
    let wrong = csrf.replace(['a', '1'], "b");
    let refused: [&[(&str, &str)]; 5] = [
        &[("cookie", &cookie)],
        &[("cookie", &cookie), ("x-csrf-token", &wrong)],
        &[("cookie", &cookie), ("x-csrf-token", &csrf), ("sec-fetch-site", "cross-site")],
        &[("cookie", &cookie), ("x-csrf-token", &csrf), ("sec-fetch-site", "same-site")],
        &[("cookie", &cookie), ("x-csrf-token", &csrf), ("origin", "https://evil.example"), ("host", "127.0.0.1:8080")],
    ];
    for headers in refused {
        let reply = takeover(&server, &path, headers).await;
        assert_eq!((reply.status, reply.problem().as_str()), (StatusCode::FORBIDDEN, "csrf"), "{headers:?}");
    }
    let ours = [
        ("cookie", cookie.as_str()),
        ("x-csrf-token", &csrf),
        ("origin", "http://127.0.0.1:8080"),
        ("host", "127.0.0.1:8080"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(takeover(&server, &path, &ours).await.json(), json!({"automation_enabled": false, "in_flight": 0}));
}

#[tokio::test]
async fn reading_with_the_cookie_needs_nothing_more_and_signing_out_ends_it() {
    let server = Server::new();
    let SignedIn { cookie, csrf } = sign_in(&server).await;
    assert_eq!(server.send(with(Method::GET, "/stats", &[("cookie", &cookie)])).await.status, StatusCode::OK);
    let out = server.send(with(Method::POST, "/signout", &[("cookie", &cookie), ("x-csrf-token", &csrf)])).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(server.send(with(Method::GET, "/stats", &[("cookie", &cookie)])).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_opens_no_session_in_its_owners_name() {
    let server = Server::new();
    let SignedIn { cookie, .. } = sign_in(&server).await;
    let request = Request::post("/chat/sessions").header("cookie", &cookie).header("content-type", "application/json");
    let reply = server.send(request.body(Body::from(r#"{"platform":"partner","platform_user_id":"u"}"#)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_console_shows_the_ranked_list_and_an_application_with_its_receipt() {
    let server = Server::new();
    let chat = server.chat().await;
    for words in ["yes", "five", "yes"] {
        server.say(&chat, words).await;
    }
    let SignedIn { cookie, .. } = sign_in(&server).await;
    let id = chat.application_id.unwrap();
    let list = server.send(with(Method::GET, "/console", &[("cookie", &cookie)])).await;
    assert!(list.text().contains(&id));
    let page = server.send(with(Method::GET, &format!("/console/applications/{id}"), &[("cookie", &cookie)])).await;
    assert!(page.text().contains("How many years have you baked?"));
    for path in ["/console/applications/nonsense", "/console?job=nonsense"] {
        let absent = server.send(with(Method::GET, path, &[("cookie", &cookie)])).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND, "{path}");
    }
}
