//! What a decision may see ([`Turn`]) and what it may ask for ([`Effects`]). Deciding never writes:
//! the worker commits a turn's effects together, under the fence, or not at all.

pub mod effects;
pub mod memory;
mod person;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::access::User;
use crate::files::StoredFile;
use crate::message::{ChatMessage, EntryKind, Sender};
use crate::privacy::{Consent, ConsentKind};
use crate::recruiting::{Answer, Application, Candidate, Job};
use crate::session::{Session, Timer, TimerKind};

pub use effects::{
    ApplicationPatch, CandidatePatch, CreateJob, Effects, LinkStaff, NewAction, NewActivity, NewConsent, NewEvent, OpenApplication,
    ReadProfile,
};
pub use memory::{Memory, Stage};

/// One unhandled inbox entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its number in the session.
    pub seq: i64,
    /// Candidate or recruiter.
    pub sender: Sender,
    /// The recruiter, for the log.
    pub actor: Option<String>,
    /// What kind.
    pub kind: EntryKind,
    /// The words.
    pub content: String,
    /// `text`, `button`, `file`.
    pub content_format: String,
    /// What else came with it.
    pub metadata: Value,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Its message, if it has one.
    pub message_id: Option<Uuid>,
}

/// Everything a turn may look at, read after the claim. A skill gets it by reference and answers with a decision.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Turn {
    /// The time of the turn.
    pub now: DateTime<Utc>,
    /// The conversation.
    pub session: Session,
    /// The person.
    pub candidate: Candidate,
    /// The job applied for, with the questions of the application's version.
    pub job: Option<Arc<Job>>,
    /// The application.
    pub application: Option<Application>,
    /// Its answers so far, in no order.
    pub answers: Vec<Answer>,
    /// Jobs that can be applied for, when none is chosen yet.
    pub open_jobs: Arc<[Job]>,
    /// Their newest decision on being considered for other jobs; none: they made none.
    pub other_jobs: Option<bool>,
    /// What waits to be handled, in order.
    pub entries: Vec<Entry>,
    /// Timers that are due, by kind.
    pub due: Vec<TimerKind>,
    /// Timers that are set and not due.
    pub timers: Vec<Timer>,
    /// The newest messages before the entries, oldest first.
    pub history: Arc<[ChatMessage]>,
    /// Whether an action about this conversation or its application is open.
    pub open_actions: bool,
    /// What the candidate agreed to and refused, oldest first.
    pub consents: Arc<[Consent]>,
    /// The files the candidate sent, oldest first. They are not read for a turn that is decided at once: whoever looks at them
    /// waits for [`Turn::not_at_once`] first.
    pub files: Arc<[StoredFile]>,
    /// How long an idle session stays open.
    pub session_ttl: chrono::Duration,
    /// The person of the employer's whose chat account this is, if it is linked. See [`Turn::as_staff`].
    pub staff: Option<User>,
    /// Linking codes among the entries that are good, each normalised, and what using it does.
    pub link_codes: Vec<(String, LinkStaff)>,
    /// Which of the entries is being decided on.
    pub at: usize,
    /// Until when this turn waits for models, all its questions together; none: nobody has said yet.
    pub answer_by: Option<tokio::time::Instant>,
    /// It is decided while the transaction that accepted its entry is open: who would have to wait for anything outside
    /// waits for [`Turn::not_at_once`] instead, and is asked again when nothing waits for it.
    pub at_once: bool,
}

impl Turn {
    /// A turn from its parts; the store builds it after a claim, tests by hand.
    pub fn new(now: DateTime<Utc>, session: Session, candidate: Candidate) -> Self {
        Self {
            now,
            session,
            candidate,
            job: None,
            application: None,
            answers: Vec::new(),
            open_jobs: Arc::default(),
            other_jobs: None,
            entries: Vec::new(),
            due: Vec::new(),
            timers: Vec::new(),
            history: Arc::default(),
            open_actions: false,
            consents: Arc::default(),
            files: Arc::default(),
            session_ttl: chrono::Duration::hours(72),
            staff: None,
            link_codes: Vec::new(),
            at: 0,
            answer_by: None,
            at_once: false,
        }
    }

    /// Before anything outside is waited for: never ends where the turn is decided at once.
    pub async fn not_at_once(&self) {
        if self.at_once {
            std::future::pending::<()>().await;
        }
    }

    /// The answer to a question, if it has one.
    pub fn answer(&self, question_id: Uuid) -> Option<&Answer> {
        self.answers.iter().find(|a| a.question_id == question_id)
    }

    /// The entry being decided on; none while timers are.
    pub fn entry(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    /// The person of the employer's who talks here; none where they are trying the form as a candidate would, which
    /// begins with a job's link and ends with the form or `/cancel`.
    pub fn as_staff(&self) -> Option<&User> {
        let stage = Memory::of(self).stage;
        // A link to a job, or the page of one; a bare `/start` opens no job, whatever was tried here before.
        let opens_a_job = self.job.is_some()
            && self.entry().filter(|e| e.kind == EntryKind::Start).is_some_and(|e| match e.content.trim() {
                "" => stage == Stage::New,
                command => command.contains(char::is_whitespace),
            });
        let tries_a_job = opens_a_job || stage.is_form() || matches!(stage, Stage::Consent | Stage::ChooseJob);
        self.staff.as_ref().filter(|_| !tries_a_job)
    }

    /// Makes what a decision asked for visible to the decisions after it in the same turn. Nothing is written.
    pub fn apply(&mut self, effects: &Effects) {
        for (key, value) in &effects.context {
            if value.is_null() {
                self.session.context.remove(key);
            } else {
                self.session.context.insert(key.clone(), value.clone());
            }
        }
        for answer in &effects.answers {
            self.answers.retain(|a| a.question_id != answer.question_id);
            self.answers.push(answer.clone());
        }
        if let Some(open) = &effects.open_application
            && let Some(job) = self.open_jobs.iter().find(|j| j.id == open.job_id)
        {
            self.application = Some(provisional(self, job));
            self.job = Some(Arc::new(job.clone()));
        }
        if let Some(application) = &mut self.application {
            effects.application.apply_to(application);
        }
        effects.change(&mut self.candidate);
        if let Some(consent) = effects.consents.iter().rev().find(|c| c.kind == ConsentKind::OtherJobs) {
            self.other_jobs = Some(consent.given);
        }
        self.session.automation_enabled |= effects.release;
        if let Some(link) = &effects.link_staff {
            self.staff = Some(link.user.clone());
        }
        if effects.unlink_staff {
            self.staff = None;
        }
        if let Some(locale) = &effects.locale {
            self.session.locale.clone_from(locale);
        }
    }
}

/// An application that the commit will open; its id is given there.
fn provisional(turn: &Turn, job: &Job) -> Application {
    Application {
        id: Uuid::nil(),
        job_id: job.id,
        candidate_id: turn.candidate.id,
        session_id: Some(turn.session.id),
        source: turn.session.source.clone(),
        status: crate::recruiting::ApplicationStatus::InProgress,
        jd_match_score: None,
        must_have_failed: false,
        must_have_unknown: job.has_must_haves(),
        question_set_version: job.question_set_version,
        answered: 0,
        total: i64::try_from(job.questions.len()).unwrap_or(i64::MAX),
        consented_at: None,
        submitted_at: None,
        opened_at: None,
        demo: turn.session.demo,
        created_at: turn.now,
        updated_at: turn.now,
    }
}
