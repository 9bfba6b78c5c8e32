//! Pay: the lower end of a range, with the currency and the period where they were said.

use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::{PayPeriod, Question, Rule};

use super::amounts::{self, Amount, Bound};
use super::asked::Asked;
use super::discourse::{self, Mention};
use super::items::{Items, items, month};
use super::words::{Sense, Unit};
use super::{AskBack, ReadContext, Reading};

mod lexicon;

use lexicon::{currency, period};

/// A sum that may be the answer.
#[derive(Debug, Clone)]
struct Sum {
    low: f64,
    high: Option<f64>,
    low_said: String,
    high_said: String,
    currency: Option<String>,
    period: Option<PayPeriod>,
    bound: Bound,
}

/// A sum's place; the sum itself stands at `index`.
#[derive(Debug, Clone, Copy)]
struct Place {
    index: usize,
    first: usize,
    last: usize,
}

impl Mention for Place {
    fn span(&self) -> (usize, usize) {
        (self.first, self.last)
    }
}

/// Reads an amount of money.
pub(super) fn read(question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    let Some(mut items) = items(text, cx.locale) else { return Reading::Unclear };
    if items.has(Sense::Doubt) {
        return Reading::Unclear;
    }
    let rule = question.rule.clone().unwrap_or_default();
    let asked = Asked::of(question, cx.locale);
    read_small_words(&mut items);
    items.mask(true);
    let mut sums: Vec<Sum> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    for amount in amounts::find(&items) {
        match sum(&items, &amount, &rule) {
            Fit::Yes(sum, first, last) => {
                places.push(Place { index: sums.len(), first, last });
                sums.push(*sum);
            }
            Fit::Other => {}
            Fit::Spoils => return Reading::Unclear,
        }
    }
    let places = discourse::settled(&mut items, places);
    let Some(place) = places.first().copied() else { return Reading::Unclear };
    let Some(mut chosen) = sums.get(place.index).cloned() else { return Reading::Unclear };
    // Two sums hold only if they are the same one, said twice.
    for other in places.iter().filter_map(|p| sums.get(p.index)) {
        let agrees = (other.low - chosen.low).abs() < 1e-6
            && other.high == chosen.high
            && (other.currency == chosen.currency || other.currency.is_none() || chosen.currency.is_none())
            && (other.period == chosen.period || other.period.is_none() || chosen.period.is_none());
        if !agrees {
            return Reading::Unclear;
        }
        chosen.currency = chosen.currency.or_else(|| other.currency.clone());
        chosen.period = chosen.period.or(other.period);
    }
    let asks_you = items.list.iter().any(|i| matches!(i.word.as_str(), "your" | "yours") && !discourse_of_yours(&items));
    let now_not_then = !asked.words.iter().any(|w| matches!(w.as_str(), "current" | "currently" | "now" | "present" | "today"))
        && items.list.iter().enumerate().any(|(n, i)| {
            i.clause == items.clause(place.first)
                && (matches!(
                    i.word.as_str(),
                    "current" | "currently" | "earn" | "earning" | "make" | "making" | "paid" | "previous" | "last" | "get" | "used"
                ) || (i.word == "was" && !matches!(items.word(n + 1), "thinking" | "hoping" | "looking" | "expecting" | "aiming"))
                    || (matches!(i.word.as_str(), "bonus" | "equity")
                        && !matches!(items.before(n, 1), Sense::OrMore | Sense::Plus | Sense::And | Sense::Filler | Sense::Percent)))
        });
    let harmless = |w: &str| {
        matches!(
            w,
            "want"
                | "need"
                | "needs"
                | "hope"
                | "aim"
                | "hopefully"
                | "required"
                | "next"
                | "plan"
                | "require"
                | "requirement"
                | "could be"
                | "each"
        ) || w == "nothing below"
            || w == "you"
            || w == "age"
    };
    if discourse::asked(&items, &place) || discourse::endangered(&items, &place, harmless) || asks_you || now_not_then {
        return Reading::Unclear;
    }
    settle(question, &rule, &items, chosen, place)
}

/// "your budget": the sum is theirs, not the candidate's.
fn discourse_of_yours(items: &Items<'_>) -> bool {
    items.list.windows(2).any(|w| matches!(w, [a, b] if a.word == "your" && matches!(b.word.as_str(), "question" | "consideration" | "time" | "company" | "team")))
}

