//! Amounts in a text: a number or a range, with its unit of time and its bound. Numbers, durations, pay and dates build on it.

use super::items::{Items, fraction};
use super::words::{Sense, Unit};

/// One end of a range, or the amount itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct End {
    pub(super) value: f64,
    pub(super) unit: Option<Unit>,
    /// The smaller part of "2 years and 6 months".
    pub(super) more: Option<(f64, Unit)>,
    pub(super) at_least: bool,
    pub(super) first: usize,
    pub(super) last: usize,
    /// Where the bare number ends.
    pub(super) number_last: usize,
}

/// How the amount was hedged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Exact,
    AtLeast,
    AtMost,
    /// "almost 3": the amount, if nothing hangs on reaching it.
    Nearly,
}

/// An amount and the items it was read from, `first..last`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    pub(super) low: End,
    pub(super) high: Option<End>,
    pub(super) bound: Bound,
    /// The second unit of "40 hours a week".
    pub(super) rate: Option<Unit>,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// All amounts, in order. Nothing stands in two of them.
pub(super) fn find(items: &Items<'_>) -> Vec<Amount> {
    let mut out: Vec<Amount> = Vec::new();
    let mut i = 0;
    while i < items.list.len() {
        let floor = out.last().map_or(0, |a| a.last);
        match parse(items, i, floor) {
            Some(amount) => {
                i = amount.last.max(i + 1);
                out.push(amount);
            }
            None => i += 1,
        }
    }
    out
}

/// The amount whose number begins at `i`.
pub(super) fn at(items: &Items<'_>, i: usize) -> Option<Amount> {
    parse(items, i, i)
}

/// What a quantity needs behind it to be one: "a" and "half" need a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Unit,
}

/// A number in digits or words from `i` on, and the place after it.
fn quantity(items: &Items<'_>, i: usize) -> Option<(f64, usize, Needs)> {
    match items.sense(i) {
        Sense::Fraction(v) => Some((v, i + 1, Needs::Nothing)),
        Sense::Number(v) => {
            if items.sense(i + 1) == Sense::Slash
                && items.glued(i + 1)
                && let Some(part) = fraction(items.word(i), items.word(i + 2))
            {
                return Some((part, i + 3, Needs::Nothing));
            }
            let (mut v, mut j) = (v, i + 1);
            if v.fract() == 0.0 {
                if let Sense::Fraction(part) = items.sense(j) {
                    return Some((v + part, j + 1, Needs::Nothing));
                }
                if items.sense(j + 1) == Sense::Slash
                    && let Some(part) = fraction(items.word(j), items.word(j + 2))
                {
                    return Some((v + part, j + 3, Needs::Nothing));
                }
            }
            (v, j) = scaled(items, v, j);
            let (half, j) = and_a_half(items, j);
            Some((v + half, j, Needs::Nothing))
        }
        Sense::Cardinal(_) | Sense::Tens(_) => {
            let (v, j) = spelled(items, i);
            let (v, j) = point(items, v, j);
            let (v, j) = if items.sense(j) == Sense::Dozen { (v * 12.0, j + 1) } else { (v, j) };
            let (half, j) = and_a_half(items, j);
            Some((v + half, j, Needs::Nothing))
        }
        Sense::Article => match items.sense(i + 1) {
            Sense::Dozen => Some((12.0, i + 2, Needs::Nothing)),
            Sense::Couple => Some((2.0, i + 2, Needs::Nothing)),
            Sense::Half if items.sense(i + 2) != Sense::Dozen => Some((0.5, i + 2, Needs::Unit)),
            Sense::Scale(v) if items.word(i + 1) != "k" => {
                let (v, j) = scaled(items, v, i + 2);
                Some((v, j, Needs::Nothing))
            }
            _ => Some((1.0, i + 1, Needs::Unit)),
        },
        Sense::Couple => Some((2.0, i + 1, Needs::Nothing)),
        Sense::Dozen => Some((12.0, i + 1, Needs::Unit)),
        // "year and a half", without its article.
        Sense::Unit(_)
            if !matches!(
                items.before(i, 1),
                Sense::Number(_)
                    | Sense::Cardinal(_)
                    | Sense::Tens(_)
                    | Sense::Half
                    | Sense::Couple
                    | Sense::Fraction(_)
                    | Sense::Vague
                    | Sense::Slash
                    | Sense::Dash
            ) && and_a_half(items, i + 1).0 > 0.0 =>
        {
            Some((1.0, i, Needs::Unit))
        }
        Sense::Half => {
            let j = i + 1;
            let j = j + usize::from(items.word(j) == "of");
            let j = j + usize::from(matches!(items.sense(j), Sense::Article) || (items.sense(j) == Sense::Dash && items.glued(j)));
            if items.sense(j) == Sense::Dozen { Some((6.0, j + 1, Needs::Nothing)) } else { Some((0.5, j, Needs::Unit)) }
        }
        _ => None,
    }
}

