//! Every sentence a candidate reads, by name and language.
//!
//! The texts stand in `message_templates.json`, one file a language, in minijinja's syntax. They are checked when
//! [`Templates`] is built, so a broken text stops a start and not a conversation.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Environment;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::message::{MessageMeta, Outgoing};

const ENGLISH: &str = include_str!("en/message_templates.json");

/// How long things are kept when nothing is configured, in days.
pub const RETENTION_DAYS: i64 = 180;

/// Why templates cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The file is not an object of strings.
    #[error("message templates: {0}")]
    Unreadable(String),
    /// A text is not valid template syntax.
    #[error("message template `{name}`: {problem}")]
    Broken {
        /// Which.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

/// The texts of one language.
#[derive(Clone)]
pub struct Templates {
    env: Arc<Environment<'static>>,
    sources: Arc<BTreeMap<String, String>>,
    retention_days: i64,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("names", &self.sources.len()).finish_non_exhaustive()
    }
}

impl Templates {
    /// The English texts.
    ///
    /// # Errors
    /// If the build's own texts are broken (a test keeps that from happening).
    pub fn english() -> Result<Self, TemplateError> {
        Self::with_overrides("{}")
    }

    /// The English texts with some replaced: a JSON object of name → text.
    pub fn with_overrides(json: &str) -> Result<Self, TemplateError> {
        let mut sources: BTreeMap<String, String> = parse(ENGLISH)?;
        sources.extend(parse(json)?);
        let mut env = Environment::new();
        for (name, text) in &sources {
            env.add_template_owned(name.clone(), text.clone())
                .map_err(|e| TemplateError::Broken { name: name.clone(), problem: e.to_string() })?;
        }
        let mut templates = Self { env: Arc::new(env), sources: Arc::new(sources), retention_days: 0 };
        templates.set_retention_days(RETENTION_DAYS);
        Ok(templates)
    }

    /// The same texts, naming this many days where they say how long things are kept. One figure: what the texts promise
    /// is what the sweep by age does.
    #[must_use]
    pub fn with_retention_days(mut self, days: i64) -> Self {
        self.set_retention_days(days);
        self
    }

    /// How many days the texts say things are kept.
    pub fn retention_days(&self) -> i64 {
        self.retention_days
    }

    fn set_retention_days(&mut self, days: i64) {
        Arc::make_mut(&mut self.env).add_global("retention_days", days);
        self.retention_days = days;
    }

    /// The words of a template, filled. An unknown name or a failing text is logged and gives no words: a conversation
    /// goes on without a sentence rather than not at all.
    pub fn text(&self, name: &str, values: impl Serialize) -> String {
        let filled = self.env.get_template(name).and_then(|t| t.render(minijinja::value::Serde(values)));
        filled.unwrap_or_else(|error| {
            tracing::error!(template = name, %error, "template could not be filled");
            String::new()
        })
    }

    /// A message of one template.
    pub fn say(&self, name: &str, values: impl Serialize) -> Outgoing {
        Outgoing { content: self.text(name, values), meta: MessageMeta { templates: vec![name.to_owned()], ..MessageMeta::default() } }
    }

    /// Name and hash of a text as it stands: which words somebody agreed to.
    pub fn version(&self, name: &str) -> String {
        let digest = Sha256::digest(self.words(name).as_bytes());
        format!("{name}:{}", crate::access::token::hex(digest.get(..6).unwrap_or_default()))
    }

    /// The words behind a version, if they still stand.
    pub fn words_of(&self, version: &str) -> Option<String> {
        let name = version.split(':').next().unwrap_or_default();
        (self.version(name) == version).then(|| self.words(name))
    }

    /// A text as it stands: with the places that are filled for each person, and with the time things are kept.
    fn words(&self, name: &str) -> String {
        let source = self.sources.get(name).map_or("", String::as_str);
        source.replace("{{ retention }}", &self.text("retention", serde_json::json!({})))
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }
}

fn parse(json: &str) -> Result<BTreeMap<String, String>, TemplateError> {
    serde_json::from_str(json).map_err(|e| TemplateError::Unreadable(e.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn the_plans_seven_templates_are_there() {
        let templates = Templates::english().unwrap();
        for name in [
            "welcome_new_candidate",
            "welcome_returning_candidate",
            "ask_consent",
            "prescreen_question_wrapper",
            "fail_must_have",
            "escalation_notify_recruiter",
            "closing_thank_you",
        ] {
            assert!(templates.names().any(|n| n == name), "{name}");
        }
    }

    #[test]
    fn a_broken_override_names_its_template() {
        let error = Templates::with_overrides(r#"{"help": "{{ oops"}"#).unwrap_err();
        assert!(error.to_string().contains("`help`"), "{error}");
    }

    #[test]
    fn candidate_words_in_a_template_are_not_run_as_a_template() {
        let said = Templates::english().unwrap().say("file_received", serde_json::json!({"name": "{{ 7*7 }}.pdf"}));
        assert!(said.content.contains("{{ 7*7 }}.pdf"), "{}", said.content);
    }
}
