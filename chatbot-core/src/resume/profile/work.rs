//! Work and learning: an entry is what stands around a span of time.

use super::contact::is_place;
use super::dates::{Span, is_range, span};
use super::tidy::is_bullet;
use super::words::{DEGREES, SCHOOLS, TITLE_WORDS};
use crate::recruiting::profile::{Education, Found, Position};

/// What stands around a span: the words of its own line and of the lines that belong to it.
struct Entry {
    span: Span,
    pieces: Vec<String>,
    said: String,
}

fn entries(lines: &[String], ranges_only: bool) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    // The first line that no entry has taken yet.
    let mut free = 0;
    for (at, line) in lines.iter().enumerate() {
        if at < free {
            continue;
        }
        let Some(found) = dated(line).filter(|s| !ranges_only || is_range(s)) else { continue };
        let mut pieces: Vec<String> = Vec::new();
        let mut said = vec![line.clone()];
        let mut own: Vec<String> = own_pieces(line, &found);
        // Set beside the first point of its list: what it dates stands above.
        let beside_point = is_bullet(line) || own.iter().any(|p| is_bullet(p));
        if beside_point {
            own.clear();
        }
        // Above: the lines down to this one that are neither points of a list nor another entry's.
        let mut above: Vec<&String> = Vec::new();
        let free_lines = lines.get(free..at).unwrap_or_default();
        for (n, before) in free_lines.iter().enumerate().rev() {
            let ends = before.is_empty() && (!above.is_empty() || !own.is_empty());
            let sentence = before.split_whitespace().count() > 14;
            if ends || is_bullet(before) || is_tail_of_point(free_lines, n) || sentence || above.len() == 2 {
                break;
            }
            if !before.is_empty() {
                above.push(before);
            }
        }
        for before in above.iter().rev() {
            pieces.extend(split(before));
            said.insert(0, (*before).clone());
        }
        pieces.extend(own);
        free = at + 1;
        // Below, where title or employer is still to come.
        let words = |pieces: &[String]| pieces.iter().filter(|p| !is_place(p)).count();
        for after in lines.get(at + 1..).unwrap_or_default() {
            if words(&pieces) >= 2
                || after.is_empty()
                || is_bullet(after)
                || after.split_whitespace().count() > 12
                || dated(after).is_some()
            {
                break;
            }
            pieces.extend(split(after));
            said.push(after.clone());
            free += 1;
        }
        if !pieces.is_empty() {
            out.push(Entry { span: found, pieces, said: said.join("\n") });
        }
    }
    out
}

/// Whether a line goes on with a point of a list, which was too long for one: it begins small, and the point stands above it
/// without a line between.
fn is_tail_of_point(lines: &[String], at: usize) -> bool {
    let begins_small = lines.get(at).is_some_and(|line| line.starts_with(char::is_lowercase));
    begins_small && lines.get(..at).unwrap_or_default().iter().rev().take_while(|line| !line.is_empty()).any(|line| is_bullet(line))
}

/// A span that stands at an edge of its line or in brackets; one in the middle of a sentence dates no entry.
fn dated(line: &str) -> Option<Span> {
    // Each cell is a line of its own in this.
    let mut offset = 0;
    for cell in line.split('\t') {
        if let Some(mut found) = span(cell) {
            let before = cell.get(..found.at.start).unwrap_or_default();
            let after = cell.get(found.at.end..).unwrap_or_default();
            let words = |t: &str| t.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
            let edge = words(after) == 0 || words(before) == 0 || (after.trim_start().starts_with(')') && words(after) <= 4);
            let sentence = is_bullet(cell) || words(before) > 14;
            if edge && !sentence {
                found.at = found.at.start + offset..found.at.end + offset;
                return Some(found);
            }
        }
        offset += cell.len() + 1;
    }
    None
}

/// The words of the line besides its span.
fn own_pieces(line: &str, found: &Span) -> Vec<String> {
    let before = line.get(..found.at.start).unwrap_or_default().trim_end_matches([' ', '(', '[', ',', '|', '\t', '–', '-', '—', ':']);
    let after = line.get(found.at.end..).unwrap_or_default().trim_start_matches([' ', ')', ']', ',', '|', '\t', '–', '-', '—', ':', '.']);
    let lasted = |p: &String| {
        // "2 years 10 months": how long, not what.
        !p.split(' ').all(|w| {
            w.chars().all(|c| c.is_ascii_digit()) || matches!(w, "year" | "years" | "month" | "months" | "yrs" | "mos" | "yr" | "mo")
        })
    };
    [before, after].iter().flat_map(|part| split(part)).filter(lasted).collect()
}

