//! What a question asks for: its unit, and the nouns that tell one amount in an answer from another.

use crate::recruiting::question::Question;

use super::tokens::{Shape, tokenise};
use super::words::{Sense, Unit, lexicon};

/// The question as a reader of amounts sees it.
#[derive(Debug)]
pub(super) struct Asked {
    /// The unit of time asked for, if time it is.
    pub(super) unit: Option<Unit>,
    /// Every word of the question and of the rule's unit, in lower case.
    pub(super) words: Vec<String>,
    /// The stems of the words that say what is counted or where: "rust", "forklift".
    pub(super) nouns: Vec<String>,
}

/// Words of questions that say nothing about what is asked for.
const GENERAL: &[&str] = &[
    "how",
    "many",
    "much",
    "of",
    "do",
    "you",
    "have",
    "in",
    "with",
    "the",
    "a",
    "an",
    "your",
    "is",
    "are",
    "what",
    "for",
    "at",
    "on",
    "to",
    "been",
    "experience",
    "experiences",
    "work",
    "worked",
    "working",
    "professional",
    "professionally",
    "relevant",
    "total",
    "overall",
    "using",
    "use",
    "used",
    "did",
    "does",
    "can",
    "could",
    "would",
    "please",
    "tell",
    "us",
    "me",
    "roughly",
    "approximately",
    "long",
    "and",
    "or",
    "if",
    "any",
    "as",
    "commercial",
    "so",
    "far",
    "hands",
    "number",
    "role",
    "roles",
    "position",
    "job",
    "field",
    "area",
    "industry",
    "this",
    "that",
    "it",
    "them",
    "prior",
    "previous",
    "full",
    "time",
    "per",
    "each",
    "every",
    "ever",
    "doing",
    "spent",
    "i",
    "we",
    "our",
    "be",
    "available",
    "altogether",
    "practical",
    "say",
    "there",
    "similar",
    "currently",
    "having",
    "gained",
];

impl Asked {
    pub(super) fn of(question: &Question, locale: &str) -> Self {
        let lexicon = lexicon(locale);
        let words_of = |text: &str| -> Vec<String> {
            let shapes = tokenise(text).into_iter().map(|t| t.shape);
            shapes.filter_map(|s| if let Shape::Word(w) = s { Some(w) } else { None }).collect()
        };
        let mut words = words_of(&question.text);
        let time = |w: &String| if let Sense::Unit(u) = lexicon.word(w) { Some(u) } else { None };
        let rule_unit = question.rule.as_ref().and_then(|r| r.unit.as_deref());
        let unit = if let Some(named) = rule_unit {
            let named = words_of(named);
            let unit = named.iter().find_map(time);
            words.extend(named);
            unit
        } else {
            unit_named(&words, time)
        };
        let nouns = words.iter().filter(|w| !GENERAL.contains(&w.as_str()) && time(w).is_none()).map(|w| stem(w)).collect();
        Self { unit, words, nouns }
    }

    /// Whether the question names this word, in any of its forms.
    pub(super) fn names(&self, word: &str) -> bool {
        let stem = stem(word);
        self.words.iter().any(|w| w == word) || self.nouns.contains(&stem)
    }
}

/// The one unit the question names: behind "many" or "in" if it names several.
fn unit_named(words: &[String], time: impl Fn(&String) -> Option<Unit>) -> Option<Unit> {
    let counted = words.windows(2).find_map(|pair| match pair {
        [before, unit] if matches!(before.as_str(), "many" | "in") => time(unit),
        _ => None,
    });
    let mut all = words.iter().filter_map(time);
    let first = all.next();
    let only = first.filter(|f| all.all(|u| u == *f));
    let how_long = words.iter().any(|w| w == "experience") || words.windows(2).any(|p| matches!(p, [a, b] if a == "how" && b == "long"));
    counted.or(only).or(if first.is_none() && how_long { Some(Unit::Year) } else { None })
}

/// A word without its ending: "nursing" and "nurse" are the same work, "java" and "javascript" are not.
pub(super) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let cut = ["ments", "ment", "ings", "ing", "ers", "er", "es", "ed", "s", "e"]
        .iter()
        .find_map(|end| word.strip_suffix(end).filter(|rest| rest.chars().count() >= 3));
    let mut out = cut.unwrap_or(word).to_owned();
    let mut tail = out.chars().rev();
    if let (Some(a), Some(b)) = (tail.next(), tail.next())
        && a == b
        && cut.is_some()
    {
        out.pop();
    }
    out
}
