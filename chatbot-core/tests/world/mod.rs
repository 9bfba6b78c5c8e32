//! One job, one bot in memory, a clock that stands.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod model;

use std::sync::Arc;

use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::message::{ChatMessage, InboxEntry, Person, Sender};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::session::OpenSession;
use chatbot_core::skill::Skill;
use chatbot_core::store::Store;
use chatbot_core::{Chatbot, ChatbotBuilder, MemoryStore};
use uuid::Uuid;

/// A job whose scores are easy to compute by hand.
pub const JOB: &str = r#"
title: Welder
employer: Example GmbH
facts: {salary: "3,400 euros a month"}
prescreen:
  questions:
    - {text: "How many years have you been welding?", kind: number, rule: {min: 4}, weight: 3}
    - {text: "Do you hold a valid certificate?", kind: yes_no, rule: {expected: true}, must_have: true, weight: 2}
    - {text: "Which shift would you take?", kind: choice, options: [{value: early}, {value: late}], rule: {accept: [early]}, required: false}
"#;

/// A bot and what moves it.
pub struct World {
    pub bot: Chatbot,
    pub store: Store,
    pub clock: Arc<FakeClock>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(JOB).await
    }

    pub async fn with(job: &str) -> Self {
        Self::built(job, |builder| builder).await
    }

    /// With one more skill.
    pub async fn skilled(skill: impl Skill + 'static) -> Self {
        Self::built(JOB, |builder| builder.skill(skill)).await
    }

    /// With a model.
    pub async fn asking(job: &str, model: impl chatbot_core::provider::Provider + 'static) -> Self {
        Self::built(job, |builder| builder.provider(model)).await
    }

    async fn built(job: &str, more: impl FnOnce(ChatbotBuilder) -> ChatbotBuilder) -> Self {
        let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let store: Store = MemoryStore::with(clock.clone(), Arc::new(RandomIds)).into();
        let bot = more(Chatbot::builder(store.clone()).clock(clock.clone())).build().unwrap();
        bot.migrate().await.unwrap();
        bot.create_job(&JobFile::from_yaml(job, None).unwrap(), false).await.unwrap();
        Self { bot, store, clock }
    }

    /// A session for the job, greeted: its id and the application's.
    pub async fn open(&self) -> (Uuid, Uuid) {
        let job = self.bot.job_by_slug("welder").await.unwrap().unwrap();
        let person = Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() };
        let opened = self.bot.open_session(OpenSession::new(person)).await.unwrap();
        self.bot.drain().await.unwrap();
        (opened.session.id, opened.session.application_id.unwrap())
    }

    /// Sends words, drains, and answers what the bot said.
    pub async fn say(&self, session: Uuid, text: &str) -> String {
        self.say_all(session, &[text]).await
    }

    /// Sends several messages before the bot looks.
    pub async fn say_all(&self, session: Uuid, texts: &[&str]) -> String {
        let before = self.history(session).await.last().map_or(0, |m| m.seq);
        for text in texts {
            self.bot.save_incoming_message(InboxEntry::text(session, *text)).await.unwrap();
        }
        self.bot.drain().await.unwrap();
        self.bot_words(session, before).await
    }

    /// What the bot said after a number.
    pub async fn bot_words(&self, session: Uuid, after: i64) -> String {
        let said = self.bot.history(session, after, 100).await.unwrap();
        said.iter().filter(|m| m.sender == Sender::Bot).map(|m| m.content.clone()).collect::<Vec<_>>().join("\n")
    }

    pub async fn history(&self, session: Uuid) -> Vec<ChatMessage> {
        self.bot.history(session, 0, 500).await.unwrap()
    }
}
