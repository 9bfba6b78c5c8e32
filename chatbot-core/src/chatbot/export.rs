//! Everything held about a person, as one document.
//!
//! A test reads the schema and fails when a table that names a person is missing here: what can be erased can be
//! exported. Left out on purpose are `seen` (keyed hashes, and nothing else) and the columns that only say which
//! process holds a row.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Chatbot;
use crate::fault::Fault;
use crate::files::StoredFile;
use crate::message::{ChatMessage, Delivery};
use crate::orchestrator::ChatEvent;
use crate::privacy::Consent;
use crate::provider::calls::Call;
use crate::recruiting::view::{AnswerView, ApplicationView};
use crate::recruiting::{Action, Activity, Application, Candidate};
use crate::session::Session;
use crate::store::rows::Rows;
use crate::turn::Entry;

/// Bytes of files that one document holds at most, before base64. What lies beyond is named with its hash, and read by
/// `GET /files/{id}`.
pub const INLINE_FILE_BYTES: i64 = 25 * 1024 * 1024;
/// Messages read at once.
const MANY: i64 = 500;
const STATES: [Delivery; 6] =
    [Delivery::Ready, Delivery::Sending, Delivery::Sent, Delivery::Failed, Delivery::Cancelled, Delivery::Unknown];

/// Everything held about one person.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Export {
    /// `chatbot-export/1`: changes when a reader of the document would have to.
    pub format: &'static str,
    /// When it was made.
    pub exported_at: DateTime<Utc>,
    /// Days after the last word of anybody that all of this is kept.
    pub retention_days: i64,
    /// Who they are to us.
    pub candidate: Candidate,
    /// What they agreed to and refused, with the words they saw.
    pub consents: Vec<ExportedConsent>,
    /// Every conversation, closed ones too.
    pub sessions: Vec<ExportedSession>,
    /// Every application with its answers and how each was scored.
    pub applications: Vec<ExportedApplication>,
    /// Every file.
    pub files: Vec<ExportedFile>,
    /// What a person was asked to look at.
    pub actions: Vec<Action>,
    /// What happened, line by line.
    pub activity: Vec<Activity>,
    /// What other systems were told.
    pub events: Vec<ChatEvent>,
    /// Which models were asked in their conversations, and what that took; no words.
    pub model_calls: Vec<Call>,
}

/// A decision with its words.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportedConsent {
    /// The decision.
    #[serde(flatten)]
    pub consent: Consent,
    /// The text of that version; null if it was given before texts were kept.
    pub text: Option<String>,
}

/// A conversation.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportedSession {
    /// Its id.
    pub id: Uuid,
    /// Where it took place.
    pub platform: String,
    /// Our account there.
    pub account: String,
    /// The person there.
    pub platform_user_id: String,
    /// The application worked on.
    pub application_id: Option<Uuid>,
    /// The language.
    pub locale: String,
    /// Where the link was found.
    pub source: Option<String>,
    /// Whether the bot speaks, or a person took over.
    pub automation_enabled: bool,
    /// What the bot remembers of where the conversation stands.
    pub context: Map<String, Value>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When anybody last wrote.
    pub last_entry_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Every word said, by anyone.
    pub messages: Vec<ChatMessage>,
    /// What came in, as it came in.
    pub inbox: Vec<Entry>,
    /// What went out by a channel, and how that stands.
    pub outbox: Vec<ExportedOutbox>,
    /// What is to happen later, by kind.
    pub timers: BTreeMap<&'static str, DateTime<Utc>>,
}

/// A message on its way; its words stand among the messages.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportedOutbox {
    /// Which message.
    pub message_id: Uuid,
    /// To whom.
    pub recipient: String,
    /// Where it stands.
    pub state: Delivery,
    /// Tries so far.
    pub attempts: i64,
    /// The channel's id of it.
    pub provider_ref: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it came to rest.
    pub settled_at: Option<DateTime<Utc>>,
}

/// An application.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportedApplication {
    /// The application.
    #[serde(flatten)]
    pub application: Application,
    /// The job: id, slug, title, employer.
    pub job: Value,
    /// Each answer: the words, the value read from them, the points and the sentence that explains these.
    pub answers: Vec<AnswerView>,
}

