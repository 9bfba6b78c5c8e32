//! A candidate on Telegram and the real server, which polls: what is said, pressed, sent and edited.

use chatbot_tests::candidate::{assert_without_gaps, text};
use chatbot_tests::job::{ANSWERS, SCORE, SLUG, baker, cook};
use chatbot_tests::telegram::{FakeTelegram, Fault};
use chatbot_tests::{Engine, Reply, Server, Texter, eventually, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    an_interview_by_buttons_and_words_is_scored_as_everywhere,
    i4_a_sender_who_is_told_to_wait_keeps_the_order,
    i4_what_can_never_arrive_is_an_action_for_a_person,
    i4_a_lost_answer_to_a_send_doubles_at_most_once,
    i5_a_person_takes_over_and_gives_back_in_the_same_chat,
    files_go_both_ways,
    an_edited_message_corrects_the_answer_it_gave,
    i2_a_button_pressed_twice_counts_once,
    a_button_of_an_older_question_answers_nothing,
    what_cannot_be_read_is_said_once_and_stops_nobody,
);

async fn cook_by_polling(engine: Engine) -> (FakeTelegram, Server) {
    let fake = FakeTelegram::start().await;
    let server = Server::on(engine).telegram(&fake).env("TELEGRAM_MODE", "polling").start().await;
    server.create_job(&cook()).await;
    (fake, server)
}

fn assert_well_behaved(fake: &FakeTelegram) {
    assert_eq!(fake.violations(), Vec::<String>::new());
    assert_eq!(fake.conflicts(), 0);
}

async fn an_interview_by_buttons_and_words_is_scored_as_everywhere(engine: Engine) {
    let fake = FakeTelegram::start().await;
    let server = Server::on(engine).telegram(&fake).start().await;
    server.create_job(&baker()).await;
    let ada = Texter::open(&fake, SLUG).await;
    ada.interview(&ANSWERS).await;
    let application = eventually("the application is complete", async || {
        Some(ada.application(&server).await).filter(|application| application["status"] == "prescreen_completed")
    });
    let application = application.await;
    assert_eq!((&application["jd_match_score"], &application["source"]), (&json!(SCORE), &json!(format!("u{}", ada.phone.user))));
    assert_without_gaps(&ada.history(&server).await);
    ada.assert_phone_shows_the_history(&server).await;
    eventually("pressed buttons are gone", async || {
        let pressed = ada.phone.heard().iter().filter(|shown| shown.edited && shown.buttons.is_empty()).count();
        (pressed >= 2).then_some(())
    })
    .await;
    let answered = fake.calls("answerCallbackQuery").len();
    assert!(answered >= 2, "{answered} presses were answered");
    assert_well_behaved(&fake);
}

async fn i4_a_sender_who_is_told_to_wait_keeps_the_order(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    ada.is_taken_over(&server).await;
    ada.phone.hears(3).await;
    fake.fail_sends(2, Fault::TooManyRequests(1));
    fake.fail_sends(1, Fault::ServerError);
    for words in ["one", "two", "three"] {
        ada.recruiter(&server, "messages", &json!({ "content": words })).await;
    }
    ada.phone.hears(6).await;
    assert!(fake.faults_are_spent());
    let heard: Vec<_> = ada.phone.heard().into_iter().skip(3).map(|shown| shown.text).collect();
    assert!(heard[0].contains("one") && heard[1].contains("two") && heard[2].contains("three"), "{heard:?}");
    ada.assert_phone_shows_the_history(&server).await;
    assert_well_behaved(&fake);
}

async fn i4_what_can_never_arrive_is_an_action_for_a_person(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    fake.fail_sends(1, Fault::Blocked);
    ada.phone.says("5");
    let failed = eventually("an action", async || ada.actions(&server, "delivery_failed").await.pop()).await;
    assert_eq!(failed["status"], "open");
    let last = ada.history(&server).await.pop().unwrap();
    assert_eq!((&last["sender"], &last["delivery"]), (&json!("bot"), &json!("failed")));
    // The bot is not offended: whoever writes again is answered.
    let next = ada.says("6").await;
    assert!(next.text.contains("baking"), "{next:?}");
    assert_well_behaved(&fake);
}

