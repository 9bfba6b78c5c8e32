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
                for (at, end) in text.places(term) {
                    if !text.denied(at) && !text.answered_no(end) {
                        return Found::Yes;
                    }
                    found = Found::Denied;
                }
            }
            found
        })
        .collect()
}

/// Answers that deny the name they stand behind.
const NOES: &[&str] =
    &["no", "nope", "never", "none", "not yet", "not really", "not at all", "never used", "never used it", "no experience"];

/// A text in lower case, with every word's denial worked out once.
struct Folded {
    text: String,
    /// Where an apostrophe was left out, in order.
    apostrophes: Vec<usize>,
    /// Where a denied stretch begins and ends, in order.
    denied: Vec<(usize, usize)>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let (text, apostrophes) = fold(text);
        let denied = denials(&text);
        Self { text, apostrophes, denied }
    }

    /// Where a term stands whole, and where it ends with what is attached to it: "Java" isn't in "JavaScript", "C" isn't in "C++".
    fn places(&self, term: &str) -> Vec<(usize, usize)> {
        let (term, _) = fold(term.trim());
        if term.is_empty() {
            return Vec::new();
        }
        let ends_plain = term.ends_with(char::is_alphanumeric);
        self.text
            .match_indices(term.as_str())
            .filter_map(|(at, hit)| {
                let end = at + hit.len();
                let before = self.text.get(..at).and_then(|s| s.chars().next_back());
                let mut after = self.text.get(end..).unwrap_or_default().chars();
                let (next, then) = (after.next(), after.next());
                let opens = before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                    && !(term.starts_with(char::is_alphanumeric) && before == Some('.') && self.dotted(at));
                let closes = match next {
                    None => true,
                    Some(c) if c.is_alphanumeric() || c == '_' => !ends_plain && !c.is_alphanumeric(),
                    // "C" in "C++" and "C#", "node" in "node.js"; "rust." ends a sentence.
                    Some('+' | '#') => !ends_plain || (next == Some('+') && then.is_some_and(char::is_alphanumeric)),
                    Some('.') => !then.is_some_and(char::is_alphanumeric) || !ends_plain,
                    Some(_) => true,
                };
                let end = if closes { Some(end) } else { self.attached(&term, end) };
                end.filter(|_| opens).map(|end| (at, end))
            })
            .collect()
    }

    /// The end of what is attached to the name before `end` and leaves it the same name: "SQLite's", and behind three
    /// letters or more a version ("python3.11"). Fewer letters are another thing with their digits: "C1", "S3".
    fn attached(&self, term: &str, end: usize) -> Option<usize> {
        let rest = self.text.get(end..)?;
        let letters = term.chars().rev().take_while(|c| c.is_alphabetic()).count();
        let tail = if letters > 0 && self.apostrophes.binary_search(&end).is_ok() {
            rest.strip_prefix('s')
        } else if letters > 2 {
            after_version(rest)
        } else {
            None
        }?;
        let mut after = tail.chars();
        let closes = match (after.next(), after.next()) {
            (None, _) => true,
            (Some('.'), then) => !then.is_some_and(char::is_alphanumeric),
            (Some(c), _) => !c.is_alphanumeric() && c != '_',
        };
        closes.then(|| self.text.len() - tail.len())
    }

    /// Whether a no that ends its thought stands right behind a name: "sqlite? no.", "sqlite (no)". After a comma it answers
    /// something else, and "no problem" or "no longer" is no answer.
    fn answered_no(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or_default();
        let said = rest.trim_start_matches([' ', '?', ':', '-', '–', '—', '=', '(']);
        let bracketed = rest.get(..rest.len() - said.len()).is_some_and(|marks| marks.contains('('));
        NOES.iter().filter_map(|no| said.strip_prefix(no)).any(|after| {
            let mut marks = after.trim_start_matches(' ').chars();
            match (marks.next(), marks.next()) {
                (mark, _) if bracketed => mark == Some(')'),
                (None, _) => true,
                // "sqlite no.1"
                (Some('.'), then) => !then.is_some_and(char::is_alphanumeric),
                (Some(mark), _) => matches!(mark, ',' | ';' | '!' | ')' | '…' | '\n'),
            }
        })
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

/// What follows the version that `text` begins with: digits, with dots between.
fn after_version(text: &str) -> Option<&str> {
    let digit = |c: char| c.is_ascii_digit();
    let mut rest = text.strip_prefix(digit)?.trim_start_matches(digit);
    while let Some(more) = rest.strip_prefix('.').and_then(|r| r.strip_prefix(digit)) {
        rest = more.trim_start_matches(digit);
    }
    Some(rest)
}

/// Lower case, one space between words, apostrophes left out; and where they stood.
fn fold(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut apostrophes = Vec::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\'' | '’' | '‘' | '`' | '´' => apostrophes.push(out.len()),
            '\n' | '\r' => out.push('\n'),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    (out, apostrophes)
}

/// Stretches in which what is named is denied: from a negation, or an exception from all, to the end of its thought.
fn denials(text: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<usize> = None;
    // The sentence speaks of all and doesn't deny it: what it excepts is denied.
    let mut all = false;
    let mut all_before = false;
    let words = split(text);
    let word = |at: usize| words.get(at).map(|(w, ..)| *w).unwrap_or_default();
    for (at, (own, from, to, ends)) in words.iter().enumerate() {
        let next = word(at + 1);
        let excepted = all && open.is_none() && excepts(own, next, word(at + 2), all_before);
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
        if open.is_none() && (excepted || negates(own, next, word(at + 2))) {
            open = Some(*from);
        }
        let names_all = matches!(*own, "all" | "any" | "every" | "everything" | "anything");
        all = open.is_none() && *own != "nothing" && (all || names_all);
        all_before = names_all && !*ends;
        if *ends {
            if let Some(start) = open.take() {
                out.push((start, *to));
            }
            // A comma or a colon ends a thought, not the sentence.
            let mark = text.get(*to..).unwrap_or_default().trim_start_matches(' ');
            all = all && !mark.starts_with(['.', ';', '!', '?', '\n', '…']);
        }
    }
    if let Some(start) = open {
        out.push((start, text.len()));
    }
    out
}

/// Whether a word takes what follows it out of all that is named: "everything except", "all but".
fn excepts(word: &str, next: &str, then: &str, all_before: bool) -> bool {
    match word {
        "except" | "excluding" => true,
        "apart" | "aside" => next == "from",
        "other" => next == "than",
        // "I tried everything but postgres is what I know": a new thought.
        "but" => all_before && !matches!(then, "is" | "was" | "has"),
        _ => false,
    }
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
            ("rust? no?", "rust", Found::Yes),
            ("rust no.1", "rust", Found::Yes),
            ("rust (no longer my job)", "rust", Found::Yes),
            ("rust: never used it", "rust", Found::Denied),
            ("c++: no, c#: yes", "c++", Found::Denied),
            ("c++: no, c#: yes", "c#", Found::Yes),
            ("rust: no. Later a lot of rust", "rust", Found::Yes),
            ("all databases, except sqlite", "sqlite", Found::Denied),
            ("anything other than sqlite", "sqlite", Found::Denied),
            ("no databases, except sqlite", "sqlite", Found::Yes),
            ("I don't know anything except sqlite", "sqlite", Found::Yes),
            ("I did it all. Nothing except sqlite stuck", "sqlite", Found::Yes),
            ("I tried everything but sqlite is what I use", "sqlite", Found::Yes),
            ("I tried it all, but sqlite most", "sqlite", Found::Yes),
        ] {
            let list = [Keyword { term: term.into(), aliases: Vec::new(), weight: 1.0 }];
            assert_eq!(look(text, &list), [want], "{text} / {term}");
        }
        let list = [Keyword { term: "PostgreSQL".into(), aliases: vec!["postgres".into()], weight: 1.0 }];
        assert_eq!(look("five years of Postgres", &list), [Found::Yes]);
    }

    #[test]
    fn a_no_behind_a_name_and_an_exception_from_all_deny_it() {
        use Found::{Denied, No, Yes};
        let list = [
            Keyword { term: "postgresql".into(), aliases: vec!["postgres".into()], weight: 2.0 },
            Keyword { term: "sqlite".into(), aliases: Vec::new(), weight: 1.0 },
        ];
        for (text, postgres, sqlite) in [
            ("postgres? no. sqlite? yes.", Denied, Yes),
            ("sqlite: no, postgres: yes", Yes, Denied),
            ("postgres - never; sqlite - daily", Denied, Yes),
            ("postgres yes, sqlite no", Yes, Denied),
            ("postgres (no), sqlite (yes)", Denied, Yes),
            ("postgres = nope\nsqlite = yes", Denied, Yes),
            ("postgres – not yet, sqlite — not really", Denied, Denied),
            ("PostgreSQL16? No! SQLite3? Yes!", Denied, Yes),
            ("everything except sqlite: postgres, mysql", Yes, Denied),
            ("postgres, mysql, everything (except for sqlite)", Yes, Denied),
            ("all but sqlite, so postgres", Yes, Denied),
            ("PostgreSQL: yes, SQLite: yes", Yes, Yes),
            ("Not only sqlite but also postgres", Yes, Yes),
            ("sqlite, no problem with postgres", Yes, Yes),
            ("postgres no problem", Yes, No),
            ("sqlite no longer than a week", No, Yes),
            ("no, I use sqlite", No, Yes),
            ("instead of postgres? No, only sqlite and postgres", Yes, Yes),
        ] {
            assert_eq!(look(text, &list), [postgres, sqlite], "{text}");
        }
    }

    #[test]
    fn a_name_with_its_possessive_or_version_is_found_and_no_other_word_is() {
        for (text, term, want) in [
            ("PostgreSQL's vacuum is my friend", "postgresql", Found::Yes),
            ("PostgreSQL’s vacuum", "postgresql", Found::Yes),
            ("mostly SQLite's", "sqlite", Found::Yes),
            ("Go's channels", "go", Found::Yes),
            ("McDonalds", "McDonald's", Found::Yes),
            ("PostgreSQL16", "postgresql", Found::Yes),
            ("postgresql15 and sqlite3", "postgresql", Found::Yes),
            ("postgresql15 and sqlite3", "sqlite", Found::Yes),
            ("python3.11", "python", Found::Yes),
            ("I know python3.", "python", Found::Yes),
            ("never used sqlite3", "sqlite", Found::Denied),
            ("es6", "ES6", Found::Yes),
            ("k8s", "K8s", Found::Yes),
            ("s3", "S3", Found::Yes),
            ("google", "go", Found::No),
            ("go1.22", "go", Found::No),
            ("javascript", "java", Found::No),
            ("c3", "c", Found::No),
            ("class C1", "class C", Found::No),
            ("s3", "s", Found::No),
            ("sqlites", "sqlite", Found::No),
            ("sqlite3x", "sqlite", Found::No),
            ("python3.dll", "python", Found::No),
            ("don't", "don", Found::No),
        ] {
            let list = [Keyword { term: term.into(), aliases: Vec::new(), weight: 1.0 }];
            assert_eq!(look(text, &list), [want], "{text} / {term}");
        }
    }

    #[test]
    fn long_text_is_looked_through_in_time() {
        let list = [Keyword { term: "aa".into(), aliases: Vec::new(), weight: 1.0 }];
        assert_eq!(look(&"a".repeat(1_000_000), &list), [Found::No]);
        assert_eq!(look(&"no aa ".repeat(150_000), &list), [Found::Denied]);
        assert_eq!(look(&"aa - no. ".repeat(150_000), &list), [Found::Denied]);
        let list = [Keyword { term: "aaa".into(), aliases: Vec::new(), weight: 1.0 }];
        assert_eq!(look(&format!("aaa{}x", "1".repeat(1_000_000)), &list), [Found::No]);
    }
}
