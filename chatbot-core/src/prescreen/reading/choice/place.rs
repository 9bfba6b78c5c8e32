//! An option by its place in the list: "2", "the second one", "option b", "1 and 3", "last".

use super::super::phrases::{Word, words};
use super::mentions::Names;
use super::words::trimmed;
use crate::recruiting::question::Question;

const ORDINALS: &[(&str, usize)] = &[
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("1st", 1),
    ("2nd", 2),
    ("3rd", 3),
    ("4th", 4),
    ("5th", 5),
    ("6th", 6),
    ("7th", 7),
    ("8th", 8),
    ("9th", 9),
    ("10th", 10),
];
const CARDINALS: &[(&str, usize)] =
    &[("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10)];

/// The options named by place, if the message says nothing else. `None`: it says something else.
pub(super) fn read(question: &Question, names: &Names, text: &str, all: &[Word]) -> Option<Vec<usize>> {
    if range_or_sum(text) || all.len() > 20 {
        return None;
    }
    let texts: Vec<&str> = all.iter().map(|w| w.text.as_str()).collect();
    let pointed =
        texts.iter().any(|w| matches!(*w, "option" | "options" | "number" | "nr" | "answer" | "choice" | "letter") || w.starts_with('#'));
    let mut core = trimmed(all);
    if core.is_empty() {
        // "number one", "option a": the padding was the answer.
        core = texts.last().map(|w| vec![*w]).filter(|_| pointed)?;
    }
    let mut out = Vec::new();
    for word in core {
        if matches!(word, "and" | "&" | "or" | "the" | "one" | "option" | "number" | "nr" | "as" | "well" | "also" | "plus" | "of" | "them")
        {
            if word == "or" && !question.multiple {
                return None;
            }
            continue;
        }
        out.push(at_place(question, names, word, pointed)?);
    }
    (!out.is_empty()).then_some(out)
}

fn at_place(question: &Question, names: &Names, word: &str, pointed: bool) -> Option<usize> {
    let count = question.options.len();
    let bare = word.trim_start_matches('#');
    if names.has_word(bare) {
        return None; // one of the options' own words: the names decide
    }
    if let Ok(number) = bare.parse::<usize>() {
        // With digits in the options, "3" may be the thing itself and not its place.
        let own_digits = names.have_digits() && !(pointed && !names.has_word(bare) && !names.are_numbers());
        return place(number, count).filter(|_| !own_digits && bare.len() <= 3);
    }
    if let Some((_, number)) = ORDINALS.iter().find(|(w, _)| *w == bare) {
        return place(*number, count);
    }
    if bare == "last" {
        return count.checked_sub(1);
    }
    if matches!(bare, "former" | "latter") && count == 2 {
        return Some(usize::from(bare == "latter"));
    }
    if let Some((_, number)) = CARDINALS.iter().find(|(w, _)| *w == bare) {
        return place(*number, count).filter(|_| !names.have_digits() && pointed);
    }
    let mut chars = bare.chars();
    match (chars.next(), chars.next()) {
        (Some(c @ 'a'..='z'), None) if !names.have_letters() => place(c as usize - 'a' as usize + 1, count),
        _ => None,
    }
}

fn place(number: usize, count: usize) -> Option<usize> {
    number.checked_sub(1).filter(|at| *at < count)
}

/// "1-3", "1 to 3", "2.5", "+1" and "-2" are no list of places.
fn range_or_sum(text: &str) -> bool {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.windows(2).any(|w| {
        matches!(
            w,
            ['-' | '–' | '—' | '+' | '$' | '€' | '£' | '<' | '>' | '~', '0'..='9']
                | ['0'..='9', '+' | '-' | '–' | '—' | '%' | '/' | '$' | '€' | '<' | '>']
        )
    }) || words(text).iter().any(|w| w.text.contains('.') && w.text.chars().any(|c| c.is_ascii_digit()))
}