async fn i4_a_lost_answer_to_a_send_doubles_at_most_once(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    fake.fail_sends(1, Fault::DropBefore);
    let next = ada.says("5").await;
    assert!(next.text.contains("frying"), "{next:?}");
    fake.fail_sends(1, Fault::DropAfter);
    ada.phone.says("6");
    let last = eventually("it is settled", async || {
        let last = ada.history(&server).await.pop()?;
        let waits = matches!(last["delivery"].as_str(), Some("ready" | "sending"));
        (text(&last["content"]).contains("baking") && !waits).then_some(last)
    });
    let last = last.await;
    let copies = ada.phone.heard().iter().filter(|shown| shown.text.contains("baking")).count();
    assert!((1..=2).contains(&copies), "{copies} copies, {last}");
    let done = ada.says("7").await;
    assert!(done.text.contains("name"), "the conversation goes on: {done:?}");
    assert_well_behaved(&fake);
}

async fn i5_a_person_takes_over_and_gives_back_in_the_same_chat(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    ada.is_taken_over(&server).await;
    ada.recruiter(&server, "messages", &json!({ "content": "Hello, Grace here." })).await;
    ada.phone.hears_last("Hello, Grace here.").await;
    let heard = ada.phone.heard().len();
    ada.phone.says("5, if you want to know");
    eventually("it is kept", async || ada.kept(&server).await.contains(&"5, if you want to know".to_owned()).then_some(())).await;
    ada.recruiter(&server, "messages", &json!({ "content": "Thank you!" })).await;
    let thanks = ada.phone.hears(heard + 1).await;
    assert!(thanks.text.contains("Thank you!"), "the bot is silent: {thanks:?}");
    ada.recruiter(&server, "release", &json!({})).await;
    let repeated = ada.phone.hears_last("grilling").await;
    assert!(repeated.by_bot);
    assert_eq!(ada.application(&server).await["answered"], 0);
    assert!(ada.says("5").await.text.contains("frying"));
    ada.assert_phone_shows_the_history(&server).await;
    assert_well_behaved(&fake);
}

async fn files_go_both_ways(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    let words = "Ada Example\nCook for nine years.\n";
    ada.phone.sends_document("cv.txt", "text/plain", words, None);
    let file = eventually("the file is kept", async || {
        let history = ada.history(&server).await;
        history.iter().find(|message| message["content_format"] == "file").cloned()
    });
    let file = file.await;
    assert_eq!((&file["sender"], &file["content"]), (&json!("candidate"), &json!("cv.txt")));
    assert_eq!(file["metadata"]["file"]["size"], words.len());
    ada.is_taken_over(&server).await;
    let session = ada.session(&server).await;
    let part = reqwest::multipart::Part::bytes(b"your contract".to_vec()).file_name("contract.txt").mime_str("text/plain").unwrap();
    let form = reqwest::multipart::Form::new().part("file", part);
    Reply::of(server.admin.request(Method::POST, &format!("/chat/{session}/attachments")).multipart(form)).await.expect(202);
    let shown = eventually("the phone shows the file", async || ada.phone.heard().into_iter().find(|shown| shown.file.is_some())).await;
    assert_eq!((shown.file.as_deref(), ada.phone.file(shown.id)), (Some("contract.txt"), b"your contract".to_vec()));
    assert_well_behaved(&fake);
}

