//! JobCreation (priority 10): a linked recruiter makes a job by chat, question by question, or by pasting a job file.
//!
//! ```text
//! “new job” → title → employer → location → facts → question → kind → (options) → rule → must-have ─┐
//!                                                      ▲                                           │
//!                                                      └───────────────────────────────────────────┤ “done”
//!                                                                               created ◀── review ◀┘
//! ```
//!
//! What has been said so far is one key of the session's context, and what comes of it is a job file: checked by the
//! same code as any, and made into a job by the turn's commit.
//!
//! **Conflicts.** It claims “new job”, `/newjob`, a pasted job file, and, while a job is being made, every word that is
//! no other slash command: an answer such as “Who fits best into the team?” is the text of a question here. Skills above
//! it therefore leave the words alone while [`drafting`] holds. A candidate's form comes before all of it: in it a
//! recruiter is a candidate (`Turn::as_staff`).

mod ask;
mod draft;
mod kinds;
mod rules;
mod steps;

use async_trait::async_trait;
use serde_json::json;

use self::draft::Draft;
use super::{Decision, Skill, SkillError, command};
use crate::access::{Role, User};
use crate::message::{EntryKind, Outgoing};
use crate::prescreen::engine::words;
use crate::recruiting::JobFile;
use crate::template::Templates;
use crate::turn::effects::CreateJob;
use crate::turn::{Effects, Entry, Turn};

pub use draft::drafting;

/// Where a new job can be reached.
#[derive(Debug, Clone, Default)]
pub struct JobLinks {
    /// What links on the web begin with.
    pub public_url: Option<String>,
    /// The Telegram bot's name, without `@`.
    pub telegram_bot: Option<String>,
}

/// The skill.
#[derive(Debug, Clone)]
pub struct JobCreation {
    templates: Templates,
    links: JobLinks,
}

/// Words that begin a job.
const NEW_JOB: [&str; 8] =
    ["new job", "create job", "create a job", "create a new job", "make a job", "make a new job", "add a job", "a new job"];

impl JobCreation {
    /// Speaks with these templates and gives these links.
    pub fn new(templates: Templates, links: JobLinks) -> Self {
        Self { templates, links }
    }

    fn begin(&self, turn: &Turn) -> Effects {
        let draft = Draft { employer_before: draft::employer_before(turn), ..Draft::default() };
        let mut effects = Effects::new();
        effects.log("job_draft_begun", "recruiter", json!({}));
        self.go_on(&mut effects, &draft);
        effects
    }

    /// Keeps the draft and asks what it waits for.
    fn go_on(&self, effects: &mut Effects, draft: &Draft) {
        draft.keep(effects);
        effects.save_bot_message(self.prompt(draft));
    }

    fn drafted(&self, turn: &Turn, entry: &Entry, draft: Draft, user: &User) -> Decision {
        let said = words(entry).trim();
        let plain = said.trim_end_matches(['.', '!']).to_lowercase();
        let mut effects = Effects::new();
        match command(said).map(|c| c.name).as_deref().unwrap_or(&plain) {
            "cancel" => {
                effects.forget(draft::KEY).log("job_draft_dropped", "recruiter", json!({}));
                effects.save_bot_message(self.templates.say("job_cancelled", json!({})));
            }
            "back" | "go back" => self.go_on(&mut effects, &draft.back()),
            "newjob" | "new job" => self.go_on(&mut effects, &draft),
            // A button of an earlier prompt says nothing about this one.
            _ if entry.kind == EntryKind::Button && !self.offers(&draft, said) => self.go_on(&mut effects, &draft),
            "skip" => effects = self.step(turn, draft, "skip", user),
            // Another's command: answered there, then this prompt again.
            _ if command(said).is_some() => return Decision::Pass,
            _ => effects = self.step(turn, draft, said, user),
        }
        Decision::handled(effects)
    }

    fn offers(&self, draft: &Draft, value: &str) -> bool {
        self.prompt(draft).meta.buttons.iter().any(|b| b.value == value)
    }

