//! How things stand in the end, against what the script says.

use serde_json::Value;

use super::diff::quoted;
use super::format::{Expect, Fields, Place};
use super::glob;

/// How things stand after the last step.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The application with its answers, as the API serves it; null if there is none.
    pub application: Value,
    /// The ids of the job's questions, in order.
    pub questions: Vec<String>,
    /// `{type}` of each event, in order.
    pub events: Vec<Value>,
    /// The session's actions.
    pub actions: Vec<Value>,
}

/// Everything that does not hold, one line each.
pub fn check(expect: &Expect, outcome: &Outcome) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(Place { line, what }) = &expect.application {
        for problem in differences(what, &outcome.application) {
            out.push(format!("line {line}: application.{problem}"));
        }
    }
    if let Some(Place { line, what }) = &expect.answers {
        answers(*line, what, outcome, &mut out);
    }
    for (name, wanted, there) in [("events", &expect.events, &outcome.events), ("actions", &expect.actions, &outcome.actions)] {
        if let Some(Place { line, what }) = wanted {
            list(*line, name, what, there, &mut out);
        }
    }
    out
}

fn answers(line: u64, wanted: &[Fields], outcome: &Outcome, out: &mut Vec<String>) {
    let there = outcome.application.get("answers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let number = |answer: &Value| {
        let id = answer.get("question_id").and_then(Value::as_str)?;
        outcome.questions.iter().position(|q| q == id).map(|i| i as u64 + 1)
    };
    for fields in wanted {
        let question = fields.iter().find(|(key, _)| key == "question").and_then(|(_, v)| v.as_u64()).unwrap_or(0);
        let Some(answer) = there.iter().find(|a| number(a) == Some(question)) else {
            out.push(format!("line {line}: answers: expected one to question {question}, there is none"));
            continue;
        };
        let rest: Vec<_> = fields.iter().filter(|(key, _)| key != "question").cloned().collect();
        out.extend(differences(&rest, answer).into_iter().map(|problem| format!("line {line}: answer {question}: {problem}")));
    }
    for answer in there {
        let question = number(answer).unwrap_or(0);
        let listed = wanted.iter().flatten().any(|(key, v)| key == "question" && v.as_u64() == Some(question));
        if !listed {
            out.push(format!("line {line}: answers: there is one to question {question} that the list lacks: {}", brief(answer)));
        }
    }
}

/// Each wanted item finds one there, and none is left over.
fn list(line: u64, name: &str, wanted: &[Fields], there: &[Value], out: &mut Vec<String>) {
    let mut left: Vec<&Value> = there.iter().collect();
    for fields in wanted {
        match left.iter().position(|item| differences(fields, item).is_empty()) {
            Some(i) => {
                left.remove(i);
            }
            None => out.push(format!("line {line}: {name}: expected {}, there is none{}", fields_in_words(fields), also(there))),
        }
    }
    for item in left {
        out.push(format!("line {line}: {name}: there is {} that the list lacks", type_of(item)));
    }
}

fn also(there: &[Value]) -> String {
    if there.is_empty() { String::new() } else { format!(" (there are: {})", there.iter().map(type_of).collect::<Vec<_>>().join(", ")) }
}

fn type_of(item: &Value) -> String {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    match (text("type"), text("status")) {
        (Some(name), Some(status)) => format!("{name} ({status})"),
        (Some(name), None) => name.to_owned(),
        _ => item.to_string(),
    }
}

fn fields_in_words(fields: &[(String, Value)]) -> String {
    fields.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ")
}

fn brief(answer: &Value) -> String {
    quoted(answer.get("answer_text").and_then(Value::as_str).unwrap_or_default())
}

/// The fields that are not as wanted: `score: expected 1, is 0.5`.
fn differences(wanted: &[(String, Value)], there: &Value) -> Vec<String> {
    wanted
        .iter()
        .filter_map(|(key, wanted)| {
            let is = there.get(key).unwrap_or(&Value::Null);
            (!holds(wanted, is)).then(|| format!("{key}: expected {wanted}, is {is}"))
        })
        .collect()
}

fn holds(wanted: &Value, is: &Value) -> bool {
    match (wanted, is) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| (a - b).abs() < 1e-9),
        (Value::Object(range), Value::Number(n)) if !range.is_empty() && range.keys().all(|k| k == "min" || k == "max") => {
            let n = n.as_f64().unwrap_or(f64::NAN);
            let limit = |key: &str, other: f64| range.get(key).map_or(other, |v| v.as_f64().unwrap_or(f64::NAN));
            (limit("min", f64::NEG_INFINITY)..=limit("max", f64::INFINITY)).contains(&n)
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, wanted)| b.get(key).is_some_and(|is| holds(wanted, is)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| holds(a, b)),
        (Value::String(pattern), Value::String(text)) => glob::matches(pattern, text),
        _ => wanted == is,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::script::format::Script;

    fn problems(expect: &str) -> Vec<String> {
        let text = format!("job: j.yaml\nsteps: []\nexpect: {expect}\n");
        let script = Script::parse(&text, std::path::Path::new("a.yaml")).unwrap();
        let outcome = Outcome {
            application: json!({"status": "in_progress", "jd_match_score": 83.33, "must_have_failed": false, "submitted_at": null,
                "answers": [{"question_id": "q2", "value": {"amount": 82000, "currency": "EUR"}, "score": 1.0, "reason": "Rust 1 of 1", "answer_text": "82k"}]}),
            questions: vec!["q1".into(), "q2".into()],
            events: vec![json!({"type": "CHAT_ESCALATION"})],
            actions: vec![json!({"type": "human_requested", "status": "open"})],
        };
        check(&script.expect, &outcome)
    }

    #[test]
    fn what_holds_is_silent() {
        for expect in [
            "{application: {status: in_progress, jd_match_score: {min: 80}, submitted_at: null}}",
            "{application: {jd_match_score: {min: 83.33, max: 83.33}, must_have_failed: false}}",
            "{answers: [{question: 2, value: {amount: 82000, currency: EUR}, score: 1, reason: \"Rust*\"}]}",
            "{events: [CHAT_ESCALATION], actions: [{type: human_requested, status: open}]}",
            "{actions: [human_requested]}",
            "{}",
        ] {
            assert_eq!(problems(expect), Vec::<String>::new(), "{expect}");
        }
    }

    #[test]
    fn what_does_not_hold_is_said_with_both_sides() {
        for (expect, said) in [
            (
                "{application: {status: prescreen_completed}}",
                "line 3: application.status: expected \"prescreen_completed\", is \"in_progress\"",
            ),
            ("{application: {jd_match_score: {max: 80}}}", "line 3: application.jd_match_score: expected {\"max\":80}, is 83.33"),
            ("{answers: []}", "line 3: answers: there is one to question 2 that the list lacks: \"82k\""),
            (
                "{answers: [{question: 2, value: {amount: 82000}}]}",
                "line 3: answer 2: value: expected {\"amount\":82000}, is {\"amount\":82000,\"currency\":\"EUR\"}",
            ),
            ("{events: []}", "line 3: events: there is CHAT_ESCALATION that the list lacks"),
            (
                "{actions: [human_requested, parked]}",
                "line 3: actions: expected type \"parked\", there is none (there are: human_requested (open))",
            ),
        ] {
            assert_eq!(problems(expect), [said], "{expect}");
        }
        assert_eq!(problems("{answers: [{question: 1}]}").len(), 2);
    }
}
