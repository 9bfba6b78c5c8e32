//! CandidateMatching (priority 12): a candidate asks which jobs fit, and says whether they may be considered for others; a
//! recruiter asks who fits. The ranking and its reasons are [`crate::matching`]'s.

mod jobs;
mod people;
mod wish;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::onboarding::says_yes;
use super::{Decision, Skill, SkillError};
use crate::fault::Fault;
use crate::matching::MatchStore;
use crate::message::{Button, EntryKind, Outgoing, Sender};
use crate::prescreen::engine::words;
use crate::privacy::ConsentKind;
use crate::recruiting::Kind;
use crate::template::Templates;
use crate::turn::effects::NewConsent;
use crate::turn::{Effects, Memory, Stage, Turn};

pub use wish::{Wish, wish};

/// The template whose words are agreed to.
const ASKED: &str = "ask_other_jobs";

/// The skill.
#[derive(Clone)]
pub struct CandidateMatching {
    templates: Templates,
    store: Arc<dyn MatchStore>,
    console: Option<String>,
}

impl CandidateMatching {
    /// Speaks with these templates and reads from this store. `public_url`: where a recruiter's links begin.
    pub fn new(templates: Templates, store: Arc<dyn MatchStore>, public_url: Option<&str>) -> Self {
        let console = public_url.map(|url| format!("{}/console", url.trim_end_matches('/')));
        Self { templates, store, console }
    }

    /// Notes a yes or no to other jobs. The same again changes nothing; before the notice was agreed to nothing is kept.
    fn consent(&self, turn: &Turn, given: bool) -> Effects {
        let mut effects = Effects::new();
        if turn.candidate.consented_at.is_none() {
            effects.save_bot_message(self.templates.say("other_jobs_notice_first", json!({})));
            return effects;
        }
        if turn.other_jobs != Some(given) {
            let text_version = self.templates.version(ASKED);
            let activity = match (given, turn.other_jobs) {
                (true, _) => "other_jobs_consent_given",
                (false, Some(true)) => "other_jobs_consent_withdrawn",
                (false, _) => "other_jobs_consent_refused",
            };
            effects.log(activity, "candidate", json!({"text_version": text_version}));
            effects.consents.push(NewConsent { kind: ConsentKind::OtherJobs, given, text_version });
        }
        let template = if given { "other_jobs_yes" } else { "other_jobs_no" };
        effects.save_bot_message(self.templates.say(template, super::onboarding::say::job_values(&self.templates, turn)));
        effects
    }

    fn failed(&self, fault: &Fault) -> SkillError {
        SkillError { skill: self.name().to_owned(), problem: fault.to_string() }
    }
}

/// Asks whether they may be considered for other jobs. Nothing waits for the answer.
pub fn ask_other_jobs(templates: &Templates, turn: &Turn) -> Outgoing {
    let mut out = templates.say(ASKED, super::onboarding::say::job_values(templates, turn));
    out.meta.buttons = vec![
        Button::new(templates.text("button_other_jobs", json!({})), Wish::OtherJobs { given: true }.command()),
        Button::new(templates.text("button_no_thanks", json!({})), Wish::OtherJobs { given: false }.command()),
    ];
    out
}

/// What the turn's entry wishes of this skill.
fn wished(turn: &Turn) -> Option<Wish> {
    let entry = turn.entry().filter(|e| e.sender == Sender::Candidate && matches!(e.kind, EntryKind::Text | EntryKind::Button))?;
    // While a recruiter makes a job, plain words are its title, a question, a rule.
    if super::job_creation::drafting(turn) && super::command(words(entry)).is_none() {
        return None;
    }
    let memory = Memory::of(turn);
    let pending = memory.question.and_then(|id| turn.job.as_deref()?.question(id));
    let free = memory.stage == Stage::Interview && pending.is_some_and(|q| q.kind == Kind::Text);
    if let Some(found) = wish(words(entry), free) {
        return Some(found);
    }
    // A plain yes or no right after it was asked.
    let spoken = turn.history.iter().rev().find(|m| m.sender == Sender::Bot);
    let templates = spoken.and_then(|m| m.metadata.get("templates")?.as_array());
    let asked = memory.stage == Stage::Done && templates.is_some_and(|list| list.iter().any(|t| t == ASKED));
    asked.then(|| says_yes(turn, entry)).flatten().map(|given| Wish::OtherJobs { given })
}

#[async_trait]
impl Skill for CandidateMatching {
    fn name(&self) -> &'static str {
        "candidate_matching"
    }

    fn priority(&self) -> i32 {
        12
    }

    fn decides_at_once(&self) -> bool {
        true
    }

    fn claims(&self, turn: &Turn) -> bool {
        match wished(turn) {
            Some(Wish::Candidates { .. }) => turn.as_staff().is_some(),
            Some(Wish::OtherJobs { .. }) => turn.as_staff().is_none(),
            found => found.is_some(),
        }
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let decided = match wished(turn) {
            Some(Wish::Jobs) => self.jobs(turn).await,
            // A chat of the employer's is nobody's application.
            Some(Wish::OtherJobs { .. }) if turn.as_staff().is_some() => Ok(Decision::Pass),
            Some(Wish::OtherJobs { given }) => Ok(Decision::handled(self.consent(turn, given))),
            Some(Wish::Candidates { job }) => self.people(turn, job.as_deref()).await,
            None => Ok(Decision::Pass),
        };
        decided.map_err(|fault| self.failed(&fault))
    }
}
