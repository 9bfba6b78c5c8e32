//! `choice`: which of the options, by its words, its number or its letter.
//!
//! A mention is a choice only if nothing in the message denies it, doubts it or names another as well.

mod mentions;
mod place;
#[cfg(test)]
mod table;
mod words;

use super::phrases::{Clause, MOST_WORDS, Word, clauses, phrase_at, span};
use super::{ReadContext, Reading};
use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;
use mentions::{Mention, Names, Stand};

/// Reads one option, or several where the question takes several.
pub(super) fn read(question: &Question, text: &str, _cx: &ReadContext<'_>) -> Reading {
    let parts = clauses(text);
    let all: Vec<Word> = parts.iter().flat_map(|c| c.words.iter().cloned()).collect();
    if all.is_empty() || all.len() > MOST_WORDS || question.options.len() > 200 {
        return Reading::Unclear;
    }
    let names = Names::of(question);
    // "remote?" asks; the button's own words, whole, otherwise decide before anything else.
    let asked = parts.iter().any(|p| p.asked) && !question.options.iter().any(|o| o.label().contains('?'));
    if asked && parts.len() == 1 {
        return Reading::Unclear;
    }
    if let Some(only) = names.whole(&all) {
        return one_or_many(question, &[only], span(text, &all));
    }
    if let Some(chosen) = place::read(question, &names, text, &all) {
        return match chosen.as_slice() {
            [only] => one_or_many(question, &[*only], span(text, &all)),
            many if question.multiple => one_or_many(question, many, span(text, &all)),
            _ => Reading::Unclear,
        };
    }
    let found = mentions::find(&parts, &names, question.multiple);
    if doubtful(&parts, question, &found) {
        return Reading::Unclear;
    }
    if question.multiple { several(question, text, &parts, &all, &found) } else { single(question, text, &all, &found) }
}

fn one_or_many(question: &Question, chosen: &[usize], evidence: &str) -> Reading {
    let mut order = chosen.to_vec();
    order.sort_unstable();
    order.dedup();
    let mut values = order.iter().filter_map(|at| question.options.get(*at)).map(|o| o.value.clone());
    let value = if question.multiple {
        AnswerValue::Choices(values.collect())
    } else {
        match values.next() {
            Some(value) => AnswerValue::Choice(value),
            None => return Reading::Unclear,
        }
    };
    Reading::Value { value, evidence: evidence.to_owned() }
}

