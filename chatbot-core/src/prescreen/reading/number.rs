//! Numbers: "15 months" asked in years is 1.25, "2-4" is 2, "10+" is 10.

use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;

use super::amounts::{self, Amount, Bound, End};
use super::asked::Asked;
use super::discourse::{self, Mention};
use super::items::{Items, items, month};
use super::words::{Sense, Unit};
use super::{AskBack, ReadContext, Reading};

mod choose;
mod context;

use choose::choose;
use context::{before_since, in_unit, is_age, is_part, rate_named, since, stands_alone};

/// Nobody has worked longer.
const LONGEST_LIFE: f64 = 80.0;

/// A number that may be the answer, in the unit asked for.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    low: f64,
    high: Option<(f64, End)>,
    end: Option<End>,
    bound: Bound,
    first: usize,
    last: usize,
    part: bool,
    total: bool,
    matched: usize,
    foreign: bool,
}

impl Mention for Candidate {
    fn span(&self) -> (usize, usize) {
        (self.first, self.last)
    }
}

/// Reads a number in the question's unit.
pub(super) fn read(question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    let asked = Asked::of(question, cx.locale);
    let Some(mut items) = items(text, cx.locale) else { return Reading::Unclear };
    if let Some((value, evidence)) = out_of(&items, &asked) {
        return Reading::Value { value: AnswerValue::Number(value), evidence };
    }
    if asked.unit.is_some() {
        items.read_m_as_months();
    }
    if may_be_negative(question, &asked) {
        items.read_minus();
    }
    items.mask(asked.words.iter().any(|w| matches!(w.as_str(), "euros" | "eur" | "dollars" | "usd" | "budget")));
    // "maybe 5 or maybe 10"
    let maybes = items.list.iter().filter(|i| matches!(i.word.as_str(), "maybe" | "perhaps" | "or maybe")).count();
    if items.has(Sense::Doubt) || maybes > 1 {
        return Reading::Unclear;
    }
    let least = question.rule.as_ref().is_some_and(|r| r.min.is_some());
    let mut found: Vec<Candidate> = Vec::new();
    for amount in amounts::find(&items) {
        match candidate(&items, &amount, &asked, cx) {
            // "almost 3" falls short of three, and the rule has a least.
            Fit::Yes(c) if least && c.bound == Bound::Nearly && c.high.is_none() => return Reading::Unclear,
            Fit::Yes(c) => found.push(c),
            Fit::Other => {}
            Fit::Spoils => return Reading::Unclear,
        }
    }
    if found.is_empty() {
        return nothing(&items, &asked);
    }
    let found = discourse::settled(&mut items, found);
    if taken_back_in_part(&items, &found) {
        return Reading::Unclear;
    }
    let Some(chosen) = choose(&items, found, &asked) else { return Reading::Unclear };
    if discourse::asked(&items, &chosen) || discourse::endangered(&items, &chosen, |w| asked_harmless(w, &asked)) || chosen.foreign {
        return Reading::Unclear;
    }
    settle(question, &items, &chosen, asked.unit)
}

/// Whether a number below nothing can be the answer: the rule has such a limit, or no count, scale or length of time is asked for.
fn may_be_negative(question: &Question, asked: &Asked) -> bool {
    let limit = question.rule.as_ref().is_some_and(|r| [r.min, r.max_number()].into_iter().flatten().any(|n| n < 0.0));
    let counts = |w: &String| matches!(w.as_str(), "many" | "number" | "scale" | "rate" | "rating");
    limit || (asked.unit.is_none() && !asked.words.iter().any(counts))
}

/// Words that are a danger near an amount unless the question is about them.
fn asked_harmless(word: &str, asked: &Asked) -> bool {
    !word.contains(' ') && !matches!(word, "you" | "your" | "no" | "not" | "if") && asked.names(word)
}

/// "8/10" and "8 out of 10" to a question that gives the scale.
fn out_of(items: &Items<'_>, asked: &Asked) -> Option<(f64, String)> {
    if asked.unit.is_some() || !asked.words.iter().any(|w| matches!(w.as_str(), "scale" | "rate" | "rating")) {
        return None;
    }
    let numbers: Vec<(usize, f64)> =
        items.list.iter().enumerate().filter_map(|(i, it)| if let Sense::Number(v) = it.sense { Some((i, v)) } else { None }).collect();
    let [(i, v), (j, top)] = numbers.as_slice() else { return None };
    let joined = items.sense(i + 1) == Sense::Slash || (items.word(i + 1) == "out" && items.word(i + 2) == "of");
    (joined && *j <= i + 3 && v <= top && !items.has(Sense::Ask) && !items.has(Sense::Not)).then(|| (*v, items.slice(*i, i + 1).to_owned()))
}

enum Fit {
    Yes(Candidate),
    /// It counts something else: leave it out.
    Other,
    /// It might count what is asked but cannot be told: nothing else may be read either.
    Spoils,
}

