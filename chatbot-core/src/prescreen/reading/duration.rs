//! Lengths of time such as a notice period: the longer end of a range, as ISO 8601.

use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;

use super::amounts::{self, Amount, Bound, End, days};
use super::asked::Asked;
use super::discourse;
use super::items::{Items, items};
use super::words::{Sense, Unit};
use super::{AskBack, ReadContext, Reading};

/// "No notice at all", in so many words. They hold whatever else is said, unless it turns them round.
const AT_ONCE: &[&str] = &[
    "immediately",
    "immediate",
    "straight away",
    "straightaway",
    "right away",
    "rightaway",
    "right now",
    "no notice",
    "no notice period",
    "notice none",
    "asap",
    "as soon as possible",
    "unemployed",
    "not employed",
    "between jobs",
    "in between jobs",
    "not working",
    "not currently employed",
    "not currently working",
    "currently not working",
    "currently not employed",
    "don't have a notice period",
    "dont have a notice period",
    "do not have a notice period",
    "don't have any notice period",
    "don't have a notice",
    "without notice",
    "no period",
    "notice free",
    "out of work",
    "at once",
    "sofort",
    "immédiatement",
    "inmediatamente",
    "imediatamente",
    "de inmediato",
    "tout de suite",
    "ab sofort",
    "instantly",
    "zero notice",
    "don't have one",
    "dont have one",
    "do not have one",
    "immediatly",
    "imediately",
    "immediatley",
    "immidiately",
    "immedietly",
    "immediately available",
    "no job",
    "jobless",
    "not in employment",
    "no current employer",
];

/// The same, where nothing but idle words stand beside it.
const AT_ONCE_ALONE: &[&str] = &["now", "none", "zero", "nil", "0", "free", "nothing", "today"];

/// Idle words beside [`AT_ONCE_ALONE`].
const IDLE: &[&str] = &[
    "i'm",
    "im",
    "i",
    "am",
    "have",
    "there",
    "is",
    "no",
    "notice",
    "period",
    "can",
    "start",
    "available",
    "currently",
    "it's",
    "at",
    "all",
    "my",
    "the",
    "of",
    "from",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "to",
    "begin",
    "join",
    "and",
    "completely",
    "i've",
    "ive",
    "got",
    "ready",
    "totally",
    "required",
    "needed",
    "for",
    "me",
];

