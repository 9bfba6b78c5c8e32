//! What is a wish, and what only sounds like one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use super::*;
use serde_json::json;

fn question(kind: &str) -> Question {
    let options =
        if kind == "choice" { json!([{"value": "pass", "label": "Skip"}, {"value": "later", "aliases": ["help"]}]) } else { json!([]) };
    serde_json::from_value(json!({"id": uuid::Uuid::nil(), "question_order": 1, "text": "?", "kind": kind, "options": options, "required": true, "weight": 1.0, "must_have": false})).unwrap()
}

fn check(pending: Option<&str>, rows: &[(Option<Intent>, &[&str])]) {
    let pending = pending.map(question);
    let mut wrong = Vec::new();
    for (want, texts) in rows {
        for text in *texts {
            let got = intent(text, pending.as_ref());
            if got != *want {
                wrong.push(format!("{text} | want {want:?} have {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn commands_work_at_any_step() {
    let start =
        |job: Option<&str>, source: Option<&str>| Some(Intent::Start { job: job.map(str::to_owned), source: source.map(str::to_owned) });
    for pending in [None, Some("text"), Some("choice"), Some("yes_no")] {
        check(
            pending,
            &[
                (start(None, None), &["/start", " /START ", "/start@bot"]),
                (start(Some("rust-dev"), None), &["/start rust-dev"]),
                (start(Some("rust-dev"), Some("fair")), &["/start rust-dev__fair"]),
                (
                    Some(Intent::Stop),
                    &["/stop", "STOP", "Stop.", " unsubscribe ", "Arrêt", "BAJA", "توقف", "रोकें", "Stopp!", "please stop", "QUIT"],
                ),
                (Some(Intent::Erase), &["/forget", "delete my data"]),
                (Some(Intent::ExportData), &["/mydata"]),
                (Some(Intent::Skip), &["/skip"]),
                (Some(Intent::Link { code: "ABCD-1234".into() }), &["/link ABCD-1234", "/start link_ABCD-1234"]),
                (Some(Intent::Unlink), &["/unlink"]),
                (Some(Intent::Human), &["/Human", "can I talk to a human?"]),
                (Some(Intent::Language { tag: Some("de".into()) }), &["/language de", "/language German"]),
                (Some(Intent::Language { tag: None }), &["/language"]),
                (Some(Intent::UnknownCommand("dance".into())), &["/dance now"]),
                (None, &["/", "/ home", "/home/user", "/5"]),
            ],
        );
    }
}

#[test]
fn opting_out_is_a_wish_and_not_a_word() {
    for yes in [
        "STOP",
        "stop!",
        "Stop messaging me",
        "please don't contact me again",
        "leave me alone",
        "take me off your list",
        "stop texting",
        "Please stop texting me.",
        "remove me from your list",
        "I don't want any more messages",
        "I want to unsubscribe",
        "stop stop",
        "END",
        "alto",
        "Sair",
        "opt out",
        "don’t text me anymore",
        "never contact me again",
        "Stop sending me messages please",
    ] {
        assert!(opt_out(yes), "{yes}");
    }
    for no in [
        "I had to stop working in 2020",
        "when does the shift stop?",
        "cancel",
        "no",
        "bus stop",
        "I stop at 5",
        "don't contact my employer",
        "do not contact me before 5pm",
        "end of May",
        "non-stop",
        "I quit my job",
        "I told them to stop texting me",
        "the end",
        "I left because they wouldn't leave me alone",
        "can I stop by?",
    ] {
        assert!(!opt_out(no), "{no}");
    }
}

#[test]
fn wishes_are_heard_in_plain_words() {
    for pending in [None, Some("yes_no"), Some("number")] {
        check(
            pending,
            &[
                (
                    Some(Intent::Human),
                    &[
                        "could I speak with a human",
                        "talk to a person",
                        "is there a real person",
                        "I want to talk to someone",
                        "recruiter please",
                        "human",
                        "I'd like to speak to a recruiter",
                        "can you connect me to a human",
                        "Hi, can I talk to a real person please?",
                        "is there a human I can talk to?",
                        "I'd rather talk to a person",
                        "let me speak to someone",
                    ],
                ),
                (
                    Some(Intent::Skip),
                    &[
                        "I'd rather skip this one",
                        "skip",
                        "pass",
                        "next question please",
                        "prefer not to say",
                        "I'd rather not say",
                        "can we skip this?",
                        "I prefer not to answer",
                        "Skip!",
                        "I want to skip this question",
                        "hmm, skip this one please",
                    ],
                ),
                (
                    Some(Intent::Back),
                    &[
                        "go back",
                        "oops, I want to correct the last one",
                        "previous question",
                        "let me change my last answer",
                        "back",
                        "can I go back?",
                        "I want to change my previous answer",
                    ],
                ),
                (
                    Some(Intent::Change { question: Some(3) }),
                    &[
                        "change 3",
                        "change question 3",
                        "change answer 3",
                        "I'd like to change question 3",
                        "change #3",
                        "go back to question 3",
                    ],
                ),
                (
                    Some(Intent::Erase),
                    &[
                        "forget everything about me",
                        "delete my data",
                        "erase my data",
                        "please delete all my data",
                        "I want you to delete my data",
                        "forget me",
                    ],
                ),
                (
                    Some(Intent::ExportData),
                    &[
                        "what data do you have about me",
                        "send me my data",
                        "what do you know about me?",
                        "Can I have a copy of my data?",
                        "show me my data",
                    ],
                ),
                (
                    Some(Intent::Withdraw),
                    &[
                        "I've taken another job",
                        "I found another job",
                        "withdraw my application",
                        "not interested anymore",
                        "Sorry, I found another job",
                        "I want to withdraw my application",
                        "I have accepted another offer",
                        "I'm no longer interested",
                        "I got a new job",
                    ],
                ),
                (Some(Intent::Help), &["help", "what can you do", "what can you do?", "Help!", "I need help"]),
                (Some(Intent::Submit), &["submit", "send it", "Submit my application"]),
                (Some(Intent::StartOver), &["start over", "can we start over?", "restart"]),
                (Some(Intent::Continue), &["continue", "go on", "resume"]),
                (
                    Some(Intent::Status),
                    &[
                        "status",
                        "where does my application stand",
                        "where does my application stand?",
                        "What's the status of my application?",
                        "any news?",
                    ],
                ),
                (Some(Intent::Cancel), &["pause", "cancel", "later", "Let's continue later", "can I finish this later?"]),
                (Some(Intent::Greeting), &["hi", "hello there", "Hello!", "good morning"]),
                (Some(Intent::Thanks), &["thanks!", "Thank you very much"]),
                (
                    Some(Intent::Language { tag: Some("de".into()) }),
                    &["switch to German", "can we switch to german?", "change language to Deutsch"],
                ),
                (Some(Intent::Privacy), &["privacy", "what happens with my data?"]),
                (
                    Some(Intent::Question),
                    &[
                        "who would I report to?",
                        "what is the salary",
                        "is it remote?",
                        "can you tell me more about the team",
                        "how long is the process",
                        "Hi, what are the hours?",
                        "is there parking",
                        "why do you ask?",
                        "do I need a car?",
                        "when do I start?",
                        "salary?",
                    ],
                ),
                (
                    None,
                    &[
                        "5, is that ok?",
                        "yes, why?",
                        "yes",
                        "no",
                        "5 years",
                        "I can pass the exam",
                        "start date next month",
                        "no need to skip it",
                        "I helped people skip the queue",
                        "went back to school",
                        "yes?",
                        "5?",
                        "why not?",
                        "when I finish school",
                        "I stopped",
                        "passed",
                        "no worries",
                        "",
                        "👍",
                        "in two weeks",
                    ],
                ),
            ],
        );
    }
    check(
        None,
        &[(Some(Intent::Start { job: None, source: None }), &["start", "apply", "I want to apply", "I'd like to apply for this job"])],
    );
}

#[test]
fn an_answer_in_free_words_is_never_a_wish() {
    check(
        Some("text"),
        &[
            (
                None,
                &[
                    "I helped people skip the queue",
                    "I speak with people all day",
                    "managed human resources",
                    "I can pass the exam",
                    "went back to school",
                    "start date next month",
                    "no need to skip it",
                    "I found another job",
                    "I had to stop working in 2020",
                    "talk to people",
                    "human resources",
                    "I help",
                    "help people",
                    "next",
                    "later",
                    "I deleted data",
                    "English",
                    "recruiter",
                    "I changed 3 tyres",
                    "What I like is rust",
                    "how to lead a team",
                    "I submit reports",
                    "customers asked me: why? I told them",
                    "status reports",
                    "Why Rust? Because it is fast.",
                    "restart servers",
                    "I'm no longer interested in sales",
                    "I want to help people",
                    "privacy",
                    "I go back to school",
                    "menu",
                ],
            ),
            (Some(Intent::Skip), &["skip", "skip this question", "I'd rather not say"]),
            (Some(Intent::Back), &["go back"]),
            (Some(Intent::Human), &["I want to talk to a human"]),
            (Some(Intent::Withdraw), &["withdraw my application"]),
            (Some(Intent::Question), &["what do you mean?", "How long should it be?"]),
        ],
    );
    check(Some("choice"), &[(None, &["pass", "skip", "Later", "HELP!"]), (Some(Intent::Cancel), &["cancel"])]);
}

#[test]
fn no_text_panics() {
    let q = question("choice");
    let long = "a".repeat(1_000_000);
    let many = "stop me ".repeat(100_000);
    for text in ["", "/", "//", "/\0", "\0", "?", "???", "👍", "\u{202e}stop", "/é", "change", "change 99999999999", &long, &many] {
        let _ = intent(text, Some(&q));
        let _ = intent(text, None);
        let _ = opt_out(text);
    }
}
