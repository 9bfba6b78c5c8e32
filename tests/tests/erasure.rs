//! I6 over the real binaries: nothing of an erased person is in any table, nor, on SQLite, in any byte of any file; and
//! nothing of anybody is in a log, however much is logged.

use std::path::Path;

use chatbot_tests::candidate::text;
use chatbot_tests::job::{SLUG, baker, cook};
use chatbot_tests::server::{ADMIN_TOKEN, binary, command, moment, run};
use chatbot_tests::{Candidate, Engine, Reply, Server, eventually, on_both_engines};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

on_both_engines!(
    i6_an_export_holds_everything_and_an_erasure_leaves_nothing,
    i6_who_asks_in_the_chat_is_gone_but_for_the_confirmation,
    i6_an_erasure_ends_a_turn_a_takeover_and_a_delivery,
    i6_a_kill_in_mid_erasure_leaves_all_or_nothing,
    no_word_and_no_token_is_logged_at_any_level,
    the_terminal_exports_erases_and_retains,
);

/// Part of everything the candidate says, and of nothing else in the world.
const CANARY: &str = "uetzal";

/// What the candidate of these tests answers.
const SAID: [(&str, &str); 7] = [
    ("years", "about three years at Quetzal Breads"),
    ("certificate", "yes, I do"),
    ("shift", "late"),
    ("notice", "two months"),
    ("salary", "3,600 euros a month"),
    ("start", "2028-02-01"),
    ("ovens", "a deck oven in the Quetzal mill"),
];

/// Somebody who has told everything: answers, a file, a question, a wish for a person, name and contact.
async fn told_everything(server: &Server) -> Candidate {
    let candidate = Candidate::open(server, SLUG).await;
    candidate.say("yes").await;
    let part = Part::bytes(b"Quetzal, born in Quetzaltenango".to_vec()).file_name("quetzal-cv.txt").mime_str("text/plain").unwrap();
    let upload = candidate.api.request(Method::POST, &candidate.path("attachments")).multipart(Form::new().part("file", part));
    Reply::of(upload).await.expect(202);
    candidate.say("is there a canteen for the Quetzal family?").await;
    for _ in 0..30 {
        let last = eventually("the bot has the last word", async || candidate.last_bot_message().await).await;
        let expects = &last["metadata"]["expects"];
        let reply = match (expects["type"].as_str().unwrap_or_default(), expects["field"].as_str().unwrap_or_default()) {
            ("submit", _) => break,
            ("field", "name") => "Ada Quetzal",
            ("field", _) => "ada@quetzal.example",
            _ => {
                let words = text(&last["content"]).rsplit("Question ").next().unwrap().to_lowercase();
                SAID.iter().find(|(word, _)| words.contains(word)).unwrap_or_else(|| panic!("{last}")).1
            }
        };
        candidate.say(reply).await;
    }
    candidate.say("/human").await;
    candidate
}

async fn candidate_id(server: &Server, candidate: &Candidate) -> String {
    text(&candidate.application(server).await["candidate_id"])
}

/// Files below a folder that hold the word.
fn files_with(folder: &Path, word: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let holds = |path: &Path| std::fs::read(path).unwrap().windows(word.len()).any(|bytes| bytes == word.as_bytes());
    files.filter(|path| holds(path)).map(|path| path.display().to_string()).collect()
}

/// Fails if anything of the person is anywhere. On SQLite that is any byte of any file, the log's among them.
async fn assert_no_trace(server: &Server, candidate: &str) {
    assert_eq!(server.database.tables_with(CANARY).await, Vec::<String>::new());
    assert_eq!(server.database.tables_with(candidate).await, Vec::<String>::new(), "the id alone names them too");
    let found = eventually("the log's pages are gone", async || {
        let found = files_with(server.folder(), CANARY);
        (found.is_empty() || server.engine == Engine::Postgres).then_some(found)
    });
    assert_eq!(found.await, Vec::<String>::new());
}

