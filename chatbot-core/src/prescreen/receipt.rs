//! The reason beside the points: one sentence a person can check against the candidate's words.

mod short_name;

use super::scoring::keywords::{self, Found};
use super::scoring::{NotScored, Score, two_decimals};
use crate::recruiting::answer::{AnswerState, AnswerValue};
use crate::recruiting::question::{Kind, Pass, PayPeriod, Question, Rule};

/// How much of the candidate's words a reason quotes.
const QUOTED: usize = 80;

/// Explains an answer's points, such as `Rust 3 of 3: you wrote "about five yrs", rule: at least 3`.
pub fn reason(
    question: &Question,
    answer_text: &str,
    evidence: Option<&str>,
    value: Option<&AnswerValue>,
    score: Option<&Score>,
    state: AnswerState,
) -> String {
    let name = short_name::of(question);
    let weight = shown(question.weight);
    if state == AnswerState::Skipped {
        return if question.required {
            format!("{name} 0 of {weight}: skipped, counts 0")
        } else {
            format!("{name}: skipped, leaves the score")
        };
    }
    let words = quoted(evidence.filter(|e| !e.trim().is_empty()).unwrap_or(answer_text));
    let Some(value) = value.filter(|_| state != AnswerState::Unread) else {
        return format!("{name}: you wrote {words}, could not be read, kept as written; a person reads it");
    };
    explained(question, &format!("you wrote {words}"), value, score)
}

/// Explains the points of a value that a person read, such as `Rust 3 of 3: you wrote "about five yrs", Ada read it as 5,
/// rule: at least 3`.
pub fn corrected(question: &Question, answer_text: &str, by: &str, value: &AnswerValue, score: &Score) -> String {
    let by: String = by.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(QUOTED).collect();
    let shown = value_words(question, value);
    let said = if answer_text.trim().is_empty() {
        format!("{by} noted {shown}")
    } else {
        format!("you wrote {}, {by} read it as {shown}", quoted(answer_text))
    };
    explained(question, &said, value, Some(score))
}

/// A value as a person would write it.
pub fn value_words(question: &Question, value: &AnswerValue) -> String {
    let label = |v: &str| question.options.iter().find(|o| o.value == v).map_or(v, |o| o.label()).to_owned();
    match value {
        AnswerValue::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        AnswerValue::Number(n) => shown(*n),
        AnswerValue::Choice(one) => label(one),
        AnswerValue::Choices(several) => {
            let labels: Vec<String> = several.iter().map(|v| label(v)).collect();
            listed(&labels.iter().map(String::as_str).collect::<Vec<_>>(), "and")
        }
        AnswerValue::Duration(iso) => period_words(iso),
        AnswerValue::Date(day) => day.format("%Y-%m-%d").to_string(),
        AnswerValue::Money { amount, currency, period } => {
            let currency = currency.as_deref().map(|c| format!(" {c}")).unwrap_or_default();
            let period = period.map(|p| format!(" {}", each(p))).unwrap_or_default();
            format!("{}{currency}{period}", shown(*amount))
        }
        AnswerValue::Text(text) => quoted(text),
    }
}

/// What was said, the rule, and what became of the two.
fn explained(question: &Question, said: &str, value: &AnswerValue, score: Option<&Score>) -> String {
    let name = short_name::of(question);
    let weight = shown(question.weight);
    let rule = rule_words(question);
    match score {
        Some(Score::Points(points)) => {
            let points = shown(question.weight * points);
            let more = match value {
                AnswerValue::Text(text) => named(question, text),
                AnswerValue::Money { currency, period, .. } => assumed(question.rule.as_ref(), currency.as_deref(), *period),
                _ => String::new(),
            };
            format!("{name} {points} of {weight}: {said}, rule: {rule}{more}")
        }
        Some(Score::NotScored(NotScored::OtherCurrency { said: currency, rule: wanted })) => {
            format!("{name}: {said}, rule: {rule}; not scored, said in {currency} and the rule is in {wanted}")
        }
        Some(Score::NotScored(NotScored::NotComparable)) => {
            format!("{name}: {said}, rule: {rule}; not scored, the two can't be compared")
        }
        Some(Score::NotScored(NotScored::NoRule)) | None => format!("{name}: {said}; not scored, there is no rule"),
    }
}

/// The rule in words; "none" without one.
pub fn rule_words(question: &Question) -> String {
    question.rule.as_ref().and_then(|rule| words_of(question, rule)).unwrap_or_else(|| "none".to_owned())
}

