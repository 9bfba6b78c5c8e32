//! What a yes/no question asks: the same words answer "do you have" and "are you willing" differently.

use super::super::phrases::{Clause, clauses};
use super::content::content;
use super::place::{self, Place};

/// A question, seen by what decides how its answers read.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Asks for willingness or ability.
    pub(super) willing: bool,
    /// Asks whether something is minded: a no is good news.
    pub(super) mind: bool,
    /// Asked with a negation, so that a bare yes has two meanings.
    pub(super) negative: bool,
    /// Asks about the right to work.
    pub(super) permit: bool,
    /// Asks about citizenship.
    pub(super) citizen: bool,
    /// The place the right is asked for.
    pub(super) place: Place,
    /// Every word of it.
    pub(super) words: Vec<String>,
    /// The stems that carry its meaning.
    pub(super) content: Vec<String>,
}

impl Frame {
    /// Looks at the question's own sentence: the last one that ends in a question mark, else all of it.
    pub(super) fn of(question: &str) -> Self {
        let all = clauses(question);
        let words: Vec<String> = all.iter().flat_map(|c| &c.words).map(|w| w.text.clone()).take(120).collect();
        let tagged = all.iter().rev().find(|c| c.asked).is_some_and(is_tag) && all.len() > 1;
        let own: Vec<String> = main_words(&all, tagged);
        let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        let run = |phrase: &str| format!(" {} ", words.join(" ")).contains(&format!(" {phrase} "));
        let first = own.first().map(String::as_str).unwrap_or_default();
        let opening: Vec<&str> = own.iter().take(5).map(String::as_str).collect();
        let negative_words = ["not", "never", "no", "none", "neither"];
        let needs = has(&["need", "require", "sponsorship", "sponsor", "requires", "needs"]);
        let citizen = has(&["citizen", "citizenship", "national", "nationality", "citizens"]);
        let work = has(&["work", "working", "employment", "employed", "job"]);
        let right = has(&[
            "permit",
            "permits",
            "permitted",
            "authorised",
            "authorized",
            "authorisation",
            "authorization",
            "legally",
            "visa",
            "eligible",
            "entitled",
        ]) || run("allowed to work")
            || run("right to work")
            || run("legal right");
        let willing = matches!(first, "can" | "could" | "would" | "will")
            || (matches!(first, "are" | "is" | "do" | "you" | "and" | "so")
                && [
                    "willing",
                    "able",
                    "ready",
                    "comfortable",
                    "ok",
                    "okay",
                    "happy",
                    "prepared",
                    "open",
                    "fine",
                    "available",
                    "good",
                    "flexible",
                    "agree",
                    "accept",
                    "interested",
                    "alright",
                    "possible",
                    "acceptable",
                    "keen",
                    "up",
                ]
                .iter()
                .any(|w| own.iter().take(8).any(|o| o == w)));
        Self {
            mind: run("do you mind")
                || run("would you mind")
                || run("any objection")
                || run("any objections")
                || run("object to")
                || run("a problem with")
                || run("any problem")
                || run("any problems")
                || run("any issue")
                || run("any issues")
                || run("an issue with")
                || run("be a problem")
                || run("be an issue"),
            negative: opening.iter().any(|w| negative_words.contains(w)),
            permit: (right || (citizen && work)) && !needs,
            citizen: citizen && !needs,
            place: place::of(&words),
            content: content(&own),
            willing,
            words,
        }
    }

    /// Whether the question has the word.
    pub(super) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }
}

/// ", do you?" after a statement.
fn is_tag(clause: &Clause) -> bool {
    let words: Vec<&str> = clause.words.iter().map(|w| w.text.as_str()).collect();
    match words.as_slice() {
        [aux, "you"] | [aux, "not", "you"] | [aux, "you", "not"] => {
            matches!(*aux, "do" | "have" | "are" | "can" | "will" | "did" | "would" | "could")
        }
        ["is" | "are", "not", "it" | "that"] | ["is", "it" | "that"] | ["right" | "correct" | "yes" | "no"] => true,
        _ => false,
    }
}

/// The clause that asks: the one before a tag, else the last asked one with what leads into it.
fn main_words(all: &[Clause], tagged: bool) -> Vec<String> {
    let texts = |list: &[Clause]| list.iter().flat_map(|c| &c.words).map(|w| w.text.clone()).take(60).collect::<Vec<_>>();
    let asked = all.iter().rposition(|c| c.asked);
    let Some(at) = asked else { return texts(all) };
    if tagged && let Some(before) = at.checked_sub(1) {
        return texts(all.get(before..=before).unwrap_or_default());
    }
    // "For this job, do you have …?" starts at the clause with "you" in it.
    let from = all
        .get(..=at)
        .unwrap_or_default()
        .iter()
        .position(|c| c.words.iter().take(4).any(|w| w.text == "you") && c.words.len() > 1)
        .unwrap_or(at);
    texts(all.get(from..=at).unwrap_or_default())
}
