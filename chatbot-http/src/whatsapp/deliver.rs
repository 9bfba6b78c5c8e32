//! Sending.

use async_trait::async_trait;
use chatbot_core::channel::{ChannelAdapter, ChannelError, Outbound, Sent};
use chatbot_core::message::Button;
use serde_json::Value;

use super::{PLATFORM, WhatsApp, layout};

#[async_trait]
impl ChannelAdapter for WhatsApp {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn account(&self) -> &str {
        &self.config().phone_number_id
    }

    async fn send(&self, message: &Outbound<'_>) -> Result<Sent, ChannelError> {
        if let Some(file) = message.file {
            let id = self.graph().upload(file).await?;
            return self.send_all(message.recipient, vec![layout::file(&id, file)]).await;
        }
        if message.buttons.is_empty() {
            self.send_text(message.recipient, message.text).await
        } else {
            self.send_structured(message.recipient, message.text, message.buttons).await
        }
    }

    async fn send_text(&self, recipient: &str, text: &str) -> Result<Sent, ChannelError> {
        self.send_all(recipient, layout::texts(text)).await
    }

    async fn send_structured(&self, recipient: &str, text: &str, buttons: &[Button]) -> Result<Sent, ChannelError> {
        self.send_all(recipient, layout::structured(text, buttons, &self.0.choose)).await
    }

    async fn send_media(&self, recipient: &str, url: &str, caption: Option<&str>) -> Result<Sent, ChannelError> {
        self.send_all(recipient, vec![layout::media(url, caption)]).await
    }
}

impl WhatsApp {
    /// Sends the parts of one message in order; the last part's id stands for all.
    async fn send_all(&self, recipient: &str, parts: Vec<Value>) -> Result<Sent, ChannelError> {
        let mut sent = None;
        for part in parts {
            match self.graph().send(recipient, part).await {
                Ok(id) => sent = Some(id),
                // A part has arrived: what repeats the whole is counted as such.
                Err(ChannelError::Retry { reason, .. }) if sent.is_some() => return Err(ChannelError::Unknown { reason }),
                Err(error) => return Err(error),
            }
        }
        match sent {
            None => Err(ChannelError::Refused { reason: "there are no words in it".into() }),
            provider_ref => Ok(Sent { provider_ref }),
        }
    }
}
