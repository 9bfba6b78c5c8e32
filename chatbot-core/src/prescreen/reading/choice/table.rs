//! What must be chosen, and what must not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use super::*;
use serde_json::{Value, json};

fn got(options: &Value, multiple: bool, text: &str) -> Option<Vec<String>> {
    let q: Question = serde_json::from_value(json!({
        "id": uuid::Uuid::nil(), "question_order": 1, "text": "What would you like?", "kind": "choice", "required": true, "weight": 1.0, "must_have": false,
        "multiple": multiple, "options": options
    }))
    .unwrap();
    let cx = ReadContext { today: chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), locale: "en" };
    match read(&q, text, &cx) {
        Reading::Value { value, evidence } => {
            assert!(text.contains(&evidence) && !evidence.is_empty(), "evidence {evidence:?} of {text:?}");
            Some(match value {
                AnswerValue::Choice(one) => vec![one],
                AnswerValue::Choices(list) => list,
                other => panic!("{other:?}"),
            })
        }
        Reading::Unclear => None,
        Reading::AskBack(why) => panic!("{why:?}"),
    }
}

fn options(values: &[&str]) -> Value {
    json!(values.iter().map(|v| json!({"value": v})).collect::<Vec<_>>())
}

fn check(options: &Value, multiple: bool, rows: &[(Option<&[&str]>, &[&str])]) {
    let mut wrong = Vec::new();
    for (want, texts) in rows {
        for text in *texts {
            let have = got(options, multiple, text);
            let want = want.map(|w| w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
            if have != want {
                wrong.push(format!("{text} | want {want:?} have {have:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn one_place_of_work_is_read() {
    let o = options(&["onsite", "hybrid", "remote"]);
    check(
        &o,
        false,
        &[
            (
                Some(&["onsite"]),
                &[
                    "onsite",
                    "On-site",
                    "on site please",
                    "ONSITE!",
                    "I'd rather come to the office",
                    "in person",
                    "office",
                    "the office",
                    "1",
                    "option 1",
                    "a",
                    "first",
                    "the first one",
                    "A)",
                    "I prefer onsite",
                    "onsite, not remote",
                    "in the office",
                    "I like working in the office",
                    "not remote, onsite",
                    "on-site because I don't like working alone",
                ],
            ),
            (
                Some(&["hybrid"]),
                &[
                    "hybrid",
                    "Hybrid.",
                    "2",
                    "the second one",
                    "option 2",
                    "second",
                    "b",
                    "#2",
                    "2.",
                    "(b)",
                    "2️⃣",
                    "hybrid rather than onsite",
                    "a mix of both",
                    "mix of both",
                    "partly remote",
                    "partly from home",
                    "hybird",
                    "hybrd",
                    "hybrid instead of remote",
                    "hybrid would be best",
                    "I would go for hybrid",
                    "number two",
                    "a bit of both",
                    "hybrid, but remote is fine too",
                ],
            ),
            (
                Some(&["remote"]),
                &[
                    "remote",
                    "Remote!",
                    "from home",
                    "wfh",
                    "home office",
                    "work from home",
                    "I want to work from home",
                    "3",
                    "last one",
                    "the last one",
                    "third",
                    "c",
                    "remote over hybrid",
                    "remote, though hybrid would be ok",
                    "prefer remote",
                    "I'd prefer remote",
                    "remote ideally",
                    "remote but hybrid is fine",
                    "remote, maybe hybrid",
                    "fully remote",
                    "remoet",
                    "remtoe",
                    "remote, never onsite",
                    "ideally remote, otherwise hybrid",
                    "remote preferably",
                    "remote please, I can't commute",
                    "remote because I don't have a car",
                    "remote as I do not have a car",
                    "hybrid is ok but I prefer remote",
                    "I'm fine with hybrid but prefer remote",
                    "remotely",
                    "option c",
                    "I'd like to work remotely",
                ],
            ),
            (
                None,
                &[
                    "either",
                    "any",
                    "both",
                    "all",
                    "not onsite",
                    "anything but onsite",
                    "onsite or remote",
                    "hybrid or remote, doesn't matter",
                    "not remote or hybrid",
                    "I don't want to work onsite",
                    "maybe remote",
                    "remote?",
                    "is it remote?",
                    "it depends",
                    "not sure",
                    "whatever",
                    "",
                    "??",
                    "4",
                    "0",
                    "d",
                    "1 or 2",
                    "1-3",
                    "none",
                    "no preference",
                    "I don't care",
                    "prefer remote or hybrid",
                    "office is impossible for me",
                    "I can't do remote",
                    "not only remote",
                    "what's hybrid",
                    "anywhere but the office",
                    "mostly remote",
                    "I live close to the office",
                    "potato",
                    "yes",
                    "no",
                    "1 and 2",
                    "Currently I work remotely",
                    "remote and onsite",
                    "I hate working from home",
                    "remove",
                    "flexible",
                    "officer",
                    "either remote or hybrid",
                    "what does hybrid mean?",
                    "neither remote nor hybrid",
                    "3 days",
                    "2.5",
                    "12",
                ],
            ),
        ],
    );
    let two = options(&["onsite", "remote"]);
    check(
        &two,
        false,
        &[
            (None, &["not onsite", "both", "either one", "hybrid", "partly remote", "mix of both", "anything but remote", "no remote"]),
            (Some(&["remote"]), &["the latter", "home", "remote rather than onsite", "not onsite but remote"]),
        ],
    );
}

#[test]
fn the_longest_name_wins_and_own_numbers_beat_places() {
    let o = options(&["full time", "full time night", "part time"]);
    check(
        &o,
        false,
        &[
            (Some(&["full time night"]), &["full time night", "full-time night please", "I want full time night"]),
            (Some(&["full time"]), &["full time", "Full-Time", "fulltime"]),
            (Some(&["part time"]), &["part-time", "parttime", "pt"]),
        ],
    );
    let n = options(&["2", "3", "5"]);
    check(
        &n,
        false,
        &[
            (Some(&["2"]), &["2", "2 please", "the first one", "first"]),
            (Some(&["3"]), &["3", "second"]),
            (Some(&["5"]), &["5", "last"]),
            (None, &["1", "4", "option 1", "25"]),
        ],
    );
    let years = json!([{"value": "junior", "label": "Less than 1 year"}, {"value": "mid", "label": "1-3 years"}, {"value": "senior", "label": "3+ years"}]);
    check(
        &years,
        false,
        &[
            (Some(&["mid"]), &["1-3 years", "mid", "1-3"]),
            (Some(&["senior"]), &["senior", "3+ years", "the third"]),
            (None, &["2", "3", "years", "more", "13 years", "13"]),
        ],
    );
    let letters = options(&["A", "B", "C"]);
    check(&letters, false, &[(Some(&["B"]), &["b", "B", "class B", "2", "I have B"]), (None, &["d", "x"])]);
    let labels = json!([{"value": "early", "label": "Early shift (6–14)"}, {"value": "late", "label": "Late shift (14–22)"}, {"value": "night", "label": "Night shift (22–6)", "aliases": ["graveyard"]}]);
    check(
        &labels,
        false,
        &[
            (Some(&["early"]), &["early", "Early shift", "Early shift (6–14)", "mornings", "earlies"]),
            (Some(&["night"]), &["graveyard", "nights", "night shift please", "the night shift"]),
            (None, &["anything but night", "early or late, doesn't matter", "yearly", "might", "right now", "eight"]),
        ],
    );
}

#[test]
fn several_options_come_in_their_order() {
    let o = options(&["early", "late", "night"]);
    check(
        &o,
        true,
        &[
            (
                Some(&["early", "night"]),
                &[
                    "early and night",
                    "night, early",
                    "1, 3",
                    "1 and 3",
                    "1 & 3",
                    "1 3",
                    "a and c",
                    "first and last",
                    "anything but late",
                    "all except late",
                    "early + night",
                    "early/night",
                    "I can do early and night shifts",
                    "early and nights, not late",
                    "everything but late",
                    "1,3",
                ],
            ),
            (
                Some(&["early", "late", "night"]),
                &[
                    "all",
                    "all of them",
                    "all three",
                    "any",
                    "everything",
                    "1, 2 and 3",
                    "early, late and night",
                    "all of the above",
                    "I can work all of them",
                    "early late night",
                ],
            ),
            (Some(&["early"]), &["early", "only early", "just early", "1", "early but not night", "mornings"]),
            (Some(&[]), &["none", "none of them", "none of these"]),
            (
                Some(&["early", "late"]),
                &[
                    "early or late",
                    "early, late is ok too",
                    "early, late",
                    "prefer early but late is fine",
                    "anything but night",
                    "not night but early and late",
                ],
            ),
            (
                None,
                &["both", "not night", "maybe early", "it depends", "", "early?", "1-3", "potato", "4", "1 and 4", "all early", "not sure"],
            ),
        ],
    );
    check(
        &options(&["car", "bike"]),
        true,
        &[
            (Some(&["car", "bike"]), &["both", "both of them", "car and bike", "car, bike"]),
            (Some(&["car"]), &["car", "a car", "just the car"]),
        ],
    );
}

#[test]
fn other_options_are_read_by_their_words() {
    let o = json!([{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}, {"value": "unsure", "label": "Not sure yet"}]);
    check(
        &o,
        false,
        &[
            (Some(&["yes"]), &["yes", "Yes!", "yes please"]),
            (Some(&["no"]), &["no", "No."]),
            (Some(&["unsure"]), &["Not sure yet", "not sure yet"]),
        ],
    );
    let o = json!([{"value": "cs", "label": "Customer service"}, {"value": "wh", "label": "Warehouse & logistics"}, {"value": "it", "label": "Café Müller"}]);
    check(
        &o,
        false,
        &[
            (Some(&["cs"]), &["customer service", "Customer-Service", "customer"]),
            (Some(&["wh"]), &["warehouse", "Warehouse and logistics", "logistics", "warehose"]),
            (Some(&["it"]), &["cafe muller", "CAFÉ MÜLLER"]),
            (None, &["not the warehouse", "warehouse or customer service"]),
        ],
    );
}

#[test]
fn no_text_panics() {
    let o = options(&["onsite", "hybrid", "remote", "", "?!"]);
    let long = "a".repeat(1_000_000);
    let many = "onsite not ".repeat(100_000);
    for text in ["", "\0", "👍", "\u{202e}remote", "not", "or", "and", "#", "##", "-", "option", "number", "1 1 1 1", "٣", &long, &many]
    {
        let _ = got(&o, false, text);
        let _ = got(&o, true, text);
        let _ = got(&json!([]), true, text);
    }
}
