//! `GET /files/{file_id}`: a file as it was sent, for saving, never for showing.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::params::Id;
use crate::policy::Caller;
use crate::problem::{Answer, Problem};

/// Reads a file back.
#[utoipa::path(get, path = "/files/{file_id}", tag = "chat", params(("file_id" = Uuid, Path)),
    responses((status = 200, description = "The file.", body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn get_file(State(app): State<App>, caller: Caller, Id(id): Id) -> Answer<Response> {
    let Some((file, bytes)) = app.chatbot.file(id).await? else { return Err(Problem::not_found()) };
    if caller.session().is_some_and(|own| own != file.session_id) {
        return Err(Problem::not_found());
    }
    let kind = HeaderValue::from_str(&file.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let disposition = format!("attachment; filename*=UTF-8''{}", percent(&file.name));
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, bytes).into_response())
}

/// RFC 5987: what isn't plain is written as its bytes.
fn percent(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            out.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