fn words_of(question: &Question, rule: &Rule) -> Option<String> {
    match question.kind {
        Kind::YesNo => rule.expected.map(|yes| if yes { "yes" } else { "no" }.to_owned()),
        Kind::Number => {
            let unit = rule.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
            match (rule.min, rule.max_number()) {
                (Some(min), Some(max)) => Some(format!("from {} to {}{unit}", shown(min), shown(max))),
                (Some(min), None) => Some(format!("at least {}{unit}", shown(min))),
                (None, Some(max)) => Some(format!("at most {}{unit}", shown(max))),
                (None, None) => None,
            }
        }
        Kind::Duration => rule.max_period().map(|p| format!("at most {}", period_words(p))),
        Kind::Money => rule.max_number().map(|max| {
            let currency = rule.currency.as_deref().map(|c| format!(" {c}")).unwrap_or_default();
            format!("at most {}{currency} {}", shown(max), each(rule.period.unwrap_or(PayPeriod::Year)))
        }),
        Kind::Date => rule.before.map(|day| format!("on or before {}", day.format("%Y-%m-%d"))),
        Kind::Choice => {
            let labels: Vec<&str> = rule
                .accept
                .as_ref()?
                .iter()
                .map(|v| question.options.iter().find(|o| o.value == *v).map_or(v.as_str(), |o| o.label()))
                .collect();
            let all = question.multiple && rule.pass == Some(Pass::All);
            (!labels.is_empty()).then(|| listed(&labels, if all { "and" } else { "or" }))
        }
        Kind::Text => {
            let terms: Vec<&str> = rule.keywords.as_ref()?.iter().map(|k| k.term.as_str()).collect();
            let joint = if rule.pass == Some(Pass::All) { "and" } else { "or" };
            (!terms.is_empty()).then(|| format!("names {}", listed(&terms, joint)))
        }
    }
}

/// Which keywords were found and which weren't.
fn named(question: &Question, text: &str) -> String {
    let Some(list) = question.rule.as_ref().and_then(|r| r.keywords.as_ref()) else { return String::new() };
    let looked = keywords::look(text, list);
    let terms = |which: Found| list.iter().zip(&looked).filter(|(_, f)| **f == which).map(|(k, _)| k.term.as_str()).collect::<Vec<_>>();
    [("found", Found::Yes), ("not found", Found::No), ("denied", Found::Denied)]
        .into_iter()
        .map(|(word, which)| (word, terms(which)))
        .filter(|(_, terms)| !terms.is_empty())
        .fold(String::new(), |out, (word, terms)| format!("{out}; {word}: {}", terms.join(", ")))
}

/// "; euros a year assumed", for what the candidate left unsaid.
fn assumed(rule: Option<&Rule>, currency: Option<&str>, period: Option<PayPeriod>) -> String {
    let Some(rule) = rule else { return String::new() };
    let money = rule.currency.as_deref().filter(|_| currency.is_none()).map(|code| match code {
        "EUR" => "euros".to_owned(),
        "USD" => "US dollars".to_owned(),
        "GBP" => "pounds".to_owned(),
        "CHF" => "Swiss francs".to_owned(),
        "INR" => "rupees".to_owned(),
        other => other.to_owned(),
    });
    let time = period.is_none().then(|| each(rule.period.unwrap_or(PayPeriod::Year)).to_owned());
    let parts: Vec<String> = money.into_iter().chain(time).collect();
    if parts.is_empty() { String::new() } else { format!("; {} assumed", parts.join(" ")) }
}

fn each(period: PayPeriod) -> &'static str {
    match period {
        PayPeriod::Hour => "an hour",
        PayPeriod::Day => "a day",
        PayPeriod::Week => "a week",
        PayPeriod::Month => "a month",
        PayPeriod::Year => "a year",
    }
}

/// `P3M` as "3 months"; what is less plain stays as it is.
fn period_words(iso: &str) -> String {
    let plain = iso.strip_prefix('P').and_then(|rest| {
        let unit = rest.chars().next_back()?;
        let number = rest.strip_suffix(unit)?;
        let noun = match unit {
            'D' => "day",
            'W' => "week",
            'M' => "month",
            'Y' => "year",
            _ => return None,
        };
        let n: u32 = number.parse().ok()?;
        Some(format!("{n} {noun}{}", if n == 1 { "" } else { "s" }))
    });
    plain.unwrap_or_else(|| iso.to_owned())
}

fn listed(items: &[&str], joint: &str) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [head @ .., last] => format!("{} {joint} {last}", head.join(", ")),
    }
}

/// A number with at most two decimals.
fn shown(n: f64) -> String {
    let rounded = format!("{:.2}", two_decimals(n));
    let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
    if rounded == "-0" { "0".to_owned() } else { rounded.to_owned() }
}