/// In talk of pay "m" is a million and "k" may stand in capitals or behind a sign: "72k€".
fn read_small_words(items: &mut Items<'_>) {
    for i in 0..items.list.len() {
        let after_number = matches!(items.before(i, 1), Sense::Number(_));
        match items.word(i) {
            "m" | "mn" | "mil" | "mm" if after_number && items.glued(i) => items.set(i, Sense::Scale(1e6)),
            "lpa" if after_number => items.set(i, Sense::Scale(1e5)),
            "keur" | "kusd" | "kgbp" | "kchf" | "keuros" if after_number => items.set(i, Sense::Scale(1e3)),
            "cr" if after_number => items.set(i, Sense::Scale(1e7)),
            "gbp" | "eur" | "usd" => items.set(i, Sense::Word),
            "second" | "quarter" => items.set(i, Sense::Other),
            _ => {}
        }
    }
    // A currency between the range's joiner and its number stands in the grammar's way: "€70k - €85k", "70 EUR to 85 EUR".
    let signs: Vec<usize> = (0..items.list.len())
        .filter(|i| currency_at(items, *i, &Rule::default()).is_some_and(|(_, len)| len == 1))
        .filter(|i| {
            matches!(
                items.before(*i, 1),
                Sense::To
                    | Sense::Dash
                    | Sense::Between
                    | Sense::And
                    | Sense::Or
                    | Sense::About
                    | Sense::Nearly
                    | Sense::AtLeast
                    | Sense::AtMost
            ) || matches!(items.sense(i + 1), Sense::To | Sense::Dash | Sense::And | Sense::Or | Sense::Plus | Sense::OrMore)
        })
        .collect();
    for i in signs {
        items.set(i, Sense::Filler);
    }
}

enum Fit {
    Yes(Box<Sum>, usize, usize),
    Other,
    Spoils,
}

/// A currency that stands at `i` in one or two words.
fn currency_at(items: &Items<'_>, i: usize, rule: &Rule) -> Option<(Option<String>, usize)> {
    let raw = items.slice(i, i + 1).to_lowercase();
    let pair = format!("{raw} {}", items.slice(i + 1, i + 2).to_lowercase());
    let own = rule.currency.as_deref();
    if let Some(found) = currency(&pair, own) {
        return Some((found, 2));
    }
    currency(&raw, own).map(|found| (found, 1))
}

