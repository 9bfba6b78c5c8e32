//! Digits of any script, with the separators people put between them.

/// What a run of digits says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numeral {
    /// The number, where the run is one ("3.11.2" isn't).
    pub(super) value: Option<f64>,
    /// The run in ASCII digits, with `.` and `,` as written and no spaces or apostrophes.
    pub(super) plain: String,
    /// It is a fraction sign alone, such as `½`.
    pub(super) fraction: bool,
}

/// The zeros of the scripts whose digits count up from there.
const ZEROS: &[char] = &[
    '0',
    '\u{660}',
    '\u{6f0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{e50}',
    '\u{ed0}',
    '\u{1040}',
    '\u{17e0}',
    '\u{ff10}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
];

/// A longer run is no amount, and past this a float isn't exact.
const MOST_DIGITS: usize = 15;

/// The digit's value.
pub(super) fn digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    ZEROS.iter().find_map(|&zero| (c as u32).checked_sub(zero as u32).filter(|d| *d < 10))
}

/// The value of a fraction sign.
pub(super) fn fraction(c: char) -> Option<f64> {
    match c {
        '½' => Some(0.5),
        '¼' => Some(0.25),
        '¾' => Some(0.75),
        '⅓' => Some(1.0 / 3.0),
        '⅔' => Some(2.0 / 3.0),
        _ => None,
    }
}

/// Whether a numeral begins at `at`: a digit, a fraction sign, or the point of ".5".
pub(super) fn starts(chars: &[(usize, char)], at: usize, glued: bool) -> bool {
    let is_digit = |i: usize| chars.get(i).is_some_and(|&(_, c)| digit(c).is_some());
    match chars.get(at) {
        Some((_, '.')) => !glued && is_digit(at + 1),
        Some(&(_, c)) => fraction(c).is_some() || is_digit(at),
        None => false,
    }
}

/// Reads the numeral at `at` and gives the place after it.
pub(super) fn scan(chars: &[(usize, char)], at: usize) -> (Numeral, usize) {
    let mut groups: Vec<String> = Vec::new();
    let mut marks: Vec<char> = Vec::new();
    let mut next = at;
    if matches!(chars.get(at), Some((_, '.'))) {
        groups.push("0".to_owned());
        marks.push('.');
        next += 1;
    }
    loop {
        let (group, end) = run(chars, next);
        if group.is_empty() {
            break;
        }
        next = end;
        groups.push(group);
        let Some(mark) = separator(chars, next, &groups, &marks) else { break };
        marks.push(mark);
        next += 1;
    }
    let mut plain = String::new();
    for (i, group) in groups.iter().enumerate() {
        if let Some(mark @ ('.' | ',')) = i.checked_sub(1).and_then(|m| marks.get(m)) {
            plain.push(*mark);
        }
        plain.push_str(group);
    }
    let mut value = value_of(&groups, &marks);
    let whole = groups.is_empty();
    if let Some(part) = chars.get(next).and_then(|&(_, c)| fraction(c)) {
        value = if whole { Some(part) } else { value.filter(|v| v.fract() == 0.0).map(|v| v + part) };
        next += 1;
    }
    (Numeral { value, plain, fraction: whole }, next)
}

/// The ASCII digits from `at` on.
fn run(chars: &[(usize, char)], at: usize) -> (String, usize) {
    let mut out = String::new();
    let mut next = at;
    while let Some(d) = chars.get(next).and_then(|&(_, c)| digit(c)) {
        out.extend(char::from_digit(d, 10));
        next += 1;
        // The frames of keycap digits.
        while matches!(chars.get(next), Some((_, '\u{fe0f}' | '\u{20e3}'))) {
            next += 1;
        }
    }
    (out, next)
}

/// The separator at `at`, if the digits go on after it as the same number.
fn separator(chars: &[(usize, char)], at: usize, groups: &[String], marks: &[char]) -> Option<char> {
    let &(_, c) = chars.get(at)?;
    chars.get(at + 1).and_then(|&(_, d)| digit(d))?;
    let mark = match c {
        '.' | '٫' => '.',
        ',' | '٬' => ',',
        '\'' | '’' => '\'',
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        _ => return None,
    };
    if matches!(mark, ' ' | '\'') {
        // Only between thousands: "72 000", never "5 12" or the blocks of a phone number.
        let ahead = chars.get(at + 1..at + 5).or_else(|| chars.get(at + 1..)).unwrap_or_default();
        let three = ahead.iter().take_while(|&&(_, d)| digit(d).is_some()).count() == 3;
        let first = groups.first().is_some_and(|g| (1..=3).contains(&g.len()) && !g.starts_with('0'));
        let rest = groups.iter().skip(1).all(|g| g.len() == 3);
        if !(three && first && rest && marks.iter().all(|m| *m == mark)) {
            return None;
        }
    }
    Some(mark)
}

/// The number that grouped digits say, if they say one.
fn value_of(groups: &[String], marks: &[char]) -> Option<f64> {
    let joined = |list: &[String]| -> Option<f64> {
        let digits: String = list.concat();
        if digits.is_empty() || digits.len() > MOST_DIGITS { None } else { digits.parse().ok() }
    };
    let first_fits = groups.first().is_some_and(|g| (1..=3).contains(&g.len()) && !g.starts_with('0'));
    let thousands = |list: &[String]| {
        let last_three = list.last().is_some_and(|g| g.len() == 3);
        let middle = list.get(1..list.len().saturating_sub(1)).unwrap_or_default();
        // 1,200,000 and the Indian 12,00,000.
        first_fits && last_three && (middle.iter().all(|g| g.len() == 3) || middle.iter().all(|g| g.len() == 2))
    };
    let decimal = |whole: &[String], part: &str| -> Option<f64> {
        let text = format!("{}.{part}", whole.concat());
        if text.len() > MOST_DIGITS { None } else { text.parse().ok() }
    };
    let (last, body) = groups.split_last()?;
    match marks {
        [] => joined(groups),
        ['.' | ','] if !thousands(groups) => decimal(body, last),
        [one, rest @ ..] if rest.iter().all(|m| m == one) => thousands(groups).then(|| joined(groups))?,
        // The last mark is the decimal one: 72.000,00 and 85,000.00.
        [body_marks @ .., end] if body_marks.iter().all(|m| m != end) && body_marks.windows(2).all(|w| w.first() == w.last()) => {
            (matches!(end, '.' | ',') && thousands(body)).then(|| decimal(body, last))?
        }
        _ => None,
    }
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_read_as_people_mean_them() {
        for (text, want) in [
            ("5", Some(5.0)),
            ("72,000", Some(72_000.0)),
            ("72.000,00", Some(72_000.0)),
            ("85,000.00", Some(85_000.0)),
            ("85'000", Some(85_000.0)),
            ("72 000", Some(72_000.0)),
            ("1\u{a0}200\u{a0}000", Some(1_200_000.0)),
            ("12,00,000", Some(1_200_000.0)),
            ("2,5", Some(2.5)),
            ("2.5", Some(2.5)),
            ("0.500", Some(0.5)),
            (".5", Some(0.5)),
            ("3½", Some(3.5)),
            ("½", Some(0.5)),
            ("٣٫٥", Some(3.5)),
            ("१२", Some(12.0)),
            ("3.11.2", None),
            ("03.02.2028", None),
            ("12345678901234567890", None),
        ] {
            let chars: Vec<_> = text.char_indices().collect();
            let (numeral, next) = scan(&chars, 0);
            assert_eq!(numeral.value, want, "{text}");
            assert_eq!(next, chars.len(), "{text}");
        }
    }
}
