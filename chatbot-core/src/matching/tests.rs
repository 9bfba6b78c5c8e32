//! What a ranking promises, and what it says of plain cases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::clock::IdSource;
use crate::recruiting::{AnswerState, JobFile};
use crate::testing::{SeqIds, fixtures};

const RUST: &str = r#"
title: Rust Engineer
location: Berlin
description: You build payment services with Kafka in a small team.
prescreen:
  questions:
    - {text: "How many years have you worked with Rust?", kind: number, rule: {min: 4, unit: years}, weight: 3, must_have: true}
    - {text: "Which databases have you run in production?", kind: text, rule: {keywords: [{term: postgresql, aliases: [postgres]}, {term: sqlite}]}}
    - {text: "Do you speak German?", kind: yes_no, rule: {expected: true}, required: false}
    - {text: "How old are you?", kind: number, rule: {min: 18, unit: years}}
"#;
const NURSE: &str = r#"
title: Registered Nurse (Surgery)
location: Hamburg
prescreen:
  questions:
    - {text: "How many years have you worked on a ward?", kind: number, rule: {min: 2, unit: years}}
    - {text: "In which areas have you worked?", kind: text, rule: {keywords: [{term: surgery, aliases: [surgical]}, {term: intensive care, aliases: [ICU]}]}}
"#;
const WAREHOUSE: &str = r#"
title: Warehouse Worker
location: Rotterdam
prescreen:
  questions:
    - {text: "Do you have a forklift licence?", kind: yes_no, rule: {expected: true}}
"#;

fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn job(ids: &SeqIds, yaml: &str) -> Job {
    JobFile::from_yaml(yaml, None).unwrap().to_job(ids.uuid(), now(), ids, false)
}

fn person(ids: &SeqIds, skills: &[&str]) -> Person {
    let mut candidate = fixtures::candidate(ids, now());
    candidate.skills = skills.iter().map(|s| (*s).to_owned()).collect();
    Person { candidate, agreed: true, ..Person::default() }
}

/// An answer to a question of a job.
fn answered(ids: &SeqIds, job: &Job, number: usize, text: &str, value: Value, score: Option<f64>) -> PastAnswer {
    let question = job.questions[number - 1].clone();
    let answer = Answer {
        question_id: question.id,
        answer_text: text.into(),
        value,
        score,
        passed: None,
        reason: String::new(),
        evidence: None,
        state: AnswerState::Read,
        answered_at: now(),
    };
    PastAnswer { application_id: ids.uuid(), job_id: job.id, question, answer }
}

fn one(person: &Person, job: &Job) -> Match {
    rank_jobs(person, std::slice::from_ref(job)).remove(0)
}

fn score(found: &Match, name: PartName) -> Option<f64> {
    found.part(name).unwrap().score
}

fn reason(found: &Match, name: PartName) -> &str {
    &found.part(name).unwrap().reason
}

#[test]
fn a_reason_names_the_words_that_matched() {
    let ids = SeqIds::default();
    let mut somebody = person(&ids, &["Rust", "Postgres", "gardening"]);
    somebody.candidate.years_experience = Some(3.0);
    somebody.candidate.location = Some("Berlin-Mitte, Germany".into());
    somebody.candidate.languages = vec!["Deutsch".into()];
    somebody.candidate.positions = vec![json!({"employer": "Example", "title": "Senior Software Engineer"})];
    let found = one(&somebody, &job(&ids, RUST));
    assert_eq!(reason(&found, PartName::Skills), "names Rust and postgresql, which the job asks for");
    assert_eq!(reason(&found, PartName::Experience), "has 3 years; the job asks for 4");
    assert_eq!(score(&found, PartName::Experience), Some(75.0));
    assert_eq!(reason(&found, PartName::Title), "has worked as “Senior Software Engineer”");
    assert_eq!(score(&found, PartName::Title), Some(50.0));
    assert_eq!(reason(&found, PartName::Place), "lives where the work is: Berlin");
    assert_eq!(reason(&found, PartName::Languages), "speaks German");
    assert_eq!(score(&found, PartName::Prescreen), None);
}

#[test]
fn what_is_not_known_is_said_and_leaves_the_mean() {
    let ids = SeqIds::default();
    let rust = job(&ids, RUST);
    let found = one(&person(&ids, &["Rust", "SQLite", "PostgreSQL", "databases"]), &rust);
    let parts = [PartName::Prescreen, PartName::Experience, PartName::Title, PartName::Place, PartName::Languages];
    assert!(parts.into_iter().all(|name| score(&found, name).is_none() && !reason(&found, name).is_empty()));
    assert_eq!(reason(&found, PartName::Experience), "no years known");
    assert_eq!(Some(found.score), score(&found, PartName::Skills), "the mean of one");
    let nobody = one(&Person::default(), &rust);
    assert_eq!((nobody.score, nobody.known), (0.0, 0.0));
}