fn sum(items: &Items<'_>, amount: &Amount, rule: &Rule) -> Fit {
    let (low_end, high_end) = (amount.low, amount.high);
    if matches!(items.sense(low_end.first), Sense::Article | Sense::Half | Sense::Dozen | Sense::Couple)
        && !matches!(items.sense(low_end.first + 1), Sense::Scale(_))
    {
        return Fit::Other;
    }
    let mut currencies: Vec<Option<String>> = Vec::new();
    let mut first = amount.first;
    let mut last = low_end.number_last.max(high_end.map_or(0, |h| h.number_last));
    // "50 hours": time, unless it is a short unit that pay is said by ("15/h" comes after).
    let unit = high_end.and_then(|h| h.unit).or(low_end.unit);
    let said_hour = |u: Unit| matches!(u, Unit::Hour | Unit::Day | Unit::Week | Unit::Month | Unit::Year);
    // "400 day rate"
    let glued_unit = unit.is_some_and(said_hour) && (items.word(last) == "y" || (items.word(last + 1) == "rate" && high_end.is_none()));
    if unit.is_some() && !glued_unit {
        return Fit::Other;
    }
    // Before: a currency, or the sign set aside between joiner and number.
    let mut i = low_end.first;
    let mut steps = 0;
    while i > 0 && steps < 3 {
        let pair_start = i.checked_sub(2).filter(|s| currency_at(items, *s, rule).is_some_and(|(_, len)| len == 2));
        let start = pair_start.unwrap_or(i - 1);
        // "Rs. 50,000", "EUR: 70k"
        let dotted = i.checked_sub(2).filter(|s| {
            (items.slice(i - 1, i) == "." && items.glued(i - 1) && matches!(items.word(*s), "rs" | "fr" | "sfr" | "eur" | "usd"))
                || items.slice(i - 1, i) == ":"
        });
        if let Some((s, code)) = dotted.and_then(|s| Some((s, currency_at(items, s, rule)?.0))) {
            currencies.push(code);
            (first, i) = (first.min(s), s);
            break;
        }
        let Some((code, len)) = currency_at(items, start, rule) else { break };
        if start + len != i {
            break;
        }
        currencies.push(code);
        first = first.min(start);
        i = start;
        steps += 1;
    }
    if i > 0
        && matches!(items.sense(i - 1), Sense::Dash)
        && items.glued(i)
        && !matches!(items.before(i, 2), Sense::Number(_))
        && !(i >= 2 && items.glued(i - 1))
    {
        return Fit::Spoils;
    }
    if items.word_before(i, 1) == "minus" {
        return Fit::Spoils;
    }
    // The inner signs of "€70k - €85k".
    for j in low_end.number_last..last {
        if let Some((code, _)) = currency_at(items, j, rule) {
            currencies.push(code);
        }
    }
    while let Some((code, len)) = currency_at(items, last, rule)
        .or_else(|| (items.sense(last) == Sense::Plus || items.sense(last) == Sense::OrMore).then_some((None, 1)))
    {
        if !matches!(items.sense(last), Sense::Plus | Sense::OrMore) {
            currencies.push(code);
        } else if matches!(items.sense(last + 1), Sense::Number(_)) {
            return Fit::Spoils;
        }
        last += len;
    }
    if items.word(last.saturating_sub(1)) == "keur"
        || items.word(low_end.number_last - 1) == "keur"
        || items.word(last.saturating_sub(1)) == "keuros"
    {
        currencies.push(Some("EUR".to_owned()));
    }
    let mut named: Vec<String> = currencies.iter().flatten().cloned().collect();
    named.dedup();
    if named.windows(2).any(|w| w.first() != w.last()) {
        // "$50 CAD": the sign is any dollar's, the code says which.
        let sign_dollar = items.slice(first, last).contains('$') && named.iter().filter(|c| lexicon::is_dollar(c)).count() == named.len();
        let code = named.iter().rfind(|c| c.as_str() != lexicon::dollar(rule.currency.as_deref()));
        match code.filter(|_| sign_dollar && named.len() == 2) {
            Some(code) => named = vec![code.clone()],
            None => return Fit::Spoils,
        }
    }
    let has_money = !currencies.is_empty();
    let scaled = (low_end.first..last).any(|j| matches!(items.sense(j), Sense::Scale(_)));
    if items.word(last) == "in"
        && let Some((Some(code), len)) = currency_at(items, last + 1, rule)
        && named.is_empty()
    {
        named.push(code);
        last += 1 + len;
    }
    if matches!(items.slice(last, last + 1), "(" | "[")
        && let Some((Some(code), len)) = currency_at(items, last + 1, rule)
        && named.is_empty()
    {
        named.push(code);
        last += 1 + len + usize::from(matches!(items.slice(last + 1 + len, last + 2 + len), ")" | "]"));
    }
    // "70 75k": two sums with nothing to say how they go together.
    if matches!(items.sense(last), Sense::Number(_)) || matches!(items.before(first, 1), Sense::Number(_)) {
        return Fit::Spoils;
    }
    // "70ish k"
    if matches!(items.sense(last), Sense::Scale(_))
        || (matches!(items.sense(last), Sense::OrSo) && matches!(items.sense(last + 1), Sense::Scale(_)))
        || (items.sense(last) == Sense::Dash && items.word(last + 1) == "ish" && matches!(items.sense(last + 2), Sense::Scale(_)))
    {
        return Fit::Spoils;
    }
    // A noun behind a bare number: "13 salaries", "30 holidays".
    let next = items.word(last);
    let (period_here, after) = period_after(items, last);
    if !has_money && !scaled && period_here.is_none() {
        let noun = matches!(items.sense(last), Sense::Word | Sense::Other | Sense::Unit(_) | Sense::Percent | Sense::Number(_))
            && !lexicon::PAY_WORDS.contains(&next);
        let year = (1990.0..=2100.0).contains(&low_end.value)
            && high_end.is_none()
            && matches!(items.word_before(first, 1), "in" | "since" | "by" | "until" | "from" | "for");
        let dated = month(items.word_before(first, 1)).is_some() || month(next).is_some();
        if noun || year || dated {
            return Fit::Other;
        }
    }
    if next == "k" && items.word(low_end.first) == "401" || (items.word(low_end.first) == "401" && (low_end.value - 401_000.0).abs() < 1.0)
    {
        return Fit::Other;
    }
    if matches!(items.sense(last), Sense::Mark('×' | '*'))
        || next == "x"
        || (items.sense(last) == Sense::Plus && !matches!(items.word(last + 1), "bonus" | "benefits" | "commission" | "equity"))
        || (items.word(last) == "figures")
    {
        return Fit::Spoils;
    }
    last = after;
    if items.word(last) == "x" || matches!(items.sense(last), Sense::Mark('×' | '*')) {
        return Fit::Spoils;
    }
    let period_here = period_here
        .or((items.word(low_end.number_last - 1) == "lpa" || items.word(last.saturating_sub(1)) == "lpa").then_some(PayPeriod::Year));
    let mut periods: Vec<PayPeriod> = period_here.into_iter().collect();
    if periods.is_empty() {
        let clause = items.clause(first);
        periods = items
            .list
            .iter()
            .enumerate()
            .filter(|(i, it)| it.clause == clause && !(first..last).contains(i))
            .filter_map(|(i, _)| loose_period(items, i))
            .collect();
    }
    if periods.windows(2).any(|w| w.first() != w.last()) {
        return Fit::Spoils;
    }
    let (mut low, mut high) = (low_end.value, high_end.map(|h| h.value));
    let mut low_said = items.slice(low_end.first, low_end.number_last).to_owned();
    let high_said = high_end.map(|h| items.slice(h.first, h.number_last).to_owned()).unwrap_or_default();
    // The k of "70-85k" is meant for both.
    if let Some(h) = high_end
        && !(low_end.first..low_end.number_last).any(|j| matches!(items.sense(j), Sense::Scale(_)))
        && let Some((scale, word)) =
            (h.first..h.number_last).find_map(|j| if let Sense::Scale(s) = items.sense(j) { Some((s, j)) } else { None })
        && low < h.value / scale
    {
        low *= scale;
        let gap = if items.glued(word) { "" } else { " " };
        low_said = format!("{low_said}{gap}{}", items.slice(word, word + 1));
    } else if high.is_some_and(|h| h > low * 20.0) {
        return Fit::Spoils;
    }
    if !(low.is_finite() && low > 0.0 && high.is_none_or(f64::is_finite)) {
        return Fit::Spoils;
    }
    if high.is_some_and(|h| h <= low) {
        high = None;
    }
    let first = first.min(amount.first);
    Fit::Yes(
        Box::new(Sum {
            low,
            high,
            low_said,
            high_said,
            currency: named.into_iter().next(),
            period: periods.first().copied(),
            bound: amount.bound,
        }),
        first,
        last,
    )
}

