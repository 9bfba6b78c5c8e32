#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use std::path::Path;

use serde_json::json;

use super::*;
use crate::testing::{Fake, SECRET, message};

fn args(pairs: &[&str]) -> Args {
    // Flags only: what stands in the environment of whoever runs the tests is none of theirs.
    Args::try_parse_from([&["chatbot-telegram"][..], pairs].concat()).unwrap()
}

fn checked(args: Args) -> Result<Config, ConfigError> {
    Config::new(args, std::iter::empty())
}

#[test]
fn a_token_is_needed_unless_it_is_a_demo() {
    let missing = checked(args(&["--telegram-bot-token", ""])).unwrap_err().to_string();
    assert!(missing.starts_with("TELEGRAM_BOT_TOKEN: ") && missing.contains("--demo") && missing.contains("; example: "), "{missing}");
    let demo = checked(args(&["--telegram-bot-token", "", "--telegram-api-url", "", "--demo"])).unwrap();
    assert_eq!((demo.fake, demo.telegram.api_url.as_str(), demo.telegram.rate), (true, DEMO_API, None));
}

#[test]
fn a_queue_that_is_no_redis_is_refused_by_name_and_not_repeated() {
    let said = checked(args(&["--telegram-bot-token", "", "--demo", "--message-queue-url", "kafka://hunter2@mq"])).unwrap_err().to_string();
    assert!(said.starts_with("MESSAGE_QUEUE_URL: ") && said.contains("; example: MESSAGE_QUEUE_URL=redis://"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let config = checked(args(&["--telegram-bot-token", "", "--demo", "--message-queue-url", "redis://:hunter2@mq"])).unwrap();
    assert!(config.host.queue.is_some() && !format!("{config:?}").contains("hunter2"), "{config:?}");
}

fn config(fake: &Fake, folder: &Path, more: &[&str]) -> Config {
    let url = format!("sqlite://{}", folder.join("bot.db").display());
    let mut given = vec!["--telegram-bot-token", "42:AAtest-token", "--telegram-api-url", &fake.url, "--database-url", &url, "--demo"];
    given.extend_from_slice(more);
    checked(args(&given)).unwrap()
}

async fn until(what: impl Fn() -> bool) {
    for _ in 0..1000 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_on_a_file_it_is_a_whole_bot() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(|method, body| {
        let waits = body["offset"].as_i64().is_none_or(|offset| offset <= 1);
        (method == "getUpdates" && waits)
            .then(|| (200, json!({"ok": true, "result": [message(1, &json!({"text": "/start rust-engineer"}))]})))
    })
    .await;
    let stop = CancellationToken::new();
    let serving = tokio::spawn(serve(config(&fake, folder.path(), &["--telegram-mode", "polling"]), stop.clone()));
    until(|| !fake.calls("sendMessage").is_empty()).await;
    assert!(fake.calls("sendMessage")[0]["text"].as_str().unwrap().contains("Rust Engineer"));
    let second = serve(config(&fake, folder.path(), &[]), CancellationToken::new()).await.unwrap_err().to_string();
    assert!(second.contains("bot 42"), "the second server names the first: {second}");
    stop.cancel();
    serving.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_can_be_called_by_webhook() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(|_, _| None).await;
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let more = ["--telegram-mode", "webhook", "--telegram-webhook-secret", SECRET, "--bind-addr", &port.to_string()];
    let stop = CancellationToken::new();
    let serving = tokio::spawn(serve(config(&fake, folder.path(), &more), stop.clone()));
    let body = message(1, &json!({"text": "/start"})).to_string();
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\n{}: {SECRET}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        webhook::PATH,
        webhook::SECRET_HEADER,
        body.len()
    );
    let mut answer = String::new();
    for _ in 0..500 {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        if let Ok(mut stream) = tokio::net::TcpStream::connect(port).await {
            stream.write_all(request.as_bytes()).await.unwrap();
            stream.read_to_string(&mut answer).await.unwrap();
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    until(|| !fake.calls("sendMessage").is_empty()).await;
    assert!(fake.calls("getUpdates").is_empty());
    stop.cancel();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_refused_token_and_an_absent_fake_are_named_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(|_, _| Some((401, json!({"ok": false, "error_code": 401, "description": "Unauthorized"})))).await;
    let refused = serve(config(&fake, folder.path(), &[]), CancellationToken::new()).await.unwrap_err().to_string();
    assert!(refused.starts_with("TELEGRAM_BOT_TOKEN: ") && refused.contains("BotFather") && !refused.contains("AAtest"), "{refused}");
    let nobody = args(&["--telegram-bot-token", "", "--telegram-api-url", "http://127.0.0.1:1", "--demo"]);
    let absent = serve(checked(nobody).unwrap(), CancellationToken::new()).await.unwrap_err().to_string();
    assert!(absent.contains("http://127.0.0.1:1") && absent.contains("fake-telegram"), "{absent}");
    assert!(!folder.path().join("bot.db").exists(), "nothing is made before the bot is known");
}
