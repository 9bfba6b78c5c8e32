//! A prescreen question: what is asked, how the answer is read, and the rule that scores it.
//!
//! The shapes are those of the job file (see `docs/authoring.md`); the same JSON is stored in
//! `job_prescreen_questions` and served by the API.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What sort of value a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Yes or no: a JSON boolean.
    YesNo,
    /// A number in the rule's unit.
    Number,
    /// One of the options (several with `multiple`).
    Choice,
    /// A length of time, ISO 8601.
    Duration,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// An amount with currency and period where they were said.
    Money,
    /// Free words.
    Text,
}

impl Kind {
    /// The name in job files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::YesNo => "yes_no",
            Self::Number => "number",
            Self::Choice => "choice",
            Self::Duration => "duration",
            Self::Date => "date",
            Self::Money => "money",
            Self::Text => "text",
        }
    }
}

/// One option of a `choice` question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// The value stored when this option is chosen.
    pub value: String,
    /// What the candidate sees on the button; the value itself where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Other words that mean this option.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

impl ChoiceOption {
    /// The words on the button.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.value)
    }
}

/// Whether one accepted choice or keyword passes a must-have, or all are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// One accepted choice or found keyword is enough.
    #[default]
    Any,
    /// Every one is needed.
    All,
}

/// A word that a `text` answer is scored by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyword {
    /// The word or phrase, compared without case.
    pub term: String,
    /// Other spellings that count as the term.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its share of the score; 1 where absent.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: f64,
}

/// The time a salary is counted by. A year = 12 months = 52 weeks = 260 days = 2080 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayPeriod {
    /// Per hour.
    Hour,
    /// Per working day.
    Day,
    /// Per week.
    Week,
    /// Per month.
    Month,
    /// Per year.
    Year,
}

impl PayPeriod {
    /// How many of this period make a year.
    pub fn per_year(self) -> f64 {
        match self {
            Self::Hour => 2080.0,
            Self::Day => 260.0,
            Self::Week => 52.0,
            Self::Month => 12.0,
            Self::Year => 1.0,
        }
    }

    /// The name in job files, values and receipts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// The rule that turns a value into a score in `[0, 1]`. Every key is optional in the file;
/// which keys a kind takes is checked when the job is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `yes_no`: the answer that scores 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<bool>,
    /// `number`: the least that scores 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// `number` and `money`: a number; `duration`: ISO 8601 such as `P3M`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Limit>,
    /// `number`: what is counted (`years`, `months`, `days`, … or any noun).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// `choice`: the values that score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept: Option<Vec<String>>,
    /// `money`: ISO 4217 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// `money`: the period `max` is meant in; a year where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PayPeriod>,
    /// `date`: in time means on or before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<NaiveDate>,
    /// `text`: words looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keywords: Option<Vec<Keyword>>,
    /// `choice` with `multiple`, and `text`: when a must-have passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<Pass>,
}

/// An upper limit: a plain number, or an ISO 8601 duration for `duration` questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number, or a duration such as P3M")]
pub enum Limit {
    /// `max: 85000`
    Number(f64),
    /// `max: P3M`
    Period(String),
}

impl Rule {
    /// The limit as a number, for `number` and `money`.
    pub fn max_number(&self) -> Option<f64> {
        match &self.max {
            Some(Limit::Number(n)) => Some(*n),
            _ => None,
        }
    }

    /// The limit as an ISO 8601 duration, for `duration`.
    pub fn max_period(&self) -> Option<&str> {
        match &self.max {
            Some(Limit::Period(p)) => Some(p),
            _ => None,
        }
    }
}

/// A question of one version of a job's question set. Never changed once stored: a new set is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its id, which answers and messages name.
    pub id: Uuid,
    /// Place in the set, from 1.
    pub question_order: i64,
    /// The words asked.
    pub text: String,
    /// How the answer is read.
    pub kind: Kind,
    /// The options of a `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChoiceOption>,
    /// Whether a `choice` takes several.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
    /// The rule that scores it; none: not scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// A required question that is skipped counts 0; an optional one leaves the sums.
    pub required: bool,
    /// Its share of `jd_match_score`.
    pub weight: f64,
    /// Whether a score below 1 fails the prescreen (a person still decides).
    pub must_have: bool,
}

fn one() -> f64 {
    1.0
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::float_cmp, reason = "serde's skip_serializing_if passes a reference; 1 is exact")]
fn is_one(n: &f64) -> bool {
    *n == 1.0
}
