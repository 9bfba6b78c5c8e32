//! Calendar days: "3 February", "in two weeks", "next Monday", "Q2 2028".

use chrono::{Datelike, Months, NaiveDate};

use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;

use super::discourse::{self, Mention};
use super::items::{Items, items, month};
use super::words::{Sense, Unit};
use super::{AskBack, ReadContext, Reading};

mod digits;
mod relative;

use relative::{relative, weekday};

/// What stands at a place in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Day {
    On(NaiveDate),
    /// A slash date with two readings.
    Either(NaiveDate, NaiveDate),
    /// A date that can't be, or one nobody can tell.
    None,
}

/// A date and the items it was read from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Found {
    day: Day,
    first: usize,
    last: usize,
}

impl Mention for Found {
    fn span(&self) -> (usize, usize) {
        (self.first, self.last)
    }
}

/// Reads a day.
pub(super) fn read(_question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    let Some(mut items) = items(text, cx.locale) else { return Reading::Unclear };
    if items.has(Sense::Doubt) || items.has(Sense::Vague) {
        return Reading::Unclear;
    }
    let mut found: Vec<Found> = Vec::new();
    let mut i = 0;
    while i < items.list.len() {
        match day_at(&items, i, cx.today) {
            Some(hit) => {
                i = hit.last.max(i + 1);
                found.push(hit);
            }
            None => i += 1,
        }
    }
    let found = with_weekday(discourse::settled(&mut items, found), &items);
    let [hit] = found.as_slice() else { return Reading::Unclear };
    if turned(&items, hit) || discourse::asked(&items, hit) {
        return Reading::Unclear;
    }
    match hit.day {
        Day::On(date) => Reading::Value { value: AnswerValue::Date(date), evidence: items.slice(hit.first, hit.last).to_owned() },
        Day::Either(day_first, month_first) => Reading::AskBack(AskBack::AmbiguousDate { day_first, month_first }),
        Day::None => Reading::Unclear,
    }
}

/// Joins "Monday, 3 March": the weekday must be that day's, else one of them is a slip.
fn with_weekday(mut found: Vec<Found>, items: &Items<'_>) -> Vec<Found> {
    if let [a, b] = found.as_slice()
        && let (Some(name), Day::On(date)) = (weekday(items.word(a.last - 1)), b.day)
        && a.last - a.first == 1
        && (a.last..b.first).all(|i| matches!(items.sense(i), Sense::Comma | Sense::Filler | Sense::Stop) || items.word(i) == "on")
    {
        let day = if date.weekday() == name { Day::On(date) } else { Day::None };
        found = vec![Found { day, first: a.first, last: b.last }];
    }
    found.dedup_by(|b, a| a.day == b.day);
    found
}

/// Words that make a date something else than the day meant, or leave it open.
fn turned(items: &Items<'_>, hit: &Found) -> bool {
    let bounded_below = |i: usize| {
        let next = items.word(i + 1);
        (items.word(i) == "not" && matches!(next, "before" | "earlier" | "until")) || (items.word(i) == "no" && next == "earlier")
    };
    // "May/June"
    if items.sense(hit.last) == Sense::Slash || items.before(hit.first, 1) == Sense::Slash {
        return true;
    }
    let near = |i: usize| (hit.first..hit.last).contains(&i);
    items.list.iter().enumerate().any(|(i, it)| {
        if near(i) {
            return false;
        }
        let own_sentence = it.sentence == items.sentence(hit.first);
        match it.word.as_str() {
            "before" | "until" | "earlier" => {
                !(i > 0 && (bounded_below(i - 1) || items.word(i - 1) == "not")
                    || items.word(i) == "earlier" && items.word_before(i, 1) == "no")
            }
            "after" | "between" | "or" | "if" | "unless" | "depends" | "except" | "than" if own_sentence => {
                !(it.word == "than" && items.word_before(i, 1) == "earlier")
            }
            "to" | "till" | "through" | "and" if own_sentence => {
                i == hit.last
                    && (matches!(items.sense(i + 1), Sense::Number(_) | Sense::Ordinal(_) | Sense::Unit(_))
                        || month(items.word(i + 1)).is_some())
            }
            "latest" | "spring" | "summer" | "autumn" | "winter" | "later" | "unfortunately not" | "week" | "last" | "weekend" | "ago"
            | "vacation" | "holiday" | "mid" | "late" | "early" | "half"
                if own_sentence =>
            {
                true
            }
            "if possible" | "around" | "about" | "roughly" => false,
            "no" => own_sentence && !bounded_below(i) && !matches!(items.sense(i + 1), Sense::Comma | Sense::Stop),
            "no later than" | "no more than" => true,
            _ => match it.sense {
                Sense::Not => own_sentence && !bounded_below(i),
                Sense::Number(_) | Sense::Cardinal(_) | Sense::Other | Sense::Ordinal(_) | Sense::Or => own_sentence,
                Sense::Dash => i == hit.last && matches!(items.sense(i + 1), Sense::Number(_) | Sense::Ordinal(_)),
                _ => it.word.starts_with("not "),
            },
        }
    })
}

