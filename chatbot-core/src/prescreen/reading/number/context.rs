//! What stands around an amount and makes it an age, a date, a part, or a count of something else.

use chrono::Datelike;

use super::super::ReadContext;
use super::super::amounts::Amount;
use super::super::asked::Asked;
use super::super::items::{Items, month};
use super::super::words::{Sense, Unit};
use super::{Candidate, LONGEST_LIFE, choose};

/// "I'm 35", "I was 15 when …": an age, not an experience; "I'm 5 years in" is one.
pub(super) fn is_age(items: &Items<'_>, amount: &Amount) -> bool {
    let i = amount.first;
    let word = items.word_before(i, 1);
    let me = matches!(word, "i'm" | "im") || (matches!(word, "am" | "was") && items.word_before(i, 2) == "i");
    (me && !matches!(items.word(amount.last), "in" | "into")) || matches!(items.word(amount.last), "when" | "young")
}

/// Where a "since" that governs the item begins: "since 2016", "since March 2016", "since about 2016".
pub(super) fn before_since(items: &Items<'_>, i: usize) -> Option<usize> {
    (1..=4)
        .map_while(|n| i.checked_sub(n))
        .take_while(|j| {
            matches!(
                items.sense(*j),
                Sense::Since
                    | Sense::About
                    | Sense::Nearly
                    | Sense::Filler
                    | Sense::From
                    | Sense::Other
                    | Sense::Slash
                    | Sense::Prep
                    | Sense::Article
                    | Sense::To
                    | Sense::Function
                    | Sense::Mark(_)
            ) || month(items.word(*j)).is_some()
        })
        .find(|j| items.sense(*j) == Sense::Since)
}

/// "since 2016", "from 2016 to now": the years up to today.
pub(super) fn since(items: &Items<'_>, amount: &Amount, asked: &Asked, cx: &ReadContext<'_>) -> Option<f64> {
    let open = before_since(items, amount.low.first).is_some();
    let last = amount.last;
    let up_to_now = matches!(items.sense(last), Sense::To | Sense::Dash) && items.sense(last + 1) == Sense::Now;
    let ended = amount.high.is_some() || (matches!(items.sense(last), Sense::To | Sense::Dash | Sense::Or) && !up_to_now);
    if asked.unit != Some(Unit::Year) || ended || amount.rate.is_some() || !(open || up_to_now) {
        return None;
    }
    let years = f64::from(cx.today.year()) - amount.low.value;
    (0.0..=LONGEST_LIFE).contains(&years).then_some(years)
}

/// Units convert by the year: 12 months, 52 weeks, 365 days. Hours stay hours.
pub(super) fn in_unit(value: f64, from: Unit, to: Unit) -> Option<f64> {
    let per_year = |unit: Unit| match unit {
        Unit::Decade => Some(0.1),
        Unit::Year => Some(1.0),
        Unit::Quarter => Some(4.0),
        Unit::Month => Some(12.0),
        Unit::Fortnight => Some(26.0),
        Unit::Week => Some(52.0),
        Unit::Day => Some(365.0),
        Unit::Hour | Unit::WorkDay => None,
    };
    if from == to || (from == Unit::WorkDay && to == Unit::Day) {
        return Some(value);
    }
    let converted = value * per_year(to)? / per_year(from)?;
    // Twelve months are 1, not 0.9999.
    Some((converted * 1e6).round() / 1e6)
}

pub(super) fn rate_named(word: &str, rate: Unit) -> bool {
    let names: &[&str] = match rate {
        Unit::Hour => &["hour", "hourly"],
        Unit::Day => &["day", "daily"],
        Unit::Week => &["week", "weekly"],
        Unit::Month => &["month", "monthly"],
        Unit::Year => &["year", "yearly", "annually"],
        _ => &[],
    };
    names.contains(&word)
}

/// Whether nothing beside a bare number makes it count something else: "3 kids", "python 3".
pub(super) fn stands_alone(items: &Items<'_>, amount: &Amount, asked: &Asked) -> bool {
    let last = amount.last;
    let fits = |i: usize| match items.sense(i) {
        Sense::Word | Sense::Scale(_) | Sense::Danger => asked.names(items.word(i)),
        Sense::Other | Sense::Number(_) | Sense::Ordinal(_) | Sense::Slash | Sense::Unit(_) | Sense::Percent | Sense::Fraction(_) => false,
        Sense::Mark(c) => !c.is_alphanumeric() && !matches!(c, '€' | '$' | '£' | '=' | '^' | '@' | '#' | '_' | '¥' | '₹'),
        Sense::Prep => !matches!(items.word(i + 1), "us" | "you" | "them" | "my") || asked.unit.is_none(),
        Sense::Plus => !items.glued(i + 1) && !matches!(items.sense(i + 1), Sense::Number(_) | Sense::Cardinal(_)),
        _ => true,
    };
    // "a team of 5"
    if asked.unit.is_some() && items.word_before(amount.first, 1) == "of" && items.before(amount.first, 2) == Sense::Word {
        return false;
    }
    let mut after = last;
    // "4 different countries", "4 Rust projects": one adjective may stand between.
    if items.sense(after) == Sense::Word
        && !asked.names(items.word(after))
        && items.sense(after + 1) == Sense::Word
        && asked.unit.is_none()
        && asked.names(items.word(after + 1))
    {
        after += 1;
    }
    let behind = items.sense(after) == Sense::End || fits(after);
    let ahead = match amount.first.checked_sub(1) {
        None => true,
        Some(i) => match items.sense(i) {
            Sense::Word => {
                matches!(items.word(i), "years" | "answer" | "roughly")
                    || (asked.names(items.word(i)) && !choose::SKILLS.contains(&items.word(i)))
            }
            Sense::Mark(c) => !matches!(c, '€' | '$' | '£' | '#' | '=' | '^' | '_' | '@' | '¥' | '₹'),
            Sense::Other | Sense::Number(_) | Sense::Slash => false,
            _ => true,
        },
    };
    behind && ahead
}

/// "two of them part time", "including 2 as a lead".
pub(super) fn is_part(items: &Items<'_>, c: &Candidate) -> bool {
    let near_before = (1..=6)
        .map_while(|n| c.first.checked_sub(n))
        .take_while(|i| !matches!(items.sense(*i), Sense::Stop | Sense::Comma | Sense::Unit(_) | Sense::Number(_) | Sense::Cardinal(_)))
        .any(|i| items.sense(i) == Sense::Part && !items.word(i).starts_with("of "));
    near_before
        || (items.sense(c.last) == Sense::Part
            && (items.word(c.last).starts_with("of ") || items.word(c.last).starts_with("out ") || items.word(c.last) == "thereof"))
}