#[test]
fn the_right_town_is_no_match_by_itself() {
    let ids = SeqIds::default();
    let mut somebody = person(&ids, &[]);
    somebody.candidate.location = Some("Berlin".into());
    let found = one(&somebody, &job(&ids, RUST));
    assert_eq!((found.score, score(&found, PartName::Place)), (0.0, Some(100.0)));
}

#[test]
fn earlier_answers_to_the_same_question_count_by_this_jobs_rule() {
    let ids = SeqIds::default();
    let (rust, nurse) = (job(&ids, RUST), job(&ids, NURSE));
    let stricter = job(
        &ids,
        &RUST.replace("min: 4", "min: 8").replace("How many years have you worked with Rust?", "For how many years have you used Rust?"),
    );
    let mut somebody = person(&ids, &[]);
    somebody.answers.push(answered(&ids, &rust, 1, "four", json!(4), Some(1.0)));
    let found = one(&somebody, &stricter);
    assert_eq!(score(&found, PartName::Prescreen), Some(50.0), "{}", reason(&found, PartName::Prescreen));
    assert!(found.must_have_fails && found.score <= 40.0, "{}", found.score);
    assert!(reason(&found, PartName::Prescreen).contains("“For how many years have you used Rust?”"));
    assert_eq!(score(&one(&somebody, &nurse), PartName::Prescreen), None, "years on a ward are another question");
    assert_eq!(score(&one(&somebody, &rust), PartName::Prescreen), Some(100.0));
}

#[test]
fn a_denied_word_is_not_named() {
    let ids = SeqIds::default();
    let nurse = job(&ids, NURSE);
    let says = |text: &str| {
        let mut somebody = person(&ids, &[]);
        somebody.answers.push(answered(&ids, &nurse, 2, text, json!(text), Some(0.5)));
        one(&somebody, &job(&ids, &NURSE.replace("In which areas", "Where"))).part(PartName::Skills).unwrap().words.clone()
    };
    assert_eq!(says("Surgical ward, and two years of ICU"), ["Surgery", "ward", "intensive care"]);
    assert_eq!(says("I have never worked in surgery, but on an intensive care ward"), ["ward", "intensive care"]);
    let mut somebody = person(&ids, &[]);
    let warehouse = job(&ids, WAREHOUSE);
    somebody.answers.push(answered(&ids, &warehouse, 1, "no", json!(false), Some(0.0)));
    assert!(one(&somebody, &warehouse).part(PartName::Skills).unwrap().words.is_empty());
    somebody.answers[0].answer.value = json!(true);
    assert_eq!(one(&somebody, &warehouse).part(PartName::Skills).unwrap().words, ["forklift", "licence"]);
}

#[test]
fn the_right_to_work_is_compared_and_is_no_skill() {
    let ids = SeqIds::default();
    let permit = "{text: \"Are you allowed to work in Germany?\", kind: yes_no, rule: {expected: true}}";
    let nurse = job(&ids, &NURSE.replace("  questions:\n", &format!("  questions:\n    - {permit}\n")));
    let mut somebody = person(&ids, &["surgery"]);
    somebody.answers.push(answered(&ids, &nurse, 1, "yes", json!(true), Some(1.0)));
    let found = one(&somebody, &nurse);
    assert_eq!(found.part(PartName::Skills).unwrap().words, ["Surgery"]);
    assert_eq!(score(&found, PartName::Prescreen), Some(100.0));
}

#[test]
fn what_must_not_matter_does_not() {
    let ids = SeqIds::default();
    // Even a job that asks for it gets no answer to it.
    let asks = RUST.replace("title: Rust Engineer", "title: Young male German Rust Engineer");
    let jobs = [job(&ids, RUST), job(&ids, &asks), job(&ids, NURSE)];
    let plain = person(&ids, &["Rust", "Kafka"]);
    let mut told = plain.clone();
    told.candidate.name = Some("Surgery Postgresql".into());
    told.candidate.emails = vec!["sqlite@example.org".into()];
    told.candidate.phones = vec!["+49 30 123456".into()];
    told.candidate.links = vec!["https://example.org/photo/rust-postgresql.jpg".into()];
    told.candidate.skills.extend(["male", "29 years old", "German national", "married, two children", "Christian"].map(String::from));
    told.answers.push(answered(&ids, &jobs[0], 4, "29", json!(29), Some(1.0)));
    let (a, b) = (rank_jobs(&plain, &jobs), rank_jobs(&told, &jobs));
    assert_eq!(a, b);
    assert_eq!(score(&one(&told, &jobs[1]), PartName::Skills), score(&one(&told, &jobs[0]), PartName::Skills));
}

