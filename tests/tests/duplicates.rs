//! I2: a message, however often it is delivered, has its effect once.

use chatbot_tests::candidate::assert_without_gaps;
use chatbot_tests::job::cook;
use chatbot_tests::{Candidate, Engine, Reply, Server, on_both_engines};
use futures::future::join_all;
use serde_json::{Value, json};

on_both_engines!(
    i2_twenty_deliveries_at_once_have_one_effect_and_one_answer,
    i2_twenty_deliveries_nobody_waits_for_are_one_message,
    i2_a_delivery_after_a_kill_is_answered_as_the_first_was,
    i2_another_body_under_the_same_id_is_refused_and_stored_nowhere,
    i2_an_id_is_the_senders_own_in_its_session,
    i2_a_file_sent_twice_is_one_message,
);

const ID: &str = "0b5f7f9e-4c51";

async fn at_the_first_question(server: &Server) -> Candidate {
    server.create_job(&cook()).await;
    Candidate::consented(server, "e2e-cook").await
}

async fn i2_twenty_deliveries_at_once_have_one_effect_and_one_answer(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let before = candidate.history().await.len();
    let body = json!({ "content": "5", "client_message_id": ID });
    let answers: Vec<Value> = join_all((0..20).map(|_| candidate.ask(&body))).await.iter().map(|reply| reply.expect(200)).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(answers[0]["replies"].as_array().unwrap().len(), 1, "{}", answers[0]);
    let history = candidate.history().await;
    assert_without_gaps(&history);
    assert_eq!(history.len(), before + 2, "one message and one reply: {history:#?}");
    assert_eq!(candidate.ask(&body).await.expect(200), answers[0], "and later as well");
    assert_eq!(candidate.application(&server).await["answered"], 1);
}

async fn i2_twenty_deliveries_nobody_waits_for_are_one_message(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let body = json!({ "content": "5", "client_message_id": ID });
    let path = candidate.path("messages");
    let answers: Vec<Value> =
        join_all((0..20).map(|_| candidate.api.post(&path, &body))).await.iter().map(|reply| reply.expect(202)).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(candidate.said_by("candidate").await.len(), 2);
}

async fn i2_a_delivery_after_a_kill_is_answered_as_the_first_was(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let body = json!({ "content": "5", "client_message_id": ID });
    let first = candidate.ask(&body).await.expect(200);
    server.kill().await;
    server.start().await;
    assert_eq!(candidate.ask(&body).await.expect(200), first);
    assert_eq!(candidate.said_by("candidate").await.len(), 2);
}

async fn i2_another_body_under_the_same_id_is_refused_and_stored_nowhere(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    candidate.ask(&json!({ "content": "5", "client_message_id": ID })).await.expect(200);
    let before = candidate.history().await;
    for other in [
        json!({ "content": "6", "client_message_id": ID }),
        json!({ "content": "5", "client_message_id": ID, "content_format": "markdown" }),
        json!({ "content": "5", "client_message_id": ID, "metadata": { "button": "5" } }),
    ] {
        let problem = candidate.ask(&other).await.problem(422);
        assert_eq!((&problem["code"], &problem["field"]), (&json!("client_message_id_reused"), &json!("client_message_id")), "{other}");
    }
    assert_eq!(candidate.history().await, before);
}

async fn i2_an_id_is_the_senders_own_in_its_session(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let other = Candidate::consented(&server, "e2e-cook").await;
    let body = json!({ "content": "5", "client_message_id": ID });
    let first = candidate.ask(&body).await.expect(200);
    let second = other.ask(&body).await.expect(200);
    let recruiter = server.admin.post(&candidate.path("messages"), &body).await.expect(202);
    assert_ne!(first["message_id"], second["message_id"]);
    assert_ne!(first["message_id"], recruiter["message_id"]);
    assert_eq!(other.application(&server).await["answered"], 1);
}

async fn i2_a_file_sent_twice_is_one_message(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        let part = reqwest::multipart::Part::bytes(b"Ada Example\n".to_vec()).file_name("cv.txt");
        let form = reqwest::multipart::Form::new().part("file", part).text("client_message_id", ID);
        let request = candidate.api.request(reqwest::Method::POST, &candidate.path("attachments")).multipart(form);
        answers.push(Reply::of(request).await.expect(202));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let files = candidate.history().await.iter().filter(|message| message["content_format"] == "file").count();
    assert_eq!(files, 1);
}
