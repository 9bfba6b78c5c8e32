//! When a person answers: `Mon-Fri 09:00-17:00`.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc, Weekday};

/// Opening hours by the week, in the job's own time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours(Vec<Span>);

/// Days, and minutes after midnight. An end at or before the start lies on the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    days: Vec<Weekday>,
    from: u32,
    to: u32,
}

const DAY: u32 = 24 * 60;

impl Hours {
    /// Reads one or more spans: `Mon-Fri 09:00-17:00`, `Mon, Wed 08:00-12:00; Sat 10:00-14:00`, `daily 22:00-06:00`.
    /// The error says what could not be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut spans = Vec::new();
        let mut days = Vec::new();
        // Days may come before the times they share: `Mon, Wed 08:00-12:00`.
        for part in text.split([',', ';']).map(str::trim) {
            let (day_part, time_part) = match part.rsplit_once(' ') {
                Some((d, t)) if t.contains(':') => (d.trim(), Some(t)),
                _ => (part, None),
            };
            days.extend(read_days(day_part)?);
            if let Some(times) = time_part {
                let (from, to) = read_times(times)?;
                spans.push(Span { days: std::mem::take(&mut days), from, to });
            }
        }
        if spans.is_empty() || !days.is_empty() {
            return Err(format!("\"{text}\" has days without times"));
        }
        Ok(Self(spans))
    }

    /// When `time` of opening hours, to the minute, will have passed since `from`; none within three weeks if they never add up.
    pub fn after<Z: TimeZone>(&self, from: DateTime<Utc>, zone: Z, time: Duration) -> Option<DateTime<Utc>> {
        let mut left = time.num_minutes();
        (0..21 * i64::from(DAY)).map(|minute| from + Duration::minutes(minute)).find(|at| {
            if left <= 0 {
                return true;
            }
            if self.contains(at.with_timezone(&zone).naive_local()) {
                left -= 1;
            }
            false
        })
    }

    /// Whether a person answers at this local time.
    pub fn contains(&self, local: NaiveDateTime) -> bool {
        let minute = local.hour() * 60 + local.minute();
        let (today, yesterday) = (local.weekday(), local.weekday().pred());
        self.0.iter().any(|span| {
            let overnight = span.to <= span.from;
            let to = if overnight { DAY } else { span.to };
            span.days.contains(&today) && (span.from..to).contains(&minute)
                || overnight && span.days.contains(&yesterday) && minute < span.to
        })
    }
}

fn read_days(text: &str) -> Result<Vec<Weekday>, String> {
    if text.eq_ignore_ascii_case("daily") {
        return Ok(days_from(Weekday::Mon, Weekday::Sun));
    }
    let day = |name: &str| Weekday::from_str(name.trim()).map_err(|_| format!("\"{}\" is not a day of the week", name.trim()));
    match text.split_once(['-', '–']) {
        Some((from, to)) => Ok(days_from(day(from)?, day(to)?)),
        None => Ok(vec![day(text)?]),
    }
}

/// Both included; `Sat-Mon` runs over the week's end.
fn days_from(from: Weekday, to: Weekday) -> Vec<Weekday> {
    let length = to.days_since(from) as usize + 1;
    std::iter::successors(Some(from), |d| Some(d.succ())).take(length).collect()
}

fn read_times(text: &str) -> Result<(u32, u32), String> {
    let Some((from, to)) = text.split_once(['-', '–']) else { return Err(format!("\"{text}\" is not a span of time")) };
    let (from, to) = (read_time(from)?, read_time(to)?);
    if from == to { Err(format!("\"{text}\" is empty")) } else { Ok((from % DAY, to)) }
}

fn read_time(text: &str) -> Result<u32, String> {
    match NaiveTime::parse_from_str(text.trim(), "%H:%M") {
        Ok(time) => Ok(time.hour() * 60 + time.minute()),
        Err(_) if text.trim() == "24:00" => Ok(DAY),
        Err(_) => Err(format!("\"{}\" is not a time of day", text.trim())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn open(hours: &str, local: &str) -> bool {
        Hours::parse(hours).unwrap().contains(local.parse().unwrap())
    }

    #[test]
    fn office_hours_end_when_they_say() {
        let office = "Mon-Fri 09:00-17:00";
        assert!(open(office, "2026-11-23T09:00:00"), "Monday, first minute");
        assert!(open(office, "2026-11-27T16:59:59"), "Friday, last minute");
        assert!(!open(office, "2026-11-27T17:00:00"), "Friday, five");
        assert!(!open(office, "2026-11-22T12:00:00"), "Sunday");
    }

    #[test]
    fn days_may_share_times_and_differ_in_them() {
        let hours = "Mon, Wed 08:00-12:00; Sat-Sun 10:00-24:00";
        assert!(open(hours, "2026-11-25T08:30:00"), "Wednesday");
        assert!(!open(hours, "2026-11-24T08:30:00"), "Tuesday");
        assert!(open(hours, "2026-11-22T23:59:00"), "Sunday night");
    }

    #[test]
    fn a_night_shift_runs_into_the_next_day() {
        let night = "Fri 22:00-06:00";
        assert!(open(night, "2026-11-27T23:00:00"), "Friday night");
        assert!(open(night, "2026-11-28T05:59:00"), "Saturday morning");
        assert!(!open(night, "2026-11-27T05:59:00"), "Friday morning");
        assert!(open("daily 22:00-06:00", "2026-11-23T01:00:00"));
        assert!(open("Sat-Mon 10:00-12:00", "2026-11-22T11:00:00"), "a range over the week's end");
    }

    #[test]
    fn working_time_stands_still_when_nobody_works() {
        let office = Hours::parse("Mon-Fri 09:00-17:00").unwrap();
        let after = |from: &str| office.after(from.parse().unwrap(), Utc, Duration::hours(2)).unwrap().to_rfc3339();
        assert_eq!(after("2026-11-23T10:00:00Z"), "2026-11-23T12:00:00+00:00", "Monday morning");
        assert_eq!(after("2026-11-27T16:00:00Z"), "2026-11-30T10:00:00+00:00", "Friday at four, over the weekend");
        assert_eq!(after("2026-11-28T12:00:00Z"), "2026-11-30T11:00:00+00:00", "Saturday");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (text, problem) in [
            ("Mon-Fri", "\"Mon-Fri\" has days without times"),
            ("Foo 09:00-17:00", "\"Foo\" is not a day of the week"),
            ("Mon-Fri 9-17", "\"Fri 9-17\" is not a day of the week"),
            ("Mon-Fri 09:00", "\"09:00\" is not a span of time"),
            ("Mon 25:00-26:00", "\"25:00\" is not a time of day"),
            ("Mon 09:00-09:00", "\"09:00-09:00\" is empty"),
            ("", "\"\" is not a day of the week"),
        ] {
            assert_eq!(Hours::parse(text).unwrap_err(), problem, "{text}");
        }
    }
}
