//! Opening sessions and what a turn remembers: `SessionManager`, replaceable above the store.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::Duration;
use secrecy::SecretString;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Session;
use crate::message::Person;

/// A wish to talk.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct OpenSession {
    /// Who, where, and for which job.
    pub person: Person,
    /// The application to go on with, when a recruiter or a host names one.
    pub application_id: Option<Uuid>,
    /// Whether the candidate gets a bearer token (web).
    pub with_token: bool,
    /// The token of an earlier session (web): its open session is given again, an expired one's successor is opened.
    pub token: Option<SecretString>,
    /// Whether this is part of the demo.
    pub demo: bool,
    /// The person of the employer's who opens it, by name. They can't open one with somebody who has opted out.
    pub opened_by: Option<String>,
}

impl OpenSession {
    /// For this person.
    pub fn new(person: Person) -> Self {
        Self { person, ..Self::default() }
    }
}

/// An open session.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The session.
    pub session: Session,
    /// False if it was there already.
    pub created: bool,
    /// The candidate's bearer token, shown once.
    pub token: Option<SecretString>,
}

/// Why a session was not opened or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// There is no such session, job or application (or it is not theirs to know).
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The job takes no applications now.
    #[error("the job is closed")]
    JobClosed,
    /// The session's idle time ran out; open a successor.
    #[error("the session has expired")]
    Expired,
    /// The same `client_message_id` came before with another body.
    #[error("this client_message_id was used for another message")]
    BodyDiffers,
    /// The candidate opted out; nobody may write to them.
    #[error("the candidate has opted out of messages")]
    OptedOut,
    /// The account that was named is another candidate's in our records; name the application of theirs.
    #[error("this account belongs to another candidate")]
    OtherPerson,
    /// The store is unavailable: nothing was written.
    #[error(transparent)]
    Store(#[from] crate::fault::Fault),
}

/// Keys to set in a session's context; null removes a key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContextPatch(pub Map<String, Value>);

/// Finds and opens sessions. The default, [`StoredSessions`], keeps them in the store; a host may wrap it.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait SessionManager: Send + Sync {
    /// The person's open session, or a new one; the opening itself is an inbox entry, so the bot speaks first.
    async fn get_or_create_session(&self, wish: OpenSession) -> Result<Opened, SessionError>;

    /// What to remember about a session. Nothing is written here: inside a turn the patch becomes part of the
    /// turn's effects (`Effects::absorb`), and is committed with them.
    fn update_session_context(&self, session: &Session, patch: Map<String, Value>) -> ContextPatch;
}

/// What opening needs of a store.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Finds or opens, with candidate and (with a job known) application, and appends the opening, in one transaction.
    async fn open(&self, wish: OpenSession, ttl: Duration) -> Result<Opened, SessionError>;
    /// A session.
    async fn session(&self, id: Uuid) -> Result<Option<Session>, SessionError>;
    /// The session this bearer token opens.
    async fn session_by_token(&self, bearer: &str) -> Result<Option<Session>, SessionError>;
}

/// The default: sessions as rows of the store.
#[derive(Clone)]
pub struct StoredSessions {
    store: Arc<dyn SessionStore>,
    ttl: Duration,
}

impl StoredSessions {
    /// Sessions of this store, closed after `ttl` without an entry.
    pub fn new(store: Arc<dyn SessionStore>, ttl: Duration) -> Self {
        Self { store, ttl }
    }
}

#[async_trait]
impl SessionManager for StoredSessions {
    async fn get_or_create_session(&self, wish: OpenSession) -> Result<Opened, SessionError> {
        self.store.open(wish, self.ttl).await
    }

    fn update_session_context(&self, session: &Session, patch: Map<String, Value>) -> ContextPatch {
        // What stands already need not be written again.
        ContextPatch(patch.into_iter().filter(|(key, value)| session.context.get(key) != Some(value)).collect())
    }
}
