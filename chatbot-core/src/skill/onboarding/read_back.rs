//! What a resume gave is read back once, where otherwise a name and a contact would be asked for.

use serde_json::json;

use super::Onboarding;
use super::consent::says_yes;
use super::fields::{Contact, contact, name};
use crate::message::{Button, Expects, Outgoing};
use crate::prescreen::engine::words;
use crate::turn::{Effects, Entry, Memory, Turn};

/// The field that is asked for while a resume is read back.
pub(super) const RESUME: &str = "resume";
/// What decides whether it is read back.
const ASKED: [&str; 3] = ["name", "emails", "phones"];
/// What is shown, and so confirmed with it.
const SHOWN: [&str; 6] = ["name", "emails", "phones", "location", "years_experience", "skills"];
/// After this many answers that say neither yes nor what is wrong the bot goes on; the fields stay unconfirmed.
const TRIES: u32 = 2;

/// Name and contacts that were read and that nobody has confirmed.
pub(super) fn unconfirmed(turn: &Turn) -> Vec<&'static str> {
    ASKED.into_iter().filter(|field| turn.candidate.is_unconfirmed(field)).collect()
}

impl Onboarding {
    /// What is known of the person, with Yes and No.
    pub(super) fn read_back(&self, turn: &Turn, template: &str) -> Outgoing {
        let c = &turn.candidate;
        let skills: Vec<&String> = c.skills.iter().take(6).collect();
        let values = json!({
            "name": c.name,
            "email": c.emails.first(),
            "phone": c.phones.first(),
            "location": c.location,
            "years": c.years_experience.map(|y| (y * 2.0).round() / 2.0),
            "skills": skills,
            "more_skills": c.skills.len().saturating_sub(skills.len()),
        });
        let mut out = self.templates.say(template, values);
        out.meta.buttons = vec![
            Button::new(self.templates.text("button_yes", json!({})), "yes"),
            Button::new(self.templates.text("button_no", json!({})), "no"),
        ];
        out
    }

    /// Yes, no, or what is right instead.
    pub(super) fn resume_checked(&self, turn: &Turn, entry: &Entry, memory: &Memory) -> Effects {
        let text = words(entry);
        let mut effects = Effects::new();
        match (contact(text), says_yes(turn, entry)) {
            // Who mends one line has read the others.
            (Some(Contact::Email(email)), _) => {
                effects.save_bot_message(self.templates.say("contact_noted", json!({"contact": email})));
                effects.candidate.email = Some(email);
                confirm(&mut effects, "emails");
            }
            (Some(Contact::Phone(phone)), _) => {
                effects.save_bot_message(self.templates.say("contact_noted", json!({"contact": phone})));
                effects.candidate.phone = Some(phone);
                confirm(&mut effects, "phones");
            }
            (None, Some(true)) => confirm(&mut effects, ""),
            (None, Some(false)) => {
                effects.candidate.denied = ASKED.map(str::to_owned).into();
                effects.log("resume_denied", "candidate", json!({}));
                effects.save_bot_message(self.templates.say("resume_denied", json!({})));
            }
            (None, None) => match name(text).filter(|_| looks_like_a_name(text)) {
                Some(name) => {
                    effects.save_bot_message(self.templates.say("name_noted", json!({"name": name})));
                    effects.candidate.name = Some(name);
                    confirm(&mut effects, "name");
                }
                None if memory.field_unclear + 1 < TRIES => {
                    let mut out = self.read_back(turn, "confirm_resume_unclear");
                    out.meta.expects = Expects::Field { field: RESUME.into() };
                    effects.save_bot_message(out).remember("field_unclear", memory.field_unclear + 1);
                    return effects;
                }
                None => {}
            },
        }
        effects.remember("resume_checked", true).forget("field_unclear").forget("field");
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.next_field(&after));
        effects
    }
}

/// All that was shown, but for what was said anew.
fn confirm(effects: &mut Effects, except: &str) {
    effects.candidate.confirmed = SHOWN.iter().filter(|f| **f != except).map(|f| (*f).to_owned()).collect();
    effects.log("resume_confirmed", "candidate", json!({}));
}

/// "The name is wrong" could be one, by its letters.
fn looks_like_a_name(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    ["my name is ", "my name's ", "name: ", "call me ", "i'm ", "i am "].iter().any(|opening| lower.starts_with(opening))
        || (text.split_whitespace().count() <= 5 && text.split_whitespace().all(|w| !w.starts_with(char::is_lowercase)))
}
