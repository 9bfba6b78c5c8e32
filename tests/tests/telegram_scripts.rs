//! The conversation scripts of `examples/` on a phone: over Telegram by polling and by webhook.

use std::path::{Path, PathBuf};

use chatbot_cli::script::format::Script;
use chatbot_cli::script::play::play;
use chatbot_tests::phone_room::PhoneRoom;
use chatbot_tests::telegram::FakeTelegram;
use chatbot_tests::{Engine, Server, on_both_engines};

on_both_engines!(every_example_passes_over_polling, every_example_passes_over_a_webhook);

const SECRET: &str = "webhook-secret_of-the-tests";

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/conversations");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    assert!(paths.len() >= 10, "{paths:?}");
    paths
}

async fn play_all(server: &Server, fake: &FakeTelegram) {
    let mut problems = Vec::new();
    for path in examples() {
        let script = Script::parse(&std::fs::read_to_string(&path).unwrap(), &path).unwrap_or_else(|error| panic!("{error}"));
        let mut room = PhoneRoom::open(server, fake, &script).await;
        problems.extend(play(&script, &mut room).await.problems);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert_eq!(fake.violations(), Vec::<String>::new());
}

async fn every_example_passes_over_polling(engine: Engine) {
    let fake = FakeTelegram::start().await;
    let server = Server::on(engine).test_clock().telegram(&fake).env("TELEGRAM_MODE", "polling").start().await;
    play_all(&server, &fake).await;
    assert!(!fake.calls("getUpdates").is_empty() && fake.conflicts() == 0);
}

async fn every_example_passes_over_a_webhook(engine: Engine) {
    let fake = FakeTelegram::start().await;
    let plan = Server::on(engine).test_clock().telegram(&fake).env("TELEGRAM_MODE", "webhook");
    let server = plan.env("TELEGRAM_WEBHOOK_SECRET", SECRET).start().await;
    fake.set_webhook(&format!("http://{}/webhooks/telegram", server.address()), SECRET);
    play_all(&server, &fake).await;
    assert!(fake.calls("getUpdates").is_empty());
    assert!(fake.webhook_statuses().iter().all(|status| *status == 200), "{:?}", fake.webhook_statuses());
}