/// Reads a duration.
pub(super) fn read(question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    let Some(mut items) = items(text, cx.locale) else { return Reading::Unclear };
    if items.has(Sense::Doubt) {
        return Reading::Unclear;
    }
    items.read_m_as_months();
    items.mask(false);
    let asked = Asked::of(question, cx.locale);
    let named = asked.unit.filter(|_| {
        asked.words.iter().any(|w| matches!(w.as_str(), "days" | "weeks" | "months" | "years" | "tagen" | "wochen" | "monaten"))
    });
    let mut found = Vec::new();
    for mut amount in amounts::find(&items) {
        if is_month_end(&items, &amount) {
            continue;
        }
        match amount.low.unit.or(amount.high.and_then(|h| h.unit)) {
            Some(Unit::Hour) => return Reading::Unclear,
            Some(_) => {}
            None => {
                let Some(unit) = named.filter(|_| stands_alone(&items, &amount)) else { return at_once_or_unclear(&items) };
                amount.low.unit = Some(unit);
                amount.high = amount.high.map(|h| End { unit: Some(unit), ..h });
            }
        }
        found.push(amount);
    }
    if found.is_empty() {
        return at_once_or_unclear(&items);
    }
    let found = discourse::settled(&mut items, found);
    let Some(amount) = found.first().copied() else { return Reading::Unclear };
    let iso = iso(amount.high.as_ref().unwrap_or(&amount.low));
    let same = found.iter().all(|a| iso.is_some() && self::iso(a.high.as_ref().unwrap_or(&a.low)) == iso);
    let Some(iso) = iso.filter(|_| same) else { return Reading::Unclear };
    if phrase_at(&items, AT_ONCE).is_some() && iso != "P0D" {
        return Reading::Unclear;
    }
    let longer = phrase_before(&items, &amount, &["longer", "more"]);
    let open = amount.bound == Bound::AtLeast && amount.high.is_none();
    let topped = matches!(items.word(amount.low.last), "tops" | "max" | "maximum" | "at most" | "at the most");
    let below = amount.bound == Bound::AtMost
        && !topped
        && !matches!(
            items.word(amount.first),
            "up to"
                | "upto"
                | "max"
                | "maximum"
                | "at most"
                | "at the most"
                | "no more than"
                | "not more than"
                | "max of"
                | "a maximum of"
                | "maximum of"
                | "within"
                | "not over"
        );
    let stray = items.list.iter().any(|i| {
        matches!(
            i.word.as_str(),
            "ago" | "since" | "until" | "till" | "if" | "previous" | "was" | "used" | "probation" | "or" | "experience" | "weekend"
        )
    }) && !items.list.iter().enumerate().any(|(i, it)| it.word == "or" && (amount.first..amount.last).contains(&i));
    let harmless = |w: &str| {
        matches!(
            w,
            "required" | "need" | "needs" | "left" | "want" | "require" | "requires" | "my" | "we" | "they" | "you" | "next" | "no problem"
        )
    };
    let asks_you = items.list.iter().any(|i| matches!(i.word.as_str(), "your" | "yours"));
    if open
        || below
        || longer
        || stray
        || asks_you
        || discourse::asked(&items, &amount)
        || discourse::endangered(&items, &amount, harmless)
        || !plausible(&amount)
        || amount.rate.is_some()
    {
        return Reading::Unclear;
    }
    if question.must_have
        && let (Some(high), Some(max)) = (amount.high, question.rule.as_ref().and_then(|r| r.max_period()).and_then(period_days))
        && length(&amount.low) <= max
        && length(&high) > max
    {
        let unit_words = items.slice(high.number_last, high.last).trim();
        let low = items.slice(amount.low.first, amount.low.last);
        let low = if amount.low.last == amount.low.number_last && !unit_words.is_empty() {
            format!("{low} {unit_words}")
        } else {
            low.to_owned()
        };
        return Reading::AskBack(AskBack::StraddlesLimit { low, high: items.slice(high.first, high.last).to_owned() });
    }
    Reading::Value { value: AnswerValue::Duration(iso), evidence: items.slice(amount.first, amount.last).to_owned() }
}

/// The second "a month" of "one month to the end of a month".
fn is_month_end(items: &Items<'_>, amount: &Amount) -> bool {
    items.sense(amount.low.first) == Sense::Article
        && (items.word_before(amount.low.first, 1) == "of" && matches!(items.word_before(amount.low.first, 2), "end" | "middle" | "start"))
}

/// A bare number beside which no noun stands: "4", not "4 colleagues".
fn stands_alone(items: &Items<'_>, amount: &Amount) -> bool {
    let idle = |s: Sense| !matches!(s, Sense::Word | Sense::Other | Sense::Number(_) | Sense::Percent | Sense::Slash | Sense::Danger);
    idle(items.sense(amount.last)) && idle(items.before(amount.first, 1))
}

fn phrase_before(items: &Items<'_>, amount: &Amount, words: &[&str]) -> bool {
    (amount.last..items.list.len())
        .any(|i| words.contains(&items.word(i)) && matches!(items.word_before(i, 1), "or" | "maybe" | "possibly" | "probably"))
}

/// Nobody's notice is longer than ten years, or below nothing.
fn plausible(amount: &Amount) -> bool {
    let longest = length(amount.high.as_ref().unwrap_or(&amount.low));
    longest.is_finite() && (0.0..=3650.0).contains(&longest)
}

fn length(end: &End) -> f64 {
    end.value * end.unit.map_or(1.0, days) + end.more.map_or(0.0, |(v, u)| v * days(u))
}

/// The days of an ISO 8601 period such as a rule has.
fn period_days(iso: &str) -> Option<f64> {
    let body = iso.strip_prefix('P')?;
    let mut total = 0.0;
    let mut digits = String::new();
    for c in body.chars() {
        if c.is_ascii_digit() || c == '.' {
            digits.push(c);
            continue;
        }
        let value: f64 = digits.parse().ok()?;
        digits.clear();
        total += value
            * match c {
                'D' => 1.0,
                'W' => 7.0,
                'M' => days(Unit::Month),
                'Y' => 365.0,
                _ => return None,
            };
    }
    digits.is_empty().then_some(total)
}

