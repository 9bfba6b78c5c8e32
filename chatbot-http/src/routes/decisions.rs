//! What a person decides about an application: a stage move, an answer read anew.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chatbot_core::chatbot::DecisionError;
use chatbot_core::recruiting::view::ApplicationView;
use chatbot_core::recruiting::{ApplicationStatus, Refusal, StageMove};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::json::{Body, Example};
use crate::params::{Id, Ids};
use crate::policy::Staff;
use crate::problem::{Answer, Problem};
use crate::text;

/// The longest reason or note.
const MAX_WORDS: usize = 2_000;

/// Where an application should stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stage {
    /// `shortlisted`, `interview`, `hired`, `rejected`; back to `prescreen_completed`, or to `in_progress` if it was never
    /// submitted. Absent: it stays.
    status: Option<String>,
    /// Why, for the log. Needed to reject.
    reason: Option<String>,
    /// What else should be remembered. The candidate never sees it.
    note: Option<String>,
}

impl Example for Stage {
    fn example() -> Value {
        json!({ "status": "shortlisted", "reason": "Strong on everything that matters", "note": "call on Monday" })
    }
}

/// A value that a person read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correction {
    /// Of the question's kind: `true`, `5`, `"remote"` (`["remote"]` if several may be chosen), `"P3M"`, `"2027-03-01"`,
    /// `{"amount": 85000, "currency": "EUR", "period": "year"}`, or words.
    #[schema(value_type = Object)]
    value: Value,
    /// Why, for the log.
    reason: String,
}

impl Example for Correction {
    fn example() -> Value {
        json!({ "value": 5, "reason": "She told me on the phone: since her studies, so five years" })
    }
}

impl From<DecisionError> for Problem {
    fn from(error: DecisionError) -> Self {
        let refusal = match error {
            DecisionError::Fault(fault) => return fault.into(),
            DecisionError::Refused(refusal) => refusal,
            other => {
                tracing::error!(error = %other, "a decision's error without an answer of its own");
                return Self::internal();
            }
        };
        let conflict = |code, detail: &str| Self::new(StatusCode::CONFLICT, code, detail);
        match refusal {
            Refusal::NotFound(_) => Self::not_found(),
            Refusal::Invalid { field, problem, example } => Self::invalid(&field, problem, example),
            Refusal::NotOpened => {
                conflict("not_opened", "Nobody has read this application: read it with GET /applications/{id}, then decide.")
                    .field("status")
                    .example("rejected")
            }
            Refusal::NotConsented => conflict("not_consented", "The candidate has not agreed to the notice yet; wait until they have."),
            Refusal::Withdrawn => {
                conflict("withdrawn", "The candidate has withdrawn; only they can take the application up again.").field("status")
            }
            Refusal::NotSubmitted => {
                conflict("not_submitted", "The candidate has not submitted the application; it goes back to `in_progress`.")
                    .field("status")
                    .example("in_progress")
            }
            Refusal::Submitted => {
                conflict("submitted", "The candidate has submitted the application; it goes back to `prescreen_completed`.")
                    .field("status")
                    .example("prescreen_completed")
            }
            other => {
                tracing::error!(error = %other, "a refusal without an answer of its own");
                Self::internal()
            }
        }
    }
}

/// Moves an application to another stage, or notes something about it.
///
/// The candidate is told nothing. Rejecting needs an application that somebody has opened, and a reason; there is no way
/// to reject several at once. Open actions about failed must-haves are resolved by a move, and it all stands in the log.
#[utoipa::path(patch, path = "/applications/{application_id}", tag = "applications", params(("application_id" = Uuid, Path)),
    request_body = Stage,
    responses((status = 200, description = "The application as it is now.", body = ref("#/components/schemas/Application"))))]
pub(crate) async fn patch_application(
    State(app): State<App>,
    Staff(actor): Staff,
    Id(id): Id,
    Body(stage): Body<Stage>,
) -> Answer<Json<ApplicationView>> {
    let wish = StageMove {
        status: stage.status.as_deref().map(named).transpose()?,
        reason: text::short("reason", stage.reason, MAX_WORDS, "No night shifts, which the job consists of")?,
        note: text::short("note", stage.note, MAX_WORDS, "call on Monday")?,
    };
    Ok(Json(app.chatbot.move_application(id, &wish, &actor).await?))
}

fn named(status: &str) -> Answer<ApplicationStatus> {
    ApplicationStatus::parse(status).ok_or_else(|| {
        let names = ApplicationStatus::ALL.map(|s| format!("`{}`", s.as_str())).join(", ");
        Problem::invalid("status", format!("should be one of {names}"), "shortlisted")
    })
}

/// Puts a value that a person read in the place of an answer's, or where there is none yet.
///
/// The score is computed anew by the same rules, and the receipt says who read it so. The candidate's words stay; both
/// values stand in the log. If the question is the one that is being asked, the bot goes on to the next.
#[utoipa::path(patch, path = "/applications/{application_id}/answers/{question_id}", tag = "applications",
    params(("application_id" = Uuid, Path), ("question_id" = Uuid, Path)), request_body = Correction,
    responses((status = 200, description = "The application as it is now.", body = ref("#/components/schemas/Application"))))]
pub(crate) async fn patch_answer(
    State(app): State<App>,
    Staff(actor): Staff,
    Ids(id, question_id): Ids,
    Body(correction): Body<Correction>,
) -> Answer<Json<ApplicationView>> {
    let example = "She told me on the phone: since her studies, so five years";
    let reason = text::short("reason", Some(correction.reason), MAX_WORDS, example)?.unwrap_or_default();
    let value = plain(correction.value);
    Ok(Json(app.chatbot.correct_answer(id, question_id, &value, &reason, &actor).await?))
}

/// Without control characters, like all words from outside.
fn plain(value: Value) -> Value {
    match value {
        Value::String(words) => Value::String(text::clean(&words)),
        other => other,
    }
}
