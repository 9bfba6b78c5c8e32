#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use chatbot_core::message::Sender;
use chatbot_core::recruiting::list::{ApplicationFilter, Page};
use serde_json::json;

use crate::testing::{World, message, press};

#[tokio::test]
async fn a_link_opens_the_job_once_and_its_source_is_kept() {
    let world = World::new().await;
    world.says(1, "/start cook__job-fair").await;
    let sent = world.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains("“Cook”"), "{sent:?}");
    world.says(1, "/start cook__job-fair").await;
    assert_eq!(world.sent().len(), 1, "a second delivery does nothing");
    let filter = ApplicationFilter { job_id: Some(world.job.id), by_score: false, consented_only: false };
    let found = world.chatbot.applications(&filter, Page { limit: 10, offset: 0 }).await.unwrap();
    assert_eq!(found.iter().map(|a| a.source.as_deref()).collect::<Vec<_>>(), [Some("job-fair")]);
    // The opening is no message of the candidate's.
    assert!(world.history().await.iter().all(|m| m.sender == Sender::Bot));
    // Later ones are words, and the bot answers them.
    world.says(2, "/start").await;
    assert_eq!(world.sent().len(), 2);
}

#[tokio::test]
async fn i2_a_message_is_known_by_chat_and_number_and_not_by_the_updates_id() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    let mut hello = message(2, &json!({"text": "hello"}));
    world.update(&hello).await;
    let words = async || world.history().await.into_iter().filter(|m| m.sender == Sender::Candidate).map(|m| m.content).collect::<Vec<_>>();
    // The same message comes under another id; after a quiet week ids begin anew, and another message comes under the old one.
    hello["update_id"] = json!(700);
    world.update(&hello).await;
    assert_eq!(words().await, ["hello"]);
    let mut there = message(3, &json!({"text": "there"}));
    there["update_id"] = json!(2);
    world.update(&there).await;
    assert_eq!(words().await, ["hello", "there"]);
}

#[tokio::test]
async fn a_job_that_is_closed_or_unknown_leads_to_what_is_open() {
    let world = World::new().await;
    world.says(1, "/start no-such-job").await;
    assert!(world.sent()[0].contains("“Cook”"), "{:?}", world.sent());
    let other = chatbot_core::recruiting::job_file::JobFile::from_yaml("{title: Baker}", None).unwrap();
    let other = world.chatbot.create_job(&other, false).await.unwrap();
    let patch = chatbot_core::recruiting::job_file::JobPatch::from_json_value(json!({"status": "closed"})).unwrap();
    world.chatbot.update_job(other.id, &patch).await.unwrap();
    let mut bob = message(1, &json!({"text": "/start baker"}));
    bob["message"]["chat"]["id"] = json!(8);
    bob["message"]["from"]["id"] = json!(8);
    world.update(&bob).await;
    assert!(world.sent()[1].contains("“Cook”"), "{:?}", world.sent());
}

#[tokio::test]
async fn a_button_answers_its_prompt_and_pressing_twice_does_nothing_twice() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    let consent = world.button("Yes");
    world.update(&press("p1", &consent)).await;
    assert!(world.sent().last().unwrap().contains("Question 1 of 2"), "{:?}", world.sent());
    let before = world.sent().len();
    // The same press again, and a new press of the old button: nothing.
    world.update(&press("p1", &consent)).await;
    world.update(&press("p2", &consent)).await;
    assert_eq!(world.sent().len(), before, "{:?}", world.sent());
    let first = world.button("Yes");
    assert_ne!(first, consent);
    world.update(&press("p3", &first)).await;
    assert!(world.sent().last().unwrap().contains("Question 2 of 2"), "{:?}", world.sent());
    let history = world.history().await;
    let pressed: Vec<_> = history.iter().filter(|m| m.content_format == "button").map(|m| m.content.as_str()).collect();
    assert_eq!(pressed, ["Yes", "Yes", "Yes"], "the label is what was said");
    // Each press is answered, and the keyboard of ours goes.
    for _ in 0..100 {
        if world.fake.calls("answerCallbackQuery").len() >= 4 && world.fake.calls("editMessageReplyMarkup").len() >= 4 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?}", world.fake.calls("answerCallbackQuery"));
}

