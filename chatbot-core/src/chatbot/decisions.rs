//! What recruiters decide: where an application stands, and what an answer means.

use serde_json::Value;
use uuid::Uuid;

use super::Chatbot;
use super::recruiter_side::who;
use crate::access::Actor;
use crate::fault::Fault;
use crate::recruiting::view::ApplicationView;
use crate::recruiting::{Refusal, StageMove};
use crate::store::{Correction, Decided};

/// Why a decision was not taken over. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionError {
    /// What was asked for can't be; the refusal says what could.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store is unavailable: try again.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Chatbot {
    /// Moves an application to another stage, as [`StageMove`]'s table allows, or notes something about it. The candidate
    /// is told nothing. Answers the application as it is now.
    pub async fn move_application(&self, id: Uuid, wish: &StageMove, by: &Actor) -> Result<ApplicationView, DecisionError> {
        let decided = self.inner.store.move_application(id, wish.clone(), who(by)).await.map_err(Fault::from)?;
        self.after_decision(id, decided).await
    }

    /// Puts a value that a person read in the place of an answer's, or where there is none, and scores it by the same
    /// rules. `value` is of the question's shape; the candidate's words stay. In mid-interview the bot goes on from there.
    pub async fn correct_answer(
        &self,
        application_id: Uuid,
        question_id: Uuid,
        value: &Value,
        reason: &str,
        by: &Actor,
    ) -> Result<ApplicationView, DecisionError> {
        let correction = Correction { application_id, question_id, value: value.clone(), reason: reason.to_owned() };
        let decided = self.inner.store.correct_answer(correction, who(by)).await.map_err(Fault::from)?;
        self.after_decision(application_id, decided).await
    }

    async fn after_decision(&self, id: Uuid, decided: Decided) -> Result<ApplicationView, DecisionError> {
        for session_id in decided? {
            self.inner.worker.cancel(session_id);
            self.inner.wake.wake(session_id);
        }
        Ok(self.application(id, None).await?.ok_or(Refusal::NotFound("application"))?)
    }
}
