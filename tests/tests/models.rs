//! Models as candidates, recruiters and operators meet them: the real server, and a model server of ours that fails at will.

use std::path::Path;

use chatbot_tests::job::kitchen;
use chatbot_tests::model::{FakeModel, KEY, NAME};
use chatbot_tests::page::Page;
use chatbot_tests::server::{binary, command, run};
use chatbot_tests::{Candidate, Engine, Server, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    a_reply_comes_word_by_word_to_an_open_page_and_stands_as_one_message,
    i2_with_every_model_down_the_candidate_is_answered_a_person_is_asked_and_a_model_that_is_back_answers_without_a_restart,
    what_models_take_is_told_by_slot_in_figures_metrics_and_on_the_command_line,
);

const SLUG: &str = "e2e-cook";
const WORDS: &str = "You would cook with six people in a kitchen by the river.";
const QUESTION: &str = "Tell me about the people I would work with, please?";

async fn with(fake: &FakeModel, engine: Engine) -> Server {
    let server = fake.only(Server::on(engine)).start().await;
    server.create_job(&kitchen()).await;
    server
}

/// What `chatbot` says on this server's database.
async fn chatbot(server: &Server, fake: &FakeModel, arguments: &[&str]) -> String {
    let mut program = command(binary("chatbot"));
    program.current_dir(server.folder()).args(arguments).envs(fake.variables()).envs(server.database.variables());
    let (status, output, errors) = run(program).await;
    assert!(status.success(), "{output}{errors}");
    output
}

async fn a_reply_comes_word_by_word_to_an_open_page_and_stands_as_one_message(engine: Engine) {
    let fake = FakeModel::start(WORDS).await;
    let server = with(&fake, engine).await;
    let candidate = Candidate::consented(&server, SLUG).await;
    let mut page = Page::open(&candidate).await;
    fake.holds(true);
    candidate.write(QUESTION).await;

    let draft = page.until("delta").await;
    let first = draft["content"].as_str().unwrap();
    assert!(!first.is_empty() && WORDS.starts_with(first) && draft["sender"] == "bot", "{draft}");
    assert_eq!(candidate.said_by("bot").await.iter().filter(|m| m["content"].as_str().unwrap().contains("six people")).count(), 0);
    fake.holds(false);
    let mut longest = first.len();
    let message = loop {
        let event = page.next().await;
        let text = event.data["content"].as_str().unwrap_or_default().to_owned();
        match event.name.as_str() {
            "delta" => {
                assert!(WORDS.starts_with(&text) && text.len() >= longest, "a draft grows: {text}");
                longest = text.len();
            }
            "message" if event.data["sender"] == "bot" => break text,
            _ => {}
        }
    };
    assert!(message.starts_with(WORDS), "{message}");
    assert!(message.contains("How many years of grilling?"), "the form goes on: {message}");
    assert_eq!(candidate.said_by("bot").await.last().unwrap()["content"], message);
    fake.assert_sound();
}

async fn i2_with_every_model_down_the_candidate_is_answered_a_person_is_asked_and_a_model_that_is_back_answers_without_a_restart(
    engine: Engine,
) {
    let fake = FakeModel::start(WORDS).await;
    let server = fake.only(Server::on(engine).test_clock()).start().await;
    server.create_job(&kitchen()).await;
    let candidate = Candidate::consented(&server, SLUG).await;
    let waits = async || {
        let open = server.admin.get(&format!("/actions?status=open&session_id={}", candidate.session)).await.expect(200);
        open["items"].as_array().unwrap().iter().filter(|action| action["type"] == "low_confidence").count()
    };

    fake.down(true);
    // More than the breaker lets pass.
    for _ in 0..5 {
        let replies = candidate.say(QUESTION).await;
        assert_eq!(replies.len(), 1, "one reply, whatever fails: {replies:?}");
        let text = replies[0]["content"].as_str().unwrap();
        assert!(!text.contains("six people") && text.contains("a person answers"), "it says what happens: {text}");
        assert!(text.contains("How many years of grilling?"), "and the form goes on: {text}");
    }
    assert!(waits().await >= 1, "a person is asked");
    let tried = fake.requests().len();
    assert!((1..5).contains(&tried), "a model that is down is left alone: {tried}");

    fake.down(false);
    let last = candidate.last_bot_message().await.unwrap();
    let said_at: chrono::DateTime<chrono::Utc> = last["sent_at"].as_str().unwrap().parse().unwrap();
    server.set_clock(&(said_at + chrono::Duration::minutes(10)).to_rfc3339()).await;
    let replies = candidate.say("And who would I work with there, please?").await;
    assert!(replies[0]["content"].as_str().unwrap().starts_with(WORDS), "{replies:?}");
    fake.assert_sound();
}