fn candidate(items: &Items<'_>, amount: &Amount, asked: &Asked, cx: &ReadContext<'_>) -> Fit {
    let low = amount.low;
    // The sign belongs to the amount: what stands before it tells what is counted.
    let minus = items.before(low.first, 1) == Sense::Minus;
    let amount = &Amount { first: if minus { amount.first.min(low.first - 1) } else { amount.first }, ..*amount };
    if minus && amount.high.is_some() {
        return Fit::Spoils;
    }
    let mut first = amount.first;
    let mut c = Candidate {
        low: low.value,
        high: None,
        end: Some(low),
        bound: amount.bound,
        first,
        last: amount.last,
        part: false,
        total: false,
        matched: 0,
        foreign: false,
    };
    // A calendar year: only "since 2016" says an amount.
    if low.unit.is_none()
        && (1900.0..=2100.0).contains(&low.value)
        && low.value.fract() == 0.0
        && (asked.unit.is_some() || matches!(items.before(low.first, 1), Sense::Since))
        && items.word(low.first).len() == 4
    {
        let Some(years) = since(items, amount, asked, cx) else {
            return if asked.unit.is_some() && before_since(items, low.first).is_some() { Fit::Spoils } else { Fit::Other };
        };
        (c.low, c.bound, c.first, c.end) = (years, Bound::Exact, before_since(items, low.first).unwrap_or(first), None);
        return Fit::Yes(c);
    }
    if asked.unit.is_some() && is_age(items, amount) {
        return Fit::Other;
    }
    if before_since(items, low.first).is_some_and(|s| low.unit.is_none() || s + 1 == low.first) {
        return Fit::Spoils;
    }
    // "1/2" and "3/4" may be fractions or "3 or 4".
    if items.sense(low.first + 1) == Sense::Slash
        && low.number_last == low.first + 3
        && (low.unit.is_none() || items.word(low.first) == "3")
    {
        return Fit::Spoils;
    }
    // "3+4", "2 3 years", "4 more": a sum nobody has done.
    let numeral = |s: Sense| matches!(s, Sense::Number(_) | Sense::Cardinal(_) | Sense::Tens(_) | Sense::Fraction(_));
    let adds = (matches!(items.sense(amount.last), Sense::Plus) && numeral(items.sense(amount.last + 1)))
        || (items.before(first, 1) == Sense::Plus && numeral(items.before(first, 2)));
    if adds
        || numeral(items.sense(amount.last))
        || numeral(items.before(first, 1))
        || matches!(items.word(amount.last), "more" | "extra" | "additional" | "further")
    {
        return Fit::Spoils;
    }
    // "2 working weeks" asked in years: the unit stands further off than the grammar looks.
    if low.unit.is_none() && asked.unit.is_some() && amount.rate.is_none() {
        let strays = (amount.last..amount.last + 4)
            .take_while(|i| {
                !matches!(items.sense(*i), Sense::Comma | Sense::Ask | Sense::And | Sense::End | Sense::Number(_))
                    && items.word(*i) != "but"
            })
            .any(|i| matches!(items.sense(i), Sense::Unit(u) if Some(u) != asked.unit));
        if strays {
            return Fit::Spoils;
        }
    }
    // "it will be 5 years in June"
    if matches!(items.word(amount.last), "in" | "by" | "next" | "this") && month(items.word(amount.last + 1)).is_some() {
        return Fit::Spoils;
    }
    if items.before(first, 1) == Sense::Ago {
        return Fit::Spoils;
    }
    if items.sense(amount.last) == Sense::Ago {
        let started =
            (0..amount.first).rev().take_while(|i| items.clause(*i) == items.clause(first)).find(|i| items.sense(*i) == Sense::Start);
        let Some(start) = started else { return Fit::Spoils };
        first = start;
        c.last = amount.last + 1;
    }
    c.first = first;
    let convert = |end: &End| -> Option<f64> {
        let own = match (end.unit, asked.unit) {
            (None, _) => return Some(end.value),
            (Some(unit), Some(wanted)) => in_unit(end.value, unit, wanted)?,
            (Some(_), None) => return None,
        };
        let more = match (end.more, asked.unit) {
            (Some((v, unit)), Some(wanted)) => in_unit(v, unit, wanted)?,
            _ => 0.0,
        };
        Some(own + more)
    };
    let Some(value) = convert(&low) else { return Fit::Other };
    // Taken from 0.0, so that "-0" has no sign.
    c.low = if minus { 0.0 - value } else { value };
    if let Some(high) = amount.high {
        let Some(top) = convert(&high) else { return Fit::Other };
        c.high = Some((top, high));
    }
    if let Some(rate) = amount.rate {
        let named = asked.words.iter().any(|w| rate_named(w, rate));
        if !named {
            return Fit::Other;
        }
    }
    let whole_unit = amount.high.map_or(low.unit, |h| h.unit);
    if whole_unit.is_none() && amount.rate.is_none() && !stands_alone(items, amount, asked) {
        return Fit::Other;
    }
    // "5 days" is no answer in years; it most likely counts something else.
    if matches!(asked.unit, Some(Unit::Year)) && matches!(low.unit, Some(Unit::Day | Unit::WorkDay | Unit::Hour)) && value < 0.25
        || (asked.unit == Some(Unit::Year) && matches!(low.unit, Some(Unit::Week | Unit::Fortnight)) && value < 0.1)
    {
        return Fit::Spoils;
    }
    if c.bound == Bound::AtMost && c.high.is_none() {
        // "Less than a year" is plainly little; "less than 5 years" could be anything.
        if asked.unit == Some(Unit::Year)
            && low.unit == Some(Unit::Year)
            && (low.value - 1.0).abs() < 1e-9
            && low.more.is_none()
            && items.sense(c.first) == Sense::AtMost
            && !matches!(items.word(c.first), "up to" | "upto" | "within" | "max" | "maximum")
        {
            (c.low, c.end) = (0.5, None);
        } else {
            return Fit::Spoils;
        }
    }
    c.part = is_part(items, &c);
    Fit::Yes(c)
}

