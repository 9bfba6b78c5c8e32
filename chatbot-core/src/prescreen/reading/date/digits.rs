//! Dates in digits: 2028-02-03, 03.02.2028, 3.2., 04/05/2028.

use chrono::NaiveDate;

use super::super::items::Items;
use super::super::words::Sense;
use super::{Day, make};

/// The date in digits that begins at `i`, and where it ends.
pub(super) fn read(items: &Items<'_>, i: usize, today: NaiveDate) -> Option<(Day, usize)> {
    let one = |day: Option<NaiveDate>| day.map_or(Day::None, Day::On);
    let word = items.word(i);
    if !word.chars().next().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    // Dots are day first, in every language.
    if word.contains('.') && !word.contains(',') {
        let parts: Vec<&str> = word.split('.').collect();
        let dot_behind = items.slice(i + 1, i + 2) == "." && items.glued(i + 1);
        return match parts.as_slice() {
            [year, m, d] if year.len() == 4 => Some((one(ymd(year, m, d)), i + 1)),
            [d, m, year] => Some((one(year_of(year).and_then(|y| make(Some(y), small(m)?, small(d)?, today))), i + 1)),
            [d, m] if dot_behind && d.len() <= 2 && m.len() <= 2 => {
                // "3.2. 2028"
                let year =
                    if let Sense::Number(y) = items.sense(i + 2) { Some(y as i32).filter(|_| items.word(i + 2).len() == 4) } else { None };
                let last = i + 2 + usize::from(year.is_some());
                Some((one(small(d).zip(small(m)).and_then(|(d, m)| make(year, m, d, today))), last))
            }
            [m, year] if year.len() == 4 => Some((one(ymd(year, m, "1")), i + 1)),
            _ => None,
        };
    }
    let joined = |n: usize, sense: Sense| items.sense(i + n) == sense && items.glued(i + n);
    for mark in [Sense::Slash, Sense::Dash] {
        if !joined(1, mark) {
            continue;
        }
        let (a, b) = (word, items.word(i + 2));
        if !b.chars().next().is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        if joined(3, mark) && items.word(i + 4).chars().next().is_some_and(|c| c.is_ascii_digit()) {
            let c = items.word(i + 4);
            let more = items.sense(i + 5) == mark && items.glued(i + 5);
            let day = if more {
                Day::None
            } else if a.len() == 4 {
                one(ymd(a, b, c))
            } else {
                either(small(a), small(b), year_of(c), today)
            };
            return Some((day, i + 5));
        }
        if a.len() == 4 && b.len() <= 2 {
            return Some((one(ymd(a, b, "1")), i + 3));
        }
        if b.len() == 4 && a.len() <= 2 {
            return Some((one(ymd(b, a, "1")), i + 3));
        }
        // Two small numbers with a dash are a range, not a day.
        return (mark == Sense::Slash).then(|| (either_next(small(a), small(b), today), i + 3));
    }
    None
}

fn small(text: &str) -> Option<u32> {
    if text.len() <= 2 { text.parse().ok() } else { None }
}

/// A year of four digits, or of two in this century.
fn year_of(text: &str) -> Option<i32> {
    match text.len() {
        4 => text.parse().ok(),
        2 => text.parse::<i32>().ok().map(|y| 2000 + y),
        _ => None,
    }
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year_of(year)?, small(month)?, small(day)?)
}

/// Both readings of a slash date with a year; one where only one is a day.
fn either(a: Option<u32>, b: Option<u32>, year: Option<i32>, today: NaiveDate) -> Day {
    let (Some(a), Some(b), Some(year)) = (a, b, year) else { return Day::None };
    both(make(Some(year), b, a, today), make(Some(year), a, b, today))
}

/// The same without a year: the next such day.
fn either_next(a: Option<u32>, b: Option<u32>, today: NaiveDate) -> Day {
    let (Some(a), Some(b)) = (a, b) else { return Day::None };
    both(make(None, b, a, today), make(None, a, b, today))
}

fn both(day_first: Option<NaiveDate>, month_first: Option<NaiveDate>) -> Day {
    match (day_first, month_first) {
        (Some(a), Some(b)) if a == b => Day::On(a),
        (Some(a), Some(b)) => Day::Either(a, b),
        (Some(one), None) | (None, Some(one)) => Day::On(one),
        (None, None) => Day::None,
    }
}
