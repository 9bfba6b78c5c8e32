//! A conversation in this process: in memory or on a database, the clock in our hands.

use std::sync::Arc;

use async_trait::async_trait;
use chatbot_core::Chatbot;
use chatbot_core::access::{Actor, Role};
use chatbot_core::chatbot::FileError;
use chatbot_core::clock::FakeClock;
use chatbot_core::message::{EntryKind, InboxEntry, Person, Sender};
use chatbot_core::recruiting::Job;
use chatbot_core::recruiting::list::Page;
use chatbot_core::session::{OpenSession, SessionError};
use chrono::Duration;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Doing, Recruiter, Room, RoomError};
use crate::script::expect::Outcome;
use crate::script::matching::Said;

/// Timers are looked at this often while time passes.
const STRIDE: Duration = Duration::minutes(15);
/// Messages read at once.
const MANY: i64 = 500;

/// A room in this process.
pub(crate) struct Local {
    chatbot: Chatbot,
    clock: Arc<FakeClock>,
    job: Job,
    session: Uuid,
    /// That one, and those it continues.
    sessions: Vec<Uuid>,
    token: Option<SecretString>,
    application: Option<Uuid>,
    /// The last message read.
    read: i64,
    recruiter: Actor,
}

impl Local {
    /// Opens a conversation about this job.
    pub(crate) async fn open(chatbot: Chatbot, clock: Arc<FakeClock>, job: Job) -> Result<Self, RoomError> {
        let recruiter = Actor { user_id: None, name: "The recruiter".into(), role: Role::Recruiter };
        let mut room =
            Self { chatbot, clock, job, session: Uuid::nil(), sessions: Vec::new(), token: None, application: None, read: 0, recruiter };
        room.enter().await?;
        Ok(room)
    }

    /// Opens the session, or the successor of one that expired, as the web page does.
    async fn enter(&mut self) -> Result<(), RoomError> {
        let person = Person { platform: "web".into(), job_id: Some(self.job.id), locale: Some("en".into()), ..Person::default() };
        let mut wish = OpenSession::new(person);
        wish.with_token = true;
        wish.token = self.token.take();
        let opened = self.chatbot.open_session(wish).await.map_err(RoomError::of)?;
        if opened.session.id != self.session {
            self.read = 0;
            self.sessions.push(opened.session.id);
        }
        self.session = opened.session.id;
        self.token = opened.token;
        self.application = opened.session.application_id;
        Ok(())
    }

    async fn accept(&mut self, entry: InboxEntry) -> Result<(), RoomError> {
        match self.chatbot.save_incoming_message(entry.clone()).await {
            Err(SessionError::Expired) => {}
            other => return other.map(|_| ()).map_err(RoomError::of),
        }
        self.enter().await?;
        let mut entry = entry;
        entry.address = chatbot_core::message::inbound::Address::Session(self.session);
        self.chatbot.save_incoming_message(entry).await.map(|_| ()).map_err(RoomError::of)
    }

    async fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), RoomError> {
        let saved = self.chatbot.save_file(self.session, name, bytes.to_vec(), Sender::Candidate, None, None).await;
        if !matches!(saved, Err(FileError::Session(SessionError::Expired))) {
            return saved.map(|_| ()).map_err(RoomError::of);
        }
        self.enter().await?;
        let again = self.chatbot.save_file(self.session, name, bytes.to_vec(), Sender::Candidate, None, None).await;
        again.map(|_| ()).map_err(RoomError::of)
    }
}

#[async_trait]
impl Room for Local {
    async fn candidate(&mut self, doings: &[Doing]) -> Result<(), RoomError> {
        for doing in doings {
            match doing {
                Doing::Say(text) => self.accept(InboxEntry::text(self.session, text)).await?,
                Doing::Press { label, value } => self.accept(press(self.session, label, value)).await?,
                Doing::File { name, bytes } => self.file(name, bytes).await?,
            }
        }
        Ok(())
    }

    async fn recruiter(&mut self, act: &Recruiter) -> Result<(), RoomError> {
        match act {
            Recruiter::Say(text) => {
                let mut entry = InboxEntry::text(self.session, text);
                entry.sender = Sender::Recruiter;
                entry.actor = Some(self.recruiter.name.clone());
                self.chatbot.save_incoming_message(entry).await.map(|_| ()).map_err(RoomError::of)
            }
            Recruiter::Takeover => self.chatbot.takeover(self.session, &self.recruiter).await.map(|_| ()).map_err(RoomError::of),
            Recruiter::Release => self.chatbot.release(self.session, &self.recruiter).await.map(|_| ()).map_err(RoomError::of),
        }
    }

    async fn settle(&mut self) -> Result<(), RoomError> {
        self.chatbot.drain().await.map(|_| ()).map_err(RoomError::of)
    }

    async fn pass(&mut self, time: Duration) -> Result<(), RoomError> {
        let mut left = time;
        while left > Duration::zero() {
            let stride = left.min(STRIDE);
            self.clock.advance(stride);
            self.settle().await?;
            left -= stride;
        }
        Ok(())
    }

    async fn waits(&mut self) -> Result<bool, RoomError> {
        let session = self.chatbot.session(self.session).await.map_err(RoomError::of)?;
        Ok(session.is_some_and(|s| s.has_unhandled() && s.closed_at.is_none()))
    }

    async fn said(&mut self) -> Result<Vec<Said>, RoomError> {
        let mut said = Vec::new();
        loop {
            let page = self.chatbot.history(self.session, self.read, MANY).await.map_err(RoomError::of)?;
            let Some(last) = page.last() else { return Ok(said) };
            self.read = last.seq;
            said.extend(page.iter().filter(|m| m.sender == Sender::Bot).map(|m| Said::new(&m.content, &m.metadata)));
        }
    }

    async fn outcome(&mut self) -> Result<Outcome, RoomError> {
        let session = self.chatbot.session(self.session).await.map_err(RoomError::of)?;
        let application = match session.and_then(|s| s.application_id).or(self.application) {
            Some(id) => self.chatbot.application(id, None).await.map_err(RoomError::of)?,
            None => None,
        };
        let (mut events, mut actions) = (Vec::new(), Vec::new());
        for session in &self.sessions {
            events.extend(self.chatbot.events_of(*session).await.map_err(RoomError::of)?);
            let page = Page { limit: MANY, offset: 0 };
            actions.extend(self.chatbot.actions(None, Some(*session), page).await.map_err(RoomError::of)?);
        }
        Ok(Outcome {
            application: application.map_or(Value::Null, |a| serde_json::to_value(a).unwrap_or_default()),
            questions: self.job.questions.iter().map(|q| q.id.to_string()).collect(),
            events: events.iter().map(|e| json!({"type": e.kind})).collect(),
            actions: actions.iter().map(|a| json!({"type": a.action_type, "status": a.status})).collect(),
        })
    }
}

/// A pressed button as every shell sends it.
pub(crate) fn press(session: Uuid, label: &str, value: &str) -> InboxEntry {
    let mut entry = InboxEntry::text(session, label);
    entry.kind = EntryKind::Button;
    entry.content_format = "button".into();
    entry.metadata = json!({"button": value});
    entry
}
