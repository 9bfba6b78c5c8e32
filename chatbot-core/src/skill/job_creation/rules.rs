//! A rule in a recruiter's plain words: “at least 3 years”, “up to 85,000 EUR per year”, “must be yes”.
//!
//! The values in it are read by the same readers as candidates' answers.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::prescreen::reading::{self, ReadContext, Reading};
use crate::recruiting::job_file::QuestionFile;
use crate::recruiting::question::{ChoiceOption, Keyword, Limit, Pass, Rule};
use crate::recruiting::{AnswerValue, Kind, Question};

/// Units a number's rule may name, as they are kept.
const UNITS: [(&str, &str); 12] = [
    ("year", "years"),
    ("years", "years"),
    ("yrs", "years"),
    ("month", "months"),
    ("months", "months"),
    ("week", "weeks"),
    ("weeks", "weeks"),
    ("day", "days"),
    ("days", "days"),
    ("hour", "hours"),
    ("hours", "hours"),
    ("people", "people"),
];

/// Words that set an upper limit; anything else sets a lower one.
const MOST: [&str; 12] =
    ["at most", "up to", "max", "no more than", "not more than", "less than", "under", "below", "until", "within", "fewer than", "<"];

/// The rule; `None`: the words say none that fits the kind.
pub(super) fn read(question: &QuestionFile, said: &str, today: NaiveDate) -> Option<Rule> {
    let text = said.trim().to_lowercase();
    let mut rule = Rule::default();
    match question.kind {
        Kind::YesNo => rule.expected = Some(yes_or_no(&text)?),
        Kind::Number => number(question, &mut rule, &text, today)?,
        Kind::Money => {
            let AnswerValue::Money { amount, currency, period } = value(question, without_bounds(&text), today)? else { return None };
            (rule.max, rule.currency, rule.period) = (Some(Limit::Number(amount)), currency, period);
        }
        Kind::Duration => {
            let AnswerValue::Duration(longest) = value(question, without_bounds(&text), today)? else { return None };
            rule.max = Some(Limit::Period(longest));
        }
        Kind::Date => {
            let text = without_bounds(&text);
            let text = ["by ", "before ", "on or before ", "latest "].iter().fold(text, |t, w| t.strip_prefix(w).unwrap_or(t));
            let AnswerValue::Date(day) = value(question, text, today)? else { return None };
            rule.before = Some(day);
        }
        Kind::Choice => rule.accept = Some(accepted(&question.options, said)?),
        Kind::Text => rule.keywords = Some(keywords(said)?),
    }
    if question.kind == Kind::Choice && question.multiple || question.kind == Kind::Text {
        rule.pass = text.split(|c: char| !c.is_alphanumeric()).any(|w| w == "all").then_some(Pass::All);
    }
    Some(rule)
}

fn yes_or_no(text: &str) -> Option<bool> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    match (words.contains(&"yes"), words.contains(&"no")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn number(question: &QuestionFile, rule: &mut Rule, text: &str, today: NaiveDate) -> Option<()> {
    // The unit is kept beside the number: "18 months" is 18, whatever the question counts in.
    let one = |text: &str| {
        let words = without_bounds(text.trim()).split_whitespace();
        let number: Vec<&str> = words.filter(|w| unit(w.trim_end_matches('.')).is_none()).collect();
        match value(question, &number.join(" "), today) {
            Some(AnswerValue::Number(n)) => Some(n),
            _ => None,
        }
    };
    let range = text
        .strip_prefix("between ")
        .and_then(|t| t.split_once(" and "))
        .or_else(|| text.split_once(" to ").filter(|_| !text.starts_with("up to ")));
    match range {
        Some((low, high)) => (rule.min, rule.max) = (Some(one(low)?), Some(Limit::Number(one(high)?))),
        None if MOST.iter().any(|w| text.contains(w)) => rule.max = Some(Limit::Number(one(text)?)),
        None => rule.min = Some(one(text)?),
    }
    rule.unit = text.split(|c: char| !c.is_alphabetic()).find_map(unit).map(str::to_owned);
    Some(())
}

/// The unit a word names.
fn unit(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit)
}

/// The words without what bounds them; the readers know values, not limits.
fn without_bounds(text: &str) -> &str {
    const BOUNDS: [&str; 20] = [
        "must be ",
        "should be ",
        "at least ",
        "at most ",
        "up to ",
        "maximum ",
        "minimum ",
        "max. ",
        "min. ",
        "max ",
        "min ",
        "no more than ",
        "not more than ",
        "more than ",
        "less than ",
        "fewer than ",
        "under ",
        "below ",
        "within ",
        "until ",
    ];
    let mut text = text.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']);
    while let Some(rest) = BOUNDS.iter().find_map(|w| text.strip_prefix(w)) {
        text = rest.trim_start();
    }
    [" or more", " or less", " or fewer", " at least", " at most", " max", " maximum", " minimum"]
        .iter()
        .fold(text, |t, w| t.strip_suffix(w).unwrap_or(t))
}

