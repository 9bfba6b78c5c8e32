//! What a person decides about an application, and what the conversation makes of it.

use std::sync::{Arc, OnceLock};

use chatbot_core::access::{Actor, Role};
use chatbot_core::async_trait;
use chatbot_core::chatbot::{Chatbot, DecisionError};
use chatbot_core::message::{Person, Sender};
use chatbot_core::recruiting::list::{ActivityFilter, Page};
use chatbot_core::recruiting::view::ApplicationView;
use chatbot_core::recruiting::{ActionStatus, ActionType, Activity, AnswerState, ApplicationStatus, Refusal, StageMove};
use chatbot_core::session::{OpenSession, SessionError};
use chatbot_core::skill::{Decision, Skill, SkillError};
use chatbot_core::turn::Turn;
use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::World;

const ALL: Page = Page { limit: 500, offset: 0 };
const SUBMITTED: [&str; 7] = ["yes", "5", "yes", "early", "Ada", "ada@example.org", "submit"];

fn grace() -> Actor {
    Actor { user_id: None, name: "Grace".into(), role: Role::Recruiter }
}

fn to(status: ApplicationStatus) -> StageMove {
    StageMove { status: Some(status), reason: Some("because".into()), note: None }
}

async fn view(w: &World, application: Uuid) -> ApplicationView {
    w.bot.application(application, None).await.unwrap().unwrap()
}

/// The ids of the job's questions.
async fn questions(w: &World) -> Vec<Uuid> {
    w.bot.job_by_slug("welder").await.unwrap().unwrap().questions.iter().map(|q| q.id).collect()
}

async fn correct(w: &World, application: Uuid, question: Uuid, value: Value) -> ApplicationView {
    let corrected = w.bot.correct_answer(application, question, &value, "told me on the phone", &grace()).await.unwrap();
    w.bot.drain().await.unwrap();
    corrected
}

async fn log(w: &World, application: Uuid, activity_type: &str) -> Vec<Activity> {
    let filter =
        ActivityFilter { application_id: Some(application), activity_type: Some(activity_type.into()), ..ActivityFilter::default() };
    w.bot.activity(&filter, ALL).await.unwrap()
}

async fn open_types(w: &World) -> Vec<ActionType> {
    w.bot.actions(Some(ActionStatus::Open), None, ALL).await.unwrap().into_iter().map(|a| a.action_type).collect()
}

#[tokio::test]
async fn i8_nobody_is_rejected_but_by_somebody_who_has_read_the_application_and_says_why() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    let early = w.bot.move_application(application, &to(ApplicationStatus::Rejected), &grace()).await;
    assert!(matches!(early, Err(DecisionError::Refused(Refusal::NotConsented))), "{early:?}");
    for words in ["yes", "0", "no", "late", "Ada", "ada@example.org", "submit"] {
        w.say(session, words).await;
    }
    let unread = w.bot.move_application(application, &to(ApplicationStatus::Rejected), &grace()).await;
    assert!(matches!(unread, Err(DecisionError::Refused(Refusal::NotOpened))), "{unread:?}");
    w.bot.application(application, Some(&grace())).await.unwrap();
    let silent = StageMove { reason: None, ..to(ApplicationStatus::Rejected) };
    let silent = w.bot.move_application(application, &silent, &grace()).await;
    assert!(matches!(silent, Err(DecisionError::Refused(Refusal::Invalid { ref field, .. })) if field == "reason"), "{silent:?}");
    assert_eq!(view(&w, application).await.status, ApplicationStatus::PrescreenCompleted);
    assert_eq!(open_types(&w).await, [ActionType::MustHaveFailed]);

    let before = w.history(session).await;
    let moved = w.bot.move_application(application, &to(ApplicationStatus::Rejected), &grace()).await.unwrap();
    w.bot.drain().await.unwrap();
    assert_eq!(moved.status, ApplicationStatus::Rejected);
    assert_eq!(w.history(session).await, before, "the candidate is told nothing");
    assert!(open_types(&w).await.is_empty(), "a person has read what failed");
    let lines = log(&w, application, "application_moved").await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((line.actor_type.as_str(), line.actor.as_deref()), ("recruiter", Some("Grace")));
    assert_eq!(
        (&line.detail["from"], &line.detail["to"], &line.detail["reason"]),
        (&json!("prescreen_completed"), &json!("rejected"), &json!("because"))
    );
    w.bot.move_application(application, &to(ApplicationStatus::Rejected), &grace()).await.unwrap();
    assert_eq!(log(&w, application, "application_moved").await.len(), 1, "where it stands already it stays");
}

