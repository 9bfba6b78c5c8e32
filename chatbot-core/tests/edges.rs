//! Where two rules meet: each of these went wrong once, or nearly.

use chatbot_core::access::{Actor, Role};
use chatbot_core::message::inbound::Address;
use chatbot_core::message::{InboxEntry, Person, Sender};
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{ActionStatus, ActionType};
use chrono::Duration;

use crate::world::World;

const ALL: Page = Page { limit: 500, offset: 0 };

fn recruiter() -> Actor {
    Actor { user_id: None, name: "Ada".into(), role: Role::Recruiter }
}

#[tokio::test]
async fn nobody_consents_to_a_notice_they_have_not_read() {
    let w = World::new().await;
    // On a channel without an opening of its own the first words open the session.
    let person = Person { platform: "pigeon".into(), platform_user_id: "7".into(), ..Person::default() };
    let first = InboxEntry { address: Address::Person(person), ..InboxEntry::text(uuid::Uuid::nil(), "yes") };
    let accepted = w.bot.save_incoming_message(first).await.unwrap();
    w.bot.drain().await.unwrap();
    let said = w.bot_words(accepted.session_id, 0).await;
    assert!(said.contains("Do you agree?") && !said.contains("Question 1"), "{said}");
    assert!(w.say(accepted.session_id, "yes").await.contains("Question 1"));
}

#[tokio::test]
async fn the_bot_is_silent_under_takeover_even_to_who_opts_in_again() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    assert!(w.say(session, "STOP").await.contains("won't receive"));
    w.bot.takeover(session, &recruiter()).await.unwrap();
    assert_eq!(w.say(session, "/start").await, "");
}

#[tokio::test]
async fn stop_sent_with_an_answer_gets_one_confirmation_and_no_question() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let said = w.say_all(session, &["5", "STOP"]).await;
    assert!(said.contains("won't receive") && !said.contains("Question"), "{said}");
    assert_eq!(w.say(session, "hello").await, "");
}

#[tokio::test]
async fn a_person_asked_for_twice_is_one_action() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    for text in ["yes", "/human", "/human"] {
        w.say(session, text).await;
    }
    let open = w.bot.actions(Some(ActionStatus::Open), Some(session), ALL).await.unwrap();
    let wishes: Vec<_> = open.iter().filter(|a| a.action_type == ActionType::HumanRequested).map(|a| a.payload["why"].clone()).collect();
    assert_eq!(wishes.len(), 1, "{wishes:?}");
}

#[tokio::test]
async fn whoever_acts_at_the_summary_has_another_day() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for text in ["yes", "5", "yes", "early", "Ada", "ada@example.org"] {
        w.say(session, text).await;
    }
    w.clock.advance(Duration::hours(23));
    w.bot.drain().await.unwrap();
    w.say(session, "change 1").await;
    w.clock.advance(Duration::hours(2));
    w.bot.drain().await.unwrap();
    let status = |w: &World| {
        let bot = w.bot.clone();
        async move { bot.application(application, None).await.unwrap().unwrap().status.as_str() }
    };
    assert_eq!(status(&w).await, "in_progress");
    w.clock.advance(Duration::hours(23));
    w.bot.drain().await.unwrap();
    assert_eq!(status(&w).await, "prescreen_completed");
}

#[tokio::test]
async fn an_expiry_that_comes_first_keeps_the_promise_to_submit() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for text in ["yes", "5", "yes", "early", "Ada", "ada@example.org"] {
        w.say(session, text).await;
    }
    w.bot.takeover(session, &recruiter()).await.unwrap();
    w.clock.advance(Duration::hours(100));
    w.bot.drain().await.unwrap();
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    assert_eq!(view.status.as_str(), "prescreen_completed");
    assert_eq!(w.bot.events_of(session).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_question_is_put_once_a_turn_and_again_after_a_file() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let said = w.say_all(session, &["5", "what is the salary?"]).await;
    assert_eq!(said.matches("Question 2 of 3").count(), 1, "{said}");
    w.bot.save_file(session, "cv.txt", b"Ada".to_vec(), Sender::Candidate, None, None).await.unwrap();
    w.bot.drain().await.unwrap();
    let last = w.history(session).await.pop().unwrap();
    assert!(last.content.contains("I received “cv.txt”") && last.content.contains("Question 2 of 3"), "{}", last.content);
}

#[tokio::test]
async fn a_name_and_contact_may_be_withheld() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    for text in ["yes", "5", "yes", "early"] {
        w.say(session, text).await;
    }
    assert!(w.say(session, "prefer not to say").await.contains("How can we reach you"));
    let summary = w.say(session, "skip").await;
    assert!(summary.contains("submit") && !summary.contains("Name:"), "{summary}");
}
