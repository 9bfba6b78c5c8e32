//! Telegram's webhook: who is let in, what is acknowledged, and that no body does any harm.

use std::path::{Path, PathBuf};

use chatbot_tests::candidate::assert_without_gaps;
use chatbot_tests::job::cook;
use chatbot_tests::proxy::Proxy;
use chatbot_tests::telegram::FakeTelegram;
use chatbot_tests::{Engine, Plan, Reply, Server, Texter, eventually, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    only_a_call_that_shows_the_secret_is_let_in,
    i1_what_is_acknowledged_is_stored,
    i2_the_same_update_delivered_again_has_no_second_effect,
    a_chat_that_staff_open_on_telegram_is_the_persons_own_and_is_delivered_or_told,
    every_kind_of_update_is_acknowledged_and_the_chat_goes_on,
    what_nobody_can_read_is_acknowledged_and_kept,
);

const SECRET: &str = "webhook-secret_of-the-tests";
const PATH: &str = "/webhooks/telegram";
const HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

fn plan(engine: Engine, fake: &FakeTelegram) -> Plan {
    Server::on(engine).telegram(fake).env("TELEGRAM_MODE", "webhook").env("TELEGRAM_WEBHOOK_SECRET", SECRET)
}

async fn start(engine: Engine) -> (FakeTelegram, Server) {
    let fake = FakeTelegram::start().await;
    let server = plan(engine, &fake).start().await;
    server.create_job(&cook()).await;
    (fake, server)
}

fn listen(fake: &FakeTelegram, server: &Server) {
    fake.set_webhook(&format!("http://{}{PATH}", server.address()), SECRET);
}

/// Delivers a body as Telegram does.
async fn deliver(server: &Server, body: impl Into<Vec<u8>>) -> Reply {
    Reply::of(server.api.request(Method::POST, PATH).header("content-type", "application/json").header(HEADER, SECRET).body(body.into()))
        .await
}

fn words(number: i64, from: i64, text: &str) -> Value {
    let person = json!({ "id": from, "is_bot": false, "first_name": "Ada" });
    let chat = json!({ "id": from, "type": "private", "first_name": "Ada" });
    json!({ "update_id": number, "message": { "message_id": number, "from": person, "chat": chat, "date": 1_790_000_000, "text": text } })
}

async fn only_a_call_that_shows_the_secret_is_let_in(engine: Engine) {
    let (_fake, server) = start(engine).await;
    let body = words(1, 700, "/start e2e-cook").to_string();
    let call = |path: &str| server.api.request(Method::POST, path).header("content-type", "application/json").body(body.clone());
    let wrong = ["", "wrong", &SECRET[..SECRET.len() - 1], &format!("{SECRET}x"), &SECRET.to_uppercase()];
    for secret in wrong {
        Reply::of(call(PATH).header(HEADER, secret)).await.expect(401);
        Reply::of(call(&format!("{PATH}?secret={secret}"))).await.expect(401);
    }
    Reply::of(call(PATH)).await.expect(401);
    Reply::of(call(PATH).header(HEADER, SECRET).header(HEADER, "wrong")).await.expect(401);
    let sessions = || server.database.count("select count(*) from chat_sessions where platform = 'telegram'");
    assert_eq!(sessions().await, 0);
    let get = Reply::of(server.api.request(Method::GET, PATH).header(HEADER, SECRET)).await;
    assert_eq!(get.status, 405, "{get:?}");
    assert_eq!(Reply::of(call(PATH).header(HEADER, SECRET)).await.status, 200);
    assert_eq!(sessions().await, 1);
    assert_eq!(Reply::of(call(&format!("{PATH}?secret={SECRET}"))).await.status, 200);
    assert_eq!(sessions().await, 1);
}

async fn i1_what_is_acknowledged_is_stored(engine: Engine) {
    let fake = FakeTelegram::start().await;
    // Whoever only serves stores, and leaves the turn to others.
    let mut server = plan(engine, &fake).env("WORKER_TYPE", "api").start().await;
    server.create_job(&cook()).await;
    listen(&fake, &server);
    let ada = Texter::arrive(&fake, "e2e-cook");
    eventually("it is acknowledged", async || (fake.webhook_statuses() == [200]).then_some(())).await;
    assert!(ada.phone.heard().is_empty());
    server.kill().await;
    server.change_env("WORKER_TYPE", "all");
    server.start().await;
    ada.phone.hears(1).await;
    assert_eq!(ada.phone.heard().len(), 1);
    ada.presses("Yes").await;
    assert!(ada.says("5").await.text.contains("frying"));
    assert_without_gaps(&ada.history(&server).await);
    assert_eq!(fake.violations(), Vec::<String>::new());
}

async fn a_chat_that_staff_open_on_telegram_is_the_persons_own_and_is_delivered_or_told(engine: Engine) {
    let (fake, mut server) = start(engine).await;
    listen(&fake, &server);
    let ada = Texter::arrive(&fake, "e2e-cook");
    ada.phone.hears(1).await;
    let wish = |person: i64| json!({"platform": "telegram", "platform_user_id": person.to_string(), "job_slug": "e2e-cook"});
    server.admin.post("/chat/sessions", &wish(ada.phone.user)).await.expect(200);
    // Telegram lets nobody be written to who has not written first: that is told, and nothing waits for ever.
    let ben = fake.user("Ben");
    let opened = server.admin.post("/chat/sessions", &wish(ben.user)).await.expect(201);
    let actions = format!("/actions?status=open&session_id={}", opened["session_id"].as_str().unwrap());
    let told = eventually("an action", async || server.admin.get(&actions).await.expect(200)["items"].get(0).cloned()).await;
    assert_eq!(told["type"], "delivery_failed");
    // Whoever only serves has no sender, and knows the account all the same.
    server.kill().await;
    server.change_env("WORKER_TYPE", "api");
    server.start().await;
    server.admin.post("/chat/sessions", &wish(ada.phone.user)).await.expect(200);
    assert_eq!(server.database.count("select count(*) from chat_sessions where platform = 'telegram'").await, 2);
}