/// "5 years, sorry, months": a unit behind the turn that no number has.
fn taken_back_in_part(items: &Items<'_>, found: &[Candidate]) -> bool {
    let Some(last) = found.last() else { return false };
    let mut turned = false;
    (last.last..items.list.len()).any(|i| {
        turned |= items.sense(i) == Sense::Correct;
        turned && matches!(items.sense(i), Sense::Unit(_))
    })
}

fn settle(question: &Question, items: &Items<'_>, c: &Candidate, unit: Option<Unit>) -> Reading {
    let top = c.high.map_or(c.low, |(v, _)| v);
    let years = unit.and_then(|u| in_unit(top, u, Unit::Year));
    if !c.low.is_finite() || years.is_some_and(|y| y > LONGEST_LIFE) {
        return Reading::Unclear;
    }
    if question.must_have
        && let (Some((high, high_end)), Some(low_end), Some(rule)) = (c.high, c.end, &question.rule)
        && (rule.min.is_some_and(|min| c.low < min && high >= min) || rule.max_number().is_some_and(|max| c.low <= max && high > max))
    {
        let said = |end: &End| {
            let plain = end.unit.is_none() || end.unit == unit;
            let own = items.slice(end.first, if plain { end.number_last } else { end.last });
            // "30 and 40 months": the unit stands behind the upper end only.
            let lent = if !plain && end.last == end.number_last { items.slice(high_end.number_last, high_end.last).trim() } else { "" };
            format!("{own} {lent}").trim_end().to_owned()
        };
        // "a year or two": the number alone would be "a".
        let low = if items.sense(low_end.first) == Sense::Article { "1".to_owned() } else { said(&low_end) };
        return Reading::AskBack(AskBack::StraddlesLimit { low, high: said(&high_end) });
    }
    Reading::Value { value: AnswerValue::Number(c.low), evidence: items.slice(c.first, c.last).to_owned() }
}

/// No amount was said: "none" and "no experience" are 0 where every other word is idle.
fn nothing(items: &Items<'_>, asked: &Asked) -> Reading {
    let mut zero = None;
    for (i, item) in items.list.iter().enumerate() {
        match item.sense {
            Sense::Zero => zero = zero.or(Some(i)),
            Sense::Filler
            | Sense::Function
            | Sense::Comma
            | Sense::Stop
            | Sense::Prep
            | Sense::Unit(_)
            | Sense::Correct
            | Sense::Now
            | Sense::Article
            | Sense::Dash
            | Sense::Total => {}
            Sense::Mark(c) if !c.is_alphanumeric() => {}
            Sense::Not if item.word == "no" && i == 0 => {}
            Sense::Word | Sense::Start
                if asked.names(&item.word)
                    || matches!(
                        item.word.as_str(),
                        "tried"
                            | "touched"
                            | "afraid"
                            | "whatsoever"
                            | "actual"
                            | "before"
                            | "sadly"
                            | "far"
                            | "with"
                            | "ever"
                            | "such"
                            | "real"
                            | "up"
                            | "now"
                    ) => {}
            _ => return Reading::Unclear,
        }
    }
    let Some(at) = zero else { return Reading::Unclear };
    // "none professionally" says there is some.
    let narrowed = items.list.iter().any(|it| {
        matches!(it.word.as_str(), "professionally" | "professional" | "commercial" | "commercially" | "but" | "also" | "though")
            && !asked.words.contains(&it.word)
    });
    if narrowed && items.list.iter().all(|it| !it.word.starts_with("no ")) || items.list.iter().any(|it| it.word == "but") {
        return Reading::Unclear;
    }
    Reading::Value { value: AnswerValue::Number(0.0), evidence: items.slice(at, at + 1).to_owned() }
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests;
