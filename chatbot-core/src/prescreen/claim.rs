//! What a model read out of an answer that the rules could not read: a claim, and what it is worth.
//!
//! **Invariant** (I9). A claim gives no value. The rules read the value out of the candidate's own words, or out of words the
//! candidate has said yes to; a claim only says where to look.

use serde::{Deserialize, Serialize};

use super::reading::Reading;
use super::receipt::value_words;
use crate::recruiting::{AnswerValue, Kind, Question};
use crate::turn::Effects;

/// Letters of a span or a value: more is no answer.
const LONGEST: usize = 400;

/// What a model says that an answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The words it was read from, verbatim.
    pub span: String,
    /// The value, in words that the rules read.
    pub value: String,
}

/// What a claim is worth.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Claimed {
    /// The rules read the same out of the words: what that does.
    Read(Box<Effects>),
    /// The words may mean it: the candidate is asked whether this is right. The value as a person would write it; the rules
    /// read it the same.
    Confirm(String),
    /// Nothing.
    Refused,
}

/// The same before anything is done about it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Weighed {
    Read { value: AnswerValue, evidence: String },
    Confirm(String),
    Refused,
}

/// Holds a claim against what was written. `read` is the rules' reader.
pub(super) fn weigh(q: &Question, text: &str, claim: &Claim, read: impl Fn(&str) -> Reading) -> Weighed {
    let span = claim.span.trim();
    let too_long = |words: &str| words.chars().count() > LONGEST;
    if span.is_empty() || too_long(span) || too_long(&claim.value) || q.kind == Kind::Text || !text.contains(span) {
        return Weighed::Refused;
    }
    let Reading::Value { value: claimed, .. } = read(&claim.value) else { return Weighed::Refused };
    // The sentence around the span, not the span alone: "I don't have five years" holds "five years".
    let mut here = None;
    let mut elsewhere = false;
    for sentence in sentences(text) {
        if let Reading::Value { value, evidence } = read(sentence) {
            if sentence.contains(span) && value == claimed {
                here = here.or(Some((value, evidence)));
            } else {
                // Another sentence, or this one, says something else: only the candidate knows.
                elsewhere |= value != claimed;
            }
        }
    }
    match here {
        Some((value, evidence)) if !elsewhere => Weighed::Read { value, evidence },
        // "Is it yes?" can be answered by neither yes nor no.
        _ if q.kind == Kind::YesNo => Weighed::Refused,
        _ => {
            let shown = value_words(q, &claimed);
            let same = matches!(read(&shown), Reading::Value { value, .. } if value == claimed);
            if same { Weighed::Confirm(shown) } else { Weighed::Refused }
        }
    }
}

/// The sentences and clauses of a text. A full stop between digits ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '\n' | ';' | '!' | '?' => true,
            '.' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            out.extend(text.get(from..at));
            from = at + c.len_utf8();
        }
    }
    out.extend(text.get(from..));
    out.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(sentences("I have 4.5 years. Or so!\nYes; no"), ["I have 4.5 years", "Or so", "Yes", "no"]);
    }
}