/// The period right behind a sum, and where it ends: "/h", "per year", "a month", "p.a.", "gross a year".
fn period_after(items: &Items<'_>, last: usize) -> (Option<PayPeriod>, usize) {
    let mut j = last;
    let mut skipped = 0;
    while skipped < 2 && matches!(items.word(j), "gross" | "net" | "brutto" | "before" | "tax" | "base" | "basic" | "or" | "so" | "or so") {
        j += 1;
        skipped += 1;
    }
    let joined = matches!(items.sense(j), Sense::Article | Sense::Slash)
        || matches!(items.word(j), "per" | "each" | "every" | "by" | "the" | "pro" | "par" | "por" | "al" | "p");
    if joined {
        let at = j + 1 + usize::from(items.word(j) == "p" && items.sense(j + 1) == Sense::Slash);
        if let Some(found) = period(items.word(at), true) {
            return (Some(found), at + 1);
        }
    }
    match period(items.word(j), items.word(j + 1) == "rate") {
        Some(found) => (Some(found), j + 1),
        None => (None, last),
    }
}

/// A period elsewhere in the clause: "my hourly rate is 50", "annual salary".
fn loose_period(items: &Items<'_>, i: usize) -> Option<PayPeriod> {
    let word = items.word(i);
    if matches!(word, "hourly" | "daily" | "weekly" | "monthly" | "annual" | "annually" | "yearly" | "pa" | "pcm") {
        return period(word, false);
    }
    // "per year I'd want 72k", "day rate 500"; "40 hours a week" is not about the pay.
    if word == "per"
        && !matches!(items.before(i, 1), Sense::Unit(_))
        && !matches!(items.before(i, 1), Sense::Word if items.word_before(i, 1) == "days")
    {
        return period(items.word(i + 1), true);
    }
    (matches!(items.word(i + 1), "rate" | "salary" | "pay")).then(|| period(word, true)).flatten()
}

fn settle(question: &Question, rule: &Rule, items: &Items<'_>, sum: Sum, place: Place) -> Reading {
    if sum.bound == Bound::AtMost && sum.high.is_none() {
        return Reading::Unclear;
    }
    let max = rule.max_number().filter(|m| *m > 0.0);
    if let (Some(max), None) = (max, sum.period)
        && !(max / 5.0..=max * 5.0).contains(&sum.low)
    {
        return Reading::AskBack(AskBack::PeriodUnsaid { amount: sum.low, currency: sum.currency });
    }
    if question.must_have
        && let (Some(max), Some(high)) = (max, sum.high)
        && (sum.currency.is_none() || rule.currency.is_none() || sum.currency == rule.currency)
    {
        let rule_period = rule.period.unwrap_or(PayPeriod::Year);
        let factor = sum.period.unwrap_or(rule_period).per_year() / rule_period.per_year();
        if sum.low * factor <= max && high * factor > max {
            return Reading::AskBack(AskBack::StraddlesLimit { low: sum.low_said, high: sum.high_said });
        }
    }
    Reading::Value {
        value: AnswerValue::Money { amount: (sum.low * 100.0).round() / 100.0, currency: sum.currency, period: sum.period },
        evidence: items.slice(place.first, place.last).to_owned(),
    }
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests;
