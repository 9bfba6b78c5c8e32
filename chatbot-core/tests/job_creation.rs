//! A recruiter makes a job by chat, from the first word to its links.

use std::sync::Arc;

use chatbot_core::access::Role;
use chatbot_core::chatbot::Settings;
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::message::{ChatMessage, EntryKind, InboxEntry, Person, Sender};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::session::OpenSession;
use chatbot_core::{Chatbot, MemoryStore};
use chrono::Duration;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use uuid::Uuid;

struct Desk {
    bot: Chatbot,
    clock: Arc<FakeClock>,
    session: Uuid,
}

impl Desk {
    /// A linked chat on the web, and nobody's job yet.
    async fn new(role: Role) -> Self {
        let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let mut settings = Settings::default();
        settings.public_url = Some("https://jobs.example.org/".into());
        settings.telegram_bot = Some("example_jobs_bot".into());
        let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
        let bot = Chatbot::builder(store).clock(clock.clone()).settings(settings).build().unwrap();
        let ada = bot.add_user("ada@example.org", "Ada", role).await.unwrap();
        let code = bot.link_code(ada.id).await.unwrap().unwrap().code;
        let person = Person { platform: "web".into(), platform_user_id: "ada's page".into(), ..Person::default() };
        let session = bot.open_session(OpenSession::new(person)).await.unwrap().session.id;
        let desk = Self { bot, clock, session };
        desk.say(&format!("/link {}", code.expose_secret())).await;
        desk
    }

    async fn send(&self, entry: InboxEntry) -> ChatMessage {
        let before = self.bot.save_incoming_message(entry).await.unwrap().seq;
        self.bot.drain().await.unwrap();
        let said = self.bot.history(self.session, before, 100).await.unwrap();
        assert!(said.iter().all(|m| m.sender == Sender::Bot), "{said:?}");
        assert_eq!(said.len(), 1, "one turn is one message: {said:?}");
        said.into_iter().next().unwrap()
    }

    async fn say(&self, text: &str) -> String {
        self.send(InboxEntry::text(self.session, text)).await.content
    }

    async fn press(&self, label: &str, value: &str) -> String {
        let entry = InboxEntry {
            kind: EntryKind::Button,
            content_format: "button".into(),
            metadata: json!({"button": value}),
            ..InboxEntry::text(self.session, label)
        };
        self.send(entry).await.content
    }

    async fn talk(&self, lines: &[(&str, &str)]) {
        for (text, expected) in lines {
            let said = self.say(text).await;
            assert!(said.contains(expected), "after {text:?}: {said}");
        }
    }

    async fn job(&self, slug: &str) -> Value {
        let job = self.bot.job_by_slug(slug).await.unwrap().unwrap_or_else(|| panic!("no job {slug}"));
        serde_json::to_value(JobFile::from_job(&job)).unwrap()
    }
}

#[tokio::test]
async fn a_job_is_made_by_chat_from_start_to_links() {
    let desk = Desk::new(Role::Recruiter).await;
    desk.talk(&[
        ("New job, please", "What is it called?"),
        ("Rust Engineer", "employer"),
        ("Example GmbH", "Where is the work?"),
        ("Berlin or remote", "ask me about"),
        ("salary 70-85", "couldn't read “salary 70-85”"),
        ("salary: 70–85 k€\nRemote: two days a week", "the first one"),
        ("done", "at least one question"),
        ("How many years have you worked with Rust?", "a number"),
        ("yes", "at least 3 years"),
        ("plenty", "couldn't read a rule"),
        ("at least 3 years", "must-have"),
        ("yes", "Question 2?"),
        ("Are you allowed to work in the EU?", "a yes or no"),
        ("ok", "right one"),
        ("must be yes", "must-have"),
        ("no", "Question 3?"),
        ("How do you want to work?", "free words"),
        ("choice", "commas"),
        ("remote", "two or more"),
        ("remote, hybrid, on site", "1. remote, 2. hybrid, 3. on site"),
        ("remote or the moon", "couldn't read a rule"),
        ("remote and hybrid", "must-have"),
        ("no", "Question 4?"),
        ("What yearly salary do you expect?", "an amount of money"),
        ("yes", "85000"),
        ("up to 85000 EUR per year", "must-have"),
        ("no", "Question 5?"),
        ("Who fits?", "free words"),
        ("yes", "Which words"),
        ("skip", "Question 6?"),
    ])
    .await;
    let review = desk.say("done").await;
    for part in
        ["Rust Engineer at Example GmbH, Berlin or remote", "salary: 70–85 k€", "at least 3", "must-have", "5. Who fits", "not scored"]
    {
        assert!(review.contains(part), "{part}: {review}");
    }
    assert!(desk.bot.job_by_slug("rust-engineer").await.unwrap().is_none(), "nothing is made before it is confirmed");
    let made = desk.press("Create", "create").await;
    for part in ["https://jobs.example.org/j/rust-engineer", "https://t.me/example_jobs_bot?start=rust-engineer", "/start rust-engineer"] {
        assert!(made.contains(part), "{part}: {made}");
    }
    let job = desk.job("rust-engineer").await;
    assert_eq!(
        job,
        json!({
            "slug": "rust-engineer", "title": "Rust Engineer", "employer": "Example GmbH", "owner": "ada@example.org",
            "location": "Berlin or remote", "facts": {"salary": "70–85 k€", "remote": "two days a week"},
            "prescreen": {"on_must_have_fail": "finish", "model_reading": false, "questions": [
                {"text": "How many years have you worked with Rust?", "kind": "number", "rule": {"min": 3.0, "unit": "years"}, "must_have": true},
                {"text": "Are you allowed to work in the EU?", "kind": "yes_no", "rule": {"expected": true}},
                {"text": "How do you want to work?", "kind": "choice", "rule": {"accept": ["remote", "hybrid"]},
                 "options": [{"value": "remote"}, {"value": "hybrid"}, {"value": "on site"}]},
                {"text": "What yearly salary do you expect?", "kind": "money", "rule": {"max": 85000.0, "currency": "EUR", "period": "year"}},
                {"text": "Who fits?", "kind": "text"},
            ]},
        })
    );
    // The same title again is another job; the employer is offered; the recruiter tries it in the same chat.
    desk.talk(&[("/newjob", "called"), ("Rust Engineer", "Last time it was Example GmbH")]).await;
    desk.press("Example GmbH", "Example GmbH").await;
    desk.talk(&[
        ("skip", "ask me about"),
        ("skip", "first one"),
        ("Do you know Rust?", "yes or no"),
        ("yes", "right one"),
        ("skip", "Question 2?"),
    ])
    .await;
    desk.talk(&[
        ("done", "Do you know Rust?"),
        ("create", "/j/rust-engineer-2"),
        ("/start rust-engineer-2", "Do you agree?"),
        ("yes", "Do you know Rust?"),
    ])
    .await;
}

