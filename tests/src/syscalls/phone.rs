//! Somebody on Telegram whose bot dies: the fake Telegram calls the webhook until it is answered, the recruiter's
//! requests are sent again, and the screen is read for what it shows.

use reqwest::Method;
use serde_json::json;

use super::subject::Subject;
use crate::candidate::text;
use crate::patience::Patience;
use crate::telegram::{FakeTelegram, Phone, Shown};

const SECRET: &str = "webhook-secret_of-the-tests";
/// A link of their own, so that their session can be told from others'.
const SOURCE: &str = "ada";

/// A phone, and the Telegram it is with.
#[derive(Debug)]
pub struct Line {
    /// The server between the phone and the bot.
    pub fake: FakeTelegram,
    /// Who applies.
    pub phone: Phone,
}

impl Line {
    /// A new phone with a Telegram of its own.
    pub async fn new() -> Self {
        let fake = FakeTelegram::start().await;
        let phone = fake.user("Ada");
        Self { fake, phone }
    }

    /// What the server has to know.
    pub fn env(&self) -> Vec<(String, String)> {
        let pairs = [
            ("TELEGRAM_BOT_TOKEN", FakeTelegram::TOKEN),
            ("TELEGRAM_API_URL", &self.fake.url()),
            ("TELEGRAM_MODE", "webhook"),
            ("TELEGRAM_WEBHOOK_SECRET", SECRET),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// Updates are taken to this server.
    pub fn leads_to(&self, subject: &Subject) {
        self.fake.set_webhook(&format!("http://{}/webhooks/telegram", subject.address()), SECRET);
    }

    /// Their session, once there is one.
    pub async fn session(&self, subject: &mut Subject) -> String {
        let path = "/chat/sessions?limit=100";
        let list = subject.insist(|s| s.admin.request(Method::GET, path), &[200]).await.json();
        let found = list["items"].as_array().unwrap().iter().find(|session| session["source"] == SOURCE);
        text(&found.unwrap_or_else(|| panic!("no session by this link: {list}"))["id"])
    }
}

/// What the bot said, with copies that follow one another as one.
pub fn without_copies(shown: &[Shown]) -> Vec<String> {
    let mut words: Vec<String> = shown.iter().map(|shown| shown.text.clone()).collect();
    words.dedup();
    words
}

/// Waits until the bot's last message has these words.
async fn hears(phone: &Phone, subject: &mut Subject, words: &str) {
    let patience = Patience::new("the bot is heard");
    while !phone.heard().last().is_some_and(|shown| shown.text.contains(words)) {
        assert!(!patience.is_over(), "{words:?} is not heard: {:?} {}", phone.shows(), subject.log());
        subject.tend().await;
        patience.wait().await;
    }
}

/// Waits until the bot has answered for every update.
async fn acknowledged(line: &Line, subject: &mut Subject) {
    let patience = Patience::new("every update is acknowledged");
    while line.fake.pending() > 0 {
        subject.tend().await;
        patience.wait().await;
    }
}

async fn recruiter(session: &str, subject: &mut Subject, what: &str, body: &serde_json::Value) {
    let path = format!("/chat/{session}/{what}");
    subject.insist(|s| s.admin.request(Method::POST, &path).json(body), &[200, 202]).await;
}

pub(super) async fn interview(line: &mut Line, subject: &mut Subject) {
    let phone = line.phone.clone();
    phone.starts(&format!("e2e-cook__{SOURCE}"));
    hears(&phone, subject, "Do you agree?").await;
    phone.presses("Yes");
    hears(&phone, subject, "grilling").await;
    phone.says("5");
    hears(&phone, subject, "frying").await;
    let session = line.session(subject).await;
    recruiter(&session, subject, "takeover", &json!({})).await;
    phone.says("Is anybody there?");
    acknowledged(line, subject).await;
    recruiter(&session, subject, "messages", &json!({ "content": "Yes, this is Grace.", "client_message_id": "grace-1" })).await;
    hears(&phone, subject, "Yes, this is Grace.").await;
    recruiter(&session, subject, "release", &json!({})).await;
    hears(&phone, subject, "frying").await;
    for (words, reply) in [("6", "baking"), ("7", "name"), ("Ada Example", "reach you"), ("ada@example.org", "ada@example.org")] {
        phone.says(words);
        hears(&phone, subject, reply).await;
    }
    phone.presses("Submit");
    hears(&phone, subject, "Your application").await;
}

pub(super) async fn passer_by(line: &mut Line, subject: &mut Subject) {
    let phone = line.fake.user("Bea");
    phone.starts("e2e-cook");
    hears(&phone, subject, "Do you agree?").await;
    phone.presses("Yes");
    hears(&phone, subject, "grilling").await;
}
