//! A value that a person read: of the question's shape, scored by the same rules, explained as theirs.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{receipt, scoring};
use crate::recruiting::{Answer, AnswerState, AnswerValue, Kind, PayPeriod, Question, Refusal};

/// The longest text a person may note.
const MAX_TEXT: usize = 4_000;
/// Beyond this nobody counts, and sums lose their last digits.
const MAX_NUMBER: f64 = 1e12;

/// Reads a value as the API takes it; what is of another shape is refused with an example of the question's own.
pub fn read_value(question: &Question, value: &Value) -> Result<AnswerValue, Refusal> {
    let refuse = |problem: String| Refusal::invalid("value", problem, example(question));
    match question.kind {
        Kind::YesNo => value.as_bool().map(AnswerValue::YesNo).ok_or_else(|| refuse("should be true or false".into())),
        Kind::Number => number(value).map(AnswerValue::Number).ok_or_else(|| refuse("should be a number".into())),
        Kind::Choice => choice(question, value).ok_or_else(|| refuse(options(question))),
        Kind::Duration => value
            .as_str()
            .and_then(period)
            .map(AnswerValue::Duration)
            .ok_or_else(|| refuse("should be a length of time in days, weeks, months or years, as ISO 8601 writes it".into())),
        Kind::Date => value
            .as_str()
            .filter(|text| text.len() == 10)
            .and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
            .map(AnswerValue::Date)
            .ok_or_else(|| refuse("should be a day, YYYY-MM-DD".into())),
        Kind::Money => money(question, value),
        Kind::Text => value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty() && text.chars().count() <= MAX_TEXT)
            .map(|text| AnswerValue::Text(text.to_owned()))
            .ok_or_else(|| refuse(format!("should be text of 1 to {MAX_TEXT} characters"))),
    }
}

/// The answer as it stands once `by` has read it so, and its score. The candidate's words stay.
pub fn correct(
    question: &Question,
    before: Option<&Answer>,
    value: &AnswerValue,
    by: &str,
    now: DateTime<Utc>,
) -> (Answer, scoring::Score) {
    let score = scoring::score(question, value);
    let words = before.map(|a| a.answer_text.clone()).unwrap_or_default();
    let answer = Answer {
        question_id: question.id,
        value: value.to_json(),
        score: score.points(),
        passed: scoring::passed(question, value, &score),
        reason: receipt::corrected(question, &words, by, value, &score),
        // What the words say is now a person's to say.
        evidence: None,
        state: AnswerState::Corrected,
        answered_at: before.map_or(now, |a| a.answered_at),
        answer_text: words,
    };
    (answer, score)
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|n| n.is_finite() && n.abs() <= MAX_NUMBER)
}

fn options(question: &Question) -> String {
    let values: Vec<String> = question.options.iter().map(|o| format!("`{}`", o.value)).collect();
    let shape = if question.multiple { "an array of one or more of" } else { "one of" };
    format!("should be {shape} {}", values.join(", "))
}

fn choice(question: &Question, value: &Value) -> Option<AnswerValue> {
    let known = |v: &str| question.options.iter().any(|o| o.value == v);
    if !question.multiple {
        return value.as_str().filter(|v| known(v)).map(|v| AnswerValue::Choice(v.to_owned()));
    }
    let chosen: Vec<&str> = value.as_array()?.iter().map(|v| v.as_str().filter(|v| known(v))).collect::<Option<_>>()?;
    // In the order of the options, once each, as a reading gives them.
    let list: Vec<String> = question.options.iter().filter(|o| chosen.contains(&o.value.as_str())).map(|o| o.value.clone()).collect();
    (!list.is_empty()).then_some(AnswerValue::Choices(list))
}