#[tokio::test]
async fn a_draft_goes_back_waits_and_is_dropped() {
    let desk = Desk::new(Role::Admin).await;
    desk.talk(&[
        ("new job", "called"),
        ("Welder", "employer"),
        ("/back", "called"),
        ("Baker", "“Baker”"),
        ("skip", "Where"),
        ("skip", "ask me about"),
        ("skip", "first one"),
        ("Can you get up at 3?", "a yes or no"),
        ("number", "at least 3 years"),
        ("back", "a number"),
        ("yes/no", "right one"),
    ])
    .await;
    // A button of an earlier prompt does nothing but ask again; help and privacy answer and ask again.
    assert!(desk.press("one of several", "choice").await.contains("right one"));
    desk.talk(&[("/help", "right one"), ("/status", "right one"), ("/dance", "right one")]).await;
    // Days later it is still there.
    desk.clock.advance(Duration::hours(80));
    desk.bot.drain().await.unwrap();
    let person = Person { platform: "web".into(), platform_user_id: "ada's page".into(), ..Person::default() };
    let session = desk.bot.open_session(OpenSession::new(person)).await.unwrap().session.id;
    desk.bot.drain().await.unwrap();
    let desk = Desk { session, ..desk };
    desk.talk(&[("yes", "must-have"), ("no", "Question 2?"), ("/back", "a yes or no"), ("yes", "right one"), ("no", "must-have")]).await;
    desk.talk(&[
        ("yes", "Question 2?"),
        ("done", "Baker"),
        ("remove 1", "first one"),
        ("/cancel", "dropped"),
        ("yes", "didn't understand"),
    ])
    .await;
    assert!(desk.bot.job_by_slug("baker").await.unwrap().is_none());
}

#[tokio::test]
async fn a_pasted_job_file_is_a_job_and_its_mistakes_are_named_by_line() {
    let desk = Desk::new(Role::Recruiter).await;
    let wrong = "title: Nurse\nprescreen:\n  questions:\n    - {text: 'Nights?', kind: yesno}\n";
    let said = desk.say(wrong).await;
    assert!(said.contains("line 4") && said.contains("yes_no"), "{said}");
    let said = desk.say(&wrong.replace("yesno", "yes_no")).await;
    assert!(said.contains("https://jobs.example.org/j/nurse"), "{said}");
    let said = desk
        .say(r#"{"title": "Nurse", "owner": "bob@example.org", "prescreen": {"questions": [{"text": "Days?", "kind": "yes_no"}]}}"#)
        .await;
    assert!(said.contains("/j/nurse-2"), "{said}");
    assert_eq!(
        (&desk.job("nurse").await["owner"], &desk.job("nurse-2").await["owner"]),
        (&json!("ada@example.org"), &json!("bob@example.org"))
    );
}

#[tokio::test]
async fn a_viewer_and_a_candidate_make_no_jobs() {
    let desk = Desk::new(Role::Viewer).await;
    assert!(desk.say("new job").await.contains("didn't understand"));
    assert!(desk.say("/newjob").await.contains("/newjob"));
    desk.say("/unlink").await;
    assert!(!desk.say("new job").await.contains("called"));
    assert!(!desk.say("title: Nurse\nprescreen: {questions: []}").await.contains("/j/nurse"));
}
