//! What an operator looks at: health, readiness, figures, and the API's description.

use std::collections::BTreeSet;

use chatbot_tests::candidate::text;
use chatbot_tests::job::cook;
use chatbot_tests::{Candidate, Engine, Reply, Server, on_both_engines};
use reqwest::Method;
use serde_json::Value;

on_both_engines!(
    the_figures_count_what_happened,
    figures_are_for_this_machine_and_for_staff,
    health_and_readiness_are_open_and_say_what_they_stand_on,
    the_description_lists_every_route_and_each_asks_who_you_are,
    the_test_routes_are_there_only_with_a_test_clock,
);

/// Method, path, and who may: `open` to everybody, or not.
const ROUTES: [(&str, &str, bool); 62] = [
    ("post", "/chat/sessions", true),
    ("post", "/chat/{session_id}/messages", false),
    ("post", "/chat/{session_id}/attachments", false),
    ("get", "/chat/{session_id}/history", false),
    ("get", "/chat/{session_id}/events", false),
    ("post", "/chat/{session_id}/takeover", false),
    ("post", "/chat/{session_id}/release", false),
    ("get", "/files/{file_id}", false),
    ("get", "/jobs", false),
    ("post", "/jobs/preview", false),
    ("post", "/jobs", false),
    ("get", "/jobs/{job_id}", false),
    ("patch", "/jobs/{job_id}", false),
    ("put", "/jobs/{job_id}/questions", false),
    ("get", "/jobs/{job_id}/applications", false),
    ("get", "/applications/{application_id}", false),
    ("get", "/candidates/{candidate_id}", false),
    ("get", "/actions", false),
    ("post", "/actions/{action_id}/resolve", false),
    ("get", "/activity", false),
    ("get", "/stats", false),
    ("delete", "/demo", false),
    ("get", "/demo/receipt/{session_id}", false),
    ("delete", "/candidates/{candidate_id}", false),
    ("get", "/candidates/{candidate_id}/export", false),
    ("get", "/candidates/{candidate_id}/jobs", false),
    ("get", "/chat/sessions", false),
    ("get", "/chat/sessions/{session_id}", false),
    ("get", "/chat/{session_id}/export", false),
    ("get", "/jobs/{job_id}/applications.csv", false),
    ("get", "/jobs/{job_id}/candidates", false),
    ("get", "/users", false),
    ("patch", "/applications/{application_id}", false),
    ("patch", "/applications/{application_id}/answers/{question_id}", false),
    ("post", "/users/me/link", false),
    ("post", "/users/{user_id}/link-codes", false),
    ("get", "/healthz", true),
    ("get", "/readyz", true),
    ("get", "/metrics", true),
    ("get", "/conversations", false),
    ("get", "/conversations/search", false),
    ("get", "/conversations/events", false),
    ("get", "/chat/{session_id}/desk", false),
    ("post", "/chat/{session_id}/notes", false),
    ("delete", "/notes/{note_id}", false),
    ("put", "/chat/{session_id}/tags", false),
    ("put", "/chat/{session_id}/assignee", false),
    ("put", "/chat/{session_id}/read", false),
    ("get", "/replies", false),
    ("post", "/replies", false),
    ("put", "/replies/{reply_id}", false),
    ("delete", "/replies/{reply_id}", false),
    ("post", "/jobs/check", false),
    ("post", "/jobs/{job_id}/what-if", false),
    ("get", "/candidates/{candidate_id}/same", false),
    ("post", "/candidates/{candidate_id}/merge", false),
    ("get", "/figures", false),
    ("get", "/users/me/sign-ins", false),
    ("delete", "/users/me/sign-ins/{sign_in_id}", false),
    ("put", "/users/me/password", false),
    ("post", "/users", false),
    ("patch", "/users/{user_id}", false),
];

