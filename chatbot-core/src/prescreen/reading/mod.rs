//! Reading a value out of a candidate's words, by rules alone and the same way every time.
//!
//! [`read`] is the door; one file per kind behind it. A reader never guesses: what it isn't sure
//! of is [`Reading::Unclear`], and what has two meanings is [`Reading::AskBack`].

mod amounts;
mod asked;
mod choice;
mod date;
mod discourse;
mod duration;
mod items;
mod money;
mod number;
mod numerals;
pub(crate) mod phrases;
#[cfg(test)]
mod testing;
mod text;
mod tokens;
mod words;
mod yes_no;

use chrono::NaiveDate;

use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::{Kind, Question};

/// What a reader may know besides the words.
#[derive(Debug, Clone, Copy)]
pub struct ReadContext<'a> {
    /// The day it is where the job is; "since 2016", "next Monday" and dates without a year count from it.
    pub today: NaiveDate,
    /// The candidate's language tag, such as `en`.
    pub locale: &'a str,
}

/// What came of reading an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A value, and where it was read.
    Value {
        /// The value, in the question's kind.
        value: AnswerValue,
        /// The verbatim part of the text it was read from.
        evidence: String,
    },
    /// Nothing could be read with confidence: ask again in other words.
    Unclear,
    /// The words mean two things: ask which.
    AskBack(AskBack),
}

/// Why a clear enough answer is asked back.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AskBack {
    /// On a must-have, a range with one end on each side of the limit ("2 to 4" with at least 3).
    StraddlesLimit {
        /// The lower end as the candidate would say it.
        low: String,
        /// The upper end.
        high: String,
    },
    /// A slash date that reads as two days.
    AmbiguousDate {
        /// Read day first.
        day_first: NaiveDate,
        /// Read month first.
        month_first: NaiveDate,
    },
    /// An amount far from the rule's, with the period unsaid.
    PeriodUnsaid {
        /// The amount as said.
        amount: f64,
        /// The currency, where it was said.
        currency: Option<String>,
    },
}

/// Reads the answer to a question.
pub fn read(question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    match question.kind {
        Kind::YesNo => yes_no::read(question, text, cx),
        Kind::Number => number::read(question, text, cx),
        Kind::Choice => choice::read(question, text, cx),
        Kind::Duration => duration::read(question, text, cx),
        Kind::Date => date::read(question, text, cx),
        Kind::Money => money::read(question, text, cx),
        Kind::Text => text::read(question, text, cx),
    }
}