#[test]
fn people_and_jobs_are_ranked_best_first() {
    let ids = SeqIds::default();
    let jobs = [job(&ids, NURSE), job(&ids, WAREHOUSE), job(&ids, RUST)];
    let ranked = rank_jobs(&person(&ids, &["Rust", "PostgreSQL"]), &jobs);
    assert_eq!(ranked[0].id, jobs[2].id);
    let people = [person(&ids, &["cooking"]), person(&ids, &["rust"]), person(&ids, &["Rust", "SQLite", "Postgres"])];
    let order: Vec<Uuid> = rank_candidates(&jobs[2], &people).iter().map(|m| m.id).collect();
    assert_eq!(order, [people[2].candidate.id, people[1].candidate.id, people[0].candidate.id]);
}

const SAID: &[&str] = &[
    "Rust",
    "postgres",
    "SQLite",
    "Kafka",
    "surgery",
    "ICU",
    "ward",
    "forklift licence",
    "databases",
    "nursing",
    "warehouse",
    "cooking",
    "never Rust",
    "",
    "🙂",
    "C++",
    "female",
    "payments",
];

prop_compose! {
    fn anybody()(skills in proptest::collection::vec(proptest::sample::select(SAID), 0..6), years in proptest::option::of(-1.0..60.0_f64),
        place in proptest::option::of(proptest::sample::select(vec!["Berlin", "Hamburg", "Oslo"])),
        title in proptest::option::of(proptest::sample::select(vec!["Rust Engineer", "Nurse", "Warehouse worker", "Cook"])),
        rust in proptest::option::of(0..10_i64), seed in any::<u128>()) -> Person {
        let ids = SeqIds::default();
        let mut out = person(&ids, &skills);
        out.candidate.id = Uuid::from_u128(seed);
        out.candidate.years_experience = years;
        out.candidate.location = place.map(str::to_owned);
        out.candidate.positions = title.map(|t| json!({"title": t})).into_iter().collect();
        if let Some(n) = rust {
            out.answers.push(answered(&ids, &job(&ids, RUST), 1, "some", json!(n), Some(if n >= 4 { 1.0 } else { 0.5 })));
        }
        out
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scores_are_bounded_and_the_order_given_does_not_show(people in proptest::collection::vec(anybody(), 1..8), shift in 0..8_usize) {
        let ids = SeqIds::default();
        for yaml in [RUST, NURSE, WAREHOUSE] {
            let job = job(&ids, yaml);
            let ranked = rank_candidates(&job, &people);
            for found in &ranked {
                prop_assert!((0.0..=100.0).contains(&found.score) && (0.0..=1.0).contains(&found.known));
                prop_assert!(found.parts.iter().filter_map(|p| p.score).all(|s| (0.0..=100.0).contains(&s)));
                prop_assert!(found.parts.iter().all(|p| !p.reason.is_empty()));
            }
            prop_assert!(ranked.windows(2).all(|w| w[0].score >= w[1].score));
            let mut turned = people.clone();
            turned.rotate_left(shift % people.len());
            for somebody in &mut turned {
                somebody.candidate.skills.reverse();
                somebody.answers.reverse();
            }
            let again = rank_candidates(&job, &turned);
            let short = |list: &[Match]| list.iter().map(|m| (m.id, m.score.to_bits())).collect::<Vec<_>>();
            prop_assert_eq!(short(&ranked), short(&again));
        }
    }

    #[test]
    fn another_job_changes_no_score(somebody in anybody()) {
        let ids = SeqIds::default();
        let jobs = [job(&ids, RUST), job(&ids, NURSE), job(&ids, WAREHOUSE)];
        let all = rank_jobs(&somebody, &jobs);
        for job in &jobs {
            let alone = one(&somebody, job);
            prop_assert_eq!(all.iter().find(|m| m.id == job.id).unwrap(), &alone);
        }
    }

    #[test]
    fn naming_more_of_what_is_asked_never_costs(somebody in anybody(), more in proptest::sample::select(vec!["Rust", "postgres", "SQLite", "Kafka", "databases"])) {
        let ids = SeqIds::default();
        let rust = job(&ids, RUST);
        let before = one(&somebody, &rust);
        // Someone of whom no skill is known gains a part that can be told, which the mean then has.
        prop_assume!(score(&before, PartName::Skills).is_some());
        let mut richer = somebody.clone();
        richer.candidate.skills.push(more.to_owned());
        prop_assert!(one(&richer, &rust).score >= before.score);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}", other in "\\PC{0,60}") {
        let ids = SeqIds::default();
        let mut rust = job(&ids, RUST);
        rust.title.clone_from(&text);
        rust.description = Some(other.clone());
        rust.location = Some(text.clone());
        let mut somebody = person(&ids, &[&text, &other]);
        somebody.candidate.location = Some(other.clone());
        somebody.candidate.languages = vec![text.clone()];
        somebody.candidate.positions = vec![json!({"title": text}), json!("odd"), json!({"title": 5})];
        let found = one(&somebody, &rust);
        prop_assert!((0.0..=100.0).contains(&found.score));
    }
}
