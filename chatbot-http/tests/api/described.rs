use serde_json::Value;

use crate::support::Server;

fn references(document: &Value) -> Vec<String> {
    match document {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(name) if key == "$ref" => vec![name.clone()],
                other => references(other),
            })
            .collect(),
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_refers_to_nothing_that_is_not_there() {
    let server = Server::new();
    let api = server.get("/openapi.json", "").await.json();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    let found = references(&api);
    assert!(found.len() > 50);
    for name in found {
        let pointer = name.strip_prefix('#').unwrap();
        assert!(api.pointer(pointer).is_some(), "{name}");
    }
}

#[tokio::test]
async fn every_route_says_who_may_use_it_and_how_it_fails() {
    let server = Server::with(|options| {
        options.test_clock = Some(std::sync::Arc::new(chatbot_core::clock::FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap())));
    });
    let api = server.get("/openapi.json", "").await.json();
    let paths = api["paths"].as_object().unwrap();
    for path in [
        "/chat/sessions",
        "/chat/{session_id}/messages",
        "/jobs/{job_id}/questions",
        "/applications/{application_id}",
        "/metrics",
        "/demo",
        "/test/clock",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["description"].as_str().unwrap_or_default().contains("Who: "), "{method} {path}");
            assert!(operation["responses"].get("503").is_some(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn below_a_prefix_everything_stands_below_it() {
    let server = Server::with(|options| options.base = "/bot/".into());
    assert_eq!(server.get("/bot/openapi.json", "").await.json()["servers"][0]["url"], "/bot");
    for path in ["/bot", "/bot/healthz", "/bot/signin", "/bot/docs/", "/bot/assets/chat.js"] {
        assert_eq!(server.get(path, "").await.status, 200, "{path}");
    }
    assert_eq!(server.get("/healthz", "").await.status, 404);
    assert_eq!(server.get("/bot/nothing", "").await.problem(), "not_found");
    assert_eq!(server.get("/bot/docs", "").await.header("location"), "/bot/docs/");
    assert_eq!(server.get("/bot/console", "").await.header("location"), "/bot/signin");
    assert!(server.get("/bot/docs/swagger-initializer.js", "").await.text().contains("/bot/openapi.json"));
}
