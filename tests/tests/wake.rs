//! Waking between processes on one PostgreSQL: by NOTIFY, by Redis, and by nobody but the poll when Redis is away.

use chatbot_tests::candidate::{assert_without_gaps, text};
use chatbot_tests::job::{ANSWERS, SCORE, SLUG, baker, cook};
use chatbot_tests::patience::PATIENCE;
use chatbot_tests::redis::Redis;
use chatbot_tests::second::{Second, figure};
use chatbot_tests::{Api, Candidate, Engine, Plan, Server, Signal, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

/// A server that takes in and serves, looking at the database by itself only long after any test has lost its patience.
fn without_a_poll() -> Plan {
    Server::on(Engine::Postgres).env("WORKER_TYPE", "api").arg("--test-poll=600000")
}

/// A live page: the stream of a conversation's events.
struct Page {
    stream: reqwest::Response,
    read: String,
}

impl Page {
    async fn open(api: &Api, candidate: &Candidate) -> Self {
        let api = api.as_holder_of(candidate.api.token().unwrap());
        let stream = api.request(Method::GET, &candidate.path("events")).send().await.unwrap();
        assert_eq!(stream.status(), 200);
        Self { stream, read: String::new() }
    }

    /// Reads until an event's data holds these words.
    async fn shows(&mut self, words: &str) {
        let reading = async {
            while !self.read.contains(words) {
                let chunk = self.stream.chunk().await.unwrap().expect("the stream goes on");
                self.read += &String::from_utf8_lossy(&chunk);
            }
        };
        timeout(PATIENCE, reading).await.unwrap_or_else(|_| panic!("the page does not show {words}"));
    }
}

/// Everything one process does that another has to hear of, none of which a poll would find in time.
async fn every_process_hears_of_what_others_do(server: &Server, via: &str) {
    server.create_job(&baker()).await;
    let worker = Second::start(server, "chat").await;
    let other = Second::start(server, "api").await;
    let candidate = Candidate::open(server, SLUG).await;
    let (mut here, mut there) = (Page::open(&server.api, &candidate).await, Page::open(&other.api, &candidate).await);
    candidate.interview(&ANSWERS).await;
    assert_eq!(candidate.application(server).await["jd_match_score"], json!(SCORE));
    let last = candidate.last_bot_message().await.unwrap();
    let words: String = text(&last["content"]).chars().take_while(|c| c.is_alphanumeric() || *c == ' ').collect();
    assert!(words.len() > 3, "{last}");
    here.shows(&words).await;
    there.shows(&words).await;
    candidate.write("One more thing: zebra crossing").await;
    there.shows("zebra crossing").await;
    server.admin.post(&candidate.path("takeover"), &json!({})).await.expect(200);
    there.shows(r#""automation_enabled":false"#).await;
    for (process, name) in [(&server.api, "the server"), (&worker.api, "the worker"), (&other.api, "the other server")] {
        let ready = process.get("/readyz").await.expect(200);
        assert_eq!((text(&ready["wake"]), &ready["degraded"]), (via.to_owned(), &json!([])), "{name}");
        assert!(figure(process, "wake_signals_total", &format!("via=\"{via}\"")).await > 0.0, "{name} was woken by others");
    }
    assert_without_gaps(&candidate.history().await);
}

#[tokio::test]
async fn without_a_queue_processes_wake_each_other_by_notify() {
    let server = without_a_poll().start().await;
    every_process_hears_of_what_others_do(&server, "notify").await;
}

#[tokio::test]
async fn with_a_queue_processes_wake_each_other_by_redis() {
    let redis = Redis::start().await;
    let server = without_a_poll().env("MESSAGE_QUEUE_URL", redis.url()).start().await;
    every_process_hears_of_what_others_do(&server, "redis").await;
    assert!(redis.entries(&server.database.schema.as_ref().unwrap().0).await > 0, "and not by anything else");
}

#[tokio::test]
async fn a_process_that_stops_still_tells_others_what_it_took_in() {
    let mut server = without_a_poll().start().await;
    server.create_job(&cook()).await;
    let _worker = Second::start(&server, "chat").await;
    let other = Second::start(&server, "api").await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    let there = Candidate { api: other.api.as_holder_of(candidate.api.token().unwrap()), ..candidate.clone() };
    candidate.write("5").await;
    assert!(server.stop(Signal::Term).await.success());
    eventually("the answer", async || there.last_bot_message().await.filter(|said| text(&said["content"]).contains("frying"))).await;
}

#[tokio::test]
async fn a_redis_that_is_away_makes_nobody_unready_and_fills_no_log() {
    let began = std::time::Instant::now();
    let away = format!("redis://:{}@127.0.0.1:1/0", Redis::PASSWORD);
    let server =
        Server::on(Engine::Postgres).env("WORKER_TYPE", "api").env("MESSAGE_QUEUE_URL", away).env("RUST_LOG", "trace").start().await;
    server.create_job(&cook()).await;
    let worker = Second::start(&server, "chat").await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    candidate.say("5").await;
    for process in [&server.api, &worker.api] {
        let ready = process.get("/readyz").await.expect(200);
        assert_eq!((text(&ready["status"]), text(&ready["wake"]), &ready["degraded"]), ("ready".into(), "redis".into(), &json!(["wake"])));
        assert!(figure(process, "wake_faults_total", "redis").await > 1.0, "it was tried");
    }
    for log in [server.log(), Second::log(&server)] {
        let complaints = log.lines().filter(|line| line.contains("other processes are not woken")).count();
        // One in half a minute.
        assert!((1..=1 + began.elapsed().as_secs() as usize / 30).contains(&complaints), "{log}");
        assert!(!log.contains(Redis::PASSWORD));
    }
}

#[tokio::test]
async fn i10_redis_stopped_flushed_paused_and_restarted_in_mid_conversation_loses_and_doubles_nothing() {
    let mut redis = Redis::start().await;
    let server = Server::on(Engine::Postgres).env("WORKER_TYPE", "api").env("MESSAGE_QUEUE_URL", redis.url()).start().await;
    server.create_job(&baker()).await;
    let worker = Second::start(&server, "chat").await;
    let schema = &server.database.schema.as_ref().unwrap().0;
    let faults = async || figure(&worker.api, "wake_faults_total", "redis").await + figure(&server.api, "wake_faults_total", "redis").await;
    let candidate = Candidate::consented(&server, SLUG).await;
    let mut said = 1; // the consent
    let mut answer = async |words: &str| {
        let replies = candidate.say(words).await;
        said += 1;
        assert_eq!(replies.len(), 1, "{words}: {replies:?}");
    };
    answer(ANSWERS[0].1).await;

    assert!(redis.entries(schema).await > 0, "there is something to lose");
    redis.say(&["FLUSHALL"]).await;
    answer(ANSWERS[1].1).await;

    let before = faults().await;
    redis.stop().await;
    answer(ANSWERS[2].1).await;
    eventually("its end is felt", async || (faults().await > before).then_some(())).await;
    redis.restart().await;
    answer(ANSWERS[3].1).await;

    let before = faults().await;
    redis.pause().await;
    answer(ANSWERS[4].1).await;
    eventually("its silence is felt", async || (faults().await > before).then_some(())).await;
    redis.resume().await;
    answer(ANSWERS[5].1).await;

    // What was said long ago is said again, by somebody who is no more.
    let session = candidate.session.replace('-', "");
    for _ in 0..50 {
        let stale = format!("1 {session} * o {session}rc+");
        redis.say(&["XADD", &format!("chatbot:wake:{schema}"), "*", "said", &stale]).await;
    }
    answer(ANSWERS[6].1).await;
    candidate.interview(&[]).await;
    assert_eq!(candidate.application(&server).await["jd_match_score"], json!(SCORE));
    let history = candidate.history().await;
    assert_without_gaps(&history);
    let answers: Vec<&Value> =
        history.iter().filter(|message| message["sender"] == "candidate").map(|message| &message["content"]).collect();
    let mut given = vec![json!("yes")];
    given.extend(ANSWERS.iter().map(|(_, words)| json!(words)));
    assert_eq!(answers[..given.len()].iter().copied().cloned().collect::<Vec<_>>(), given, "in order, each once");
    eventually("it is used again", async || {
        let ready = worker.api.get("/readyz").await.expect(200);
        (ready["degraded"] == json!([])).then_some(())
    })
    .await;
    assert_eq!(said, 8);
}
