//! `chatbot-telegram` alone on a SQLite file is a whole bot.

use std::fs::File;
use std::path::Path;

use chatbot_tests::server::{binary, command, run};
use chatbot_tests::telegram::{FakeTelegram, Fault};
use chatbot_tests::{Texter, eventually};
use tokio::process::{Child, Command};

/// The bot in a folder of its own: nobody chose a database, so it makes one with the sample job.
fn bot(folder: &Path, fake: &FakeTelegram) -> Command {
    let mut bot = command(binary("chatbot-telegram"));
    bot.current_dir(folder).env("TELEGRAM_BOT_TOKEN", FakeTelegram::TOKEN).env("TELEGRAM_API_URL", fake.url());
    bot
}

fn start(folder: &Path, fake: &FakeTelegram) -> Child {
    let out = |name: &str| File::options().create(true).append(true).open(folder.join(name)).unwrap();
    bot(folder, fake).stdout(out("out")).stderr(out("log")).spawn().unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_default()
}

#[tokio::test]
async fn it_prints_its_link_and_talks_through_kills() {
    let folder = tempfile::tempdir().unwrap();
    let fake = FakeTelegram::start().await;
    let mut process = start(folder.path(), &fake);
    let link = format!("https://t.me/{}?start=rust-engineer", FakeTelegram::USERNAME);
    eventually("the link is printed", async || {
        if let Some(status) = process.try_wait().unwrap() {
            panic!("it ended with {status}: {}{}", read(folder.path(), "out"), read(folder.path(), "log"));
        }
        (read(folder.path(), "out") + &read(folder.path(), "log")).contains(&link).then_some(())
    })
    .await;
    let ada = Texter::consented(&fake, "rust-engineer").await;
    assert!(ada.phone.heard().last().unwrap().text.contains("How many years"));
    process.kill().await.unwrap();
    ada.phone.says("five years");
    let mut process = start(folder.path(), &fake);
    ada.phone.hears_last("allowed to work in the EU").await;
    let second = run(bot(folder.path(), &fake)).await;
    assert!(!second.0.success(), "one server a SQLite file: {second:?}");
    let stopped = command("sh").arg("-c").arg(format!("kill -TERM {}", process.id().unwrap())).status().await.unwrap();
    assert!(stopped.success());
    let status = tokio::time::timeout(std::time::Duration::from_secs(20), process.wait()).await.expect("it ends when asked to").unwrap();
    assert!(status.success(), "{status}: {}", read(folder.path(), "log"));
    assert_eq!(fake.violations(), Vec::<String>::new());
    assert_eq!(fake.conflicts(), 0);
}

#[tokio::test]
async fn a_token_that_telegram_refuses_or_that_is_none_ends_it_with_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let fake = FakeTelegram::start().await;
    let mut refused = bot(folder.path(), &fake);
    refused.env("TELEGRAM_BOT_TOKEN", "4200000002:AAcanary-token-nobody-knows-0123456789");
    let mut shapeless = bot(folder.path(), &fake);
    shapeless.env("TELEGRAM_BOT_TOKEN", "canary");
    let mut missing = bot(folder.path(), &fake);
    missing.env_remove("TELEGRAM_BOT_TOKEN");
    for (what, wish) in [("refused", refused), ("shapeless", shapeless), ("missing", missing)] {
        let (status, output, errors) = run(wish).await;
        assert!(!status.success(), "{what}: {status}");
        let last = errors.lines().last().unwrap_or_default();
        assert!(last.contains("TELEGRAM_BOT_TOKEN"), "{what}: {errors}");
        assert!(!(output + &errors).contains("canary"), "{what}: the token is shown: {errors}");
    }
}

#[tokio::test]
async fn a_telegram_that_fails_at_first_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let fake = FakeTelegram::start().await;
    fake.fail("getMe", 1, Fault::ServerError);
    fake.fail("getUpdates", 2, Fault::ServerError);
    fake.fail("getUpdates", 1, Fault::DropBefore);
    fake.fail("getUpdates", 1, Fault::TooManyRequests(1));
    let _process = start(folder.path(), &fake);
    let ada = Texter::consented(&fake, "rust-engineer").await;
    assert!(ada.says("five years").await.text.contains("allowed to work in the EU"));
    assert!(fake.faults_are_spent());
}
