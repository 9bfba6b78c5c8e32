//! The `chatbot` command as a person or a CI job meets it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");

fn chatbot(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatbot"));
    command.current_dir(folder).args(args);
    for name in ["DATABASE_URL", "ASYNC_DATABASE_URL", "DATABASE_SCHEMA", "CHATBOT_ADMIN_TOKEN", "RUST_LOG"] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    told(&chatbot(folder, args).output().unwrap())
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn typed(folder: &Path, args: &[&str], lines: &[&str]) -> (i32, String, String) {
    let mut child = chatbot(folder, args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    told(&child.wait_with_output().unwrap())
}

fn job(name: &str) -> String {
    format!("{EXAMPLES}/jobs/{name}.yaml")
}

/// A folder with a job and a script of these steps.
fn folder(steps: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(job("warehouse"), folder.path().join("job.yaml")).unwrap();
    let script = folder.path().join("talk.yaml");
    std::fs::write(&script, format!("name: a talk\njob: job.yaml\nsteps:\n{steps}")).unwrap();
    (folder, script)
}

#[test]
fn every_example_conversation_holds_in_memory() {
    let report = tempfile::tempdir().unwrap();
    let junit = report.path().join("report.xml");
    let (code, out, err) = run(Path::new(EXAMPLES), &["run", "conversations", "--report", &format!("junit={}", junit.display())]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.ends_with("12 of 12 hold\n"), "{out}");
    assert!(std::fs::read_to_string(junit).unwrap().contains("tests=\"12\" failures=\"0\""));
}

#[test]
fn every_example_conversation_holds_on_sqlite_and_leaves_no_contradiction() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/talks.db", folder.path().display());
    let (code, out, err) = run(Path::new(EXAMPLES), &["run", "conversations", "--database-url", &url]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, err) = run(folder.path(), &["db", "verify", "--database-url", &url]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("no contradiction"), "{out}");
}

#[test]
fn a_difference_is_shown_with_status_1_and_blessing_settles_it() {
    let (folder, script) = folder("  - candidate: \"/start\"\n  - bot: {template: summary} # stale\n  - candidate: \"yes\"\n");
    let (code, out, _) = run(folder.path(), &["run", "talk.yaml"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("talk.yaml:4: after the opening\n         - expected template summary\n         + said     \"Hello!"), "{out}");
    assert!(out.contains("talk.yaml:6: after the candidate wrote \"yes\"\n         + said     \"If you like"), "{out}");
    assert!(out.ends_with("0 of 1 hold\n"), "{out}");

    assert_eq!(run(folder.path(), &["run", "talk.yaml", "--bless"]).0, 0);
    let blessed = std::fs::read_to_string(script).unwrap();
    assert!(blessed.contains("  - bot: \"Hello! I'm a bot") && !blessed.contains("stale"), "{blessed}");
    assert_eq!(run(folder.path(), &["run", "talk.yaml"]).0, 0);
}

#[test]
fn what_cannot_be_read_is_named_with_status_2() {
    let (folder, _) = folder("  - candidat: hello\n");
    let path = folder.path();
    std::fs::write(path.join("broken.yaml"), "title: Cook\nprescreen: {questions: [{text: a?, kind: yes_no, rule: {min: 1}}]}\n").unwrap();
    std::fs::write(path.join("lost.yaml"), "job: nowhere.yaml\nsteps: []\n").unwrap();
    for (args, said) in [
        (vec!["run", "talk.yaml"], "talk.yaml:4:5: steps[0].candidat: unknown key"),
        (vec!["run", "lost.yaml"], "nowhere.yaml: cannot be read: there is no such file"),
        (vec!["run", "absent"], "absent: cannot be read: there is no such file"),
        (
            vec!["jobs", "import", "broken.yaml"],
            "broken.yaml:2:62: prescreen.questions[0].rule.min: a rule of kind yes_no takes expected, not min; example: rule: {expected: true}",
        ),
        (vec!["chat", "--job", "broken.yaml"], "broken.yaml:2:62:"),
    ] {
        let (code, _, err) = run(path, &args);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(said), "{err}");
        assert_eq!(err.lines().count(), 1, "one clear line: {err}");
    }
    assert!(!path.join("chatbot.db").exists(), "a broken file leaves no database behind");
}

#[test]
fn an_unknown_database_is_one_line_with_an_example() {
    let here = tempfile::tempdir().unwrap();
    let output = chatbot(here.path(), &["jobs", "list"]).env("DATABASE_URL", "mysql://root:secret@host/db").output().unwrap();
    let (code, _, err) = told(&output);
    assert_eq!(code, 1);
    assert!(
        err.starts_with("chatbot: DATABASE_URL: \"mysql\" is no database this can use")
            && err.contains("example: DATABASE_URL=sqlite://chatbot.db"),
        "{err}"
    );
    assert!(!err.contains("secret") && err.lines().count() == 1, "{err}");
}

#[test]
fn a_job_is_imported_talked_about_and_explained() {
    let here = tempfile::tempdir().unwrap();
    let path = here.path();
    let (code, out, err) = run(path, &["jobs", "import", &job("warehouse")]);
    assert!(code == 0 && out.contains("created"), "{out}{err}");
    assert!(run(path, &["jobs", "import", &job("warehouse")]).1.contains("unchanged"));

    let lines = ["yes", "yes", "yes", "late", "[3]", "36 hours", "15 January 2027"];
    let (code, out, err) = typed(path, &["chat", "--job", "warehouse"], &lines);
    assert!(code == 0 && out.contains("What is your name?"), "{out}{err}");

    let list: serde_json::Value =
        serde_json::from_str(&run(path, &["applications", "list", "--job", "warehouse", "--output", "json"]).1).unwrap();
    let id = list[0]["id"].as_str().unwrap();
    let (_, receipt, _) = run(path, &["applications", "receipt", id]);
    assert!(receipt.contains("you wrote \"36 hours\", rule: at least 32 hours"), "{receipt}");
    assert!(receipt.contains("/ 7 = 100"), "{receipt}");

    let (_, exported, _) = run(path, &["jobs", "export", "warehouse"]);
    std::fs::write(path.join("again.yaml"), exported).unwrap();
    assert!(run(path, &["jobs", "import", "again.yaml"]).1.contains("unchanged"));
    assert_eq!(run(path, &["db", "verify"]).0, 0);
}

#[test]
fn a_recorded_conversation_holds_when_it_is_run() {
    let here = tempfile::tempdir().unwrap();
    std::fs::copy(job("warehouse"), here.path().join("job.yaml")).unwrap();
    let lines = ["1", "yes", "what does it pay?", ":wait 4h", "yes", ":takeover", ":say Hello", "hm?", ":release", "late"];
    let (code, out, err) = typed(here.path(), &["record", "talk.yaml", "--job", "job.yaml"], &lines);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, err) = run(here.path(), &["run", "talk.yaml"]);
    assert_eq!(code, 0, "{out}{err}\n{}", std::fs::read_to_string(here.path().join("talk.yaml")).unwrap());
    assert_eq!(run(here.path(), &["record", "talk.yaml", "--job", "job.yaml"]).0, 1, "a script that is there is not overwritten");
}

#[test]
fn a_user_gets_a_token_once() {
    let here = tempfile::tempdir().unwrap();
    let (code, out, _) = run(here.path(), &["users", "add", "ada@example.org", "--name", "Ada", "--role", "admin"]);
    let token = out.lines().last().unwrap();
    assert!(code == 0 && token.len() == 64, "{out}");
    let (_, list, _) = run(here.path(), &["users", "list"]);
    assert!(list.contains("ada@example.org") && !list.contains(token), "{list}");
    let (code, _, err) = run(here.path(), &["users", "add", "ADA@example.org", "--name", "Ada"]);
    assert!(code == 1 && err.contains("a user with this address exists already"), "{err}");
}
