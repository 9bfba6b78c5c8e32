//! I5: from the commit of a takeover until release no new bot reply starts.

use chatbot_tests::candidate::{assert_without_gaps, expects, text};
use chatbot_tests::job::cook;
use chatbot_tests::{Candidate, Engine, Server, eventually, on_both_engines};
use futures::future::join_all;
use serde_json::{Value, json};

on_both_engines!(
    i5_the_bot_is_silent_from_takeover_to_release,
    i5_the_recruiters_words_reach_the_candidate_with_their_sender,
    i5_release_repeats_the_pending_question_and_answers_nothing_of_the_human_phase,
    i5_an_answer_accepted_before_the_takeover_counts_and_is_not_answered,
    i5_a_takeover_that_races_with_replies_always_wins,
    i5_taking_over_again_changes_nothing,
    i5_who_took_over_and_released_is_on_record,
    i5_a_candidate_can_neither_take_over_nor_release,
    i5_takeover_outlives_a_kill,
);

async fn at_the_first_question(server: &Server) -> Candidate {
    server.create_job(&cook()).await;
    Candidate::consented(server, "e2e-cook").await
}

async fn control(server: &Server, candidate: &Candidate, verb: &str) -> Value {
    let answer = server.admin.post(&candidate.path(verb), &json!({})).await.expect(200);
    assert_eq!(answer["in_flight"], 0, "nothing of the web's is ever on the wire: {answer}");
    answer
}

async fn i5_the_bot_is_silent_from_takeover_to_release(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let before = candidate.said_by("bot").await;
    assert_eq!(control(&server, &candidate, "takeover").await["automation_enabled"], false);
    for words in ["5", "are you there?", "/help", "what is the salary?"] {
        assert_eq!(candidate.say(words).await, Vec::<Value>::new(), "{words:?} is answered by nobody");
    }
    assert_eq!(candidate.said_by("bot").await, before);
    assert_eq!(candidate.application(&server).await["answered"], 0, "what a person reads is not scored");
    let again = candidate.api.post("/chat/sessions", &json!({})).await.expect(200);
    assert_eq!(again["automation_enabled"], false);
}

async fn i5_the_recruiters_words_reach_the_candidate_with_their_sender(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    control(&server, &candidate, "takeover").await;
    server.admin.post(&candidate.path("messages"), &json!({ "content": "Hello, Grace here." })).await.expect(202);
    let history = candidate.history().await;
    let [.., notice, words] = &history[..] else { panic!("{history:?}") };
    assert_eq!(notice["sender"], "system");
    assert_eq!(
        (&words["sender"], &words["content"], &words["delivery"]),
        (&json!("recruiter"), &json!("Hello, Grace here."), &json!("sent"))
    );
    let waited = server.admin.post(&candidate.path("messages?wait=20"), &json!({ "content": "Still here?" })).await.expect(200);
    assert_eq!(waited["replies"], json!([]));
}

async fn i5_release_repeats_the_pending_question_and_answers_nothing_of_the_human_phase(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let question = candidate.last_bot_message().await.unwrap();
    control(&server, &candidate, "takeover").await;
    candidate.say("7 years, if you want to know").await;
    assert_eq!(control(&server, &candidate, "release").await["automation_enabled"], true);
    let repeated = eventually("the bot goes on", async || candidate.last_bot_message().await).await;
    assert_eq!(repeated["metadata"]["expects"], question["metadata"]["expects"], "{repeated}");
    assert!(text(&repeated["content"]).contains("grilling"), "{repeated}");
    assert_eq!(candidate.application(&server).await["answered"], 0);
    let notices = candidate.said_by("system").await;
    assert_eq!(notices.len(), 2, "one joins, one leaves: {notices:?}");
    let replies = candidate.say("7").await;
    assert!(text(&replies[0]["content"]).contains("frying"), "{replies:?}");
    assert_without_gaps(&candidate.history().await);
}

async fn i5_an_answer_accepted_before_the_takeover_counts_and_is_not_answered(engine: Engine) {
    let server = Server::on(engine).test_clock().start().await;
    let candidate = at_the_first_question(&server).await;
    let said = candidate.said_by("bot").await.len();
    server.pause_worker(true).await;
    candidate.write("6").await;
    control(&server, &candidate, "takeover").await;
    candidate.write("and this a person reads").await;
    server.pause_worker(false).await;
    eventually("the answer is read", async || (candidate.application(&server).await["answered"] == 1).then_some(())).await;
    assert_eq!(candidate.say("hello?").await, Vec::<Value>::new());
    assert_eq!(candidate.said_by("bot").await.len(), said);
    control(&server, &candidate, "release").await;
    let next = eventually("the bot goes on", async || candidate.last_bot_message().await).await;
    assert!(text(&next["content"]).contains("frying"), "{next}");
}

async fn i5_a_takeover_that_races_with_replies_always_wins(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let mut candidates = Vec::new();
    for _ in 0..24 {
        candidates.push(Candidate::consented(&server, "e2e-cook").await);
    }
    let race = async |(number, candidate): (u64, &Candidate)| {
        let take = async {
            tokio::time::sleep(std::time::Duration::from_millis(number)).await;
            control(&server, candidate, "takeover").await
        };
        tokio::join!(take, candidate.write("5"));
        // The answer to this one says that the turn of the other is over as well.
        assert_eq!(candidate.say("anybody?").await, Vec::<Value>::new());
        let history = candidate.history().await;
        assert_without_gaps(&history);
        let taken = history.iter().position(|message| message["sender"] == "system").unwrap();
        let late: Vec<_> = history[taken..].iter().filter(|message| message["sender"] == "bot").collect();
        assert!(late.is_empty(), "after the takeover the bot said {late:?}");
    };
    join_all((0..).zip(&candidates).map(race)).await;
}

async fn i5_taking_over_again_changes_nothing(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    let first = control(&server, &candidate, "takeover").await;
    let before = candidate.history().await;
    for _ in 0..3 {
        assert_eq!(control(&server, &candidate, "takeover").await, first);
    }
    assert_eq!(candidate.history().await, before);
    assert_eq!(candidate.activity(&server, "takeover").await.len(), 1);
    control(&server, &candidate, "release").await;
    control(&server, &candidate, "release").await;
    assert_eq!(candidate.activity(&server, "release").await.len(), 1);
}

async fn i5_who_took_over_and_released_is_on_record(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    for verb in ["takeover", "release"] {
        control(&server, &candidate, verb).await;
        let lines = candidate.activity(&server, verb).await;
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(
            (&line["actor_type"], &line["actor"], &line["detail"]["requester"]),
            (&json!("recruiter"), &json!("admin"), &json!("admin")),
            "{line}"
        );
    }
}

async fn i5_a_candidate_can_neither_take_over_nor_release(engine: Engine) {
    let server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    candidate.api.post(&candidate.path("takeover"), &json!({})).await.problem(403);
    control(&server, &candidate, "takeover").await;
    candidate.api.post(&candidate.path("release"), &json!({})).await.problem(403);
    server.api.post(&candidate.path("release"), &json!({})).await.problem(401);
    assert_eq!(candidate.say("5").await, Vec::<Value>::new());
}

async fn i5_takeover_outlives_a_kill(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    let candidate = at_the_first_question(&server).await;
    control(&server, &candidate, "takeover").await;
    server.kill().await;
    server.start().await;
    assert_eq!(candidate.say("5").await, Vec::<Value>::new());
    control(&server, &candidate, "release").await;
    let repeated = eventually("the bot goes on", async || candidate.last_bot_message().await).await;
    assert_eq!(expects(&repeated), "question");
}
