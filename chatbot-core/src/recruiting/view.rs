//! An application as recruiters, exports and events see it: every point explained.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Answer, Application, ApplicationStatus, Candidate, Job, Kind};

/// One question with its answer and its points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerView {
    /// The question.
    pub question_id: Uuid,
    /// Its words.
    pub question_text: String,
    /// Its kind.
    pub kind: Kind,
    /// The candidate's words.
    pub answer_text: String,
    /// The value; null if none could be read or it was skipped.
    pub value: Value,
    /// In `[0, 1]`; null when not scored.
    pub score: Option<f64>,
    /// Its share of the whole.
    pub weight: f64,
    /// Whether it is a must-have.
    pub must_have: bool,
    /// Whether the must-have passed; null when unknown, or for others.
    pub passed: Option<bool>,
    /// One sentence that explains the points.
    pub reason: String,
    /// The verbatim words the value was read from.
    pub evidence: Option<String>,
    /// `read`, `unread`, `skipped`, `corrected`.
    pub state: super::AnswerState,
    /// When it was given.
    pub answered_at: DateTime<Utc>,
}

/// `GET /applications/{id}`. In lists `answers` is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplicationView {
    /// Its id.
    pub id: Uuid,
    /// For which job.
    pub job_id: Uuid,
    /// By whom.
    pub candidate_id: Uuid,
    /// What they are called, if known.
    pub candidate_name: Option<String>,
    /// The conversation.
    pub session_id: Option<Uuid>,
    /// Where the link was found.
    pub source: Option<String>,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// 0–100 to two decimals.
    pub jd_match_score: Option<f64>,
    /// Whether a must-have scored below 1.
    pub must_have_failed: bool,
    /// Whether a must-have is not answered yet, skipped, unread or not scored.
    pub must_have_unknown: bool,
    /// The version of the questions it answers.
    pub question_set_version: i64,
    /// Questions answered or skipped.
    pub answered: i64,
    /// Questions in all.
    pub total: i64,
    /// When the candidate agreed.
    pub consented_at: Option<DateTime<Utc>>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The answers, in the order of the questions.
    pub answers: Vec<AnswerView>,
}

impl ApplicationView {
    /// The view of an application with its job's questions (of the application's version) and answers.
    pub fn new(application: &Application, job: &Job, answers: &[Answer], candidate: Option<&Candidate>) -> Self {
        let mut view = Self::row(application, candidate);
        view.answers = job
            .questions
            .iter()
            .filter_map(|q| {
                let a = answers.iter().find(|a| a.question_id == q.id)?;
                Some(AnswerView {
                    question_id: q.id,
                    question_text: q.text.clone(),
                    kind: q.kind,
                    answer_text: a.answer_text.clone(),
                    value: a.value.clone(),
                    score: a.score,
                    weight: q.weight,
                    must_have: q.must_have,
                    passed: a.passed,
                    reason: a.reason.clone(),
                    evidence: a.evidence.clone(),
                    state: a.state,
                    answered_at: a.answered_at,
                })
            })
            .collect();
        view
    }

    /// The view without answers, for lists.
    pub fn row(a: &Application, candidate: Option<&Candidate>) -> Self {
        Self {
            id: a.id,
            job_id: a.job_id,
            candidate_id: a.candidate_id,
            candidate_name: candidate.and_then(|c| c.name.clone()),
            session_id: a.session_id,
            source: a.source.clone(),
            status: a.status,
            jd_match_score: a.jd_match_score,
            must_have_failed: a.must_have_failed,
            must_have_unknown: a.must_have_unknown,
            question_set_version: a.question_set_version,
            answered: a.answered,
            total: a.total,
            consented_at: a.consented_at,
            submitted_at: a.submitted_at,
            created_at: a.created_at,
            updated_at: a.updated_at,
            answers: Vec::new(),
        }
    }

    /// How the must-haves stand, in one word: `failed`, `none` (the job asks for none), `unknown` (one is not answered, or could
    /// not be read) or `passed`.
    pub fn must_haves(&self, has_any: bool) -> &'static str {
        match (self.must_have_failed, has_any, self.must_have_unknown) {
            (true, _, _) => "failed",
            (false, false, _) => "none",
            (false, true, true) => "unknown",
            (false, true, false) => "passed",
        }
    }
}
