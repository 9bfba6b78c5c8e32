//! WhatsApp: the same conversation by text and by buttons, each delivery once, and what becomes of messages Meta refuses.

use chatbot_tests::job::{ANSWERS, SCORE, SLUG, baker, cook};
use chatbot_tests::whatsapp::{FakeWhatsApp, NUMBER, Person, TOKEN, Taken, VERIFY_TOKEN, deliver_bytes, delivery};
use chatbot_tests::{Engine, Server, eventually, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    a_whole_conversation_is_scored,
    what_comes_again_has_no_second_effect,
    what_meta_refuses_is_tried_again_or_shown_to_a_person,
    a_file_arrives_as_it_was_sent,
    a_button_of_an_older_question_answers_nothing_newer,
);

async fn start(engine: Engine, fake: &FakeWhatsApp) -> Server {
    fake.on(Server::on(engine)).start().await
}

/// A person whose phone shows the first question.
async fn agreed(fake: &FakeWhatsApp, server: &Server, slug: &str) -> (Person, Taken) {
    let mut pat = fake.person(server);
    pat.writes(&format!("/start {slug}__fair")).await;
    let welcome = pat.reads().await;
    assert!(welcome.text().contains("Do you agree?"), "{welcome:?}");
    pat.presses(&welcome, "Yes").await;
    let question = pat.reads().await;
    assert!(question.text().contains("Question 1 of"), "{question:?}");
    (pat, question)
}

async fn application(server: &Server) -> Value {
    let jobs = server.admin.get("/jobs").await.expect(200);
    let id = jobs["items"][0]["id"].as_str().unwrap();
    server.admin.get(&format!("/jobs/{id}/applications")).await.expect(200)["items"][0].clone()
}

async fn history(server: &Server, session: &Value) -> Vec<Value> {
    let page = server.admin.get(&format!("/chat/{}/history?limit=500", session.as_str().unwrap())).await.expect(200);
    page["messages"].as_array().unwrap().clone()
}

