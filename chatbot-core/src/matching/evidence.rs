//! What a person has shown: the words of their skills, positions, degrees and answers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::words::{self, Kept, Term};
use super::{PastAnswer, Person};
use crate::recruiting::{AnswerState, Kind};

/// Stems, in the clauses they were said in.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    clauses: Vec<BTreeSet<String>>,
    any: BTreeSet<String>,
}

impl Evidence {
    pub(super) fn of(person: &Person) -> Self {
        let mut out = Self::default();
        let candidate = &person.candidate;
        for skill in &candidate.skills {
            out.says(skill);
        }
        for (list, field) in [(&candidate.positions, "title"), (&candidate.education, "degree")] {
            for text in list.iter().filter_map(|entry| entry.get(field)?.as_str()) {
                out.says(text);
            }
        }
        for past in &person.answers {
            out.answers(past);
        }
        out
    }

    /// Whether anything was shown.
    pub(super) fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// Whether all these stems were said in one breath.
    pub(super) fn has(&self, stems: &[String]) -> bool {
        match stems {
            [] => false,
            [one] => self.any.contains(one),
            many => self.clauses.iter().any(|clause| many.iter().all(|stem| clause.contains(stem))),
        }
    }

    /// Whether a language is named in an answer that says it is spoken.
    pub(super) fn speaks(person: &Person, language: &str) -> bool {
        person.answers.iter().filter(|p| counts(p)).any(|past| {
            let text = match past.question.kind {
                Kind::YesNo if past.answer.value == Value::Bool(true) => past.question.text.clone(),
                Kind::Choice => chosen(past).join(", "),
                Kind::Text if asks_language(&past.question.text) => past.answer.answer_text.clone(),
                _ => return false,
            };
            let named = words::clauses(&text).into_iter().any(|clause| {
                let at = clause.iter().position(|(w, _)| w == language);
                at.is_some_and(|at| !clause.iter().take(at).any(|(w, _)| matches!(w.as_str(), "no" | "not" | "don't" | "never")))
            });
            named && (past.question.kind != Kind::YesNo || asks_language(&past.question.text))
        })
    }

    fn answers(&mut self, past: &PastAnswer) {
        if !counts(past) || words::asks_permission(&past.question.text) {
            return;
        }
        match past.question.kind {
            Kind::YesNo if past.answer.value == Value::Bool(true) => self.says(&past.question.text),
            Kind::Number if past.answer.value.as_f64().is_some_and(|n| n > 0.0) => self.says(&past.question.text),
            Kind::Choice => {
                for text in chosen(past) {
                    self.says(&text);
                }
            }
            Kind::Text => self.says(&past.answer.answer_text),
            _ => {}
        }
    }

    fn says(&mut self, text: &str) {
        for clause in words::terms(text, Kept::Skills) {
            let stems: BTreeSet<String> = clause.into_iter().map(|Term { stem, .. }| stem).collect();
            self.any.extend(stems.iter().cloned());
            self.clauses.push(stems);
        }
    }
}

/// Only what was read, and never an answer about what must not matter.
pub(super) fn counts(past: &PastAnswer) -> bool {
    matches!(past.answer.state, AnswerState::Read | AnswerState::Corrected)
        && !past.answer.value.is_null()
        && !words::is_protected(&past.question.text)
}

/// The chosen options in all the words they have.
pub(super) fn chosen(past: &PastAnswer) -> Vec<String> {
    let values: Vec<&str> = match &past.answer.value {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let options = past.question.options.iter().filter(|o| values.contains(&o.value.as_str()));
    options.flat_map(|o| [o.value.clone(), o.label().to_owned()]).collect()
}

/// Whether a question is about languages.
pub(super) fn asks_language(text: &str) -> bool {
    let asks = ["speak", "language", "languages", "fluent", "fluently", "level", "b1", "b2", "c1", "c2", "proficient", "understand"];
    words::clauses(text).into_iter().flatten().any(|(word, _)| asks.contains(&word.as_str()))
}
