//! Keywords in a text: whole terms, found or denied.

use crate::recruiting::question::Keyword;

/// What a text says of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::prescreen) enum Found {
    /// It is there, and not denied.
    Yes,
    /// It is there, and denied wherever it is.
    Denied,
    /// It isn't there.
    No,
}

/// Looks for every keyword, in their order.
pub(in crate::prescreen) fn look(text: &str, keywords: &[Keyword]) -> Vec<Found> {
    let text = Folded::of(text);
    keywords
        .iter()
        .map(|keyword| {
            let mut found = Found::No;
            for term in std::iter::once(&keyword.term).chain(&keyword.aliases) {
                for at in text.places(term) {
                    if !text.denied(at) {
                        return Found::Yes;
                    }
                    found = Found::Denied;
                }
            }
            found
        })
        .collect()
}

/// A text in lower case, with every word's denial worked out once.
struct Folded {
    text: String,
    /// Where a denied stretch begins and ends, in order.
    denied: Vec<(usize, usize)>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let text = fold(text);
        let denied = denials(&text);
        Self { text, denied }
    }

    /// Where a term stands whole: "Java" isn't in "JavaScript", "C" isn't in "C++".
    fn places(&self, term: &str) -> Vec<usize> {
        let term = fold(term.trim());
        if term.is_empty() {
            return Vec::new();
        }
        let ends_plain = term.ends_with(char::is_alphanumeric);
        self.text
            .match_indices(term.as_str())
            .filter(|(at, hit)| {
                let before = self.text.get(..*at).and_then(|s| s.chars().next_back());
                let mut after = self.text.get(at + hit.len()..).unwrap_or_default().chars();
                let (next, then) = (after.next(), after.next());
                let opens = before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                    && !(term.starts_with(char::is_alphanumeric) && before == Some('.') && self.dotted(*at));
                let closes = match next {
                    None => true,
                    Some(c) if c.is_alphanumeric() || c == '_' => !ends_plain && !c.is_alphanumeric(),
                    // "C" in "C++" and "C#", "node" in "node.js"; "rust." ends a sentence.
                    Some('+' | '#') => !ends_plain || (next == Some('+') && then.is_some_and(char::is_alphanumeric)),
                    Some('.') => !then.is_some_and(char::is_alphanumeric) || !ends_plain,
                    Some(_) => true,
                };
                opens && closes
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// Whether the dot before `at` joins it to a word ("vue.js").
    fn dotted(&self, at: usize) -> bool {
        self.text.get(..at).and_then(|s| s.strip_suffix('.')).and_then(|s| s.chars().next_back()).is_some_and(char::is_alphanumeric)
    }

    fn denied(&self, at: usize) -> bool {
        let after = self.denied.partition_point(|(from, _)| *from <= at);
        after.checked_sub(1).and_then(|i| self.denied.get(i)).is_some_and(|(_, to)| at < *to)
    }
}

/// Lower case, one space between words, apostrophes left out.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\'' | '’' | '‘' | '`' | '´' => {}
            '\n' | '\r' => out.push('\n'),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Stretches in which what is named is denied: from a negation to the end of its thought.
fn denials(text: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<usize> = None;
    let words = split(text);
    let word = |at: usize| words.get(at).map(|(w, ..)| *w).unwrap_or_default();
    for (at, (own, from, to, ends)) in words.iter().enumerate() {
        let next = word(at + 1);
        let fresh = matches!(
            (*own, next),
            ("and" | "so" | "then" | "or", "i" | "we" | "im" | "ive" | "my" | "lots" | "much" | "plenty" | "also" | "mostly" | "mainly")
        ) || matches!(
            *own,
            "but"
                | "however"
                | "although"
                | "though"
                | "except"
                | "instead"
                | "because"
                | "only"
                | "rather"
                | "while"
                | "whereas"
                | "yet"
                | "just"
                | "besides"
        );
        if fresh && let Some(start) = open.take() {
            out.push((start, *from));
        }
        if open.is_none() && negates(own, next, word(at + 2)) {
            open = Some(*from);
        }
        if *ends && let Some(start) = open.take() {
            out.push((start, *to));
        }
    }
    if let Some(start) = open {
        out.push((start, text.len()));
    }
    out
}

/// Whether a word begins a denial; "not only", "no problem with" and "no doubt" don't.
fn negates(word: &str, next: &str, then: &str) -> bool {
    let turned = matches!(
        next,
        "only"
            | "just"
            | "problem"
            | "problems"
            | "issue"
            | "issues"
            | "doubt"
            | "stranger"
            | "least"
            | "mention"
            | "trouble"
            | "worries"
            | "limited"
            | "hesitate"
            | "matter"
    );
    let doubly = matches!(next, "without" | "never" | "no");
    match word {
        "no" | "not" | "never" | "cannot" | "without" | "neither" | "nor" | "zero" | "lack" | "lacking" | "none" | "lacks" => {
            !turned && !doubly
        }
        "dont" | "havent" | "didnt" | "doesnt" | "hasnt" | "hadnt" | "cant" | "wont" | "wouldnt" | "couldnt" | "isnt" | "arent"
        | "wasnt" | "aint" | "donot" => !turned && !matches!(next, "mind" | "only") && !doubly,
        "non" => next.is_empty(),
        "unfamiliar" | "inexperienced" => true,
        "little" => then == "experience" || next == "to" && then == "no",
        _ => false,
    }
}

/// Words with their place, and whether punctuation closes the thought after them.
fn split(text: &str) -> Vec<(&str, usize, usize, bool)> {
    let mut out = Vec::new();
    let mut start: Option<usize> = None;
    let mut chars = text.char_indices().peekable();
    let mut pending: Option<(usize, usize)> = None;
    let close = |pending: &mut Option<(usize, usize)>, ends: bool, out: &mut Vec<_>| {
        if let Some((from, to)) = pending.take() {
            out.push((text.get(from..to).unwrap_or_default(), from, to, ends));
        }
    };
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let joins = c == '.' && next.is_some_and(char::is_alphanumeric);
        if c.is_alphanumeric() || joins || matches!(c, '+' | '#' | '_') {
            if start.is_none() {
                close(&mut pending, false, &mut out);
                start = Some(at);
            }
            continue;
        }
        if let Some(from) = start.take() {
            pending = Some((from, at));
        }
        if matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\n' | '(' | ')' | '…' | '—' | '–') || (c == '-' && next == Some(' ')) {
            close(&mut pending, true, &mut out);
        }
    }
    if let Some(from) = start {
        pending = Some((from, text.len()));
    }
    close(&mut pending, true, &mut out);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_whole_and_denials_count() {
        for (text, term, want) in [
            ("I know JavaScript", "Java", Found::No),
            ("I know Java.", "java", Found::Yes),
            ("C++ and C#", "C++", Found::Yes),
            ("C++ and C#", "C#", Found::Yes),
            ("C++ and C#", "C", Found::No),
            ("c, c++", "C", Found::Yes),
            ("I use .NET daily", ".NET", Found::Yes),
            ("asp.net", ".NET", Found::No),
            ("node.js and vue", "Node.js", Found::Yes),
            ("node.js", "node", Found::No),
            ("I know C++.", "c++", Found::Yes),
            ("no postgres", "postgres", Found::Denied),
            ("never used sqlite", "sqlite", Found::Denied),
            ("not sqlite", "sqlite", Found::Denied),
            ("haven't used Kafka", "kafka", Found::Denied),
            ("without docker", "docker", Found::Denied),
            ("no postgres or sqlite", "sqlite", Found::Denied),
            ("No Postgres, but SQLite", "sqlite", Found::Yes),
            ("no postgres, sqlite yes", "sqlite", Found::Yes),
            ("I haven't used go and I love rust", "rust", Found::Yes),
            ("not rust but go", "go", Found::Yes),
            ("not only rust", "rust", Found::Yes),
            ("I don’t know Rust", "rust", Found::Denied),
            ("no rust. Rust a little later", "rust", Found::Yes),
            ("no problem with rust", "rust", Found::Yes),
            ("machine  learning", "machine learning", Found::Yes),
            ("RUST", "rust", Found::Yes),
            ("rusty", "rust", Found::No),
            ("", "rust", Found::No),
            ("rust", "", Found::No),
            ("Rust/Go", "go", Found::Yes),
            ("Rust-based", "rust", Found::Yes),
        ] {
            let list = [Keyword { term: term.into(), aliases: Vec::new(), weight: 1.0 }];
            assert_eq!(look(text, &list), [want], "{text} / {term}");
        }
        let list = [Keyword { term: "PostgreSQL".into(), aliases: vec!["postgres".into()], weight: 1.0 }];
        assert_eq!(look("five years of Postgres", &list), [Found::Yes]);
    }

    #[test]
    fn long_text_is_looked_through_in_time() {
        let list = [Keyword { term: "aa".into(), aliases: Vec::new(), weight: 1.0 }];
        assert_eq!(look(&"a".repeat(1_000_000), &list), [Found::No]);
        assert_eq!(look(&"no aa ".repeat(150_000), &list), [Found::Denied]);
    }
}
