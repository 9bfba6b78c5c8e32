//! `POST /chat/{session_id}/messages`: accepted after it is stored, answered at once or once the bot has replied.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chatbot_core::message::{ChatMessage, EntryKind, InboxEntry, Sender};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::json::{Body, Example};
use crate::params::{Id, Params};
use crate::policy::Caller;
use crate::problem::{Answer, Problem};
use crate::text;

/// The longest wait for a reply.
const MAX_WAIT: f64 = 30.0;

/// What somebody writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMessage {
    /// The words, at most 4,000 characters.
    content: String,
    /// `text` where absent.
    content_format: Option<String>,
    /// Identifies this message among the sender's: sent again with the same body it has no second effect.
    client_message_id: Option<String>,
    /// `button`: the value of the button that was pressed; `edits`: the `seq` of the message that these words are to
    /// correct. The rest is kept as it is.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

impl Example for NewMessage {
    fn example() -> Value {
        json!({ "content": "about five years", "content_format": "text", "client_message_id": "0b5f7f9e-1", "metadata": { "button": "yes" } })
    }
}

/// Stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Accepted {
    pub(crate) message_id: Uuid,
    /// Its number in the session.
    pub(crate) seq: i64,
}

/// Stored, and answered.
#[derive(Debug, Serialize)]
struct Answered {
    #[serde(flatten)]
    accepted: Accepted,
    replies: Vec<ChatMessage>,
}

/// Sends a message.
///
/// With `?wait=SECONDS` the answer comes once the turn is done, with what the bot said (nothing, under takeover);
/// 202 when the time ran out first.
#[utoipa::path(post, path = "/chat/{session_id}/messages", tag = "chat", request_body = NewMessage,
    params(("session_id" = Uuid, Path), ("wait" = Option<f64>, Query, description = "Seconds to wait for the replies, at most 30.")),
    responses((status = 202, description = "Stored.", body = Accepted),
        (status = 200, description = "Stored and answered.", body = ref("#/components/schemas/Answered"))))]
pub(crate) async fn post_message(
    State(app): State<App>,
    caller: Caller,
    Id(session_id): Id,
    mut params: Params,
    Body(sent): Body<NewMessage>,
) -> Answer<Response> {
    let wait = seconds(params.text("wait")?.as_deref())?;
    params.finish()?;
    let entry = entry(&caller, session_id, sent)?;
    let saved = app.chatbot.save_incoming_message(entry).await?;
    let accepted = Accepted { message_id: saved.message_id, seq: saved.seq };
    let Some(wait) = wait else { return Ok((StatusCode::ACCEPTED, Json(accepted)).into_response()) };
    let replies = tokio::select! {
        replies = app.chatbot.replies(session_id, saved.seq, wait) => replies?,
        () = app.options.shutdown.cancelled() => None,
    };
    Ok(match replies {
        Some(replies) => (StatusCode::OK, Json(Answered { accepted, replies })).into_response(),
        None => (StatusCode::ACCEPTED, Json(accepted)).into_response(),
    })
}

fn entry(caller: &Caller, session_id: Uuid, sent: NewMessage) -> Answer<InboxEntry> {
    let mut entry = InboxEntry::text(session_id, text::content(&sent.content)?);
    if let Some(format) = sent.content_format {
        text::name("content_format", &format, "text")?;
        if format == "file" {
            return Err(Problem::invalid("content_format", "can't be `file`: send files to /attachments", "text"));
        }
        entry.content_format = format;
    }
    let key = text::short("client_message_id", sent.client_message_id, 200, "0b5f7f9e-1")?;
    let mut metadata = text::metadata(sent.metadata)?;
    match metadata.get("button") {
        None => {}
        Some(Value::String(_)) => entry.kind = EntryKind::Button,
        Some(_) => return Err(Problem::invalid("metadata.button", "should be a string", "yes")),
    }
    match metadata.get("edits") {
        None => {}
        Some(seq) if seq.as_i64().is_some_and(|seq| seq > 0) => entry.kind = EntryKind::Edit,
        Some(_) => return Err(Problem::invalid("metadata.edits", "should be the number of an earlier message", 4)),
    }
    if let Some(key) = &key {
        metadata.insert("client_message_id".into(), json!(key));
    }
    entry.dedupe_key = key;
    if let Some(actor) = caller.staff() {
        entry.sender = Sender::Recruiter;
        entry.kind = EntryKind::Text;
        entry.actor = Some(actor.name.clone());
        metadata.insert("author".into(), json!(actor.name));
    }
    entry.metadata = Value::Object(metadata);
    Ok(entry)
}

fn seconds(text: Option<&str>) -> Answer<Option<Duration>> {
    let Some(text) = text else { return Ok(None) };
    let seconds = text.parse::<f64>().ok().filter(|s| (0.0..=MAX_WAIT).contains(s));
    let wait = seconds.and_then(|s| Duration::try_from_secs_f64(s).ok());
    wait.map(Some).ok_or_else(|| Problem::invalid("wait", "should be a number of seconds from 0 to 30", 10))
}
