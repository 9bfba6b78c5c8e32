//! I6: who asks to be forgotten is, whatever is under way; and everything held about a person can be handed to them.

use chatbot_core::clock::{IdSource as _, RandomIds};

use chatbot_core::access::{Actor, Role};
use chatbot_core::message::inbound::Address;
use chatbot_core::message::{ChatMessage, Delivery, InboxEntry, Outgoing, Person, Sender};
use chatbot_core::outbox::deliver::{OutboxStore, Outcome, SENDER_LEASE, Sender as By};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::recruiting::list::{ActivityFilter, Page};
use chatbot_core::recruiting::{ActionStatus, ActionType};
use chatbot_core::session::{OpenSession, SessionError};
use chatbot_core::turn::Effects;
use chatbot_core::worker::{Commit, LEASE, TurnStore};
use chrono::Duration;
use uuid::Uuid;

use crate::world::World;

const ALL: Page = Page { limit: 500, offset: 0 };

fn ada() -> Actor {
    Actor { user_id: Some(RandomIds.uuid()), name: "Ada".into(), role: Role::Admin }
}

/// Somebody in the middle of the questions: the session and the candidate.
async fn applicant(w: &World) -> (Uuid, Uuid) {
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    w.say(session, "5 years").await;
    (session, candidate_of(w, session).await)
}

async fn candidate_of(w: &World, session: Uuid) -> Uuid {
    w.bot.session(session).await.unwrap().unwrap().candidate_id.unwrap()
}

/// An entry as a channel outside brings it.
fn from_outside(text: &str, key: &str) -> InboxEntry {
    let person = Person { platform: "pigeon".into(), account: "1".into(), platform_user_id: "loft-7".into(), ..Person::default() };
    InboxEntry { address: Address::Person(person), dedupe_key: Some(key.into()), ..InboxEntry::text(Uuid::nil(), text) }
}

async fn sends(w: &World, text: &str, key: &str) -> Uuid {
    let accepted = w.bot.save_incoming_message(from_outside(text, key)).await.unwrap();
    w.bot.drain().await.unwrap();
    accepted.session_id
}

async fn last(w: &World, session: Uuid) -> ChatMessage {
    w.history(session).await.pop().unwrap()
}

#[tokio::test]
async fn i6_forgetting_asks_once_and_only_a_yes_means_it() {
    let w = World::new().await;
    let (session, candidate) = applicant(&w).await;
    let asked = w.say(session, "/forget").await;
    assert!(asked.contains("yes, delete"), "{asked}");
    let kept = w.say(session, "early").await;
    assert!(kept.contains("nothing is deleted") && kept.contains("Question 2 of 3"), "anything else keeps all and goes on: {kept}");
    assert!(w.say(session, "delete my data").await.contains("yes, delete"));
    assert!(w.say(session, "/status").await.contains("1 of 3"), "another command keeps all, and is done");
    // Whoever answers before the question can have been read has not answered it.
    let both = w.say_all(session, &["/forget", "yes"]).await;
    assert!(!both.contains("Done") && w.bot.candidate(candidate).await.unwrap().is_some(), "{both}");

    let gone = w.say(session, "Yes, delete!").await;
    assert!(gone.contains("everything about you is deleted"), "{gone}");
    assert!(w.bot.candidate(candidate).await.unwrap().is_none());
    let history = w.history(session).await;
    assert_eq!(history.len(), 1, "only the confirmation is left: {history:?}");
    let left = w.bot.session(session).await.unwrap().unwrap();
    assert!(left.candidate_id.is_none() && left.application_id.is_none() && left.context.is_empty() && left.closed_at.is_some());
    assert_eq!(w.bot.verify().await.unwrap().problems, []);
    let log = w.bot.activity(&ActivityFilter::default(), ALL).await.unwrap();
    let lines: Vec<_> = log.iter().map(|l| (l.activity_type.as_str(), l.actor_type.as_str(), l.session_id, l.candidate_id)).collect();
    assert_eq!(lines, [("candidate_erased", "candidate", None, None)], "one line, which names nobody");

    // The page may show it for a day, and no longer.
    w.clock.advance(Duration::hours(23));
    w.bot.tidy().await.unwrap();
    assert_eq!(w.history(session).await.len(), 1);
    w.clock.advance(Duration::hours(2));
    assert_eq!(w.bot.tidy().await.unwrap().sessions, 1);
    assert!(w.bot.session(session).await.unwrap().is_none());
}

