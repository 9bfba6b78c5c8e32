//! Cuts a text into tokens that know where they stand, so that evidence is the candidate's own words.

use super::numerals::{self, Numeral};

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Letters, in lower case, with a straight apostrophe.
    Word(String),
    /// Digits in any script, with their separators.
    Digits(Numeral),
    /// One mark of punctuation or one symbol.
    Symbol(char),
    /// An address, or anything else that holds no amount whatever digits are in it.
    Opaque,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends, in bytes.
    pub(super) end: usize,
    /// No space stands before it.
    pub(super) glued: bool,
    /// What it is.
    pub(super) shape: Shape,
}

/// Codes that people write straight onto the amount ("EUR72000"); other letters keep their digits ("python3").
const GLUED_CODES: &[&str] = &["eur", "usd", "gbp", "chf", "cad", "aud", "inr", "pln", "sek", "nok", "dkk", "sgd", "rs", "approx", "ca"];

/// The tokens of `text`, in order. Linear in its length.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut glued = false;
    while let Some(&(start, c)) = chars.get(at) {
        if is_invisible(c) {
            at += 1;
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            if c == '\n' {
                tokens.push(Token { start, end: start + 1, glued: false, shape: Shape::Symbol('\n') });
            }
            glued = false;
            at += 1;
            continue;
        }
        let (shape, next) = if !glued && let Some(next) = address(&chars, at) {
            (Shape::Opaque, next)
        } else if numerals::starts(&chars, at, glued) {
            let (numeral, next) = numerals::scan(&chars, at);
            (Shape::Digits(numeral), next)
        } else if is_letter(c) {
            let after_digits = glued && matches!(tokens.last(), Some(Token { shape: Shape::Digits(_), .. }));
            word(&chars, at, after_digits)
        } else if c == '🔟' {
            (Shape::Digits(Numeral { value: Some(10.0), plain: "10".to_owned(), fraction: false }), at + 1)
        } else {
            (Shape::Symbol(c), at + 1)
        };
        let end = chars.get(next).map_or(text.len(), |&(byte, _)| byte);
        tokens.push(Token { start, end, glued, shape });
        glued = true;
        at = next;
    }
    tokens
}

/// Variation selectors, keycap frames, joiners and direction marks: they change how a text looks, not what it says.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// A letter or a mark that belongs to one.
fn is_letter(c: char) -> bool {
    (c.is_alphabetic() && numerals::fraction(c).is_none())
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{93c}' | '\u{94d}' | '\u{9cd}' | '\u{64b}'..='\u{652}')
}

/// The end of an e-mail or web address that begins at `at`, if one does.
fn address(chars: &[(usize, char)], at: usize) -> Option<usize> {
    let chunk = chars.get(at..)?.iter().map(|&(_, c)| c).take_while(|c| !c.is_whitespace());
    let (mut length, mut has_at, mut has_scheme, mut slashes) = (0, false, false, 0);
    let mut head = String::new();
    let mut last = ' ';
    for c in chunk {
        has_at |= c == '@' && last.is_alphanumeric();
        slashes = if c == '/' && (last == ':' || (last == '/' && slashes == 1)) { slashes + 1 } else { 0 };
        has_scheme |= slashes == 2;
        if head.len() < 4 {
            head.extend(c.to_lowercase());
        }
        last = c;
        length += 1;
    }
    (has_at || has_scheme || head.starts_with("www.")).then_some(at + length)
}

/// A word from `at` on. After digits it ends at the next digit ("1y6m"); else it keeps them ("python3").
fn word(chars: &[(usize, char)], at: usize, after_digits: bool) -> (Shape, usize) {
    if let Some(found) = abbreviation(chars, at) {
        return found;
    }
    let mut out = String::new();
    let mut next = at;
    while let Some(&(_, c)) = chars.get(next) {
        if is_letter(c) {
            out.extend(c.to_lowercase().filter(|l| *l != '\u{307}'));
        } else if matches!(c, '\'' | '’' | 'ʼ' | '`' | '´') && chars.get(next + 1).is_some_and(|&(_, l)| is_letter(l)) {
            out.push('\'');
        } else if numerals::digit(c).is_some() && !after_digits && !GLUED_CODES.contains(&out.as_str()) {
            out.push(c);
        } else if !is_invisible(c) {
            break;
        }
        next += 1;
    }
    // "c++", "c#": names of tools that end in marks.
    if matches!(out.as_str(), "c" | "f" | "j" | "g") {
        while let Some(&(_, c @ ('+' | '#'))) = chars.get(next) {
            out.push(c);
            next += 1;
        }
    }
    (Shape::Word(out), next)
}

/// Single letters with dots between ("p.a.", "a.m."), as one word without the dots.
fn abbreviation(chars: &[(usize, char)], at: usize) -> Option<(Shape, usize)> {
    let mut out = String::new();
    let mut next = at;
    while let Some(&(_, c)) = chars.get(next).filter(|&&(_, c)| is_letter(c)) {
        if !matches!(chars.get(next + 1), Some((_, '.'))) {
            break;
        }
        out.extend(c.to_lowercase());
        next += 2;
    }
    match chars.get(next) {
        // "p.a" without its last dot.
        Some(&(_, c)) if is_letter(c) && out.chars().count() == 1 && !chars.get(next + 1).is_some_and(|&(_, l)| is_letter(l)) => {
            out.extend(c.to_lowercase());
            Some((Shape::Word(out), next + 1))
        }
        Some(&(_, c)) if is_letter(c) => None,
        _ => (out.chars().count() >= 2).then_some((Shape::Word(out), next)),
    }
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Vec<String> {
        tokenise(text)
            .into_iter()
            .map(|t| match t.shape {
                Shape::Word(w) => w,
                Shape::Digits(n) => n.value.map_or("?".to_owned(), |v| v.to_string()),
                Shape::Symbol(c) => c.to_string(),
                Shape::Opaque => "@".to_owned(),
            })
            .collect()
    }

    #[test]
    fn words_digits_and_marks_are_cut_apart() {
        for (text, want) in [
            ("5yrs", "5 yrs"),
            ("1y6m", "1 y 6 m"),
            ("python3 B2B", "python3 b2b"),
            ("EUR72000", "eur 72000"),
            ("p.a. p.a a.m.", "pa pa am"),
            ("I’m 25", "i'm 25"),
            ("C++ c#", "c++ c#"),
            ("me@x.org 5", "@ 5"),
            ("https://x.org/5 6", "@ 6"),
            ("5️⃣", "5"),
            ("twenty-five", "twenty - five"),
            ("٣ سنوات", "3 سنوات"),
        ] {
            assert_eq!(show(text).join(" "), want, "{text}");
        }
    }

    #[test]
    fn every_span_is_a_slice_of_the_text() {
        for text in ["", "é5½ ١٢٣", "\u{0}a\u{301}5", "👨‍👩‍👧 5 👍🏽", "مرحبا 5"] {
            for t in tokenise(text) {
                assert!(text.get(t.start..t.end).is_some_and(|s| !s.is_empty()), "{text:?} {t:?}");
            }
        }
    }
}
