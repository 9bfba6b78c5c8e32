//! A conversation on a running server, through its HTTP API.

use std::collections::HashSet;
use std::time::{Duration as Wall, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Doing, Recruiter, Room, RoomError};
use crate::http::{Answer, Client};
use crate::script::expect::Outcome;
use crate::script::matching::Said;

/// Timers are looked at this often while time passes.
const STRIDE: Duration = Duration::minutes(15);
/// How long an answer may take where workers run by themselves.
const PATIENCE: Wall = Wall::from_secs(20);
/// Nothing comes any more after this much silence.
const SILENCE: Wall = Wall::from_millis(600);
const POLL: Wall = Wall::from_millis(40);

/// A room on a server.
pub(crate) struct Server {
    staff: Client,
    candidate: Client,
    job: Value,
    session: String,
    sessions: Vec<String>,
    application: Option<String>,
    /// The last message read.
    read: i64,
    /// The server's clock, if it can be moved.
    clock: Option<DateTime<Utc>>,
    /// Messages read and not yet asked for.
    heard: Vec<Said>,
    /// Whether the candidate did something that has not been waited for.
    asked: bool,
    /// Whether the server has said that the turn is done.
    answered: bool,
}

/// Sets the server's clock; false if it was not started with a test clock.
pub(crate) async fn set_clock(staff: &Client, now: DateTime<Utc>) -> Result<bool, RoomError> {
    let answer = staff.post("/test/clock", &json!({"now": now})).await?;
    match answer.status {
        404 => Ok(false),
        _ => answer.ok().map(|_| true),
    }
}

/// Stops or starts the server's workers. While they stand still, only setting the clock runs turns, and answers when
/// all that is due is done.
pub(crate) async fn pause(staff: &Client, paused: bool) -> Result<(), RoomError> {
    staff.post("/test/worker", &json!({"paused": paused})).await?.ok().map(|_| ())
}

impl Server {
    /// Makes the job under a name of its own and opens a conversation about it. `clock`: what the test clock shows.
    pub(crate) async fn open(staff: Client, job: &Value, clock: Option<DateTime<Utc>>) -> Result<Self, RoomError> {
        let job = staff.post("/jobs", job).await?.ok()?;
        let mut room = Self {
            candidate: staff.anonymous(),
            staff,
            job,
            session: String::new(),
            sessions: Vec::new(),
            application: None,
            read: 0,
            clock,
            heard: Vec::new(),
            asked: false,
            answered: false,
        };
        room.enter().await?;
        Ok(room)
    }

    async fn enter(&mut self) -> Result<(), RoomError> {
        let wish = json!({"platform": "web", "job_id": self.job.get("id"), "locale": "en"});
        let opened = self.candidate.post("/chat/sessions", &wish).await?.ok()?;
        let text = |key: &str| opened.get(key).and_then(Value::as_str).map(str::to_owned);
        let id = text("session_id").ok_or_else(|| RoomError("POST /chat/sessions: the answer has no session_id".into()))?;
        if id != self.session {
            self.read = 0;
            self.sessions.push(id.clone());
        }
        self.session = id;
        self.application = text("application_id").or(self.application.take());
        if let Some(token) = text("token") {
            self.candidate = self.candidate.with_token(token);
        }
        self.asked = true;
        Ok(())
    }

    /// Posts for the candidate; in a session that expired, to the one that continues it. Answers whether the turn is done.
    async fn post(&mut self, doing: &Doing, wait: bool) -> Result<bool, RoomError> {
        let mut answer = self.attempt(doing, wait).await?;
        if answer.status == 409 {
            self.enter().await?;
            answer = self.attempt(doing, wait).await?;
        }
        let done = answer.status == 200;
        answer.ok().map(|_| done)
    }

    async fn attempt(&self, doing: &Doing, wait: bool) -> Result<Answer, RoomError> {
        let wait = if wait { format!("?wait={}", PATIENCE.as_secs()) } else { String::new() };
        let path = format!("/chat/{}/messages{wait}", self.session);
        match doing {
            Doing::Say(text) => self.candidate.post(&path, &json!({"content": text})).await,
            Doing::Press { label, value } => {
                let body = json!({"content": label, "content_format": "button", "metadata": {"button": value}});
                self.candidate.post(&path, &body).await
            }
            Doing::File { name, bytes } => self.candidate.upload(&format!("/chat/{}/attachments", self.session), name, bytes.clone()).await,
        }
    }