#[tokio::test]
async fn i6_a_confirmation_outside_goes_once_it_has_arrived() {
    let w = World::new().await;
    let session = sends(&w, "hello", "1").await;
    for (key, text) in ["yes", "/forget", "yes, delete"].into_iter().enumerate() {
        // What was said is delivered before they answer.
        for row in w.store.take_due(&By { platform: "pigeon", account: "1", n: 1 }, SENDER_LEASE, 9).await.unwrap().unwrap().rows {
            w.store.settle(&row, Outcome::Sent(chatbot_core::channel::Sent::default())).await.unwrap();
        }
        sends(&w, text, &format!("a{key}")).await;
    }
    w.bot.tidy().await.unwrap();
    assert_eq!(w.history(session).await.len(), 1, "it is still to be sent");
    let row = w.store.take_due(&By { platform: "pigeon", account: "1", n: 1 }, SENDER_LEASE, 9).await.unwrap().unwrap().rows.remove(0);
    assert!(row.content.contains("everything about you is deleted") && row.recipient == "loft-7", "{row:?}");
    w.store.settle(&row, Outcome::Failed("blocked".into())).await.unwrap();
    assert!(w.bot.actions(None, None, ALL).await.unwrap().is_empty(), "nobody is asked to look after an erased person");
    w.bot.tidy().await.unwrap();
    assert!(w.bot.session(session).await.unwrap().is_none(), "the address goes with it");
}

#[tokio::test]
async fn i6_a_late_retry_brings_nobody_back_and_new_words_are_a_new_person() {
    let w = World::new().await;
    let session = sends(&w, "hello", "1").await;
    let candidate = candidate_of(&w, session).await;
    let receipt = w.bot.erase_candidate(candidate, Some(&ada())).await.unwrap().unwrap();
    assert_eq!((receipt.deleted["candidates"], receipt.deleted["chat_sessions"]), (1, 1));
    let late = w.bot.save_incoming_message(from_outside("hello", "1")).await;
    assert!(matches!(late, Err(SessionError::NotFound(_))), "{late:?}");
    assert!(w.bot.sessions(false, ALL).await.unwrap().is_empty());
    let again = w.bot.erase_candidate(candidate, Some(&ada())).await.unwrap();
    assert_eq!(again, Some(receipt), "the same receipt");
    assert_eq!(w.bot.erase_candidate(RandomIds.uuid(), None).await.unwrap(), None, "nobody of that id ever was");
    let anew = sends(&w, "hello again", "2").await;
    assert_ne!(candidate_of(&w, anew).await, candidate);
}

#[tokio::test]
async fn i6_a_late_copy_of_ones_own_wish_is_told_that_the_conversation_is_over() {
    let w = World::new().await;
    let (session, _) = applicant(&w).await;
    w.say(session, "/forget").await;
    let wish = InboxEntry { dedupe_key: Some("the wish".into()), ..InboxEntry::text(session, "yes, delete") };
    w.bot.save_incoming_message(wish.clone()).await.unwrap();
    w.bot.drain().await.unwrap();
    let late = w.bot.save_incoming_message(wish.clone()).await;
    assert!(matches!(late, Err(SessionError::Expired)), "as any other word after the farewell: {late:?}");
    assert_eq!(w.history(session).await.len(), 1, "and nothing comes back");
    w.clock.advance(Duration::hours(25));
    w.bot.tidy().await.unwrap();
    let later = w.bot.save_incoming_message(wish).await;
    assert!(matches!(later, Err(SessionError::NotFound(_))), "once the farewell is gone too: {later:?}");
}

#[tokio::test]
async fn i6_a_turn_and_a_delivery_in_flight_find_nothing_afterwards() {
    let w = World::new().await;
    let session = sends(&w, "hello", "1").await;
    let candidate = candidate_of(&w, session).await;
    let sending = w.store.take_due(&By { platform: "pigeon", account: "1", n: 1 }, SENDER_LEASE, 9).await.unwrap().unwrap().rows;
    assert_eq!(sending.len(), 1);
    w.bot.save_incoming_message(from_outside("yes", "2")).await.unwrap();
    let claim = w.store.claim(1, LEASE, None).await.unwrap().remove(0);
    w.bot.erase_candidate(candidate, None).await.unwrap().unwrap();

    let mut effects = Effects::new();
    effects.save_bot_message(Outgoing { content: "late words".into(), ..Outgoing::default() });
    let upto = claim.session.last_inbound;
    let late = Commit { session: claim.session.clone(), fence: claim.fence, upto, effects, next_timer: None, sends: None };
    assert!(w.store.commit(late).await.unwrap().is_none(), "the turn took effect");
    for outcome in [
        Outcome::Retry { after: Duration::zero(), reason: "busy".into() },
        Outcome::Unknown("no answer".into()),
        Outcome::Failed("blocked".into()),
        Outcome::Sent(chatbot_core::channel::Sent::default()),
    ] {
        w.store.settle(&sending[0], outcome).await.unwrap();
    }
    assert!(w.history(session).await.is_empty());
    assert!(w.bot.actions(None, None, ALL).await.unwrap().is_empty());
    assert!(w.bot.sessions(false, ALL).await.unwrap().is_empty());
    assert_eq!(w.bot.activity(&ActivityFilter::default(), ALL).await.unwrap().len(), 1);
}

