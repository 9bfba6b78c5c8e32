//! An answer: the words as written, the value read from them, and the points with their reason.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::question::{Kind, PayPeriod};

/// A value read from a candidate's words. `to_json` is what is stored and served.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AnswerValue {
    /// `true` for yes.
    YesNo(bool),
    /// In the rule's unit.
    Number(f64),
    /// One chosen option's value.
    Choice(String),
    /// Several options' values, in the order of the options (questions with `multiple`).
    Choices(Vec<String>),
    /// ISO 8601: `P…D`, `P…M` or `P…Y`.
    Duration(String),
    /// A calendar day.
    Date(NaiveDate),
    /// What was said; what was unsaid stays out.
    Money {
        /// The amount in whole units of the currency.
        amount: f64,
        /// ISO 4217, if it was said.
        currency: Option<String>,
        /// The period, if it was said.
        period: Option<PayPeriod>,
    },
    /// The words themselves.
    Text(String),
}

impl AnswerValue {
    /// The stored and served form: bool, number, string, array of strings, or `{amount, currency?, period?}`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::YesNo(b) => json!(b),
            Self::Number(n) => number(*n),
            Self::Choice(s) | Self::Duration(s) | Self::Text(s) => json!(s),
            Self::Choices(list) => json!(list),
            Self::Date(d) => json!(d.format("%Y-%m-%d").to_string()),
            Self::Money { amount, currency, period } => {
                let mut out = serde_json::Map::new();
                out.insert("amount".into(), number(*amount));
                if let Some(c) = currency {
                    out.insert("currency".into(), json!(c));
                }
                if let Some(p) = period {
                    out.insert("period".into(), json!(p.as_str()));
                }
                Value::Object(out)
            }
        }
    }

    /// Reads the stored form back; `None` if it isn't of this kind's shape.
    pub fn from_json(kind: Kind, value: &Value) -> Option<Self> {
        match kind {
            Kind::YesNo => value.as_bool().map(Self::YesNo),
            Kind::Number => value.as_f64().map(Self::Number),
            Kind::Choice => match value {
                Value::String(s) => Some(Self::Choice(s.clone())),
                Value::Array(list) => list.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<_>>().map(Self::Choices),
                _ => None,
            },
            Kind::Duration => value.as_str().map(|s| Self::Duration(s.to_owned())),
            Kind::Date => value.as_str().and_then(|s| s.parse().ok()).map(Self::Date),
            Kind::Money => Some(Self::Money {
                amount: value.get("amount")?.as_f64()?,
                currency: value.get("currency").and_then(Value::as_str).map(str::to_owned),
                period: match value.get("period") {
                    Some(p) => Some(serde_json::from_value(p.clone()).ok()?),
                    None => None,
                },
            }),
            Kind::Text => value.as_str().map(|s| Self::Text(s.to_owned())),
        }
    }
}

/// A whole number is served without a fraction: `5`, not `5.0`.
fn number(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < 9e15 { json!(n as i64) } else { json!(n) }
}

/// How an answer came to stand as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// A value was read from the words.
    Read,
    /// The words were kept as said, without a value.
    Unread,
    /// The candidate skipped the question.
    Skipped,
    /// A person set the value.
    Corrected,
}

/// A row of `prescreen_answers`: the newest answer to a question of an application. Earlier ones stand in the activity log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The question answered.
    pub question_id: Uuid,
    /// The candidate's words, whole.
    pub answer_text: String,
    /// The value as [`AnswerValue::to_json`] gives it; null when nothing could be read or it was skipped.
    pub value: Value,
    /// In `[0, 1]`; null when not scored.
    pub score: Option<f64>,
    /// For a must-have: true at score 1, false below, null when skipped, unread or not scored. Null for others.
    pub passed: Option<bool>,
    /// One sentence that explains the score to the point.
    pub reason: String,
    /// The verbatim words the value was read from.
    pub evidence: Option<String>,
    /// How it came to stand so.
    pub state: AnswerState,
    /// When it was given.
    pub answered_at: DateTime<Utc>,
}
