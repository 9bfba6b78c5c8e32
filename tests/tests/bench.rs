//! The benchmark itself: that it finds what it claims to find. How fast anything is, no test asks.

use chatbot_tests::server::{binary, command, run};
use serde_json::Value;

/// Runs three conversations on an engine, a fifth of the updates twice; answers whether it was content, and what it found.
async fn three_conversations(engine: &str) -> (bool, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("found.json");
    let mut bench = command(env!("CARGO_BIN_EXE_bench"));
    bench.args([
        "run",
        "--engine",
        engine,
        "--concurrency",
        "2",
        "--conversations",
        "3",
        "--rounds",
        "1",
        "--warm-up",
        "0",
        "--twice",
        "20",
    ]);
    bench.arg("--strict").arg("--program").arg(binary("chatbot-http")).arg("--json").arg(&json);
    let (status, out, errors) = run(bench).await;
    let found = std::fs::read(&json).unwrap_or_else(|error| panic!("{error}: {out} {errors}"));
    (status.success(), serde_json::from_slice(&found).unwrap(), errors)
}

#[tokio::test]
async fn a_benchmark_holds_whole_conversations_and_finds_them_stored() {
    let (content, found, errors) = three_conversations("sqlite").await;
    let run = &found["rows"][0]["runs"][0];
    assert!(content, "{errors} {found:#}");
    assert_eq!([&run["conversations"], &run["lost"], &run["doubled"], &run["wrong"]].map(|n| n.as_u64().unwrap()), [3, 0, 0, 0]);
    // Opening, consent and five answers at least, and some of them twice.
    assert!(run["turns"].as_u64().unwrap() >= 3 * 7 && run["copies"].as_u64().unwrap() > 0, "{run:#}");
    assert!(run["costs"]["commits"].as_f64().unwrap() > 0.0 && run["costs"]["idle_mib"].as_f64().unwrap() > 1.0, "{run:#}");
}

#[tokio::test]
async fn a_bot_that_says_nothing_useful_is_not_fast_but_wrong() {
    let (content, found, errors) = three_conversations("echo").await;
    let run = &found["rows"][0]["runs"][0];
    assert!(!content, "{found:#}");
    // Each conversation ends with the first word that is no prescreen's.
    assert_eq!(run["wrong"].as_u64().unwrap(), 3, "{run:#}");
    assert!(errors.contains("the bot said “/start"), "{errors}");
}
