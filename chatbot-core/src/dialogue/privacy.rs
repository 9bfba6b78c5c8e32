//! What a person may ask about their own data, at any step: to see it, and to have it deleted.

use serde_json::{Value, json};

use super::decide::DecideError;
use super::intent::{Intent, intent};
use super::router::{Batch, Dialogue};
use crate::message::{Button, EntryKind, Expects, Outgoing};
use crate::prescreen::{ask, engine};
use crate::recruiting::ActionType;
use crate::skill::onboarding::say;
use crate::turn::{Effects, Entry, Memory, Turn};

/// Whose page has a route that hands the whole out.
const WITH_A_ROUTE: &str = "web";

impl Dialogue {
    /// The wish to be erased, and the answer to whether it is meant. `None`: the entry is about something else.
    ///
    /// A person's control and an opt-out don't keep anybody from it. What is said about it then is a notice of the
    /// system's, since the bot is silent.
    pub(super) async fn erasure(&self, turn: &Turn, entry: &Entry, batch: &Batch) -> Result<Option<Effects>, DecideError> {
        if !matches!(entry.kind, EntryKind::Text | EntryKind::Button) {
            return Ok(None);
        }
        let memory = Memory::of(turn);
        let said = engine::words(entry);
        let pending = memory.question.and_then(|id| turn.job.as_deref()?.question(id));
        let wished = intent(said, pending) == Some(Intent::Erase);
        if !memory.erasing {
            return Ok(wished.then(|| self.ask_erase(turn)));
        }
        let mut effects = Effects::new();
        if batch.erase_asked {
            // Nobody has read the question yet, so nobody has answered it.
            effects.log("came_before_the_prompt", "candidate", json!({"seq": entry.seq}));
            return Ok(Some(effects));
        }
        if confirms(said) {
            effects.erase = true;
            tell(&mut effects, turn, self.templates.say("erased", say::job_values(&self.templates, turn)));
            return Ok(Some(effects));
        }
        if wished {
            return Ok(Some(self.ask_erase(turn)));
        }
        effects.forget("erasing");
        let mut after = turn.clone();
        after.apply(&effects);
        if said.trim_start().starts_with('/') {
            // Another command says no as well as any word, and is done.
            effects.extend(Box::pin(self.entry(&after, batch)).await?);
            return Ok(Some(effects));
        }
        tell(&mut effects, turn, self.templates.say("erase_cancelled", json!({})));
        if turn.session.automation_enabled && turn.candidate.opted_out_at.is_none() {
            effects.extend(self.repeat(&after).await?);
        }
        Ok(Some(effects))
    }

    fn ask_erase(&self, turn: &Turn) -> Effects {
        let mut out = self.templates.say("ask_erase", say::job_values(&self.templates, turn));
        out.meta.expects = Expects::Field { field: "erase".into() };
        out.meta.buttons = vec![
            Button::new(self.templates.text("button_erase", json!({})), "yes, delete"),
            Button::new(self.templates.text("button_keep", json!({})), "no"),
        ];
        let mut effects = Effects::new();
        effects.remember("erasing", true).log("erasure_asked", "candidate", json!({}));
        tell(&mut effects, turn, out);
        effects
    }

    /// What is held, in short, and how to get the whole.
    pub(super) async fn my_data(&self, turn: &Turn) -> Result<Effects, DecideError> {
        turn.not_at_once().await;
        let by_route = turn.session.platform == WITH_A_ROUTE;
        let contact: Vec<&str> = turn.candidate.emails.iter().chain(&turn.candidate.phones).map(String::as_str).collect();
        let consents: Vec<Value> = turn
            .consents
            .iter()
            .map(|consent| {
                let what = self.templates.text(&format!("consent_to_{}", consent.kind.as_str()), json!({}));
                json!({"on": consent.created_at.format("%-d %B %Y").to_string(), "given": consent.given, "what": what})
            })
            .collect();
        let mut values = say::job_values(&self.templates, turn);
        if let Some(map) = values.as_object_mut() {
            map.insert("reach".into(), json!(contact.join(", ")));
            map.insert("location".into(), json!(turn.candidate.location));
            map.insert("answered".into(), json!(turn.job.as_deref().map_or(0, |job| ask::progress(turn, job).answered)));
            map.insert("files".into(), json!(turn.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ")));
            map.insert("consents".into(), json!(consents));
            map.insert("by_route".into(), json!(by_route));
        }
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say("my_data", values));
        effects.log("data_shown", "candidate", json!({}));
        if !by_route {
            effects.file_action(ActionType::HumanRequested, None, json!({"why": "export"}));
        }
        effects.extend(self.repeat(turn).await?);
        Ok(effects)
    }
}

/// Said by the bot, or, where it is silent, as a notice.
fn tell(effects: &mut Effects, turn: &Turn, out: Outgoing) {
    if turn.session.automation_enabled {
        effects.save_bot_message(out);
    } else {
        effects.notices.push(out);
    }
}

/// Whether these words say that it is meant.
fn confirms(said: &str) -> bool {
    let plain: String = said.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>().to_lowercase();
    let plain = plain.split_whitespace().filter(|w| *w != "please").collect::<Vec<_>>().join(" ");
    let rest = plain.strip_prefix("yes").map_or(plain.as_str(), str::trim_start);
    matches!(
        rest,
        "" | "delete"
            | "delete it"
            | "delete it all"
            | "delete everything"
            | "delete all"
            | "delete my data"
            | "delete all my data"
            | "do it"
            | "erase"
            | "erase it"
            | "erase everything"
    ) && !plain.is_empty()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::confirms;

    #[test]
    fn only_plain_words_mean_it() {
        for yes in ["yes", "Yes, delete.", "yes please", "DELETE", "yes, delete everything!", "Delete my data", "yes - delete it all"] {
            assert!(confirms(yes), "{yes}");
        }
        for no in ["no", "", "?", "yes but not the resume", "don't delete", "5", "yesterday", "do not", "delete the second answer"] {
            assert!(!confirms(no), "{no}");
        }
    }
}