/// Years, months or days, whichever says it whole; a part of a month is counted in days, 30 to the month.
fn iso(end: &End) -> Option<String> {
    let mut months = 0.0;
    let mut day_count = 0.0;
    for (value, unit) in [Some((end.value, end.unit?)), end.more].into_iter().flatten() {
        match unit {
            Unit::Day => day_count += value,
            Unit::WorkDay => day_count += value * 7.0 / 5.0,
            Unit::Week => day_count += value * 7.0,
            Unit::Fortnight => day_count += value * 14.0,
            Unit::Month => months += value,
            Unit::Quarter => months += value * 3.0,
            Unit::Year => months += value * 12.0,
            Unit::Decade => months += value * 120.0,
            Unit::Hour => return None,
        }
    }
    let whole = |n: f64| (n - n.round()).abs() < 1e-9;
    let only_years = end.unit == Some(Unit::Year) && end.more.is_none() && whole(end.value);
    if only_years && end.value > 0.0 {
        return Some(format!("P{}Y", end.value.round()));
    }
    if day_count == 0.0 && months > 0.0 && whole(months) {
        return Some(format!("P{}M", months.round()));
    }
    let total = months * 30.0 + day_count - 1e-9;
    Some(format!("P{:.0}D", if total > 0.0 { total.ceil() } else { 0.0 }))
}

/// The first place where the words of one of `phrases` stand, and where they end.
fn phrase_at(items: &Items<'_>, phrases: &[&str]) -> Option<(usize, usize)> {
    // The grammar may have joined words of its own; compare word by word over all of them.
    let words: Vec<(usize, &str)> =
        items.list.iter().enumerate().flat_map(|(i, it)| it.word.split(' ').map(move |w| (i, w))).filter(|(_, w)| !w.is_empty()).collect();
    let mut best: Option<(usize, usize)> = None;
    for phrase in phrases {
        let parts: Vec<&str> = phrase.split(' ').collect();
        let hit = words.windows(parts.len()).find(|w| w.iter().zip(&parts).all(|((_, a), b)| a == b));
        if let Some(hit) = hit
            && let (Some((first, _)), Some((last, _))) = (hit.first(), hit.last())
            && best.is_none_or(|(f, l)| last + 1 - first > l - f)
        {
            best = Some((*first, last + 1));
        }
    }
    best
}

/// No amount was said: nothing to serve, or nothing to read.
fn at_once_or_unclear(items: &Items<'_>) -> Reading {
    let zero = |first: usize, last: usize| Reading::Value {
        value: AnswerValue::Duration("P0D".to_owned()),
        evidence: items.slice(first, last).to_owned(),
    };
    if let Some((first, last)) = phrase_at(items, AT_ONCE) {
        let turned = items.list.iter().enumerate().any(|(i, it)| {
            !(first..last).contains(&i)
                && (matches!(
                    it.sense,
                    Sense::Not
                        | Sense::Doubt
                        | Sense::Ask
                        | Sense::Vague
                        | Sense::Number(_)
                        | Sense::Cardinal(_)
                        | Sense::Other
                        | Sense::Ordinal(_)
                ) && !(it.word == "no" && matches!(items.sense(i + 1), Sense::Comma | Sense::Stop | Sense::Unit(_)))
                    || matches!(
                        it.word.as_str(),
                        "unable"
                            | "impossible"
                            | "difficult"
                            | "hard"
                            | "but"
                            | "if"
                            | "after"
                            | "until"
                            | "till"
                            | "once"
                            | "unless"
                            | "except"
                            | "before"
                            | "when"
                            | "almost"
                            | "nearly"
                            | "soon"
                            | "hopefully"
                            | "or"
                            | "want"
                            | "need"
                            | "your"
                            | "month"
                            | "months"
                            | "weeks"
                            | "week"
                            | "quarter"
                    ))
        });
        return if turned { Reading::Unclear } else { zero(first, last) };
    }
    let mut at = None;
    for (i, it) in items.list.iter().enumerate() {
        let word = it.word.as_str();
        if AT_ONCE_ALONE.contains(&word) || word == "have no" {
            at = at.or((word != "have no").then_some(i));
        } else if !(matches!(it.sense, Sense::Filler | Sense::Comma | Sense::Stop | Sense::Mark(_))
            || word.split(' ').all(|w| IDLE.contains(&w)))
        {
            return Reading::Unclear;
        }
    }
    at.map_or(Reading::Unclear, |i| zero(i, i + 1))
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests;
