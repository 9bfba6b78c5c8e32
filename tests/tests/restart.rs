//! I1: what was acknowledged is never lost, however the server ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chatbot_tests::candidate::{assert_without_gaps, expects, reply_to, text, transcript};
use chatbot_tests::job::{ANSWERS, SCORE, SLUG, baker, cook};
use chatbot_tests::server::moment;
use chatbot_tests::{Candidate, Engine, Reply, Server, Signal, eventually, on_both_engines};
use futures::future::join_all;
use serde_json::{Value, json};

on_both_engines!(
    i1_what_waited_for_the_worker_is_answered_after_a_kill,
    i1_a_kill_after_every_answer_changes_nothing_in_the_conversation,
    i1_eight_who_write_through_kills_lose_nothing_and_read_nothing_twice,
    i1_a_release_outlives_a_kill_before_its_turn,
    sigterm_and_sigint_end_in_good_order_and_give_every_lease_back,
    a_server_that_stops_ends_waits_and_streams,
);

async fn i1_what_waited_for_the_worker_is_answered_after_a_kill(engine: Engine) {
    let mut server = Server::on(engine).test_clock().start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    server.pause_worker(true).await;
    let accepted = candidate.write("5").await;
    let before = candidate.history().await;
    server.kill().await;
    server.start().await;
    let reply = eventually("the answer is answered", async || candidate.last_bot_message().await).await;
    assert!(text(&reply["content"]).contains("frying"), "{reply}");
    let history = candidate.history().await;
    assert_without_gaps(&history);
    assert_eq!(history[..before.len()], before);
    assert_eq!(history.len(), before.len() + 1, "one reply: {history:#?}");
    assert_eq!(history[before.len() - 1]["id"], accepted["message_id"]);
}

async fn i1_a_kill_after_every_answer_changes_nothing_in_the_conversation(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let undisturbed = Candidate::open(&server, SLUG).await;
    undisturbed.interview(&ANSWERS).await;
    let candidate = Candidate::open(&server, SLUG).await;
    while let Some(reply) = reply_to(&candidate.last_bot_message().await.unwrap(), &ANSWERS) {
        candidate.say(reply).await;
        let before = candidate.history().await;
        server.kill().await;
        server.start().await;
        assert_eq!(candidate.history().await, before, "after {reply:?}");
    }
    assert_eq!(transcript(&candidate.history().await), transcript(&undisturbed.history().await));
    assert_eq!(candidate.application(&server).await["jd_match_score"], json!(SCORE));
}

/// Sends until acknowledged, under the same id; answers the acknowledgement.
async fn insist(candidate: &Candidate, body: &Value) -> Value {
    loop {
        match candidate.api.try_post(&candidate.path("messages?wait=20"), body).await {
            Some(reply) if matches!(reply.status, 200 | 202) => return reply.json(),
            Some(reply) => assert_eq!(reply.status, 503, "{reply:?}"),
            None => {}
        }
        moment().await;
    }
}