/// The words in quotes, on one line, shortened, with no quote of their own that could close ours.
fn quoted(words: &str) -> String {
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let safe: String =
        line.chars().filter(|c| !c.is_control()).map(|c| if matches!(c, '"' | '“' | '”' | '„') { '\'' } else { c }).collect();
    let mut short: String = safe.chars().take(QUOTED).collect();
    if short.len() < safe.len() {
        short = safe.chars().take(QUOTED - 1).collect::<String>().trim_end().to_owned() + "…";
    }
    format!("\"{short}\"")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::prescreen::scoring::score;
    use serde_json::{Value, json};

    fn question(text: &str, kind: &str, weight: f64, rule: &Value) -> Question {
        serde_json::from_value(json!({"id": uuid::Uuid::nil(), "question_order": 4, "text": text, "kind": kind, "required": true, "weight": weight, "must_have": false, "rule": rule})).unwrap()
    }

    fn said(q: &Question, words: &str, value: &AnswerValue) -> String {
        reason(q, words, Some(words), Some(value), Some(&score(q, value)), AnswerState::Read)
    }

    #[test]
    fn a_reason_explains_the_points() {
        let money = |amount, c: Option<&str>| AnswerValue::Money { amount, currency: c.map(str::to_owned), period: None };
        let rust = question("How many years of experience do you have with Rust?", "number", 3.0, &json!({"min": 3.0}));
        let pay = question("What is your expected salary?", "money", 2.0, &json!({"max": 60000.0, "currency": "EUR"}));
        let stack = question("Which databases did you use?", "text", 2.0, &json!({"keywords": [{"term": "SQLite"}, {"term": "Postgres"}]}));
        let start = question("When could you start?", "duration", 1.0, &json!({"max": "P3M"}));
        for (have, want) in [
            (said(&rust, "about five yrs", &AnswerValue::Number(5.0)), r#"Rust 3 of 3: you wrote "about five yrs", rule: at least 3"#),
            (said(&rust, "one", &AnswerValue::Number(1.0)), r#"Rust 1 of 3: you wrote "one", rule: at least 3"#),
            (
                said(&pay, "80k", &money(80000.0, None)),
                r#"Expected salary 1.5 of 2: you wrote "80k", rule: at most 60000 EUR a year; euros a year assumed"#,
            ),
            (
                said(&pay, "$80k", &money(80000.0, Some("USD"))),
                r#"Expected salary: you wrote "$80k", rule: at most 60000 EUR a year; not scored, said in USD and the rule is in EUR"#,
            ),
            (
                said(&stack, "SQLite", &AnswerValue::Text("SQLite".into())),
                r#"Databases 1 of 2: you wrote "SQLite", rule: names SQLite or Postgres; found: SQLite; not found: Postgres"#,
            ),
            (
                said(&start, "in 6 months", &AnswerValue::Duration("P6M".into())),
                r#"Start 0.5 of 1: you wrote "in 6 months", rule: at most 3 months"#,
            ),
            (reason(&rust, "x", None, None, None, AnswerState::Skipped), "Rust 0 of 3: skipped, counts 0"),
            (
                reason(&rust, "dunno \"x\"", None, None, None, AnswerState::Unread),
                r#"Rust: you wrote "dunno 'x'", could not be read, kept as written; a person reads it"#,
            ),
        ] {
            assert_eq!(have, want);
        }
        for (have, want) in [
            (
                corrected(&rust, "since my \"studies\"", "Ada", &AnswerValue::Number(5.0), &score(&rust, &AnswerValue::Number(5.0))),
                r#"Rust 3 of 3: you wrote "since my 'studies'", Ada read it as 5, rule: at least 3"#,
            ),
            (
                corrected(&rust, "", "Ada", &AnswerValue::Number(1.5), &score(&rust, &AnswerValue::Number(1.5))),
                "Rust 1.5 of 3: Ada noted 1.5, rule: at least 3",
            ),
            (
                corrected(&pay, "80k francs", "Ada", &money(80000.0, Some("CHF")), &score(&pay, &money(80000.0, Some("CHF")))),
                r#"Expected salary: you wrote "80k francs", Ada read it as 80000 CHF, rule: at most 60000 EUR a year; not scored, said in CHF and the rule is in EUR"#,
            ),
        ] {
            assert_eq!(have, want);
        }
        let optional = Question { required: false, ..rust.clone() };
        assert_eq!(reason(&optional, "", None, None, None, AnswerState::Skipped), "Rust: skipped, leaves the score");
        let free = Question { rule: None, ..rust };
        assert!(said(&free, "5", &AnswerValue::Number(5.0)).ends_with("not scored, there is no rule"));
    }

    #[test]
    fn long_words_are_shortened_between_characters() {
        let long = quoted(&"é".repeat(500));
        assert_eq!(long.chars().count(), QUOTED + 2);
        assert!(long.ends_with("…\""));
        assert_eq!(quoted("a\nb\t“c”"), "\"a b 'c'\"");
    }
}
