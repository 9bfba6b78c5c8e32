//! A statement in the first person: "I hold a valid certificate", "I've never worked nights".

use super::content::{content, is_stop, restates};
use super::frame::Frame;
use super::words::{BLOCKED, OTHERS, SMALL};

/// What a statement says to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It affirms.
    Yes,
    /// It denies.
    No,
    /// It negates something, and not clearly what was asked.
    Murky,
    /// Nothing to go by.
    Nothing,
}

/// Words before the subject.
const OPENERS: &[&str] = &[
    "well",
    "so",
    "and",
    "but",
    "hi",
    "hello",
    "hey",
    "yes",
    "no",
    "oh",
    "um",
    "uh",
    "hmm",
    "actually",
    "currently",
    "honestly",
    "personally",
    "as",
    "since",
    "then",
    "sorry",
    "unfortunately",
    "sadly",
    "afraid",
    "however",
    "though",
    "although",
    "of",
    "course",
    "at",
    "the",
    "moment",
    "now",
    "luckily",
    "fortunately",
    "that",
    "right",
];
/// Verbs a statement without "I" may begin with.
const BARE: &[&str] = &[
    "have", "am", "do", "did", "can", "will", "got", "hold", "own", "possess", "never", "not", "no", "had", "speak", "live", "worked",
    "would",
];
/// Words that stand for what was asked.
const ANAPHORA: &[&str] = &["one", "it", "that", "mine", "them", "those", "this", "these", "any", "so", "either", "both", "two"];
const NEGATORS: &[&str] = &["not", "never", "no", "none", "without", "neither", "nor", "nobody", "nothing", "lack", "hardly", "barely"];
const ADVERBS: &[&str] = &[
    "really",
    "actually",
    "currently",
    "still",
    "already",
    "also",
    "always",
    "definitely",
    "certainly",
    "personally",
    "indeed",
    "just",
    "honestly",
    "sure",
    "absolutely",
    "totally",
    "completely",
    "unfortunately",
    "sadly",
    "regularly",
    "often",
    "usually",
    "too",
    "yet",
    "very",
    "now",
    "obviously",
    "even",
];

/// Hears one statement.
pub(super) fn hear(words: &[&str], frame: &Frame) -> Said {
    let start = words.iter().position(|w| !OPENERS.contains(w)).unwrap_or(words.len());
    let words = words.get(start..).unwrap_or_default();
    let negations = words.iter().filter(|w| NEGATORS.contains(w)).count();
    let Some(first) = words.first() else { return Said::Nothing };
    let otherwise = if negations > 0 { Said::Murky } else { Said::Nothing };
    let rest = match *first {
        "i" | "we" => words.get(1..).unwrap_or_default(),
        w if BARE.contains(&w) => words,
        _ => return otherwise,
    };
    if negations > 1 || rest.iter().any(|w| OTHERS.contains(w) && !frame.says(w)) {
        return if negations > 0 { Said::Murky } else { Said::Nothing };
    }
    let rest: Vec<&str> = skip_adverbs(rest);
    if negations == 0 { affirm(&rest, frame) } else { deny(&rest, frame) }
}

fn affirm(rest: &[&str], frame: &Frame) -> Said {
    // "I do hold one" is "I hold one", said twice.
    let rest = match rest {
        ["do", tail @ ..] if tail.first().is_some_and(|w| !SMALL.contains(w) && !ANAPHORA.contains(w) || holds(w)) => tail,
        other => other,
    };
    let Some(verb) = rest.first().copied() else { return Said::Nothing };
    if !may_answer(verb, frame) {
        return Said::Nothing;
    }
    let object: Vec<&str> = rest.get(1..).unwrap_or_default().iter().copied().filter(|w| *w != "got" || verb != "have").collect();
    if bare(&object) {
        let points = object.iter().any(|w| ANAPHORA.contains(w));
        // "I have one" answers "do you have", not "do you speak"; "I do" answers all.
        let fits = !points || verb != "have" || asks_having(frame);
        return if fits && (is_auxiliary(verb) || frame.says(verb)) || (points && asks_having(frame) && holds(verb)) {
            Said::Yes
        } else {
            Said::Nothing
        };
    }
    if blocked(rest, frame) {
        return Said::Nothing;
    }
    if restates(&subjects(rest), &frame.content, rest.contains(&"one")) { Said::Yes } else { Said::Nothing }
}

