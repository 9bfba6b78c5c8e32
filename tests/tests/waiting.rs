//! `?wait`, the worker behind it, and the stream of what happens.

use std::time::{Duration, Instant};

use chatbot_tests::candidate::{assert_without_gaps, expects, text};
use chatbot_tests::job::cook;
use chatbot_tests::{Api, Candidate, Engine, Server, eventually, on_both_engines};
use futures::StreamExt as _;
use serde_json::json;

on_both_engines!(
    waiting_is_answered_with_what_the_turn_said,
    a_wait_that_ends_first_is_an_acknowledgement_and_the_reply_comes_later,
    what_waits_for_the_worker_is_handled_in_the_order_it_was_written,
    a_stream_that_is_cut_goes_on_where_it_was,
    a_wait_that_cannot_be_used_is_refused_by_name,
);

async fn waiting_is_answered_with_what_the_turn_said(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    let answered = candidate.ask(&json!({ "content": "five years" })).await.expect(200);
    let history = candidate.history().await;
    let [.., own, reply] = &history[..] else { panic!("{history:?}") };
    assert_eq!((&own["id"], &own["seq"]), (&answered["message_id"], &answered["seq"]));
    assert_eq!(answered["replies"], json!([reply]));
    assert!(text(&reply["content"]).contains("frying"), "{reply}");
}

async fn a_wait_that_ends_first_is_an_acknowledgement_and_the_reply_comes_later(engine: Engine) {
    let server = Server::on(engine).test_clock().start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    server.pause_worker(true).await;
    let began = Instant::now();
    let accepted = candidate.api.post(&candidate.path("messages?wait=0.3"), &json!({ "content": "5" })).await.expect(202);
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!(accepted.get("replies"), None, "{accepted}");
    assert_eq!(candidate.said_by("candidate").await.last().unwrap()["id"], accepted["message_id"]);
    server.pause_worker(false).await;
    let reply = eventually("the reply", async || candidate.last_bot_message().await).await;
    assert!(text(&reply["content"]).contains("frying"), "{reply}");
}

async fn what_waits_for_the_worker_is_handled_in_the_order_it_was_written(engine: Engine) {
    let server = Server::on(engine).test_clock().start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    server.pause_worker(true).await;
    let said_before = candidate.said_by("bot").await.len();
    for words in ["3", "what is the salary?", "4", "5"] {
        candidate.write(words).await;
    }
    let stats = server.admin.get("/stats").await.expect(200);
    assert_eq!(stats["worker_queue_length"], 1, "one session has work: {stats}");
    assert_eq!(candidate.said_by("bot").await.len(), said_before);
    server.pause_worker(false).await;
    eventually("the bot answers", async || candidate.last_bot_message().await).await;
    let history = candidate.history().await;
    assert_without_gaps(&history);
    let application = candidate.application(&server).await;
    let first = &application["answers"][0];
    assert_eq!((&first["answer_text"], &first["value"]), (&json!("3"), &json!(3)), "{application:#}");
    let values: Vec<_> = application["answers"].as_array().unwrap().iter().map(|answer| answer["value"].clone()).collect();
    assert_eq!(values, [json!(3), json!(4), json!(5)], "{application:#}");
    assert_eq!(server.admin.get("/stats").await.expect(200)["worker_queue_length"], 0);
}

async fn a_stream_that_is_cut_goes_on_where_it_was(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let first = listen(&candidate.api, &candidate.path("events"), None, 1).await;
    assert!(first.starts_with("event: control\ndata: {\"automation_enabled\":true}"), "{first}");
    assert!(first.contains("id: 1"), "{first}");
    candidate.say("yes").await;
    candidate.say("3").await;
    let count = candidate.history().await.len();
    let rest = listen(&candidate.api, &candidate.path("events"), Some("1"), count - 1).await;
    for seq in 2..=count {
        assert_eq!(rest.matches(&format!("id: {seq}\n")).count(), 1, "{seq}: {rest}");
    }
    assert!(!rest.contains("id: 1\n"), "{rest}");
}

/// Reads a stream until so many messages have come.
async fn listen(api: &Api, path: &str, last: Option<&str>, messages: usize) -> String {
    let mut request = api.request(reqwest::Method::GET, path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut stream = request.send().await.unwrap().bytes_stream();
    let mut heard = String::new();
    while heard.matches("event: message").count() < messages || !heard.ends_with("\n\n") {
        let piece = tokio::time::timeout(Duration::from_secs(20), stream.next()).await.expect("the stream goes on");
        heard.push_str(&String::from_utf8_lossy(&piece.expect("the stream goes on").unwrap()));
    }
    heard
}

async fn a_wait_that_cannot_be_used_is_refused_by_name(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    for wait in ["-1", "31", "NaN", "inf", "soon", "", "1e400"] {
        let path = candidate.path(&format!("messages?wait={wait}"));
        let problem = candidate.api.post(&path, &json!({ "content": "yes" })).await.problem(422);
        assert_eq!(problem["field"], "wait", "{problem}");
    }
    assert_eq!(candidate.said_by("candidate").await.len(), 0, "what was refused is not stored");
    assert_eq!(expects(&candidate.last_bot_message().await.unwrap()), "consent");
}
