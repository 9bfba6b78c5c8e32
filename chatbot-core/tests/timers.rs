//! Reminders, submitting by itself, expiry, purge: timers are handled like messages.

use chatbot_core::message::{InboxEntry, Person};
use chatbot_core::session::{OpenSession, SessionError};
use chrono::Duration;

use crate::world::World;

#[tokio::test]
async fn two_reminders_come_in_waking_hours_and_none_after_a_reply() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let asked = w.history(session).await.len();
    // 09:00 UTC, no zone: the first at 12:00, the second not at 07:00 but at 09:00 the next day.
    for (hours, messages) in [(2, 0), (1, 1), (18, 1), (1, 1), (2, 2), (24, 2)] {
        w.clock.advance(Duration::hours(hours));
        w.bot.drain().await.unwrap();
        assert_eq!(w.history(session).await.len() - asked, messages, "after {hours} h more");
    }
    assert!(w.history(session).await.last().unwrap().content.contains("Continue with question 1"));
    let replied = World::new().await;
    let (session, _) = replied.open().await;
    replied.say(session, "yes").await;
    replied.say(session, "/cancel").await;
    let said = replied.history(session).await.len();
    replied.clock.advance(Duration::hours(30));
    replied.bot.drain().await.unwrap();
    assert_eq!(replied.history(session).await.len(), said, "nobody who paused is reminded");
}

#[tokio::test]
async fn reminders_and_the_end_count_from_the_last_word_and_a_turn_moves_neither() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let looked_at = async || w.bot.session(session).await.unwrap().unwrap().ready_at;
    let first = looked_at().await;
    w.clock.advance(Duration::hours(2));
    w.say(session, "5").await;
    assert!(first.is_some() && looked_at().await == first, "a turn leaves what would only be put off");
    let said = w.history(session).await.len();
    // From 11:00: the reminders are due at 14:00 and at 09:00, and the session ends three days after.
    for (hours, messages) in [(1, 0), (1, 0), (1, 1), (18, 1), (1, 2), (47, 2), (2, 2)] {
        assert!(w.bot.session(session).await.unwrap().unwrap().closed_at.is_none());
        w.clock.advance(Duration::hours(hours));
        w.bot.drain().await.unwrap();
        assert_eq!(w.history(session).await.len() - said, messages, "after {hours} h more");
        assert_eq!(w.bot.verify().await.unwrap().problems, []);
    }
    assert!(w.bot.session(session).await.unwrap().unwrap().closed_at.is_none(), "71 hours");
    w.clock.advance(Duration::hours(1));
    w.bot.drain().await.unwrap();
    assert!(w.bot.session(session).await.unwrap().unwrap().closed_at.is_some(), "72 hours");
}

#[tokio::test]
async fn what_is_answered_but_not_submitted_submits_itself_after_a_day() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for text in ["yes", "5", "yes", "early", "Ada", "ada@example.org"] {
        w.say(session, text).await;
    }
    w.clock.advance(Duration::hours(25));
    w.bot.drain().await.unwrap();
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    assert_eq!(view.status.as_str(), "prescreen_completed");
    assert_eq!(w.bot.events_of(session).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_idle_session_expires_and_its_successor_goes_on_with_the_answers() {
    let w = World::new().await;
    let job = w.bot.job_by_slug("welder").await.unwrap().unwrap();
    let person = Person { platform: "web".into(), platform_user_id: "ada".into(), job_id: Some(job.id), ..Person::default() };
    let first = w.bot.open_session(OpenSession::new(person.clone())).await.unwrap().session;
    w.bot.drain().await.unwrap();
    for text in ["yes", "5"] {
        w.say(first.id, text).await;
    }
    w.clock.advance(Duration::hours(80));
    w.bot.drain().await.unwrap();
    let refused = w.bot.save_incoming_message(InboxEntry::text(first.id, "yes")).await;
    assert!(matches!(refused, Err(SessionError::Expired)), "{refused:?}");
    let opened = w.bot.open_session(OpenSession::new(person)).await.unwrap();
    w.bot.drain().await.unwrap();
    assert!(opened.created && opened.session.id != first.id);
    assert_eq!(opened.session.application_id, first.application_id);
    let said = w.bot_words(opened.session.id, 0).await;
    assert!(said.contains("Welcome back") && said.contains("question 2"), "{said}");
    assert!(w.say(opened.session.id, "yes").await.contains("Question 3 of 3"));
}

#[tokio::test]
async fn who_never_agreed_is_forgotten_after_a_day() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    w.say(session, "no").await;
    w.clock.advance(Duration::hours(25));
    w.bot.drain().await.unwrap();
    assert!(w.bot.session(session).await.unwrap().is_none());
    assert!(w.bot.application(application, None).await.unwrap().is_none());
    let (kept, _) = w.open().await;
    w.say(kept, "yes").await;
    w.clock.advance(Duration::hours(25));
    w.bot.drain().await.unwrap();
    assert!(w.bot.session(kept).await.unwrap().is_some(), "who agreed is kept");
}

/// Somebody on WhatsApp, greeted.
async fn on_whatsapp(w: &World) -> (uuid::Uuid, uuid::Uuid) {
    let job = w.bot.job_by_slug("welder").await.unwrap().unwrap();
    let person = Person {
        platform: "whatsapp".into(),
        account: "5550001".into(),
        platform_user_id: "4917000000001".into(),
        job_id: Some(job.id),
        ..Person::default()
    };
    let opened = w.bot.open_session(OpenSession::new(person)).await.unwrap().session;
    w.bot.drain().await.unwrap();
    (opened.id, opened.application_id.unwrap())
}

#[tokio::test]
async fn on_whatsapp_nothing_is_said_once_a_day_has_passed_since_the_person_wrote() {
    let w = World::new().await;
    let (session, _) = on_whatsapp(&w).await;
    w.say(session, "yes").await;
    let asked = w.history(session).await.len();
    // The first reminder comes; the second would wait for 09:00, when the channel takes no free text any more.
    for (hours, messages) in [(3, 1), (19, 1), (2, 1), (24, 1)] {
        w.clock.advance(Duration::hours(hours));
        w.bot.drain().await.unwrap();
        assert_eq!(w.history(session).await.len() - asked, messages, "after {hours} h more");
    }

    let w = World::new().await;
    let (session, application) = on_whatsapp(&w).await;
    for text in ["yes", "5", "yes", "early", "Ada"] {
        w.say(session, text).await;
    }
    w.clock.advance(Duration::hours(4));
    w.bot.drain().await.unwrap();
    let said = w.history(session).await.len();
    w.clock.advance(Duration::hours(22));
    w.bot.drain().await.unwrap();
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    assert_eq!(view.status.as_str(), "prescreen_completed", "submitted all the same");
    assert_eq!(w.history(session).await.len(), said, "and nothing sent that would be refused");
}