/// Cells, and what dashes, bars and "at" part in them.
fn split(line: &str) -> Vec<String> {
    line.split(['\t', '|', '•', '·', '@'])
        .flat_map(|p| p.split(" – "))
        .flat_map(|p| p.split(" — "))
        .flat_map(|p| p.split(" - "))
        .flat_map(|p| p.split(" at "))
        .map(|p| p.trim().trim_matches([',', ';', ':', '(', ')']).trim().to_owned())
        .filter(|p| p.chars().any(char::is_alphanumeric))
        .collect()
}

fn has(piece: &str, words: &[&str]) -> bool {
    let lower = piece.to_lowercase();
    lower
        .split(|c: char| c.is_whitespace() || ",/()&+".contains(c))
        .any(|w| words.contains(&w.trim_end_matches(['.', ':', 's']).trim()) || words.contains(&w.trim_end_matches('.')))
}

/// "Example Labs, Senior Engineer": the comma parts a title from an employer, if one side is a title and the other none.
fn at_comma(pieces: Vec<String>, words: &[&str]) -> Vec<String> {
    if pieces.iter().filter(|p| !is_place(p) || has(p, words)).count() >= 2 {
        return pieces;
    }
    let mut out = Vec::new();
    for piece in pieces {
        match piece.split_once(", ") {
            Some((a, b)) if has(a, words) != has(b, words) => out.extend([a.trim().to_owned(), b.trim().to_owned()]),
            _ => out.push(piece),
        }
    }
    out
}

/// Where they worked, in the order it is told.
pub(super) fn positions(lines: &[String]) -> Vec<Found<Position>> {
    entries(lines, true)
        .into_iter()
        .map(|entry| {
            let pieces = at_comma(entry.pieces, TITLE_WORDS);
            let title = pieces.iter().position(|p| has(p, TITLE_WORDS));
            let rest: Vec<&String> = pieces.iter().enumerate().filter(|(at, _)| Some(*at) != title).map(|(_, p)| p).collect();
            let firm = rest.iter().find(|p| !is_place(p)).or(rest.first());
            let position = Position {
                title: title
                    .and_then(|at| pieces.get(at).cloned())
                    .or_else(|| rest.iter().filter(|p| !is_place(p)).nth(1).map(|p| (*p).clone())),
                employer: firm.map(|p| without_place(p)),
                from: Some(entry.span.from.text()),
                to: Some(entry.span.to.text()),
            };
            Found::new(position, entry.said)
        })
        .collect()
}

/// "Example GmbH, Berlin" → the firm.
fn without_place(firm: &str) -> String {
    match firm.split_once(", ") {
        Some((name, place))
            if place.chars().next().is_some_and(char::is_uppercase) && !matches!(place, "Inc." | "Inc" | "Ltd." | "LLC" | "Ltd") =>
        {
            name.to_owned()
        }
        _ => firm.to_owned(),
    }
}

/// Where they learned, in the order it is told.
pub(super) fn education(lines: &[String]) -> Vec<Found<Education>> {
    entries(lines, false)
        .into_iter()
        .map(|entry| {
            let pieces = at_comma(entry.pieces, DEGREES);
            let school =
                pieces.iter().position(|p| has(p, SCHOOLS)).or_else(|| pieces.iter().position(|p| !has(p, DEGREES) && !is_place(p)));
            let degree: Vec<&String> = pieces
                .iter()
                .enumerate()
                .filter(|(at, p)| Some(*at) != school && (has(p, DEGREES) || !is_place(p)))
                .map(|(_, p)| p)
                .collect();
            let one_end = !is_range(&entry.span);
            let mut institution = school.and_then(|at| pieces.get(at)).cloned();
            let mut degree = degree.first().map(|_| degree.iter().take(2).map(|d| d.as_str()).collect::<Vec<_>>().join(", "));
            // "Example University, Computer Science": the field of study; "University of Example, Springfield" is one name.
            if let Some((name, field)) = institution.as_ref().and_then(|i| i.split_once(", ")).map(|(a, b)| (a.to_owned(), b.to_owned()))
                && has(&name, SCHOOLS)
                && field.contains(' ')
                && degree.as_ref().is_none_or(|d| !d.contains(' '))
            {
                degree = Some(degree.map_or_else(|| field.clone(), |d| format!("{d}, {field}")));
                institution = Some(name);
            }
            let education =
                Education { institution, degree, from: (!one_end).then(|| entry.span.from.text()), to: Some(entry.span.to.text()) };
            Found::new(education, entry.said)
        })
        .collect()
}

