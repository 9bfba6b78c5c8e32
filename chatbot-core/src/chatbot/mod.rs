//! What an embedder holds: the engine, put together from its parts.
//!
//! [`Chatbot::builder`] takes a store and, where wanted, skills, channels, providers, an event sink, a clock.
//! [`Chatbot::run`] starts workers and delivery on the host's runtime and returns after a clean shutdown.

mod access;
mod accounts;
mod builder;
mod candidate_side;
mod channels;
mod decisions;
mod desk;
mod export;
mod figures;
mod live;
mod matching;
mod notices;
mod ops;
mod privacy;
mod recruiter_side;
mod rehearsal;
mod run;
mod sign_ins;
mod verify;
mod watch;
mod what_if;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::accounts::Accounts;
use crate::clock::Clock;
use crate::inbox::Inbox;
use crate::orchestrator::EventSink;
use crate::outbox::deliver::Deliverer;
use crate::provider::ProviderManager;
use crate::session::SessionManager;
use crate::store::Store;
use crate::template::Templates;
use crate::wake::{Drafts, Wake};
use crate::worker::{Processor, Worker};

pub use access::{LinkCode, UserError};
pub use builder::{BuildError, ChatbotBuilder, Settings};
pub use candidate_side::FileError;
pub use decisions::DecisionError;
pub use desk::{Colleague, Conversation, Desk, DeskEvents, Found, MergeError, SamePerson};
pub use export::{Export, ExportedApplication, ExportedConsent, ExportedFile, ExportedOutbox, ExportedSession, INLINE_FILE_BYTES};
pub use live::{LiveEvent, LiveEvents};
pub use matching::{CandidateMatch, JobMatch, Ranked};
pub use ops::Migrations;
pub use recruiter_side::JobError;
pub use rehearsal::{Line, Rehearsal, RehearsalError};
pub use verify::{Check, Finding, Verification};
pub use watch::{JobName, LastMessage, SessionView};
pub use what_if::{WhatIf, WhatIfRow};

/// A chatbot. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Chatbot {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: Settings,
    templates: Templates,
    wake: Arc<dyn Wake>,
    drafts: Arc<Drafts>,
    providers: Arc<dyn ProviderManager>,
    inbox: Inbox,
    sessions: Arc<dyn SessionManager>,
    processor: Processor,
    worker: Worker,
    deliverers: Arc<[Deliverer]>,
    accounts: Accounts,
    events: Arc<dyn EventSink>,
    skills: Vec<(String, i32)>,
    cast: rehearsal::Cast,
}

impl std::fmt::Debug for Chatbot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chatbot").field("store", &self.inner.store).field("skills", &self.inner.skills).finish_non_exhaustive()
    }
}

impl Chatbot {
    /// Begins with a store: `MemoryStore`, `SqliteStore` or `PgStore`.
    pub fn builder(store: impl Into<Store>) -> ChatbotBuilder {
        ChatbotBuilder::new(store.into())
    }

    /// The time, by the clock it was built with.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// `memory`, `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        self.inner.store.engine()
    }

    /// Names and priorities of the skills, in the order they are asked.
    pub fn skills(&self) -> &[(String, i32)] {
        &self.inner.skills
    }

    /// The texts it speaks with.
    pub fn templates(&self) -> &Templates {
        &self.inner.templates
    }
}
