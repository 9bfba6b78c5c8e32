//! A recruiter decides while the candidate writes: nothing is lost, doubled or overwritten.

use chatbot_tests::api::Reply;
use chatbot_tests::candidate::text;
use chatbot_tests::job::cook;
use chatbot_tests::{Candidate, Engine, Server, on_both_engines};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    a_stage_move_beside_answers_loses_neither,
    twenty_moves_at_once_are_one_after_the_other,
    a_correction_beside_the_candidates_own_answer_leaves_one_answer_and_both_on_record,
);

async fn patch(server: &Server, path: &str, body: &Value) -> Reply {
    Reply::of(server.admin.request(Method::PATCH, path).json(body)).await
}

fn path(candidate: &Candidate) -> String {
    format!("/applications/{}", candidate.application)
}

async fn a_stage_move_beside_answers_loses_neither(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let mut candidates = Vec::new();
    for _ in 0..8 {
        candidates.push(Candidate::consented(&server, "e2e-cook").await);
    }
    let race = async |candidate: &Candidate| {
        let moves = async {
            for status in ["shortlisted", "interview", "shortlisted"] {
                patch(&server, &path(candidate), &json!({ "status": status })).await.expect(200);
            }
        };
        let answers = async {
            for years in ["5", "6", "7"] {
                candidate.say(years).await;
            }
        };
        tokio::join!(moves, answers);
        let application = candidate.application(&server).await;
        assert_eq!((&application["status"], &application["answered"]), (&json!("shortlisted"), &json!(3)), "{application}");
        let values: Vec<_> = application["answers"].as_array().unwrap().iter().map(|answer| answer["value"].clone()).collect();
        assert_eq!(values, [5, 6, 7]);
        let asked: Vec<_> = candidate.said_by("bot").await.iter().map(|m| text(&m["content"])).collect();
        for question in ["Question 2 of 3", "Question 3 of 3"] {
            assert_eq!(asked.iter().filter(|words| words.contains(question)).count(), 1, "{asked:?}");
        }
    };
    join_all(candidates.iter().map(race)).await;
}

async fn twenty_moves_at_once_are_one_after_the_other(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    let stages = ["shortlisted", "interview", "hired", "in_progress"];
    let moved = (0..20).map(|n| {
        let (server, path, status) = (&server, path(&candidate), stages[n % stages.len()]);
        async move { patch(server, &path, &json!({ "status": status, "reason": format!("move {n}") })).await.expect(200) }
    });
    join_all(moved).await;
    // Each line begins where the one before it ended.
    let found = server.admin.get(&format!("/activity?application_id={}&limit=500", candidate.application)).await.expect(200);
    let mut at = json!("in_progress");
    for line in found["items"].as_array().unwrap().iter().rev().filter(|line| line["type"] == "application_moved") {
        assert_eq!(line["detail"]["from"], at, "{line}");
        at = line["detail"]["to"].clone();
    }
    assert_eq!(candidate.application(&server).await["status"], at);
    let replies = candidate.say("5").await;
    assert!(text(&replies.last().unwrap()["content"]).contains("frying"), "{replies:?}");
}

async fn a_correction_beside_the_candidates_own_answer_leaves_one_answer_and_both_on_record(engine: Engine) {
    let server = Server::on(engine).start().await;
    let job = server.create_job(&cook()).await;
    let question = text(&job["prescreen"]["questions"][0]["id"]);
    for _ in 0..6 {
        let candidate = Candidate::consented(&server, "e2e-cook").await;
        let place = format!("{}/answers/{question}", path(&candidate));
        let wish = json!({ "value": 9, "reason": "told me on the phone" });
        let (corrected, _) = tokio::join!(patch(&server, &place, &wish), candidate.write("/help"));
        corrected.expect(200);
        let replies = candidate.say("7").await;
        let application = candidate.application(&server).await;
        let values: Vec<_> = application["answers"].as_array().unwrap().iter().map(|answer| answer["value"].clone()).collect();
        // The bot went on to the second question, which the 7 answers.
        assert_eq!(values, [9, 7], "{replies:?}");
        let found =
            server.admin.get(&format!("/activity?application_id={}&type=answer_corrected", candidate.application)).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
    }
}
