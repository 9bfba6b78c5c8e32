//! Whether a message asks something instead of answering.

use crate::prescreen::reading::phrases::{Clause, clauses, plain};
use crate::recruiting::question::{Kind, Question};

const WH: &[&str] = &["what", "who", "whom", "whose", "where", "when", "why", "which", "how"];
const AUX: &[&str] = &[
    "is", "are", "am", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should", "shall", "may", "might", "has",
    "have", "must",
];
const SUBJECTS: &[&str] = &[
    "i", "you", "we", "it", "they", "there", "the", "this", "that", "my", "your", "these", "those", "he", "she", "anyone", "a", "an",
    "people",
];
const MEASURES: &[&str] =
    &["long", "much", "many", "often", "far", "big", "soon", "come", "about", "large", "fast", "old", "flexible", "early", "late"];
const REQUESTS: &[&str] = &[
    "tell me",
    "tell us",
    "can you tell me",
    "could you tell me",
    "please tell me",
    "explain",
    "please explain",
    "i would like to know",
    "i want to know",
    "i wanted to know",
    "i was wondering",
    "i am wondering",
    "i wonder",
    "i have a question",
    "i have one question",
    "i have some questions",
    "i have questions",
    "i have a few questions",
    "quick question",
    "just a question",
    "may i ask",
    "can i ask",
    "could i ask",
    "what about",
    "more information",
    "more info",
    "more details",
    "give me more",
    "i need more information",
];
const SMALL_TALK: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "please",
    "ok",
    "okay",
    "so",
    "well",
    "sorry",
    "thanks",
    "hmm",
    "um",
    "and",
    "but",
    "good",
    "morning",
    "there",
    "thank",
    "you",
    "afternoon",
    "evening",
    "just",
    "question",
    "one",
    "quick",
    "before",
    "we",
    "start",
    "first",
    "by",
    "the",
    "way",
    "also",
    "actually",
    "wait",
];
const YES_NO: &[&str] =
    &["yes", "no", "yep", "yeah", "nope", "yup", "nah", "sure", "y", "n", "maybe", "ok", "okay", "correct", "absolutely", "definitely"];

/// Whether the message asks something rather than answers: "what is the salary", not "5, is that ok?".
pub fn looks_like_question(text: &str, pending: Option<&Question>) -> bool {
    if text.len() > 2000 {
        return false;
    }
    let parts = clauses(text);
    let kind = pending.map(|q| q.kind);
    let asked_at_all = parts.iter().any(|c| c.asked);
    let Some((first, before)) = opening(&parts) else { return false };
    if kind == Some(Kind::Text) {
        // Free words may well contain a question; only a message that begins as one and ends as one asks.
        let count: usize = parts.iter().map(|c| c.words.len()).sum();
        return count <= 25
            && asked_at_all
            && parts.last().is_some_and(|c| c.asked)
            && interrogative(first.as_slice(), true)
            && first != ["why", "not"];
    }
    if interrogative(&first, before.asked) {
        return first.as_slice() != ["why", "not"];
    }
    if !before.asked {
        return false;
    }
    // "salary?" asks; "yes?", "5?" and "remote?" are answers said with doubt.
    let has_digit = first.iter().any(|w| w.chars().any(|c| c.is_ascii_digit()));
    let leads = first.first().is_some_and(|w| YES_NO.contains(w));
    let names_option = pending.is_some_and(|q| {
        q.options
            .iter()
            .any(|o| plain(&format!("{} {} {}", o.value, o.label(), o.aliases.join(" "))).iter().any(|w| first.contains(&w.as_str())))
    });
    let states = matches!(first.as_slice(), ["i" | "about" | "around" | "maybe" | "next" | "from", ..]);
    !(has_digit || leads || names_option || states)
}

/// Whether what ends with a question mark begins as a question does: "what is the salary", not "maybe four".
pub fn begins_as_question(text: &str) -> bool {
    opening(&clauses(text)).is_some_and(|(first, _)| interrogative(&first, true))
}

/// The first clause that says something, without small talk before it.
fn opening(parts: &[Clause]) -> Option<(Vec<&str>, &Clause)> {
    parts.iter().find_map(|clause| {
        let words: Vec<&str> = clause.words.iter().map(|w| w.text.as_str()).collect();
        if words.iter().all(|w| SMALL_TALK.contains(w)) {
            return None;
        }
        let from = words
            .iter()
            .position(|w| {
                !matches!(
                    *w,
                    "hi" | "hello"
                        | "hey"
                        | "please"
                        | "ok"
                        | "okay"
                        | "so"
                        | "well"
                        | "sorry"
                        | "hmm"
                        | "um"
                        | "and"
                        | "but"
                        | "just"
                        | "also"
                        | "actually"
                        | "wait"
                )
            })
            .unwrap_or(0);
        Some((words.get(from..).unwrap_or_default().to_vec(), clause))
    })
}

/// Whether the words begin as a question does; without a mark at the end they must be surer.
fn interrogative(words: &[&str], marked: bool) -> bool {
    let run = words.join(" ");
    if REQUESTS.iter().any(|r| run == *r || run.strip_prefix(r).is_some_and(|rest| rest.starts_with(' '))) {
        // "tell me" begins a request; "explain" and the like need no mark either.
        return true;
    }
    match words {
        // "at what time", "in which city"
        ["at" | "in" | "for" | "with" | "on" | "to" | "from", wh, ..] if WH.contains(wh) => marked,
        [wh, rest @ ..] if WH.contains(wh) => {
            let aux_soon = rest.iter().take(3).any(|w| AUX.contains(w));
            // "when I finish school" answers; "when do I start" asks.
            let states = matches!(
                (*wh, rest.first()),
                ("when" | "where" | "what" | "how" | "which" | "who", Some(&("i" | "we" | "my" | "ever" | "you" | "it")))
            );
            marked
                || (!states
                    && (aux_soon
                        || rest.first().is_some_and(|w| *wh == "how" && MEASURES.contains(w))
                        || (*wh == "why" && rest.is_empty())))
        }
        [aux, subject, ..] if AUX.contains(aux) && SUBJECTS.contains(subject) => {
            marked
                || !matches!(
                    (*aux, *subject),
                    (
                        "have" | "do" | "did" | "am" | "has" | "must" | "may" | "might" | "can" | "will",
                        "the" | "a" | "an" | "it" | "that" | "this" | "my" | "these" | "those" | "there" | "people"
                    )
                )
        }
        [aux, ..] if AUX.contains(aux) => marked,
        _ => false,
    }
}