/// Goes through the interview whatever becomes of the server; answers what was acknowledged.
async fn persist(candidate: Candidate, acknowledged: &AtomicUsize) -> (Candidate, Vec<Value>) {
    let mut all = Vec::new();
    loop {
        let last = eventually("the bot has the last word", async || {
            let request = candidate.api.request(reqwest::Method::GET, &candidate.path("history?limit=500"));
            let reply = Reply::attempt(request).await.ok().filter(|reply| reply.status == 200)?.json();
            reply["messages"].as_array()?.last().filter(|message| message["sender"] == "bot").cloned()
        });
        let last = last.await;
        let Some(words) = reply_to(&last, &ANSWERS) else { return (candidate, all) };
        all.push(insist(&candidate, &json!({ "content": words, "client_message_id": format!("to-{}", last["seq"]) })).await);
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

async fn i1_eight_who_write_through_kills_lose_nothing_and_read_nothing_twice(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let undisturbed = Candidate::open(&server, SLUG).await;
    undisturbed.interview(&ANSWERS).await;
    let expected = transcript(&undisturbed.history().await);
    let acknowledged = AtomicUsize::new(0);
    let mut candidates = Vec::new();
    for _ in 0..8 {
        candidates.push(Candidate::open(&server, SLUG).await);
    }
    let kills = async {
        for kills in 1..=4 {
            eventually("acknowledgements", async || (acknowledged.load(Ordering::SeqCst) >= kills * 16).then_some(())).await;
            server.kill().await;
            server.start().await;
        }
    };
    // Eight say ten things each, so the last kill comes before the last word.
    let (persisted, ()) = tokio::join!(join_all(candidates.into_iter().map(|candidate| persist(candidate, &acknowledged))), kills);
    for (candidate, acknowledged) in persisted {
        let history = candidate.history().await;
        assert_without_gaps(&history);
        assert_eq!(transcript(&history), expected);
        for receipt in acknowledged {
            let found: Vec<_> = history.iter().filter(|message| message["id"] == receipt["message_id"]).collect();
            assert!(matches!(found[..], [only] if only["seq"] == receipt["seq"]), "{receipt} is not once in {history:#?}");
        }
        let application = candidate.application(&server).await;
        assert_eq!((&application["jd_match_score"], &application["status"]), (&json!(SCORE), &json!("prescreen_completed")));
        assert_eq!(candidate.activity(&server, "CHAT_PRESCREEN_COMPLETED").await.len(), 1);
    }
}

async fn i1_a_release_outlives_a_kill_before_its_turn(engine: Engine) {
    let mut server = Server::on(engine).test_clock().start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    server.admin.post(&candidate.path("takeover"), &json!({})).await.expect(200);
    server.pause_worker(true).await;
    server.admin.post(&candidate.path("release"), &json!({})).await.expect(200);
    server.kill().await;
    server.start().await;
    let repeated = eventually("the bot goes on", async || candidate.last_bot_message().await).await;
    assert_eq!(expects(&repeated), "question");
}

async fn sigterm_and_sigint_end_in_good_order_and_give_every_lease_back(engine: Engine) {
    let mut server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    for signal in [Signal::Term, Signal::Int] {
        let mut candidates = Vec::new();
        for _ in 0..8 {
            candidates.push(Candidate::consented(&server, "e2e-cook").await);
        }
        for candidate in &candidates {
            candidate.write("5").await;
        }
        let status = server.stop(signal).await;
        assert!(status.success(), "{signal:?}: {status}: {}", server.log());
        let held = server.database.count("select count(*) from chat_sessions where lease_boot is not null").await;
        assert_eq!(held, 0, "{signal:?} leaves leases behind");
        server.start().await;
        for candidate in &candidates {
            let reply = eventually("an answer", async || candidate.last_bot_message().await).await;
            assert!(text(&reply["content"]).contains("frying"), "{reply}");
            assert_without_gaps(&candidate.history().await);
        }
    }
}

async fn a_server_that_stops_ends_waits_and_streams(engine: Engine) {
    let mut server = Server::on(engine).test_clock().start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    server.pause_worker(true).await;
    let mut stream = candidate.api.request(reqwest::Method::GET, &candidate.path("events")).send().await.unwrap();
    let waiting = tokio::spawn({
        let candidate = candidate.clone();
        async move { candidate.api.post(&candidate.path("messages?wait=30"), &json!({ "content": "5" })).await }
    });
    eventually("the message is stored", async || candidate.last_bot_message().await.is_none().then_some(())).await;
    let began = std::time::Instant::now();
    assert!(server.stop(Signal::Term).await.success());
    assert!(began.elapsed() < Duration::from_secs(9), "open connections hold the server: {:?}", began.elapsed());
    waiting.await.unwrap().expect(202);
    while stream.chunk().await.unwrap().is_some() {}
}