#[tokio::test]
async fn anothers_button_does_nothing() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    let consent = world.button("Yes");
    let mut bob = press("p1", &consent);
    bob["callback_query"]["from"]["id"] = json!(8);
    world.update(&bob).await;
    world.update(&press("p2", "thedata")).await;
    assert_eq!(world.sent().len(), 1, "{:?}", world.sent());
}

#[tokio::test]
async fn a_document_is_kept_and_its_bytes_are_those_that_were_sent() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    world.says(2, "yes").await;
    world.fake.file(b"%PDF-1.7 my cv".to_vec());
    let document = json!({"document": {"file_id": "F", "file_unique_id": "U", "file_name": "cv.pdf", "file_size": 14}, "caption": "here"});
    world.update(&message(3, &document)).await;
    let sent = world.history().await;
    let file = sent.iter().find(|m| m.content_format == "file").expect("a file");
    assert_eq!((file.content.as_str(), file.metadata["caption"].as_str()), ("cv.pdf", Some("here")));
    let id = file.metadata["file_id"].as_str().unwrap().parse().unwrap();
    let (row, bytes) = world.chatbot.file(id).await.unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.media_type.as_str(), bytes.as_slice()), ("cv.pdf", "application/pdf", &b"%PDF-1.7 my cv"[..]));
    assert_eq!(row.session_id, file_session(&world).await);
    world.update(&message(3, &document)).await;
    assert_eq!(world.history().await.iter().filter(|m| m.content_format == "file").count(), 1);
}

async fn file_session(world: &World) -> uuid::Uuid {
    world.chatbot.sessions(true, Page { limit: 1, offset: 0 }).await.unwrap()[0].id
}

#[tokio::test]
async fn a_file_may_be_the_first_word() {
    let world = World::new().await;
    world.update(&message(1, &json!({"document": {"file_id": "F", "file_unique_id": "U", "file_name": "cv.pdf"}}))).await;
    assert_eq!(world.history().await.iter().filter(|m| m.content_format == "file").count(), 1);
    assert!(!world.sent().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_said_once_in_a_row() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    world.says(2, "yes").await;
    let before = world.sent().len();
    for id in 3..6 {
        world.update(&message(id, &json!({"location": {"latitude": 1.0, "longitude": 2.0}}))).await;
    }
    let sent = world.sent();
    assert_eq!(sent.len(), before + 1, "{sent:?}");
    assert!(sent[before].contains("only read text") && sent[before].contains("Question 1 of 2"), "{sent:?}");
    let large = json!({"document": {"file_id": "F", "file_unique_id": "U", "file_name": "cv.pdf", "file_size": 50_000_000}});
    world.update(&message(7, &large)).await;
    assert!(world.sent().last().unwrap().contains("larger than 10 MB"), "{:?}", world.sent());
    assert!(world.fake.calls("getFile").is_empty());
}

#[tokio::test]
async fn an_edit_names_the_message_it_edits() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    world.says(2, "yes").await;
    let mut edit = message(2, &json!({"text": "yes, I agree", "edit_date": 1_790_000_050}));
    edit["edited_message"] = edit["message"].take();
    edit.as_object_mut().unwrap().remove("message");
    world.update(&edit).await;
    let history = world.history().await;
    let original = history.iter().find(|m| m.content == "yes").unwrap();
    let edited = history.iter().find(|m| m.content == "yes, I agree").unwrap();
    assert_eq!(edited.metadata["edits"], json!(original.seq));
}

#[tokio::test]
async fn ones_own_number_is_taken_where_a_contact_is_asked() {
    let world = World::new().await;
    world.says(1, "/start cook").await;
    for (id, text) in [(2, "yes"), (3, "yes"), (4, "Italian"), (5, "Ada Example")] {
        world.says(id, text).await;
    }
    let asked = world.fake.calls("sendMessage").last().unwrap().clone();
    assert_eq!(asked["reply_markup"]["keyboard"][0][0]["request_contact"], json!(true), "{asked}");
    let own = json!({"contact": {"phone_number": "4915112345678", "first_name": "Ada", "user_id": 7}});
    world.update(&message(6, &own)).await;
    assert!(world.sent().last().unwrap().contains("+4915112345678"), "{:?}", world.sent());
}