    /// A whole job file as one message.
    fn pasted(&self, text: &str, user: &User) -> Effects {
        match JobFile::from_yaml(text, None) {
            Ok(file) => self.create(file, user),
            Err(error) => {
                let mut effects = Effects::new();
                effects.save_bot_message(self.templates.say("job_file_wrong", json!({"error": error.to_string()})));
                effects
            }
        }
    }

    /// The job, by the turn's commit, and its links.
    fn create(&self, mut file: JobFile, user: &User) -> Effects {
        let mut effects = Effects::new();
        if let Err(error) = file.validate() {
            effects.save_bot_message(self.templates.say("job_file_wrong", json!({"error": error.to_string()})));
            return effects;
        }
        file.owner.get_or_insert_with(|| user.email.clone());
        effects.forget(draft::KEY);
        if let Some(employer) = &file.employer {
            effects.remember(draft::EMPLOYER, employer.as_str());
        }
        effects.save_bot_message(self.created(&file));
        effects.create_job = Some(Box::new(CreateJob { file, by: user.id }));
        effects
    }

    fn created(&self, file: &JobFile) -> Outgoing {
        // The commit knows the slug: it is the title's, or the next free one after it.
        let slug = CreateJob::SLUG;
        let web = self.links.public_url.as_ref().map(|base| format!("{}/j/{slug}", base.trim_end_matches('/')));
        let telegram = self.links.telegram_bot.as_ref().map(|bot| format!("https://t.me/{bot}?start={slug}"));
        let values =
            json!({"title": file.title, "slug": slug, "web": web, "telegram": telegram, "questions": file.prescreen.questions.len()});
        self.templates.say("job_created", values)
    }
}

/// The recruiter who talks here; a viewer makes no jobs.
fn recruiter(turn: &Turn) -> Option<&User> {
    turn.as_staff().filter(|user| user.role >= Role::Recruiter)
}

fn begins(said: &str) -> bool {
    let plain = said.trim().trim_end_matches(['.', '!']).to_lowercase();
    let plain = plain.strip_suffix(" please").unwrap_or(&plain).trim_end_matches(',');
    command(said).is_some_and(|c| c.name == "newjob") || NEW_JOB.contains(&plain)
}

/// Whether a message can only be meant as a job file: several lines (or one of JSON) with a title and more.
fn is_job_file(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim();
    let json = text.starts_with('{') && text.contains("\"title\"");
    let yaml =
        text.lines().count() > 1 && text.lines().any(|l| l.starts_with("title:")) && text.lines().filter(|l| l.contains(':')).count() > 1;
    json || yaml
}

#[async_trait]
impl Skill for JobCreation {
    fn name(&self) -> &'static str {
        "job_creation"
    }

    fn priority(&self) -> i32 {
        10
    }

    fn decides_at_once(&self) -> bool {
        true
    }

    fn claims(&self, turn: &Turn) -> bool {
        let said = turn.entry().map(words).unwrap_or_default();
        recruiter(turn).is_some() && (drafting(turn) || begins(said) || is_job_file(said))
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let (Some(user), Some(entry)) = (recruiter(turn), turn.entry()) else { return Ok(Decision::Pass) };
        if !matches!(entry.kind, EntryKind::Text | EntryKind::Button) {
            return Ok(Decision::Pass);
        }
        let said = words(entry);
        let draft = Draft::of(turn);
        Ok(match draft {
            _ if is_job_file(said) => Decision::handled(self.pasted(said, user)),
            Some(draft) => self.drafted(turn, entry, draft, user),
            None if begins(said) => Decision::handled(self.begin(turn)),
            None => Decision::Pass,
        })
    }

    async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let Some(draft) = recruiter(turn).and_then(|_| Draft::of(turn)) else { return Ok(Decision::Pass) };
        let mut effects = Effects::new();
        effects.save_bot_message(self.prompt(&draft));
        Ok(Decision::handled(effects))
    }
}
