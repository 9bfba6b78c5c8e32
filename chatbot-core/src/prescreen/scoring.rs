//! From a value to points: one formula a kind, the same bits for the same input.

pub(super) mod keywords;

use crate::recruiting::answer::{AnswerState, AnswerValue};
use crate::recruiting::question::{Kind, Limit, Pass, PayPeriod, Question, Rule};
use keywords::Found;

/// A month in days, for comparing lengths of time.
const MONTH_DAYS: f64 = 30.44;

/// What a value is worth.
#[derive(Debug, Clone, PartialEq)]
pub enum Score {
    /// In `[0, 1]`.
    Points(f64),
    /// No points, and why.
    NotScored(NotScored),
}

impl Score {
    /// The points, where there are any.
    pub fn points(&self) -> Option<f64> {
        match self {
            Self::Points(p) => Some(*p),
            Self::NotScored(_) => None,
        }
    }
}

/// Why a value has no points.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotScored {
    /// The question has no rule, or none for its kind.
    NoRule,
    /// Said in another currency than the rule's; rates are nobody's to guess.
    OtherCurrency {
        /// The candidate's.
        said: String,
        /// The rule's.
        rule: String,
    },
    /// The value isn't of the question's kind, or not a number at all.
    NotComparable,
}

/// One question's part in a job's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The question's weight.
    pub weight: f64,
    /// Whether it is required.
    pub required: bool,
    /// How its answer stands.
    pub state: AnswerState,
    /// The answer's score; none when not scored.
    pub score: Option<f64>,
}

/// Scores a value by the question's rule.
pub fn score(question: &Question, value: &AnswerValue) -> Score {
    let Some(rule) = &question.rule else { return Score::NotScored(NotScored::NoRule) };
    match points(question, rule, value) {
        Ok(p) if p.is_nan() => Score::NotScored(NotScored::NotComparable),
        Ok(p) => Score::Points(p.clamp(0.0, 1.0)),
        Err(why) => Score::NotScored(why),
    }
}

fn points(question: &Question, rule: &Rule, value: &AnswerValue) -> Result<f64, NotScored> {
    match (question.kind, value) {
        (Kind::YesNo, AnswerValue::YesNo(said)) => rule.expected.map(|wanted| one_if(wanted == *said)).ok_or(NotScored::NoRule),
        (Kind::Number, AnswerValue::Number(n)) => number(*n, rule),
        (Kind::Duration, AnswerValue::Duration(said)) => duration(said, rule),
        (Kind::Money, AnswerValue::Money { amount, currency, period }) => money(*amount, currency.as_deref(), *period, rule),
        (Kind::Date, AnswerValue::Date(day)) => rule.before.map(|before| one_if(*day <= before)).ok_or(NotScored::NoRule),
        (Kind::Choice, AnswerValue::Choice(one)) => {
            let accept = rule.accept.as_ref().ok_or(NotScored::NoRule)?;
            Ok(if question.multiple { several(std::slice::from_ref(one), accept) } else { one_if(accept.contains(one)) })
        }
        (Kind::Choice, AnswerValue::Choices(chosen)) => {
            let accept = rule.accept.as_ref().ok_or(NotScored::NoRule)?;
            Ok(several(chosen, accept))
        }
        (Kind::Text, AnswerValue::Text(text)) => {
            let list = rule.keywords.as_ref().filter(|k| !k.is_empty()).ok_or(NotScored::NoRule)?;
            let found = keywords::look(text, list);
            // Added up from 0.0: the `sum` of no floats at all is -0.0.
            let weight = |only: Option<Found>| {
                list.iter().zip(&found).filter(|(_, f)| only.is_none_or(|o| o == **f)).fold(0.0, |sum, (k, _)| sum + sane(k.weight))
            };
            let all = weight(None);
            if all > 0.0 { Ok(weight(Some(Found::Yes)) / all) } else { Err(NotScored::NoRule) }
        }
        _ => Err(NotScored::NotComparable),
    }
}

fn one_if(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// A weight as it counts: never negative, never without end.
fn sane(weight: f64) -> f64 {
    if weight.is_finite() && weight > 0.0 { weight } else { 0.0 }
}

fn number(n: f64, rule: &Rule) -> Result<f64, NotScored> {
    if !n.is_finite() {
        return Err(NotScored::NotComparable);
    }
    let (min, max) = (rule.min.filter(|m| m.is_finite()), rule.max_number().filter(|m| m.is_finite()));
    match (min, max) {
        (None, None) => Err(NotScored::NoRule),
        (Some(min), _) if n < min => Ok(share(n, min)),
        (_, Some(max)) if n > max => Ok(share(max, n)),
        _ => Ok(1.0),
    }
}

/// The smaller over the larger; nothing where there is no sensible share.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 && part > 0.0 { part / whole } else { 0.0 }
}

