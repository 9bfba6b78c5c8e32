//! What a decision asks for.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::access::User;
use crate::message::Outgoing;
use crate::orchestrator::EventKind;
use crate::privacy::ConsentKind;
use crate::recruiting::{ActionType, Answer, Application, ApplicationStatus, JobFile, Profile};
use crate::session::{ContextPatch, TimerKind};

/// All that a turn wants to be true after it. Empty: nothing.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Effects {
    /// What the bot says, in parts; joined into one channel message at commit.
    pub messages: Vec<Outgoing>,
    /// Notices with sender `system`.
    pub notices: Vec<Outgoing>,
    /// Keys to set in the session's context; null removes a key.
    pub context: Map<String, Value>,
    /// Answers to write, one a question; the newest stands.
    pub answers: Vec<Answer>,
    /// What changes on the application.
    pub application: ApplicationPatch,
    /// Opens an application, when the job was chosen in the conversation.
    pub open_application: Option<OpenApplication>,
    /// What changes on the candidate.
    pub candidate: CandidatePatch,
    /// What was read from a resume; stored at once, unconfirmed.
    pub profile: Option<ReadProfile>,
    /// Consents given or refused.
    pub consents: Vec<NewConsent>,
    /// Actions to file.
    pub actions: Vec<NewAction>,
    /// Open actions of this type about this question that are settled by what was said.
    pub resolve_actions: Vec<(ActionType, Option<Uuid>)>,
    /// Lines for the activity log.
    pub activity: Vec<NewActivity>,
    /// Events for the systems around.
    pub events: Vec<NewEvent>,
    /// Timers to set (`Some`) or clear (`None`).
    pub timers: BTreeMap<TimerKind, Option<DateTime<Utc>>>,
    /// The candidate's language, when it changed.
    pub locale: Option<String>,
    /// The candidate took the offered bot back: control returns to it with this commit.
    pub release: bool,
    /// Links this chat account to a user, using up the code.
    pub link_staff: Option<LinkStaff>,
    /// Ends the link of this chat account.
    pub unlink_staff: bool,
    /// Makes a job.
    pub create_job: Option<Box<CreateJob>>,
    /// Closes the session.
    pub close: bool,
    /// Erases the candidate with everything held about them, on all channels. Only what `messages` and `notices` say
    /// is kept, in a session that names nobody, until it has arrived or a day is over.
    pub erase: bool,
    /// The words behind the `text_version`s of `consents`, by version: kept once each.
    pub consent_texts: BTreeMap<String, String>,
    /// Deletes the session, its candidate and application: nobody agreed to their being kept.
    pub purge: bool,
}

/// Fields of `applications` to set; `None` leaves a field alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ApplicationPatch {
    /// Where it stands.
    pub status: Option<ApplicationStatus>,
    /// The score (`Some(None)`: nothing is scored any more).
    pub jd_match_score: Option<Option<f64>>,
    /// Whether a must-have failed.
    pub must_have_failed: Option<bool>,
    /// Whether a must-have is skipped, unread or not scored.
    pub must_have_unknown: Option<bool>,
    /// Questions answered or skipped.
    pub answered: Option<i64>,
    /// When the candidate agreed.
    pub consented_at: Option<DateTime<Utc>>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
}

/// An application to open for the session's candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenApplication {
    /// For which job.
    pub job_id: Uuid,
}

/// A chat account becomes a user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStaff {
    /// The code's token, which is used up in the same transaction.
    pub token_id: Uuid,
    /// Whose.
    pub user: User,
}

/// A job to make, as its file; the commit gives it a slug that is free.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateJob {
    /// What it is; checked.
    pub file: JobFile,
    /// By which user.
    pub by: Uuid,
}

impl CreateJob {
    /// Stands for the slug in what the turn says; the commit, which alone knows the slug, puts it in.
    pub const SLUG: &'static str = "\u{e000}slug\u{e001}";
}

/// Fields of `candidates` to set or add to; each with its source `candidate` unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CandidatePatch {
    /// Sets the name.
    pub name: Option<String>,
    /// Puts an address first.
    pub email: Option<String>,
    /// Puts a number first.
    pub phone: Option<String>,
    /// When they agreed.
    pub consented_at: Option<DateTime<Utc>>,
    /// `Some(None)` opts in again.
    pub opted_out_at: Option<Option<DateTime<Utc>>>,
    /// Where name, email, phone came from; `candidate` where absent.
    pub source: Option<String>,
    /// Fields that were read from a resume and are now confirmed by the candidate.
    pub confirmed: Vec<String>,
    /// Fields that were read from a resume and are wrong: emptied, unless somebody has confirmed them since.
    pub denied: Vec<String>,
}

/// A profile, and which file it was read from (none: pasted words).
#[derive(Debug, Clone, PartialEq)]
pub struct ReadProfile {
    /// The file.
    pub file_id: Option<Uuid>,
    /// What it says.
    pub profile: Profile,
}

/// A consent decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsent {
    /// To what.
    pub kind: ConsentKind,
    /// Given or refused.
    pub given: bool,
    /// Which text they saw.
    pub text_version: String,
}

/// An action for a person. Filed once per type and question: while one is open, another of the same is not filed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAction {
    /// Why.
    pub action_type: ActionType,
    /// About which question.
    pub question_id: Option<Uuid>,
    /// What a person needs to know.
    pub payload: Value,
}

/// A line of the activity log. `actor_type` is `bot` unless the candidate or a person did it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewActivity {
    /// What happened.
    pub activity_type: String,
    /// `candidate`, `bot`, `recruiter`, `system`.
    pub actor_type: String,
    /// What is needed to understand it.
    pub detail: Value,
}