async fn a_whole_conversation_is_scored(engine: Engine) {
    let fake = FakeWhatsApp::start().await;
    let server = start(engine, &fake).await;
    server.create_job(&baker()).await;
    let (mut pat, mut shown) = agreed(&fake, &server, SLUG).await;
    for _ in 0..ANSWERS.len() {
        let words = shown.text().rsplit("Question ").next().unwrap().to_lowercase();
        let (topic, answer) = ANSWERS.into_iter().find(|(topic, _)| words.contains(topic)).unwrap();
        if topic == "shift" {
            // Three choices that are short enough are buttons.
            assert_eq!(shown.choices().len(), 3, "{shown:?}");
            pat.presses(&shown, "late").await;
        } else {
            pat.writes(answer).await;
        }
        shown = pat.reads().await;
    }
    assert!(shown.text().contains("What is your name?"), "{shown:?}");
    pat.writes("Pat Example").await;
    let summary = pat.reads().await;
    assert!(summary.text().contains(&format!("+{}", pat.number)), "the number itself is how to reach them: {summary:?}");
    assert!(summary.text().len() > 300 && !summary.choices().is_empty(), "{summary:?}");
    pat.presses(&summary, "Submit").await;
    assert!(pat.reads().await.text().contains("Thank you, Pat Example!"));

    server.database.has_settled().await;
    let done = application(&server).await;
    assert_eq!((&done["status"], &done["jd_match_score"]), (&json!("prescreen_completed"), &json!(SCORE)), "{done}");
    assert_eq!(done["source"], "fair", "{done}");
    let candidate = server.admin.get(&format!("/candidates/{}", done["candidate_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(candidate["phones"], json!([format!("+{}", pat.number)]), "{candidate}");
    assert_eq!(candidate["sources"]["phones"]["source"], "channel", "{candidate}");
    let said = history(&server, &done["session_id"]).await;
    assert!(said.iter().all(|m| m["delivery"] == "sent"), "{said:?}");
    assert!(said.iter().any(|m| m["metadata"]["button"] == "late" && m["content_format"] == "button"), "{said:?}");
    fake.assert_no_violations();
    let shown = server.log() + &server.printed();
    for secret in [TOKEN, VERIFY_TOKEN, &pat.number, "Pat Example", "wamid."] {
        assert!(!shown.contains(secret), "{secret} is in the log");
    }
}

async fn what_comes_again_has_no_second_effect(engine: Engine) {
    let fake = FakeWhatsApp::start().await;
    let mut server = start(engine, &fake).await;
    server.create_job(&cook()).await;
    let (mut pat, _) = agreed(&fake, &server, "e2e-cook").await;
    let answer = pat.message(&json!({"type": "text", "text": {"body": "3"}}));
    let times = 8;
    let deliveries = (0..times).map(|_| pat.deliver(&answer));
    for reply in futures::future::join_all(deliveries).await {
        reply.expect(200);
    }
    assert!(pat.reads().await.text().contains("Question 2 of 3"));
    server.database.has_settled().await;
    server.kill().await;
    server.start().await;
    pat.deliver(&answer).await.expect(200);
    pat.writes("4").await;
    assert!(pat.reads().await.text().contains("Question 3 of 3"));
    let said = history(&server, &application(&server).await["session_id"]).await;
    let threes = said.iter().filter(|m| m["sender"] == "candidate" && m["content"] == "3").count();
    assert_eq!(threes, 1, "{said:?}");
    // A whole batch again, with something new in it.
    let batch = delivery(&[answer, pat.message(&json!({"type": "text", "text": {"body": "5"}}))], &[]).to_string();
    for _ in 0..2 {
        deliver_bytes(&server.api, batch.as_bytes()).await.expect(200);
    }
    assert!(pat.reads().await.text().contains("What is your name?"));
    assert_eq!(pat.phone().len(), 5, "{:?}", pat.phone());
    fake.assert_no_violations();
}

async fn what_meta_refuses_is_tried_again_or_shown_to_a_person(engine: Engine) {
    let fake = FakeWhatsApp::start().await;
    let server = start(engine, &fake).await;
    server.create_job(&cook()).await;
    let (mut pat, question) = agreed(&fake, &server, "e2e-cook").await;
    let session = application(&server).await["session_id"].clone();
    let open_actions = async || server.admin.get("/actions?status=open").await.expect(200)["items"].as_array().unwrap().clone();

    // A limit and a fault of Meta's own pass by themselves.
    fake.refuse_next(500, 131_016);
    pat.writes("3").await;
    assert!(pat.reads().await.text().contains("Question 2 of 3"));
    assert!(open_actions().await.is_empty());

    // Outside the 24-hour window free text is refused: a person must know.
    fake.refuse_next(400, 131_047);
    pat.writes("4").await;
    let action = eventually("an action", async || open_actions().await.into_iter().next()).await;
    assert_eq!(action["type"], "delivery_failed", "{action}");
    assert!(action["payload"]["reason"].as_str().unwrap().contains("24 hours"), "{action}");
    let last = history(&server, &session).await.pop().unwrap();
    assert_eq!((&last["sender"], &last["delivery"]), (&json!("bot"), &json!("failed")), "{last}");

    // A failure Meta reports later; what it says of others changes nothing.
    server.admin.post(&format!("/actions/{}/resolve", action["id"].as_str().unwrap()), &json!({})).await.expect(200);
    let status = |wamid: &str, status: &str, code: i64| json!({"id": wamid, "status": status, "timestamp": "1", "recipient_id": pat.number, "errors": [{"code": code}]});
    let statuses = [
        status("wamid.out.unknown", "failed", 131_026),
        status(&question.wamid, "read", 0),
        status(&question.wamid, "delivered", 0),
        status(&question.wamid, "sent", 0),
        status(&question.wamid, "a status of next year", 0),
    ];
    deliver_bytes(&server.api, delivery(&[], &statuses).to_string().as_bytes()).await.expect(200);
    assert!(open_actions().await.is_empty());
    for _ in 0..2 {
        let failed = delivery(&[], &[status(&question.wamid, "failed", 131_026), status(&question.wamid, "read", 0)]).to_string();
        deliver_bytes(&server.api, failed.as_bytes()).await.expect(200);
    }
    let failed = open_actions().await;
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0]["payload"]["reason"].as_str().unwrap().contains("131026"), "{failed:?}");
    let first_question =
        history(&server, &session).await.into_iter().find(|m| m["content"].as_str().unwrap().contains("Question 1 of")).unwrap();
    assert_eq!(first_question["delivery"], "failed");
    fake.assert_no_violations();
}

async fn a_button_of_an_older_question_answers_nothing_newer(engine: Engine) {
    let fake = FakeWhatsApp::start().await;
    let server = start(engine, &fake).await;
    let yes_or_no = |what: &str| json!({"text": format!("Do you like {what}?"), "kind": "yes_no", "rule": {"expected": true}});
    server
        .create_job(&json!({"slug": "taster", "title": "Taster", "prescreen": {"questions": [yes_or_no("salt"), yes_or_no("sugar")]}}))
        .await;
    let (mut pat, first) = agreed(&fake, &server, "taster").await;
    pat.presses(&first, "Yes").await;
    let second = pat.reads().await;
    assert!(second.text().contains("sugar"), "{second:?}");
    pat.presses(&first, "No").await;
    pat.presses(&second, "Yes").await;
    assert!(pat.reads().await.text().contains("What is your name?"));
    let id = application(&server).await["id"].as_str().unwrap().to_owned();
    let answers = server.admin.get(&format!("/applications/{id}")).await.expect(200)["answers"].clone();
    let given: Vec<&Value> = answers.as_array().unwrap().iter().map(|a| &a["score"]).collect();
    assert_eq!(given, [&json!(1.0), &json!(1.0)], "{answers}");
}

async fn a_file_arrives_as_it_was_sent(engine: Engine) {
    let fake = FakeWhatsApp::start().await;
    let server = start(engine, &fake).await;
    server.create_job(&cook()).await;
    let (mut pat, _) = agreed(&fake, &server, "e2e-cook").await;
    let bytes = b"%PDF-1.4 a resume of our own".to_vec();
    let id = fake.keep_file(&bytes);
    let sent = pat.message(&json!({"type": "document", "document": {"id": id, "filename": "cv.pdf", "mime_type": "application/pdf"}}));
    for _ in 0..2 {
        pat.deliver(&sent).await.expect(200);
    }
    assert!(pat.reads().await.text().contains("cv.pdf"));
    let said = history(&server, &application(&server).await["session_id"]).await;
    let files: Vec<&Value> = said.iter().filter(|m| m["content_format"] == "file").collect();
    assert_eq!(files.len(), 1, "{said:?}");
    let file = server.admin.get(&format!("/files/{}", files[0]["metadata"]["file_id"].as_str().unwrap())).await;
    assert_eq!((file.status, file.body), (200, bytes.clone()));

    // Too large, or gone: the person is told, and Meta need not deliver it again.
    let large = fake.keep_file(&vec![b'x'; 10 * 1024 * 1024 + 1]);
    for (gone, told) in [(large.as_str(), "larger than 10 MB"), ("404404", "couldn't fetch that file")] {
        pat.send(&json!({"type": "document", "document": {"id": gone}})).await.expect(200);
        let shown = pat.reads().await;
        assert!(shown.text().contains(told), "{shown:?}");
    }

    // And the other way: what a recruiter sends.
    let session = application(&server).await["session_id"].as_str().unwrap().to_owned();
    let form = reqwest::multipart::Form::new()
        .part("file", reqwest::multipart::Part::bytes(bytes.clone()).file_name("offer.pdf").mime_str("application/pdf").unwrap());
    server.admin.post(&format!("/chat/{session}/takeover"), &json!({})).await.expect(200);
    let attached = server.admin.request(reqwest::Method::POST, &format!("/chat/{session}/attachments")).multipart(form);
    assert_eq!(chatbot_tests::Reply::of(attached).await.status, 202);
    let got = loop {
        let shown = pat.reads().await;
        if shown.body["type"] == "document" {
            break shown;
        }
    };
    assert_eq!(got.body["document"]["filename"], "offer.pdf", "{got:?}");
    assert_eq!(fake.file(got.body["document"]["id"].as_str().unwrap()), bytes);
    fake.assert_no_violations();
}

#[tokio::test]
async fn the_handshake_and_a_number_of_another_account() {
    let fake = FakeWhatsApp::start().await;
    let server = start(Engine::Sqlite, &fake).await;
    let reply = server.api.get(&format!("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=42")).await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, &b"42"[..]));
    let pat = fake.person(&server);
    let foreign = delivery(&[pat.message(&json!({"type": "text", "text": {"body": "hello"}}))], &[]).to_string().replace(NUMBER, "5550002");
    deliver_bytes(&server.api, foreign.as_bytes()).await.expect(200);
    assert_eq!(server.database.count("select count(*) from quarantine").await, 1);
    assert_eq!(server.database.count("select count(*) from chat_sessions").await, 0);
}