fn duration(said: &str, rule: &Rule) -> Result<f64, NotScored> {
    let Some(Limit::Period(limit)) = &rule.max else { return Err(NotScored::NoRule) };
    let max = days(limit).ok_or(NotScored::NoRule)?;
    let said = days(said).ok_or(NotScored::NotComparable)?;
    // Three months and 91 days are the same promise.
    if said <= max || said - max < 1.0 { Ok(1.0) } else { Ok(share(max, said)) }
}

/// An ISO 8601 duration in days.
pub(super) fn days(iso: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut digits = String::new();
    let mut parts = 0;
    let mut clock = false;
    for c in iso.strip_prefix('P')?.chars() {
        if c.is_ascii_digit() || c == '.' {
            digits.push(c);
            continue;
        }
        if c == 'T' && digits.is_empty() && !clock {
            clock = true;
            continue;
        }
        let n: f64 = digits.parse().ok()?;
        digits.clear();
        parts += 1;
        total += n * match (c, clock) {
            ('Y', false) => 12.0 * MONTH_DAYS,
            ('M', false) => MONTH_DAYS,
            ('W', false) => 7.0,
            ('D', false) => 1.0,
            ('H', true) => 1.0 / 24.0,
            ('M', true) => 1.0 / 1440.0,
            ('S', true) => 1.0 / 86_400.0,
            _ => return None,
        };
    }
    (parts > 0 && digits.is_empty() && total.is_finite()).then_some(total)
}

fn money(amount: f64, currency: Option<&str>, period: Option<PayPeriod>, rule: &Rule) -> Result<f64, NotScored> {
    let max = rule.max_number().filter(|m| m.is_finite()).ok_or(NotScored::NoRule)?;
    if let (Some(said), Some(wanted)) = (currency, rule.currency.as_deref())
        && !said.eq_ignore_ascii_case(wanted)
    {
        return Err(NotScored::OtherCurrency { said: said.to_uppercase(), rule: wanted.to_uppercase() });
    }
    if !amount.is_finite() {
        return Err(NotScored::NotComparable);
    }
    let rule_period = rule.period.unwrap_or(PayPeriod::Year);
    let said_period = period.unwrap_or(rule_period);
    // One period on both sides compares as written, without a round trip through the year.
    let (said, limit) =
        if said_period == rule_period { (amount, max) } else { (amount * said_period.per_year(), max * rule_period.per_year()) };
    if said <= limit { Ok(1.0) } else { Ok(share(limit, said)) }
}

/// Accepted ones chosen, of all accepted.
fn several(chosen: &[String], accept: &[String]) -> f64 {
    if accept.is_empty() {
        return 0.0;
    }
    accept.iter().filter(|a| chosen.contains(a)).count() as f64 / accept.len() as f64
}

/// Whether a must-have is passed; `None` for other questions and where nothing was scored.
pub fn passed(question: &Question, value: &AnswerValue, score: &Score) -> Option<bool> {
    if !question.must_have {
        return None;
    }
    let points = score.points()?;
    let any = question.rule.as_ref().and_then(|r| r.pass).unwrap_or_default() == Pass::Any;
    let parts =
        matches!(value, AnswerValue::Text(_) | AnswerValue::Choices(_)) || (question.multiple && matches!(value, AnswerValue::Choice(_)));
    // A keyword of weight 0 is found too: presence decides, not points.
    if parts && any { Some(points > 0.0 || any_keyword(question, value)) } else { Some(points >= 1.0) }
}

fn any_keyword(question: &Question, value: &AnswerValue) -> bool {
    let (AnswerValue::Text(text), Some(list)) = (value, question.rule.as_ref().and_then(|r| r.keywords.as_ref())) else { return false };
    keywords::look(text, list).contains(&Found::Yes)
}

/// A job's score in `[0, 100]` to two decimals; `None` if nothing was scored.
pub fn job_score(items: impl Iterator<Item = Scored>) -> Option<f64> {
    let (mut got, mut full) = (0.0, 0.0);
    for item in items {
        let points = match item.state {
            AnswerState::Skipped if item.required => Some(0.0),
            AnswerState::Skipped => None,
            _ => item.score.filter(|s| !s.is_nan()),
        };
        let (Some(points), weight) = (points, sane(item.weight)) else { continue };
        got += weight * points.clamp(0.0, 1.0);
        full += weight;
    }
    let share = got / full;
    (full > 0.0 && full.is_finite() && share.is_finite()).then(|| two_decimals(100.0 * share).clamp(0.0, 100.0))
}