/// Scales behind digits: "2 hundred thousand", "72k", "a dozen" of them.
fn scaled(items: &Items<'_>, mut v: f64, mut j: usize) -> (f64, usize) {
    loop {
        match items.sense(j) {
            Sense::Scale(s) => v *= s,
            Sense::Dozen => v *= 12.0,
            _ => return (v, j),
        }
        j += 1;
    }
}

#[allow(clippy::float_cmp, reason = "`room` only ever holds these whole numbers")]
/// A number in words: "twenty five", "one hundred and five".
fn spelled(items: &Items<'_>, i: usize) -> (f64, usize) {
    let (mut total, mut group, mut j) = (0.0, 0.0, i);
    // What may still be added to the group: below this.
    let mut room = f64::INFINITY;
    loop {
        match items.sense(j) {
            Sense::Tens(v) if v < room => {
                group += v;
                room = 10.0;
            }
            Sense::Cardinal(v) if v < room && (room > 10.0 || (1.0..10.0).contains(&v)) => {
                group += v;
                room = 0.0;
            }
            Sense::Scale(s) if group > 0.0 => {
                if s < 1000.0 {
                    group *= s;
                } else {
                    total += group * s;
                    group = 0.0;
                }
                room = 100.0;
            }
            // The hyphen of "twenty-five" and the "and" of "one hundred and five".
            Sense::Dash if room == 10.0 && items.glued(j) && matches!(items.sense(j + 1), Sense::Cardinal(v) if v < 10.0) => {}
            Sense::And
                if room == 100.0
                    && matches!(items.sense(j + 1), Sense::Cardinal(_) | Sense::Tens(_))
                    && items.before(j, 1) == Sense::Scale(100.0) => {}
            _ => return (total + group, j),
        }
        j += 1;
    }
}

/// "two point five"
fn point(items: &Items<'_>, v: f64, j: usize) -> (f64, usize) {
    match (items.word(j), items.sense(j + 1)) {
        ("point", Sense::Cardinal(d) | Sense::Number(d)) if (1.0..10.0).contains(&d) && d.fract() == 0.0 => (v + d / 10.0, j + 2),
        _ => (v, j),
    }
}

/// "and a half" behind a number or a unit; not the start of "and half a year".
fn and_a_half(items: &Items<'_>, j: usize) -> (f64, usize) {
    let hyphen = |at: usize| at + usize::from(items.sense(at) == Sense::Dash && items.glued(at));
    let joined = match items.sense(hyphen(j)) {
        Sense::And => hyphen(hyphen(j) + 1),
        _ => return (0.0, j),
    };
    let at = hyphen(joined + usize::from(matches!(items.sense(joined), Sense::Article)));
    let part = match items.sense(at) {
        Sense::Half => Some((0.5, at + 1)),
        Sense::Fraction(v) => Some((v, at + 1)),
        Sense::Number(_) if items.sense(at + 1) == Sense::Slash => fraction(items.word(at), items.word(at + 2)).map(|v| (v, at + 3)),
        _ => None,
    };
    match part {
        Some((v, end)) if !matches!(items.sense(end), Sense::Article | Sense::Dozen) && items.word(end) != "of" => (v, end),
        _ => (0.0, j),
    }
}

