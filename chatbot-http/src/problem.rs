//! Errors as RFC 9457 `application/problem+json`.
//!
//! **Invariant.** A body carries no path, no id and no request id: what is foreign answers with the same bytes as what is absent.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::fault::Fault;
use chatbot_core::session::SessionError;
use serde::Serialize;
use serde_json::Value;

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Problem>;

/// One error as the client reads it.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Body>);

#[derive(Debug, Clone, Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Value>,
}

impl Problem {
    /// `code` is for programs, `detail` for people.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        let body = Body { kind: "about:blank", title, status: status.as_u16(), detail: detail.into(), code, field: None, example: None };
        Self(Box::new(body))
    }

    /// Names the field of the body or query that is wrong.
    pub(crate) fn field(mut self, name: impl Into<String>) -> Self {
        self.0.field = Some(name.into());
        self
    }

    /// Shows what would have been right.
    pub(crate) fn example(mut self, example: impl Into<Value>) -> Self {
        self.0.example = Some(example.into());
        self
    }

    /// Absent, or not theirs to see: nobody can tell which.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here, or it isn't yours to see.")
    }

    /// Nobody is signed in.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Send a valid token as `Authorization: Bearer …`.")
    }

    /// Somebody is, and may not do this.
    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Your role doesn't allow this.")
    }

    /// A value of the body or query can't be used.
    pub(crate) fn invalid(field: &str, problem: impl std::fmt::Display, example: impl Into<Value>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", format!("`{field}` {problem}.")).field(field).example(example)
    }

    /// The store can't be reached; nothing was written and nothing is acknowledged.
    pub(crate) fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The records can't be reached right now; nothing was stored. Try again.")
    }

    /// A defect of ours.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, Json(&*self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            // What is left of a refused body is not read, so the connection can't be used again.
            StatusCode::REQUEST_TIMEOUT => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "the store failed");
        match fault {
            Fault::Unavailable(_) => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Store(fault) => fault.into(),
            SessionError::NotFound("job") => Self::job_not_found(),
            SessionError::NotFound(_) => Self::not_found(),
            SessionError::JobClosed => Self::new(StatusCode::CONFLICT, "job_closed", "This job takes no applications now."),
            SessionError::Expired => Self::new(
                StatusCode::CONFLICT,
                "session_expired",
                "This session is over. POST /chat/sessions with its token gives the one that continues it.",
            ),
            SessionError::BodyDiffers => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "client_message_id_reused",
                "This `client_message_id` was used before for another message; give each message its own.",
            )
            .field("client_message_id"),
            SessionError::OtherPerson => Self::new(
                StatusCode::CONFLICT,
                "other_person",
                "This account is talking with the bot as another candidate; name that candidate's application, or none.",
            )
            .field("application_id"),
            SessionError::OptedOut => Self::new(StatusCode::CONFLICT, "opted_out", "The candidate has opted out of messages."),
            other => {
                tracing::error!(error = %other, "a session error without an answer of its own");
                Self::internal()
            }
        }
    }
}

impl Problem {
    /// The job named in a body.
    pub(crate) fn job_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "job_not_found", "There is no such job.")
    }
}
