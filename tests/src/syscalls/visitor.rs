//! Somebody on the web page who has a server that dies: everything is sent again, under the same ids, until it is taken.

use reqwest::Method;
use serde_json::{Value, json};

use super::subject::Subject;
use crate::candidate::text;
use crate::patience::Patience;

/// A candidate, with the acknowledgements they got.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Their session.
    pub session: String,
    /// Their application.
    pub application: String,
    /// Their token.
    pub token: String,
    /// What was acknowledged: `message_id` and `seq`.
    pub receipts: Vec<Value>,
    said: usize,
}

impl Visitor {
    /// Opens a session and waits for the bot's first words. Opening has no id: who gets no answer opens another.
    pub async fn open(subject: &mut Subject) -> Self {
        let opened =
            subject.insist(|s| s.api.request(Method::POST, "/chat/sessions").json(&json!({ "job_slug": "e2e-cook" })), &[201]).await;
        let opened = opened.json();
        let (session, application) = (text(&opened["session_id"]), text(&opened["application_id"]));
        let visitor = Self { session, application, token: text(&opened["token"]), receipts: Vec::new(), said: 0 };
        visitor.hears(subject, "the bot's first words", |last| last["sender"] == "bot").await;
        visitor
    }

    /// Says something and waits until the bot has answered. Acknowledged is what is stored, the turn comes after.
    pub async fn says(&mut self, subject: &mut Subject, words: &str) {
        let receipt = self.sends(subject, "messages", words).await;
        let after = receipt["seq"].as_i64();
        self.hears(subject, words, |last| last["sender"] == "bot" && last["seq"].as_i64() > after).await;
    }

    /// Says something to nobody's answer: it is acknowledged once its turn is done.
    pub async fn writes(&mut self, subject: &mut Subject, words: &str) {
        self.sends(subject, "messages?wait=3", words).await;
    }

    async fn sends(&mut self, subject: &mut Subject, to: &str, words: &str) -> Value {
        let (path, body) = (self.path(to), self.numbered(&json!({ "content": words })));
        let send = |s: &Subject| s.api.as_holder_of(&*self.token).request(Method::POST, &path).json(&body);
        let receipt = subject.insist(send, &[200, 202]).await.json();
        self.receipts.push(receipt.clone());
        receipt
    }

    /// The body with the id under which it is sent however often.
    pub fn numbered(&mut self, body: &Value) -> Value {
        self.said += 1;
        let mut body = body.clone();
        body["client_message_id"] = json!(format!("said-{}", self.said));
        body
    }

    /// The admin does something with the conversation.
    pub async fn recruiter(&mut self, subject: &mut Subject, what: &str, body: &Value) {
        let path = self.path(what);
        let receipt = subject.insist(|s| s.admin.request(Method::POST, &path).json(body), &[200, 202]).await.json();
        self.receipts.extend(receipt.get("message_id").is_some().then_some(receipt));
    }

    /// Everything said so far.
    pub async fn history(&self, subject: &mut Subject) -> Vec<Value> {
        let path = self.path("history?limit=500");
        let history = subject.insist(|s| s.api.as_holder_of(&*self.token).request(Method::GET, &path), &[200]).await.json();
        history["messages"].as_array().unwrap().clone()
    }

    /// Waits until the last message is one to wait for.
    pub async fn hears(&self, subject: &mut Subject, what: &str, is: impl Fn(&Value) -> bool) {
        let patience = Patience::new("the bot goes on");
        loop {
            let history = self.history(subject).await;
            if history.last().is_some_and(&is) {
                return;
            }
            assert!(!patience.is_over(), "no answer to {what:?}: {history:?} {}", subject.log());
            patience.wait().await;
        }
    }

    /// One of the session's routes.
    pub fn path(&self, rest: &str) -> String {
        format!("/chat/{}/{rest}", self.session)
    }
}