/// A quantity with its unit.
fn end(items: &Items<'_>, first: usize) -> Option<End> {
    let (mut value, mut j, needs) = quantity(items, first)?;
    let number_last = j;
    let mut at_least = false;
    loop {
        match items.sense(j) {
            Sense::Plus if !matches!(items.sense(j + 1), Sense::Number(_) | Sense::Cardinal(_) | Sense::Word) => at_least = true,
            Sense::OrMore if !more_follows(items, j) => at_least = true,
            Sense::OrSo => {}
            Sense::Dash if items.glued(j) && items.word(j + 1) == "ish" => {}
            _ => break,
        }
        j += 1;
    }
    let mut u = j;
    let mut skipped = 0;
    while skipped < 2
        && (matches!(items.sense(u), Sense::Filler | Sense::Couple)
            || items.word(u) == "of"
            || (items.sense(u) == Sense::Dash && (items.glued(u) || matches!(items.sense(u + 1), Sense::Unit(_)))))
        && !matches!(items.sense(u), Sense::Couple)
    {
        u += 1;
        skipped += 1;
    }
    let Sense::Unit(unit) = items.sense(u) else {
        return (needs == Needs::Nothing).then_some(End { value, unit: None, more: None, at_least, first, last: j, number_last });
    };
    j = u + 1;
    let mut more = None;
    let (half, after) = and_a_half(items, j);
    // "a year and a half", but "a year and half a month" is two parts.
    if half > 0.0 && !matches!(items.sense(after), Sense::Unit(_)) {
        value += half;
        j = after;
    } else {
        let k = j + usize::from(matches!(items.sense(j), Sense::And | Sense::Comma));
        if let Some((part, after, _)) = quantity(items, k)
            && let Sense::Unit(small) = items.sense(after)
            && days(small) < days(unit)
            && small != Unit::Hour
            && rate_after(items, j).is_none()
            && rate_after(items, after + 1).is_none()
        {
            more = Some((part, small));
            j = after + 1;
        }
    }
    loop {
        match items.sense(j) {
            Sense::Plus if !matches!(items.sense(j + 1), Sense::Number(_) | Sense::Cardinal(_) | Sense::Word) => at_least = true,
            Sense::OrMore if !more_follows(items, j) => at_least = true,
            Sense::OrSo => {}
            _ => break,
        }
        j += 1;
    }
    Some(End { value, unit: Some(unit), more, at_least, first, last: j, number_last })
}

/// "3 plus 2": a sum of two, not "3 or more".
fn more_follows(items: &Items<'_>, j: usize) -> bool {
    items.word(j) == "plus"
        && matches!(
            items.sense(j + 1),
            Sense::Number(_) | Sense::Cardinal(_) | Sense::Tens(_) | Sense::Article | Sense::Half | Sense::Couple
        )
}

/// The second unit of a rate, and the place after it: "a week", "per day", "/ month", "each year".
fn rate_after(items: &Items<'_>, j: usize) -> Option<(Unit, usize)> {
    let joined = matches!(items.sense(j), Sense::Article | Sense::Slash) || matches!(items.word(j), "per" | "each" | "every");
    match items.sense(j + 1) {
        Sense::Unit(unit) if joined => Some((unit, j + 2)),
        _ => None,
    }
}