/// A figure, summed over its labels; none if there is no such series.
fn figure(metrics: &str, name: &str) -> Option<f64> {
    let series = metrics.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    let values: Vec<f64> = series.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

async fn the_figures_count_what_happened(engine: Engine) {
    let server = Server::on(engine).test_clock().start().await;
    let read = async || server.api.get("/metrics").await.text();
    let nothing = read().await;
    for name in ["chat_sessions_active", "messages_processed_total", "worker_queue_length"] {
        assert_eq!(figure(&nothing, name), Some(0.0), "{name}: {nothing}");
    }
    let wake = if engine == Engine::Sqlite { "local" } else { "notify" };
    for series in [
        format!("wake_faults_total{{via=\"{wake}\"}}"),
        "deliveries_unknown_total{platform=\"telegram\"}".to_owned(),
        "deliveries_unknown_total{platform=\"whatsapp\"}".to_owned(),
        "updates_quarantined_total{platform=\"telegram\"}".to_owned(),
        "provider_all_failed_total".to_owned(),
    ] {
        assert!(nothing.contains(&format!("\n{series} 0\n")), "alerts need {series} from the start: {nothing}");
    }
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    Candidate::open(&server, "e2e-cook").await;
    candidate.say("5").await;
    server.pause_worker(true).await;
    candidate.write("6").await;
    let metrics = read().await;
    assert_eq!(figure(&metrics, "chat_sessions_active"), Some(2.0), "{metrics}");
    // Two openings, consent, an answer.
    assert_eq!(figure(&metrics, "messages_processed_total"), Some(4.0), "{metrics}");
    assert_eq!(figure(&metrics, "worker_queue_length"), Some(1.0), "{metrics}");
    for histogram in ["http_request_duration_seconds", "turn_duration_seconds", "accept_duration_seconds"] {
        assert!(figure(&metrics, &format!("{histogram}_count")).is_some_and(|count| count > 0.0), "{histogram}: {metrics}");
    }
    for name in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")).filter_map(|rest| rest.split(' ').next()) {
        assert!(metrics.contains(&format!("# HELP {name} ")), "{name} is not explained");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
    }
    assert!(!metrics.contains(&candidate.session), "no figure names a conversation");
    server.pause_worker(false).await;
    candidate.say("7").await;
    assert_eq!(figure(&read().await, "worker_queue_length"), Some(0.0));
}

async fn figures_are_for_this_machine_and_for_staff(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let passed_on = |api: &chatbot_tests::Api| Reply::of(api.request(Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.9"));
    passed_on(&server.api).await.problem(401);
    passed_on(&candidate.api).await.problem(403);
    assert_eq!(passed_on(&server.admin).await.status, 200);
    let page = server.api.get("/metrics").await;
    assert!(page.header("content-type").starts_with("text/plain; version=0.0.4"), "{:?}", page.headers);
}

async fn health_and_readiness_are_open_and_say_what_they_stand_on(engine: Engine) {
    let server = Server::on(engine).start().await;
    assert_eq!(server.api.get("/healthz").await.expect(200)["status"], "ok");
    let ready = server.api.get("/readyz").await.expect(200);
    let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
    assert_eq!((text(&ready["status"]), text(&ready["engine"])), ("ready".to_owned(), name.to_owned()));
    assert!(ready["migrations"].as_u64().is_some_and(|count| count >= 8), "{ready}");
}

fn operations(description: &Value) -> BTreeSet<(String, String)> {
    let paths = description["paths"].as_object().unwrap();
    let of =
        |(path, item): (&String, &Value)| item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())).collect::<Vec<_>>();
    paths.iter().flat_map(of).collect()
}

async fn the_description_lists_every_route_and_each_asks_who_you_are(engine: Engine) {
    let server = Server::on(engine).start().await;
    let description = server.api.get("/openapi.json").await.expect(200);
    assert!(text(&description["openapi"]).starts_with("3.1"), "{}", description["openapi"]);
    let expected = ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let described = operations(&description);
    let differ: Vec<_> = described.symmetric_difference(&expected).collect();
    assert!(differ.is_empty(), "described or listed, not both: {differ:?}");
    let any = "3f2b8c1e-7d4a-4f5b-9c6d-8e1f2a3b4c5d";
    for (method, path, is_open) in ROUTES {
        let spelled = path.split('/').map(|part| if part.starts_with('{') { any } else { part }).collect::<Vec<_>>().join("/");
        let reply = Reply::of(server.api.request(method.to_uppercase().parse().unwrap(), &spelled)).await;
        if is_open {
            assert!(reply.status < 300, "{reply:?}");
        } else {
            reply.problem(401);
        }
        let operation = &description["paths"][path][method];
        assert!(!text(&operation["summary"]).is_empty(), "{method} {path} has no summary");
        assert!(
            operation["responses"].as_object().is_some_and(|answers| answers.keys().any(|code| code.starts_with('2'))),
            "{method} {path}: {operation}"
        );
        let wrong = Reply::of(server.api.request(Method::TRACE, &spelled)).await;
        assert_eq!(wrong.status, 405, "{wrong:?}");
    }
    assert_eq!(server.api.get("/docs/").await.status, 200);
}

async fn the_test_routes_are_there_only_with_a_test_clock(engine: Engine) {
    let server = Server::on(engine).start().await;
    for path in ["/test/clock", "/test/worker"] {
        server.admin.post(path, &serde_json::json!({})).await.problem(404);
    }
    let server = Server::on(engine).test_clock().start().await;
    let described = operations(&server.api.get("/openapi.json").await.expect(200));
    assert!(described.contains(&("post".to_owned(), "/test/clock".to_owned())), "{described:?}");
    server.api.post("/test/clock", &serde_json::json!({ "now": "2030-01-01T00:00:00Z" })).await.problem(401);
    server.set_clock("2030-01-01T00:00:00Z").await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    assert!(text(&candidate.history().await[0]["sent_at"]).starts_with("2030-01-01T00:00:00"));
}
