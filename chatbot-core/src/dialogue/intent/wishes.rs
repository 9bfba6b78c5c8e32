//! One clause as a wish: exact phrases, and a few that are said in too many ways to list.

use super::{Intent, language, tables};
use crate::prescreen::reading::phrases::{Clause, phrase_at};
use crate::recruiting::question::{Kind, Question};

/// A clause without politeness and without what a wish begins with.
pub(super) fn strip(clause: &Clause) -> Vec<&str> {
    let pad = |w: &str| tables::PADDING.contains(&w);
    let mut words = clause.words.as_slice();
    for _ in 0..4 {
        while let [first, rest @ ..] = words
            && pad(&first.text)
        {
            words = rest;
        }
        let longest = tables::OPENERS.iter().filter_map(|o| phrase_at(words, 0, o)).max().unwrap_or(0);
        if longest == 0 {
            break;
        }
        words = words.get(longest..).unwrap_or_default();
    }
    while let [rest @ .., last] = words
        && pad(&last.text)
    {
        words = rest;
    }
    words.iter().map(|w| w.text.as_str()).collect()
}

/// A phrase of the tables, whole.
pub(super) fn exact(words: &[&str], pending: Option<&Question>) -> Option<Intent> {
    let whole = words.join(" ");
    if pending.is_none() && tables::START.contains(&whole.as_str()) {
        return Some(Intent::Start { job: None, source: None });
    }
    let free = pending.is_some_and(|q| q.kind == Kind::Text);
    let (found, ..) = tables::WISHES.iter().find(|(_, sure, phrases)| (*sure || !free) && phrases.contains(&whole.as_str()))?;
    // "start" alone is a beginning where nothing is asked, and nothing where something is.
    (whole != "start").then(|| found.clone())
}

/// Wishes with many wordings.
pub(super) fn spoken(words: &[&str], original: &[&str], pending: Option<&Question>) -> Option<Intent> {
    let free = pending.is_some_and(|q| q.kind == Kind::Text);
    if is_human(words, original, free) {
        return Some(Intent::Human);
    }
    if let Some(found) = change(words) {
        return Some(found);
    }
    if is_erase(words) {
        return Some(Intent::Erase);
    }
    if is_export(words) {
        return Some(Intent::ExportData);
    }
    if !free && took_another_job(original) {
        return Some(Intent::Withdraw);
    }
    spoken_language(words, pending)
}

fn only(words: &[&str], of: &[&str]) -> bool {
    words.iter().all(|w| of.contains(w))
}

fn any(words: &[&str], of: &[&str]) -> bool {
    words.iter().any(|w| of.contains(w))
}

const PEOPLE: &[&str] = &[
    "human",
    "person",
    "someone",
    "somebody",
    "agent",
    "recruiter",
    "representative",
    "operator",
    "humans",
    "people",
    "hr",
    "staff",
    "being",
    "employee",
    "colleague",
    "manager",
    "consultant",
    "anyone",
    "anybody",
    "advisor",
];
const AROUND: &[&str] = &[
    "a",
    "an",
    "the",
    "real",
    "actual",
    "live",
    "your",
    "to",
    "with",
    "me",
    "human",
    "from",
    "at",
    "hr",
    "team",
    "company",
    "here",
    "there",
    "please",
    "now",
    "i",
    "can",
    "could",
    "talk",
    "speak",
    "chat",
    "who",
    "available",
    "of",
    "other",
    "not",
    "bot",
    "robot",
    "machine",
    "instead",
    "directly",
    "over",
    "hiring",
    "you",
];

/// "talk to a real person"; with free words asked for, only with a verb of talking and a wish before it.
fn is_human(words: &[&str], original: &[&str], free: bool) -> bool {
    if words.is_empty() || words.len() > 12 || !any(words, PEOPLE) {
        return false;
    }
    let verb = matches!(
        words,
        ["speak" | "talk" | "chat" | "contact" | "call" | "reach", ..]
            | ["connect" | "get" | "transfer" | "give", "me", ..]
            | ["put", "me", "through", ..]
            | ["hand", "me", "over", ..]
            | ["be", "connected", ..]
    );
    let skip = if verb { words.iter().position(|w| matches!(*w, "to" | "with" | "a" | "an" | "the")).unwrap_or(1) } else { 0 };
    let rest = words.get(skip..).unwrap_or_default();
    let fits = rest.iter().all(|w| PEOPLE.contains(w) || AROUND.contains(w));
    let wished = original.len() > words.len();
    if verb {
        return fits && (wished || (!free && words.len() >= 3));
    }
    // "human", "recruiter please", "is there a real person here"
    let asks = wished && original.iter().any(|w| matches!(*w, "please" | "is" | "want" | "need" | "like" | "are"));
    fits && !free
        && (asks
            || matches!(
                words,
                ["human" | "agent" | "recruiter" | "operator" | "representative"]
                    | ["a", "human" | "recruiter" | "person"]
                    | ["real", "person" | "human"]
                    | ["a", "real", "person" | "human"]
                    | ["human", "agent" | "being"]
            ))
}

