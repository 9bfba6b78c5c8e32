//! Resumes sent to the server: read in a process of their own, stored unconfirmed, never in the way.

use chatbot_tests::candidate::expects;
use chatbot_tests::documents::{docx, docx_with, packed_zeros, pdf, pdf_with, stream, zip};
use chatbot_tests::job::cook;
use chatbot_tests::{Candidate, Engine, Reply, Server, eventually, on_both_engines};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

on_both_engines!(a_resume_fills_the_candidate_and_the_question_stands, hostile_files_are_kept_and_harm_nobody);

/// Sends a file and waits for what the bot says to it.
async fn send(candidate: &Candidate, name: &str, bytes: Vec<u8>) -> Value {
    let before = candidate.history().await.len();
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
    Reply::of(candidate.api.request(Method::POST, &candidate.path("attachments")).multipart(form)).await.expect(202);
    eventually("the bot answers the file", async || {
        candidate.last_bot_message().await.filter(|m| m["seq"].as_u64() > Some(before as u64 + 1))
    })
    .await
}

async fn record(candidate: &Candidate, server: &Server) -> Value {
    let application = candidate.application(server).await;
    let id = application["candidate_id"].as_str().unwrap().to_owned();
    server.admin.get(&format!("/candidates/{id}")).await.expect(200)
}

async fn a_resume_fills_the_candidate_and_the_question_stands(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    for (name, bytes) in [("cv.pdf", pdf()), ("cv.docx", docx()), ("picture.png", pdf())] {
        let candidate = Candidate::consented(&server, "e2e-cook").await;
        let said = send(&candidate, name, bytes).await;
        assert!(said["content"].as_str().unwrap().contains("Jane Miller"), "{name}: {said}");
        assert_eq!(expects(&said), "question", "{said}");
        let jane = record(&candidate, &server).await;
        assert_eq!(jane["name"], "Jane Miller", "{name}");
        assert_eq!(jane["emails"][0], "jane.miller@example.org");
        assert_eq!(jane["phones"][0], "+49301234567");
        assert_eq!(jane["skills"].as_array().unwrap().len(), 3, "{jane}");
        assert_eq!(jane["years_experience"], 7.0);
        assert_eq!(jane["positions"][0]["employer"], "Example Labs");
        assert_eq!((&jane["sources"]["name"]["source"], &jane["sources"]["name"]["confirmed"]), (&"resume".into(), &false.into()));
        let file = jane["sources"]["name"]["file_id"].as_str().unwrap();
        assert_eq!(server.admin.get(&format!("/files/{file}")).await.status, 200);
    }
}

async fn hostile_files_are_kept_and_harm_nobody(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    let zeros = vec![0; 20 * 1024 * 1024];
    let before = server.resident_mib();
    for (name, bytes) in [
        ("bomb.docx", docx_with("<w:p/>", &[("word/media/a.bin", &zeros)])),
        ("bomb.pdf", pdf_with(&[], Some(stream("/Filter /FlateDecode", &packed_zeros(1_000_000_000))), "")),
        ("deep.pdf", pdf_with(&[], Some(stream("", b"/X Do")), "")),
        ("half.pdf", pdf()[..200].to_vec()),
        ("both.pdf", [pdf(), zip(&[("a", b"b")])].concat()),
        ("page.html", b"<!doctype html><script>alert(1)</script>".to_vec()),
    ] {
        let said = send(&candidate, name, bytes).await;
        let words = said["content"].as_str().unwrap();
        assert!(words.contains("a person can read it") && expects(&said) == "question", "{name}: {said}");
    }
    assert!(server.resident_mib() < before + 80, "{before} → {} MiB", server.resident_mib());
    assert_eq!(record(&candidate, &server).await["name"], Value::Null);
    assert_eq!(candidate.activity(&server, "resume_unread").await.len(), 6);
    assert_eq!(candidate.activity(&server, "parked").await.len(), 0);
    // The seventh is an honest one.
    assert!(send(&candidate, "cv.pdf", pdf()).await["content"].as_str().unwrap().contains("Jane Miller"));
}
