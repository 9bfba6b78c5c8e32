//! What the bot says goes out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chatbot_core::access::token;
use chatbot_core::async_trait;
use chatbot_core::channel::{Attachment, ChannelAdapter, ChannelError, Outbound, Sent};
use chatbot_core::message::{Button, Expects};
use chatbot_core::template::Templates;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::PLATFORM;
use crate::api::{Api, ApiError, PATIENCE};
use crate::rate::{Limiter, Limits};
use crate::render::{self, MAX_CAPTION, MAX_TEXT};

/// How long a file may take to go out.
const UPLOAD: Duration = Duration::from_secs(30);
/// How long a later part of a long message waits by itself where it is asked to.
const PART_WAITS: Duration = Duration::from_secs(2);

/// Sends for one bot. Plain text without a parse mode: what people and jobs are called is never taken for markup.
#[derive(Debug)]
pub struct TelegramAdapter {
    api: Api,
    account: String,
    limiter: Option<Limiter>,
    contact_label: String,
    /// After a 429 nobody is called before this time.
    not_before: Mutex<Option<Instant>>,
}

impl TelegramAdapter {
    /// An adapter for a bot, within these limits.
    pub fn new(api: Api, account: String, limits: Option<Limits>) -> Self {
        let contact_label = Templates::english().map(|t| t.text("button_contact", json!({}))).unwrap_or_default();
        Self { api, account, limiter: limits.map(Limiter::new), contact_label, not_before: Mutex::new(None) }
    }

    /// The same with another label on the button that gives one's number.
    #[must_use]
    pub fn with_contact_label(mut self, label: impl Into<String>) -> Self {
        self.contact_label = label.into();
        self
    }

    async fn admit(&self, recipient: &str, messages: usize) -> Result<(), ChannelError> {
        let wait = self.not_before.lock().unwrap_or_else(PoisonError::into_inner).map(|at| at.saturating_duration_since(Instant::now()));
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            return Err(later("Telegram asked for patience", wait));
        }
        match &self.limiter {
            Some(limiter) => limiter.admit(recipient, messages).await.map_err(|wait| later("TELEGRAM_RATE", wait)),
            None => Ok(()),
        }
    }

    /// One call that sends a message.
    async fn call(&self, method: &str, body: Value) -> Result<Sent, ChannelError> {
        let answered = self.api.call(method, &body, PATIENCE).await;
        self.judge(answered)
    }

    fn judge(&self, answered: Result<Value, ApiError>) -> Result<Sent, ChannelError> {
        if let Err(ApiError::Refused { retry_after: Some(after), .. }) = &answered {
            *self.not_before.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + *after);
        }
        match answered {
            Ok(message) => Ok(Sent { provider_ref: message.get("message_id").and_then(Value::as_i64).map(|id| id.to_string()) }),
            Err(error) => Err(judge(error)),
        }
    }

    /// A text in as many messages as it takes; what is pressed stands under the last.
    async fn send_parts(&self, recipient: &str, text: &str, markup: Option<Value>) -> Result<Sent, ChannelError> {
        let chat = chat(recipient)?;
        let parts = render::split(text, MAX_TEXT);
        if parts.is_empty() {
            return Err(ChannelError::Refused { reason: "there are no words to send".into() });
        }
        self.admit(recipient, parts.len()).await?;
        let last = parts.len() - 1;
        let mut sent = Sent::default();
        for (at, part) in parts.into_iter().enumerate() {
            let mut body = json!({"chat_id": chat, "text": part});
            if let (true, Some(markup), Some(map)) = (at == last, &markup, body.as_object_mut()) {
                map.insert("reply_markup".into(), markup.clone());
            }
            let mut outcome = self.call("sendMessage", body.clone()).await;
            if let (true, Err(ChannelError::Retry { after, .. })) = (at > 0, &outcome) {
                let wait = after.and_then(|after| after.to_std().ok()).unwrap_or(PART_WAITS);
                if wait <= PART_WAITS {
                    tokio::time::sleep(wait).await;
                    outcome = self.call("sendMessage", body).await;
                }
            }
            sent = match outcome {
                // Some of it is there, so sending the whole again doubles that: for the core to weigh and to count.
                Err(ChannelError::Retry { reason, .. }) if at > 0 => {
                    return Err(ChannelError::Unknown { reason: format!("part {} of {}: {reason}", at + 1, last + 1) });
                }
                other => other?,
            };
        }
        Ok(sent)
    }

    async fn send_file(&self, recipient: &str, file: &Attachment) -> Result<Sent, ChannelError> {
        let chat = chat(recipient)?;
        self.admit(recipient, 1).await?;
        // What stands in no file: nobody can write a file that holds its own hash.
        let boundary = token::hex(&Sha256::digest(&file.bytes));
        let body = multipart(&boundary, chat, file);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let answered = self.api.post("sendDocument", &content_type, body, UPLOAD).await;
        self.judge(answered)
    }
}

