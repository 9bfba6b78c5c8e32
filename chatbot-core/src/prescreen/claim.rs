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
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};

    use super::super::reading::{ReadContext, read};
    use super::*;
    use crate::clock::RandomIds;
    use crate::testing::fixtures;

    /// What people write around an answer, and what they write for one.
    const SAID: [&str; 14] = [
        "well",
        "hard to say.",
        "I don't have",
        "five years",
        "2 years",
        "about 7",
        "no",
        "yes",
        "never.",
        "ten;",
        "maybe",
        "6 months",
        "!",
        "not",
    ];

    /// I9, at the door: whatever a model claims, what is read is what the rules read in a sentence of the candidate's, and
    /// what does not quote them is refused.
    #[test]
    fn i9_no_claim_reads_what_was_not_written() {
        let cases = std::env::var("CHATBOT_MODEL_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000);
        let job = fixtures::job(&RandomIds, chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        // A text of pieces, one of which is claimed, as it stands or with another value.
        let pieces = prop::collection::vec(prop::sample::select(&SAID[..]), 1..6);
        let value = prop_oneof![
            4 => Just(None),
            2 => prop::sample::select(&SAID[..]).prop_map(|v| Some(v.to_owned())),
            1 => "[0-9]{1,3} years".prop_map(Some),
            1 => any::<String>().prop_map(Some),
        ];
        let span = prop_oneof![6 => Just(None), 1 => any::<String>().prop_map(Some), 1 => Just(Some(String::new()))];
        let claims = (pieces, any::<prop::sample::Index>(), value, span).prop_map(|(pieces, at, value, span)| {
            let piece = pieces[at.index(pieces.len())].to_owned();
            (pieces.join(" "), span.unwrap_or_else(|| piece.clone()), value.unwrap_or(piece))
        });
        let seen = std::cell::RefCell::new([0_u32; 3]);
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        runner
            .run(&(claims, 0..3_usize), |((text, span, value), which)| {
                let q = &job.questions[which];
                let cx = ReadContext { today, locale: "en" };
                let weighed = weigh(q, &text, &Claim { span: span.clone(), value }, |words| read(q, words, &cx));
                let quoted = !span.trim().is_empty() && text.contains(span.trim());
                match weighed {
                    Weighed::Read { value, .. } => {
                        seen.borrow_mut()[0] += 1;
                        let of_theirs =
                            sentences(&text).into_iter().any(|s| matches!(read(q, s, &cx), Reading::Value { value: v, .. } if v == value));
                        prop_assert!(quoted && of_theirs, "{text}: {value:?}");
                    }
                    Weighed::Confirm(_) => {
                        seen.borrow_mut()[1] += 1;
                        prop_assert!(quoted);
                    }
                    Weighed::Refused => seen.borrow_mut()[2] += 1,
                }
                Ok(())
            })
            .unwrap();
        assert!(seen.borrow().iter().all(|n| *n > cases / 200), "hardly a claim of each fate: {:?}", seen.borrow());
    }

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(sentences("I have 4.5 years. Or so!\nYes; no"), ["I have 4.5 years", "Or so", "Yes", "no"]);
    }
}
