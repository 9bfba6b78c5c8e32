//! Channels: where the bot speaks to a person outside this process.

use async_trait::async_trait;
use chrono::Duration;
use uuid::Uuid;

use crate::message::{Button, Expects};

/// Why a channel did not take a message, and so what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// Not sent; try again, after this long if the channel said so.
    #[error("not sent, try again: {reason}")]
    Retry {
        /// Why, without personal data or secrets.
        reason: String,
        /// The channel's own wish.
        after: Option<Duration>,
    },
    /// Never will be sent (blocked, no such chat, refused).
    #[error("refused: {reason}")]
    Refused {
        /// Why, without personal data or secrets.
        reason: String,
    },
    /// Whether it was sent cannot be known.
    #[error("unknown whether it was sent: {reason}")]
    Unknown {
        /// Why, without personal data or secrets.
        reason: String,
    },
}

/// What a channel sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// The channel's id of the message, if it gives one.
    pub provider_ref: Option<String>,
}

/// A file on its way out, with its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as it may be shown.
    pub name: String,
    /// What its bytes look like, as `application/pdf`.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("media_type", &self.media_type).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// A message on its way out, whole: for channels that need more of it than words and buttons.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outbound<'a> {
    /// The person on the platform.
    pub recipient: &'a str,
    /// The message's id: what a pressed button can be tied to.
    pub message_id: Uuid,
    /// The words; a file's name for a file.
    pub text: &'a str,
    /// A closed set of answers, if it has one.
    pub buttons: &'a [Button],
    /// What is expected next.
    pub expects: &'a Expects,
    /// The file, if it is one.
    pub file: Option<&'a Attachment>,
}

impl<'a> Outbound<'a> {
    /// Words alone.
    pub fn text(recipient: &'a str, message_id: Uuid, text: &'a str) -> Self {
        Self { recipient, message_id, text, buttons: &[], expects: &Expects::None, file: None }
    }
}

/// Sends to one account of one platform.
#[async_trait]
pub trait ChannelAdapter: Send + Sync {
    /// `telegram`, `whatsapp`, or a host's own; not `web` or `cli`, whose messages are read from the history.
    fn platform(&self) -> &str;
    /// Which account; empty where there is one.
    #[allow(clippy::unnecessary_literal_bound, reason = "implementations answer with a field")]
    fn account(&self) -> &str {
        ""
    }
    /// Messages it may be sending at a time, each to another person.
    fn concurrency(&self) -> usize {
        16
    }
    /// Sends a message of a conversation. By default its words with `send_text` or `send_structured`; a file by its name.
    async fn send(&self, message: &Outbound<'_>) -> Result<Sent, ChannelError> {
        if message.buttons.is_empty() {
            self.send_text(message.recipient, message.text).await
        } else {
            self.send_structured(message.recipient, message.text, message.buttons).await
        }
    }
    /// Sends words.
    async fn send_text(&self, recipient: &str, text: &str) -> Result<Sent, ChannelError>;
    /// Sends words with a closed set of answers, as the channel can show it. By default the words alone.
    async fn send_structured(&self, recipient: &str, text: &str, buttons: &[Button]) -> Result<Sent, ChannelError> {
        let _ = buttons;
        self.send_text(recipient, text).await
    }
    /// Sends a file by its address. By default the address as words.
    async fn send_media(&self, recipient: &str, url: &str, caption: Option<&str>) -> Result<Sent, ChannelError> {
        let text = caption.map_or_else(|| url.to_owned(), |caption| format!("{caption}\n{url}"));
        self.send_text(recipient, &text).await
    }
}

/// How long after a person's last words a platform takes free text from us; none where it always does. WhatsApp: the
/// customer service window (<https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages>).
pub fn reply_window(platform: &str) -> Option<Duration> {
    (platform == "whatsapp").then(|| Duration::hours(24))
}

/// The person's phone number in international form, where the platform's id of a person is one (WhatsApp). An id that
/// stands for a hidden number is none.
pub fn phone_number(platform: &str, platform_user_id: &str) -> Option<String> {
    let digits = platform_user_id.bytes().all(|b| b.is_ascii_digit()) && (7..=15).contains(&platform_user_id.len());
    (platform == "whatsapp" && digits).then(|| format!("+{platform_user_id}"))
}
