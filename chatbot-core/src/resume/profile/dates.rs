//! "June 2020 – present", "03/2019 - 12/2021", "2018 to 2020": spans of time in a line.

/// A month, or a year where no month is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When {
    pub(super) year: i32,
    pub(super) month: Option<u32>,
}

impl When {
    /// `2020-06`, `2020`.
    pub(super) fn text(self) -> String {
        self.month.map_or_else(|| format!("{:04}", self.year), |m| format!("{:04}-{m:02}", self.year))
    }
}

/// The end of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Present,
    At(When),
}

impl End {
    pub(super) fn text(self) -> String {
        match self {
            Self::Present => "present".to_owned(),
            Self::At(when) => when.text(),
        }
    }
}

/// A span in a line, and where in the line it stands (bytes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: When,
    pub(super) to: End,
    pub(super) at: std::ops::Range<usize>,
}

/// First letters of the months, English, German, Spanish and French.
const MONTHS: &[(&str, u32)] = &[
    ("jan", 1),
    ("ene", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrz", 3),
    ("apr", 4),
    ("abr", 4),
    ("avr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("juin", 6),
    ("jul", 7),
    ("juil", 7),
    ("aug", 8),
    ("ago", 8),
    ("aoû", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
    ("déc", 12),
];
const PRESENT: &[&str] =
    &["present", "now", "current", "currently", "today", "ongoing", "date", "heute", "actualidad", "presente", "aujourd'hui"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    When(When),
    Month(u32),
    Year(i32),
    Present,
    Dash,
    Other,
}

/// The first span in a line; of a single month or year, that one (`May 2021`, a degree's end).
pub(super) fn span(line: &str) -> Option<Span> {
    let tokens = tokens(line);
    // "Jan 2020" is two tokens that mean one.
    let mut joined: Vec<(Token, usize, usize)> = Vec::new();
    for (token, from, upto) in tokens {
        match (joined.last().copied(), token) {
            (Some((Token::Month(month), at, _)), Token::Year(year)) => {
                joined.pop();
                joined.push((Token::When(When { year, month: Some(month) }), at, upto));
            }
            _ => joined.push((token, from, upto)),
        }
    }
    for window in joined.windows(3) {
        let &[(first, at, _), (Token::Dash, ..), (last, _, upto)] = window else { continue };
        let to = match last {
            Token::Present => Some(End::Present),
            other => when(other).map(End::At),
        };
        let from = match (first, to) {
            // "June – August 2020"
            (Token::Month(month), Some(End::At(end))) => Some(When { year: end.year, month: Some(month) }),
            (other, _) => when(other),
        };
        if let (Some(from), Some(to)) = (from, to)
            && !matches!(to, End::At(end) if end.year < from.year)
        {
            return Some(Span { from, to, at: at..upto });
        }
    }
    // "Since 2020", "2020 –".
    for window in joined.windows(2) {
        match *window {
            [(Token::Other, at, end), (token, _, upto)] if when(token).is_some() => {
                let word = line.get(at..end).unwrap_or_default().to_lowercase();
                if let (true, Some(from)) = (matches!(word.as_str(), "since" | "seit" | "from"), when(token)) {
                    return Some(Span { from, to: End::Present, at: at..upto });
                }
            }
            _ => {}
        }
    }
    joined.iter().find_map(|(token, at, upto)| {
        let from = when(*token)?;
        Some(Span { from, to: End::At(from), at: *at..*upto })
    })
}

/// Whether the span names two ends.
pub(super) fn is_range(span: &Span) -> bool {
    span.to != End::At(span.from)
}

fn when(token: Token) -> Option<When> {
    match token {
        Token::When(when) => Some(when),
        Token::Year(year) => Some(When { year, month: None }),
        _ => None,
    }
}

fn tokens(line: &str) -> Vec<(Token, usize, usize)> {
    let mut out = Vec::new();
    let mut rest = 0;
    while let Some(c) = line.get(rest..).and_then(|l| l.chars().next()) {
        let from = rest;
        if c.is_alphanumeric() {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '\'' | '’');
            let mut upto = line.get(from..).and_then(|l| l.find(|c: char| !word(c))).map_or(line.len(), |at| from + at);
            // "2020-06" is one word, "2018-2020" two and a dash.
            let tail = line.get(upto..).unwrap_or_default();
            let head = line.get(from..upto).unwrap_or_default();
            if head.len() == 4
                && year(head).is_some()
                && let Some(month) = tail.strip_prefix('-').and_then(two_digits)
            {
                out.push((Token::When(When { year: year(head).unwrap_or_default(), month: Some(month) }), from, upto + 3));
                rest = upto + 3;
                continue;
            }
            let trimmed = head.trim_end_matches(['.', '/', '\'', '’']);
            upto = from + trimmed.len().max(1).min(head.len());
            if trimmed.is_empty() {
                upto = from + head.len();
            }
            out.push((word_token(trimmed), from, upto));
            rest = upto;
        } else {
            if "-–—−‒~".contains(c) {
                out.push((Token::Dash, from, from + c.len_utf8()));
            }
            rest += c.len_utf8();
        }
    }
    out
}

/// `06` before something that is no digit.
fn two_digits(text: &str) -> Option<u32> {
    let month: u32 = text.get(..2)?.parse().ok()?;
    let ends = text.get(2..).is_none_or(|after| !after.starts_with(|c: char| c.is_ascii_digit()));
    ((1..=12).contains(&month) && ends).then_some(month)
}

fn year(word: &str) -> Option<i32> {
    let year: i32 = (word.len() == 4).then(|| word.parse().ok()).flatten()?;
    (1950..=2100).contains(&year).then_some(year)
}

fn word_token(word: &str) -> Token {
    let lower = word.to_lowercase();
    if let Some(year) = year(&lower) {
        return Token::Year(year);
    }
    if PRESENT.contains(&lower.as_str()) {
        return Token::Present;
    }
    if matches!(lower.as_str(), "to" | "until" | "till" | "through" | "bis" | "a" | "à") {
        return Token::Dash;
    }
    // 06/2020, 06.2020, 2020/06, 01.06.2020
    let parts: Vec<&str> = lower.split(['/', '.']).collect();
    let number = |p: &str| p.parse::<u32>().ok().filter(|n| (1..=12).contains(n));
    match parts.as_slice() {
        [m, y] if m.len() <= 2 => {
            if let (Some(month), Some(year)) = (number(m), year(y)) {
                return Token::When(When { year, month: Some(month) });
            }
        }
        [y, m] if m.len() <= 2 => {
            if let (Some(month), Some(year)) = (number(m), year(y)) {
                return Token::When(When { year, month: Some(month) });
            }
        }
        [_, m, y] => {
            if let (Some(month), Some(year)) = (number(m), year(y)) {
                return Token::When(When { year, month: Some(month) });
            }
        }
        _ => {}
    }
    let letters = lower.trim_end_matches('.');
    let month = MONTHS
        .iter()
        .rev()
        .find(|(start, _)| letters.starts_with(start) && letters.chars().count() <= 10 && letters.chars().all(char::is_alphabetic));
    match month {
        // "Marketing", "Maya" and "Junior" are no months.
        Some((start, month)) if letters == *start || FULL.iter().any(|full| full.starts_with(letters)) => Token::Month(*month),
        _ => Token::Other,
    }
}

/// The months' whole names: what a shorter word must be the beginning of.
const FULL: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "sept",
    "october",
    "november",
    "december",
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "janvier",
    "février",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (line, want) in [
            ("June 2020 – present", Some(("2020-06", "present"))),
            ("Sept 2018 – May 2023", Some(("2018-09", "2023-05"))),
            ("03/2019 - 12/2021", Some(("2019-03", "2021-12"))),
            ("2018-09 to 2023-05", Some(("2018-09", "2023-05"))),
            ("2018-2020", Some(("2018", "2020"))),
            ("2018 — Now", Some(("2018", "present"))),
            ("Jun. – Aug. 2020", Some(("2020-06", "2020-08"))),
            ("Engineer, Example GmbH (01.02.2019–31.03.2020)", Some(("2019-02", "2020-03"))),
            ("Since March 2021", Some(("2021-03", "present"))),
            ("Marketing 2020", Some(("2020", "2020"))),
            ("Junior Developer", None),
            ("raised 2500 euros", None),
        ] {
            let got = span(line).map(|s| (s.from.text(), s.to.text()));
            assert_eq!(got.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), want, "{line}");
        }
    }
}