#[tokio::test]
async fn a_note_moves_nothing_and_is_the_logs_alone() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    w.say(session, "yes").await;
    let before = w.history(session).await;
    let note = StageMove { note: Some("call on Monday".into()), ..StageMove::default() };
    assert_eq!(w.bot.move_application(application, &note, &grace()).await.unwrap().status, ApplicationStatus::InProgress);
    w.bot.drain().await.unwrap();
    assert_eq!(w.history(session).await, before);
    assert_eq!(log(&w, application, "application_noted").await[0].detail["note"], "call on Monday");
}

#[tokio::test]
async fn an_interview_that_goes_on_does_not_move_what_a_person_has_moved_and_reminds_nobody() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for words in ["yes", "5", "yes"] {
        w.say(session, words).await;
    }
    w.bot.move_application(application, &to(ApplicationStatus::Shortlisted), &grace()).await.unwrap();
    let before = w.history(session).await.len();
    w.clock.advance(Duration::hours(25));
    w.bot.drain().await.unwrap();
    assert_eq!(w.history(session).await.len(), before, "nobody is reminded");
    for words in ["early", "Ada", "ada@example.org", "submit"] {
        w.say(session, words).await;
    }
    let now = view(&w, application).await;
    assert_eq!((now.status, now.submitted_at.is_some()), (ApplicationStatus::Shortlisted, true));
    assert!(w.say(session, "/withdraw").await.contains("withdrawn"));
    assert_eq!(view(&w, application).await.status, ApplicationStatus::Withdrawn, "but the candidate may always withdraw");
    let gone = w.bot.move_application(application, &to(ApplicationStatus::Hired), &grace()).await;
    assert!(matches!(gone, Err(DecisionError::Refused(Refusal::Withdrawn))), "{gone:?}");
}

#[tokio::test]
async fn what_was_taken_back_submits_itself_again() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for words in &SUBMITTED[..6] {
        w.say(session, words).await;
    }
    w.bot.move_application(application, &to(ApplicationStatus::Interview), &grace()).await.unwrap();
    w.bot.move_application(application, &to(ApplicationStatus::InProgress), &grace()).await.unwrap();
    w.clock.advance(Duration::hours(25));
    w.bot.drain().await.unwrap();
    assert_eq!(view(&w, application).await.status, ApplicationStatus::PrescreenCompleted);
}

/// While the candidate's name is decided on, a person moves the application.
struct MeanwhileMoved {
    bot: Arc<OnceLock<(Chatbot, Uuid)>>,
    turns: Arc<std::sync::atomic::AtomicUsize>,
}

#[async_trait]
impl Skill for MeanwhileMoved {
    fn name(&self) -> &'static str {
        "meanwhile"
    }

    fn priority(&self) -> i32 {
        30
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        if let (Some((bot, application)), true) = (self.bot.get(), turn.entry().is_some_and(|e| e.content == "Ada")) {
            // Only the first time does it change anything.
            if self.turns.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
                bot.move_application(*application, &to(ApplicationStatus::Shortlisted), &grace()).await.unwrap();
            }
        }
        Ok(Decision::Pass)
    }
}

#[tokio::test]
async fn a_turn_in_flight_is_discarded_and_decided_again_with_nothing_lost_or_doubled() {
    let (bot, turns) = (Arc::new(OnceLock::new()), Arc::new(std::sync::atomic::AtomicUsize::new(0)));
    let w = World::skilled(MeanwhileMoved { bot: bot.clone(), turns: turns.clone() }).await;
    let (session, application) = w.open().await;
    for words in &SUBMITTED[..4] {
        w.say(session, words).await;
    }
    assert!(bot.set((w.bot.clone(), application)).is_ok());
    let said = w.say(session, "Ada").await;
    assert_eq!(turns.load(std::sync::atomic::Ordering::Relaxed), 2, "decided, discarded, decided again");
    assert_eq!(said.matches("How can we reach you").count(), 1, "{said}");
    let now = view(&w, application).await;
    assert_eq!((now.status, now.candidate_name.as_deref()), (ApplicationStatus::Shortlisted, Some("Ada")));
    assert_eq!(now.jd_match_score, Some(100.0));
}

