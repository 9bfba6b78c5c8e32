//! Days counted from today: tomorrow, Monday, "in two weeks".

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::super::amounts;
use super::super::items::Items;
use super::super::words::{Sense, Unit};
use super::{Day, Found};

/// Today, tomorrow, weekdays, and "in two weeks".
pub(super) fn relative(items: &Items<'_>, i: usize, today: NaiveDate) -> Option<Found> {
    let found = |day: Option<NaiveDate>, first: usize, last: usize| Some(Found { day: day.map_or(Day::None, Day::On), first, last });
    let word = items.word(i);
    let at_once = matches!(
        word,
        "today" | "immediately" | "immediatly" | "imediately" | "immediatley" | "immediate" | "asap" | "straightaway" | "now" | "right now"
    ) || items.sense(i) == Sense::Now && word != "currently" && word != "date" && word != "present";
    if at_once {
        return found(Some(today), i, i + 1);
    }
    if matches!((word, items.word(i + 1)), ("straight" | "right", "away") | ("at", "once")) {
        return found(Some(today), i, i + 2);
    }
    if word == "as" && items.word(i + 1) == "soon" && items.word(i + 2) == "as" && items.word(i + 3) == "possible" {
        return found(Some(today), i, i + 4);
    }
    if matches!(word, "tomorrow" | "tommorow" | "tomorow" | "tommorrow" | "tmrw") {
        let after = items.word_before(i, 1) == "after" && items.word_before(i, 2) == "day";
        return found(today.checked_add_days(Days::new(if after { 2 } else { 1 })), i, i + 1);
    }
    if word == "day" && items.word(i + 1) == "after" && items.word(i + 2) == "tomorrow" {
        return found(today.checked_add_days(Days::new(2)), i, i + 3);
    }
    if matches!(word, "yesterday" | "spring" | "summer" | "autumn" | "winter" | "christmas" | "easter" | "whenever" | "notice") {
        return found(None, i, i + 1);
    }
    let next = usize::from(matches!(word, "next" | "this" | "coming"));
    if let Some(day) = weekday(items.word(i + next)) {
        let next_week = items.word(i + next + 1) == "next" && items.sense(i + next + 2) == Sense::Unit(Unit::Week);
        let ahead = (7 + day.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
        let ahead = if next_week {
            7 - today.weekday().num_days_from_monday() + day.num_days_from_monday()
        } else if ahead == 0 {
            7
        } else {
            ahead
        };
        let unclear = items.word(i + next + 1) == "after"
            || items.word_before(i, 1) == "from" && matches!(items.before(i, 2), Sense::Unit(_))
            || word == "last";
        return found(
            today.checked_add_days(Days::new(u64::from(ahead))).filter(|_| !unclear),
            i,
            i + next + 1 + 2 * usize::from(next_week),
        );
    }
    if next == 1 && matches!(items.sense(i + 1), Sense::Unit(_)) {
        return found(None, i, i + 2);
    }
    span_from_today(items, i, today)
}

#[allow(clippy::cast_sign_loss, reason = "the ranges are checked")]
/// "in two weeks", "two weeks from now".
fn span_from_today(items: &Items<'_>, i: usize, today: NaiveDate) -> Option<Found> {
    let led = items.word(i) == "in";
    let mut start = i + usize::from(led);
    while led && start < i + 3 && matches!(items.sense(start), Sense::About | Sense::Nearly | Sense::Filler) {
        start += 1;
    }
    let amount = amounts::at(items, start)?;
    amount.low.unit?;
    let mut last = amount.last;
    let from_now = items.word(last) == "from" && matches!(items.word(last + 1), "now" | "today" | "tomorrow");
    if from_now {
        last += 2;
    }
    let whole = amount.high.is_none()
        && amount.bound == amounts::Bound::Exact
        && amount.low.value.fract() == 0.0
        && amount.low.more.is_none()
        && amount.rate.is_none()
        && items.word(last - 1) != "tomorrow";
    let half_year = amount.low.unit == Some(Unit::Year)
        && ((amount.low.value * 12.0).fract() == 0.0)
        && amount.low.more.is_none()
        && amount.high.is_none()
        && amount.bound == amounts::Bound::Exact;
    let notice = items.list.iter().any(|it| it.word.starts_with("notice")) || items.sense(last) == Sense::Ago;
    if !(led || from_now) || !(whole || half_year) || notice {
        return Some(Found { day: Day::None, first: i, last });
    }
    let n = amount.low.value;
    let plus = |days: f64| if (0.0..40_000.0).contains(&days) { today.checked_add_days(Days::new(days as u64)) } else { None };
    let months = |months: f64| if (0.0..1_200.0).contains(&months) { today.checked_add_months(Months::new(months as u32)) } else { None };
    let day = match amount.low.unit? {
        Unit::Day => plus(n),
        Unit::Week => plus(n * 7.0),
        Unit::Fortnight => plus(n * 14.0),
        Unit::Month => months(n),
        Unit::Quarter => months(n * 3.0),
        Unit::Year => months(n * 12.0),
        Unit::Decade | Unit::Hour | Unit::WorkDay => None,
    };
    Some(Found { day: day.map_or(Day::None, Day::On), first: i, last })
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" => Weekday::Mon,
        "tuesday" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "weds" | "wednsday" => Weekday::Wed,
        "thursday" | "thu" | "thurs" | "thur" => Weekday::Thu,
        "friday" | "fri" => Weekday::Fri,
        "saturday" => Weekday::Sat,
        "sunday" => Weekday::Sun,
        _ => return None,
    })
}
