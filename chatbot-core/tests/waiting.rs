//! Under a person's control nobody is forgotten; and an edited message is a proposed correction.

use chatbot_core::access::{Actor, Role};
use chatbot_core::message::{EntryKind, InboxEntry, Sender};
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{ActionStatus, ActionType};
use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

const ALL: Page = Page { limit: 500, offset: 0 };

fn recruiter() -> Actor {
    Actor { user_id: None, name: "Grace".into(), role: Role::Recruiter }
}

async fn waiting(w: &World, session: Uuid) -> usize {
    let open = w.bot.actions(Some(ActionStatus::Open), Some(session), ALL).await.unwrap();
    open.iter().filter(|a| a.action_type == ActionType::CandidateWaiting).count()
}

async fn recruiter_says(w: &World, session: Uuid, text: &str) {
    let entry = InboxEntry { sender: Sender::Recruiter, actor: Some("Grace".into()), ..InboxEntry::text(session, text) };
    w.bot.save_incoming_message(entry).await.unwrap();
    w.bot.drain().await.unwrap();
}

async fn hours_pass(w: &World, hours: i64) {
    w.clock.advance(Duration::hours(hours));
    w.bot.drain().await.unwrap();
}

#[tokio::test]
async fn a_candidate_unanswered_for_two_hours_files_one_action_and_an_answer_settles_it() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    w.bot.takeover(session, &recruiter()).await.unwrap();
    w.say(session, "is anybody there?").await;
    hours_pass(&w, 1).await;
    w.say(session, "hello?").await;
    assert_eq!(waiting(&w, session).await, 0);
    hours_pass(&w, 1).await;
    assert_eq!(waiting(&w, session).await, 1, "two hours after the first unanswered word");
    recruiter_says(&w, session, "Yes, I am").await;
    assert_eq!(waiting(&w, session).await, 0);
    hours_pass(&w, 30).await;
    assert_eq!(waiting(&w, session).await, 0, "nobody waits after an answer");
}

#[tokio::test]
async fn after_a_day_the_bot_is_offered_back_and_speaks_only_once_it_is_taken() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    w.bot.takeover(session, &recruiter()).await.unwrap();
    w.say(session, "continue").await;
    assert!(!w.bot.session(session).await.unwrap().unwrap().automation_enabled, "nothing was offered yet");
    let before = w.history(session).await.last().unwrap().seq;
    hours_pass(&w, 25).await;
    let said = w.bot.history(session, before, 10).await.unwrap();
    assert!(said.iter().all(|m| m.sender == Sender::System), "the bot itself is silent: {said:?}");
    assert!(said.iter().any(|m| m.content.contains("continue")), "{said:?}");
    let back = w.say(session, "Continue").await;
    assert!(back.contains("Question 1"), "{back}");
    assert!(w.bot.session(session).await.unwrap().unwrap().automation_enabled);
    assert_eq!(waiting(&w, session).await, 0);
    assert!(w.say(session, "5").await.contains("Question 2"), "and goes on as ever");
}

async fn edits(w: &World, session: Uuid, original: &str, text: &str) -> String {
    let history = w.history(session).await;
    let before = history.last().unwrap().seq;
    let seq = history.iter().rev().find(|m| m.sender == Sender::Candidate && m.content == original).unwrap().seq;
    let entry = InboxEntry { kind: EntryKind::Edit, metadata: json!({"edits": seq}), ..InboxEntry::text(session, text) };
    w.bot.save_incoming_message(entry).await.unwrap();
    w.bot.drain().await.unwrap();
    w.bot_words(session, before).await
}

#[tokio::test]
async fn an_edited_answer_is_changed_scored_anew_and_both_values_are_kept() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for text in ["yes", "2 years", "yes"] {
        w.say(session, text).await;
    }
    let said = edits(&w, session, "2 years", "6 years").await;
    assert!(said.contains("6 years") && said.contains("Question 3"), "{said}");
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    assert_eq!(view.answers[0].value, json!(6));
    assert_eq!(view.jd_match_score, Some(100.0));
    let log = w.bot.activity(&chatbot_core::recruiting::list::ActivityFilter::default(), ALL).await.unwrap();
    let changed = log.iter().find(|a| a.activity_type == "answer_changed").unwrap();
    assert_eq!((&changed.detail["before"]["value"], &changed.detail["value"]), (&json!(2), &json!(6)));
    assert!(w.say(session, "early").await.contains("your name"), "the pending question was not lost");
}

#[tokio::test]
async fn an_edit_that_does_not_read_or_comes_too_late_changes_nothing_and_says_so() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for text in ["yes", "2 years"] {
        w.say(session, text).await;
    }
    let said = edits(&w, session, "2 years", "banana").await;
    assert!(said.contains("earlier answer stays") && said.contains("Question 2"), "{said}");
    for text in ["yes", "early", "Ada", "ada@example.org", "submit"] {
        w.say(session, text).await;
    }
    let said = edits(&w, session, "2 years", "9 years").await;
    assert!(said.contains("has been submitted"), "{said}");
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    assert_eq!(view.answers[0].value, json!(2));
}

#[tokio::test]
async fn an_edit_of_words_that_were_not_understood_is_read_in_their_place() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    for text in ["yes", "sveeral"] {
        w.say(session, text).await;
    }
    let said = edits(&w, session, "sveeral", "7").await;
    assert!(said.contains("Question 2"), "{said}");
}

#[tokio::test]
async fn a_nod_after_submitting_calls_nobody() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    for text in ["yes", "5", "yes", "early", "Ada", "ada@example.org", "submit", "great", "ok"] {
        w.say(session, text).await;
    }
    assert!(w.bot.actions(Some(ActionStatus::Open), Some(session), ALL).await.unwrap().is_empty());
}