/// Rounds half away from zero at the second decimal, as written: 66.665 becomes 66.67.
///
/// The nearest double to 66.665 lies below it, so the rounding looks at the shortest decimal form
/// of the number (to 10 places, which drops the dust of a sum) and not at its bits.
pub fn two_decimals(n: f64) -> f64 {
    if !n.is_finite() || n.abs() >= 1e12 {
        return if n.is_finite() { n } else { 0.0 };
    }
    let thousand_millionths = (n.abs() * 1e10).round() / 1e7; // n in thousandths, dust dropped
    let hundredths = ((thousand_millionths + 5.0) / 10.0 + 1e-9).floor();
    (hundredths / 100.0).copysign(n) + 0.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::float_cmp, reason = "tests may")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn question(kind: &str, rule: &Value) -> Question {
        serde_json::from_value(json!({"id": uuid::Uuid::nil(), "question_order": 1, "text": "?", "kind": kind, "required": true, "weight": 1.0, "must_have": true, "rule": rule})).unwrap()
    }

    fn near(score: &Score, want: f64) -> bool {
        score.points().is_some_and(|p| (p - want).abs() < 1e-9)
    }

    #[test]
    fn each_kind_has_its_formula() {
        let m =
            |amount: f64, c: Option<&str>, p: Option<PayPeriod>| AnswerValue::Money { amount, currency: c.map(str::to_owned), period: p };
        let d = |s: &str| AnswerValue::Duration(s.into());
        let n = AnswerValue::Number;
        for (kind, rule, value, want) in [
            ("yes_no", json!({"expected": true}), AnswerValue::YesNo(true), 1.0),
            ("yes_no", json!({"expected": false}), AnswerValue::YesNo(true), 0.0),
            ("number", json!({"min": 4.0}), n(3.0), 0.75),
            ("number", json!({"min": 4.0}), n(9.0), 1.0),
            ("number", json!({"min": 0.0}), n(-1.0), 0.0),
            ("number", json!({"min": 0.0}), n(0.0), 1.0),
            ("number", json!({"max": 10.0}), n(20.0), 0.5),
            ("number", json!({"max": 0.0}), n(20.0), 0.0),
            ("number", json!({"min": 2.0, "max": 4.0}), n(3.0), 1.0),
            ("duration", json!({"max": "P3M"}), d("P91D"), 1.0),
            ("duration", json!({"max": "P3M"}), d("P92D"), 1.0),
            ("duration", json!({"max": "P3M"}), d("P6M"), 0.5),
            ("duration", json!({"max": "P1Y"}), d("P12M"), 1.0),
            ("duration", json!({"max": "P2W"}), d("P28D"), 0.5),
            ("money", json!({"max": 60000.0, "currency": "EUR"}), m(5000.0, Some("EUR"), Some(PayPeriod::Month)), 1.0),
            ("money", json!({"max": 60000.0, "currency": "EUR"}), m(80000.0, None, None), 0.75),
            ("money", json!({"max": 20.0, "currency": "EUR", "period": "hour"}), m(41600.0, Some("eur"), Some(PayPeriod::Year)), 1.0),
            ("money", json!({"max": 60000.0}), m(60000.0, Some("USD"), None), 1.0),
            ("date", json!({"before": "2026-03-01"}), AnswerValue::Date("2026-03-01".parse().unwrap()), 1.0),
            ("date", json!({"before": "2026-03-01"}), AnswerValue::Date("2026-03-02".parse().unwrap()), 0.0),
            ("choice", json!({"accept": ["a", "b"]}), AnswerValue::Choice("b".into()), 1.0),
            ("choice", json!({"accept": ["a", "b"]}), AnswerValue::Choice("c".into()), 0.0),
            ("choice", json!({"accept": ["a", "b"]}), AnswerValue::Choices(vec!["a".into(), "c".into()]), 0.5),
            ("choice", json!({"accept": ["a"]}), AnswerValue::Choices(vec![]), 0.0),
            (
                "text",
                json!({"keywords": [{"term": "Rust", "weight": 3.0}, {"term": "SQL"}]}),
                AnswerValue::Text("I write rust".into()),
                0.75,
            ),
        ] {
            let got = score(&question(kind, &rule), &value);
            assert!(near(&got, want), "{kind} {rule} {value:?}: {got:?}, not {want}");
        }
    }

    #[test]
    fn no_points_are_zero_without_a_sign() {
        for (kind, rule, value) in [
            ("text", json!({"keywords": [{"term": "Rust", "weight": 3.0}, {"term": "SQL"}]}), AnswerValue::Text("I bake bread".into())),
            ("text", json!({"keywords": [{"term": "Rust"}]}), AnswerValue::Text("no rust".into())),
            ("number", json!({"min": 0.0}), AnswerValue::Number(-1.0)),
            ("choice", json!({"accept": ["a"]}), AnswerValue::Choices(vec![])),
            ("yes_no", json!({"expected": true}), AnswerValue::YesNo(false)),
        ] {
            let points = score(&question(kind, &rule), &value).points().unwrap();
            assert!(points.is_sign_positive(), "{kind} {value:?}");
            assert_eq!(points.to_string(), "0", "{kind} {value:?}");
            let item = Scored { weight: 1.0, required: true, state: AnswerState::Read, score: Some(points) };
            assert!(job_score(std::iter::once(item)).unwrap().is_sign_positive(), "{kind} {value:?}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_not_scored() {
        let mut q = question("money", &json!({"max": 1.0, "currency": "EUR"}));
        let usd = AnswerValue::Money { amount: 1.0, currency: Some("USD".into()), period: None };
        assert_eq!(score(&q, &usd), Score::NotScored(NotScored::OtherCurrency { said: "USD".into(), rule: "EUR".into() }));
        assert_eq!(passed(&q, &usd, &score(&q, &usd)), None);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(
                score(&q, &AnswerValue::Money { amount: bad, currency: None, period: None }),
                Score::NotScored(NotScored::NotComparable)
            );
            assert_eq!(
                job_score(std::iter::once(Scored { weight: bad, required: true, state: AnswerState::Read, score: Some(bad) })),
                None
            );
        }
        assert_eq!(
            score(&question("duration", &json!({"max": "P3M"})), &AnswerValue::Duration("P".into())),
            Score::NotScored(NotScored::NotComparable)
        );
        q.rule = None;
        assert_eq!(score(&q, &usd), Score::NotScored(NotScored::NoRule));
        assert_eq!(score(&question("number", &json!({})), &AnswerValue::Number(1.0)), Score::NotScored(NotScored::NoRule));
    }

    #[test]
    fn a_must_have_passes_at_one_and_lists_by_their_rule() {
        let any = question("text", &json!({"keywords": [{"term": "Rust"}, {"term": "SQL"}]}));
        let all = question("text", &json!({"keywords": [{"term": "Rust"}, {"term": "SQL"}], "pass": "all"}));
        let text = AnswerValue::Text("rust".into());
        assert_eq!(passed(&any, &text, &score(&any, &text)), Some(true));
        assert_eq!(passed(&all, &text, &score(&all, &text)), Some(false));
        let q = question("number", &json!({"min": 3.0}));
        for (n, want) in [(3.0, true), (2.99, false)] {
            let v = AnswerValue::Number(n);
            assert_eq!(passed(&q, &v, &score(&q, &v)), Some(want));
        }
    }

    #[test]
    fn the_job_score_weighs_what_was_scored() {
        use AnswerState::{Read, Skipped, Unread};
        let item = |weight, required, state, score| Scored { weight, required, state, score };
        for (items, want) in [
            (vec![], None),
            (vec![item(3.0, true, Read, Some(1.0)), item(1.0, true, Read, Some(0.0))], Some(75.0)),
            (vec![item(3.0, true, Read, Some(1.0)), item(1.0, false, Skipped, None)], Some(100.0)),
            (vec![item(3.0, true, Read, Some(1.0)), item(1.0, true, Skipped, None)], Some(75.0)),
            (vec![item(3.0, true, Unread, None)], None),
            (vec![item(1.0, true, Skipped, None)], Some(0.0)),
            (vec![item(2.0, true, Read, Some(1.0)), item(1.0, true, Read, Some(0.0))], Some(66.67)),
            (vec![item(0.0, true, Read, Some(1.0))], None),
        ] {
            assert_eq!(job_score(items.clone().into_iter()), want, "{items:?}");
        }
        for (n, want) in [
            (66.665, 66.67),
            (1.005, 1.01),
            (66.664_999, 66.66),
            (0.0, 0.0),
            (99.995, 100.0),
            (12.5, 12.5),
            (-66.665, -66.67),
            (33.333_333_333, 33.33),
            (2.675, 2.68),
        ] {
            assert_eq!(two_decimals(n), want, "{n}");
        }
    }
}
