//! A provider of the host's own: open questions that the job's facts don't answer go to its handbook search.
//! It may write words; points come from rules alone, whatever it says.
//!
//! ```sh
//! cargo run -p chatbot-examples --bin custom-provider
//! ```

mod talk;

use std::error::Error;

use chatbot_core::provider::{Provider, ProviderError, Reply, ReplyRequest};
use chatbot_core::{Chatbot, MemoryStore, async_trait};

/// Answers from the staff handbook, and says so when it can't: then a person is asked.
struct Handbook;

#[async_trait]
impl Provider for Handbook {
    fn name(&self) -> &'static str {
        "handbook"
    }

    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError> {
        let asked = request.prompt.to_lowercase();
        Ok(if asked.contains("dog") { Reply::text("Dogs are welcome in our parks and offices.") } else { Reply::none() })
    }
}

/// A bot that asks it.
pub(crate) fn chatbot() -> Result<Chatbot, Box<dyn Error + Send + Sync>> {
    Ok(Chatbot::builder(MemoryStore::default()).provider(Handbook).build()?)
}

#[allow(dead_code, reason = "the test takes `chatbot` alone")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let talk = talk::begin(&chatbot()?).await?;
    talk::show(&talk.say(&["yes", "can I bring my dog?", "six"]).await?);
    Ok(())
}
