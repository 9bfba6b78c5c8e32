//! Lengths of time in scripts: `3h`, `2d`, `15m`, `30s`, or several: `1d 2h`.

use chrono::Duration;

/// The longest wait: moving the clock there takes a step for every quarter of an hour.
const LONGEST: Duration = Duration::days(60);

/// Reads a wait; the error says what is expected.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let expected = || format!("\"{text}\" is not a length of time (30s, 15m, 3h, 2d, at most 60d)");
    let mut total = Duration::zero();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let letters = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: i64 = rest.strip_suffix(letters).and_then(|digits| digits.parse().ok()).ok_or_else(expected)?;
        let unit = letters.chars().next().ok_or_else(expected)?;
        let part = match unit {
            's' => Duration::try_seconds(number),
            'm' => Duration::try_minutes(number),
            'h' => Duration::try_hours(number),
            'd' => Duration::try_days(number),
            _ => None,
        };
        total = part.and_then(|part| total.checked_add(&part)).ok_or_else(expected)?;
        rest = letters.strip_prefix(unit).unwrap_or_default().trim_start();
    }
    if total > Duration::zero() && total <= LONGEST { Ok(total) } else { Err(expected()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [("30s", 30), ("15m", 900), ("3h", 10_800), ("2d", 172_800), ("1d 2h", 93_600), ("1h30m", 5400)] {
            assert_eq!(parse(text), Ok(Duration::seconds(seconds)), "{text}");
        }
        for text in ["", "3", "h", "3 weeks", "-3h", "0s", "61d", "99999999999999999999d", "3hh"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
