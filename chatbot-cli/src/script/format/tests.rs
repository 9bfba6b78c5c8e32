#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use super::steps::Named;
use super::*;

fn parse(text: &str) -> Result<Script, DocumentError> {
    Script::parse(text, Path::new("talks/a.yaml"))
}

#[test]
fn the_script_of_the_design_is_read_whole() {
    let script = parse(
        r#"
name: A strong candidate completes the prescreen
job: ../jobs/rust-engineer.yaml
clock: 2026-11-22T09:00:00Z       # fake clock; `wait` moves it
steps:
  - candidate: "/start"
  - bot: {template: ask_consent}
  - candidate: yes
  - bot: "*How many years*"
  - candidate: 5
  - bot: {contains: "allowed to work", expects: question}
  - wait: 3h
  - candidate: {button: "Yes"}
  - candidate: {file: ../resumes/jane.pdf}
  - any: []
  - recruiter: {say: "Hello Jane"}
  - recruiter: {takeover: true}
expect:
  application: {status: in_progress, must_have_failed: false, jd_match_score: {min: 80}}
  answers: [{question: 1, value: 5, score: 1}]
  events: []
  actions: [human_requested, {type: unread_answer, status: open}]
"#,
    )
    .unwrap();
    assert_eq!(script.job, Path::new("talks/../jobs/rust-engineer.yaml"));
    assert!(script.needs_clock());
    let kinds: Vec<_> = script.steps.iter().map(|s| &s.kind).collect();
    assert_eq!(kinds[2], &Kind::Say("yes".into()));
    assert_eq!(kinds[3], &Kind::Bot(Named { glob: Some("*How many years*".into()), ..Named::default() }));
    assert_eq!(kinds[4], &Kind::Say("5".into()));
    assert_eq!(kinds[6], &Kind::Wait(chrono::Duration::hours(3)));
    assert_eq!(kinds[9], &Kind::Any);
    assert_eq!(script.steps[1].line, 7);
    assert_eq!(script.expect.actions.unwrap().what[0], [("type".to_owned(), Value::from("human_requested"))]);
    assert!(script.expect.events.unwrap().what.is_empty());
}

#[test]
fn a_broken_script_is_named_with_file_line_column_and_what_was_expected() {
    let head = "job: j.yaml\nsteps:\n";
    for (text, said) in [
        ("steps: []".to_owned(), "talks/a.yaml:1:1: job: is missing; example: job: ../jobs/rust-engineer.yaml"),
        (
            "job: j.yaml".to_owned(),
            "talks/a.yaml:1:1: steps: is missing; example: steps: [{candidate: \"/start\"}, {bot: {template: ask_consent}}]",
        ),
        (
            "job: j.yaml\nstep: []".to_owned(),
            "talks/a.yaml:2:1: step: unknown key \"step\"; known keys: name, job, other_jobs, clock, steps, expect",
        ),
        (
            "job: j.yaml\nclock: noon\nsteps: []".to_owned(),
            "talks/a.yaml:2:8: clock: expected a time, found \"noon\"; example: clock: 2026-11-22T09:00:00Z",
        ),
        (
            format!("{head}  - candidat: hi"),
            "talks/a.yaml:3:5: steps[0].candidat: unknown key \"candidat\"; known keys: candidate, bot, any, wait, recruiter; example: - candidate: \"yes\"",
        ),
        (
            format!("{head}  - hello"),
            "talks/a.yaml:3:5: steps[0]: expected keys and values (candidate, bot, any, wait, recruiter), found \"hello\"; example: - candidate: \"yes\"",
        ),
        (
            format!("{head}  - candidate: hi\n    bot: ho"),
            "talks/a.yaml:3:5: steps[0]: a step does one thing (candidate, bot, any, wait, recruiter); this has 2 keys; example: - candidate: \"yes\"",
        ),
        (
            format!("{head}  - candidate: [a]"),
            "talks/a.yaml:3:16: steps[0].candidate: expected keys and values (button, file), found a list; example: - candidate: {button: \"Yes\"}",
        ),
        (
            format!("{head}  - bot: {{templat: x}}"),
            "talks/a.yaml:3:11: steps[0].bot.templat: unknown key \"templat\"; known keys: template, contains, expects; example: - bot: {template: ask_consent}",
        ),
        (
            format!("{head}  - bot: {{expects: answer}}"),
            "talks/a.yaml:3:20: steps[0].bot.expects: \"answer\" is not known; expected one of: consent, question, field, submit, none",
        ),
        (
            format!("{head}  - wait: soon"),
            "talks/a.yaml:3:11: steps[0].wait: \"soon\" is not a length of time (30s, 15m, 3h, 2d, at most 60d); example: - wait: 3h",
        ),
        (format!("{head}  - any: [1]"), "talks/a.yaml:3:10: steps[0].any: takes nothing, found a list; example: - any: []"),
        (
            format!("{head}  - recruiter: {{takeover: please}}"),
            "talks/a.yaml:3:27: steps[0].recruiter.takeover: expected true, found \"please\"",
        ),
        (
            format!("{head}  - candidate: hi\nexpect: {{score: 5}}"),
            "talks/a.yaml:4:10: expect.score: unknown key \"score\"; known keys: application, answers, events, actions",
        ),
        (
            format!("{head}  - candidate: hi\nexpect: {{answers: [{{value: 5}}]}}"),
            "talks/a.yaml:4:20: expect.answers[0].question: which question? Its number, from 1, is missing; example: {question: 1, value: 5, score: 1}",
        ),
        (
            format!("{head}  - candidate: hi\nexpect: {{actions: none}}"),
            "talks/a.yaml:4:19: expect.actions: expected a list, found \"none\"",
        ),
    ] {
        assert_eq!(parse(&text).unwrap_err().to_string(), said, "{text}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named_where_the_script_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, job) = (folder.path().join("a.yaml"), folder.path().join("j.yaml"));
    let script = Script::parse("job: j.yaml\nsteps:\n  - candidate: hi\n  - candidate: {file: none.pdf}\n", &path).unwrap();
    let said = |field: &str, file: &str| {
        format!("{}:{field}: {}: cannot be read: there is no such file", path.display(), folder.path().join(file).display())
    };
    assert_eq!(script.check_files().unwrap_err().to_string(), said("1:6: job", "j.yaml"));
    std::fs::write(&job, "").unwrap();
    assert_eq!(script.check_files().unwrap_err().to_string(), said("4:23: steps[1].candidate.file", "none.pdf"));
    std::fs::write(folder.path().join("none.pdf"), "").unwrap();
    assert_eq!(script.check_files(), Ok(()));
}