#[tokio::test]
async fn a_corrected_answer_is_scored_by_the_same_rules_and_keeps_the_words() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    let ids = questions(&w).await;
    for words in ["yes", "quite some", "since my studies, really", "no", "early", "Ada", "ada@example.org", "submit"] {
        w.say(session, words).await;
    }
    let before = view(&w, application).await;
    assert_eq!((before.answers[0].value.clone(), before.jd_match_score), (Value::Null, Some(33.33)), "{before:?}");
    assert_eq!(open_types(&w).await, [ActionType::MustHaveFailed, ActionType::UnreadAnswer]);

    let after = correct(&w, application, ids[0], json!(2)).await;
    let answer = &after.answers[0];
    assert_eq!((&answer.value, answer.score, answer.state), (&json!(2), Some(0.5), AnswerState::Corrected));
    assert_eq!(answer.answer_text, before.answers[0].answer_text, "the words stay");
    assert!(answer.reason.contains("Grace read it as 2, rule: at least 4"), "{}", answer.reason);
    // (3·0.5 + 2·0 + 1·1) of 6
    assert_eq!(after.jd_match_score, Some(41.67));
    assert_eq!(open_types(&w).await, [ActionType::MustHaveFailed]);
    let after = correct(&w, application, ids[1], json!(true)).await;
    assert_eq!((after.must_have_failed, after.jd_match_score), (false, Some(75.0)));
    assert!(open_types(&w).await.is_empty());
    let after = correct(&w, application, ids[1], json!(false)).await;
    assert!(after.must_have_failed);
    assert_eq!(open_types(&w).await, [ActionType::MustHaveFailed], "a person may find a failure too");
    assert_eq!(after.status, ApplicationStatus::PrescreenCompleted, "which rejects nobody");

    let lines = log(&w, application, "answer_corrected").await;
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2].detail["before"]["value"], Value::Null);
    assert_eq!((&lines[0].detail["before"]["value"], &lines[0].detail["value"]), (&json!(true), &json!(false)));
    assert_eq!(lines[0].detail["why"], "told me on the phone");
    assert!(w.bot.verify().await.unwrap().problems.is_empty());
}

#[tokio::test]
async fn in_mid_interview_the_bot_goes_on_instead_of_asking_again() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    let ids = questions(&w).await;
    assert!(w.say(session, "yes").await.contains("Question 1 of 3"));
    let last = w.history(session).await.last().unwrap().seq;
    let view = correct(&w, application, ids[0], json!(6)).await;
    assert_eq!((view.answered, view.jd_match_score), (1, Some(100.0)));
    assert!(view.answers[0].reason.contains("Grace noted 6"), "{}", view.answers[0].reason);
    let said = w.bot_words(session, last).await;
    assert!(said.contains("has been noted") && said.contains("Question 2 of 3"), "{said}");
    assert!(w.say(session, "yes").await.contains("Question 3 of 3"), "what comes is the answer to the next");
    // One that is not pending changes nothing in the conversation, and is not asked later.
    correct(&w, application, ids[0], json!(7)).await;
    assert!(w.history(session).await.last().unwrap().content.contains("Question 3 of 3"));
    correct(&w, application, ids[2], json!("late")).await;
    assert!(w.history(session).await.last().unwrap().content.contains("What is your name"));
    assert!(w.bot.verify().await.unwrap().problems.is_empty());
}

#[tokio::test]
async fn what_the_candidate_wrote_before_is_read_and_under_takeover_nothing_is_said() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    let ids = questions(&w).await;
    w.say(session, "yes").await;
    w.bot.save_incoming_message(chatbot_core::message::InboxEntry::text(session, "5")).await.unwrap();
    correct(&w, application, ids[0], json!(1)).await;
    let now = view(&w, application).await;
    assert_eq!((now.answers.len(), &now.answers[0].value), (1, &json!(5)), "the candidate's own words came first and stand");
    assert_eq!(log(&w, application, "answer_changed").await[0].detail["before"]["value"], json!(1), "both are on record");
    let questions_put = w.history(session).await.iter().filter(|m| m.content.contains("Question 2 of 3")).count();
    assert_eq!(questions_put, 1);

    w.bot.takeover(session, &grace()).await.unwrap();
    let before = w.history(session).await.len();
    correct(&w, application, ids[1], json!(true)).await;
    assert_eq!(w.history(session).await.len(), before, "the bot is silent");
    w.bot.release(session, &grace()).await.unwrap();
    w.bot.drain().await.unwrap();
    assert!(w.history(session).await.last().unwrap().content.contains("Question 3 of 3"));
}

#[tokio::test]
async fn a_value_of_another_shape_or_a_question_of_another_set_is_refused() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    let ids = questions(&w).await;
    w.say(session, "yes").await;
    let refused = async |question: Uuid, value: Value, reason: &str| match w
        .bot
        .correct_answer(application, question, &value, reason, &grace())
        .await
    {
        Err(DecisionError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(Uuid::nil(), json!(5), "x").await, Refusal::NotFound("question"));
    assert!(matches!(refused(ids[0], json!("five"), "x").await, Refusal::Invalid { field, .. } if field == "value"));
    assert!(matches!(refused(ids[0], json!(5), " ").await, Refusal::Invalid { field, .. } if field == "reason"));
    assert_eq!(view(&w, application).await.answers.len(), 0);
    let absent = w.bot.correct_answer(Uuid::nil(), ids[0], &json!(5), "x", &grace()).await;
    assert!(matches!(absent, Err(DecisionError::Refused(Refusal::NotFound("application")))), "{absent:?}");
}

