//! An answer to the pending question. Where the rules can't read it and the job allows it, a model says where to look;
//! what it says is held against the candidate's own words, or put to the candidate.

use serde::Deserialize;
use serde_json::json;

use super::router::Dialogue;
use crate::message::{Button, EntryKind};
use crate::prescreen::{Claim, Claimed, ask, engine};
use crate::provider::{Asking, ReplyRequest, Task};
use crate::recruiting::{Job, Kind, Question};
use crate::turn::memory::CLAIM;
use crate::turn::{Effects, Entry, Memory, Turn};

/// A claim that waits for the candidate's yes.
#[derive(Deserialize)]
struct Waiting {
    question_id: uuid::Uuid,
    said: String,
    #[serde(flatten)]
    claim: Claim,
}

impl Dialogue {
    /// What an answer does.
    pub(super) async fn answer(&self, turn: &Turn, entry: &Entry, q: &Question) -> Effects {
        let said = engine::words(entry);
        let waiting = turn.session.context.get(CLAIM).and_then(|claim| Waiting::deserialize(claim).ok());
        if let Some(waiting) = waiting.filter(|w| w.question_id == q.id) {
            // Words of their own are better than a yes to ours.
            if is_yes(said) && (q.kind == Kind::Choice || !self.prescreen.reads(turn, entry)) {
                return self.prescreen.confirmed(turn, entry, &waiting.said, &waiting.claim);
            }
            let mut effects = self.prescreen.handle_answer(turn, entry);
            effects.forget(CLAIM);
            return effects;
        }
        match self.read_by_model(turn, entry, q, said).await {
            Some(effects) => effects,
            None => self.prescreen.handle_answer(turn, entry),
        }
    }

    /// `None`: no model may or can read it, or what it reads is worth nothing.
    async fn read_by_model(&self, turn: &Turn, entry: &Entry, q: &Question, said: &str) -> Option<Effects> {
        let job = turn.job.as_deref().filter(|job| job.model_reading)?;
        let unclear = entry.kind == EntryKind::Text && q.kind != Kind::Text && !self.prescreen.reads(turn, entry);
        if !unclear || Memory::of(turn).read_back || !self.providers.has_models() {
            return None;
        }
        turn.not_at_once().await;
        let mut asking = Asking::default();
        (asking.session_id, asking.job_id, asking.deadline) = (Some(turn.session.id), Some(job.id), turn.answer_by);
        let reply = self.providers.generate_reply(&request(turn, q, said), &asking).await;
        let claim: Claim = serde_json::from_str(&reply.text?).ok()?;
        let claim = Claim { span: claim.span.trim().to_owned(), ..claim };
        match self.prescreen.weigh(turn, entry, &claim) {
            Claimed::Read(effects) => {
                let mut effects = *effects;
                effects.log("read_with_model", "bot", json!({"question_id": q.id, "span": claim.span}));
                Some(effects)
            }
            Claimed::Confirm(value) => Some(self.confirm(turn, job, q, said, &Claim { span: claim.span, value })),
            Claimed::Refused => None,
        }
    }

    /// Asks whether a claim is right.
    fn confirm(&self, turn: &Turn, job: &Job, q: &Question, said: &str, claim: &Claim) -> Effects {
        let mut out = self.templates.say("reading_confirm", json!({"value": claim.value}));
        ask::expect(&self.templates, turn, job, q, &mut out);
        out.meta.buttons = vec![Button::new(self.templates.text("button_yes", json!({})), "yes")];
        let mut effects = Effects::new();
        effects.remember(CLAIM, json!({"question_id": q.id, "said": said, "span": claim.span, "value": claim.value}));
        effects.log("reading_put_to_candidate", "bot", json!({"question_id": q.id, "span": claim.span, "read_as": claim.value}));
        effects.save_bot_message(out);
        effects
    }
}

/// The question as the candidate sees it, and the answer. No rule: what is accepted, and where the limits are, is not said.
fn request(turn: &Turn, q: &Question, said: &str) -> ReplyRequest {
    let options: Vec<&str> = q.options.iter().map(crate::recruiting::ChoiceOption::label).collect();
    let form = match q.kind {
        Kind::YesNo => "yes, or no".to_owned(),
        Kind::Number => "one number".to_owned(),
        Kind::Choice if q.multiple => format!("one or more of: {}", options.join(", ")),
        Kind::Choice => format!("exactly one of: {}", options.join(", ")),
        Kind::Duration => "a length of time, such as 3 months".to_owned(),
        Kind::Money => "an amount with its currency and period, such as 3000 EUR a month".to_owned(),
        Kind::Date => "a day, as YYYY-MM-DD".to_owned(),
        Kind::Text => "the words".to_owned(),
    };
    let text = json!({"type": "string"});
    let schema = json!({
        "type": "object", "properties": {"span": text, "value": text}, "required": ["span", "value"], "additionalProperties": false,
    });
    ReplyRequest {
        task: Task::Read { schema },
        context: format!("question: {}\nform: {form}", q.text),
        prompt: said.to_owned(),
        locale: turn.session.locale.clone(),
        personal: super::reply::personal(turn),
        ..ReplyRequest::default()
    }
}

/// Whether somebody says yes and nothing else.
fn is_yes(said: &str) -> bool {
    let said: String = said.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect::<String>().to_lowercase();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    matches!(
        said.as_str(),
        "yes"
            | "y"
            | "yep"
            | "yeah"
            | "ok"
            | "okay"
            | "sure"
            | "correct"
            | "right"
            | "exactly"
            | "yes please"
            | "yes thats right"
            | "thats right"
            | "thats correct"
    )
}