/// What the words say as an answer to the question, which has no rule yet.
fn value(asked: &QuestionFile, text: &str, today: NaiveDate) -> Option<AnswerValue> {
    let question = Question {
        id: Uuid::nil(),
        question_order: 1,
        text: asked.text.clone(),
        kind: asked.kind,
        options: Vec::new(),
        multiple: false,
        rule: None,
        required: true,
        weight: 1.0,
        must_have: false,
    };
    match reading::read(&question, text, &ReadContext { today, locale: "en" }) {
        Reading::Value { value, .. } => Some(value),
        _ => None,
    }
}

/// The options that are named, each by its value or number; something else among them is a misunderstanding.
fn accepted(options: &[ChoiceOption], said: &str) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for name in parts(&said.replace(" and ", ",").replace(" or ", ",")) {
        let by_number = name.parse::<usize>().ok().and_then(|n| options.get(n.checked_sub(1)?));
        let option = options.iter().find(|o| o.value.eq_ignore_ascii_case(&name) || o.label().eq_ignore_ascii_case(&name)).or(by_number)?;
        if !found.contains(&option.value) {
            found.push(option.value.clone());
        }
    }
    (!found.is_empty()).then_some(found)
}

fn keywords(said: &str) -> Option<Vec<Keyword>> {
    let said = said.trim();
    let said = said.strip_prefix("all of ").or(said.strip_prefix("any of ")).unwrap_or(said);
    let mut found: Vec<Keyword> = Vec::new();
    for term in parts(said) {
        if !found.iter().any(|k| k.term.eq_ignore_ascii_case(&term)) {
            found.push(Keyword { term, aliases: Vec::new(), weight: 1.0 });
        }
    }
    (!found.is_empty()).then_some(found)
}

/// What stands between commas, semicolons or line ends.
pub(super) fn parts(said: &str) -> Vec<String> {
    said.split([',', ';', '\n']).map(|p| p.trim().trim_start_matches(['-', '•', '*']).trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(kind: &str, said: &str) -> Value {
        let options = if kind == "choice" { json!([{"value": "Remote"}, {"value": "hybrid"}, {"value": "on site"}]) } else { json!([]) };
        let question: QuestionFile = serde_json::from_value(json!({"text": "?", "kind": kind, "options": options})).unwrap();
        read(&question, said, "2026-11-23".parse().unwrap()).map_or(Value::Null, |rule| serde_json::to_value(rule).unwrap())
    }

    #[test]
    fn rules_are_read_in_plain_words() {
        let mut wrong = Vec::new();
        for (kind, said, expected) in [
            ("yes_no", "must be yes", json!({"expected": true})),
            ("yes_no", "No", json!({"expected": false})),
            ("number", "at least 3 years", json!({"min": 3.0, "unit": "years"})),
            ("number", "3 years or more", json!({"min": 3.0, "unit": "years"})),
            ("number", "3", json!({"min": 3.0})),
            ("number", "at most 10", json!({"max": 10.0})),
            ("number", "up to 10 hours", json!({"max": 10.0, "unit": "hours"})),
            ("number", "between 2 and 5 years", json!({"min": 2.0, "max": 5.0, "unit": "years"})),
            ("number", "2 to 5", json!({"min": 2.0, "max": 5.0})),
            ("money", "up to 85000 EUR per year", json!({"max": 85000.0, "currency": "EUR", "period": "year"})),
            ("money", "max 85k euros a year", json!({"max": 85000.0, "currency": "EUR", "period": "year"})),
            ("duration", "at most 3 months", json!({"max": "P3M"})),
            ("duration", "up to two weeks", json!({"max": "P14D"})),
            ("date", "by 1 March 2027", json!({"before": "2027-03-01"})),
            ("choice", "remote or Hybrid", json!({"accept": ["Remote", "hybrid"]})),
            ("choice", "1, on site", json!({"accept": ["Remote", "on site"]})),
            ("text", "PostgreSQL, sqlite, postgresql", json!({"keywords": [{"term": "PostgreSQL"}, {"term": "sqlite"}]})),
        ] {
            let found = rule(kind, said);
            if found != expected {
                wrong.push(format!("{kind}: {said}: {found}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_says_no_rule_is_none() {
        for (kind, said) in [
            ("yes_no", "maybe"),
            ("yes_no", "yes or no"),
            ("number", "many"),
            ("money", "a lot"),
            ("duration", "soon"),
            ("date", "03/04/2027"),
            ("choice", "remote, the moon"),
            ("choice", ""),
            ("text", " , "),
        ] {
            assert_eq!(rule(kind, said), Value::Null, "{kind}: {said}");
        }
    }
}
