//! A job's conversation before there is one: the same engine in a memory of its own. Nothing of it is kept or sent.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{BuildError, Chatbot, JobError};
use crate::clock::RandomIds;
use crate::fault::Fault;
use crate::message::{ChatMessage, EntryKind, InboxEntry, Person};
use crate::orchestrator::{ChatEvent, EventSink, SinkError};
use crate::prescreen::PrescreenEngine;
use crate::recruiting::job_file::JobFile;
use crate::recruiting::view::ApplicationView;
use crate::session::{OpenSession, SessionError};
use crate::skill::Skill;
use crate::store::MemoryStore;

/// Messages that are shown at most.
const MOST: i64 = 500;

/// What a candidate would say, in turn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The words, or the pressed button's label.
    pub content: String,
    /// The pressed button's value.
    #[serde(default)]
    pub button: Option<String>,
}

/// How it went.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Rehearsal {
    /// All that was said, as a candidate sees it.
    pub messages: Vec<ChatMessage>,
    /// What came of the application: points, and why.
    pub application: Option<ApplicationView>,
}

/// Why a job can't be rehearsed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// The job file couldn't be put in place.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A line is one that no candidate could send.
    #[error(transparent)]
    Line(#[from] SessionError),
    /// The rehearsing chatbot can't be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The store in memory failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a rehearsal takes over from the chatbot it is one of.
pub(super) struct Cast {
    pub(super) prescreen: Option<Arc<dyn PrescreenEngine>>,
    /// The host's own.
    pub(super) skills: Vec<Arc<dyn Skill>>,
}

/// Nobody is told of what never happened.
struct Nobody;

#[async_trait]
impl EventSink for Nobody {
    async fn deliver(&self, _event: &ChatEvent) -> Result<(), SinkError> {
        Ok(())
    }
}

impl Chatbot {
    /// Plays a job's conversation from its opening through these lines, by the same skills, questions and texts, without
    /// a model. It happens in memory and is forgotten: no row is written, no event told, no channel used.
    pub async fn rehearse(&self, file: &JobFile, lines: &[Line]) -> Result<Rehearsal, RehearsalError> {
        let stage = self.stage()?;
        let job = stage.create_job(file, false).await?;
        let person = Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() };
        let session = stage.open_session(OpenSession::new(person)).await?.session.id;
        stage.drain().await?;
        for line in lines {
            let mut entry = InboxEntry::text(session, line.content.clone());
            if let Some(value) = &line.button {
                entry.kind = EntryKind::Button;
                entry.content_format = "button".into();
                entry.metadata = json!({ "button": value });
            }
            match stage.save_incoming_message(entry).await {
                // The line before has ended it: "delete my data", say.
                Err(SessionError::Expired | SessionError::NotFound(_)) => break,
                other => drop(other?),
            }
            stage.drain().await?;
        }
        let messages = stage.history(session, 0, MOST).await?;
        let application = match stage.session(session).await?.and_then(|s| s.application_id) {
            Some(id) => stage.application(id, None).await?,
            None => None,
        };
        Ok(Rehearsal { messages, application })
    }

    /// A chatbot like this one over an empty store in memory, without channels, models and sinks.
    fn stage(&self) -> Result<Self, BuildError> {
        let inner = &self.inner;
        let mut builder = Self::builder(MemoryStore::with(Arc::clone(&inner.clock), Arc::new(RandomIds)))
            .clock(Arc::clone(&inner.clock))
            .settings(inner.settings.clone())
            .templates(inner.templates.clone())
            .events(Nobody);
        builder.take_cast(&inner.cast);
        builder.build()
    }
}
