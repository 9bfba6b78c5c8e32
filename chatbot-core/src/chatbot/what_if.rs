//! What another set of questions would make of the answers that are there. Nothing is written.

use serde::Serialize;
use uuid::Uuid;

use super::Chatbot;
use crate::prescreen::scoring::{Scored, job_score, passed, score};
use crate::recruiting::job_file::Prescreen;
use crate::recruiting::list::{ApplicationFilter, Page};
use crate::recruiting::{AnswerState, AnswerValue, Question};

use super::JobError;

/// Applications that are looked at, best first.
const MOST: i64 = 200;

/// What would become of one application.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WhatIfRow {
    /// Which.
    pub application_id: Uuid,
    /// Whose.
    pub candidate_name: Option<String>,
    /// The score as it stands.
    pub score: Option<f64>,
    /// As it would be.
    pub new_score: Option<f64>,
    /// Whether a must-have has failed.
    pub must_have_failed: bool,
    /// Whether one would.
    pub new_must_have_failed: bool,
    /// Questions nobody asked them yet.
    pub unasked: usize,
}

/// What would become of a job's applications.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WhatIf {
    /// One by one, as they rank now.
    pub applications: Vec<WhatIfRow>,
    /// There are more, which were not looked at.
    pub truncated: bool,
}

impl Chatbot {
    /// Scores the answers that are there by other questions. An answer belongs to the question of the same words and kind.
    pub async fn what_if(&self, job_id: Uuid, prescreen: &Prescreen) -> Result<WhatIf, JobError> {
        prescreen.validate()?;
        self.job(job_id).await?.ok_or(JobError::NotFound)?;
        let questions = prescreen.to_questions(self.inner.store.ids().as_ref());
        let filter = ApplicationFilter { job_id: Some(job_id), by_score: true, consented_only: true };
        let list = self.applications(&filter, Page { limit: MOST + 1, offset: 0 }).await?;
        let truncated = list.len() > usize::try_from(MOST).unwrap_or(usize::MAX);
        let ids: Vec<Uuid> = list.iter().take(usize::try_from(MOST).unwrap_or(usize::MAX)).map(|a| a.id).collect();
        let mut applications = Vec::new();
        for (view, candidate) in self.applications_by_id(&ids).await? {
            let mut unasked = 0;
            let mut failed = false;
            let mut scored = Vec::new();
            for question in &questions {
                let Some(answer) = view.answers.iter().find(|a| a.kind == question.kind && a.question_text.trim() == question.text) else {
                    unasked += 1;
                    continue;
                };
                let (points, pass) = again(question, answer.state, &answer.value);
                failed |= question.must_have && pass == Some(false);
                scored.push(Scored { weight: question.weight, required: question.required, state: answer.state, score: points });
            }
            applications.push(WhatIfRow {
                application_id: view.id,
                candidate_name: candidate.name,
                score: view.jd_match_score,
                new_score: job_score(scored.into_iter()),
                must_have_failed: view.must_have_failed,
                new_must_have_failed: failed,
                unasked,
            });
        }
        Ok(WhatIf { applications, truncated })
    }
}

/// The points of an answer's value by a question's rule.
fn again(question: &Question, state: AnswerState, value: &serde_json::Value) -> (Option<f64>, Option<bool>) {
    if !matches!(state, AnswerState::Read | AnswerState::Corrected) {
        return (None, None);
    }
    let Some(value) = AnswerValue::from_json(question.kind, value) else { return (None, None) };
    let points = score(question, &value);
    (points.points(), passed(question, &value, &points))
}