/// `P…D`, `P…M`, `P…Y` as they are; weeks as days.
fn period(text: &str) -> Option<String> {
    let inner = text.strip_prefix('P')?;
    let digits = inner.get(..inner.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u32 = digits.parse().ok()?;
    match inner.chars().next_back()? {
        unit @ ('D' | 'M' | 'Y') => Some(format!("P{n}{unit}")),
        'W' => Some(format!("P{}D", n * 7)),
        _ => None,
    }
}

fn money(question: &Question, value: &Value) -> Result<AnswerValue, Refusal> {
    let refuse = |field: &str, problem: &str| Err(Refusal::invalid(field, problem, example(question)));
    let Some(map) = value.as_object() else { return refuse("value", "should be an object with an amount") };
    if let Some(key) = map.keys().find(|key| !matches!(key.as_str(), "amount" | "currency" | "period")) {
        let key: String = key.chars().take(40).collect();
        return refuse(&format!("value.{key}"), "is not a field of an amount of money");
    }
    let Some(amount) = map.get("amount").and_then(number).filter(|n| *n >= 0.0) else {
        return refuse("value.amount", "should be a number, 0 or more");
    };
    let currency = match map.get("currency") {
        None | Some(Value::Null) => None,
        Some(Value::String(code)) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => Some(code.clone()),
        Some(_) => return refuse("value.currency", "should be a currency's three letters, as ISO 4217 writes them"),
    };
    let period = match map.get("period") {
        None | Some(Value::Null) => None,
        Some(period) => match serde_json::from_value::<PayPeriod>(period.clone()) {
            Ok(period) => Some(period),
            Err(_) => return refuse("value.period", "should be `hour`, `day`, `week`, `month` or `year`"),
        },
    };
    Ok(AnswerValue::Money { amount, currency, period })
}

/// A value of the shape that is wanted.
fn example(question: &Question) -> Value {
    let option = question.options.first().map_or("remote", |o| o.value.as_str());
    match question.kind {
        Kind::YesNo => json!(true),
        Kind::Number => json!(5),
        Kind::Choice if question.multiple => json!([option]),
        Kind::Choice => json!(option),
        Kind::Duration => json!("P3M"),
        Kind::Date => json!("2027-03-01"),
        Kind::Money => json!({"amount": 85_000, "currency": "EUR", "period": "year"}),
        Kind::Text => json!("PostgreSQL and SQLite"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::clock::RandomIds;
    use crate::recruiting::ChoiceOption;
    use crate::testing::fixtures;

    fn question(kind: Kind, multiple: bool) -> Question {
        let option = |value: &str| ChoiceOption { value: value.into(), label: None, aliases: vec!["home".into()] };
        Question { multiple, options: vec![option("remote"), option("onsite")], ..fixtures::question(&RandomIds, 1, kind, "What is it?") }
    }

    #[test]
    fn values_of_the_right_shape_are_stored_as_a_reading_would_store_them() {
        for (kind, multiple, sent, stored) in [
            (Kind::YesNo, false, json!(false), json!(false)),
            (Kind::Number, false, json!(2.5), json!(2.5)),
            (Kind::Choice, false, json!("onsite"), json!("onsite")),
            (Kind::Choice, true, json!(["onsite", "remote", "onsite"]), json!(["remote", "onsite"])),
            (Kind::Duration, false, json!("P03M"), json!("P3M")),
            (Kind::Duration, false, json!("P2W"), json!("P14D")),
            (Kind::Date, false, json!("2028-02-29"), json!("2028-02-29")),
            (Kind::Money, false, json!({"amount": 70000}), json!({"amount": 70000})),
            (
                Kind::Money,
                false,
                json!({"amount": 5.5, "currency": "EUR", "period": "hour"}),
                json!({"amount": 5.5, "currency": "EUR", "period": "hour"}),
            ),
            (Kind::Text, false, json!(" psql "), json!("psql")),
        ] {
            let q = question(kind, multiple);
            assert_eq!(read_value(&q, &sent).unwrap().to_json(), stored, "{kind:?} {sent}");
            assert_eq!(read_value(&q, &example(&q)).unwrap().to_json(), example(&q), "the example is right itself");
        }
    }

    #[test]
    fn values_of_another_shape_are_refused_by_field() {
        for (kind, multiple, sent, field) in [
            (Kind::YesNo, false, json!("yes"), "value"),
            (Kind::YesNo, false, Value::Null, "value"),
            (Kind::Number, false, json!("5"), "value"),
            (Kind::Number, false, json!(1e300), "value"),
            (Kind::Choice, false, json!("home"), "value"),
            (Kind::Choice, false, json!(["remote"]), "value"),
            (Kind::Choice, true, json!("remote"), "value"),
            (Kind::Choice, true, json!([]), "value"),
            (Kind::Choice, true, json!(["remote", "moon"]), "value"),
            (Kind::Duration, false, json!("3 months"), "value"),
            (Kind::Duration, false, json!("P"), "value"),
            (Kind::Duration, false, json!("PM"), "value"),
            (Kind::Duration, false, json!("P1.5M"), "value"),
            (Kind::Duration, false, json!("P1Y2M"), "value"),
            (Kind::Duration, false, json!("Pé"), "value"),
            (Kind::Date, false, json!("2027-02-29"), "value"),
            (Kind::Date, false, json!("1.3.2027"), "value"),
            (Kind::Money, false, json!(85000), "value"),
            (Kind::Money, false, json!({"currency": "EUR"}), "value.amount"),
            (Kind::Money, false, json!({"amount": -1}), "value.amount"),
            (Kind::Money, false, json!({"amount": 1, "currency": "€"}), "value.currency"),
            (Kind::Money, false, json!({"amount": 1, "period": "decade"}), "value.period"),
            (Kind::Money, false, json!({"amount": 1, "per": "year"}), "value.per"),
            (Kind::Text, false, json!("  "), "value"),
            (Kind::Text, false, json!("x".repeat(4_001)), "value"),
        ] {
            match read_value(&question(kind, multiple), &sent) {
                Err(Refusal::Invalid { field: named, .. }) => assert_eq!(named, field, "{kind:?} {sent}"),
                other => panic!("{kind:?} {sent}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_words_stay_and_the_points_are_the_rules() {
        let job = fixtures::job(&RandomIds, DateTime::UNIX_EPOCH);
        let q = &job.questions[0];
        let (noted, score) = correct(q, None, &AnswerValue::Number(1.0), "Ada", DateTime::UNIX_EPOCH);
        assert_eq!((noted.answer_text.as_str(), noted.passed, noted.score), ("", Some(false), score.points()));
        let unread = Answer { answer_text: "since my studies".into(), state: AnswerState::Unread, ..noted };
        let (read, _) = correct(q, Some(&unread), &AnswerValue::Number(5.0), "Ada", DateTime::UNIX_EPOCH);
        assert_eq!((read.answer_text.as_str(), read.score, read.passed), ("since my studies", Some(1.0), Some(true)));
        assert_eq!(read.state, AnswerState::Corrected);
        assert!(read.reason.contains("Ada read it as 5"), "{}", read.reason);
    }
}
