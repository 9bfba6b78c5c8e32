//! Somebody who applies: reads what the bot says and does what it expects.

use serde_json::{Value, json};

use crate::api::{Api, Reply};
use crate::patience::eventually;
use crate::server::Server;

/// More than any prescreen here takes.
const MAX_STEPS: usize = 40;

/// A candidate in an open session.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The session.
    pub session: String,
    /// The application.
    pub application: String,
    /// Requests with the session's token.
    pub api: Api,
}

impl Candidate {
    /// Opens a session for a job and waits for the bot's first words.
    pub async fn open(server: &Server, slug: &str) -> Self {
        let candidate = Self::arrive(server, slug).await;
        eventually("the bot speaks first", async || candidate.last_bot_message().await).await;
        candidate
    }

    /// Opens a session and waits for nothing.
    pub async fn arrive(server: &Server, slug: &str) -> Self {
        let opened = server.api.post("/chat/sessions", &json!({ "job_slug": slug })).await.expect(201);
        Self {
            session: text(&opened["session_id"]),
            application: text(&opened["application_id"]),
            api: server.api.as_holder_of(text(&opened["token"])),
        }
    }

    /// Opens a session and consents, so that the first question is pending.
    pub async fn consented(server: &Server, slug: &str) -> Self {
        let candidate = Self::open(server, slug).await;
        let replies = candidate.say("yes").await;
        assert_eq!(expects(replies.last().unwrap()), "question", "{replies:?}");
        candidate
    }

    /// The path of one of the session's routes.
    pub fn path(&self, rest: &str) -> String {
        format!("/chat/{}/{rest}", self.session)
    }

    /// Posts a message and waits for what the bot says to it.
    pub async fn ask(&self, body: &Value) -> Reply {
        self.api.post(&self.path("messages?wait=20"), body).await
    }

    /// Says something; answers the bot's replies.
    pub async fn say(&self, words: &str) -> Vec<Value> {
        let answered = self.ask(&json!({ "content": words })).await.expect(200);
        answered["replies"].as_array().unwrap().clone()
    }

    /// Posts a message without waiting; it must be accepted.
    pub async fn write(&self, words: &str) -> Value {
        self.api.post(&self.path("messages"), &json!({ "content": words })).await.expect(202)
    }

    /// Everything said so far.
    pub async fn history(&self) -> Vec<Value> {
        let history = self.api.get(&self.path("history?limit=500")).await.expect(200);
        history["messages"].as_array().unwrap().clone()
    }

    /// The history's messages of one sender.
    pub async fn said_by(&self, sender: &str) -> Vec<Value> {
        let mut history = self.history().await;
        history.retain(|message| message["sender"] == sender);
        history
    }

    /// What the bot said last, unless somebody else has the last word.
    pub async fn last_bot_message(&self) -> Option<Value> {
        self.history().await.pop().filter(|message| message["sender"] == "bot")
    }

    /// Does what the bot expects until nothing more is; answers, by a word of the question, come from `answers`.
    pub async fn interview(&self, answers: &[(&str, &str)]) {
        for _ in 0..MAX_STEPS {
            let last = self.last_bot_message().await.expect("the bot's turn is done");
            let Some(reply) = reply_to(&last, answers) else { return };
            self.say(reply).await;
        }
        panic!("the interview comes to no end: {:?}", self.history().await);
    }

    /// The application as a recruiter reads it.
    pub async fn application(&self, server: &Server) -> Value {
        server.admin.get(&format!("/applications/{}", self.application)).await.expect(200)
    }

    /// The session's lines of the activity log of one type.
    pub async fn activity(&self, server: &Server, activity_type: &str) -> Vec<Value> {
        let found = server.admin.get(&format!("/activity?session_id={}&type={activity_type}", self.session)).await.expect(200);
        found["items"].as_array().unwrap().clone()
    }
}

/// What to say to a message of the bot's; none if it expects nothing, or nobody knows.
pub fn reply_to<'a>(message: &Value, answers: &[(&str, &'a str)]) -> Option<&'a str> {
    match expects(message) {
        "consent" => Some("yes"),
        "submit" => Some("submit"),
        "field" if message["metadata"]["expects"]["field"].as_str().is_some_and(|field| field.contains("name")) => Some("Ada Example"),
        "field" => Some("ada@example.org"),
        "question" => {
            let words = question_words(message);
            answers.iter().find(|(word, _)| words.contains(word)).map(|(_, answer)| *answer)
        }
        _ => None,
    }
}

/// The pending question's part of a message: what comes before may quote another one.
fn question_words(message: &Value) -> String {
    let content = message["content"].as_str().unwrap_or_default();
    content.rsplit("Question ").next().unwrap_or(content).to_lowercase()
}

/// What a message expects.
pub fn expects(message: &Value) -> &str {
    message["metadata"]["expects"]["type"].as_str().unwrap_or_default()
}

/// A JSON string's text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Fails unless the messages are numbered from 1 without a gap.
#[track_caller]
pub fn assert_without_gaps(history: &[Value]) {
    let numbers: Vec<i64> = history.iter().map(|message| message["seq"].as_i64().unwrap()).collect();
    let counted: Vec<i64> = (1..).take(history.len()).collect();
    assert_eq!(numbers, counted, "{history:?}");
}

/// Senders and words, in order.
pub fn transcript(history: &[Value]) -> Vec<(String, String)> {
    history.iter().map(|message| (text(&message["sender"]), text(&message["content"]))).collect()
}