/// A document and its chat as a form.
fn multipart(boundary: &str, chat: i64, file: &Attachment) -> Vec<u8> {
    // A name is between quotes on a line of its own: what would end either is taken out.
    let name: String = file.name.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { '_' } else { c }).collect();
    let plain = file.media_type.bytes().all(|b| b.is_ascii_graphic());
    let media_type = if plain && !file.media_type.is_empty() { file.media_type.as_str() } else { "application/octet-stream" };
    let mut body = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"chat_id\"\r\n\r\n{chat}\r\n\
         --{boundary}\r\ncontent-disposition: form-data; name=\"document\"; filename=\"{name}\"\r\ncontent-type: {media_type}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&file.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

fn chat(recipient: &str) -> Result<i64, ChannelError> {
    recipient.parse().map_err(|_| ChannelError::Refused { reason: "the recipient is no Telegram chat".into() })
}

fn later(reason: &str, wait: Duration) -> ChannelError {
    ChannelError::Retry { reason: reason.into(), after: chrono::Duration::from_std(wait).ok() }
}

/// What an error means for the message.
fn judge(error: ApiError) -> ChannelError {
    let reason = error.to_string();
    match error {
        ApiError::Refused { retry_after: Some(after), .. } => later(&reason, after),
        ApiError::Refused { code: 429 | 500.., .. } | ApiError::NotReached(_) => ChannelError::Retry { reason, after: None },
        ApiError::Refused { code: 401 | 404, .. } => {
            tracing::error!(reason, "TELEGRAM_BOT_TOKEN is refused: nothing can be sent until it is replaced");
            ChannelError::Refused { reason }
        }
        ApiError::Refused { .. } => ChannelError::Refused { reason },
        ApiError::NoAnswer(_) | ApiError::Strange(_) => ChannelError::Unknown { reason },
    }
}

#[async_trait]
impl ChannelAdapter for TelegramAdapter {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn account(&self) -> &str {
        &self.account
    }

    /// Where limits hold, as many as leave within a second or so: what waits its turn holds a place meanwhile.
    fn concurrency(&self) -> usize {
        if self.limiter.is_some() { 32 } else { 256 }
    }

    async fn send(&self, message: &Outbound<'_>) -> Result<Sent, ChannelError> {
        if let Some(file) = message.file {
            return self.send_file(message.recipient, file).await;
        }
        let markup = if message.buttons.is_empty() {
            render::contact_keyboard(message.expects, &self.contact_label)
        } else {
            Some(render::keyboard(message.message_id, message.buttons))
        };
        self.send_parts(message.recipient, message.text, markup).await
    }

    async fn send_text(&self, recipient: &str, text: &str) -> Result<Sent, ChannelError> {
        self.send_parts(recipient, text, None).await
    }

    /// Buttons of a message that is none of a conversation: pressed, they find no message and do nothing. Conversations
    /// are sent by `send`.
    async fn send_structured(&self, recipient: &str, text: &str, buttons: &[Button]) -> Result<Sent, ChannelError> {
        let mut message = Outbound::text(recipient, Uuid::nil(), text);
        message.buttons = buttons;
        message.expects = &Expects::None;
        self.send(&message).await
    }

    async fn send_media(&self, recipient: &str, url: &str, caption: Option<&str>) -> Result<Sent, ChannelError> {
        let chat = chat(recipient)?;
        self.admit(recipient, 1).await?;
        let path = url.split(['?', '#']).next().unwrap_or_default().to_lowercase();
        let (method, field) = if [".jpg", ".jpeg", ".png"].iter().any(|end| path.ends_with(end)) {
            ("sendPhoto", "photo")
        } else {
            ("sendDocument", "document")
        };
        let mut body = json!({"chat_id": chat, field: url});
        let caption = caption.and_then(|caption| render::split(caption, MAX_CAPTION).into_iter().next());
        if let (Some(caption), Some(map)) = (caption, body.as_object_mut()) {
            map.insert("caption".into(), json!(caption));
        }
        self.call(method, body).await
    }
}

#[cfg(test)]
mod tests;