/// "change 3", "correct my last answer".
fn change(words: &[&str]) -> Option<Intent> {
    let rest = match words {
        ["change" | "correct" | "edit" | "fix" | "redo" | "amend" | "revise" | "update", rest @ ..] => rest,
        ["go", "back", "to", rest @ ..] => rest,
        _ => return None,
    };
    let subject = [
        "question",
        "questions",
        "answer",
        "answers",
        "number",
        "nr",
        "q",
        "no",
        "my",
        "the",
        "to",
        "for",
        "last",
        "previous",
        "prior",
        "one",
        "that",
        "this",
        "first",
        "second",
        "third",
        "of",
    ];
    let numbers: Vec<u32> = rest.iter().filter_map(|w| w.trim_start_matches(['#', 'q']).parse().ok()).collect();
    let named: Vec<&str> = rest.iter().copied().filter(|w| w.trim_start_matches(['#', 'q']).parse::<u32>().is_err()).collect();
    if rest.is_empty()
        || !only(&named, &subject)
        || (named.first() == Some(&"to") && !numbers.is_empty())
        || any(&named, &["first", "second", "third"]) && !numbers.is_empty()
    {
        return None;
    }
    match numbers.as_slice() {
        // "change my answer to 3" changes this answer, not question 3.
        [_] if any(&named, &["to"]) && words.first() != Some(&"go") && !any(&named, &["question"]) => None,
        [n] => Some(Intent::Change { question: Some(*n) }),
        [] if any(&named, &["last", "previous", "prior"]) => Some(Intent::Back),
        [] => {
            let place = [("first", 1), ("second", 2), ("third", 3)].iter().find(|(w, _)| named.contains(w)).map(|(_, n)| *n);
            (place.is_some() || any(&named, &["answer", "answers", "question"])).then_some(Intent::Change { question: place })
        }
        _ => None,
    }
}

/// "delete my data", "forget everything about me".
fn is_erase(words: &[&str]) -> bool {
    let ["forget" | "delete" | "erase" | "remove" | "wipe", rest @ ..] = words else { return false };
    let around = [
        "everything",
        "all",
        "my",
        "data",
        "information",
        "info",
        "about",
        "me",
        "you",
        "know",
        "have",
        "on",
        "of",
        "the",
        "personal",
        "account",
        "profile",
        "records",
        "from",
        "your",
        "system",
        "that",
        "stored",
        "saved",
        "details",
        "database",
        "and",
        "i",
        "told",
        "said",
        "chat",
        "history",
    ];
    only(rest, &around)
        && (any(rest, &["data", "information", "info", "account", "profile", "records", "details"])
            || rest == ["me"]
            || (rest.contains(&"everything") && any(rest, &["me", "my", "you"]))
            || rest == ["everything"])
        && (any(rest, &["my", "me", "everything", "all"]))
}

/// "send me my data", "what data do you have about me".
fn is_export(words: &[&str]) -> bool {
    let around = [
        "me",
        "my",
        "a",
        "copy",
        "of",
        "data",
        "personal",
        "information",
        "info",
        "all",
        "the",
        "you",
        "have",
        "about",
        "on",
        "to",
        "stored",
        "that",
        "i",
        "want",
        "hold",
        "keep",
    ];
    let thing = any(words, &["data", "information", "info"]);
    match words {
        ["send" | "export" | "download" | "give" | "show" | "get" | "see" | "request" | "access" | "view" | "have", rest @ ..] => {
            thing && only(rest, &around) && any(rest, &["my", "me"])
        }
        ["what" | "which", rest @ ..] => {
            thing
                && only(
                    rest,
                    &[
                        "data",
                        "information",
                        "info",
                        "kind",
                        "of",
                        "do",
                        "does",
                        "you",
                        "have",
                        "about",
                        "on",
                        "me",
                        "stored",
                        "store",
                        "hold",
                        "keep",
                        "is",
                        "personal",
                        "saved",
                        "my",
                        "did",
                        "collect",
                        "know",
                    ],
                )
                && any(rest, &["me", "my"])
        }
        _ => false,
    }
}

/// "I've taken another job".
fn took_another_job(original: &[&str]) -> bool {
    let words: Vec<&str> = original
        .iter()
        .copied()
        .filter(|w| {
            !matches!(
                *w,
                "sorry"
                    | "hi"
                    | "hello"
                    | "just"
                    | "already"
                    | "actually"
                    | "have"
                    | "now"
                    | "thanks"
                    | "in"
                    | "the"
                    | "meantime"
                    | "meanwhile"
                    | "elsewhere"
                    | "unfortunately"
                    | "and"
                    | "but"
                    | "because"
                    | "as"
            )
        })
        .collect();
    matches!(
        words.as_slice(),
        [
            "i",
            "found" | "took" | "taken" | "got" | "accepted" | "gotten" | "signed",
            "another" | "a" | "new" | "different",
            "job" | "offer" | "position" | "role"
        ] | [
            "i",
            "found" | "took" | "taken" | "got" | "accepted" | "gotten" | "started",
            "a" | "another",
            "new" | "different" | "other" | "job",
            "job" | "offer" | "position" | "role"
        ] | ["i", "another", "job"]
            | ["i", "a", "new", "job"]
    )
}

/// "switch to German"; a bare "English" may well be an answer.
fn spoken_language(words: &[&str], pending: Option<&Question>) -> Option<Intent> {
    let tag = |name: &str| language(name).map(|t| Intent::Language { tag: Some(t.to_owned()) });
    match words {
        ["change" | "switch", "language"] | ["change" | "switch", "the", "language"] | ["language"] => Some(Intent::Language { tag: None }),
        ["change" | "switch", "to", name]
        | ["change" | "switch", "language", "to", name]
        | ["change" | "switch", "the", "language", "to", name]
        | ["continue" | "write" | "chat" | "talk" | "go", "in", name]
        | ["go", "on", "in", name]
        | ["continue", "this", "in", name] => tag(name),
        ["in" | "speak", name] | ["speak", "in", name] | [name] if pending.is_none() => tag(name),
        _ => None,
    }
}
