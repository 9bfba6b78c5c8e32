//! Resume intake (priority 15): reads what a candidate sends as a file, or pastes, and says what it noted.
//!
//! **Invariant.** A resume is never a step of its own: what was read is stored at once, unconfirmed, and the pending
//! question is asked again. Onboarding reads name and contact back before the summary. Before consent no file is opened.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Decision, Skill, SkillError};
use crate::files::Files;
use crate::message::EntryKind;
use crate::recruiting::Profile;
use crate::resume::{ReadError, ReadText, ResumeReader, profile};
use crate::template::Templates;
use crate::turn::{Effects, Entry, Memory, ReadProfile, Stage, Turn};

/// The skill.
#[derive(Clone)]
pub struct ResumeIntake {
    templates: Templates,
    files: Arc<dyn Files>,
    reader: Arc<dyn ResumeReader>,
}

impl ResumeIntake {
    /// Speaks with these templates, fetches files here and reads them with this.
    pub fn new(templates: Templates, files: Arc<dyn Files>, reader: Arc<dyn ResumeReader>) -> Self {
        Self { templates, files, reader }
    }

    async fn file(&self, turn: &Turn, entry: &Entry, id: Uuid) -> Result<Decision, SkillError> {
        turn.not_at_once().await;
        let failed = |problem: String| SkillError { skill: self.name().to_owned(), problem };
        let Some((file, bytes)) = self.files.file(id).await.map_err(|e| failed(e.to_string()))? else { return Ok(Decision::Pass) };
        let read = self.reader.read(&file.media_type, bytes).await;
        let mut effects = Effects::new();
        effects.log("file_received", "candidate", json!({"seq": entry.seq, "file_id": id}));
        match read {
            Ok(text) => {
                let profile = profile::read(&text, turn.now);
                if profile.is_somebody() {
                    self.noted(turn, profile, Some(id), Some(&file.name), &mut effects);
                } else {
                    // A certificate, a letter: words, and nobody's resume.
                    effects.save_bot_message(self.templates.say("file_received", json!({"name": file.name})));
                }
            }
            Err(why) => self.unread(why, id, &file.name, &mut effects),
        }
        Ok(Decision::handled(effects))
    }

    /// What was read, kept and told.
    fn noted(&self, turn: &Turn, profile: Profile, file_id: Option<Uuid>, file: Option<&str>, effects: &mut Effects) {
        effects.log(
            "resume_read",
            "bot",
            json!({"file_id": file_id, "emails": profile.emails.len(), "phones": profile.phones.len(), "skills": profile.skills.len(),
                   "positions": profile.positions.len()}),
        );
        let checked = matches!(Memory::of(turn).stage, Stage::Interview | Stage::Paused | Stage::Field);
        let mut values = shown(&profile);
        if let Some(map) = values.as_object_mut() {
            map.insert("file".into(), json!(file));
            map.insert("checked".into(), json!(checked));
        }
        effects.save_bot_message(self.templates.say("resume_read", values));
        effects.profile = Some(ReadProfile { file_id, profile });
        // A new resume is a new reason to ask whether it was read right.
        effects.forget("resume_checked");
    }

    fn unread(&self, why: ReadError, file_id: Uuid, name: &str, effects: &mut Effects) {
        effects.log("resume_unread", "bot", json!({"file_id": file_id, "why": why.as_str()}));
        effects.save_bot_message(self.templates.say("resume_unread", json!({"name": name, "why": why.as_str()})));
    }
}

/// What of a profile is told back.
fn shown(profile: &Profile) -> Value {
    json!({
        "name": profile.name.as_ref().map(|f| &f.value),
        "email": profile.emails.first().map(|f| &f.value),
        "phone": profile.phones.first().map(|f| &f.value),
        "location": profile.location.as_ref().map(|f| &f.value),
        "years": profile.years_experience.as_ref().map(|f| (f.value * 2.0).round() / 2.0),
        "skills": profile.skills.iter().take(6).map(|f| &f.value).collect::<Vec<_>>(),
        "more_skills": profile.skills.len().saturating_sub(6),
    })
}

#[async_trait]
impl Skill for ResumeIntake {
    fn name(&self) -> &'static str {
        "resume_intake"
    }

    fn priority(&self) -> i32 {
        15
    }

    fn decides_at_once(&self) -> bool {
        true
    }

    fn claims(&self, turn: &Turn) -> bool {
        turn.entry().is_some_and(|e| e.kind == EntryKind::File) && turn.as_staff().is_none()
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let Some(entry) = turn.entry() else { return Ok(Decision::Pass) };
        let early = matches!(Memory::of(turn).stage, Stage::New | Stage::ChooseJob | Stage::Consent | Stage::Refused);
        if early || turn.as_staff().is_some() || turn.candidate.consented_at.is_none() {
            return Ok(Decision::Pass);
        }
        match entry.kind {
            EntryKind::File => match entry.metadata.get("file_id").and_then(|id| id.as_str()?.parse().ok()) {
                Some(id) => self.file(turn, entry, id).await,
                None => Ok(Decision::Pass),
            },
            EntryKind::Text if profile::is_resume(&entry.content) => {
                let read = profile::read(&ReadText::new(entry.content.clone()), turn.now);
                let mut effects = Effects::new();
                self.noted(turn, read, None, None, &mut effects);
                Ok(Decision::handled(effects))
            }
            _ => Ok(Decision::Pass),
        }
    }
}
