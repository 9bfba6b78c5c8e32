//! A resume in a conversation: read at once, never in the way, read back once.

use chatbot_core::message::{Expects, Sender};
use chatbot_core::recruiting::Candidate;
use uuid::Uuid;

use crate::world::World;

const RESUME: &str = include_str!("../../examples/resumes/jane.txt");

/// Sends a file, drains, and answers what the bot said.
async fn send(w: &World, session: Uuid, name: &str, bytes: &[u8]) -> String {
    let before = w.history(session).await.last().map_or(0, |m| m.seq);
    w.bot.save_file(session, name, bytes.to_vec(), Sender::Candidate, None, None).await.unwrap();
    w.bot.drain().await.unwrap();
    w.bot_words(session, before).await
}

async fn candidate(w: &World, session: Uuid) -> Candidate {
    let session = w.bot.session(session).await.unwrap().unwrap();
    w.bot.candidate(session.candidate_id.unwrap()).await.unwrap().unwrap()
}

/// What the bot waits for.
async fn expects(w: &World, session: Uuid) -> String {
    let history = w.history(session).await;
    history.last().unwrap().metadata["expects"].to_string()
}

/// Consent, the resume, and all three questions answered.
async fn interviewed(w: &World) -> Uuid {
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    send(w, session, "jane.txt", RESUME.as_bytes()).await;
    for text in ["5", "yes", "early"] {
        w.say(session, text).await;
    }
    session
}

#[tokio::test]
async fn a_resume_is_stored_at_once_unconfirmed_and_the_question_is_asked_again() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let said = send(&w, session, "jane.txt", RESUME.as_bytes()).await;
    assert!(said.contains("Jane Miller") && said.contains("jane.miller@example.org") && said.ends_with("been welding?"), "{said}");
    assert!(expects(&w, session).await.contains("question"));
    let jane = candidate(&w, session).await;
    assert_eq!((jane.name.as_deref(), jane.phones.as_slice()), (Some("Jane Miller"), &["+31101234567".to_owned()][..]));
    assert_eq!(jane.positions[0]["employer"], "Harbour Works");
    for field in ["name", "emails", "phones", "skills", "languages", "positions", "education", "years_experience", "location"] {
        let source = jane.source(field).unwrap_or_else(|| panic!("{field} has no source"));
        assert!(source.source == "resume" && !source.confirmed && source.file_id.is_some(), "{field}: {source:?}");
    }
}

#[tokio::test]
async fn a_yes_confirms_what_was_shown_and_nothing_is_asked_that_the_resume_says() {
    let w = World::new().await;
    let session = interviewed(&w).await;
    assert_eq!(expects(&w, session).await, serde_json::to_value(Expects::Field { field: "resume".into() }).unwrap().to_string());
    let said = w.say(session, "yes, that's right").await;
    assert!(said.contains("This is what I noted") && said.contains("Jane Miller"), "{said}");
    let jane = candidate(&w, session).await;
    assert!(["name", "emails", "phones"].iter().all(|f| jane.source(f).unwrap().confirmed), "{:?}", jane.sources);
    assert!(!jane.source("positions").unwrap().confirmed, "nobody was shown these");
}

#[tokio::test]
async fn a_correction_stands_in_place_of_what_was_read() {
    for (words, name, email) in [
        ("jane@example.com", "Jane Miller", "jane@example.com"),
        ("my name is Jane Miller-Smith", "Jane Miller-Smith", "jane.miller@example.org"),
    ] {
        let w = World::new().await;
        let session = interviewed(&w).await;
        let said = w.say(session, words).await;
        assert!(said.contains("This is what I noted"), "{said}");
        let jane = candidate(&w, session).await;
        assert_eq!((jane.name.as_deref(), jane.emails.as_slice()), (Some(name), &[email.to_owned()][..]), "after {words:?}");
        assert!(jane.source("name").unwrap().confirmed && jane.source("emails").unwrap().confirmed);
    }
}

#[tokio::test]
async fn a_no_drops_name_and_contacts_and_asks_for_them() {
    let w = World::new().await;
    let session = interviewed(&w).await;
    let said = w.say(session, "no").await;
    assert!(said.contains("What is your name?"), "{said}");
    let jane = candidate(&w, session).await;
    assert!(jane.name.is_none() && jane.emails.is_empty() && jane.phones.is_empty());
    w.say(session, "Ada Example").await;
    assert!(w.say(session, "ada@example.org").await.contains("This is what I noted"));
}

#[tokio::test]
async fn who_neither_confirms_nor_corrects_goes_on_and_the_fields_stay_unconfirmed() {
    let w = World::new().await;
    let session = interviewed(&w).await;
    assert!(w.say(session, "the second one, i guess, it depends").await.contains("I wasn't sure"));
    assert!(w.say(session, "the second one, i guess, it depends").await.contains("This is what I noted"));
    assert!(candidate(&w, session).await.is_unconfirmed("name"));
}

#[tokio::test]
async fn what_the_candidate_said_stands_above_the_resume() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    for text in ["yes", "5", "yes", "early", "Ada Example"] {
        w.say(session, text).await;
    }
    // Asked for a contact, she sends her resume: it is read back, and answers.
    let said = send(&w, session, "jane.txt", RESUME.as_bytes()).await;
    assert!(said.contains("Is that right?") && said.contains("Ada Example"), "{said}");
    assert!(w.say(session, "yes").await.contains("Contact: jane.miller@example.org"));
    assert_eq!(candidate(&w, session).await.name.as_deref(), Some("Ada Example"));
}

#[tokio::test]
async fn a_resume_pasted_into_the_chat_is_one_too_but_not_where_a_question_takes_all_words() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    w.say(session, "yes").await;
    let said = w.say(session, RESUME).await;
    assert!(said.contains("read your resume") && said.contains("been welding?"), "{said}");
    assert!(w.bot.application(application, None).await.unwrap().unwrap().answers.is_empty());
    assert_eq!(candidate(&w, session).await.source("name").unwrap().file_id, None);

    let w = World::with(&crate::world::JOB.replace("kind: number, rule: {min: 4}, weight: 3", "kind: text")).await;
    let (session, application) = w.open().await;
    w.say(session, "yes").await;
    w.say(session, RESUME).await;
    assert_eq!(w.bot.application(application, None).await.unwrap().unwrap().answers.len(), 1);
}

#[tokio::test]
async fn before_consent_no_file_is_opened() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    let said = send(&w, session, "jane.txt", RESUME.as_bytes()).await;
    assert!(!said.contains("Jane Miller") && said.contains("Do you agree"), "{said}");
    let nobody = candidate(&w, session).await;
    assert!(nobody.name.is_none() && nobody.sources.is_empty());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_kept_and_its_sender_told_what_works() {
    let w = World::new().await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    // Without a reader for them, a chatbot reads no PDF.
    let said = send(&w, session, "cv.pdf", b"%PDF-1.7 ...").await;
    assert!(said.contains("PDF, Word (DOCX) and text files") && said.contains("been welding?"), "{said}");
    let said = send(&w, session, "blank.txt", b" \n ").await;
    assert!(said.contains("couldn't find any text"), "{said}");
    let said = send(&w, session, "notes.txt", b"please see the other file").await;
    assert!(said.contains("I received"), "{said}");
    let history = w.history(session).await;
    assert_eq!(history.iter().filter(|m| m.metadata.get("file_id").is_some()).count(), 3, "all three are kept");
    assert!(candidate(&w, session).await.name.is_none());
}
