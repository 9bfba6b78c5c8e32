//! `POST /chat/{session_id}/attachments`: a file, stored as it came.

use std::time::Duration;

use axum::Json;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use chatbot_core::chatbot::FileError;
use chatbot_core::files::MAX_FILE_BYTES;
use chatbot_core::message::Sender;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::body;
use crate::params::Id;
use crate::policy::Caller;
use crate::problem::{Answer, Problem};
use crate::routes::messages::Accepted;
use crate::text;

/// A file may come slowly, but not for ever.
const WHOLE_UPLOAD: Duration = Duration::from_mins(5);

/// How much of a file that is too large is read and thrown away, so that its sender gets to read why.
const DRAINED_BYTES: usize = 2 * MAX_FILE_BYTES;

/// A stored file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedFile {
    /// Reads it back from `GET /files/{file_id}`.
    id: Uuid,
    /// The name it was sent under.
    name: String,
    /// What its bytes are.
    media_type: String,
    /// In bytes.
    size: i64,
}

/// A file that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedFile {
    #[serde(flatten)]
    accepted: Accepted,
    file: SavedFile,
}

/// The form, as the description shows it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form; its parts are read one by one")]
pub(crate) struct FileForm {
    /// At most 10 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// As for a message.
    client_message_id: Option<String>,
}

/// Sends a file.
#[utoipa::path(post, path = "/chat/{session_id}/attachments", tag = "chat", params(("session_id" = Uuid, Path)),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 202, description = "Stored.", body = AcceptedFile)))]
pub(crate) async fn post_attachment(
    State(app): State<App>,
    caller: Caller,
    Id(session_id): Id,
    request: Request,
) -> Answer<(StatusCode, Json<AcceptedFile>)> {
    let upload = tokio::time::timeout(WHOLE_UPLOAD, read_form(request)).await.unwrap_or_else(|_| Err(body::too_slow()))?;
    let (sender, actor) = match caller.staff() {
        Some(actor) => (Sender::Recruiter, Some(actor)),
        None => (Sender::Candidate, None),
    };
    let key = text::short("client_message_id", upload.client_message_id, 200, "0b5f7f9e-1")?;
    let (file, saved) = app.chatbot.save_file(session_id, &upload.name, upload.bytes, sender, actor, key.as_deref()).await?;
    let file = SavedFile { id: file.id, name: file.name, media_type: file.media_type, size: file.size };
    let accepted = Accepted { message_id: saved.message_id, seq: saved.seq };
    Ok((StatusCode::ACCEPTED, Json(AcceptedFile { accepted, file })))
}

struct Upload {
    name: String,
    bytes: Vec<u8>,
    client_message_id: Option<String>,
}

async fn read_form(mut request: Request) -> Answer<Upload> {
    body::expect_type(
        request.headers(),
        |essence| essence == "multipart/form-data",
        "Send a form, as `multipart/form-data`, with the file in `file`.",
    )?;
    DefaultBodyLimit::max(DRAINED_BYTES + MAX_FILE_BYTES).apply(&mut request);
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "malformed_form", "The form's boundary is missing."))?;
    let (mut file, mut client_message_id) = (None, None);
    while let Some(field) = patiently(form.next_field()).await? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = text::file_name(field.file_name().unwrap_or_default());
                file = Some((name, bytes(field, MAX_FILE_BYTES).await?));
            }
            Some("client_message_id") if client_message_id.is_none() => {
                let text = bytes(field, 1024).await?;
                client_message_id = Some(String::from_utf8_lossy(&text).into_owned());
            }
            other => {
                let name = text::clean(other.unwrap_or_default()).chars().take(40).collect::<String>();
                return Err(Problem::invalid(&name, "is not a field of this form, or stands in it twice", "file"));
            }
        }
    }
    let Some((name, bytes)) = file else {
        let detail = "The form has no field `file`.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "missing_field", detail)
            .field("file")
            .example(json!("curl -F file=@cv.pdf …")));
    };
    Ok(Upload { name, bytes, client_message_id })
}

async fn bytes(mut field: Field<'_>, limit: usize) -> Answer<Vec<u8>> {
    let mut taken = Vec::new();
    let mut seen = 0_usize;
    while let Some(chunk) = patiently(field.chunk()).await? {
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            taken.extend_from_slice(&chunk);
        } else if seen > DRAINED_BYTES {
            break;
        }
    }
    if seen > limit { Err(body::too_large(limit).field("file")) } else { Ok(taken) }
}

/// Each piece of the form must come within the patience for a whole JSON body.
async fn patiently<T>(piece: impl Future<Output = Result<T, axum::extract::multipart::MultipartError>>) -> Answer<T> {
    match tokio::time::timeout(body::PATIENCE, piece).await {
        Err(_) => Err(body::too_slow()),
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_form", "The form can't be read.")),
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Session(error) => error.into(),
            FileError::TooLarge => body::too_large(MAX_FILE_BYTES).field("file"),
            FileError::Empty => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "empty_file", "The file is empty.").field("file"),
            FileError::TooMany => Self::new(StatusCode::CONFLICT, "too_many_files", "This conversation holds as many files as it may."),
            other => {
                tracing::error!(error = %other, "a file error without an answer of its own");
                Self::internal()
            }
        }
    }
}
