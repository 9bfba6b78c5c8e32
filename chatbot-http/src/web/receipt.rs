//! A receipt as the console shows it; `assets/receipt.js` renders the same from JSON.

use super::format::tidy;
use serde_json::Value;

/// One question with what was said, what was read and what it scored.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnswerView {
    /// What `PATCH /applications/{id}/answers/{question_id}` names.
    pub(crate) question_id: String,
    /// The question's kind, such as `yes_no`.
    pub(crate) kind: &'static str,
    /// The question, as asked.
    pub(crate) question_text: String,
    /// The candidate's words; none yet when unanswered.
    pub(crate) answer_text: Option<String>,
    /// What was read, in words: see [`value_text`].
    pub(crate) value: Option<String>,
    /// In [0, 1]; none when not scored.
    pub(crate) score: Option<f64>,
    /// The question's weight.
    pub(crate) weight: f64,
    /// Whether the job can't do without it.
    pub(crate) must_have: bool,
    /// Whether a must-have is met; none when open.
    pub(crate) passed: Option<bool>,
    /// The sentence that explains the points.
    pub(crate) reason: Option<String>,
}

impl AnswerView {
    /// Whether there is anything to show yet.
    pub(crate) fn done(&self) -> bool {
        self.answer_text.as_deref().is_some_and(|text| !text.is_empty()) || self.value.is_some() || self.reason.is_some()
    }

    /// "2.4 of 3", or "not scored".
    pub(crate) fn points(&self) -> String {
        match self.score {
            Some(score) => format!("{} of {}", tidy(score * self.weight), tidy(self.weight)),
            None => "not scored".to_owned(),
        }
    }

    /// The must-have's state, in the words of [`super::format::must_have_words`].
    pub(crate) fn must_have_state(&self) -> &'static str {
        match self.passed {
            Some(true) => "passed",
            Some(false) => "failed",
            None => "unknown",
        }
    }
}

/// A stored value as people write it; none for null.
pub(crate) fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Some(number.as_f64().map_or_else(|| number.to_string(), tidy)),
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(value_text).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let part = |name: &str| fields.get(name).and_then(value_text);
            let Some(amount) = part("amount") else {
                return Some(value.to_string());
            };
            let period = part("period").map(|period| format!("per {period}"));
            Some([Some(amount), part("currency"), period].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
    }
}
