//! A candidate: what is known about a person, and where it came from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

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
    /// Field name → where it came from (`candidate`, `channel`, `resume`, a recruiter).
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
}
