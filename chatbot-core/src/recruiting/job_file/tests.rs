#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use serde_json::json;

use super::*;
use crate::clock::RandomIds;
use crate::recruiting::Job;

mod broken;

/// The job file of the design, whole.
pub(super) const WHOLE: &str = r#"
slug: rust-engineer
title: Rust Engineer
employer: Example GmbH
contact: jobs@example.org            # said to whoever prefers not to use the bot
privacy_url: https://example.org/privacy
owner: ada@example.org
timezone: Europe/Berlin
hours: "Mon-Fri 09:00-17:00"
location: Berlin or remote
description: Build a chatbot.
facts: {salary: "70–85 k€", remote: "two days a week in the office"}
next_step: {text: "Pick a time for a call", url: "https://example.org/call", when: completed}
prescreen:
  on_must_have_fail: finish
  model_reading: false
  questions:
    - {text: "How many years have you worked with Rust?", kind: number, rule: {min: 3, unit: years}, weight: 3, must_have: true}
    - {text: "Are you allowed to work in the EU, as a citizen or with a permit?", kind: yes_no, rule: {expected: true}, must_have: true}
    - {text: "How do you want to work?", kind: choice, options: [{value: remote, aliases: [home]}, {value: hybrid}, {value: onsite}], rule: {accept: [remote, hybrid]}, required: false}
    - {text: "How long is your notice period?", kind: duration, rule: {max: P3M}}
    - {text: "What yearly salary do you expect?", kind: money, rule: {max: 85000, currency: EUR, period: year}}
    - {text: "When could you start?", kind: date, rule: {before: 2028-03-01}}
    - {text: "Which databases have you run in production?", kind: text, rule: {keywords: [{term: postgresql, aliases: [postgres, psql], weight: 2}, {term: sqlite}]}}
"#;

fn job(file: &JobFile) -> Job {
    file.to_job(uuid::Uuid::from_u128(0xabcd_ef01), chrono::DateTime::UNIX_EPOCH, &RandomIds, false)
}

#[test]
fn the_file_of_the_design_is_read_whole() {
    let job = job(&JobFile::from_yaml(WHOLE, None).unwrap());
    assert_eq!((job.slug.as_str(), job.title.as_str(), job.questions.len()), ("rust-engineer", "Rust Engineer", 7));
    assert_eq!(job.facts["salary"], "70–85 k€");
    assert_eq!(job.questions[0].rule.as_ref().unwrap().min, Some(3.0));
    assert_eq!(job.questions[3].rule.as_ref().unwrap().max_period(), Some("P3M"));
    assert_eq!(job.questions[4].rule.as_ref().unwrap().max_number(), Some(85_000.0));
    assert!(!job.questions[2].required && job.questions[3].required);
    assert_eq!(job.questions.iter().map(|q| q.question_order).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn only_title_text_and_kind_are_needed() {
    let file = JobFile::from_yaml("title: Cook\nprescreen: {questions: [{text: Any good?, kind: yes_no}]}", None).unwrap();
    let job = job(&file);
    let q = &job.questions[0];
    assert_eq!(job.slug, "cook");
    assert_eq!((q.required, q.must_have, q.weight, &q.rule), (true, false, 1.0, &None));
}

#[test]
fn a_title_without_latin_letters_gets_a_name_from_the_id() {
    assert_eq!(job(&JobFile::from_yaml("title: 看護師", None).unwrap()).slug, "job-abcdef01");
}

#[test]
fn what_is_exported_reads_back_to_the_same_job() {
    let file = JobFile::from_yaml(WHOLE, None).unwrap();
    let exported = JobFile::from_job(&job(&file)).to_yaml().unwrap();
    assert_eq!(JobFile::from_yaml(&exported, None).unwrap(), file, "{exported}");
}

#[test]
fn the_same_job_comes_as_json() {
    let as_json = serde_json::to_value(JobFile::from_yaml(WHOLE, None).unwrap()).unwrap();
    assert_eq!(JobFile::from_json_value(as_json).unwrap(), JobFile::from_yaml(WHOLE, None).unwrap());
}

#[test]
fn an_error_in_json_names_the_field_the_problem_and_an_example() {
    let body = json!({"title": "Cook", "prescreen": {"questions": [
        {"text": "a?", "kind": "yes_no"}, {"text": "b?", "kind": "yes_no"}, {"text": "c?", "kind": "number", "rule": {"max": "many"}}]}});
    let error = JobFile::from_json_value(body).unwrap_err();
    assert_eq!(error.field, "prescreen.questions[2].rule.max");
    assert_eq!(error.problem, "expected a number, found \"many\"");
    assert_eq!(error.example.as_deref(), Some("rule: {min: 3, unit: years}"));
    assert_eq!((error.line, error.column), (None, None));
}

#[test]
fn numbers_are_words_where_words_are_wanted() {
    let file = JobFile::from_yaml("title: 007\ncontact: +49301234567", None).unwrap();
    assert_eq!((file.title.as_str(), file.contact.as_deref()), ("007", Some("+49301234567")));
}

#[test]
fn a_patch_changes_what_it_names_removes_with_null_and_refuses_nonsense() {
    let mut stored = job(&JobFile::from_yaml(WHOLE, None).unwrap());
    let later = chrono::DateTime::UNIX_EPOCH + chrono::Duration::days(1);
    let patch = JobPatch::from_json_value(json!({"title": "Senior Rust Engineer", "owner": null, "status": "closed"})).unwrap();
    patch.apply(&mut stored, later).unwrap();
    assert_eq!((stored.title.as_str(), &stored.owner, stored.employer.as_deref()), ("Senior Rust Engineer", &None, Some("Example GmbH")));
    assert_eq!((stored.status, stored.updated_at), (crate::recruiting::JobStatus::Closed, later));

    let before = stored.clone();
    let nonsense = JobPatch::from_json_value(json!({"timezone": "Mars/Base"})).unwrap();
    assert_eq!(nonsense.apply(&mut stored, later).unwrap_err().field, "timezone");
    assert_eq!(stored, before);
    assert_eq!(JobPatch::from_json_value(json!({"slug": "x"})).unwrap_err().field, "slug");
}

#[test]
fn a_question_about_what_the_law_protects_is_warned_about() {
    let file = |question: &str| {
        let text = format!("title: Cook\ncontact: a@b.org\nprescreen: {{questions: [{{text: \"{question}\", kind: text}}]}}");
        JobFile::from_yaml(&text, None).unwrap().lint()
    };
    for question in [
        "How old are you?",
        "Are you married?",
        "Are you pregnant or planning to be?",
        "What is your religion?",
        "What's your mother tongue?",
    ] {
        assert_eq!(file(question).len(), 1, "{question}");
    }
    for question in ["How many years have you cooked?", "Have you worked with children?", "Do you speak German?"] {
        assert_eq!(file(question), Vec::<String>::new(), "{question}");
    }
}
