//! The employer's people link their chats, and are no candidates there.

use chatbot_core::access::{Role, User};
use chatbot_core::message::{InboxEntry, Person, inbound::Address};
use chatbot_core::recruiting::list::Page;
use chrono::Duration;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::world::World;

async fn recruiter(w: &World) -> User {
    w.bot.add_user("ada@example.org", "Ada", Role::Recruiter).await.unwrap()
}

async fn code(w: &World, user: &User) -> String {
    w.bot.link_code(user.id).await.unwrap().unwrap().code.expose_secret().to_owned()
}

/// Words from a chat outside, which opens by itself; what the bot says to them.
async fn on_telegram(w: &World, text: &str) -> (Uuid, String) {
    let person = Person { platform: "telegram".into(), account: "1".into(), platform_user_id: "42".into(), ..Person::default() };
    let entry = InboxEntry { address: Address::Person(person), ..InboxEntry::text(Uuid::nil(), text) };
    let accepted = w.bot.save_incoming_message(entry).await.unwrap();
    w.bot.drain().await.unwrap();
    (accepted.session_id, w.bot_words(accepted.session_id, accepted.seq).await)
}

#[tokio::test]
async fn a_code_links_a_chat_once_and_its_person_is_no_candidate() {
    let w = World::new().await;
    let (ada, bob) = (recruiter(&w).await, w.bot.add_user("bob@example.org", "Bob", Role::Recruiter).await.unwrap());
    let code = code(&w, &ada).await;
    let (session, said) = on_telegram(&w, &format!("/start link_{}", code.to_lowercase().replace('-', ""))).await;
    assert!(said.contains("Hello Ada!") && said.contains("/newjob"), "{said}");
    assert!(!said.contains("Do you agree"), "{said}");
    // A code is good once, also for its own user.
    let (other, _) = w.open().await;
    assert!(w.say(other, &format!("/link {code}")).await.contains("doesn't work"));
    let (_, said) = on_telegram(&w, "good morning").await;
    assert!(said.contains("Hello Ada!"), "{said}");
    let (_, said) = on_telegram(&w, "/start").await;
    assert!(said.contains("Hello Ada!") && !said.contains("Do you agree"), "{said}");
    // What nobody agreed to is deleted after a day; a linked chat stays.
    w.clock.advance(Duration::hours(30));
    w.bot.drain().await.unwrap();
    assert!(w.bot.session(session).await.unwrap().is_some());
    let log = w.bot.activity(&chatbot_core::recruiting::list::ActivityFilter::default(), Page { limit: 100, offset: 0 }).await.unwrap();
    let linked: Vec<_> = log.iter().filter(|l| l.activity_type == "staff_linked").collect();
    assert_eq!((linked.len(), &linked[0].detail["user_id"]), (1, &serde_json::json!(ada.id)));
    // Another user's code makes the chat theirs.
    let code = w.bot.link_code(bob.id).await.unwrap().unwrap().code;
    assert!(on_telegram(&w, &format!("/link {}", code.expose_secret())).await.1.contains("Hello Bob!"));
    assert!(on_telegram(&w, "/unlink").await.1.contains("no longer linked"));
    assert!(on_telegram(&w, "/start").await.1.contains("Do you agree"));
}

#[tokio::test]
async fn an_old_code_a_wrong_one_and_one_guess_too_many_are_answered_alike() {
    let w = World::new().await;
    let ada = recruiter(&w).await;
    let (session, _) = w.open().await;
    let old = code(&w, &ada).await;
    w.clock.advance(Duration::minutes(15));
    let wrong = w.say(session, &format!("/link {old}")).await;
    assert!(wrong.contains("doesn't work") && wrong.contains("clear yes or no"), "{wrong}");
    for guess in ["/link AAAA-AAAA", "/link 1234", "/link 🦀", "/start link_BBBBBBBB"] {
        assert_eq!(w.say(session, guess).await, wrong, "{guess}");
    }
    let good = code(&w, &ada).await;
    assert_eq!(w.say(session, &format!("/link {good}")).await, wrong, "the sixth try");
    // Another job's link begins a new form, not new tries.
    w.bot
        .create_job(
            &chatbot_core::recruiting::job_file::JobFile::from_yaml(&crate::world::JOB.replace("Welder", "Baker"), None).unwrap(),
            false,
        )
        .await
        .unwrap();
    w.say(session, "/start baker").await;
    assert!(w.say(session, &format!("/link {good}")).await.contains("doesn't work"));
    // The code itself was not used up by that.
    assert!(on_telegram(&w, &format!("/link {good}")).await.1.contains("Hello Ada!"));
}

