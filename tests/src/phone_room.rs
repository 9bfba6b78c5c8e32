//! The conversation scripts' room on a phone: the candidate is a user of the fake Telegram, the server is the real one with
//! a clock that can be moved.
//!
//! What the bot said is read from the history, where a message's templates stand; and the phone must show the same words
//! and the same buttons.

use std::collections::HashSet;
use std::path::Path;

use async_trait::async_trait;
use chatbot_cli::room::{Doing, Recruiter, Room, RoomError};
use chatbot_cli::script::expect::Outcome;
use chatbot_cli::script::format::Script;
use chatbot_cli::script::matching::Said;
use chatbot_core::recruiting::JobFile;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::patience::Patience;
use crate::server::Server;
use crate::telegram::{FakeTelegram, Phone};

/// Timers are looked at this often while time passes.
const STRIDE: Duration = Duration::minutes(15);
/// A Monday morning, for scripts that don't say when they happen.
const DEFAULT_CLOCK: &str = "2026-11-23T09:00:00Z";

/// A conversation on a phone.
#[derive(Debug)]
pub struct PhoneRoom<'a> {
    server: &'a Server,
    fake: &'a FakeTelegram,
    phone: Phone,
    clock: DateTime<Utc>,
    job: Value,
    /// Sessions of people before this one.
    others: HashSet<String>,
    /// This person's, oldest first, each with the last message read.
    sessions: Vec<(String, i64)>,
    /// Messages of the phone's that were compared.
    compared: usize,
    asked: bool,
}

impl<'a> PhoneRoom<'a> {
    /// Makes the script's job under a name of its own, and has somebody follow its link. The server's workers stand still
    /// but when the clock is set.
    pub async fn open(server: &'a Server, fake: &'a FakeTelegram, script: &Script) -> Self {
        let clock = script.clock.unwrap_or_else(|| DEFAULT_CLOCK.parse().unwrap());
        server.pause_worker(true).await;
        let phone = fake.user("Ada");
        let mut room = Self {
            server,
            fake,
            clock,
            job: server.create_job(&job(script, phone.user)).await,
            others: HashSet::new(),
            sessions: Vec::new(),
            compared: 0,
            asked: true,
            phone,
        };
        room.set_clock(clock).await;
        room.others = room.opened().await.into_iter().collect();
        room.phone.starts(room.job["slug"].as_str().unwrap());
        room.taken().await;
        room
    }

    async fn set_clock(&mut self, now: DateTime<Utc>) {
        self.clock = now;
        self.server.set_clock(&now.to_rfc3339()).await;
    }

    /// Waits until the server has stored everything that was written to the bot.
    async fn taken(&self) {
        let patience = Patience::new("the server takes every update");
        while self.fake.pending() > 0 {
            patience.wait().await;
        }
    }

    async fn items(&self, path: &str) -> Vec<Value> {
        self.server.admin.get(path).await.expect(200)["items"].as_array().unwrap().clone()
    }

    /// Sessions on Telegram, newest first.
    async fn opened(&self) -> Vec<String> {
        let lines = self.items("/activity?type=session_opened&limit=500").await;
        let here = lines.iter().filter(|line| line["detail"]["platform"] == "telegram");
        here.filter_map(|line| line["session_id"].as_str().map(str::to_owned)).collect()
    }

    async fn find_sessions(&mut self) {
        for session in self.opened().await.into_iter().rev() {
            if !self.others.contains(&session) && !self.sessions.iter().any(|(known, _)| *known == session) {
                self.sessions.push((session, 0));
            }
        }
    }

    fn session(&self) -> &str {
        &self.sessions.last().expect("a session").0
    }

    async fn history(&self, session: &str, after: i64) -> Vec<Value> {
        let page = self.server.admin.get(&format!("/chat/{session}/history?after={after}&limit=500")).await.expect(200);
        page["messages"].as_array().unwrap().clone()
    }

    /// What is new for the phone in all sessions, once all of it was sent.
    async fn news(&mut self) -> Vec<Value> {
        self.find_sessions().await;
        let mut news = Vec::new();
        for i in 0..self.sessions.len() {
            let (session, read) = self.sessions[i].clone();
            let patience = Patience::new("everything is sent");
            let mut page = self.history(&session, read).await;
            while page.iter().any(|message| matches!(message["delivery"].as_str(), Some("ready" | "sending"))) {
                patience.wait().await;
                page = self.history(&session, read).await;
            }
            self.sessions[i].1 = page.iter().filter_map(|m| m["seq"].as_i64()).max().unwrap_or(read);
            news.extend(page.into_iter().filter(|message| message["sender"] != "candidate"));
        }
        news
    }

