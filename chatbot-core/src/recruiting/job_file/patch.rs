//! Changes to a job's own fields, the body of `PATCH /jobs/{id}`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::document::Node;
use super::{JobFile, JobFileError, check};
use crate::recruiting::job::{Job, JobStatus, NextStep};

/// What is to change; what is absent stays, `null` removes. Questions have a route of their own, slugs stay.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobPatch {
    /// What it is called.
    #[serde(default)]
    pub title: Option<String>,
    /// Who employs.
    #[serde(default, deserialize_with = "given")]
    pub employer: Option<Option<String>>,
    /// Said to whoever prefers not to use the bot.
    #[serde(default, deserialize_with = "given")]
    pub contact: Option<Option<String>>,
    /// The privacy notice.
    #[serde(default, deserialize_with = "given")]
    pub privacy_url: Option<Option<String>>,
    /// Whom escalations reach.
    #[serde(default, deserialize_with = "given")]
    pub owner: Option<Option<String>>,
    /// IANA name.
    #[serde(default, deserialize_with = "given")]
    pub timezone: Option<Option<String>>,
    /// When a person answers.
    #[serde(default, deserialize_with = "given")]
    pub hours: Option<Option<String>>,
    /// Where.
    #[serde(default, deserialize_with = "given")]
    pub location: Option<Option<String>>,
    /// What the work is.
    #[serde(default, deserialize_with = "given")]
    pub description: Option<Option<String>>,
    /// What the job FAQ may say; replaces all of it.
    #[serde(default)]
    pub facts: Option<Map<String, Value>>,
    /// What comes after.
    #[serde(default, deserialize_with = "given")]
    pub next_step: Option<Option<NextStep>>,
    /// Open or closed.
    #[serde(default)]
    pub status: Option<JobStatus>,
}

impl JobPatch {
    /// Reads a JSON body; whether its values make sense shows when it is applied.
    pub fn from_json_value(value: Value) -> Result<Self, JobFileError> {
        Node::from_json(value).decode("").map_err(check::explained)
    }

    /// Changes the job, if what comes out makes sense; otherwise the job stays as it is.
    pub fn apply(&self, job: &mut Job, now: DateTime<Utc>) -> Result<(), JobFileError> {
        let mut file = JobFile::from_job(job);
        if let Some(title) = &self.title {
            file.title.clone_from(title);
        }
        for (change, field) in [
            (&self.employer, &mut file.employer),
            (&self.contact, &mut file.contact),
            (&self.privacy_url, &mut file.privacy_url),
            (&self.owner, &mut file.owner),
            (&self.timezone, &mut file.timezone),
            (&self.hours, &mut file.hours),
            (&self.location, &mut file.location),
            (&self.description, &mut file.description),
        ] {
            if let Some(value) = change {
                field.clone_from(value);
            }
        }
        if let Some(facts) = &self.facts {
            file.facts.clone_from(facts);
        }
        if let Some(next_step) = &self.next_step {
            file.next_step.clone_from(next_step);
        }
        check::fields(&file)?;
        file.write_fields(job);
        if let Some(status) = self.status {
            job.status = status;
        }
        job.updated_at = now;
        Ok(())
    }
}

/// Tells `null` (remove it) from an absent key (leave it).
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