/// The date that begins at `i`.
fn day_at(items: &Items<'_>, i: usize, today: NaiveDate) -> Option<Found> {
    let found = |day: Option<NaiveDate>, first: usize, last: usize| Some(Found { day: day.map_or(Day::None, Day::On), first, last });
    if let Some((day, last)) = digits::read(items, i, today) {
        return Some(Found { day, first: i, last });
    }
    if let Some((day, last)) = edge_of(items, i, today) {
        return found(day, i, last);
    }
    if let Some((number, after)) = day_number(items, i) {
        let at = after
            + usize::from(
                matches!(items.word(after), "of" | "de")
                    || matches!(items.sense(after), Sense::Dash)
                    || (items.sense(after) == Sense::Stop && month(items.word(after + 1)).is_some()),
            );
        if let Some(m) = month(items.word(at)) {
            let (year, last) = year_at(items, at + 1);
            return found(make(year, m, number, today), i, last);
        }
        if matches!(items.sense(i), Sense::Ordinal(_)) || after > i + 1 {
            // "the 15th": the next one there is; a bare ordinal of anything else isn't a day.
            let free = matches!(items.sense(after), Sense::End | Sense::Comma | Sense::Stop | Sense::Filler | Sense::Function);
            return if free && !matches!(items.word(i), "first" | "second" | "third") {
                found(next_day_of_month(number, today), i, after)
            } else {
                None
            };
        }
    }
    if let Some(m) = month(items.word(i)).filter(|_| is_month_here(items, i)) {
        let dot = usize::from(
            items.slice(i + 1, i + 2) == "." && items.glued(i + 1) && matches!(items.sense(i + 2), Sense::Number(_) | Sense::Ordinal(_)),
        );
        let the = usize::from(items.word(i + 1 + dot) == "the");
        if let Some((number, after)) = day_number(items, i + 1 + dot + the) {
            let (year, last) = year_at(items, after);
            return found(make(year, m, number, today), i, last);
        }
        let (year, last) = year_at(items, i + 1 + dot);
        let day = match year {
            Some(y) => NaiveDate::from_ymd_opt(y, m, 1),
            None => make(None, m, 1, today),
        };
        return found(day, i, last);
    }
    relative(items, i, today)
}

/// "may" is a month only where it can be nothing else.
fn is_month_here(items: &Items<'_>, i: usize) -> bool {
    if !matches!(items.word(i), "may" | "mar" | "march") {
        return true;
    }
    let capital = items.slice(i, i + 1).chars().next().is_some_and(char::is_uppercase);
    let led = matches!(items.word_before(i, 1), "in" | "of" | "mid" | "from" | "by" | "on" | "for" | "early" | "late");
    let number = matches!(items.sense(i + 1 + usize::from(items.word(i + 1) == "the")), Sense::Number(_) | Sense::Ordinal(_));
    items.word(i) != "may" || led || number || (capital && i > 0) || items.list.len() <= 2
}