async fn person(w: &World, user: &str) -> Person {
    let job = w.bot.job_by_slug("welder").await.unwrap().unwrap();
    Person { platform: "web".into(), platform_user_id: user.into(), job_id: Some(job.id), ..Person::default() }
}

#[tokio::test]
async fn an_action_of_an_earlier_session_is_settled_in_the_successor() {
    let w = World::new().await;
    let opened = w.bot.open_session(OpenSession::new(person(&w, "u-1").await)).await.unwrap();
    w.bot.drain().await.unwrap();
    for words in ["yes", "5", "no"] {
        w.say(opened.session.id, words).await;
    }
    assert_eq!(open_types(&w).await, [ActionType::MustHaveFailed]);
    w.clock.advance(Duration::hours(80));
    w.bot.drain().await.unwrap();
    let next = w.bot.open_session(OpenSession::new(person(&w, "u-1").await)).await.unwrap();
    assert!(next.created && next.session.id != opened.session.id);
    w.bot.drain().await.unwrap();
    for words in ["back", "no"] {
        w.say(next.session.id, words).await;
    }
    assert_eq!(open_types(&w).await, [ActionType::MustHaveFailed], "one is enough, wherever it was filed");
    for words in ["back", "yes"] {
        w.say(next.session.id, words).await;
    }
    assert!(open_types(&w).await.is_empty());
}

#[tokio::test]
async fn a_chat_is_started_with_a_known_candidate_where_the_application_stands() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    w.say(session, "yes").await;
    w.say(session, "5").await;
    let mut wish = OpenSession::new(Person { platform: "pigeon".into(), platform_user_id: "7".into(), ..Person::default() });
    wish.application_id = Some(application);
    wish.opened_by = Some("Grace".into());
    let opened = w.bot.open_session(wish.clone()).await.unwrap();
    w.bot.drain().await.unwrap();
    assert_eq!((opened.created, opened.session.application_id), (true, Some(application)));
    let said = w.bot_words(opened.session.id, 0).await;
    assert!(said.contains("Welcome back") && said.contains("Question 2 of 3") && !said.contains("Do you agree"), "{said}");
    assert!(!w.bot.open_session(wish.clone()).await.unwrap().created);
    let (_, other) = w.open().await;
    let mut foreign = wish.clone();
    foreign.application_id = Some(other);
    assert!(matches!(w.bot.open_session(foreign).await, Err(SessionError::OtherPerson)));

    w.say(session, "STOP").await;
    assert!(matches!(w.bot.open_session(wish.clone()).await, Err(SessionError::OptedOut)));
    wish.person.platform_user_id = "8".into();
    let sessions = w.bot.sessions(false, ALL).await.unwrap().len();
    assert!(matches!(w.bot.open_session(wish).await, Err(SessionError::OptedOut)));
    assert_eq!(w.bot.sessions(false, ALL).await.unwrap().len(), sessions, "what is refused leaves no trace");
}

#[tokio::test]
async fn an_old_link_to_a_closed_job_leads_who_applied_back_and_nobody_else_in() {
    let w = World::new().await;
    let first = w.bot.open_session(OpenSession::new(person(&w, "u-1").await)).await.unwrap();
    w.bot.drain().await.unwrap();
    for words in ["yes", "5"] {
        w.say(first.session.id, words).await;
    }
    let job = w.bot.job_by_slug("welder").await.unwrap().unwrap();
    let closed = serde_json::from_value(json!({"status": "closed"})).unwrap();
    w.bot.update_job(job.id, &closed).await.unwrap();
    let stranger = w.bot.open_session(OpenSession::new(person(&w, "u-2").await)).await;
    assert!(matches!(stranger, Err(SessionError::JobClosed)), "{stranger:?}");
    w.clock.advance(Duration::hours(80));
    w.bot.drain().await.unwrap();
    let back = w.bot.open_session(OpenSession::new(person(&w, "u-1").await)).await.unwrap();
    assert_eq!(back.session.application_id, first.session.application_id);
    w.bot.drain().await.unwrap();
    assert!(w.bot_words(back.session.id, 0).await.contains("Question 2 of 3"));
    assert!(w.history(back.session.id).await.iter().all(|m| m.sender == Sender::Bot));
}
