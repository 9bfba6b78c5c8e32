//! What models cost, from a data file that says as of when.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::provider::Usage;

const FILE: &str = include_str!("prices.json");

/// The price of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Price {
    /// The kind of slot, such as `openai`.
    pub provider: String,
    /// What the model's name begins with.
    pub model: String,
    /// US dollars for a million tokens asked.
    pub input: f64,
    /// US dollars for a million tokens answered.
    pub output: f64,
}

/// All that are known.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Prices {
    /// The day they were the published ones.
    pub as_of: chrono::NaiveDate,
    /// Of whom.
    pub prices: Vec<Price>,
}

static KNOWN: LazyLock<Prices> = LazyLock::new(|| {
    // A test keeps the file readable; unread, no price is known.
    serde_json::from_str(FILE).unwrap_or_else(|_| Prices { as_of: chrono::NaiveDate::MIN, prices: Vec::new() })
});

impl Prices {
    /// The file's.
    pub fn known() -> &'static Self {
        &KNOWN
    }

    /// What this took, in millionths of a US dollar; none: the price is not known.
    pub fn cost(&self, provider: &str, model: &str, usage: Usage) -> Option<i64> {
        let of = self.prices.iter().filter(|p| p.provider == provider && model.starts_with(&p.model)).max_by_key(|p| p.model.len())?;
        // Dollars for a million tokens are millionths of a dollar for one.
        Some((usage.input as f64 * of.input + usage.output as f64 * of.output).round() as i64)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_dated_and_the_longest_name_counts() {
        let prices = Prices::known();
        assert!(prices.prices.len() > 10 && prices.as_of > chrono::NaiveDate::MIN);
        let usage = Usage { input: 1_000_000, output: 1_000_000 };
        assert_eq!(prices.cost("openai", "gpt-4o-mini-2024-07-18", usage), Some(750_000));
        assert_eq!(prices.cost("openai", "gpt-4o-2024-08-06", usage), Some(12_500_000));
        assert_eq!(prices.cost("ollama", "llama3.2:3b", usage), Some(0));
        assert_eq!(prices.cost("openai", "something-new", usage), None);
    }
}
