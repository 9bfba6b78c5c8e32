//! A job of every question kind, and a candidate's answers with the score they must get, computed by hand.

use serde_json::{Value, json};

/// The slug of [`baker`].
pub const SLUG: &str = "e2e-baker";

/// A job with one question of each kind. The weights sum to 11.
pub fn baker() -> Value {
    json!({
        "slug": SLUG,
        "title": "Baker",
        "employer": "Crust & Sons",
        "contact": "jobs@crust.example",
        "facts": { "salary": "2,900 euros a month" },
        "prescreen": { "questions": [
            { "text": "How many years have you worked as a baker?", "kind": "number", "rule": { "min": 4, "unit": "years" }, "weight": 3 },
            { "text": "Do you hold a food hygiene certificate?", "kind": "yes_no", "rule": { "expected": true }, "weight": 2, "must_have": true },
            { "text": "Which shift would you take?", "kind": "choice", "options": [{ "value": "early" }, { "value": "late" }, { "value": "night" }],
              "rule": { "accept": ["early", "late"] } },
            { "text": "How long is your notice period?", "kind": "duration", "rule": { "max": "P1M" } },
            { "text": "What monthly salary do you expect?", "kind": "money", "rule": { "max": 3000, "currency": "EUR", "period": "month" }, "weight": 2, "required": false },
            { "text": "When could you start?", "kind": "date", "rule": { "before": "2028-03-01" } },
            { "text": "Which ovens have you worked with?", "kind": "text", "rule": { "keywords": [{ "term": "deck oven", "weight": 2 }, { "term": "rotary oven" }] } },
        ] },
    })
}

/// A word of a question of [`baker`], and what the candidate answers.
pub const ANSWERS: [(&str, &str); 7] = [
    ("years", "about three years"),
    ("certificate", "yes, I do"),
    ("shift", "late"),
    ("notice", "two months"),
    ("salary", "3,600 euros a month"),
    ("start", "2028-02-01"),
    ("ovens", "a deck oven, mostly"),
];

/// 3 of 4 years · yes · accepted · one of two months · 3000 of 3600 · in time · two of three points of keywords.
pub const SCORES: [f64; 7] = [0.75, 1.0, 1.0, 0.5, 3000.0 / 3600.0, 1.0, 2.0 / 3.0];

/// (3·0.75 + 2·1 + 1 + 0.5 + 2·0.8333 + 1 + 0.6667) of 11, in percent.
pub const SCORE: f64 = 82.58;

/// A job of three short questions: for tests about something else than scores.
pub fn cook() -> Value {
    let question = |what: &str| json!({ "text": format!("How many years of {what}?"), "kind": "number", "rule": { "min": 1 } });
    json!({ "slug": "e2e-cook", "title": "Cook", "prescreen": { "questions": [question("grilling"), question("frying"), question("baking")] } })
}

/// The cook's job with a description, for a model to answer from.
pub fn kitchen() -> Value {
    let mut job = cook();
    job["description"] = json!("Six people cook in a kitchen by the river.");
    job
}
