//! The job of a run, what somebody answers, and what the rules must give for it: computed here, not asked of the server.

use serde_json::{Value, json};

use super::dice::Dice;

/// The job's slug.
pub const SLUG: &str = "torture";

/// Four questions whose weights sum to 8.
pub fn job() -> Value {
    json!({ "slug": SLUG, "title": "Welder", "prescreen": { "questions": [
        { "text": "How many years have you been welding?", "kind": "number", "rule": { "min": 4 }, "weight": 3 },
        { "text": "Do you hold a valid certificate?", "kind": "yes_no", "rule": { "expected": true }, "must_have": true, "weight": 2 },
        { "text": "Which shift would you take?", "kind": "choice", "options": [{ "value": "early" }, { "value": "late" }], "rule": { "accept": ["early"] } },
        { "text": "How many ships have you worked on?", "kind": "number", "rule": { "min": 10 }, "weight": 2 },
    ] } })
}

/// What somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    years: u64,
    certificate: bool,
    early: bool,
    ships: u64,
}

impl Form {
    /// As the dice fall.
    pub fn thrown(dice: &mut Dice) -> Self {
        Self { years: dice.below(9), certificate: dice.below(4) > 0, early: dice.below(2) == 0, ships: dice.below(20) }
    }

    /// The answer to a question, by a word of it.
    pub fn answer(&self, question: &str) -> Option<String> {
        let question = question.to_lowercase();
        Some(if question.contains("welding") {
            self.years.to_string()
        } else if question.contains("certificate") {
            if self.certificate { "yes" } else { "no" }.into()
        } else if question.contains("shift") {
            if self.early { "early" } else { "late" }.into()
        } else if question.contains("ships") {
            self.ships.to_string()
        } else {
            return None;
        })
    }

    /// The values that must stand, by the questions' order.
    pub fn values(&self) -> Vec<String> {
        let shift = if self.early { "early" } else { "late" };
        [json!(self.years), json!(self.certificate), json!(shift), json!(self.ships)].iter().map(Value::to_string).collect()
    }

    /// The score in percent to two decimals, halves upwards: in whole numbers, where a half is a half.
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    pub fn score(&self) -> f64 {
        let got = 15 * self.years.min(4) + 40 * u64::from(self.certificate) + 20 * u64::from(self.early) + 4 * self.ships.min(10);
        let hundredths = (10_000 * got + 80) / 160;
        hundredths as f64 / 100.0
    }

    /// Whether the must-have is failed.
    pub fn fails(&self) -> bool {
        !self.certificate
    }
}
