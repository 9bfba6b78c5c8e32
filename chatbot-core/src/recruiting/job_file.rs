//! The job file: what a recruiter writes, in YAML or as the API's JSON body, and what becomes of it.
//!
//! Read in three steps, each with its own errors: the text ([`document`]), the shape (serde), the sense (`check`).

mod check;
mod convert;
mod decode;
pub mod document;
mod lint;
mod patch;
mod slug;
mod yaml;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::job::{NextStep, OnMustHaveFail};
use super::question::{ChoiceOption, Kind, Rule};
use document::Node;

pub use document::DocumentError as JobFileError;
pub use patch::JobPatch;
pub use slug::LONGEST as LONGEST_SLUG;

/// A job as it is written. Only `title` and the questions' `text` and `kind` are needed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobFile {
    /// Its name in links: `a-z`, `0-9` and `-`; made from the title where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What it is called.
    pub title: String,
    /// Who employs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer: Option<String>,
    /// Said to whoever prefers not to use the bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The privacy notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_url: Option<String>,
    /// Whom escalations reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// IANA name, such as `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// When a person answers, such as `Mon-Fri 09:00-17:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What the work is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the job FAQ may say.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Value>,
    /// What comes after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// The questions and how they are dealt with.
    #[serde(default)]
    pub prescreen: Prescreen,
}

/// The prescreen of a job; alone, the body of `PUT /jobs/{id}/questions`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prescreen {
    /// `finish` or `stop`.
    #[serde(default)]
    pub on_must_have_fail: OnMustHaveFail,
    /// May a model help to read an unclear answer.
    #[serde(default)]
    pub model_reading: bool,
    /// In the order they are asked.
    #[serde(default)]
    pub questions: Vec<QuestionFile>,
}

/// A question as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionFile {
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
    /// A required question that is skipped counts 0.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub required: bool,
    /// Its share of the score.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: f64,
    /// Whether a score below 1 fails the prescreen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_have: bool,
}

impl JobFile {
    /// Reads and checks a YAML file; `path` is what errors call it.
    pub fn from_yaml(text: &str, path: Option<&str>) -> Result<Self, JobFileError> {
        let read = || {
            let root = Node::from_yaml(text)?;
            let file: Self = root.decode("").map_err(check::explained)?;
            file.validate().map_err(|e| e.located_in(&root))?;
            Ok(file)
        };
        read().map_err(|e: JobFileError| e.in_file(path))
    }

    /// Reads and checks a JSON body.
    pub fn from_json_value(value: Value) -> Result<Self, JobFileError> {
        let file: Self = Node::from_json(value).decode("").map_err(check::explained)?;
        file.validate()?;
        Ok(file)
    }

    /// Whether it makes sense: the first thing that does not.
    pub fn validate(&self) -> Result<(), JobFileError> {
        check::job(self)
    }

    /// Warnings: questions that touch what the law protects, and rules without effect.
    pub fn lint(&self) -> Vec<String> {
        lint::job(self)
    }

    /// The slug it has or gets; empty if the title holds nothing a slug can be made of.
    pub fn slug(&self) -> String {
        self.slug.clone().unwrap_or_else(|| slug::from_title(&self.title))
    }
}

impl Prescreen {
    /// Reads and checks a JSON body.
    pub fn from_json_value(value: Value) -> Result<Self, JobFileError> {
        let prescreen: Self = Node::from_json(value).decode("").map_err(check::explained)?;
        prescreen.validate()?;
        Ok(prescreen)
    }

    /// Whether it makes sense; fields are named from the prescreen on (`questions[0].rule.min`).
    pub fn validate(&self) -> Result<(), JobFileError> {
        check::prescreen(self, "")
    }
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_yes(b: &bool) -> bool {
    *b
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::float_cmp, reason = "serde's skip_serializing_if passes a reference; 1 is exact")]
fn is_one(n: &f64) -> bool {
    *n == 1.0
}

#[cfg(test)]
mod tests;
