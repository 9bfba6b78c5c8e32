//! What recruiters do: jobs, applications, actions, taking over.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::Chatbot;
use crate::access::Actor;
use crate::fault::Fault;
use crate::message::Outgoing;
use crate::orchestrator::ChatEvent;
use crate::recruiting::figures::Span;
use crate::recruiting::job_file::{JobFile, JobFileError, JobPatch, Prescreen};
use crate::recruiting::list::{ActivityFilter, ApplicationFilter, Page};
use crate::recruiting::view::ApplicationView;
use crate::recruiting::{Action, ActionStatus, Activity, CallGroup, CallSums, CallsBy, Candidate, Job, JobStatus, ModelFigures, Stats};
use crate::session::SessionError;
use crate::session::control::{Control, ControlStore, Who};
use crate::store::Put;
use crate::store::rows::Rows;

/// Why a job was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// A field is wrong; the error names it and an example.
    #[error(transparent)]
    Invalid(#[from] JobFileError),
    /// Another job has this slug.
    #[error("slug: `{0}` is another job's; choose another, for example `{0}-2`")]
    SlugTaken(String),
    /// There is no such job.
    #[error("no such job")]
    NotFound,
    /// The store is unavailable: nothing was written.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Chatbot {
    /// Makes a job with its questions as version 1.
    pub async fn create_job(&self, file: &JobFile, demo: bool) -> Result<Job, JobError> {
        file.validate()?;
        let ids = self.inner.store.ids();
        let job = file.to_job(ids.uuid(), self.now(), ids.as_ref(), demo);
        match self.inner.store.insert_job(job.clone()).await.map_err(Fault::from)? {
            Put::Done => Ok(job),
            Put::Conflict => Err(JobError::SlugTaken(job.slug)),
            Put::Absent => Err(JobError::NotFound),
        }
    }

    /// Changes a job's fields; its questions stay.
    pub async fn update_job(&self, id: Uuid, patch: &JobPatch) -> Result<Job, JobError> {
        let mut job = self.job(id).await?.ok_or(JobError::NotFound)?;
        patch.apply(&mut job, self.now())?;
        self.inner.store.update_job(job.clone()).await.map_err(Fault::from)?;
        Ok(job)
    }

    /// Puts a new version of the question set in place. Running applications keep the one they began with.
    pub async fn put_questions(&self, id: Uuid, prescreen: &Prescreen) -> Result<Job, JobError> {
        prescreen.validate()?;
        let ids = self.inner.store.ids();
        let mut job = self.job(id).await?.ok_or(JobError::NotFound)?;
        job.questions = prescreen.to_questions(ids.as_ref());
        job.on_must_have_fail = prescreen.on_must_have_fail;
        job.model_reading = prescreen.model_reading;
        job.updated_at = self.now();
        self.inner.store.put_questions(job).await.map_err(Fault::from)?.ok_or(JobError::NotFound)
    }

    /// A job with its newest questions.
    pub async fn job(&self, id: Uuid) -> Result<Option<Job>, Fault> {
        Ok(self.rows().await?.job(id, None).await?)
    }

    /// A job by its slug.
    pub async fn job_by_slug(&self, slug: &str) -> Result<Option<Job>, Fault> {
        Ok(self.rows().await?.job_by_slug(slug).await?)
    }

    /// Jobs, newest first.
    pub async fn jobs(&self, status: Option<JobStatus>, page: Page) -> Result<Vec<Job>, Fault> {
        Ok(self.rows().await?.jobs(status, page).await?)
    }

    /// Applications without their answers.
    pub async fn applications(&self, filter: &ApplicationFilter, page: Page) -> Result<Vec<ApplicationView>, Fault> {
        let mut rows = self.rows().await?;
        let list = rows.applications(filter, page).await?;
        let mut views = Vec::with_capacity(list.len());
        for application in list {
            let candidate = rows.candidate(application.candidate_id).await?;
            views.push(ApplicationView::row(&application, candidate.as_ref()));
        }
        Ok(views)
    }

    /// Ids of applications as the filter says, all of them and in its order, for reading a long list piece by piece.
    pub async fn application_ids(&self, filter: &ApplicationFilter) -> Result<Vec<Uuid>, Fault> {
        Ok(self.rows().await?.application_ids(filter).await?)
    }

    /// These applications with their answers and candidates, in this order; what is gone since is left out.
    pub async fn applications_by_id(&self, ids: &[Uuid]) -> Result<Vec<(ApplicationView, Candidate)>, Fault> {
        let mut rows = self.rows().await?;
        let mut jobs: HashMap<(Uuid, i64), Job> = HashMap::new();
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(application) = rows.application(*id).await? else { continue };
            let Some(candidate) = rows.candidate(application.candidate_id).await? else { continue };
            let key = (application.job_id, application.question_set_version);
            let job = match jobs.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => match rows.job(key.0, Some(key.1)).await? {
                    Some(job) => place.insert(job),
                    None => continue,
                },
            };
            let answers = rows.answers(*id).await?;
            found.push((ApplicationView::new(&application, job, &answers, Some(&candidate)), candidate));
        }
        Ok(found)
    }

    /// An application with every answer. `opened_by`: the person who reads it, noted once.
    pub async fn application(&self, id: Uuid, opened_by: Option<&Actor>) -> Result<Option<ApplicationView>, Fault> {
        let mut rows = self.rows().await?;
        let Some(application) = rows.application(id).await? else { return Ok(None) };
        let Some(job) = rows.job(application.job_id, Some(application.question_set_version)).await? else { return Ok(None) };
        let answers = rows.answers(id).await?;
        let candidate = rows.candidate(application.candidate_id).await?;
        drop(rows);
        if let (Some(actor), None) = (opened_by, application.opened_at) {
            self.inner.store.note_opened(id, actor.name.clone()).await?;
        }
        Ok(Some(ApplicationView::new(&application, &job, &answers, candidate.as_ref())))
    }

    /// A candidate.
    pub async fn candidate(&self, id: Uuid) -> Result<Option<Candidate>, Fault> {
        Ok(self.rows().await?.candidate(id).await?)
    }

    /// Actions, newest first.
    pub async fn actions(&self, status: Option<ActionStatus>, session_id: Option<Uuid>, page: Page) -> Result<Vec<Action>, Fault> {
        Ok(self.rows().await?.actions(status, session_id, page).await?)
    }

    /// Marks an action as dealt with. Doing so again changes nothing.
    pub async fn resolve_action(&self, id: Uuid, by: &Actor, note: Option<&str>) -> Result<Option<Action>, Fault> {
        Ok(self.inner.store.resolve_action(id, by.name.clone(), note.map(str::to_owned)).await?)
    }

    /// The activity log, newest first.
    pub async fn activity(&self, filter: &ActivityFilter, page: Page) -> Result<Vec<Activity>, Fault> {
        Ok(self.rows().await?.activity(filter, page).await?)
    }

    /// A session's events, oldest first.
    pub async fn events_of(&self, session_id: Uuid) -> Result<Vec<ChatEvent>, Fault> {
        Ok(self.rows().await?.events(session_id).await?)
    }

    /// The dashboard's figures.
    pub async fn stats(&self) -> Result<Stats, Fault> {
        let now = self.inner.store.now().await?;
        let models = model_figures(self.rows().await?.as_mut(), now).await?;
        Ok(Stats { models, ..self.stats_without_models().await? })
    }

    /// The same without `models`: for whoever asks for those of a span.
    pub async fn stats_without_models(&self) -> Result<Stats, Fault> {
        let now = self.inner.store.now().await?;
        let mut rows = self.rows().await?;
        let messages_processed = rows.messages_processed().await?;
        Ok(Stats { messages_processed, ..rows.stats(now).await? })
    }

    /// What models took in a span, by slot, provider and model, the dearest first.
    pub async fn model_usage(&self, span: Span) -> Result<Vec<CallGroup>, Fault> {
        let by = span.job_id.map_or(CallsBy::Slot, CallsBy::SlotOfJob);
        Ok(self.rows().await?.model_calls_by(by, span.since, i64::MAX).await?)
    }

    /// The dashboard's figures without `messages_processed`, which has the whole inbox counted: for whoever asks often.
    pub async fn figures(&self) -> Result<Stats, Fault> {
        let now = self.inner.store.now().await?;
        Ok(self.rows().await?.stats(now).await?)
    }

    /// Sessions with work due.
    pub async fn queue_length(&self) -> Result<i64, Fault> {
        let now = self.inner.store.now().await?;
        Ok(self.rows().await?.queue_length(now).await?)
    }

    /// Gives a conversation to a person: from the commit on no new bot reply starts. Repeating it reports `in_flight` anew.
    pub async fn takeover(&self, session_id: Uuid, by: &Actor) -> Result<Control, SessionError> {
        let control = ControlStore::takeover(&self.inner.store, session_id, who(by), self.notice("takeover_notice", by)).await?;
        self.inner.worker.cancel(session_id);
        self.after_control(session_id);
        Ok(control)
    }

    /// Gives a conversation back to the bot, which repeats the pending question.
    pub async fn release(&self, session_id: Uuid, by: &Actor) -> Result<Control, SessionError> {
        let control = ControlStore::release(&self.inner.store, session_id, who(by), self.notice("release_notice", by)).await?;
        self.inner.worker.cancel(session_id);
        self.after_control(session_id);
        Ok(control)
    }

    fn after_control(&self, session_id: Uuid) {
        self.push_to_web(session_id);
        self.inner.wake.wake(session_id);
        self.inner.wake.signal(crate::wake::Signal::Outbox);
        self.inner.wake.signal(crate::wake::Signal::Events);
    }

    fn notice(&self, template: &str, by: &Actor) -> Outgoing {
        self.inner.templates.say(template, json!({"name": by.name}))
    }
}

pub(super) fn who(actor: &Actor) -> Who {
    Who { user_id: actor.user_id, name: actor.name.clone() }
}

/// The accounts of the last thirty days.
async fn model_figures(rows: &mut dyn Rows, now: DateTime<Utc>) -> Result<ModelFigures, Fault> {
    const MOST: i64 = 50;
    let since = now - chrono::Duration::days(30);
    let slots = rows.model_calls_by(CallsBy::Slot, since, i64::MAX).await?;
    Ok(ModelFigures {
        total: slots.iter().fold(CallSums::default(), |sums, group| sums.and(group.sums)),
        jobs: rows.model_calls_by(CallsBy::Job, since, MOST).await?,
        sessions: rows.model_calls_by(CallsBy::Session, since, MOST).await?,
        slots,
    })
}
