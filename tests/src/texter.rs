//! Somebody who applies from their phone: reads what the screen shows and does what it expects.

use serde_json::{Value, json};

use crate::candidate::text;
use crate::patience::eventually;
use crate::server::Server;
use crate::telegram::{FakeTelegram, Phone, Shown};

/// More than any prescreen here takes.
const MAX_STEPS: usize = 40;

/// A candidate on Telegram. Each comes by a link of their own, so that their session can be told from others'.
#[derive(Debug, Clone)]
pub struct Texter {
    /// The chat on their phone.
    pub phone: Phone,
    source: String,
}

impl Texter {
    /// Follows the job's link and waits for the bot's first words.
    pub async fn open(fake: &FakeTelegram, slug: &str) -> Self {
        let texter = Self::arrive(fake, slug);
        texter.phone.hears(1).await;
        texter
    }

    /// Follows the job's link and waits for nothing.
    pub fn arrive(fake: &FakeTelegram, slug: &str) -> Self {
        let phone = fake.user("Ada");
        let source = format!("u{}", phone.user);
        phone.starts(&format!("{slug}__{source}"));
        Self { phone, source }
    }

    /// Follows the link and consents by the button, so that the first question is pending.
    pub async fn consented(fake: &FakeTelegram, slug: &str) -> Self {
        let texter = Self::open(fake, slug).await;
        texter.presses("Yes").await;
        texter
    }

    /// Writes, and waits for what the bot says to it.
    pub async fn says(&self, words: &str) -> Shown {
        let next = self.phone.heard().len() + 1;
        self.phone.says(words);
        self.phone.hears(next).await
    }

    /// Presses a button, and waits for what the bot says to it.
    pub async fn presses(&self, label: &str) -> Shown {
        let next = self.phone.heard().len() + 1;
        self.phone.presses(label);
        self.phone.hears(next).await
    }

    /// Does what the bot expects until nothing more is: presses what can be pressed at consent and submission, answers
    /// the rest by a word of the question.
    pub async fn interview(&self, answers: &[(&str, &str)]) {
        for _ in 0..MAX_STEPS {
            let last = self.phone.heard().pop().expect("the bot speaks first");
            let has = |label: &str| last.buttons.iter().any(|(l, _)| l == label);
            let question = last.text.rsplit("Question ").next().unwrap_or_default().to_lowercase();
            if has("Submit") {
                self.presses("Submit").await;
                return;
            }
            let answer = answers.iter().find(|(word, _)| last.text.contains("Question ") && question.contains(word));
            if let Some((_, answer)) = answer {
                self.says(answer).await;
            } else if last.text.contains("name") && last.buttons.is_empty() {
                self.says("Ada Example").await;
            } else if has("Yes") {
                self.presses("Yes").await;
            } else {
                self.says("ada@example.org").await;
            }
        }
        panic!("the interview comes to no end: {:#?}", self.phone.shows());
    }

    /// Their session, once the bot has it.
    pub async fn session(&self, server: &Server) -> String {
        let found = eventually("their session", async || {
            let lines = server.admin.get("/activity?type=session_opened&limit=500").await.expect(200);
            let lines = lines["items"].as_array().unwrap().clone();
            lines.iter().find(|line| line["detail"]["source"] == self.source.as_str()).map(|line| text(&line["session_id"]))
        });
        found.await
    }

    /// Everything said so far, as the server keeps it.
    pub async fn history(&self, server: &Server) -> Vec<Value> {
        let session = self.session(server).await;
        let history = server.admin.get(&format!("/chat/{session}/history?limit=500")).await.expect(200);
        history["messages"].as_array().unwrap().clone()
    }

    /// The words of the candidate's that the server keeps, oldest first.
    pub async fn kept(&self, server: &Server) -> Vec<String> {
        let history = self.history(server).await;
        history.iter().filter(|message| message["sender"] == "candidate").map(|message| text(&message["content"])).collect()
    }

    /// The application as a recruiter reads it.
    pub async fn application(&self, server: &Server) -> Value {
        let session = self.session(server).await;
        let log = server.admin.get(&format!("/activity?session_id={session}&limit=500")).await.expect(200);
        let id =
            log["items"].as_array().unwrap().iter().find_map(|line| line["application_id"].as_str()).expect("an application").to_owned();
        server.admin.get(&format!("/applications/{id}")).await.expect(200)
    }

    /// The session's actions of one type.
    pub async fn actions(&self, server: &Server, kind: &str) -> Vec<Value> {
        let session = self.session(server).await;
        let found = server.admin.get(&format!("/actions?session_id={session}&limit=500")).await.expect(200);
        found["items"].as_array().unwrap().iter().filter(|action| action["type"] == kind).cloned().collect()
    }

    /// Does something to the session as its recruiter: `takeover`, `release`, `messages`.
    pub async fn recruiter(&self, server: &Server, what: &str, body: &Value) -> Value {
        let session = self.session(server).await;
        let answer = server.admin.post(&format!("/chat/{session}/{what}"), body).await;
        assert!(answer.status < 300, "{answer:?}");
        answer.json()
    }

    /// The recruiter takes over.
    pub async fn is_taken_over(&self, server: &Server) {
        self.recruiter(server, "takeover", &json!({})).await;
    }

    /// The phone shows every message of the server's to the candidate once and in order, and nothing else of the bot's.
    pub async fn assert_phone_shows_the_history(&self, server: &Server) {
        let history = self.history(server).await;
        let said: Vec<_> = history.iter().filter(|m| m["sender"] != "candidate" && m["content_format"] != "file").collect();
        let shown: Vec<_> = self.phone.heard().into_iter().filter(|m| m.file.is_none()).collect();
        let same = said.len() == shown.len()
            && said.iter().zip(&shown).all(|(said, shown)| shown.text.contains(said["content"].as_str().unwrap()));
        assert!(same, "the phone shows {shown:#?}, the history says {said:#?}");
    }
}
