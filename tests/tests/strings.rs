//! Words nobody expects, as an answer to every kind of question: always a reply, stored as they were written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use chatbot_tests::candidate::{assert_without_gaps, expects, text};
use chatbot_tests::job::{SLUG, baker};
use chatbot_tests::{Api, Candidate, Engine, Server, on_both_engines};
use futures::StreamExt as _;
use serde_json::{Value, json};

on_both_engines!(
    whatever_is_answered_to_whatever_question_is_replied_to_and_kept_verbatim,
    a_job_of_hostile_words_is_said_verbatim_and_shown_as_text,
);

/// Sends of one string to one question: the third is more than the bot asks again.
const TRIES: usize = 3;

/// The strings, each with the family it belongs to.
fn strings() -> Vec<(String, String)> {
    let families: BTreeMap<String, Vec<Value>> = serde_json::from_str(include_str!("../data/strings.json")).unwrap();
    let spelled = |value: Value| match value {
        Value::String(text) => text,
        long => text(&long["repeat"]).repeat(usize::try_from(long["times"].as_u64().unwrap()).unwrap()),
    };
    families.into_iter().flat_map(|(family, list)| list.into_iter().map(move |value| (family.clone(), spelled(value)))).collect()
}

/// What is kept of a text: everything but control characters, which no screen shows.
fn kept(words: &str) -> String {
    words.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

async fn whatever_is_answered_to_whatever_question_is_replied_to_and_kept_verbatim(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let mut strings = strings();
    assert!(strings.len() >= 150, "{}", strings.len());
    // Words are read before they are stored: what one engine keeps verbatim, the other is asked about by a third of them.
    if matches!(engine, Engine::Postgres) && std::env::var("CHATBOT_STRINGS").as_deref() != Ok("all") {
        strings = strings.into_iter().step_by(3).collect();
    }
    futures::stream::iter(&strings)
        .map(async |(family, words)| {
            let candidate = Candidate::consented(&server, SLUG).await;
            let label = format!("{family} {:?}", words.chars().take(60).collect::<String>());
            if kept(words).trim().is_empty() || words.chars().count() > 4_000 {
                refused(&candidate, words, &label).await;
            } else {
                pester(&candidate, words, &label).await;
                kept_verbatim(&server, &candidate, words, &label).await;
            }
        })
        .buffer_unordered(8)
        .for_each(async |()| {})
        .await;
    assert!(server.is_alive());
    let log = server.log();
    assert!(!log.contains("panicked") && !log.contains("\"ERROR\""), "{log}");
    assert!(!log.contains("alert(1)"), "logs hold no candidate's words");
}

async fn refused(candidate: &Candidate, words: &str, label: &str) {
    let before = candidate.history().await;
    let problem = candidate.ask(&json!({ "content": words })).await.problem(422);
    assert_eq!(problem["field"], "content", "{label}: {problem}");
    assert_eq!(candidate.history().await, before, "{label}");
}

/// Says the same to every question, and to what is asked after them, until nothing is asked or it only repeats itself.
async fn pester(candidate: &Candidate, words: &str, label: &str) {
    let mut pending = candidate.last_bot_message().await.unwrap()["metadata"]["expects"].clone();
    let mut asked = BTreeMap::<String, usize>::new();
    let mut questions = BTreeSet::new();
    loop {
        let tries = asked.entry(pending.to_string()).or_default();
        *tries += 1;
        let is_question = pending["type"] == "question";
        if is_question {
            questions.insert(pending["question_id"].to_string());
        }
        let words = if *tries <= TRIES { words } else { "/skip" };
        if *tries > TRIES + 1 || !(is_question || pending["type"] == "field") {
            break;
        }
        let reply = candidate.ask(&json!({ "content": words })).await;
        assert_eq!(reply.status, 200, "{label}: {reply:?}");
        let reply = reply.json();
        let replies = reply["replies"].as_array().unwrap();
        assert!(!replies.is_empty() && replies.iter().all(|reply| !text(&reply["content"]).trim().is_empty()), "{label}: no reply");
        let last = replies.last().unwrap();
        if expects(last) != "none" {
            pending = last["metadata"]["expects"].clone();
        }
    }
    assert_eq!(questions.len(), 7, "{label}: not every kind was asked");
}

async fn kept_verbatim(server: &Server, candidate: &Candidate, words: &str, label: &str) {
    let kept = kept(words);
    let history = candidate.history().await;
    assert_without_gaps(&history);
    let own: Vec<_> = history.iter().filter(|message| message["sender"] == "candidate").skip(1).collect();
    assert!(own.iter().all(|message| message["content"] == kept.as_str() || message["content"] == "/skip"), "{label}: {own:?}");
    let application = candidate.application(server).await;
    let answers = application["answers"].as_array().unwrap();
    for answer in answers.iter().filter(|answer| answer["state"] != "skipped") {
        assert_eq!(text(&answer["answer_text"]).trim(), kept.trim(), "{label}: {answer}");
        assert!(!text(&answer["reason"]).is_empty(), "{label}");
        let score = &answer["score"];
        assert!(score.is_null() || score.as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)), "{label}: {answer}");
    }
    let score = &application["jd_match_score"];
    assert!(score.is_null() || score.as_f64().is_some_and(|score| (0.0..=100.0).contains(&score)), "{label}: {score}");
}

async fn a_job_of_hostile_words_is_said_verbatim_and_shown_as_text(engine: Engine) {
    let server = Server::on(engine).start().await;
    let hostile = "{{7*7}} <script>alert('x')</script> ${1} %s ' \" & é \u{202e}x";
    let question = json!({ "text": hostile, "kind": "yes_no", "rule": { "expected": true } });
    let job = json!({ "slug": "hostile", "title": hostile, "employer": hostile, "location": hostile, "description": hostile, "contact": hostile,
                      "facts": { "salary": hostile, "remote": hostile }, "prescreen": { "questions": [question] } });
    let created = server.create_job(&job).await;
    assert_eq!(created["title"], hostile);
    let candidate = Candidate::open(&server, "hostile").await;
    assert!(text(&candidate.last_bot_message().await.unwrap()["content"]).contains(hostile));
    let asked = candidate.say("yes").await;
    assert!(text(&asked.last().unwrap()["content"]).contains(hostile), "{asked:?}");
    let fact = candidate.say("what is the salary?").await;
    assert!(text(&fact[0]["content"]).contains(hostile), "{fact:?}");
    for path in ["/", "/j/hostile"] {
        let page = Api::get(&server.api, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("<script>alert") && page.text().contains("{{7*7}}"), "{path}: {}", page.text());
        assert!(page.header("content-security-policy").contains("script-src 'self'"), "{path}: {:?}", page.headers);
    }
}