/// An event. Its payload is completed at commit with application, contact and answers as committed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// What the sender adds of its own.
    pub payload: Value,
}

impl Effects {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says something (the plan's `save_bot_message`, inside a turn).
    pub fn save_bot_message(&mut self, message: Outgoing) -> &mut Self {
        self.messages.push(message);
        self
    }

    /// Remembers something for later turns (the plan's `update_session_context`, inside a turn).
    pub fn remember(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        self.context.insert(key.to_owned(), value.into());
        self
    }

    /// Forgets a key of the context.
    pub fn forget(&mut self, key: &str) -> &mut Self {
        self.context.insert(key.to_owned(), Value::Null);
        self
    }

    /// Takes up what a session manager wants remembered.
    pub fn absorb(&mut self, patch: ContextPatch) -> &mut Self {
        self.context.extend(patch.0);
        self
    }

    /// Writes a line into the activity log.
    pub fn log(&mut self, activity_type: &str, actor_type: &str, detail: Value) -> &mut Self {
        self.activity.push(NewActivity { activity_type: activity_type.into(), actor_type: actor_type.into(), detail });
        self
    }

    /// Files an action.
    pub fn file_action(&mut self, action_type: ActionType, question_id: Option<Uuid>, payload: Value) -> &mut Self {
        self.actions.push(NewAction { action_type, question_id, payload });
        self
    }

    /// Sends an event.
    pub fn emit(&mut self, kind: EventKind, payload: Value) -> &mut Self {
        self.events.push(NewEvent { kind, payload });
        self
    }

    /// Sets a timer.
    pub fn set_timer(&mut self, kind: TimerKind, due: DateTime<Utc>) -> &mut Self {
        self.timers.insert(kind, Some(due));
        self
    }

    /// Clears a timer.
    pub fn clear_timer(&mut self, kind: TimerKind) -> &mut Self {
        self.timers.insert(kind, None);
        self
    }

    /// Adds what another decision asks for, after what this one does.
    pub fn extend(&mut self, other: Self) {
        self.messages.extend(other.messages);
        self.notices.extend(other.notices);
        self.context.extend(other.context);
        for answer in other.answers {
            self.answers.retain(|a| a.question_id != answer.question_id);
            self.answers.push(answer);
        }
        self.application.merge(other.application);
        self.open_application = other.open_application.or(self.open_application.take());
        self.candidate.merge(other.candidate);
        self.profile = other.profile.or(self.profile.take());
        self.consents.extend(other.consents);
        // An action settled later in the turn must not be filed, nor one filed later be settled.
        for (kind, question) in &other.resolve_actions {
            self.actions.retain(|a| a.action_type != *kind || a.question_id != *question);
        }
        self.resolve_actions.extend(other.resolve_actions);
        self.actions.extend(other.actions);
        self.activity.extend(other.activity);
        self.events.extend(other.events);
        self.timers.extend(other.timers);
        self.locale = other.locale.or(self.locale.take());
        self.release |= other.release;
        self.link_staff = other.link_staff.or(self.link_staff.take());
        self.unlink_staff |= other.unlink_staff;
        self.create_job = other.create_job.or(self.create_job.take());
        self.close |= other.close;
        self.purge |= other.purge;
        self.erase |= other.erase;
        self.consent_texts.extend(other.consent_texts);
    }
}

impl ApplicationPatch {
    /// Writes what is set into an application. A status that a person set yields to the candidate's withdrawing alone.
    pub fn apply_to(&self, application: &mut Application) {
        // Who withdrew and applies again has submitted nothing yet.
        if application.status == ApplicationStatus::Withdrawn && self.status == Some(ApplicationStatus::InProgress) {
            application.submitted_at = None;
        }
        // Where a person has put it, it stays: an interview that goes on all the same moves nothing.
        application.status =
            self.status.filter(|to| !application.status.is_decided() || *to == ApplicationStatus::Withdrawn).unwrap_or(application.status);
        application.jd_match_score = self.jd_match_score.unwrap_or(application.jd_match_score);
        application.must_have_failed = self.must_have_failed.unwrap_or(application.must_have_failed);
        application.must_have_unknown = self.must_have_unknown.unwrap_or(application.must_have_unknown);
        application.answered = self.answered.unwrap_or(application.answered);
        application.consented_at = self.consented_at.or(application.consented_at);
        application.submitted_at = self.submitted_at.or(application.submitted_at);
    }

    /// The other's fields, where set, win.
    pub fn merge(&mut self, other: Self) {
        self.status = other.status.or(self.status);
        self.jd_match_score = other.jd_match_score.or(self.jd_match_score);
        self.must_have_failed = other.must_have_failed.or(self.must_have_failed);
        self.must_have_unknown = other.must_have_unknown.or(self.must_have_unknown);
        self.answered = other.answered.or(self.answered);
        self.consented_at = other.consented_at.or(self.consented_at);
        self.submitted_at = other.submitted_at.or(self.submitted_at);
    }
}

impl CandidatePatch {
    /// The other's fields, where set, win.
    pub fn merge(&mut self, other: Self) {
        self.name = other.name.or(self.name.take());
        self.email = other.email.or(self.email.take());
        self.phone = other.phone.or(self.phone.take());
        self.consented_at = other.consented_at.or(self.consented_at);
        self.opted_out_at = other.opted_out_at.or(self.opted_out_at);
        self.source = other.source.or(self.source.take());
        self.confirmed.extend(other.confirmed);
        self.denied.extend(other.denied);
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
