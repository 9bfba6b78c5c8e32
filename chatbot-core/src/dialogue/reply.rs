//! Open words: the job's facts, then a model, then a person.

use serde_json::json;

use super::decide::DecideError;
use super::router::Dialogue;
use crate::message::Sender;
use crate::provider::ReplyRequest;
use crate::recruiting::ActionType;
use crate::turn::{Effects, Entry, Memory, Stage, Turn};

impl Dialogue {
    /// Answers open words and repeats what is pending.
    pub(super) async fn open_words(&self, turn: &Turn, entry: &Entry) -> Result<Effects, DecideError> {
        let agreed = !matches!(Memory::of(turn).stage, Stage::Consent | Stage::Refused | Stage::ChooseJob);
        let mut effects = match self.faq.answer(turn, &entry.content) {
            Some(effects) => effects,
            None if agreed => self.model_reply(turn, entry).await,
            // Before consent the facts answer and nothing else: no model, and no person, is shown these words.
            None => Effects::new(),
        };
        effects.extend(self.repeat(turn).await?);
        Ok(effects)
    }

    async fn model_reply(&self, turn: &Turn, entry: &Entry) -> Effects {
        let request = ReplyRequest {
            context: record(turn),
            history: turn
                .history
                .iter()
                .filter(|m| matches!(m.sender, Sender::Candidate | Sender::Bot))
                .map(|m| (m.sender.as_str().to_owned(), m.content.clone()))
                .collect(),
            prompt: entry.content.clone(),
            locale: turn.session.locale.clone(),
        };
        let mut effects = Effects::new();
        match self.providers.generate_reply(&request).await.text.filter(|t| !t.trim().is_empty()) {
            Some(text) => {
                effects.save_bot_message(self.templates.say("reply", json!({"text": text.trim()})));
                effects.log("model_replied", "bot", json!({}));
            }
            None => {
                effects.save_bot_message(self.templates.say("faq_unknown", json!({})));
                effects.file_action(ActionType::LowConfidence, None, json!({"question": entry.content}));
            }
        }
        effects
    }
}

/// What a model may know of the job: what the candidate may read. No rule, weight or must-have.
fn record(turn: &Turn) -> String {
    let Some(job) = &turn.job else { return String::new() };
    let mut out = format!("Job: {}\n", job.title);
    for (name, value) in
        [("Employer", &job.employer), ("Location", &job.location), ("Description", &job.description), ("Hours people answer", &job.hours)]
    {
        if let Some(value) = value {
            out.push_str(&format!("{name}: {value}\n"));
        }
    }
    for (name, value) in &job.facts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.push_str(&format!("{name}: {value}\n"));
    }
    out
}