async fn i6_an_export_holds_everything_and_an_erasure_leaves_nothing(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let other = Candidate::consented(&server, SLUG).await;
    let candidate = told_everything(&server).await;
    let id = candidate_id(&server, &candidate).await;
    let tables = server.database.tables_with(CANARY).await;
    assert!(tables.len() > 5, "the canary must be where it can be missed: {tables:?}");

    let export = server.admin.get(&format!("/candidates/{id}/export")).await;
    assert!(export.header("content-disposition").starts_with("attachment"));
    let export = export.expect(200);
    let own = candidate.api.get(&candidate.path("export")).await.expect(200);
    assert_eq!(own["candidate"], export["candidate"]);
    assert_eq!(export["candidate"]["emails"], json!(["ada@quetzal.example"]));
    assert_eq!(export["sessions"][0]["messages"].as_array().unwrap().len(), candidate.history().await.len());
    assert_eq!(export["applications"][0]["answers"].as_array().unwrap().len(), SAID.len());
    assert!(export["consents"][0]["text"].as_str().unwrap().contains("Do you agree?"));
    assert_eq!(export["files"][0]["name"], "quetzal-cv.txt");
    let other_id = candidate_id(&server, &other).await;
    assert!(!export.to_string().contains(&other_id) && !export.to_string().contains(&other.session));
    candidate.api.get(&format!("/candidates/{id}/export")).await.problem(404);
    candidate.api.get(&other.path("export")).await.problem(404);
    candidate.api.delete(&format!("/candidates/{id}")).await.problem(404);

    let receipt = server.admin.delete(&format!("/candidates/{id}")).await.expect(200);
    assert_eq!(receipt["reason"], "by_staff");
    assert_eq!((&receipt["rows"]["candidates"], &receipt["rows"]["files"]), (&json!(1), &json!(1)));
    assert_eq!(server.admin.delete(&format!("/candidates/{id}")).await.expect(200), receipt, "the same receipt");
    for path in [format!("/candidates/{id}"), format!("/candidates/{id}/export"), format!("/applications/{}", candidate.application)] {
        server.admin.get(&path).await.problem(404);
    }
    candidate.api.get(&candidate.path("history")).await.problem(401);
    assert_no_trace(&server, &id).await;
    assert_eq!(candidate_id(&server, &other).await, other_id, "nobody else is touched");
    server.admin.delete("/candidates/00000000-0000-4000-8000-000000000000").await.problem(404);
}

async fn i6_who_asks_in_the_chat_is_gone_but_for_the_confirmation(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = told_everything(&server).await;
    let id = candidate_id(&server, &candidate).await;
    let asked = candidate.say("please delete my data").await;
    assert_eq!(asked.last().unwrap()["metadata"]["expects"], json!({"type": "field", "field": "erase"}), "{asked:?}");
    let done = candidate.ask(&json!({"content": "Yes, delete", "metadata": {"button": "yes, delete"}})).await.expect(200);
    assert!(text(&done["replies"][0]["content"]).contains("everything about you is deleted"), "{done}");
    let left = candidate.history().await;
    assert_eq!((left.len(), &left[0]["metadata"]["templates"]), (1, &json!(["erased"])));
    candidate.api.get(&candidate.path("export")).await.problem(404);
    candidate.api.post(&candidate.path("messages"), &json!({"content": "hello?"})).await.problem(409);
    server.admin.get(&format!("/candidates/{id}")).await.problem(404);
    assert_no_trace(&server, &id).await;
    let receipt = server.admin.delete(&format!("/candidates/{id}")).await.expect(200);
    assert_eq!((&receipt["reason"], &receipt["erased_by"]), (&json!("asked"), &Value::Null));
}

async fn i6_an_erasure_ends_a_turn_a_takeover_and_a_delivery(engine: Engine) {
    let server = Server::on(engine).test_clock().start().await;
    server.create_job(&cook()).await;
    let waiting = Candidate::consented(&server, "e2e-cook").await;
    let taken = Candidate::consented(&server, "e2e-cook").await;
    // Nothing delivers to this platform, so what the bot says to them stays on its way.
    let wish = json!({"platform": "pigeon", "platform_user_id": "loft-quetzal", "job_slug": "e2e-cook"});
    let outside = server.admin.post("/chat/sessions", &wish).await.expect(201);
    let outside_id =
        text(&server.admin.get(&format!("/applications/{}", text(&outside["application_id"]))).await.expect(200)["candidate_id"]);
    eventually("something is on its way", async || (server.database.count("select count(*) from outbox").await > 0).then_some(())).await;
    server.admin.post(&taken.path("takeover"), &json!({})).await.expect(200);
    server.pause_worker(true).await;
    waiting.write("5 years at Quetzal").await;
    taken.write("for a person: Quetzal").await;
    for id in [candidate_id(&server, &waiting).await, candidate_id(&server, &taken).await, outside_id] {
        server.admin.delete(&format!("/candidates/{id}")).await.expect(200);
    }
    server.pause_worker(false).await;
    moment().await;
    server.admin.post(&taken.path("release"), &json!({})).await.problem(404);
    for table in [
        "select count(*) from chat_sessions",
        "select count(*) from inbound",
        "select count(*) from chat_messages",
        "select count(*) from outbox",
        "select count(*) from candidates",
        "select count(*) from applications",
        "select count(*) from timers",
        "select count(*) from action_queue",
        "select count(*) from seen where session_id is not null",
    ] {
        assert_eq!(server.database.count(table).await, 0, "{table}");
    }
    let lines = "select count(*) from activity_logs where type <> 'job_created'";
    assert_eq!(server.database.count(lines).await, 3, "a line each, which names nobody");
    assert_no_trace(&server, "loft-").await;
}

