//! An escalation reaches the job's owner in their linked chat, once, however often the event is handed over.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chatbot_core::access::Role;
use chatbot_core::channel::{ChannelAdapter, ChannelError, Sent};
use chatbot_core::chatbot::Settings;
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::message::{InboxEntry, Person, inbound::Address};
use chatbot_core::orchestrator::{ChatEvent, EventSink, SinkError};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::session::OpenSession;
use chatbot_core::{Chatbot, MemoryStore, async_trait};
use chrono::Duration;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

type Words = Arc<Mutex<Vec<(String, String)>>>;

/// A channel that writes down what it is given to send.
struct Recording(Words);

#[async_trait]
impl ChannelAdapter for Recording {
    fn platform(&self) -> &'static str {
        "telegram"
    }
    fn account(&self) -> &'static str {
        "1"
    }
    async fn send_text(&self, recipient: &str, text: &str) -> Result<Sent, ChannelError> {
        self.0.lock().unwrap().push((recipient.to_owned(), text.to_owned()));
        Ok(Sent::default())
    }
}

/// A sink of the host's that fails so many times first.
struct Failing(Arc<AtomicUsize>, Arc<Mutex<Vec<Uuid>>>);

#[async_trait]
impl EventSink for Failing {
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError> {
        if self.0.load(Ordering::SeqCst) > 0 {
            self.0.fetch_sub(1, Ordering::SeqCst);
            return Err(SinkError::Retry("not now".into()));
        }
        self.1.lock().unwrap().push(event.id);
        Ok(())
    }
}

struct Desk {
    bot: Chatbot,
    clock: Arc<FakeClock>,
    words: Words,
    taken: Arc<Mutex<Vec<Uuid>>>,
}

impl Desk {
    async fn new(failures: usize) -> Self {
        let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let (words, taken) = (Words::default(), Arc::default());
        let mut settings = Settings::default();
        settings.public_url = Some("https://jobs.example.org".into());
        let bot = Chatbot::builder(MemoryStore::with(clock.clone(), Arc::new(RandomIds)))
            .clock(clock.clone())
            .settings(settings)
            .channel(Recording(words.clone()))
            .events(Failing(Arc::new(AtomicUsize::new(failures)), Arc::clone(&taken)))
            .build()
            .unwrap();
        let job = format!("owner: Ada@Example.org{}", crate::world::JOB);
        bot.create_job(&JobFile::from_yaml(&job, None).unwrap(), false).await.unwrap();
        Self { bot, clock, words, taken }
    }

    /// Ada's phone, linked.
    async fn link(&self) {
        let ada = self.bot.add_user("ada@example.org", "Ada", Role::Recruiter).await.unwrap();
        let code = self.bot.link_code(ada.id).await.unwrap().unwrap().code;
        self.say_on_phone(&format!("/link {}", code.expose_secret())).await;
    }

    async fn say_on_phone(&self, text: &str) {
        let person = Person { platform: "telegram".into(), account: "1".into(), platform_user_id: "42".into(), ..Person::default() };
        let entry = InboxEntry { address: Address::Person(person), ..InboxEntry::text(Uuid::nil(), text) };
        self.bot.save_incoming_message(entry).await.unwrap();
        self.bot.drain().await.unwrap();
        self.words.lock().unwrap().clear();
    }

    /// A candidate on the web asks for a person; answers the application's id.
    async fn ask_for_a_person(&self) -> Uuid {
        let job = self.bot.job_by_slug("welder").await.unwrap().unwrap();
        let person = Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() };
        let session = self.bot.open_session(OpenSession::new(person)).await.unwrap().session;
        for text in ["yes", "/human"] {
            self.bot.save_incoming_message(InboxEntry::text(session.id, text)).await.unwrap();
            self.bot.drain().await.unwrap();
        }
        session.application_id.unwrap()
    }

    fn told(&self) -> Vec<(String, String)> {
        self.words.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn the_owner_is_told_once_though_the_event_is_handed_over_three_times() {
    let desk = Desk::new(2).await;
    desk.link().await;
    let application = desk.ask_for_a_person().await;
    for _ in 0..4 {
        desk.clock.advance(Duration::minutes(5));
        desk.bot.drain().await.unwrap();
    }
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "42");
    for part in ["Welder", "asked for one", &format!("https://jobs.example.org/console/applications/{application}")] {
        assert!(told[0].1.contains(part), "{}", told[0].1);
    }
    assert_eq!(desk.taken.lock().unwrap().len(), 1, "the host's sink has it as well");
    // Another escalation is another notice.
    desk.ask_for_a_person().await;
    assert_eq!(desk.told().len(), 2);
}

#[tokio::test]
async fn a_notice_finds_an_owner_whose_session_has_ended() {
    let desk = Desk::new(0).await;
    desk.link().await;
    desk.clock.advance(Duration::days(30));
    desk.bot.drain().await.unwrap();
    desk.ask_for_a_person().await;
    assert_eq!(desk.told().len(), 1, "{:?}", desk.told());
}

#[tokio::test]
async fn an_owner_who_is_not_linked_or_said_stop_is_left_alone() {
    let desk = Desk::new(0).await;
    desk.ask_for_a_person().await;
    desk.link().await;
    desk.say_on_phone("STOP").await;
    desk.ask_for_a_person().await;
    assert_eq!(desk.told(), []);
    assert_eq!(desk.taken.lock().unwrap().len(), 2);
    desk.say_on_phone("/start").await;
    desk.say_on_phone("/unlink").await;
    desk.ask_for_a_person().await;
    assert_eq!(desk.told(), []);
}