#[tokio::test]
async fn a_recruiters_own_phone_can_be_the_first_candidate() {
    let w = World::new().await;
    let ada = recruiter(&w).await;
    let code = code(&w, &ada).await;
    on_telegram(&w, &format!("/link {code}")).await;
    let (session, said) = on_telegram(&w, "/start welder").await;
    assert!(said.contains("Welder") && said.contains("Do you agree?"), "{said}");
    assert!(on_telegram(&w, "yes").await.1.contains("Question 1 of 3"));
    assert!(on_telegram(&w, "/start").await.1.contains("Question 1 of 3"), "in the form /start goes on with it");
    assert!(on_telegram(&w, "/cancel").await.1.contains("we stop here"));
    let (_, said) = on_telegram(&w, "hello").await;
    assert!(said.contains("Hello Ada!") && said.contains("continue"), "{said}");
    assert!(on_telegram(&w, "continue").await.1.contains("Question 1 of 3"));
    assert!(on_telegram(&w, "five").await.1.contains("certificate"));
    assert_eq!(w.bot.session(session).await.unwrap().unwrap().platform, "telegram");
}

/// An opening, as a channel with deep links hands it over: the job by its id, and what was pressed.
async fn opens(w: &World, job: Option<&str>) -> String {
    let job = match job {
        Some(slug) => w.bot.job_by_slug(slug).await.unwrap(),
        None => None,
    };
    let content = job.as_ref().map_or("/start".to_owned(), |job| format!("/start {}", job.slug));
    let person = Person {
        platform: "telegram".into(),
        account: "1".into(),
        platform_user_id: "42".into(),
        job_id: job.map(|job| job.id),
        ..Person::default()
    };
    let entry = InboxEntry {
        address: Address::Person(person),
        kind: chatbot_core::message::EntryKind::Start,
        content_format: "start".into(),
        ..InboxEntry::text(Uuid::nil(), content)
    };
    let accepted = w.bot.save_incoming_message(entry).await.unwrap();
    w.bot.drain().await.unwrap();
    w.bot_words(accepted.session_id, accepted.seq).await
}

#[tokio::test]
async fn a_deep_link_tries_a_job_and_a_bare_start_does_not() {
    let w = World::new().await;
    let ada = recruiter(&w).await;
    let code = code(&w, &ada).await;
    on_telegram(&w, &format!("/link {code}")).await;
    assert!(opens(&w, None).await.contains("Hello Ada!"));
    assert!(opens(&w, Some("welder")).await.contains("Do you agree?"));
    assert!(on_telegram(&w, "yes").await.1.contains("Question 1 of 3"));
    assert!(opens(&w, None).await.contains("Question 1 of 3"), "in the form a bare start goes on with it");
    on_telegram(&w, "/cancel").await;
    assert!(opens(&w, None).await.contains("Hello Ada!"));
    assert!(opens(&w, Some("welder")).await.contains("Question 1 of 3"));
}

#[tokio::test]
async fn linking_in_the_middle_of_a_form_pauses_it() {
    let w = World::new().await;
    let ada = recruiter(&w).await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let code = code(&w, &ada).await;
    assert!(w.say(session, &format!("/link {code}")).await.contains("Hello Ada!"));
    assert!(w.say(session, "what now?").await.contains("I didn't understand"));
    assert!(w.say(session, "continue").await.contains("Question 1 of 3"));
}