async fn i6_a_kill_in_mid_erasure_leaves_all_or_nothing(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let (mut whole, mut gone) = (0, 0);
    for round in 0..6_u64 {
        let candidate = told_everything(&server).await;
        let id = candidate_id(&server, &candidate).await;
        let erasing = tokio::spawn({
            let (admin, path) = (server.admin.clone(), format!("/candidates/{id}"));
            async move { Reply::attempt(admin.request(Method::DELETE, &path)).await.ok().map(|reply| reply.status) }
        });
        tokio::time::sleep(std::time::Duration::from_millis(round * 3)).await;
        server.kill().await;
        let answered = erasing.await.unwrap();
        server.start().await;
        let there = server.admin.get(&format!("/candidates/{id}")).await.status;
        if there == 200 {
            assert_eq!(answered, None, "what was answered as done is done");
            assert_eq!(candidate.application(&server).await["answered"], json!(SAID.len()), "nothing of it was begun");
            whole += 1;
        } else {
            gone += 1;
        }
        server.admin.delete(&format!("/candidates/{id}")).await.expect(200);
        assert_no_trace(&server, &id).await;
    }
    eprintln!("{whole} killed before, {gone} after the commit");
}

async fn no_word_and_no_token_is_logged_at_any_level(engine: Engine) {
    let mut server = Server::on(engine).env("RUST_LOG", "trace").start().await;
    server.create_job(&baker()).await;
    let candidate = told_everything(&server).await;
    let token = candidate.api.token().unwrap().to_owned();
    // What is refused is logged no more than what is taken.
    for body in ["{\"content\": \"Quetzal\"", "{\"content\": 5, \"Quetzal\": 1}", "Quetzal", "{\"content\": \"\\ud800 Quetzal\"}"] {
        candidate.api.post_bytes(&candidate.path("messages"), body).await;
    }
    server.api.as_holder_of("quetzal-quetzal-quetzal").get("/candidates").await;
    server.api.get("/j/quetzal?src=quetzal").await;
    server.admin.post("/jobs", &json!({"title": "Quetzal", "salary": "Quetzal"})).await;
    server.admin.post("/jobs", &json!({"title": "Quetzal keeper", "slug": SLUG, "prescreen": {"questions": []}})).await;
    candidate.api.post(&candidate.path("messages"), &json!({"content": "Quetzal", "client_message_id": "q"})).await;
    candidate.api.post(&candidate.path("messages"), &json!({"content": "Quetzal!", "client_message_id": "q"})).await.problem(422);
    server.admin.post(&candidate.path("takeover"), &json!({})).await.expect(200);
    server.admin.post(&candidate.path("messages"), &json!({"content": "Hello Ada Quetzal"})).await.expect(202);
    server.admin.post(&candidate.path("release"), &json!({})).await.expect(200);
    let id = candidate_id(&server, &candidate).await;
    server.admin.get(&format!("/candidates/{id}/export")).await.expect(200);
    server.kill().await;
    server.start().await;
    server.admin.delete(&format!("/candidates/{id}")).await.expect(200);
    server.stop(chatbot_tests::Signal::Term).await;
    let log = server.log();
    assert!(log.contains("\"level\":\"DEBUG\"") || log.contains("\"level\":\"TRACE\""), "nothing was logged in detail");
    assert!(log.lines().count() > 50, "too little was logged to show anything");
    for secret in [CANARY, &token, ADMIN_TOKEN] {
        let shown: Vec<_> = log.lines().filter(|line| line.contains(secret)).take(3).collect();
        assert!(shown.is_empty(), "{secret} was logged: {shown:#?}");
    }
}

async fn the_terminal_exports_erases_and_retains(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = told_everything(&server).await;
    let id = candidate_id(&server, &candidate).await;
    let chatbot = |arguments: &[&str]| {
        let mut terminal = command(binary("chatbot"));
        terminal.current_dir(server.folder()).env("DATABASE_URL", &server.database.url).args(arguments);
        if let Some(schema) = &server.database.schema {
            terminal.env("DATABASE_SCHEMA", &schema.0);
        }
        run(terminal)
    };
    let (status, out, err) = chatbot(&["privacy", "export", &id]).await;
    assert!(status.success(), "{err}");
    let export: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(export["candidate"]["name"], "Ada Quetzal");
    let (status, ..) = chatbot(&["privacy", "export", &id, "--out", "person.json"]).await;
    assert!(status.success());
    let file = server.folder().join("person.json");
    let written: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(written["sessions"], export["sessions"]);
    let (status, _, err) = chatbot(&["privacy", "export", &id, "--out", "person.json"]).await;
    assert!(!status.success() && err.contains("isn't there yet"), "another file is never written over: {err}");
    std::fs::remove_file(file).unwrap();

    let (status, out, err) = chatbot(&["privacy", "retain", "--older-than", "180d", "--dry-run", "--output", "json"]).await;
    assert!(status.success(), "{err}");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), json!({"candidates": 0, "sessions": 0, "dry_run": true}));
    let (status, _, err) = chatbot(&["privacy", "retain", "--older-than", "soon"]).await;
    assert!(!status.success() && err.contains("180d"), "{err}");

    let (status, _, err) = chatbot(&["privacy", "erase", &id]).await;
    assert!(!status.success() && err.contains("--yes"), "{err}");
    let (status, out, err) = chatbot(&["privacy", "erase", &id, "--yes", "--output", "json"]).await;
    assert!(status.success(), "{err}");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["rows"]["candidates"], 1);
    assert_no_trace(&server, &id).await;
}
