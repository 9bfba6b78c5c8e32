//! A candidate asks what else fits; a yes to other jobs is theirs alone; a recruiter asks who fits.

use chatbot_core::access::Role;
use chatbot_core::message::{Expects, InboxEntry, Person, inbound::Address};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::recruiting::list::{ActivityFilter, Page};
use chatbot_core::session::OpenSession;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::world::World;

/// Two more jobs: one asks what a welder knows, one doesn't.
const MORE: [&str; 2] = [
    r#"
title: Pipe Fitter
employer: Example GmbH
location: Kiel
prescreen:
  questions:
    - {text: "For how many years have you been welding?", kind: number, rule: {min: 2}}
    - {text: "Can you read drawings?", kind: yes_no, rule: {expected: true}}
"#,
    r#"
title: Cook
prescreen:
  questions: [{text: "Which cuisines do you cook?", kind: text}]
"#,
];
const FORM: [&str; 6] = ["yes", "five", "yes", "early", "Ada Example", "ada@example.org"];

async fn three_jobs() -> World {
    let w = World::new().await;
    for job in MORE {
        w.bot.create_job(&JobFile::from_yaml(job, None).unwrap(), false).await.unwrap();
    }
    w
}

async fn kinds(w: &World, session: Uuid) -> Vec<String> {
    let filter = ActivityFilter { session_id: Some(session), ..ActivityFilter::default() };
    let log = w.bot.activity(&filter, Page { limit: 500, offset: 0 }).await.unwrap();
    log.into_iter().rev().map(|a| a.activity_type).collect()
}

async fn decisions(w: &World, session: Uuid) -> Vec<String> {
    kinds(w, session).await.into_iter().filter(|k| k.starts_with("other_jobs")).collect()
}

#[tokio::test]
async fn a_candidate_is_told_what_fits_and_why_and_the_question_is_put_again() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    for said in ["yes", "five"] {
        w.say(session, said).await;
    }
    let said = w.say(session, "what other jobs fit me?").await;
    assert!(said.starts_with("This job seems to fit you:") && said.contains("1. Pipe Fitter (Kiel)"), "{said}");
    assert!(said.contains("You named welding, which the job asks for.") && said.contains("One answer you gave meets"), "{said}");
    assert!(said.contains("Also open: Cook.") && said.contains("Question 2 of 3"), "{said}");
    let last = w.history(session).await.pop().unwrap();
    assert_eq!(last.metadata["expects"]["type"], "question", "an answer is still waited for");
    assert!(w.say(session, "yes").await.contains("shift"), "and is taken");
    assert!(w.say(session, "/jobs").await.contains("Pipe Fitter"));
}

#[tokio::test]
async fn where_nothing_fits_it_is_said() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    for said in ["yes", "0"] {
        w.say(session, said).await;
    }
    let said = w.say(session, "/jobs").await;
    assert!(said.starts_with("I can't say that another open job fits"), "{said}");
    assert!(said.contains("Pipe Fitter") && said.contains("Cook") && !said.contains("You named"), "{said}");
    let alone = World::new().await;
    let (session, _) = alone.open().await;
    alone.say(session, "yes").await;
    assert!(alone.say(session, "are there other jobs?").await.starts_with("There are no other open jobs right now."));
}

#[tokio::test]
async fn before_the_notice_jobs_are_listed_and_nobody_is_ranked() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    let said = w.say(session, "which jobs do you have?").await;
    assert!(said.contains("These jobs are open besides this one") && said.contains("Cook") && said.contains("Do you agree"), "{said}");
    let said = w.say(session, "consider me for other jobs").await;
    assert!(said.contains("once you've answered") && said.contains("Do you agree"), "{said}");
    assert!(decisions(&w, session).await.is_empty() && !kinds(&w, session).await.contains(&"jobs_shown".to_owned()));
}

#[tokio::test]
async fn other_jobs_are_asked_about_once_after_submission_and_nothing_waits_for_the_answer() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    for said in FORM {
        w.say(session, said).await;
    }
    assert!(w.say(session, "submit").await.contains("may Example GmbH consider you for other jobs too"));
    let last = w.history(session).await.pop().unwrap();
    let expects: Expects = serde_json::from_value(last.metadata["expects"].clone()).unwrap();
    assert_eq!(expects, Expects::None);
    let buttons: Vec<_> = last.metadata["buttons"].as_array().unwrap().iter().map(|b| b["value"].clone()).collect();
    assert_eq!(buttons, ["/jobs yes", "/jobs no"]);
    assert!(w.say(session, "yes please").await.contains("You'll be considered for other jobs too"));
    assert!(w.say(session, "/jobs yes").await.contains("You'll be considered"), "again changes nothing");
    assert_eq!(decisions(&w, session).await, ["other_jobs_consent_given"]);
    assert!(w.say(session, "/privacy").await.contains("You agreed to be considered for other jobs too"));
    assert!(w.say(session, "don't consider me for other jobs").await.contains("won't be considered"));
    assert!(!w.say(session, "/privacy").await.contains("You agreed to be considered"));
    assert_eq!(decisions(&w, session).await, ["other_jobs_consent_given", "other_jobs_consent_withdrawn"]);

    // Decided once, they aren't asked again with another application.
    let said = w.say(session, "/start pipe-fitter").await;
    assert!(said.contains("Pipe Fitter"), "{said}");
    for said in ["yes", "five", "yes"] {
        w.say(session, said).await;
    }
    let said = w.say(session, "submit").await;
    assert!(said.contains("Thank you, Ada Example") && !said.contains("consider you for other jobs"), "{said}");
}