/// One of the options: the only one said, or the one preferred.
fn single(question: &Question, text: &str, all: &[Word], found: &[Mention]) -> Reading {
    if has_any(all, words::ALL_BUT) || has_any(all, words::ANY) {
        // "any is fine, but I prefer remote" is still a preference.
        let preferred = found.iter().any(|m| m.stand == Stand::Preferred);
        if !preferred {
            return Reading::Unclear;
        }
    }
    let chosen = |stand: Stand| {
        let mut list: Vec<Option<usize>> = found.iter().filter(|m| m.stand == stand).map(|m| m.option).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    let (preferred, plain) = (chosen(Stand::Preferred), chosen(Stand::Plain));
    let denied = chosen(Stand::Denied);
    let pick = match (preferred.as_slice(), plain.as_slice()) {
        ([only], _) | ([], [only]) => *only,
        _ => None,
    };
    match pick {
        Some(option) if !denied.contains(&Some(option)) => one_or_many(question, &[option], evidence(text, all, found, &[option])),
        _ => Reading::Unclear,
    }
}

/// Several options: those said and not denied, or all but those denied.
fn several(question: &Question, text: &str, parts: &[Clause], all: &[Word], found: &[Mention]) -> Reading {
    let said: Vec<usize> =
        found.iter().filter(|m| matches!(m.stand, Stand::Plain | Stand::Preferred | Stand::Second)).filter_map(|m| m.option).collect();
    let denied: Vec<usize> = found.iter().filter(|m| m.stand == Stand::Denied).filter_map(|m| m.option).collect();
    let strange = found.iter().any(|m| m.option.is_none() && m.stand != Stand::Denied);
    if strange || said.iter().any(|s| denied.contains(s)) || parts.iter().any(|p| p.asked) {
        return Reading::Unclear;
    }
    let everything: Vec<usize> = (0..question.options.len()).collect();
    if has_any(all, words::ALL_BUT) {
        // "anything but night" or "all except early and late": what is named stays out.
        let out: Vec<usize> = found.iter().filter_map(|m| m.option).collect();
        let rest: Vec<usize> = everything.into_iter().filter(|at| !out.contains(at)).collect();
        return if out.is_empty() || rest.is_empty() || found.iter().any(|m| m.option.is_none()) {
            Reading::Unclear
        } else {
            one_or_many(question, &rest, span(text, all))
        };
    }
    if said.is_empty() && denied.is_empty() {
        let whole = words::trimmed(all);
        return match whole.as_slice() {
            w if words::is_one_of(w, words::NONE) => {
                Reading::Value { value: AnswerValue::Choices(Vec::new()), evidence: span(text, all).to_owned() }
            }
            w if words::is_one_of(w, words::EVERY) => one_or_many(question, &everything, span(text, all)),
            w if words::is_one_of(w, words::BOTH) && question.options.len() == 2 => one_or_many(question, &everything, span(text, all)),
            w if words::is_one_of(w, &["all three", "all three of them"]) && question.options.len() == 3 => {
                one_or_many(question, &everything, span(text, all))
            }
            w if words::is_one_of(w, &["all four", "all four of them"]) && question.options.len() == 4 => {
                one_or_many(question, &everything, span(text, all))
            }
            _ => Reading::Unclear,
        };
    }
    let wide = words::trimmed(all).iter().any(|w| matches!(*w, "all" | "every" | "everything" | "anything" | "none" | "neither"));
    if said.is_empty() || (wide && said.len() < question.options.len()) {
        return Reading::Unclear;
    }
    one_or_many(question, &said, evidence(text, all, found, &said))
}

/// From the first mention of what was chosen to the last.
fn evidence<'t>(text: &'t str, all: &[Word], found: &[Mention], chosen: &[usize]) -> &'t str {
    let mine = || found.iter().filter(|m| m.option.is_some_and(|o| chosen.contains(&o)) && m.stand != Stand::Denied);
    let from = mine().map(|m| m.start).min();
    let to = mine().map(|m| m.end).max();
    match (from, to) {
        (Some(from), Some(to)) => text.get(from..to).unwrap_or("").trim(),
        _ => span(text, all),
    }
}

fn has_any(all: &[Word], phrases: &[&str]) -> bool {
    (0..all.len()).any(|at| phrases.iter().any(|p| phrase_at(all, at, p).is_some()))
}

/// Hedges, and words about another time than the question's.
fn doubtful(parts: &[Clause], question: &Question, found: &[Mention]) -> bool {
    let asks = |word: &str| super::phrases::plain(&question.text).iter().any(|w| w == word);
    let named = |word: &str| found.iter().any(|m| m.words.iter().any(|w| w == word));
    let preferred = found.iter().any(|m| m.stand == Stand::Preferred);
    let second = found.iter().any(|m| m.stand == Stand::Second);
    for part in parts {
        let mentions_here = found
            .iter()
            .any(|m| part.words.first().is_some_and(|w| w.start <= m.start) && part.words.last().is_some_and(|w| w.end >= m.end));
        if part.asked && mentions_here {
            return true;
        }
        for at in 0..part.words.len() {
            let word = part.words.get(at).map(|w| w.text.as_str()).unwrap_or_default();
            if words::DOUBT.iter().any(|p| phrase_at(&part.words, at, p).is_some()) && !named(word) {
                return true;
            }
            // "maybe" marks a second choice when another was named first, else the only one is in doubt.
            if words::HEDGE.iter().any(|p| phrase_at(&part.words, at, p).is_some()) && !named(word) && !second {
                return true;
            }
            if words::ELSEWHEN.iter().any(|p| phrase_at(&part.words, at, p).is_some())
                && !asks(word)
                && !asks("current")
                && !named(word)
                && !preferred
            {
                return true;
            }
        }
    }
    false
}