#[tokio::test]
async fn i6_neither_a_takeover_nor_an_opt_out_keeps_anybody_from_it() {
    let w = World::new().await;
    let (session, candidate) = applicant(&w).await;
    w.bot.takeover(session, &ada()).await.unwrap();
    w.say(session, "/forget").await;
    let asked = last(&w, session).await;
    assert!(asked.sender == Sender::System && asked.content.contains("yes, delete"), "the bot is silent, a notice asks: {asked:?}");
    w.say(session, "no").await;
    assert!(last(&w, session).await.content.contains("nothing is deleted"));
    w.say(session, "/forget").await;
    w.say(session, "yes").await;
    assert!(w.bot.candidate(candidate).await.unwrap().is_none());
    assert_eq!(last(&w, session).await.sender, Sender::System);

    let (session, candidate) = applicant(&w).await;
    w.say(session, "STOP").await;
    w.say(session, "/forget").await;
    w.say(session, "yes").await;
    assert!(w.bot.candidate(candidate).await.unwrap().is_none());
}

#[tokio::test]
async fn i6_erasing_by_chat_takes_the_conversations_of_before_along() {
    let w = World::new().await;
    let first = sends(&w, "hello", "1").await;
    sends(&w, "yes", "2").await;
    w.clock.advance(Duration::hours(100));
    w.bot.drain().await.unwrap();
    let second = sends(&w, "hello again", "3").await;
    assert_ne!(first, second);
    let candidate = candidate_of(&w, second).await;
    assert_eq!(candidate_of(&w, first).await, candidate);
    sends(&w, "/forget", "4").await;
    sends(&w, "yes", "5").await;
    assert!(w.bot.session(first).await.unwrap().is_none() && w.bot.candidate(candidate).await.unwrap().is_none());
    assert_eq!(w.history(second).await.len(), 1);
}

#[tokio::test]
async fn an_export_holds_everything_with_the_words_agreed_to() {
    let w = World::new().await;
    let (session, candidate) = applicant(&w).await;
    w.bot.save_file(session, "cv.txt", b"Welding since 1999".to_vec(), Sender::Candidate, None, None).await.unwrap();
    w.say(session, "/human").await;
    let export = serde_json::to_value(w.bot.export_candidate(candidate).await.unwrap().unwrap()).unwrap();
    let text = export["consents"][0]["text"].as_str().unwrap();
    assert!(text.contains("keeps this chat and your answers for up to six months"), "{text}");
    assert_eq!(export["consents"][0]["given"], true);
    let answer = &export["applications"][0]["answers"][0];
    assert_eq!((answer["answer_text"].as_str(), answer["score"].as_f64()), (Some("5 years"), Some(1.0)));
    assert!(answer["reason"].as_str().unwrap().contains("5 years"));
    assert_eq!(export["applications"][0]["job"]["slug"], "welder");
    let messages = export["sessions"][0]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), w.history(session).await.len());
    assert!(export["sessions"][0]["inbox"].as_array().unwrap().iter().any(|e| e["content"] == "5 years"));
    assert_eq!(export["files"][0]["base64"], "V2VsZGluZyBzaW5jZSAxOTk5");
    assert_eq!(export["actions"][0]["type"], "human_requested");
    assert_eq!(export["events"][0]["type"], "CHAT_ESCALATION");
    assert!(export["activity"].as_array().unwrap().iter().any(|l| l["type"] == "consent_given"));
    assert_eq!(export["retention_days"], 180);
    let own = serde_json::to_value(w.bot.export_session(session).await.unwrap().unwrap()).unwrap();
    assert_eq!(own["candidate"], export["candidate"]);
    assert!(w.bot.export_candidate(RandomIds.uuid()).await.unwrap().is_none());
}

