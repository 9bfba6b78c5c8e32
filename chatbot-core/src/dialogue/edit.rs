//! An edited message is a proposed correction: taken if it reads as an answer to the same question, until submission.

use serde_json::{Value, json};
use uuid::Uuid;

use super::decide::DecideError;
use super::router::Dialogue;
use crate::message::{EntryKind, Sender};
use crate::turn::{Effects, Entry, Memory, Stage, Turn};

impl Dialogue {
    /// An edit replaces the answer that the message gave before; both values stay in the log. `None`: the words answered
    /// nothing yet, and are read like new ones.
    pub(super) async fn edited(&self, turn: &Turn, entry: &Entry) -> Result<Option<Effects>, DecideError> {
        let memory = Memory::of(turn);
        let original = original(turn, entry);
        let Some(answered) = original.as_deref().and_then(|words| answered_by(turn, words)) else {
            // The newest message, edited before anything was made of it, is what the candidate means now.
            let newest = original.is_some() && !answered_since(turn, entry);
            return Ok(if newest && memory.stage != Stage::Done { None } else { Some(left_alone(entry)) });
        };
        if memory.question == Some(answered) {
            return Ok(None);
        }
        if original.as_deref().map(str::trim) == Some(entry.content.trim()) {
            return Ok(Some(left_alone(entry)));
        }
        if !(memory.stage.is_form() || memory.stage == Stage::Paused) {
            let mut effects = left_alone(entry);
            effects.save_bot_message(self.templates.say("edit_too_late", json!({})));
            return Ok(Some(effects));
        }
        Ok(Some(self.corrected(turn, entry, answered).await?))
    }

    async fn corrected(&self, turn: &Turn, entry: &Entry, question_id: Uuid) -> Result<Effects, DecideError> {
        let question = turn.job.as_deref().and_then(|job| job.question(question_id)).map(|q| q.text.clone()).unwrap_or_default();
        let values = json!({"question": question, "text": entry.content});
        let mut probe = turn.clone();
        for key in ["unclear", "asked_back", "read_back", "redo", "changing"] {
            probe.session.context.remove(key);
        }
        probe.session.context.insert("question".into(), json!(question_id));
        let reads = self.prescreen.reads(&probe, entry);
        let mut effects = if reads { self.prescreen.handle_answer(&probe, entry) } else { Effects::new() };
        if effects.answers.is_empty() {
            let mut kept = left_alone(entry);
            kept.save_bot_message(self.templates.say("edit_unclear", values));
            kept.extend(self.repeat(turn).await?);
            return Ok(kept);
        }
        let settled = effects.context.get("question").is_some_and(Value::is_null);
        if !settled {
            // It would end the chat, so it is read back first, as a typed answer is.
            effects.enter(Stage::Interview).remember("question", json!(question_id));
            return Ok(effects);
        }
        effects.context.clear();
        effects.messages.clear();
        effects.save_bot_message(self.templates.say("answer_edited", values));
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.repeat(&after).await?);
        Ok(effects)
    }
}

/// The words of the message that was edited, if it is still in sight.
fn original(turn: &Turn, entry: &Entry) -> Option<String> {
    let seq = entry.metadata.get("edits").and_then(Value::as_i64)?;
    let waiting = turn.entries.iter().find(|e| e.seq == seq).map(|e| e.content.clone());
    waiting.or_else(|| turn.history.iter().find(|m| m.seq == seq && m.sender == Sender::Candidate).map(|m| m.content.clone()))
}

/// The question whose answer these words are; the newest, if several were answered alike.
fn answered_by(turn: &Turn, words: &str) -> Option<Uuid> {
    let same = turn.answers.iter().filter(|a| a.answer_text.trim() == words.trim());
    same.max_by_key(|a| a.answered_at).map(|a| a.question_id)
}

/// Whether the candidate has written anything after the message that was edited.
fn answered_since(turn: &Turn, entry: &Entry) -> bool {
    let Some(seq) = entry.metadata.get("edits").and_then(Value::as_i64) else { return true };
    let later = |at: i64| seq < at && at < entry.seq;
    turn.entries.iter().any(|e| e.sender == Sender::Candidate && e.kind != EntryKind::Start && later(e.seq))
        || turn.history.iter().any(|m| m.sender == Sender::Candidate && later(m.seq))
}

fn left_alone(entry: &Entry) -> Effects {
    let mut effects = Effects::new();
    effects.log("edit_noted", "candidate", json!({"seq": entry.seq, "edits": entry.metadata.get("edits")}));
    effects
}
