//! How a turn changes what is known about a person: written once, for the turn's own eyes and for the commit.
//!
//! What somebody said stands above what a resume says, and that above what a channel shows (a display name). A later
//! resume replaces what an earlier one left unconfirmed.

use serde_json::{Value, json};

use super::Effects;
use super::effects::{CandidatePatch, ReadProfile};
use crate::recruiting::profile::Found;
use crate::recruiting::{Candidate, Source};

impl Effects {
    /// Whether anything about the candidate changes.
    pub fn changes_candidate(&self) -> bool {
        !self.candidate.is_empty() || self.profile.is_some()
    }

    /// Writes what changes into the candidate.
    pub fn change(&self, candidate: &mut Candidate) {
        if let Some(read) = &self.profile {
            take(candidate, read);
        }
        patch(candidate, &self.candidate);
    }
}

/// What was said, over whatever was read.
fn patch(candidate: &mut Candidate, patch: &CandidatePatch) {
    let by = patch.source.as_deref().unwrap_or("candidate");
    // A channel's display name is nobody's word for it.
    let named = Source { confirmed: by != "channel", ..Source::said(by) };
    for field in &patch.denied {
        if candidate.is_unconfirmed(field) {
            match field.as_str() {
                "name" => candidate.name = None,
                "emails" => candidate.emails.clear(),
                "phones" => candidate.phones.clear(),
                _ => continue,
            }
            candidate.sources.remove(field);
        }
    }
    if let Some(name) = &patch.name {
        candidate.name = Some(name.clone());
        candidate.set_source("name", &named);
    }
    if let Some(email) = &patch.email {
        if candidate.is_unconfirmed("emails") {
            candidate.emails.clear();
        }
        put_first(&mut candidate.emails, email);
        candidate.set_source("emails", &Source::said(by));
    }
    if let Some(phone) = &patch.phone {
        if candidate.is_unconfirmed("phones") {
            candidate.phones.clear();
        }
        put_first(&mut candidate.phones, phone);
        candidate.set_source("phones", &Source::said(by));
    }
    for field in &patch.confirmed {
        if let Some(source) = candidate.source(field) {
            candidate.set_source(field, &Source { confirmed: true, ..source });
        }
    }
    candidate.consented_at = patch.consented_at.or(candidate.consented_at);
    if let Some(opted_out_at) = patch.opted_out_at {
        candidate.opted_out_at = opted_out_at;
    }
}

fn put_first(list: &mut Vec<String>, value: &str) {
    list.retain(|v| !v.eq_ignore_ascii_case(value));
    list.insert(0, value.to_owned());
}

/// What was read, where nobody has said otherwise. A field the resume is silent about stays.
fn take(candidate: &mut Candidate, read: &ReadProfile) {
    let profile = &read.profile;
    let source = Source::resume(read.file_id);
    let free = |candidate: &Candidate, field: &str| candidate.source(field).is_none_or(|s| !s.confirmed);
    let mut set = |field: &str, found: bool, write: &dyn Fn(&mut Candidate)| {
        if found && free(candidate, field) {
            write(candidate);
            candidate.set_source(field, &source);
        }
    };
    set("name", profile.name.is_some(), &|c| c.name = profile.name.as_ref().map(|f| f.value.clone()));
    set("location", profile.location.is_some(), &|c| c.location = profile.location.as_ref().map(|f| f.value.clone()));
    set("years_experience", profile.years_experience.is_some(), &|c| {
        c.years_experience = profile.years_experience.as_ref().map(|f| f.value);
    });
    set("emails", !profile.emails.is_empty(), &|c| c.emails = values(&profile.emails));
    set("phones", !profile.phones.is_empty(), &|c| c.phones = values(&profile.phones));
    set("links", !profile.links.is_empty(), &|c| c.links = values(&profile.links));
    set("languages", !profile.languages.is_empty(), &|c| c.languages = values(&profile.languages));
    set("skills", !profile.skills.is_empty(), &|c| c.skills = values(&profile.skills));
    set("positions", !profile.positions.is_empty(), &|c| c.positions = rows(&profile.positions));
    set("education", !profile.education.is_empty(), &|c| c.education = rows(&profile.education));
}

fn values(found: &[Found<String>]) -> Vec<String> {
    found.iter().map(|f| f.value.clone()).collect()
}

fn rows<T: serde::Serialize>(found: &[Found<T>]) -> Vec<Value> {
    found.iter().map(|f| json!(f.value)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::recruiting::Profile;

    fn resume(name: &str, email: &str) -> Effects {
        let profile = Profile {
            name: Some(Found::new(name.to_owned(), name)),
            emails: vec![Found::new(email.to_owned(), email)],
            skills: vec![Found::new("Welding".to_owned(), "Welding")],
            ..Profile::default()
        };
        Effects { profile: Some(ReadProfile { file_id: Some(uuid::Uuid::nil()), profile }), ..Effects::default() }
    }

    fn said(change: impl FnOnce(&mut CandidatePatch)) -> Effects {
        let mut effects = Effects::default();
        change(&mut effects.candidate);
        effects
    }

    #[test]
    fn what_somebody_said_stands_above_what_was_read() {
        let mut candidate = Candidate::default();
        said(|p| p.name = Some("Ada".into())).change(&mut candidate);
        resume("Ada Lovelace", "ada@example.org").change(&mut candidate);
        assert_eq!((candidate.name.as_deref(), candidate.emails.as_slice()), (Some("Ada"), &["ada@example.org".to_owned()][..]));
        assert!(candidate.is_unconfirmed("emails") && !candidate.is_unconfirmed("name"));
        resume("B", "b@example.org").change(&mut candidate);
        assert_eq!(candidate.emails, ["b@example.org"], "the newer resume replaces what nobody confirmed");
        said(|p| p.email = Some("c@example.org".into())).change(&mut candidate);
        assert_eq!(candidate.emails, ["c@example.org"], "what was read wrong doesn't stay beside what was said");
        assert_eq!(candidate.source("skills"), Some(Source::resume(Some(uuid::Uuid::nil()))));
    }

    #[test]
    fn a_channels_name_gives_way_to_a_resumes_and_a_confirmed_field_to_none() {
        let mut candidate = Candidate::default();
        said(|p| (p.name, p.source) = (Some("ada_x".into()), Some("channel".into()))).change(&mut candidate);
        resume("Ada Lovelace", "ada@example.org").change(&mut candidate);
        assert_eq!(candidate.name.as_deref(), Some("Ada Lovelace"));
        said(|p| p.confirmed = vec!["name".into(), "emails".into()]).change(&mut candidate);
        resume("Else", "else@example.org").change(&mut candidate);
        assert_eq!((candidate.name.as_deref(), candidate.emails[0].as_str()), (Some("Ada Lovelace"), "ada@example.org"));
        said(|p| p.denied = vec!["name".into()]).change(&mut candidate);
        assert_eq!(candidate.name.as_deref(), Some("Ada Lovelace"), "what is confirmed is no longer the resume's to lose");
    }

    #[test]
    fn a_source_of_an_earlier_version_is_still_one() {
        let mut candidate = Candidate { name: Some("Ada".into()), ..Candidate::default() };
        candidate.sources.insert("name".into(), json!("candidate"));
        resume("B", "b@example.org").change(&mut candidate);
        assert_eq!(candidate.name.as_deref(), Some("Ada"));
    }
}