async fn an_edited_message_corrects_the_answer_it_gave(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    let heard = ada.phone.heard().len();
    let first = ada.phone.says("5");
    ada.phone.hears(heard + 1).await;
    ada.phone.edits(first, "0.5");
    let corrected = ada.phone.hears(heard + 2).await;
    assert!(corrected.text.contains("changed your answer") && corrected.text.contains("frying"), "{corrected:?}");
    let answer = ada.application(&server).await["answers"][0].clone();
    assert_eq!((&answer["value"], &answer["score"]), (&json!(0.5), &json!(0.5)), "{answer}");
    assert_without_gaps(&ada.history(&server).await);
    assert_well_behaved(&fake);
}

async fn i2_a_button_pressed_twice_counts_once(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::open(&fake, "e2e-cook").await;
    let consent = ada.phone.hears(1).await;
    let data = consent.buttons.iter().find(|(label, _)| label == "Yes").unwrap().1.clone();
    let presses = [ada.phone.presses_data(consent.id, &data), ada.phone.presses_data(consent.id, &data)];
    ada.phone.hears_last("grilling").await;
    for press in &presses {
        eventually("the button stops spinning", async || ada.phone.press_is_answered(press).then_some(())).await;
    }
    assert!(ada.says("5").await.text.contains("frying"), "neither press was taken for an answer");
    let answers = ada.application(&server).await["answers"].as_array().unwrap().len();
    assert_eq!(answers, 1);
    assert_well_behaved(&fake);
}

async fn a_button_of_an_older_question_answers_nothing(engine: Engine) {
    let fake = FakeTelegram::start().await;
    let server = Server::on(engine).telegram(&fake).start().await;
    let yes_no = |text: &str| json!({ "text": text, "kind": "yes_no", "rule": { "expected": true } });
    let questions = [yes_no("Can you lift 20 kg?"), yes_no("Do you have a driving licence?")];
    server.create_job(&json!({ "slug": "e2e-porter", "title": "Porter", "prescreen": { "questions": questions } })).await;
    let ada = Texter::consented(&fake, "e2e-porter").await;
    let first = ada.phone.hears(2).await;
    let data = first.buttons.iter().find(|(label, _)| label == "Yes").expect("a button").1.clone();
    ada.presses("Yes").await;
    ada.phone.presses_data(first.id, &data);
    eventually("the press arrives", async || (fake.pending() == 0).then_some(())).await;
    assert!(ada.says("no").await.by_bot);
    let application = ada.application(&server).await;
    let values: Vec<_> = application["answers"].as_array().unwrap().iter().map(|answer| answer["value"].clone()).collect();
    assert_eq!(values, [json!(true), json!(false)], "{application}");
    assert_well_behaved(&fake);
}

async fn what_cannot_be_read_is_said_once_and_stops_nobody(engine: Engine) {
    let (fake, server) = cook_by_polling(engine).await;
    let ada = Texter::consented(&fake, "e2e-cook").await;
    let heard = ada.phone.heard().len();
    ada.phone.sends(&json!({ "location": { "latitude": 41.9, "longitude": 12.5 } }));
    ada.phone.sends(&json!({ "sticker": { "file_id": "s", "file_unique_id": "s", "type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false } }));
    let broken: [Value; 4] = [
        json!({ "message_reaction": { "chat": { "id": ada.phone.user, "type": "private" }, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": [] } }),
        json!({ "message": { "message_id": "seven" } }),
        json!({ "message": null }),
        json!({ "something_new": { "from": "the future" } }),
    ];
    for update in &broken {
        ada.phone.update(update);
    }
    let next = ada.says("5").await;
    let said = ada.phone.heard().split_off(heard);
    eventually("the next question", async || ada.phone.heard().last().unwrap().text.contains("frying").then_some(())).await;
    assert!(said.len() <= 2 && next.by_bot, "what can't be read is said at most once: {said:#?}");
    eventually("all are confirmed", async || (fake.pending() == 0).then_some(())).await;
    let kept = server.database.count("select count(*) from quarantine").await;
    assert!(kept >= 1, "what could not be parsed is kept");
    assert!(text(&ada.history(&server).await[0]["sender"]) == "bot" || kept > 0);
    assert_well_behaved(&fake);
}
