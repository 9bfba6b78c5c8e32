//! The conversation scripts of `examples/`: the same in memory and against a server.

use std::path::{Path, PathBuf};

use chatbot_tests::server::{ADMIN_TOKEN, binary, command, run};
use chatbot_tests::{Engine, Server, on_both_engines};

on_both_engines!(every_example_passes_against_a_server_whose_clock_can_be_moved, what_needs_a_clock_is_skipped_where_none_can_be_moved);

const JOB: &str = "title: Cook\nslug: e2e-script\nprescreen:\n  questions:\n    - {text: \"How many years of grilling?\", kind: number, rule: {min: 1}}\n";

fn examples() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/conversations").canonicalize().expect("examples/conversations");
    let count =
        std::fs::read_dir(&folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "yaml")).count();
    assert!(count >= 10, "{count} scripts");
    folder
}

/// A folder with one script and its job.
fn script(steps: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("job.yaml"), JOB).unwrap();
    let path = folder.path().join("script.yaml");
    std::fs::write(&path, format!("name: A script\njob: job.yaml\n{steps}")).unwrap();
    (folder, path)
}

async fn chatbot(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut program = command(binary("chatbot"));
    program.current_dir(folder.path()).arg("run").args(arguments);
    let (status, output, errors) = run(program).await;
    let said = output + &errors;
    assert!(!said.contains("panicked"), "{said}");
    (status.code(), said)
}

#[tokio::test]
async fn every_example_passes_in_memory() {
    let (code, said) = chatbot(&[examples().to_str().unwrap()]).await;
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn what_the_bot_does_not_say_fails_with_what_was_said_and_what_was_expected() {
    let (_folder, path) = script("steps:\n  - candidate: \"/start\"\n  - bot: \"*sells sea shells*\"\n");
    let (code, said) = chatbot(&[path.to_str().unwrap()]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("sells sea shells") && said.contains("Hello! I'm a bot"), "{said}");
}

#[tokio::test]
async fn an_unexpected_end_of_the_application_fails() {
    let steps = "steps:\n  - candidate: \"/start\"\n  - any: []\n  - candidate: \"yes\"\n  - any: []\n  - candidate: \"5\"\n  - any: []\n";
    let (_folder, path) = script(&format!("{steps}expect:\n  answers: [{{question: 1, value: 4, score: 1}}]\n"));
    let (code, said) = chatbot(&[path.to_str().unwrap()]).await;
    assert_eq!(code, Some(1), "{said}");
    let (_folder, path) = script(&format!("{steps}expect:\n  answers: [{{question: 1, value: 5, score: 1}}]\n"));
    let (code, said) = chatbot(&[path.to_str().unwrap()]).await;
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn what_cannot_be_read_is_named_by_file_line_and_column() {
    for (steps, place) in [
        ("steps:\n  - candidat: hello\n", "script.yaml:4:"),
        ("steps:\n  - wait: soon\n", "script.yaml:4:"),
        ("steps: [\n", "script.yaml:"),
        ("steps: []\nstepps: []\n", "script.yaml:4:"),
        ("clock: yesterday\nsteps: []\n", "script.yaml:3:"),
        ("steps:\n  - candidate: {file: nofile.pdf}\n", "script.yaml:4:23: steps[0].candidate.file: "),
        ("other_jobs: [nojob.yaml]\nsteps: []\n", "script.yaml:3:14: other_jobs: "),
    ] {
        let (_folder, path) = script(steps);
        let (code, said) = chatbot(&[path.to_str().unwrap()]).await;
        assert_eq!(code, Some(2), "{steps}: {said}");
        assert!(said.contains(place), "{steps}: {said}");
    }
    let (code, said) = chatbot(&["/no/such/script.yaml"]).await;
    assert_eq!(code, Some(2), "{said}");
    let (_folder, path) = script("steps: []\n");
    std::fs::write(path.with_file_name("job.yaml"), "title: Cook\nprescreen:\n  questions:\n    - {text: x, kind: numbr}\n").unwrap();
    let (code, said) = chatbot(&[path.to_str().unwrap()]).await;
    assert_eq!((code, said.contains("job.yaml:4:")), (Some(2), true), "{said}");
    std::fs::remove_file(path.with_file_name("job.yaml")).unwrap();
    let (code, said) = chatbot(&[path.to_str().unwrap()]).await;
    assert_eq!((code, said.contains("script.yaml:2:6: job: ")), (Some(2), true), "{said}");
}

async fn every_example_passes_against_a_server_whose_clock_can_be_moved(engine: Engine) {
    let server = Server::on(engine).test_clock().start().await;
    let (code, said) =
        chatbot(&[examples().to_str().unwrap(), "--server", &format!("http://{}", server.address()), "--token", ADMIN_TOKEN]).await;
    assert_eq!(code, Some(0), "{said}");
}

async fn what_needs_a_clock_is_skipped_where_none_can_be_moved(engine: Engine) {
    let server = Server::on(engine).start().await;
    let (_folder, path) = script("clock: 2026-11-22T09:00:00Z\nsteps:\n  - candidate: \"/start\"\n  - bot: {template: ask_consent}\n");
    let (code, said) =
        chatbot(&[path.to_str().unwrap(), "--server", &format!("http://{}", server.address()), "--token", ADMIN_TOKEN]).await;
    assert_eq!((code, said.contains("skipped")), (Some(0), true), "{said}");
    let (_folder, path) = script("steps:\n  - candidate: \"/start\"\n  - bot: {template: ask_consent}\n");
    let (code, said) =
        chatbot(&[path.to_str().unwrap(), "--server", &format!("http://{}", server.address()), "--token", ADMIN_TOKEN]).await;
    assert_eq!(code, Some(0), "{said}");
}