#[tokio::test]
async fn no_thanks_is_a_no_right_after_the_question_and_thanks_otherwise() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    for said in FORM {
        w.say(session, said).await;
    }
    w.say(session, "submit").await;
    assert!(w.say(session, "no, thanks").await.contains("won't be considered for other jobs"));
    assert_eq!(decisions(&w, session).await, ["other_jobs_consent_refused"]);
    assert!(w.say(session, "thanks").await.contains("You're welcome"));
}

#[tokio::test]
async fn an_answer_in_free_words_and_a_question_about_the_job_are_not_taken_for_a_wish() {
    let w = World::with(&crate::world::JOB.replace("kind: number, rule: {min: 4}, weight: 3", "kind: text")).await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    assert!(w.say(session, "what does the job pay?").await.contains("3,400 euros"));
    let said = w.say(session, "other jobs: welder and fitter").await;
    assert!(said.contains("certificate"), "taken as the answer: {said}");
    let said = w.say(session, "which jobs have you done?").await;
    assert!(!said.contains("open") && said.contains("certificate"), "{said}");
}

#[tokio::test]
async fn where_a_job_is_to_be_chosen_the_list_answers_and_the_conflict_is_noted() {
    let w = three_jobs().await;
    let person = Person { platform: "web".into(), ..Person::default() };
    let session = w.bot.open_session(OpenSession::new(person)).await.unwrap().session.id;
    w.bot.drain().await.unwrap();
    let said = w.say(session, "which jobs do you have?").await;
    assert!(said.contains("send one of these numbers") || said.contains("Send its number"), "{said}");
    assert!(kinds(&w, session).await.contains(&"skill_conflict".to_owned()));
    // By its command it is CandidateMatching's, and a number still chooses.
    let said = w.say(session, "/jobs").await;
    assert!(said.contains("These jobs are open:") && said.contains("/start"), "{said}");
    assert!(w.say(session, "cook").await.contains("Do you agree"));
}

#[tokio::test]
async fn a_pressed_job_begins_its_application() {
    let w = three_jobs().await;
    let (session, first) = w.open().await;
    for said in ["yes", "five", "/jobs"] {
        w.say(session, said).await;
    }
    let mut press = InboxEntry::text(session, "Pipe Fitter");
    press.kind = chatbot_core::message::EntryKind::Button;
    press.metadata = serde_json::json!({"button": "/start pipe-fitter"});
    w.bot.save_incoming_message(press).await.unwrap();
    w.bot.drain().await.unwrap();
    let session = w.bot.session(session).await.unwrap().unwrap();
    assert_ne!(session.application_id, Some(first));
    assert!(w.history(session.id).await.pop().unwrap().content.contains("“Pipe Fitter”"));
}

#[tokio::test]
async fn nobody_but_the_employers_people_is_told_who_fits() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    for said in FORM {
        w.say(session, said).await;
    }
    for text in ["submit", "/jobs yes"] {
        w.say(session, text).await;
    }
    for asked in ["/candidates welder", "who fits welder?"] {
        let said = w.say(session, asked).await;
        assert!(!said.contains("Ada"), "{asked}: {said}");
    }
    assert!(w.say(session, "/candidates welder").await.contains("don't know the command /candidates"));
}

#[tokio::test]
async fn a_linked_recruiter_is_told_who_fits_with_reasons() {
    let w = three_jobs().await;
    let (session, _) = w.open().await;
    for said in FORM {
        w.say(session, said).await;
    }
    for text in ["submit", "/jobs yes"] {
        w.say(session, text).await;
    }
    let (silent, _) = w.open().await;
    for said in ["yes", "nine", "yes", "early", "Bob Example", "bob@example.org", "submit"] {
        w.say(silent, said).await;
    }
    let user = w.bot.add_user("grace@example.org", "Grace", Role::Viewer).await.unwrap();
    let code = w.bot.link_code(user.id).await.unwrap().unwrap().code;
    let asks = async |text: &str| {
        let person = Person { platform: "telegram".into(), account: "1".into(), platform_user_id: "42".into(), ..Person::default() };
        let entry = InboxEntry { address: Address::Person(person), ..InboxEntry::text(Uuid::nil(), text) };
        let accepted = w.bot.save_incoming_message(entry).await.unwrap();
        w.bot.drain().await.unwrap();
        w.bot_words(accepted.session_id, accepted.seq).await
    };
    assert!(asks(&format!("/link {}", code.expose_secret())).await.contains("Hello Grace!"));
    for text in ["who fits pipe-fitter?", "/candidates pipe-fitter", "who fits the Pipe Fitter job?", "/candidates fitter"] {
        let said = asks(text).await;
        assert!(said.contains("of 1 who applied or agreed") && said.contains("1. Ada Example,"), "{text}: {said}");
        assert!(said.contains("names welding, which the job asks for") && !said.contains("Bob"), "{text}: {said}");
    }
    let said = asks("/candidates welder").await;
    assert!(said.contains("Ada Example") && said.contains("Bob Example") && said.contains("has applied"), "{said}");
    assert!(asks("/candidates cook").await.starts_with("Of 1 who applied"), "nobody is made to fit");
    for text in ["/candidates", "/candidates astronaut"] {
        let said = asks(text).await;
        assert!(said.contains("/candidates ") && said.contains("welder: Welder"), "{text}: {said}");
    }
}