async fn what_models_take_is_told_by_slot_in_figures_metrics_and_on_the_command_line(engine: Engine) {
    let fake = FakeModel::start(WORDS).await;
    let server = with(&fake, engine).await;
    let candidate = Candidate::consented(&server, SLUG).await;
    candidate.say(QUESTION).await;

    let stats = server.admin.get("/stats").await.expect(200);
    let slot = &stats["models"]["slots"][0];
    assert_eq!((&slot["slot"], &slot["model"], &slot["calls"]), (&json!(1), &json!(NAME), &json!(1)), "{stats}");
    assert_eq!((&slot["input_tokens"], &slot["output_tokens"], &slot["unpriced"]), (&json!(120), &json!(8), &json!(1)), "{stats}");
    assert_eq!(stats["models"]["sessions"][0]["id"], candidate.session.as_str());
    let metrics = server.admin.get("/metrics").await.text();
    let told = |name: &str, value: &str| {
        metrics.lines().any(|line| line.starts_with(name) && line.contains("slot=\"1\"") && line.ends_with(&format!(" {value}")))
    };
    assert!(told("provider_tokens_total", "120") && told("provider_tokens_total", "8"), "{metrics}");
    assert!(told("provider_duration_seconds_count", "1"), "{metrics}");

    let usage: Value = serde_json::from_str(&chatbot(&server, &fake, &["providers", "usage", "--output", "json"]).await).unwrap();
    let group = usage.as_array().or_else(|| usage["items"].as_array()).expect("a list").first().cloned().unwrap_or_default();
    assert_eq!((&group["slot"], &group["calls"]), (&json!(1), &json!(1)), "{usage}");
    assert_eq!((&group["input_tokens"], &group["output_tokens"]), (&json!(120), &json!(8)), "{usage}");
}

/// A folder with a job, and a script whose candidate tells more than a model need know.
fn conversation(folder: &Path, question: &str) -> String {
    let job = "title: Cook\nslug: e2e-tape\ndescription: Six people cook in a kitchen by the river.\nprescreen:\n  questions:\n    \
               - {text: \"How many years of grilling?\", kind: number, rule: {min: 1}}\n";
    std::fs::write(folder.join("job.yaml"), job).unwrap();
    let script = format!(
        "name: With a model\njob: job.yaml\nsteps:\n  - candidate: \"/start\"\n  - bot: {{template: ask_consent}}\n  - candidate: \"yes\"\n  \
         - bot: {{contains: grilling}}\n  - candidate: \"{question}\"\n  - bot: {{contains: \"six people\"}}\n"
    );
    let path = folder.join("script.yaml");
    std::fs::write(&path, script).unwrap();
    path.display().to_string()
}

async fn play(variables: &[(&str, String)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = command(binary("chatbot"));
    program.arg("run").args(arguments).envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    let (status, output, errors) = run(program).await;
    (status.code(), output + &errors)
}

#[tokio::test]
async fn a_tape_keeps_no_key_and_no_personal_data_plays_offline_and_names_the_request_it_lacks() {
    let fake = FakeModel::start(WORDS).await;
    let folder = tempfile::tempdir().unwrap();
    let tapes = folder.path().join("tapes");
    let record = format!("--record={}", tapes.display());
    let question = "Who would I work with, and can they write to jane.doe@example.org or call +31 10 123 4567, please?";
    let script = conversation(folder.path(), question);
    let (status, said) = play(&fake.variables(), &[&script, &record]).await;
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(fake.requests().len(), 1);
    fake.assert_sound();
    let kept: Vec<String> = std::fs::read_dir(&tapes).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(!kept.is_empty());
    for secret in [KEY, "jane.doe", "123 4567", "1234567"] {
        assert!(!kept.concat().contains(secret), "{secret} is on a tape: {kept:?}");
    }

    let offline = [("PROVIDER1_TYPE", "replay".to_owned()), ("PROVIDER1_TAPES", tapes.display().to_string())];
    let (status, said) = play(&offline, &[&script]).await;
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(fake.requests().len(), 1, "nobody is asked");
    let other = conversation(folder.path(), "Who would be my boss there, please?");
    let (status, said) = play(&offline, &[&other]).await;
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("--record") && said.contains("no tape") && said.contains("my boss"), "it names what is missing: {said}");
}

#[tokio::test]
async fn each_slot_is_tried_with_one_question_and_has_a_line() {
    let fake = FakeModel::start(WORDS).await;
    let mut program = command(binary("chatbot"));
    program.args(["providers", "test"]).envs(fake.variables()).envs([
        ("PROVIDER2_TYPE", "openai_compatible"),
        ("PROVIDER2_BASE_URL", "http://127.0.0.1:1/v1"),
        ("PROVIDER2_MODEL", NAME),
    ]);
    let (status, output, errors) = run(program).await;
    let said = output + &errors;
    assert!(!status.success(), "one of them is down: {said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("openai_compatible")).collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].starts_with("ok") && lines[0].contains("provider 1") && lines[0].contains("120 tokens in, 8 out"), "{said}");
    assert!(lines[1].starts_with("FAIL") && lines[1].contains("provider 2"), "{said}");
    assert_eq!(fake.requests().len(), 1);
    assert!(!said.contains(KEY));
}
