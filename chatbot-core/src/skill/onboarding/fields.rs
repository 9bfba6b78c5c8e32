//! A name and one way to be reached: asked before the summary, and only for what is unknown.

use serde_json::json;

use super::Onboarding;
use super::read_back::{RESUME, unconfirmed};
use crate::message::Expects;
use crate::prescreen::engine::words;
use crate::turn::{Effects, Entry, Memory, Stage, Turn};

/// After this many answers without a name or contact in them the bot goes on: a person can ask.
const TRIES: u32 = 3;

impl Onboarding {
    pub(super) fn next_field(&self, turn: &Turn) -> Effects {
        let memory = Memory::of(turn);
        if !memory.resume_checked && !unconfirmed(turn).is_empty() {
            return self.ask_field(turn, RESUME);
        }
        let given_up = memory.field_unclear >= TRIES;
        let asks_contact = memory.field.as_deref() == Some("contact");
        let nameless = memory.unnamed || (given_up && !asks_contact);
        if turn.candidate.name.is_none() && !nameless {
            return self.ask_field(turn, "name");
        }
        // On channels that are addresses themselves (a phone number) the person can be reached there. A Telegram account is
        // reachable for its bot alone, and has a button for the number.
        let reachable = turn.candidate.reachable() || !matches!(turn.session.platform.as_str(), "web" | "cli" | "telegram");
        let mut effects = Effects::new();
        if turn.candidate.name.is_none() {
            effects.remember("unnamed", true);
        }
        if reachable || (given_up && asks_contact) {
            effects.extend(self.summary(turn));
        } else {
            effects.extend(self.ask_field(turn, "contact"));
            effects.forget("field_unclear");
        }
        effects
    }

    pub(super) fn ask_field(&self, turn: &Turn, field: &str) -> Effects {
        let mut out = match field {
            RESUME => self.read_back(turn, "confirm_resume"),
            "name" => self.templates.say("ask_name", json!({})),
            _ => self.templates.say("ask_contact", json!({})),
        };
        out.meta.expects = Expects::Field { field: field.into() };
        let mut effects = Effects::new();
        effects.save_bot_message(out).enter(Stage::Field).remember("field", field);
        effects
    }

    pub(super) fn field(&self, turn: &Turn, entry: &Entry, memory: &Memory) -> Effects {
        let text = words(entry);
        if memory.field.as_deref() == Some(RESUME) {
            return self.resume_checked(turn, entry, memory);
        }
        let mut effects = Effects::new();
        if memory.field.as_deref() == Some("contact") {
            match contact(text) {
                Some(Contact::Email(email)) => {
                    effects.save_bot_message(self.templates.say("contact_noted", json!({"contact": email})));
                    effects.log("contact_given", "candidate", json!({"kind": "email"}));
                    effects.candidate.email = Some(email);
                }
                Some(Contact::Phone(phone)) => {
                    effects.save_bot_message(self.templates.say("contact_noted", json!({"contact": phone})));
                    effects.log("contact_given", "candidate", json!({"kind": "phone"}));
                    effects.candidate.phone = Some(phone);
                }
                None => return self.field_unclear(turn, memory, "contact"),
            }
        } else {
            match name(text) {
                Some(name) => {
                    effects.save_bot_message(self.templates.say("name_noted", json!({"name": name})));
                    effects.log("name_given", "candidate", json!({}));
                    effects.candidate.name = Some(name);
                }
                None => return self.field_unclear(turn, memory, "name"),
            }
        }
        effects.forget("field_unclear");
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.next_field(&after));
        effects
    }

    fn field_unclear(&self, turn: &Turn, memory: &Memory, field: &str) -> Effects {
        let mut effects = Effects::new();
        effects.remember("field_unclear", memory.field_unclear + 1);
        if memory.field_unclear + 1 >= TRIES {
            let mut after = turn.clone();
            after.apply(&effects);
            effects.extend(self.next_field(&after));
            return effects;
        }
        let template = if field == "name" { "ask_name_unclear" } else { "ask_contact_unclear" };
        let mut out = self.templates.say(template, json!({}));
        out.meta.expects = Expects::Field { field: field.into() };
        effects.save_bot_message(out);
        effects
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Contact {
    Email(String),
    Phone(String),
}

/// An e-mail address or phone number among the words.
pub(super) fn contact(text: &str) -> Option<Contact> {
    let email = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')'))
        .map(|w| w.trim_matches(['.', ':', '"', '\'', '!', '?']))
        .find(|w| is_email(w));
    if let Some(email) = email {
        return Some(Contact::Email(email.to_owned()));
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+').starts_with('+');
    let only_phone_signs =
        text.chars().filter(|c| !c.is_alphabetic()).all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-().,/:!".contains(c));
    // ITU E.164: at most 15 digits; shorter than 7 is nobody's number.
    ((7..=15).contains(&digits.len()) && only_phone_signs).then(|| Contact::Phone(if plus { format!("+{digits}") } else { digits }))
}

