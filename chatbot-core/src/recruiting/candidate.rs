//! A candidate: what is known about a person, and where it came from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Where a field came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// `candidate`, `channel`, `resume`, or a recruiter's name.
    pub source: String,
    /// Somebody who knows has said so; what was only read has not been.
    pub confirmed: bool,
    /// Which file it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<Uuid>,
}

impl Source {
    /// Said by somebody who knows.
    pub fn said(by: impl Into<String>) -> Self {
        Self { source: by.into(), confirmed: true, file_id: None }
    }

    /// Read from a resume, as a file or pasted; unconfirmed.
    pub fn resume(file_id: Option<Uuid>) -> Self {
        Self { source: "resume".into(), confirmed: false, file_id }
    }
}

/// A row of `candidates`. Before consent it holds ids only.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Candidate {
    /// Their id.
    pub id: Uuid,
    /// What they are called.
    pub name: Option<String>,
    /// E-mail addresses, the preferred one first.
    pub emails: Vec<String>,
    /// Phone numbers in international form.
    pub phones: Vec<String>,
    /// Where they live.
    pub location: Option<String>,
    /// Profiles and pages.
    pub links: Vec<String>,
    /// Languages spoken.
    pub languages: Vec<String>,
    /// Skills.
    pub skills: Vec<String>,
    /// `{employer, title, from, to}` each.
    pub positions: Vec<Value>,
    /// `{institution, degree, from, to}` each.
    pub education: Vec<Value>,
    /// In years.
    pub years_experience: Option<f64>,
    /// Field name → [`Source`].
    pub sources: Map<String, Value>,
    /// When they agreed to the notice; none: not (yet).
    pub consented_at: Option<DateTime<Utc>>,
    /// When they opted out of all messages, if they did.
    pub opted_out_at: Option<DateTime<Utc>>,
    /// Part of the demo, removed with it.
    #[serde(default)]
    pub demo: bool,
    /// When they first wrote.
    pub created_at: DateTime<Utc>,
    /// When a field last changed.
    pub updated_at: DateTime<Utc>,
}

impl Candidate {
    /// Whether there is a way to reach them.
    pub fn reachable(&self) -> bool {
        !self.emails.is_empty() || !self.phones.is_empty()
    }

    /// Where a field came from. A bare name (rows of an earlier version) is a source that has said so.
    pub fn source(&self, field: &str) -> Option<Source> {
        match self.sources.get(field)? {
            Value::String(name) => Some(Source::said(name)),
            other => serde_json::from_value(other.clone()).ok(),
        }
    }

    /// Notes where a field came from.
    pub fn set_source(&mut self, field: &str, source: &Source) {
        self.sources.insert(field.to_owned(), serde_json::to_value(source).unwrap_or_default());
    }

    /// Whether a field was read from a resume and nobody has confirmed it.
    pub fn is_unconfirmed(&self, field: &str) -> bool {
        self.source(field).is_some_and(|s| !s.confirmed && s.source == "resume")
    }
}