/// The amount that begins with its number at `i`; words before it are looked at no further back than `floor`.
fn parse(items: &Items<'_>, i: usize, floor: usize) -> Option<Amount> {
    let mut low = end(items, i)?;
    // "three times a week": the unit belongs to a rate, it is no amount.
    if items.sense(i) == Sense::Article
        && i > 0
        && (matches!(items.word_before(i, 1), "times" | "once" | "twice" | "per" | "half")
            || matches!(items.before(i, 1), Sense::Unit(_) | Sense::Number(_)))
    {
        return None;
    }
    // "a quarter of a year", "the best part of a year"
    let share = matches!(items.before(i, 2), Sense::Unit(_) | Sense::Half | Sense::Ordinal(_))
        || matches!(items.word_before(i, 2), "part" | "most" | "rest" | "thirds" | "much" | "quarters");
    if items.sense(i) == Sense::Article && items.word_before(i, 1) == "of" && share {
        return None;
    }
    let mut first = i;
    let mut bound = Bound::Exact;
    let mut opened = false;
    let mut back = i;
    let mut steps = 0;
    while back > floor && steps < 4 {
        back -= 1;
        steps += 1;
        match items.sense(back) {
            Sense::About => first = back,
            Sense::Nearly => (first, bound) = (back, Bound::Nearly),
            Sense::AtLeast => (first, bound) = (back, Bound::AtLeast),
            Sense::AtMost => (first, bound) = (back, Bound::AtMost),
            Sense::Between => (first, opened) = (back, true),
            Sense::From | Sense::Filler | Sense::Article | Sense::Minus => {}
            _ => break,
        }
    }
    let mut high = None;
    let mut last = low.last;
    // A sign set aside may stand before the joiner: "70k € to 85k €".
    let set_aside = items.sense(last) == Sense::Filler && matches!(items.sense(last + 1), Sense::To | Sense::Dash | Sense::And);
    last += usize::from(set_aside);
    let joins = match items.sense(last) {
        Sense::To | Sense::Dash | Sense::Or => true,
        Sense::And => opened,
        _ => false,
    };
    if joins {
        let mut k = last + 1;
        while matches!(items.sense(k), Sense::About | Sense::Nearly | Sense::Filler | Sense::Dash) && k < last + 3 {
            k += 1;
        }
        if let Some(mut top) = end(items, k) {
            let hyphen_of_unit = items.sense(last) == Sense::Dash && low.unit.is_some() && top.unit.is_none();
            low.unit = low.unit.or(top.unit);
            top.unit = top.unit.or(low.unit);
            let (a, b) = (weight(&low), weight(&top));
            let near = items.sense(last) != Sense::Or || b <= a * 1.5 + 1e-9 || b - a <= 2.0 * low.unit.map_or(1.0, days);
            if b > a && near && !hyphen_of_unit {
                bound = if bound == Bound::AtLeast || top.at_least { Bound::AtLeast } else { bound };
                last = top.last;
                high = Some(top);
            } else {
                low = end(items, i)?;
            }
        }
    }
    if high.is_none() {
        last = low.last;
        // "2 years tops", "75k max"
        if items.sense(last) == Sense::AtMost
            && matches!(items.word(last), "tops" | "max" | "maximum" | "at most" | "at the most")
            && matches!(bound, Bound::Exact | Bound::Nearly)
        {
            bound = Bound::AtMost;
        }
        // "a year or less"
        if items.sense(last) == Sense::Or && (matches!(items.word(last + 1), "less" | "fewer") || items.sense(last + 1) == Sense::AtMost) {
            bound = Bound::AtMost;
        }
    }
    if low.at_least && high.is_none() {
        bound = Bound::AtLeast;
    }
    let mut rate = None;
    if let Some((unit, after)) = rate_after(items, last) {
        rate = Some(unit);
        last = after;
    }
    Some(Amount { low, high, bound, rate, first, last })
}

/// A length for comparing ends.
fn weight(end: &End) -> f64 {
    end.value * end.unit.map_or(1.0, days) + end.more.map_or(0.0, |(v, u)| v * days(u))
}

/// Days in a unit, roughly: for telling longer from shorter only.
pub(super) fn days(unit: Unit) -> f64 {
    match unit {
        Unit::Hour => 1.0 / 24.0,
        Unit::Day => 1.0,
        Unit::WorkDay => 1.4,
        Unit::Week => 7.0,
        Unit::Fortnight => 14.0,
        Unit::Month => 365.0 / 12.0,
        Unit::Quarter => 365.0 / 4.0,
        Unit::Year => 365.0,
        Unit::Decade => 3650.0,
    }
}
