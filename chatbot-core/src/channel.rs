//! Channels: where the bot speaks to a person outside this process.

use async_trait::async_trait;
use chrono::Duration;

use crate::message::Button;

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
