//! A channel of the host's own: its in-house messenger. What comes in is translated to an inbox entry; what goes out is
//! handed to the adapter, in order, and again if it says so.
//!
//! ```sh
//! cargo run -p chatbot-examples --bin custom-channel
//! ```

mod talk;

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use chatbot_core::channel::{ChannelAdapter, ChannelError, Sent};
use chatbot_core::message::inbound::Address;
use chatbot_core::message::{Button, InboxEntry, Person};
use chatbot_core::{Chatbot, MemoryStore, async_trait};
use uuid::Uuid;

/// The host's messenger: who was sent what.
#[derive(Clone, Default)]
pub(crate) struct Messenger(Arc<Mutex<Vec<(String, String)>>>);

impl Messenger {
    /// All that was sent.
    pub(crate) fn sent(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ChannelAdapter for Messenger {
    fn platform(&self) -> &'static str {
        "messenger"
    }

    async fn send_text(&self, recipient: &str, text: &str) -> Result<Sent, ChannelError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((recipient.to_owned(), text.to_owned()));
        Ok(Sent::default())
    }

    /// The messenger has no buttons, so the answers stand below the words.
    async fn send_structured(&self, recipient: &str, text: &str, buttons: &[Button]) -> Result<Sent, ChannelError> {
        let labels: Vec<&str> = buttons.iter().map(|b| b.label.as_str()).collect();
        self.send_text(recipient, &format!("{text}\n[{}]", labels.join("] ["))).await
    }
}

/// What the host calls for each message that comes in. Once it returns, the message is stored and may be acknowledged.
pub(crate) async fn received(chatbot: &Chatbot, from: &str, message_id: &str, text: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    let person = Person { platform: "messenger".into(), platform_user_id: from.to_owned(), ..Person::default() };
    let entry = InboxEntry {
        address: Address::Person(person),
        // The same id twice is the same message, however often it is delivered.
        dedupe_key: Some(message_id.to_owned()),
        ..InboxEntry::text(Uuid::nil(), text)
    };
    chatbot.save_incoming_message(entry).await?;
    Ok(())
}

/// A bot on that channel.
pub(crate) fn chatbot(messenger: Messenger) -> Result<Chatbot, Box<dyn Error + Send + Sync>> {
    Ok(Chatbot::builder(MemoryStore::default()).channel(messenger).build()?)
}

#[allow(dead_code, reason = "the test takes the rest alone")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let messenger = Messenger::default();
    let chatbot = chatbot(messenger.clone())?;
    talk::begin(&chatbot).await?;
    for (id, text) in [("m1", "hello"), ("m2", "yes"), ("m2", "yes"), ("m3", "about six years")] {
        received(&chatbot, "ada", id, text).await?;
        chatbot.drain().await?;
    }
    for (to, text) in messenger.sent() {
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), "to {to}: {text}\n");
    }
    Ok(())
}
