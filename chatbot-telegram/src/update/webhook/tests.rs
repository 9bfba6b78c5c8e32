#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use axum::http::Request;
use chatbot_core::recruiting::list::Page;
use tower::ServiceExt as _;

use super::*;
use crate::testing::{SECRET, World, message};

async fn post_to(world: &World, path: &str, secrets: &[&str], body: impl Into<Body>) -> Response {
    let mut request = Request::post(path);
    for secret in secrets {
        request = request.header(SECRET_HEADER, *secret);
    }
    router(world.receiver.clone()).oneshot(request.body(body.into()).unwrap()).await.unwrap()
}

async fn status(world: &World, secrets: &[&str], body: impl Into<Body>) -> u16 {
    post_to(world, PATH, secrets, body).await.status().as_u16()
}

async fn quarantined(world: &World) -> usize {
    world.chatbot.quarantined(Page { limit: 500, offset: 0 }).await.unwrap().len()
}

fn hello() -> String {
    message(1, &json!({"text": "hello"})).to_string()
}

#[tokio::test]
async fn only_who_shows_the_secret_once_is_let_in() {
    let world = World::new().await;
    let (short, long) = (&SECRET[..SECRET.len() - 1], format!("{SECRET}x"));
    for secrets in [&[][..], &["no"], &[""], &[short], &[&long], &[SECRET, SECRET], &[&SECRET.to_uppercase()]] {
        let refused = post_to(&world, PATH, secrets, hello()).await;
        assert_eq!(refused.status(), 401, "{secrets:?}");
        assert_eq!(refused.headers()["content-type"], "application/problem+json");
    }
    for query in ["?secret=no", "?secret=", "?secre=test-secret_1", &format!("?secret={SECRET}&secret={SECRET}")] {
        assert_eq!(post_to(&world, &format!("{PATH}{query}"), &[], hello()).await.status(), 401, "{query}");
    }
    assert_eq!(post_to(&world, &format!("{PATH}?secret={SECRET}"), &["no"], hello()).await.status(), 401);
    assert!(world.chatbot.sessions(false, Page { limit: 1, offset: 0 }).await.unwrap().is_empty(), "nothing is left behind");
    assert_eq!(status(&world, &[SECRET], hello()).await, 200);
    assert_eq!(post_to(&world, &format!("{PATH}?x=1&secret={SECRET}"), &[], hello()).await.status(), 200);
    assert_eq!(world.chatbot.sessions(false, Page { limit: 9, offset: 0 }).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_authentic_and_unreadable_is_acknowledged_and_kept_once() {
    let world = World::new().await;
    let deep = "[".repeat(100_000);
    let bodies = [
        "",
        "{",
        "null",
        "[]",
        "{\"update_id\":1,\"message\":{}}",
        "{\"update_id\":NaN}",
        &deep,
        "{\"update_id\":1,\"message\":{\"text\":\"\\ud800\"}}",
        "{\"update_id\":\"1\"}",
    ];
    for body in bodies {
        assert_eq!(status(&world, &[SECRET], body.to_owned()).await, 200, "{}", &body[..body.len().min(60)]);
    }
    assert_eq!(quarantined(&world).await, bodies.len());
    assert_eq!(status(&world, &[SECRET], vec![0xff, 0xfe, 0]).await, 200);
    assert_eq!(status(&world, &[SECRET], "{").await, 200);
    assert_eq!(quarantined(&world).await, bodies.len() + 1, "the same is kept once");
    assert_eq!(status(&world, &[SECRET], "{\"update_id\":1,\"next_year\":{}}").await, 200);
    assert_eq!(quarantined(&world).await, bodies.len() + 1, "an unknown kind is no riddle");
}

#[tokio::test]
async fn a_nul_and_words_of_any_script_are_taken() {
    let world = World::new().await;
    for (id, text) in [(1, "a\0b"), (2, "\u{202e}\u{200b}"), (3, "👩‍👩‍👧 שלום"), (4, "")] {
        assert_eq!(status(&world, &[SECRET], message(id, &json!({"text": text})).to_string()).await, 200, "{text:?}");
    }
    assert_eq!(status(&world, &[SECRET], message(5, &json!({"text": "x".repeat(100_000)})).to_string()).await, 200);
    world.chatbot.drain().await.unwrap();
}

#[tokio::test]
async fn a_body_that_is_too_long_and_a_wrong_method_are_refused() {
    let world = World::new().await;
    assert_eq!(status(&world, &[SECRET], "x".repeat(MAX_BODY + 1)).await, 413);
    let chunks = futures::stream::iter((0..1100).map(|_| Ok::<_, std::io::Error>("x".repeat(1024))));
    assert_eq!(status(&world, &[SECRET], Body::from_stream(chunks)).await, 413);
    assert_eq!(status(&world, &[SECRET], "x".repeat(MAX_BODY)).await, 200);
    let get = Request::get(PATH).header(SECRET_HEADER, SECRET).body(Body::empty()).unwrap();
    assert_eq!(router(world.receiver.clone()).oneshot(get).await.unwrap().status(), 405);
}

#[tokio::test]
async fn i11_while_the_store_is_away_nothing_is_acknowledged() {
    let world = World::new().await;
    world.chatbot.close().await;
    for body in [hello(), "{".to_owned()] {
        let answer = post_to(&world, PATH, &[SECRET], body).await;
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()["retry-after"], "1");
    }
}