    /// The phone shows what the history says was sent, and nothing else.
    fn compare(&mut self, news: &[Value]) -> Result<(), RoomError> {
        let heard = self.phone.heard().split_off(self.compared);
        self.compared += heard.len();
        let words: Vec<_> = news.iter().map(|m| m["content"].as_str().unwrap_or_default()).collect();
        let same = heard.len() == words.len() && heard.iter().zip(&words).all(|(shown, said)| shown.text.contains(said));
        if !same {
            return Err(RoomError(format!("the phone shows {heard:#?}, the history says {words:#?}")));
        }
        for (shown, said) in heard.iter().zip(news) {
            let labels: Vec<_> =
                said["metadata"]["buttons"].as_array().into_iter().flatten().map(|b| b["label"].as_str().unwrap()).collect();
            let there: Vec<_> = shown.buttons.iter().map(|(label, _)| label.as_str()).collect();
            if labels != there {
                return Err(RoomError(format!("under \"{}\" the phone shows the buttons {there:?} instead of {labels:?}", shown.text)));
            }
        }
        Ok(())
    }
}

/// The script's job, as only this person meets it.
fn job(script: &Script, number: i64) -> Value {
    let text = std::fs::read_to_string(&script.job).unwrap();
    let file = JobFile::from_yaml(&text, None).unwrap_or_else(|error| panic!("{}: {error}", script.job.display()));
    let slug = format!("{}-{number}", file.slug());
    serde_json::to_value(JobFile { slug: Some(slug), ..file }).unwrap()
}

fn mime(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("pdf") => "application/pdf",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("txt") => "text/plain",
        _ => "application/octet-stream",
    }
}

#[async_trait]
impl Room for PhoneRoom<'_> {
    async fn candidate(&mut self, doings: &[Doing]) -> Result<(), RoomError> {
        self.asked = true;
        for doing in doings {
            match doing {
                Doing::Say(text) => {
                    self.phone.says(text);
                }
                Doing::Press { label, .. } => {
                    self.phone.presses(label);
                }
                Doing::File { name, bytes } => {
                    self.phone.sends_document(name, mime(name), bytes.clone(), None);
                }
            }
        }
        self.taken().await;
        Ok(())
    }

    async fn recruiter(&mut self, act: &Recruiter) -> Result<(), RoomError> {
        let (path, body) = match act {
            Recruiter::Say(text) => ("messages", json!({ "content": text })),
            Recruiter::Takeover => ("takeover", json!({})),
            Recruiter::Release => ("release", json!({})),
        };
        let answer = self.server.admin.post(&format!("/chat/{}/{path}", self.session()), &body).await;
        if answer.status < 300 { Ok(()) } else { Err(RoomError(format!("{answer:?}"))) }
    }

    async fn settle(&mut self) -> Result<(), RoomError> {
        self.taken().await;
        self.set_clock(self.clock).await;
        self.find_sessions().await;
        Ok(())
    }

    async fn pass(&mut self, time: Duration) -> Result<(), RoomError> {
        let end = self.clock + time;
        while self.clock < end {
            self.set_clock((self.clock + STRIDE).min(end)).await;
        }
        Ok(())
    }

    async fn waits(&mut self) -> Result<bool, RoomError> {
        // The API doesn't tell; a few seconds more do no harm.
        Ok(self.asked)
    }

    async fn said(&mut self) -> Result<Vec<Said>, RoomError> {
        let news = self.news().await;
        self.compare(&news)?;
        let said: Vec<_> =
            news.iter().filter(|m| m["sender"] == "bot").map(|m| Said::new(m["content"].as_str().unwrap(), &m["metadata"])).collect();
        if !said.is_empty() {
            self.asked = false;
        }
        Ok(said)
    }

    async fn outcome(&mut self) -> Result<Outcome, RoomError> {
        let mut outcome = Outcome {
            questions: self.job["prescreen"]["questions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|q| q["id"].as_str().unwrap().to_owned())
                .collect(),
            ..Outcome::default()
        };
        for (session, _) in &self.sessions {
            outcome.actions.extend(self.items(&format!("/actions?session_id={session}&limit=500")).await);
            let log = self.items(&format!("/activity?session_id={session}&limit=500")).await;
            if let Some(application) = log.iter().find_map(|line| line["application_id"].as_str()) {
                outcome.application = self.server.admin.get(&format!("/applications/{application}")).await.expect(200);
            }
            // Newest first; scripts read the other way.
            outcome.events.extend(log.into_iter().rev().filter(|line| line["type"].as_str().is_some_and(|t| t.starts_with("CHAT_"))));
        }
        Ok(outcome)
    }
}
