//! From the file to the row and back.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{JobFile, JobFileError, Prescreen, QuestionFile};
use crate::clock::IdSource;
use crate::recruiting::job::{Job, JobStatus};
use crate::recruiting::question::Question;

impl JobFile {
    /// The job this file describes, as its first version. The file has been checked.
    pub fn to_job(&self, id: Uuid, now: DateTime<Utc>, ids: &dyn IdSource, demo: bool) -> Job {
        let slug = match self.slug() {
            // A title without Latin letters: the id gives a name that stays.
            empty if empty.is_empty() => {
                id.simple().to_string().chars().skip(24).fold("job-".to_owned(), |s, c| s + c.encode_utf8(&mut [0; 4]))
            }
            slug => slug,
        };
        let mut job = Job {
            id,
            slug,
            title: String::new(),
            employer: None,
            contact: None,
            privacy_url: None,
            owner: None,
            timezone: None,
            hours: None,
            location: None,
            description: None,
            facts: serde_json::Map::new(),
            next_step: None,
            status: JobStatus::Open,
            on_must_have_fail: self.prescreen.on_must_have_fail,
            model_reading: self.prescreen.model_reading,
            question_set_version: 1,
            questions: self.prescreen.to_questions(ids),
            demo,
            created_at: now,
            updated_at: now,
        };
        self.write_fields(&mut job);
        job
    }

    /// The file that describes this job.
    pub fn from_job(job: &Job) -> Self {
        Self {
            slug: Some(job.slug.clone()),
            title: job.title.clone(),
            employer: job.employer.clone(),
            contact: job.contact.clone(),
            privacy_url: job.privacy_url.clone(),
            owner: job.owner.clone(),
            timezone: job.timezone.clone(),
            hours: job.hours.clone(),
            location: job.location.clone(),
            description: job.description.clone(),
            facts: job.facts.clone(),
            next_step: job.next_step.clone(),
            prescreen: Prescreen::from_job(job),
        }
    }

    /// As YAML, which [`JobFile::from_yaml`] reads back to the same job.
    pub fn to_yaml(&self) -> Result<String, JobFileError> {
        serde_saphyr::to_string(self).map_err(|e| JobFileError::new("", format!("this job cannot be written as YAML: {e}")))
    }

    /// Everything but slug, status and questions; surrounding blanks go, an empty text is none.
    pub(super) fn write_fields(&self, job: &mut Job) {
        job.title = self.title.trim().to_owned();
        job.employer = text(self.employer.as_ref());
        job.contact = text(self.contact.as_ref());
        job.privacy_url = text(self.privacy_url.as_ref());
        job.owner = text(self.owner.as_ref());
        job.timezone = text(self.timezone.as_ref());
        job.hours = text(self.hours.as_ref());
        job.location = text(self.location.as_ref());
        job.description = text(self.description.as_ref());
        job.facts = self.facts.clone();
        job.next_step.clone_from(&self.next_step);
    }
}

impl Prescreen {
    /// The questions as a new version of the set, with new ids.
    pub fn to_questions(&self, ids: &dyn IdSource) -> Vec<Question> {
        (1..).zip(&self.questions).map(|(order, q)| q.to_question(order, ids.uuid())).collect()
    }

    /// The prescreen of this job, as written.
    pub fn from_job(job: &Job) -> Self {
        Self {
            on_must_have_fail: job.on_must_have_fail,
            model_reading: job.model_reading,
            questions: job.questions.iter().map(QuestionFile::from).collect(),
        }
    }
}

impl QuestionFile {
    fn to_question(&self, question_order: i64, id: Uuid) -> Question {
        Question {
            id,
            question_order,
            text: self.text.trim().to_owned(),
            kind: self.kind,
            options: self.options.clone(),
            multiple: self.multiple,
            rule: self.rule.clone(),
            required: self.required,
            weight: self.weight,
            must_have: self.must_have,
        }
    }
}

impl From<&Question> for QuestionFile {
    fn from(q: &Question) -> Self {
        Self {
            text: q.text.clone(),
            kind: q.kind,
            options: q.options.clone(),
            multiple: q.multiple,
            rule: q.rule.clone(),
            required: q.required,
            weight: q.weight,
            must_have: q.must_have,
        }
    }
}

fn text(value: Option<&String>) -> Option<String> {
    value.map(|s| s.trim()).filter(|s| !s.is_empty()).map(str::to_owned)
}