#[tokio::test]
async fn my_data_is_shown_in_short_and_a_person_sends_the_whole_where_no_page_does() {
    let w = World::new().await;
    let (session, _) = applicant(&w).await;
    w.bot.save_file(session, "cv.txt", b"Welding".to_vec(), Sender::Candidate, None, None).await.unwrap();
    let said = w.say(session, "/mydata").await;
    for part in ["Answers: 1", "Files: cv.txt", "you agreed to your application being handled", "six months", "/forget", "Save my data"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert!(said.contains("Question 2 of 3"), "and what was pending: {said}");
    assert!(w.bot.actions(Some(ActionStatus::Open), Some(session), ALL).await.unwrap().is_empty());
    let outside = sends(&w, "hello", "1").await;
    sends(&w, "/mydata", "2").await;
    assert!(last(&w, outside).await.content.contains("asked a person"));
    let filed = w.bot.actions(Some(ActionStatus::Open), Some(outside), ALL).await.unwrap();
    assert_eq!(filed.iter().map(|a| a.action_type).collect::<Vec<_>>(), [ActionType::HumanRequested]);
}

#[tokio::test]
async fn whoever_is_silent_for_as_long_as_the_notice_says_is_erased() {
    let w = World::new().await;
    let (silent, candidate) = applicant(&w).await;
    w.clock.advance(Duration::days(170));
    w.bot.drain().await.unwrap();
    let (talking, other) = applicant(&w).await;
    w.clock.advance(Duration::days(11));
    let dry = w.bot.retain(Duration::days(180), true).await.unwrap();
    assert_eq!((dry.candidates, dry.dry_run), (1, true));
    assert!(w.bot.candidate(candidate).await.unwrap().is_some(), "dry is dry");
    assert_eq!(w.bot.tidy().await.unwrap().candidates, 1);
    assert!(w.bot.candidate(candidate).await.unwrap().is_none() && w.bot.session(silent).await.unwrap().is_none());
    assert!(w.bot.candidate(other).await.unwrap().is_some() && w.bot.session(talking).await.unwrap().is_some());
    assert_eq!(w.bot.tidy().await.unwrap().candidates, 0, "once is enough");
}

#[tokio::test]
async fn a_refusal_after_an_agreement_promises_no_deletion() {
    let w = World::new().await;
    let (session, _) = applicant(&w).await;
    let other = JobFile::from_yaml("{title: Painter, prescreen: {questions: [{text: \"Which colours?\", kind: text}]}}", None).unwrap();
    w.bot.create_job(&other, false).await.unwrap();
    w.say(session, "/start painter").await;
    let refused = w.say(session, "no").await;
    assert!(refused.contains("stays as it is") && !refused.contains("deleted after a day"), "{refused}");
    let (fresh, _) = w.open().await;
    let refused = w.say(fresh, "no").await;
    assert!(refused.contains("deleted after a day"), "{refused}");
    w.clock.advance(Duration::hours(25));
    w.bot.drain().await.unwrap();
    assert!(w.bot.session(fresh).await.unwrap().is_none() && w.bot.session(session).await.unwrap().is_some());
}

#[tokio::test]
async fn a_conversation_nobody_agreed_to_goes_though_its_end_came_first() {
    let w = World::new().await;
    let mut settings = chatbot_core::Settings::default();
    settings.session_ttl_hours = 2;
    let bot = chatbot_core::Chatbot::builder(w.store.clone()).clock(w.clock.clone()).settings(settings).build().unwrap();
    let first = bot.save_incoming_message(from_outside("hello", "1")).await.unwrap().session_id;
    bot.drain().await.unwrap();
    w.clock.advance(Duration::hours(3));
    // Nobody ran meanwhile: the next message itself closes the first conversation.
    let second = bot.save_incoming_message(from_outside("hello?", "2")).await.unwrap().session_id;
    assert_ne!(first, second);
    w.clock.advance(Duration::hours(25));
    bot.drain().await.unwrap();
    bot.tidy().await.unwrap();
    assert!(bot.sessions(false, ALL).await.unwrap().is_empty(), "no row of who never agreed");
    assert!(bot.history(first, 0, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_opted_out_is_not_told_who_comes_and_goes() {
    let w = World::new().await;
    let (session, _) = applicant(&w).await;
    w.say(session, "STOP").await;
    let before = w.history(session).await.len();
    w.bot.takeover(session, &ada()).await.unwrap();
    w.bot.drain().await.unwrap();
    w.bot.release(session, &ada()).await.unwrap();
    w.bot.drain().await.unwrap();
    let history = w.history(session).await;
    assert_eq!(history.len(), before, "{history:?}");
    assert!(history.iter().all(|m| m.delivery == Delivery::Sent));
    assert_eq!(w.bot.verify().await.unwrap().problems, []);
}

#[tokio::test]
async fn an_open_session_by_an_erased_tokens_holder_is_somebody_new() {
    let w = World::new().await;
    let job = w.bot.job_by_slug("welder").await.unwrap().unwrap();
    let mut wish = OpenSession::new(Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() });
    wish.with_token = true;
    let opened = w.bot.open_session(wish).await.unwrap();
    w.bot.drain().await.unwrap();
    let (session, candidate) = (opened.session.id, opened.session.candidate_id);
    w.say(session, "/forget").await;
    w.say(session, "yes").await;
    let mut again = OpenSession::new(Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() });
    again.token = opened.token;
    again.with_token = true;
    let anew = w.bot.open_session(again).await.unwrap();
    assert!(anew.created && anew.session.id != session && anew.session.candidate_id != candidate);
}