fn deny(rest: &[&str], frame: &Frame) -> Said {
    let Some(at) = rest.iter().position(|w| NEGATORS.contains(w)) else { return Said::Murky };
    if at > 2 {
        return Said::Murky;
    }
    let verb = if at == 0 { "" } else { rest.first().copied().unwrap_or_default() };
    if !verb.is_empty() && !may_answer(verb, frame) {
        return Said::Murky;
    }
    let after: Vec<&str> = skip_adverbs(rest.get(at + 1..).unwrap_or_default());
    let negator = rest.get(at).copied().unwrap_or_default();
    // "none", "no one" is bare; so is "I don't", "I don't have one".
    let object: Vec<&str> = match after.as_slice() {
        [w, tail @ ..] if is_auxiliary(w) || holds(w) || *w == "been" || *w == "done" => tail.to_vec(),
        other => other.to_vec(),
    };
    let points = object.iter().any(|w| ANAPHORA.contains(w));
    let having = verb == "have" || after.first().is_some_and(|w| holds(w));
    if bare(&object) && negator != "without" {
        return if having && points && !asks_having(frame) && negator != "never" { Said::Murky } else { Said::No };
    }
    if blocked(&after, frame) {
        return Said::Murky;
    }
    let positive_only = content(&after);
    if restates(&positive_only, &frame.content, after.contains(&"one")) { Said::No } else { Said::Murky }
}

/// Whether the verb can answer this question at all: "I will" is no answer to "have you".
fn may_answer(verb: &str, frame: &Frame) -> bool {
    match verb {
        "can" | "could" | "will" | "would" | "shall" => frame.willing || frame.says(verb),
        "did" => frame.says("did") || frame.says("ever") || frame.says("have") || frame.says("been"),
        "had" => frame.says("had") || frame.says("ever") || (frame.words.first().is_some_and(|w| w == "have" || w == "did")),
        "was" | "were" => frame.says("was") || frame.says("were") || frame.says("ever"),
        _ => true,
    }
}

fn is_auxiliary(verb: &str) -> bool {
    matches!(verb, "do" | "have" | "am" | "did" | "can" | "could" | "will" | "would" | "shall" | "are" | "had" | "was" | "were" | "does")
}

fn holds(verb: &str) -> bool {
    matches!(verb, "have" | "hold" | "own" | "possess" | "got" | "carry" | "do" | "has" | "had")
}

fn asks_having(frame: &Frame) -> bool {
    ["have", "hold", "own", "possess", "got", "carry", "there", "holder", "bring", "has"].iter().any(|w| frame.says(w))
}

/// Nothing but small words and words that stand for what was asked.
fn bare(words: &[&str]) -> bool {
    const TAIL: &[&str] = &[
        "for", "since", "years", "year", "months", "with", "me", "in", "my", "pocket", "hand", "here", "long", "time", "home", "of",
        "whole", "life", "ready", "done", "been", "doing", "over",
    ];
    words.iter().all(|w| {
        SMALL.contains(w) || ANAPHORA.contains(w) || ADVERBS.contains(w) || TAIL.contains(w) || w.chars().all(|c| c.is_ascii_digit())
    })
}

/// Has a verb of wanting, trying or losing the question hasn't.
fn blocked(words: &[&str], frame: &Frame) -> bool {
    words.iter().any(|w| BLOCKED.contains(w) && !frame.says(w))
}

/// The words from the first that is no adverb, adverbs after an auxiliary left out too.
fn skip_adverbs<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let mut out: Vec<&'w str> = Vec::new();
    for word in words {
        if out.len() < 2 && ADVERBS.contains(word) {
            continue;
        }
        out.push(word);
    }
    out
}

/// The stems of a statement; what follows "at", "since" or "from" is where and when, not what.
fn subjects(words: &[&str]) -> Vec<String> {
    let until = words
        .iter()
        .position(|w| matches!(*w, "at" | "since" | "during" | "from" | "until" | "which" | "near" | "every"))
        .unwrap_or(words.len());
    let kept: Vec<&str> = words.get(..until).unwrap_or_default().iter().copied().filter(|w| !is_stop(w) && !ADVERBS.contains(w)).collect();
    content(&kept)
}