async fn i2_the_same_update_delivered_again_has_no_second_effect(engine: Engine) {
    let (fake, server) = start(engine).await;
    listen(&fake, &server);
    let ada = Texter::consented(&fake, "e2e-cook").await;
    let user = ada.phone.user;
    let answer = words(900, user, "5");
    for number in [900, 900, 901] {
        // Numbers of updates may begin anew: the message is the same.
        let mut again = answer.clone();
        again["update_id"] = number.into();
        assert_eq!(deliver(&server, again.to_string()).await.status, 200);
    }
    ada.phone.hears_last("frying").await;
    assert_eq!(ada.kept(&server).await.iter().filter(|words| *words == "5").count(), 1);
    assert_without_gaps(&ada.history(&server).await);
}

/// Every update we have: our own of every kind, and real ones where they lie beside this repository.
fn updates() -> Vec<(String, Value)> {
    let own: Value = serde_json::from_str(include_str!("../data/telegram_updates.json")).unwrap();
    let person = json!({ "id": 700_100_200, "is_bot": false, "first_name": "Ada", "last_name": "Example", "username": "ada_example", "language_code": "en" });
    let chat = json!({ "id": 700_100_200, "type": "private", "first_name": "Ada", "last_name": "Example", "username": "ada_example" });
    let mut all = Vec::new();
    for (number, case) in (1..).zip(own.as_array().unwrap()) {
        let text = case["update"].to_string().replace("\"PERSON\"", &person.to_string()).replace("\"CHAT\"", &chat.to_string());
        let mut update: Value = serde_json::from_str(&text).unwrap();
        update["update_id"] = json!(800_000_000 + number);
        all.push((case["what"].as_str().unwrap().to_owned(), update));
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
    let samples = here.ancestors().map(|folder| folder.join("shared/samples/telegram")).find(|folder| folder.is_dir());
    let files = samples.map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<PathBuf>>());
    for path in files.unwrap_or_default() {
        let update: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap_or_default();
        if update.get("update_id").is_some() {
            all.push((path.display().to_string(), update));
        }
    }
    all
}

async fn every_kind_of_update_is_acknowledged_and_the_chat_goes_on(engine: Engine) {
    let (fake, mut server) = start(engine).await;
    listen(&fake, &server);
    let ada = Texter::consented(&fake, "e2e-cook").await;
    let all = updates();
    assert!(all.len() >= 30, "{}", all.len());
    for (what, update) in &all {
        let answer = deliver(&server, update.to_string()).await;
        assert_eq!(answer.status, 200, "{what}: {answer:?}");
    }
    // The same once more, as if the answers had been lost.
    for (what, update) in &all {
        assert_eq!(deliver(&server, update.to_string()).await.status, 200, "{what}");
    }
    assert!(server.is_alive());
    assert!(ada.says("5").await.text.contains("frying"));
    let silent = server.database.count("select count(*) from chat_sessions where platform = 'telegram' and platform_user_id in ('-1009876543210', '-555', '-1001', '99')").await;
    assert_eq!(silent, 0, "groups, channels and other bots are nobody's candidates");
    assert_eq!(fake.violations(), Vec::<String>::new());
}

async fn what_nobody_can_read_is_acknowledged_and_kept(engine: Engine) {
    let (_fake, mut server) = start(engine).await;
    let deep = format!("{{\"update_id\":5,\"message\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let bodies: [&[u8]; 8] = [
        b"",
        b"not json",
        b"[]",
        b"null",
        br#"{"update_id":"seven"}"#,
        br#"{"update_id":7,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"date":"yesterday"}}"#,
        br#"{"update_id":8,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"date":1,"text":"\ud800"}}"#,
        b"\xff\xfe\x00",
    ];
    for body in bodies.iter().copied().chain([deep.as_bytes()]) {
        let answer = deliver(&server, body).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", String::from_utf8_lossy(&body[..body.len().min(90)]));
    }
    let kept = server.database.count("select count(*) from quarantine").await;
    assert!(kept >= 7, "{kept} kept");
    assert_eq!(deliver(&server, vec![b' '; 2 << 20]).await.status, 413);
    for _ in 0..2 {
        deliver(&server, bodies[1]).await;
    }
    assert_eq!(server.database.count("select count(*) from quarantine").await, kept, "the same body is kept once");
    assert!(server.is_alive());
}

#[tokio::test]
async fn i11_a_store_that_is_down_is_no_acknowledgement_and_telegram_comes_again() {
    let proxy = Proxy::start().await;
    let fake = FakeTelegram::start().await;
    let server = plan(Engine::Postgres, &fake).env("DATABASE_URL", proxy.url.clone()).start().await;
    server.create_job(&cook()).await;
    listen(&fake, &server);
    let ada = Texter::consented(&fake, "e2e-cook").await;
    proxy.cut();
    let refused = deliver(&server, words(9_999, 700, "hello").to_string()).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(!refused.header("retry-after").is_empty(), "{refused:?}");
    let heard = ada.phone.heard().len();
    ada.phone.says("5");
    eventually("it is refused", async || (fake.webhook_statuses().last() == Some(&503)).then_some(())).await;
    assert_eq!(fake.pending(), 1);
    proxy.mend();
    assert!(ada.phone.hears(heard + 1).await.text.contains("frying"));
    assert_eq!(ada.kept(&server).await.iter().filter(|words| *words == "5").count(), 1);
    assert_eq!(fake.pending(), 0);
}
