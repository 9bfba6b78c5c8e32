//! Events into the host's own bus: here a broadcast channel that any part of the host may listen to.
//!
//! ```sh
//! cargo run -p chatbot-examples --bin events-bus
//! ```

mod talk;

use std::error::Error;

use chatbot_core::orchestrator::{ChatEvent, EventSink, SinkError};
use chatbot_core::{Chatbot, MemoryStore, async_trait};
use tokio::sync::broadcast;

/// Called after commit, at least once for each event, with an id that stays the same.
struct Bus(broadcast::Sender<ChatEvent>);

#[async_trait]
impl EventSink for Bus {
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError> {
        // Nobody listens yet: the event is kept and offered again.
        self.0.send(event.clone()).map(drop).map_err(|_| SinkError::Retry("nobody listens".into()))
    }
}

/// A bot and what it tells.
pub(crate) fn chatbot() -> Result<(Chatbot, broadcast::Receiver<ChatEvent>), Box<dyn Error + Send + Sync>> {
    let (sender, receiver) = broadcast::channel(64);
    Ok((Chatbot::builder(MemoryStore::default()).events(Bus(sender)).build()?, receiver))
}

#[allow(dead_code, reason = "the test takes `chatbot` alone")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    use std::io::Write as _;
    let (chatbot, mut events) = chatbot()?;
    let talk = talk::begin(&chatbot).await?;
    talk.say(&["yes", "6", "Ada", "ada@example.org", "submit", "/human"]).await?;
    while let Ok(event) = events.try_recv() {
        let _ = writeln!(std::io::stdout(), "{} {}", event.kind.as_str(), event.payload);
    }
    Ok(())
}
