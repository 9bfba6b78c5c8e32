//! Skills beside each other: who has an entry, and a command of a host's own at any step.

use chatbot_core::async_trait;
use chatbot_core::message::{InboxEntry, Outgoing, Person};
use chatbot_core::recruiting::list::{ActivityFilter, Page};
use chatbot_core::skill::{Decision, Skill, SkillError, command};
use chatbot_core::turn::{Effects, Turn};

use crate::world::World;

/// Knows one command, and claims whatever mentions weather.
struct Weather;

#[async_trait]
impl Skill for Weather {
    fn name(&self) -> &'static str {
        "weather"
    }

    fn priority(&self) -> i32 {
        3
    }

    fn claims(&self, turn: &Turn) -> bool {
        turn.entry().is_some_and(|e| e.content.contains("weather"))
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let asked = turn.entry().is_some_and(|e| command(&e.content).is_some_and(|c| c.name == "weather"));
        if !asked {
            return Ok(Decision::Pass);
        }
        let mut effects = Effects::new();
        effects.save_bot_message(Outgoing { content: "It is sunny.".into(), ..Outgoing::default() });
        Ok(Decision::handled(effects))
    }
}

#[tokio::test]
async fn a_skills_own_command_is_heard_at_any_step_and_what_was_pending_is_said_again() {
    let w = World::skilled(Weather).await;
    let (session, _) = w.open().await;
    for (answer, pending) in [
        ("", "Do you agree"),
        ("yes", "Question 1 of 3"),
        ("five", "certificate"),
        ("yes", "shift"),
        ("early", "What is your name"),
        ("Ada", "e-mail"),
        ("ada@example.org", "Send “submit”"),
    ] {
        if !answer.is_empty() {
            w.say(session, answer).await;
        }
        let said = w.say(session, "/weather today").await;
        assert!(said.starts_with("It is sunny.") && said.contains(pending), "at {pending}: {said}");
        let said = w.say(session, "/dance").await;
        assert!(said.starts_with("I don't know the command /dance") && said.contains(pending), "at {pending}: {said}");
    }
    w.say(session, "submit").await;
    assert_eq!(w.say(session, "/weather").await, "It is sunny.");
}

#[tokio::test]
async fn the_first_words_of_a_conversation_may_be_a_skills_command() {
    let w = World::skilled(Weather).await;
    let person = Person { platform: "pigeon".into(), platform_user_id: "7".into(), ..Person::default() };
    let first =
        InboxEntry { address: chatbot_core::message::inbound::Address::Person(person), ..InboxEntry::text(uuid::Uuid::nil(), "/weather") };
    let session = w.bot.save_incoming_message(first).await.unwrap().session_id;
    w.bot.drain().await.unwrap();
    let said = w.bot_words(session, 0).await;
    assert!(said.contains("I'm a bot") && said.contains("It is sunny.") && !said.contains("don't know"), "{said}");
}

#[tokio::test]
async fn what_two_skills_want_goes_to_the_first_and_stands_in_the_activity_log() {
    let w = World::skilled(Weather).await;
    let (session, _) = w.open().await;
    // The notice waits for a yes or no: Onboarding has it, whatever it is.
    assert!(w.say(session, "lovely weather").await.contains("Do you agree"));
    let filter = ActivityFilter { session_id: Some(session), activity_type: Some("skill_conflict".into()), ..ActivityFilter::default() };
    let log = w.bot.activity(&filter, Page { limit: 10, offset: 0 }).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((&log[0].detail["chosen"], &log[0].detail["also"][0]), (&"onboarding".into(), &"weather".into()));
    assert!(!log[0].detail.to_string().contains("lovely"), "names only");
}
