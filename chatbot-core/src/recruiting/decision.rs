//! What a person decides about an application: where it stands, and what an answer means.
//!
//! | from | a person may move it to |
//! |---|---|
//! | `in_progress`, `prescreen_completed`, `shortlisted`, `interview`, `hired`, `rejected` | `shortlisted`, `interview`, `hired`, `rejected` |
//! | the last four, of an application that was submitted | back to `prescreen_completed` |
//! | the last four, of one that was not | back to `in_progress` |
//! | `withdrawn` | nowhere: the candidate withdrew, and may apply again |
//!
//! Nobody but the candidate withdraws, and nobody but the candidate (or their silence of a day) submits. Rejecting needs
//! an application that somebody has opened, and a reason. Moving to where it stands already changes nothing.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Application, ApplicationStatus};

/// A wish to move an application, or to note something about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageMove {
    /// Where to; none: it stays.
    pub status: Option<ApplicationStatus>,
    /// Why, for the log; needed to reject.
    pub reason: Option<String>,
    /// What else should be remembered; for the log, never shown to the candidate.
    pub note: Option<String>,
}

/// Why a decision was not taken over. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such application, or no such question in its set.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A field is wrong; send another.
    #[error("{field}: {problem}; example: {example}")]
    Invalid {
        /// Which.
        field: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        example: Value,
    },
    /// Nobody has read it; read it first.
    #[error("status: an application is rejected by somebody who has read it; open it first, then reject it")]
    NotOpened,
    /// The candidate has not agreed that anything is kept.
    #[error("the candidate has not agreed to the notice yet; wait until they have")]
    NotConsented,
    /// The candidate withdrew; they may apply again.
    #[error("status: the candidate has withdrawn; only they can take it up again")]
    Withdrawn,
    /// Only the candidate submits.
    #[error("status: the application was never submitted, so it goes back to `in_progress`")]
    NotSubmitted,
    /// What was submitted can't be made unsubmitted.
    #[error("status: the application was submitted, so it goes back to `prescreen_completed`")]
    Submitted,
}

impl Refusal {
    /// A field that is wrong.
    pub fn invalid(field: &str, problem: impl Into<String>, example: impl Into<Value>) -> Self {
        Self::Invalid { field: field.to_owned(), problem: problem.into(), example: example.into() }
    }
}

impl StageMove {
    /// What is wrong with the wish itself, whatever the application.
    pub fn check(&self) -> Result<(), Refusal> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        match self.status {
            None if given(&self.reason) => Err(Refusal::invalid("status", "is missing: a reason is one for a move", json!("shortlisted"))),
            None if !given(&self.note) => Err(Refusal::invalid("status", "is missing, and so is `note`", json!("shortlisted"))),
            Some(ApplicationStatus::Rejected) if !given(&self.reason) => {
                Err(Refusal::invalid("reason", "is missing: a rejection needs one", json!("No night shifts, which the job consists of")))
            }
            Some(ApplicationStatus::Withdrawn) => {
                Err(Refusal::invalid("status", "can't be `withdrawn` by hand: only the candidate withdraws", json!("rejected")))
            }
            _ => Ok(()),
        }
    }

    /// Moves the application, if it may be moved there; answers where it stood before, or none if it stands there already.
    pub fn apply_to(&self, application: &mut Application, now: DateTime<Utc>) -> Result<Option<ApplicationStatus>, Refusal> {
        self.check()?;
        if application.consented_at.is_none() {
            return Err(Refusal::NotConsented);
        }
        let before = application.status;
        let Some(to) = self.status.filter(|to| *to != before) else { return Ok(None) };
        if before == ApplicationStatus::Withdrawn {
            return Err(Refusal::Withdrawn);
        }
        match to {
            ApplicationStatus::InProgress if application.submitted_at.is_some() => return Err(Refusal::Submitted),
            ApplicationStatus::PrescreenCompleted if application.submitted_at.is_none() => return Err(Refusal::NotSubmitted),
            ApplicationStatus::Rejected if application.opened_at.is_none() => return Err(Refusal::NotOpened),
            _ => {}
        }
        application.status = to;
        application.updated_at = now;
        Ok(Some(before))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::clock::RandomIds;
    use crate::testing::fixtures;
    use ApplicationStatus as S;

    fn application(status: S, submitted: bool) -> Application {
        let now = DateTime::UNIX_EPOCH;
        let mut a = fixtures::application(&RandomIds, now, &fixtures::job(&RandomIds, now), uuid::Uuid::nil());
        (a.status, a.consented_at, a.opened_at, a.submitted_at) = (status, Some(now), Some(now), submitted.then_some(now));
        a
    }

    fn to(status: S) -> StageMove {
        StageMove { status: Some(status), reason: Some("because".into()), note: None }
    }

    #[test]
    fn every_pair_of_stages_is_allowed_or_refused_as_the_table_says() {
        for submitted in [false, true] {
            let running = if submitted { S::PrescreenCompleted } else { S::InProgress };
            for from in [running, S::Shortlisted, S::Interview, S::Hired, S::Rejected, S::Withdrawn] {
                for status in S::ALL {
                    let mut a = application(from, submitted);
                    let moved = to(status).apply_to(&mut a, DateTime::UNIX_EPOCH);
                    let allowed = from != S::Withdrawn && (status.is_decided() || status == running);
                    let same = from == status && status != S::Withdrawn;
                    let expected = if same { Some(None) } else { allowed.then_some(Some(from)) };
                    assert_eq!(moved.clone().ok(), expected, "{from:?} → {status:?}, submitted: {submitted}: {moved:?}");
                    assert_eq!(a.status, if allowed { status } else { from });
                }
            }
        }
    }

    #[test]
    fn nobody_is_rejected_unread_or_without_a_reason() {
        let mut a = application(S::PrescreenCompleted, true);
        a.opened_at = None;
        assert_eq!(to(S::Rejected).apply_to(&mut a, DateTime::UNIX_EPOCH), Err(Refusal::NotOpened));
        a.opened_at = a.consented_at;
        for reason in [None, Some(String::new()), Some("  ".into())] {
            let unreasoned = StageMove { reason, ..to(S::Rejected) }.apply_to(&mut a, DateTime::UNIX_EPOCH);
            assert!(matches!(unreasoned, Err(Refusal::Invalid { ref field, .. }) if field == "reason"), "{unreasoned:?}");
        }
        assert_eq!(a.status, S::PrescreenCompleted);
    }

    #[test]
    fn a_wish_asks_for_something() {
        for wish in [StageMove::default(), StageMove { reason: Some("x".into()), ..StageMove::default() }] {
            assert!(matches!(wish.check(), Err(Refusal::Invalid { ref field, .. }) if field == "status"));
        }
        assert!(StageMove { note: Some("call on Monday".into()), ..StageMove::default() }.check().is_ok());
    }
}