/// Enough of RFC 5321 to refuse slips: one @, a dotted domain, no odd characters.
fn is_email(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    let label = |l: &str| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-') && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    !local.is_empty()
        && word.len() <= 254
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
        && domain.contains('.')
        && domain.split('.').all(label)
        && domain.rsplit('.').next().is_some_and(|tld| tld.chars().count() >= 2 && !tld.chars().all(|c| c.is_ascii_digit()))
}

/// A name as given, without "my name is"; letters of any script, at most 80 characters.
pub(super) fn name(text: &str) -> Option<String> {
    let trimmed = text.trim().trim_end_matches(['.', '!', ',']).trim();
    let lower = trimmed.to_lowercase();
    let mut rest = trimmed;
    for opening in ["my name is ", "my name's ", "i am ", "i'm ", "im ", "it's ", "this is ", "name: ", "call me "] {
        if lower.starts_with(opening) {
            rest = trimmed.get(opening.len()..).unwrap_or(trimmed).trim();
            break;
        }
    }
    let cleaned: String = rest.chars().filter(|c| !c.is_control()).collect();
    let cleaned = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    if matches!(cleaned.to_lowercase().as_str(), "yes" | "no" | "ok" | "okay" | "none" | "nope" | "yep" | "hello" | "hi") {
        return None;
    }
    let cleaned = without_thanks(&cleaned);
    let is_letter = |c: char| c.is_alphabetic() || "'’.-,·‐".contains(c) || is_mark(c);
    // A number may stand in a name ("A-12", "3rd"), and is none by itself.
    let fits = |word: &str| {
        word.chars().all(|c| is_letter(c) || c.is_ascii_digit()) && (word.chars().any(char::is_alphabetic) || word.chars().all(is_letter))
    };
    let words = cleaned.split(' ').count();
    let is_name = cleaned.chars().any(char::is_alphabetic) && cleaned.split(' ').all(fits) && cleaned.chars().count() <= 80 && words <= 8;
    is_name.then(|| cleaned.to_owned())
}

/// What is said after a name to be polite is no part of it.
fn without_thanks(text: &str) -> &str {
    const THANKS: [&str; 5] = ["thanks", "thank you", "thx", "cheers", "please"];
    let Some((name, rest)) = text.rsplit_once(',') else { return text };
    if THANKS.contains(&rest.trim().to_lowercase().as_str()) { name.trim() } else { text }
}

/// Combining marks that names in many scripts are written with.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4e}' | '\u{64b}'..='\u{65f}' | '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_found_among_words_and_nothing_else_is_taken_for_one() {
        let email = |s: &str| Some(Contact::Email(s.into()));
        let phone = |s: &str| Some(Contact::Phone(s.into()));
        for (text, want) in [
            ("ada@example.org", email("ada@example.org")),
            ("it's ada.l+jobs@mail.example.org.", email("ada.l+jobs@mail.example.org")),
            ("call +44 20 7946 0000", phone("+442079460000")),
            ("(030) 123-4567", phone("0301234567")),
            ("ada@example", None),
            ("@example.org", None),
            ("a..b@example.org", None),
            ("12345", None),
            ("1234567890123456", None),
            ("by pigeon", None),
            ("", None),
        ] {
            assert_eq!(contact(text), want, "{text}");
        }
    }

    #[test]
    fn a_name_is_kept_as_given_and_nonsense_is_not_a_name() {
        for (text, want) in [
            ("Ada Example", Some("Ada Example")),
            ("my name is Ada", Some("Ada")),
            ("I'm José-María d'Aubigné.", Some("José-María d'Aubigné")),
            ("李雷", Some("李雷")),
            ("अनन्या", Some("अनन्या")),
            ("Jean-Luc Picard, thanks!", Some("Jean-Luc Picard")),
            ("Robert Downey, Jr.", Some("Robert Downey, Jr")),
            ("X Æ A-12", Some("X Æ A-12")),
            ("5 years", None),
            ("12345", None),
            ("ada@example.org", None),
            ("<script>alert(1)</script>", None),
            ("🙂", None),
            ("", None),
        ] {
            assert_eq!(name(text).as_deref(), want, "{text}");
        }
        assert_eq!(name(&"a".repeat(10_000)), None);
    }
}
