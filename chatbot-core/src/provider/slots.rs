//! Provider slots, as `PROVIDER{N}_*` variables write them. N counts from 1 without gaps.

use std::collections::BTreeMap;

use secrecy::SecretString;

/// What a slot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderKind {
    /// The built-in that knows nothing.
    Stub,
    /// Recorded replies.
    Replay,
    /// OpenAI.
    OpenAi,
    /// Anthropic.
    Anthropic,
    /// Google Gemini.
    Gemini,
    /// Ollama.
    Ollama,
    /// Azure OpenAI.
    Azure,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// DeepSeek.
    DeepSeek,
    /// Any server with OpenAI's routes.
    OpenAiCompatible,
}

impl ProviderKind {
    const NAMES: [(&'static str, Self); 11] = [
        ("stub", Self::Stub),
        ("replay", Self::Replay),
        ("openai", Self::OpenAi),
        ("anthropic", Self::Anthropic),
        ("gemini", Self::Gemini),
        ("ollama", Self::Ollama),
        ("azure", Self::Azure),
        ("groq", Self::Groq),
        ("mistral", Self::Mistral),
        ("deepseek", Self::DeepSeek),
        ("openai_compatible", Self::OpenAiCompatible),
    ];

    /// Reads `PROVIDER{N}_TYPE`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name.trim())).map(|(_, kind)| kind)
    }

    /// The name in the variable.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.into_iter().find(|(_, kind)| *kind == self).map_or("stub", |(name, _)| name)
    }
}

/// One slot as configured.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProviderSlot {
    /// From 1.
    pub number: usize,
    /// What it speaks.
    pub kind: ProviderKind,
    /// Its key; never shown.
    pub api_key: Option<SecretString>,
    /// The model's name.
    pub model: Option<String>,
    /// Where it is, without a trailing slash.
    pub base_url: Option<String>,
    /// How long one call may take.
    pub timeout: std::time::Duration,
    /// Its share of the round robin.
    pub weight: u32,
}

/// A variable that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}; example: {variable}={example}")]
pub struct SlotError {
    /// Which.
    pub variable: String,
    /// What is wrong with its value.
    pub problem: String,
    /// What would be right.
    pub example: String,
}

impl ProviderSlot {
    /// Reads all slots from variables (`std::env::vars()` in a binary).
    pub fn from_vars(vars: impl Iterator<Item = (String, String)>) -> Result<Vec<Self>, SlotError> {
        let vars: BTreeMap<String, String> =
            vars.filter(|(name, value)| name.starts_with("PROVIDER") && !value.trim().is_empty()).collect();
        let mut slots = Vec::new();
        for number in 1.. {
            let get = |what: &str| vars.get(&format!("PROVIDER{number}_{what}")).map(|v| v.trim().to_owned());
            let Some(kind) = get("TYPE") else { break };
            let err = |what: &str, problem: String, example: &str| SlotError {
                variable: format!("PROVIDER{number}_{what}"),
                problem,
                example: example.into(),
            };
            let names = || ProviderKind::NAMES.map(|(name, _)| name).join(", ");
            let kind = ProviderKind::parse(&kind).ok_or_else(|| err("TYPE", format!("`{kind}` is none of {}", names()), "openai"))?;
            let base_url = get("BASE_URL");
            if let Some(url) = &base_url
                && !(url.starts_with("http://") || url.starts_with("https://"))
            {
                return Err(err("BASE_URL", "is not an http or https address".into(), "http://127.0.0.1:11434/v1"));
            }
            let positive = |what: &str, default: u64, example: &str| match get(what) {
                None => Ok(default),
                Some(v) => v
                    .parse::<u64>()
                    .ok()
                    .filter(|n| *n > 0)
                    .ok_or_else(|| err(what, format!("`{v}` is not a whole number above 0"), example)),
            };
            slots.push(Self {
                number,
                kind,
                api_key: get("API_KEY").map(SecretString::from),
                model: get("MODEL"),
                base_url: base_url.map(|url| url.trim_end_matches('/').to_owned()),
                timeout: std::time::Duration::from_millis(positive("TIMEOUT_MS", 20_000, "20000")?),
                weight: u32::try_from(positive("WEIGHT", 1, "1")?).unwrap_or(u32::MAX),
            });
        }
        Ok(slots)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<Vec<ProviderSlot>, SlotError> {
        ProviderSlot::from_vars(vars.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())))
    }

    #[test]
    fn slots_count_from_one_and_a_trailing_slash_does_not_matter() {
        let slots = read(&[
            ("PROVIDER1_TYPE", "openai"),
            ("PROVIDER1_BASE_URL", "http://x/v1/"),
            ("PROVIDER2_TYPE", "Stub"),
            ("PROVIDER4_TYPE", "stub"),
        ])
        .unwrap();
        assert_eq!(slots.len(), 2);
        assert_eq!(slots[0].base_url.as_deref(), Some("http://x/v1"));
    }

    #[test]
    fn an_unusable_value_names_the_variable_and_an_example_and_no_secret_is_shown() {
        let error = read(&[("PROVIDER1_TYPE", "openia")]).unwrap_err().to_string();
        assert!(error.starts_with("PROVIDER1_TYPE: `openia` is none of") && error.ends_with("example: PROVIDER1_TYPE=openai"), "{error}");
        assert!(
            read(&[("PROVIDER1_TYPE", "stub"), ("PROVIDER1_TIMEOUT_MS", "soon")]).unwrap_err().to_string().contains("PROVIDER1_TIMEOUT_MS")
        );
        let slots = read(&[("PROVIDER1_TYPE", "openai"), ("PROVIDER1_API_KEY", "sk-canary")]).unwrap();
        assert!(!format!("{slots:?}").contains("sk-canary"));
    }
}