/// A file.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExportedFile {
    /// Name, type, size, hash.
    #[serde(flatten)]
    pub file: StoredFile,
    /// Its bytes; null beyond [`INLINE_FILE_BYTES`] in all.
    pub base64: Option<String>,
}

impl Chatbot {
    /// Everything held about a candidate; `None`: there is no such candidate.
    pub async fn export_candidate(&self, id: Uuid) -> Result<Option<Export>, Fault> {
        let mut rows = self.rows().await?;
        let Some(candidate) = rows.candidate(id).await? else { return Ok(None) };
        let mut sessions = Vec::new();
        for session_id in rows.sessions_of_candidate(id).await? {
            if let Some(session) = rows.session(session_id).await? {
                sessions.push(conversation(rows.as_mut(), session).await?);
            }
        }
        let mut applications = Vec::new();
        for application in rows.applications_of_candidate(id).await? {
            applications.push(applied(rows.as_mut(), application).await?);
        }
        let mut consents = Vec::new();
        for consent in rows.consents(id).await? {
            let text = rows.consent_text(&consent.text_version).await?;
            consents.push(ExportedConsent { consent, text });
        }
        let mut files = Vec::new();
        let mut room = INLINE_FILE_BYTES;
        for file in rows.files_of_candidate(id).await? {
            let fits = file.size <= room;
            let base64 = if fits { rows.file_bytes(file.id).await?.map(|bytes| STANDARD.encode(bytes)) } else { None };
            room -= if fits { file.size } else { 0 };
            files.push(ExportedFile { file, base64 });
        }
        Ok(Some(Export {
            format: "chatbot-export/1",
            exported_at: self.now(),
            retention_days: self.inner.settings.retention_days,
            candidate,
            consents,
            sessions,
            applications,
            files,
            actions: rows.actions_of_candidate(id).await?,
            activity: rows.activity_of_candidate(id).await?,
            events: rows.events_of_candidate(id).await?,
            model_calls: rows.model_calls_of_candidate(id).await?,
        }))
    }

    /// Everything held about the person of a session, for themselves.
    pub async fn export_session(&self, session_id: Uuid) -> Result<Option<Export>, Fault> {
        match self.session(session_id).await?.and_then(|s| s.candidate_id) {
            Some(candidate) => self.export_candidate(candidate).await,
            None => Ok(None),
        }
    }
}

async fn conversation(rows: &mut dyn Rows, session: Session) -> Result<ExportedSession, Fault> {
    let mut messages: Vec<ChatMessage> = Vec::new();
    loop {
        let after = messages.last().map_or(0, |m| m.seq);
        let more = rows.messages(session.id, after, MANY).await?;
        if more.is_empty() {
            break;
        }
        messages.extend(more);
    }
    let mut outbox = Vec::new();
    for state in STATES {
        outbox.extend(rows.outbox_of_session(session.id, state).await?.into_iter().map(|row| ExportedOutbox {
            message_id: row.message_id,
            recipient: row.recipient,
            state: row.state,
            attempts: row.attempts,
            provider_ref: row.provider_ref,
            error: row.error,
            created_at: row.created_at,
            settled_at: row.settled_at,
        }));
    }
    outbox.sort_by_key(|row| row.created_at);
    Ok(ExportedSession {
        inbox: rows.inbound(session.id, -1, i64::MAX).await?,
        timers: rows.timers(session.id).await?.into_iter().map(|t| (t.kind.as_str(), t.due)).collect(),
        messages,
        outbox,
        id: session.id,
        platform: session.platform,
        account: session.account,
        platform_user_id: session.platform_user_id,
        application_id: session.application_id,
        locale: session.locale,
        source: session.source,
        automation_enabled: session.automation_enabled,
        context: session.context,
        opened_at: session.opened_at,
        last_entry_at: session.last_entry_at,
        closed_at: session.closed_at,
    })
}

async fn applied(rows: &mut dyn Rows, application: Application) -> Result<ExportedApplication, Fault> {
    let answers = rows.answers(application.id).await?;
    let job = rows.job(application.job_id, Some(application.question_set_version)).await?;
    let receipts = job.as_ref().map(|job| ApplicationView::new(&application, job, &answers, None).answers).unwrap_or_default();
    let job = job.map_or(Value::Null, |j| json!({"id": j.id, "slug": j.slug, "title": j.title, "employer": j.employer}));
    Ok(ExportedApplication { application, job, answers: receipts })
}