#[allow(clippy::cast_sign_loss, reason = "the ranges are checked")]
/// A day of the month: 3, 3rd, third, twenty-first.
fn day_number(items: &Items<'_>, i: usize) -> Option<(u32, usize)> {
    let (n, last) = match items.sense(i) {
        Sense::Number(v) if v.fract() == 0.0 && (1.0..=31.0).contains(&v) && items.word(i).len() <= 2 => {
            let suffix = items.glued(i + 1) && matches!(items.word(i + 1), "st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "ste");
            (v as u32, i + 1 + usize::from(suffix))
        }
        Sense::Ordinal(n) => (n, i + 1),
        Sense::Tens(t @ (20.0 | 30.0)) => {
            let at = i + 1 + usize::from(items.sense(i + 1) == Sense::Dash);
            match items.sense(at) {
                Sense::Ordinal(n) if n < 10 => (t as u32 + n, at + 1),
                _ => return None,
            }
        }
        _ => return None,
    };
    (1..=31).contains(&n).then_some((n, last))
}

/// A year of four digits, or of two behind a day and month ("3 Feb 28"), with a comma or "of" before it.
fn year_at(items: &Items<'_>, i: usize) -> (Option<i32>, usize) {
    let at = i + usize::from(
        matches!(items.sense(i), Sense::Comma | Sense::Dash | Sense::Mark('\'' | '’'))
            || items.word(i) == "of"
            || (items.slice(i, i + 1) == "." && matches!(items.sense(i + 1), Sense::Number(_))),
    );
    match items.sense(at) {
        Sense::Number(v) if items.word(at).len() == 4 && (1900.0..=2200.0).contains(&v) => (Some(v as i32), at + 1),
        Sense::Number(v) if at == i + 1 && matches!(items.sense(i), Sense::Mark(_)) && items.word(at).len() == 2 => {
            (Some(2000 + v as i32), at + 1)
        }
        _ => (None, i),
    }
}

/// The day in its year; without one, the next such day from today on.
fn make(year: Option<i32>, month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    // Eight years hold a 29 February even around 2100.
    (0..=8).filter_map(|n| NaiveDate::from_ymd_opt(today.year() + n, month, day)).find(|d| *d >= today)
}

fn next_day_of_month(day: u32, today: NaiveDate) -> Option<NaiveDate> {
    let first = today.with_day(1)?;
    (0..12).filter_map(|n| first.checked_add_months(Months::new(n))?.with_day(day)).find(|d| *d >= today)
}

fn last_of(first: NaiveDate) -> Option<NaiveDate> {
    first.checked_add_months(Months::new(1))?.pred_opt()
}

/// "end of March", "mid-March", "start of next month", and quarters.
fn edge_of(items: &Items<'_>, i: usize, today: NaiveDate) -> Option<(Option<NaiveDate>, usize)> {
    let quarter = match items.word(i) {
        "q1" => Some((1, i + 1)),
        "q2" => Some((4, i + 1)),
        "q3" => Some((7, i + 1)),
        "q4" => Some((10, i + 1)),
        _ => match (items.sense(i), items.sense(i + 1)) {
            (Sense::Ordinal(n @ 1..=4), Sense::Unit(Unit::Quarter)) => Some((n * 3 - 2, i + 2)),
            _ => None,
        },
    };
    if let Some((m, after)) = quarter {
        let (year, last) = year_at(items, after);
        return Some((make(year, m, 1, today), last));
    }
    let mut at = i + 1;
    let edge = match items.word(i) {
        "start" | "beginning" | "begining" => 1,
        "mid" | "middle" => 15,
        "end" => 31,
        _ if items.sense(i) == Sense::Start && items.word(i) == "start" => 1,
        _ => return None,
    };
    if edge != 15 && items.word(at) != "of" && !(edge == 31 && month(items.word(at)).is_some()) {
        return None;
    }
    let mut steps = 0;
    while steps < 3 && (matches!(items.word(at), "of" | "the" | "this") || items.sense(at) == Sense::Dash) {
        at += 1;
        steps += 1;
    }
    let next = usize::from(items.word(at) == "next");
    let (first, last) = if let Some(m) = month(items.word(at)) {
        let (year, last) = year_at(items, at + 1);
        let day = if edge == 31 { 1 } else { edge };
        let first = match year {
            Some(_) => make(year, m, 1, today),
            // The next such day: the end of this month is still to come.
            None => (0..=1)
                .filter_map(|n| NaiveDate::from_ymd_opt(today.year() + n, m, day))
                .find(|d| if edge == 31 { last_of(*d).is_some_and(|l| l >= today) } else { *d >= today })
                .and_then(|d| d.with_day(1)),
        };
        (first, last)
    } else {
        let first = match items.sense(at + next) {
            Sense::Unit(Unit::Month) if edge == 31 || next == 1 => today.with_day(1)?.checked_add_months(Months::new(next as u32)),
            Sense::Unit(Unit::Year) if next == 1 && edge == 1 => NaiveDate::from_ymd_opt(today.year() + 1, 1, 1),
            Sense::Unit(Unit::Year) if edge == 31 => NaiveDate::from_ymd_opt(today.year() + i32::from(next == 1), 12, 1),
            Sense::Unit(_) => None,
            _ => return None,
        };
        (first, at + next + 1)
    };
    let day = first.and_then(|f| match edge {
        1 => Some(f),
        15 => f.with_day(15),
        _ => last_of(f),
    });
    Some((day, last))
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests;
