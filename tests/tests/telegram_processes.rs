//! Telegram and processes that die, race and fail: nothing is lost, nothing comes twice, nothing is told to a log.

use std::time::Duration;

use chatbot_tests::candidate::assert_without_gaps;
use chatbot_tests::job::cook;
use chatbot_tests::patience::within;
use chatbot_tests::proxy::Proxy;
use chatbot_tests::server::{ADMIN_TOKEN, free_port};
use chatbot_tests::telegram::{FakeTelegram, Fault};
use chatbot_tests::{Api, Engine, Reply, Server, Texter, eventually, on_both_engines};
use reqwest::Method;
use serde_json::json;

on_both_engines!(
    i1_a_kill_between_fetching_and_storing_loses_nothing,
    i1_a_kill_after_every_answer_changes_nothing,
    i2_the_same_message_under_another_number_has_no_second_effect,
    no_word_name_or_secret_reaches_the_log,
);

async fn start(engine: Engine) -> (FakeTelegram, Server) {
    let fake = FakeTelegram::start().await;
    let server = Server::on(engine).telegram(&fake).env("TELEGRAM_MODE", "polling").start().await;
    server.create_job(&cook()).await;
    (fake, server)
}

async fn i1_a_kill_between_fetching_and_storing_loses_nothing(engine: Engine) {
    let (fake, mut server) = start(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    eventually("nothing is left", async || (fake.pending() == 0).then_some(())).await;
    server.database.has_settled().await;
    let (heard, handed_out) = (ada.phone.heard().len(), fake.handed_out());
    let held = server.database.hold().await;
    ada.phone.says("5");
    eventually("the bot has fetched it", async || (fake.handed_out() > handed_out).then_some(())).await;
    assert_eq!(fake.pending(), 1, "what is not stored is not confirmed");
    server.kill().await;
    drop(held);
    assert_eq!(fake.pending(), 1);
    server.start().await;
    let answer = ada.phone.hears(heard + 1).await;
    assert!(answer.text.contains("frying"), "{answer:?}");
    eventually("it is confirmed", async || (fake.pending() == 0).then_some(())).await;
    assert_eq!(ada.kept(&server).await.iter().filter(|words| *words == "5").count(), 1);
    assert_without_gaps(&ada.history(&server).await);
    assert_eq!(ada.phone.heard().len(), heard + 1);
    assert_eq!(fake.violations(), Vec::<String>::new());
}

async fn i1_a_kill_after_every_answer_changes_nothing(engine: Engine) {
    let (fake, mut server) = start(engine).await;
    let undisturbed = Texter::consented(&fake, "e2e-cook").await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    for answer in ["5", "6", "7", "Ada Example", "ada@example.org"] {
        undisturbed.says(answer).await;
        // Killed as soon as the phone shows the reply: what was sent may not be marked as sent, and may come once more.
        ada.says(answer).await;
        server.kill().await;
        server.start().await;
    }
    let words = |texter: &Texter| {
        let mut words: Vec<_> = texter.phone.heard().into_iter().map(|shown| shown.text).collect();
        words.dedup();
        words
    };
    assert_eq!(words(&ada), words(&undisturbed));
    let copies = ada.phone.heard().len() - words(&ada).len();
    assert!(copies <= 5, "{copies} copies");
    assert_without_gaps(&ada.history(&server).await);
    assert_eq!(ada.application(&server).await["answered"], 3);
}

async fn i2_the_same_message_under_another_number_has_no_second_effect(engine: Engine) {
    let (fake, server) = start(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    let user = ada.phone.user;
    let person = json!({ "id": user, "is_bot": false, "first_name": "Ada" });
    let chat = json!({ "id": user, "type": "private", "first_name": "Ada" });
    let update = json!({ "message": { "message_id": 5_000, "from": person, "chat": chat, "date": 1_790_000_000, "text": "5" } });
    for _ in 0..3 {
        ada.phone.update(&update);
    }
    ada.phone.hears_last("frying").await;
    eventually("all are confirmed", async || (fake.pending() == 0).then_some(())).await;
    assert_eq!(ada.kept(&server).await.iter().filter(|words| *words == "5").count(), 1);
    assert!(ada.says("6").await.text.contains("baking"), "the copies answered nothing");
}

async fn no_word_name_or_secret_reaches_the_log(engine: Engine) {
    let fake = FakeTelegram::start().await;
    let plan = Server::on(engine).telegram(&fake).env("TELEGRAM_MODE", "polling").env("TELEGRAM_WEBHOOK_SECRET", "canary-secret-1");
    let server = plan.env("RUST_LOG", "trace").start().await;
    server.create_job(&cook()).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    for words in ["canary-two of them", "5", "6", "7", "Canarythree Example", "canary-four@example.org"] {
        ada.says(words).await;
    }
    ada.phone.shares_contact("+49555canary5", true);
    ada.phone.sends_document("canary-six.txt", "text/plain", "canary-seven", Some("canary-eight"));
    let edited = ada.phone.says("canary-nine");
    ada.phone.edits(edited, "canary-ten");
    ada.phone.update(&json!({ "message": { "text": "canary-eleven" } }));
    for fault in [Fault::ServerError, Fault::DropAfter, Fault::TooManyRequests(1)] {
        fake.fail_sends(1, fault);
    }
    ada.phone.says("canary-twelve");
    fake.fail("getUpdates", 1, Fault::ServerError);
    fake.fail("getUpdates", 1, Fault::DropBefore);
    eventually("all is done", async || (fake.pending() == 0 && fake.faults_are_spent()).then_some(())).await;
    let mut server = server;
    assert!(server.stop(chatbot_tests::Signal::Term).await.success());
    let log = server.log() + &server.printed();
    assert!(["TRACE", "DEBUG"].iter().any(|level| log.contains(level)), "the log is at its most talkative");
    let token = FakeTelegram::TOKEN.split(':').nth(1).unwrap();
    for canary in ["anary", token, ADMIN_TOKEN] {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(canary)).take(3).collect();
        assert!(lines.is_empty(), "{canary}: {lines:#?}");
    }
}

#[tokio::test]
async fn of_two_processes_with_one_token_one_polls_and_the_other_steps_in() {
    let fake = FakeTelegram::start().await;
    let mut first = Server::on(Engine::Postgres).telegram(&fake).env("TELEGRAM_MODE", "polling").start().await;
    first.create_job(&cook()).await;
    let port = free_port();
    let log = std::fs::File::create(first.folder().join("second")).unwrap();
    let mut second = first.command(port).stdout(std::process::Stdio::null()).stderr(log).spawn().unwrap();
    let api = Api::new(format!("http://127.0.0.1:{port}"));
    eventually("the second is ready", async || {
        Reply::attempt(api.request(Method::GET, "/readyz")).await.ok().filter(|reply| reply.status == 200)
    })
    .await;
    let mut texters = Vec::new();
    for _ in 0..4 {
        texters.push(Texter::consented(&fake, "e2e-cook").await);
    }
    for texter in &texters {
        assert!(texter.says("5").await.text.contains("frying"));
    }
    assert_eq!(fake.conflicts(), 0, "two never poll at once");
    first.kill().await;
    for texter in &texters {
        texter.phone.says("6");
    }
    for texter in &texters {
        within(Duration::from_secs(60), "the second steps in", async || {
            texter.phone.heard().pop().filter(|shown| shown.text.contains("baking"))
        })
        .await;
    }
    assert_eq!(fake.violations(), Vec::<String>::new());
    second.kill().await.unwrap();
    first.start().await;
    for texter in &texters {
        assert_without_gaps(&texter.history(&first).await);
        assert_eq!(texter.kept(&first).await.iter().filter(|words| *words == "6").count(), 1);
    }
}

#[tokio::test]
async fn i11_while_the_store_is_down_nothing_is_confirmed() {
    let proxy = Proxy::start().await;
    let fake = FakeTelegram::start().await;
    let plan = Server::on(Engine::Postgres).telegram(&fake).env("TELEGRAM_MODE", "polling");
    let server = plan.env("DATABASE_URL", proxy.url.clone()).start().await;
    server.create_job(&cook()).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    eventually("nothing is left", async || (fake.pending() == 0).then_some(())).await;
    server.database.has_settled().await;
    let (heard, handed_out) = (ada.phone.heard().len(), fake.handed_out());
    proxy.cut();
    ada.phone.says("5");
    ada.phone.says("6");
    eventually("the bot has fetched both", async || (fake.handed_out() >= handed_out + 2).then_some(())).await;
    server.api.get("/readyz").await.problem(503);
    assert_eq!(fake.pending(), 2);
    proxy.mend();
    within(Duration::from_secs(60), "both are answered", async || ada.phone.heard().pop().filter(|shown| shown.text.contains("baking")))
        .await;
    assert!(ada.phone.heard().len() <= heard + 2);
    let kept = ada.kept(&server).await;
    assert_eq!(kept.split_at(kept.len() - 2).1, ["5", "6"], "{kept:?}");
    assert_without_gaps(&ada.history(&server).await);
}
