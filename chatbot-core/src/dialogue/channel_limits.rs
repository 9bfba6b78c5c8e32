//! What a channel can bring that is no answer: a button of an older prompt, a sticker, a file that could not be taken.

use serde_json::{Value, json};

use super::decide::DecideError;
use super::router::Dialogue;
use crate::message::{EntryKind, Expects, Sender};
use crate::turn::{Effects, Entry, Memory, Stage, Turn};

/// Whether a button belongs to a prompt that is no longer pending. Channels that keep old keyboards on the screen name
/// the prompt in `metadata.pressed.expects`; others show only the newest, and name none.
pub(super) fn is_stale(entry: &Entry, memory: &Memory) -> bool {
    if entry.kind != EntryKind::Button {
        return false;
    }
    let prompt = entry.metadata.get("pressed").and_then(|pressed| pressed.get("expects"));
    let Some(prompt) = prompt.and_then(|expects| serde_json::from_value::<Expects>(expects.clone()).ok()) else { return false };
    match prompt {
        Expects::Consent => !matches!(memory.stage, Stage::Consent | Stage::Refused),
        Expects::Question { question_id } => memory.question != Some(question_id),
        Expects::Field { field } if field == "job" => memory.stage != Stage::ChooseJob,
        Expects::Field { field } => memory.stage != Stage::Field || memory.field.as_deref() != Some(field.as_str()),
        Expects::Submit => memory.stage != Stage::Summary,
        Expects::None => false,
    }
}

/// What a shell could not take, by its name: `metadata.unsupported`.
pub(super) fn unsupported(entry: &Entry) -> Option<&str> {
    entry.metadata.get("unsupported").and_then(Value::as_str).filter(|_| entry.sender == Sender::Candidate)
}

impl Dialogue {
    /// Says once in a row what can be read here, and repeats what is pending.
    pub(super) async fn say_what_can_be_read(&self, turn: &Turn, entry: &Entry, what: &str) -> Result<Effects, DecideError> {
        let template = match what {
            "file_too_large" => "file_too_large",
            "file_unavailable" => "file_unavailable",
            "file_empty" => "file_empty",
            "too_many_files" => "too_many_files",
            _ => "only_text_and_files",
        };
        let mut effects = Effects::new();
        effects.log("not_readable_here", "candidate", json!({"seq": entry.seq, "what": what}));
        let last = turn.history.iter().rev().find(|m| m.sender == Sender::Bot);
        let said =
            last.and_then(|m| m.metadata.get("templates")).and_then(Value::as_array).is_some_and(|t| t.iter().any(|t| t == template));
        let earlier = turn.entries.get(..turn.at).unwrap_or_default().iter().any(|e| unsupported(e) == Some(what));
        if said || earlier {
            return Ok(effects);
        }
        effects.save_bot_message(self.templates.say(template, json!({})));
        effects.extend(self.repeat(turn).await?);
        Ok(effects)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn press(expects: &Value) -> Entry {
        Entry {
            seq: 9,
            sender: Sender::Candidate,
            actor: None,
            kind: EntryKind::Button,
            content: "Yes".into(),
            content_format: "button".into(),
            metadata: json!({"button": "yes", "pressed": {"seq": 2, "expects": expects}}),
            accepted_at: DateTime::UNIX_EPOCH,
            message_id: None,
        }
    }

    #[test]
    fn a_button_answers_its_own_prompt_only() {
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |stage| Memory { stage, question: Some(second), ..Memory::default() };
        for (expects, memory, stale) in [
            (json!({"type": "consent"}), at(Stage::Consent), false),
            (json!({"type": "consent"}), at(Stage::Interview), true),
            (json!({"type": "question", "question_id": second}), at(Stage::Interview), false),
            (json!({"type": "question", "question_id": first}), at(Stage::Interview), true),
            (json!({"type": "submit"}), at(Stage::Summary), false),
            (json!({"type": "submit"}), at(Stage::Done), true),
            (json!({"type": "field", "field": "job"}), at(Stage::ChooseJob), false),
            (json!({"type": "field", "field": "job"}), at(Stage::Interview), true),
            (json!({"type": "none"}), at(Stage::Done), false),
        ] {
            assert_eq!(is_stale(&press(&expects), &memory), stale, "{expects} at {:?}", memory.stage);
        }
        let mut web = press(&json!(null));
        web.metadata = json!({"button": "yes"});
        assert!(!is_stale(&web, &at(Stage::Interview)));
    }
}
