//! Files, and how large anything may be.

use chatbot_tests::job::cook;
use chatbot_tests::{Candidate, Engine, Reply, Server, on_both_engines};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

on_both_engines!(what_is_too_large_is_refused_with_the_limit, files_come_back_as_they_were_sent_and_only_to_those_who_may_see_them,);

async fn what_is_too_large_is_refused_with_the_limit(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let message = |chars: usize| json!({ "content": "é".repeat(chars) });
    for chars in [4_001, 500_000] {
        let problem = candidate.ask(&message(chars)).await.problem(422);
        assert!(problem["detail"].as_str().unwrap().contains("4000"), "{problem}");
    }
    for chars in [600_000, 3_000_000] {
        candidate.ask(&message(chars)).await.problem(413);
    }
    candidate.ask(&message(4_000)).await.expect(200);
    let before = server.resident_mib();
    for (bytes, status) in [(0, 422), (10 * 1024 * 1024 + 1, 413), (11 * 1024 * 1024, 413), (16 * 1024 * 1024, 413)] {
        let form = Form::new().part("file", Part::bytes(vec![b'x'; bytes]).file_name("cv.pdf"));
        let reply = Reply::of(candidate.api.request(Method::POST, &candidate.path("attachments")).multipart(form)).await;
        assert_eq!(reply.problem(status)["field"], "file", "{bytes} bytes");
    }
    assert!(server.resident_mib() < before + 100, "refused files stay in memory: {before} → {} MiB", server.resident_mib());
    assert_eq!(candidate.said_by("candidate").await.len(), 1);
}

async fn files_come_back_as_they_were_sent_and_only_to_those_who_may_see_them(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let (candidate, other) = (Candidate::open(&server, "e2e-cook").await, Candidate::open(&server, "e2e-cook").await);
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(10 * 1024 * 1024).collect();
    let form = Form::new().part("file", Part::bytes(bytes.clone()).file_name("../../cv \u{202e}fdp.html"));
    let sent = Reply::of(candidate.api.request(Method::POST, &candidate.path("attachments")).multipart(form)).await.expect(202);
    let path = format!("/files/{}", sent["file"]["id"].as_str().unwrap());
    let read = candidate.api.get(&path).await;
    assert_eq!((read.status, read.body == bytes), (200, true), "{}", read.status);
    assert!(
        read.header("content-disposition").starts_with("attachment") && read.header("x-content-type-options") == "nosniff",
        "{:?}",
        read.headers
    );
    assert!(!sent["file"]["name"].as_str().unwrap().contains('/'), "{sent}");
    let absent = other.api.get("/files/00000000-0000-4000-8000-000000000000").await;
    let foreign = other.api.get(&path).await;
    assert_eq!((foreign.status, foreign.text()), (404, absent.text()));
    server.api.get(&path).await.problem(401);
    assert_eq!(server.admin.get(&path).await.status, 200);
    for form in
        [Form::new().text("client_message_id", "x"), Form::new().text("document", "x"), Form::new().text("file", "x").text("file", "y")]
    {
        Reply::of(candidate.api.request(Method::POST, &candidate.path("attachments")).multipart(form)).await.problem(422);
    }
}
