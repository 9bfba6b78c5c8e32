//! What recruiters watch conversations from: each with its person, job, control and last words.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::Chatbot;
use crate::fault::Fault;
use crate::message::Sender;
use crate::recruiting::list::{Page, SessionFilter};
use crate::recruiting::{ActionType, Candidate};
use crate::session::Session;
use crate::store::rows::Rows;

/// How much of the last message is shown.
const PREVIEW: usize = 140;

/// A conversation as it is listed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SessionView {
    /// Its id.
    pub id: Uuid,
    /// `web`, `telegram`, …
    pub platform: String,
    /// Who, in our records.
    pub candidate_id: Option<Uuid>,
    /// What they are called, if known.
    pub candidate_name: Option<String>,
    /// The application it is about.
    pub application_id: Option<Uuid>,
    /// For which job.
    pub job: Option<JobName>,
    /// False while a person has taken over.
    pub automation_enabled: bool,
    /// Why it waits for a person: types of the open actions that escalate; empty: it doesn't.
    pub waiting: Vec<ActionType>,
    /// BCP 47 tag.
    pub locale: String,
    /// Where the link was found.
    pub source: Option<String>,
    /// The newest message, shortened.
    pub last_message: Option<LastMessage>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When the candidate or a recruiter last wrote.
    pub last_entry_at: DateTime<Utc>,
    /// When it was closed; none: it is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// The session that continues it, if it expired.
    pub successor_id: Option<Uuid>,
}

/// A job by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JobName {
    /// Its id.
    pub id: Uuid,
    /// Its name in links.
    pub slug: String,
    /// What it is called.
    pub title: String,
}

/// The newest message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LastMessage {
    /// Its number.
    pub seq: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// Its first words, on one line.
    pub preview: String,
    /// When.
    pub sent_at: DateTime<Utc>,
}

impl Chatbot {
    /// Conversations as the filter says, the newest entry first.
    pub async fn session_views(&self, filter: &SessionFilter, page: Page) -> Result<Vec<SessionView>, Fault> {
        let mut rows = self.rows().await?;
        let sessions = rows.sessions(filter, page).await?;
        let mut views = Vec::with_capacity(sessions.len());
        for session in sessions {
            views.push(view(rows.as_mut(), session).await?);
        }
        Ok(views)
    }

    /// A conversation.
    pub async fn session_view(&self, id: Uuid) -> Result<Option<SessionView>, Fault> {
        let mut rows = self.rows().await?;
        match rows.session(id).await? {
            Some(session) => Ok(Some(view(rows.as_mut(), session).await?)),
            None => Ok(None),
        }
    }
}

pub(super) async fn view(rows: &mut dyn Rows, session: Session) -> Result<SessionView, Fault> {
    let candidate: Option<Candidate> = match session.candidate_id {
        Some(id) => rows.candidate(id).await?,
        None => None,
    };
    let application = match session.application_id {
        Some(id) => rows.application(id).await?,
        None => None,
    };
    let job = match &application {
        Some(application) => rows.job(application.job_id, None).await?.map(|j| JobName { id: j.id, slug: j.slug, title: j.title }),
        None => None,
    };
    let mut waiting: Vec<ActionType> = Vec::new();
    for action in rows.open_actions(Some(session.id), session.application_id).await? {
        if action.session_id == Some(session.id) && action.action_type.escalates() && !waiting.contains(&action.action_type) {
            waiting.push(action.action_type);
        }
    }
    let last = rows.last_messages(session.id, session.last_seq, 1).await?.pop();
    let last_message = last.map(|m| LastMessage { seq: m.seq, sender: m.sender, preview: preview(&m.content), sent_at: m.sent_at });
    Ok(SessionView {
        id: session.id,
        platform: session.platform,
        candidate_id: session.candidate_id,
        candidate_name: candidate.and_then(|c| c.name),
        application_id: session.application_id,
        job,
        automation_enabled: session.automation_enabled,
        waiting,
        locale: session.locale,
        source: session.source,
        last_message,
        opened_at: session.opened_at,
        last_entry_at: session.last_entry_at,
        closed_at: session.closed_at,
        successor_id: session.successor_id,
    })
}

pub(super) fn preview(content: &str) -> String {
    let line = content.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= PREVIEW { line } else { line.chars().take(PREVIEW - 1).chain(['…']).collect() }
}
