//! A skill of the host's own: candidates may ask to see the workshop, and get a time the host's calendar has free.
//!
//! ```sh
//! cargo run -p chatbot-examples --bin custom-skill
//! ```

mod talk;

use std::error::Error;
use std::sync::Arc;

use chatbot_core::skill::{Decision, Skill, SkillError};
use chatbot_core::template::Templates;
use chatbot_core::turn::{Effects, Turn};
use chatbot_core::{Chatbot, MemoryStore, async_trait};
use serde_json::json;

/// The host's calendar.
#[async_trait]
pub(crate) trait Calendar: Send + Sync {
    /// The next free time, in words.
    async fn next_free(&self) -> Option<String>;
}

/// Offers a visit. A skill looks at the turn and answers with effects; it never writes.
struct WorkshopVisit {
    calendar: Arc<dyn Calendar>,
    templates: Templates,
}

#[async_trait]
impl Skill for WorkshopVisit {
    fn name(&self) -> &'static str {
        "workshop_visit"
    }

    /// Between ResumeIntake (15) and CandidateMatching (12).
    fn priority(&self) -> i32 {
        14
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let asks = turn.entry().is_some_and(|entry| entry.content.to_lowercase().contains("visit"));
        if !asks || turn.candidate.consented_at.is_none() {
            return Ok(Decision::Pass);
        }
        let mut effects = Effects::new();
        let time = self.calendar.next_free().await;
        effects.save_bot_message(self.templates.say("visit_offered", json!({"time": time})));
        effects.log("visit_offered", "bot", json!({"time": time}));
        Ok(Decision::handled(effects))
    }
}

/// A bot that can do so.
pub(crate) fn chatbot(calendar: Arc<dyn Calendar>) -> Result<Chatbot, Box<dyn Error + Send + Sync>> {
    // What candidates read stands in templates, the host's sentences beside ours.
    let templates = Templates::with_overrides(
        r#"{"visit_offered": "{% if time %}You're welcome to visit us {{ time }}.{% else %}We have no visits free right now.{% endif %}"}"#,
    )?;
    let skill = WorkshopVisit { calendar, templates: templates.clone() };
    Ok(Chatbot::builder(MemoryStore::default()).templates(templates).skill(skill).build()?)
}

/// A calendar with one time.
pub(crate) struct Friday;

#[async_trait]
impl Calendar for Friday {
    async fn next_free(&self) -> Option<String> {
        Some("on Friday at ten".into())
    }
}

#[allow(dead_code, reason = "the test takes `chatbot` alone")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let chatbot = chatbot(Arc::new(Friday))?;
    let talk = talk::begin(&chatbot).await?;
    talk::show(&talk.say(&["yes", "6", "Ada", "ada@example.org", "submit", "could I visit the workshop"]).await?);
    Ok(())
}
