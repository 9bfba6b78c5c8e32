//! Open words: the job's facts, then a model, then a person.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::decide::DecideError;
use super::router::Dialogue;
use crate::provider::{Asking, DraftSink, ReplyRequest};
use crate::recruiting::ActionType;
use crate::turn::memory::TALK;
use crate::turn::{Effects, Entry, Memory, Stage, Turn};
use crate::wake::DraftWriter;

/// Exchanges that are remembered.
const EXCHANGES: usize = 6;
/// Letters of each half of one.
const LONGEST: usize = 600;

/// A page that hears a reply while it is written.
struct Page(DraftWriter);

impl DraftSink for Page {
    fn draft(&self, text: &str) {
        self.0.write(text);
    }
}

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
        if agreed
            && self.providers.has_models()
            && let Some(said) = effects.messages.first().map(|m| m.content.clone())
        {
            remember(turn, &entry.content, &said, &mut effects);
        }
        effects.extend(self.repeat(turn).await?);
        Ok(effects)
    }

    async fn model_reply(&self, turn: &Turn, entry: &Entry) -> Effects {
        if self.providers.has_models() {
            turn.not_at_once().await;
        }
        let mut asking = Asking::default();
        (asking.session_id, asking.deadline) = (Some(turn.session.id), turn.answer_by);
        asking.job_id = turn.job.as_deref().map(|job| job.id);
        let page = self.drafts.as_ref().and_then(|drafts| drafts.writer(turn.session.id)).map(|writer| Arc::new(Page(writer)));
        asking.draft = page.clone().map(|page| page as Arc<dyn DraftSink>);
        if let Some(page) = &page {
            page.draft("");
        }
        let mut effects = Effects::new();
        match self.providers.generate_reply(&request(turn, entry), &asking).await.text.filter(|t| !t.trim().is_empty()) {
            Some(text) => {
                effects.save_bot_message(self.templates.say("reply", json!({"text": text.trim()})));
                effects.log("model_replied", "bot", json!({}));
            }
            None => {
                if let Some(page) = &page {
                    page.draft("");
                }
                effects.extend(self.asked_the_team(&entry.content));
            }
        }
        effects
    }

    /// Nobody here knows: a person is asked, and the candidate told so.
    pub(super) fn asked_the_team(&self, question: &str) -> Effects {
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say("faq_unknown", json!({})));
        effects.file_action(ActionType::LowConfidence, None, json!({"question": question}));
        effects
    }
}

/// What is asked: the record, the open questions so far with what they were answered, and this one. The form's own answers
/// are not sent: they don't help to answer a question about the job, and how they were taken shows the rules.
fn request(turn: &Turn, entry: &Entry) -> ReplyRequest {
    let memory = Memory::of(turn);
    let pending = memory.question.filter(|_| memory.stage == Stage::Interview).and_then(|id| turn.job.as_deref()?.question(id));
    ReplyRequest {
        context: record(turn),
        pending: pending.map(|q| q.text.clone()),
        history: talk(turn)
            .into_iter()
            .flat_map(|(question, answer)| [("candidate".to_owned(), question), ("bot".to_owned(), answer)])
            .collect(),
        prompt: entry.content.clone(),
        locale: turn.session.locale.clone(),
        personal: personal(turn),
        ..ReplyRequest::default()
    }
}

/// What of the candidate is known by name: it is taken out of what is sent, where a slot says so.
pub(super) fn personal(turn: &Turn) -> Vec<String> {
    let candidate = &turn.candidate;
    candidate.name.iter().chain(&candidate.emails).chain(&candidate.phones).cloned().collect()
}

fn talk(turn: &Turn) -> Vec<(String, String)> {
    turn.session.context.get(TALK).and_then(|talk| Vec::deserialize(talk).ok()).unwrap_or_default()
}

fn remember(turn: &Turn, question: &str, answer: &str, effects: &mut Effects) {
    let short = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let mut talk = talk(turn);
    talk.push((short(question), short(answer)));
    let from = talk.len().saturating_sub(EXCHANGES);
    effects.remember(TALK, json!(talk.get(from..).unwrap_or_default()));
}

/// What a model may know of the job: what the candidate may read. No rule, weight or must-have.
fn record(turn: &Turn) -> String {
    let Some(job) = &turn.job else { return String::new() };
    let mut out = format!("Job: {}\n", job.title);
    for (name, value) in [
        ("Employer", &job.employer),
        ("Location", &job.location),
        ("Description", &job.description),
        ("Hours people answer", &job.hours),
        ("Contact", &job.contact),
    ] {
        if let Some(value) = value {
            out.push_str(&format!("{name}: {value}\n"));
        }
    }
    for (name, value) in &job.facts {
        let value = value.as_str().map_or_else(|| Value::to_string(value), str::to_owned);
        out.push_str(&format!("{name}: {value}\n"));
    }
    out
}