    /// Reads what is new; answers whether anything was.
    async fn listen(&mut self) -> Result<bool, RoomError> {
        let mut news = false;
        loop {
            let path = format!("/chat/{}/history?after={}&limit=500", self.session, self.read);
            let page = self.staff.get(&path).await?.ok()?;
            let messages = page.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let Some(last) = messages.iter().filter_map(|m| m.get("seq").and_then(Value::as_i64)).max() else { return Ok(news) };
            self.read = last;
            for message in messages.iter().filter(|m| m.get("sender").and_then(Value::as_str) == Some("bot")) {
                let content = message.get("content").and_then(Value::as_str).unwrap_or_default();
                self.heard.push(Said::new(content, message.get("metadata").unwrap_or(&Value::Null)));
                news = true;
            }
        }
    }

    /// Where workers run by themselves: until something was said (one turn says one message), or nothing for a while.
    async fn wait_for_words(&mut self, needed: bool) -> Result<(), RoomError> {
        let begun = Instant::now();
        let patience = if needed { PATIENCE } else { SILENCE };
        while !self.listen().await? && begun.elapsed() < patience {
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    async fn all(&self, path: &str) -> Result<Vec<Value>, RoomError> {
        let page = self.staff.get(path).await?.ok()?;
        Ok(page.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
    }
}

#[async_trait]
impl Room for Server {
    async fn candidate(&mut self, doings: &[Doing]) -> Result<(), RoomError> {
        self.asked = true;
        for (i, doing) in doings.iter().enumerate() {
            // Where the clock is ours, workers stand still until it is set.
            let last = i + 1 == doings.len();
            self.answered = self.post(doing, last && self.clock.is_none()).await?;
        }
        Ok(())
    }

    async fn recruiter(&mut self, act: &Recruiter) -> Result<(), RoomError> {
        let path = |what: &str| format!("/chat/{}/{what}", self.session);
        let answer = match act {
            Recruiter::Say(text) => self.staff.post(&path("messages"), &json!({"content": text})).await?,
            Recruiter::Takeover => self.staff.post(&path("takeover"), &json!({})).await?,
            Recruiter::Release => self.staff.post(&path("release"), &json!({})).await?,
        };
        answer.ok().map(|_| ())
    }

    async fn settle(&mut self) -> Result<(), RoomError> {
        if let Some(now) = self.clock {
            set_clock(&self.staff, now).await?;
            self.listen().await?;
            return Ok(());
        }
        if std::mem::take(&mut self.answered) {
            return self.listen().await.map(|_| ());
        }
        // The opening has no answer to wait for but its own words.
        let opening = self.asked && self.read == 0;
        self.wait_for_words(opening).await
    }

    async fn pass(&mut self, time: Duration) -> Result<(), RoomError> {
        let Some(mut now) = self.clock else {
            let wall = time.to_std().unwrap_or_default().min(PATIENCE);
            tokio::time::sleep(wall).await;
            return self.wait_for_words(false).await;
        };
        let end = now + time;
        while now < end {
            now = (now + STRIDE).min(end);
            set_clock(&self.staff, now).await?;
        }
        self.clock = Some(end);
        self.listen().await.map(|_| ())
    }

    async fn waits(&mut self) -> Result<bool, RoomError> {
        // The API doesn't tell; a few seconds more do no harm.
        Ok(self.asked)
    }

    async fn said(&mut self) -> Result<Vec<Said>, RoomError> {
        self.listen().await?;
        if !self.heard.is_empty() {
            self.asked = false;
        }
        Ok(std::mem::take(&mut self.heard))
    }

    async fn outcome(&mut self) -> Result<Outcome, RoomError> {
        let application = match &self.application {
            Some(id) => self.staff.get(&format!("/applications/{id}")).await?.ok()?,
            None => Value::Null,
        };
        let (mut events, mut actions, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for session in &self.sessions {
            actions.extend(self.all(&format!("/actions?session_id={session}&limit=500")).await?);
            let log = self.all(&format!("/activity?session_id={session}&limit=500")).await?;
            let event = |line: &Value| line.get("type").and_then(Value::as_str).is_some_and(|t| t.starts_with("CHAT_"));
            // Newest first; scripts read the other way.
            events.extend(
                log.into_iter().rev().filter(|line| event(line) && seen.insert(line.get("id").cloned().unwrap_or_default().to_string())),
            );
        }
        let questions = self.job.pointer("/prescreen/questions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Outcome {
            application,
            questions: questions.iter().filter_map(|q| q.get("id").and_then(Value::as_str).map(str::to_owned)).collect(),
            events,
            actions,
        })
    }
}
