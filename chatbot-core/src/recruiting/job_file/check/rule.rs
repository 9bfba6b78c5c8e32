//! Rules: the keys a kind takes, and values that can be kept.

use super::{Checked, number, same, text};
use crate::recruiting::job_file::QuestionFile;
use crate::recruiting::job_file::document::DocumentError;
use crate::recruiting::question::{Keyword, Kind, Limit, Rule};

const MOST_KEYWORDS: usize = 100;
const LARGEST: f64 = 1e12;

/// The keys each kind's rule takes.
fn known(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::YesNo => &["expected"],
        Kind::Number => &["min", "max", "unit"],
        Kind::Choice => &["accept", "pass"],
        Kind::Duration => &["max"],
        Kind::Date => &["before"],
        Kind::Money => &["max", "currency", "period"],
        Kind::Text => &["keywords", "pass"],
    }
}

/// A rule that fits the kind.
pub(super) fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::YesNo => "rule: {expected: true}",
        Kind::Number => "rule: {min: 3, unit: years}",
        Kind::Choice => "rule: {accept: [remote, hybrid]}",
        Kind::Duration => "rule: {max: P3M}",
        Kind::Date => "rule: {before: 2028-03-01}",
        Kind::Money => "rule: {max: 85000, currency: EUR, period: year}",
        Kind::Text => "rule: {keywords: [{term: postgresql, weight: 2}, {term: sqlite}]}",
    }
}

pub(super) fn check(q: &QuestionFile, rule: &Rule, path: &str) -> Checked {
    let wrong = |key: &str, problem: String| Err(DocumentError::new(format!("{path}.{key}"), problem).example(example(q.kind)));
    let given = [
        ("expected", rule.expected.is_some()),
        ("min", rule.min.is_some()),
        ("max", rule.max.is_some()),
        ("unit", rule.unit.is_some()),
        ("accept", rule.accept.is_some()),
        ("currency", rule.currency.is_some()),
        ("period", rule.period.is_some()),
        ("before", rule.before.is_some()),
        ("keywords", rule.keywords.is_some()),
        ("pass", rule.pass.is_some()),
    ];
    for (key, is_given) in given {
        if is_given && !known(q.kind).contains(&key) {
            return wrong(key, format!("a rule of kind {} takes {}, not {key}", q.kind.as_str(), known(q.kind).join(", ")));
        }
    }
    let scores = match q.kind {
        Kind::YesNo => rule.expected.is_some(),
        Kind::Number => rule.min.is_some() || rule.max.is_some(),
        Kind::Choice => rule.accept.is_some(),
        Kind::Duration | Kind::Money => rule.max.is_some(),
        Kind::Date => rule.before.is_some(),
        Kind::Text => rule.keywords.is_some(),
    };
    // `rule: {unit: years}` alone is a reading aid and scores nothing.
    let reads_only = !q.must_have && (rule.unit.is_some() || rule.currency.is_some() || rule.period.is_some());
    if !scores && !reads_only {
        return Err(DocumentError::new(path, format!("says nothing to score a {} by", q.kind.as_str())).example(example(q.kind)));
    }
    limits(q, rule, path)?;
    if let Some(unit) = &rule.unit {
        text(&format!("{path}.unit"), unit, 50)?;
    }
    if let Some(currency) = &rule.currency
        && !(currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return wrong("currency", format!("\"{currency}\" is not a currency's three capital letters (ISO 4217)"));
    }
    if rule.pass.is_some() && q.kind == Kind::Choice && !q.multiple {
        return wrong("pass", "counts several choices; this question takes one (multiple: true is missing)".into());
    }
    if let Some(accept) = &rule.accept {
        if accept.is_empty() {
            return wrong("accept", "is empty: nothing would score".into());
        }
        for (i, value) in accept.iter().enumerate() {
            if !q.options.iter().any(|o| o.value == *value) {
                let options: Vec<_> = q.options.iter().map(|o| o.value.as_str()).collect();
                return wrong(&format!("accept[{i}]"), format!("\"{value}\" is not one of the options: {}", options.join(", ")));
            }
            if accept.iter().take(i).any(|v| v == value) {
                return wrong(&format!("accept[{i}]"), format!("\"{value}\" stands here twice"));
            }
        }
    }
    keywords(rule.keywords.as_deref(), path)
}

fn limits(q: &QuestionFile, rule: &Rule, path: &str) -> Checked {
    let max = format!("{path}.max");
    if let Some(min) = rule.min {
        number(&format!("{path}.min"), min, -LARGEST, LARGEST)?;
    }
    let least = if q.kind == Kind::Money { 0.0 } else { -LARGEST };
    match (q.kind, &rule.max) {
        (_, None) => {}
        (Kind::Duration, Some(Limit::Period(p))) => {
            if !is_duration(p) {
                let problem = format!("\"{p}\" is not an ISO 8601 duration of years, months, weeks or days");
                return Err(DocumentError::new(max, problem).example("P3M, P14D, P2W, P1Y"));
            }
        }
        (Kind::Duration, Some(Limit::Number(n))) => {
            return Err(
                DocumentError::new(max, format!("{n} of what? A duration is written as in ISO 8601")).example("P3M, P14D, P2W, P1Y")
            );
        }
        (_, Some(Limit::Number(n))) => number(&max, *n, least, LARGEST)?,
        (kind, Some(Limit::Period(p))) => {
            return Err(DocumentError::new(max, format!("expected a number, found \"{p}\"")).example(example(kind)));
        }
    }
    match (rule.min, rule.max_number()) {
        (Some(min), Some(max_number)) if min > max_number => {
            Err(DocumentError::new(max, format!("{max_number} is below min, {min}: no answer would pass")).example("min: 3, max: 10"))
        }
        _ => Ok(()),
    }
}

/// `P`, then whole numbers of years, months, weeks, days in this order. Hours are no notice period anybody gives.
fn is_duration(iso: &str) -> bool {
    let Some(mut rest) = iso.strip_prefix('P').filter(|r| !r.is_empty()) else { return false };
    for unit in ['Y', 'M', 'W', 'D'] {
        let letters = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = rest.len() - letters.len();
        if let Some(after) = letters.strip_prefix(unit)
            && (1..=6).contains(&digits)
        {
            rest = after;
        }
    }
    rest.is_empty()
}

fn keywords(list: Option<&[Keyword]>, path: &str) -> Checked {
    let Some(list) = list else { return Ok(()) };
    let field = format!("{path}.keywords");
    if list.is_empty() {
        return Err(DocumentError::new(field, "is empty: nothing would score").example(example(Kind::Text)));
    }
    if list.len() > MOST_KEYWORDS {
        return Err(DocumentError::new(field, format!("{} keywords are too many; at most {MOST_KEYWORDS}", list.len())));
    }
    for (i, keyword) in list.iter().enumerate() {
        let at = format!("{field}[{i}]");
        text(&format!("{at}.term"), &keyword.term, 100)?;
        if list.iter().take(i).any(|k| same(&k.term, &keyword.term)) {
            return Err(DocumentError::new(format!("{at}.term"), format!("\"{}\" stands here twice", keyword.term)));
        }
        for (k, alias) in keyword.aliases.iter().enumerate() {
            text(&format!("{at}.aliases[{k}]"), alias, 100)?;
        }
        let heavy = keyword.weight.is_finite() && keyword.weight > 0.0 && keyword.weight <= super::HEAVIEST;
        if !heavy {
            let problem = format!("{} is not above 0 and at most {}", keyword.weight, super::HEAVIEST);
            return Err(DocumentError::new(format!("{at}.weight"), problem).example("weight: 2"));
        }
    }
    Ok(())
}