/// Years of work in all positions, each month counted once; `None` without a dated one. `today`: year and month.
pub(super) fn years(positions: &[Found<Position>], today: (i32, u32)) -> Option<Found<f64>> {
    let now = i64::from(today.0) * 12 + i64::from(today.1);
    let mut months: Vec<(i64, i64)> = positions.iter().filter_map(|p| stretch(&p.value, now)).collect();
    months.sort_unstable();
    let (mut total, mut upto) = (0_i64, i64::MIN);
    for (from, end) in months {
        total += (end - from.max(upto)).max(0);
        upto = upto.max(end);
    }
    let said: Vec<String> =
        positions.iter().filter_map(|p| Some(format!("{} – {}", p.value.from.as_ref()?, p.value.to.as_ref()?))).collect();
    (total > 0).then(|| Found::new((total as f64 / 12.0 * 10.0).round() / 10.0, said.join(", ")))
}

/// From the first month to after the last one, counted from year 0.
fn stretch(position: &Position, now: i64) -> Option<(i64, i64)> {
    let month = |text: &str, missing: i64| {
        let (year, month) = text.split_once('-').map_or((text, None), |(y, m)| (y, Some(m)));
        Some(year.parse::<i64>().ok()? * 12 + month.and_then(|m| m.parse().ok()).unwrap_or(missing))
    };
    let (from, to) = (position.from.as_deref()?, position.to.as_deref()?);
    let start = month(from, 1)?;
    // "2018 – 2020" is two years, not three: without months the year that ends isn't counted.
    let end = match to {
        "present" => now,
        to if to.contains('-') || to == from => month(to, 12)?,
        to => month(to, 1)? - 1,
    };
    (start <= end.min(now)).then(|| (start, end.min(now) + 1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::super::tidy;
    use super::*;

    fn first(text: &str) -> (Option<String>, Option<String>) {
        let found = positions(&tidy::lines(text));
        let position = found.into_iter().next().unwrap().value;
        (position.title, position.employer)
    }

    #[test]
    fn title_and_employer_are_told_apart_wherever_they_stand() {
        let want = (Some("Senior Engineer".to_owned()), Some("Example Labs".to_owned()));
        for text in [
            "Senior Engineer, Example Labs\tBerlin, Germany\n• Built things\tJune 2020 – present",
            "Example Labs\tBerlin, Germany\nSenior Engineer\tJune 2020 – present\n• Built things",
            "Senior Engineer at Example Labs (June 2020 – present)\nBuilt things.",
            "June 2020 – present\tSenior Engineer, Example Labs",
            "June 2020 – present\nSenior Engineer\nExample Labs\n- Built things",
            "Senior Engineer | Example Labs | 06/2020 – 08/2021",
            "Example Labs — Senior Engineer\n2020 – 2021",
        ] {
            assert_eq!(first(text), want, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_wrapped_point_is_no_employer() {
        let text = "Cook, First Inn\t2018 – 2019\n• Kept the kitchen's ovens at ninety-nine percent of\nuptime\nExample Labs, Senior Engineer\t2020 – 2021";
        let found = positions(&tidy::lines(text));
        let second = &found[1].value;
        assert_eq!((second.title.as_deref(), second.employer.as_deref()), (Some("Senior Engineer"), Some("Example Labs")));
        assert_eq!(first("adidas\nSenior Engineer\t2020 – 2021").1.as_deref(), Some("adidas"));
    }

    #[test]
    fn months_that_overlap_are_counted_once_and_the_present_is_now() {
        let years_of = |text: &str| years(&positions(&tidy::lines(text)), (2026, 11)).map(|y| y.value);
        assert_eq!(years_of("Cook, A\t01/2020 – 12/2021\n\nWaiter, B\t07/2021 – 12/2022"), Some(3.0));
        assert_eq!(years_of("Cook, A\tDec 2024 – present"), Some(2.0));
        assert_eq!(years_of("Cook, A\t2018 – 2020"), Some(2.0));
        assert_eq!(years_of("nothing dated"), None);
    }
}
