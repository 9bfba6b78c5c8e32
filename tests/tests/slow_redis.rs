//! I10 at length: Redis is stopped, flushed and paused while messages keep coming. `CHATBOT_SLOW_REDIS` says how often;
//! `tests/run slow` says a hundred times.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chatbot_tests::candidate::{assert_without_gaps, text};
use chatbot_tests::job::cook;
use chatbot_tests::redis::Redis;
use chatbot_tests::second::{Second, figure};
use chatbot_tests::{Candidate, Engine, Server, eventually};
use futures::future::join_all;
use serde_json::json;

/// Candidates who write at the same time.
const CANDIDATES: usize = 6;
/// What each says after the consent; the bot asks three questions.
const WORDS: [&str; 4] = ["yes", "5", "6", "7"];

/// What was done to Redis, and was felt.
#[derive(Debug, Default)]
struct Faults {
    stopped: u32,
    flushed: u32,
    paused: u32,
}

/// What was said, and what came of it.
#[derive(Debug, Default)]
struct Counts {
    conversations: AtomicU64,
    written: AtomicU64,
    written_twice: AtomicU64,
    lost: AtomicU64,
    doubled: AtomicU64,
    disordered: AtomicU64,
}

fn add(count: &AtomicU64, by: usize) {
    count.fetch_add(by as u64, Ordering::Relaxed);
}

/// How often the processes found Redis away, and how often they were woken by it.
async fn felt(processes: &[&chatbot_tests::Api], name: &str) -> f64 {
    let mut sum = 0.0;
    for process in processes {
        sum += figure(process, name, "via=\"redis\"").await;
    }
    sum
}

/// One conversation from hello to the last answer; its first and last message are delivered twice at once.
async fn converse(server: &Server, counts: &Counts) {
    let candidate = Candidate::open(server, "e2e-cook").await;
    for (at, words) in WORDS.iter().enumerate() {
        let body = json!({ "content": words, "client_message_id": format!("{}-{at}", candidate.session) });
        let (path, twice) = (candidate.path("messages"), at % 3 == 0);
        let (first, second) =
            tokio::join!(candidate.ask(&body), async { if twice { Some(candidate.api.post(&path, &body).await) } else { None } });
        let answered = first.expect(200);
        if let Some(second) = second {
            assert_eq!(second.expect(202)["seq"], answered["seq"]);
            add(&counts.written_twice, 1);
        }
        add(&counts.written, 1);
        add(&counts.lost, usize::from(answered["replies"].as_array().unwrap().is_empty()));
    }
    let history = candidate.history().await;
    assert_without_gaps(&history);
    let said: Vec<String> = history.iter().filter(|m| m["sender"] == "candidate").map(|m| text(&m["content"])).collect();
    let bot = history.iter().filter(|message| message["sender"] == "bot").count();
    // A greeting, and one reply to each message.
    add(&counts.lost, WORDS.len().saturating_sub(said.len()) + (WORDS.len() + 1).saturating_sub(bot));
    add(&counts.doubled, said.len().saturating_sub(WORDS.len()) + bot.saturating_sub(WORDS.len() + 1));
    let in_turn = history.iter().enumerate().all(|(at, m)| m["sender"] == if at % 2 == 0 { "bot" } else { "candidate" });
    add(&counts.disordered, usize::from(!in_turn || said != WORDS));
    add(&counts.conversations, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i10_redis_stopped_flushed_and_paused_again_and_again_under_messages_that_keep_coming() {
    let wanted: u32 = std::env::var("CHATBOT_SLOW_REDIS").ok().map_or(3, |count| count.parse().expect("CHATBOT_SLOW_REDIS is a count"));
    let mut redis = Redis::start().await;
    let server = Server::on(Engine::Postgres).env("WORKER_TYPE", "api").env("MESSAGE_QUEUE_URL", redis.url()).start().await;
    server.create_job(&cook()).await;
    let (one, other) = (Second::start(&server, "chat").await, Second::start(&server, "chat").await);
    let processes = [&server.api, &one.api, &other.api];
    let schema = server.database.schema.as_ref().unwrap().0.clone();
    let (counts, done) = (Counts::default(), AtomicBool::new(false));

    let talking = join_all((0..CANDIDATES).map(async |_| {
        while !done.load(Ordering::SeqCst) {
            converse(&server, &counts).await;
        }
    }));
    let harming = async {
        let mut faults = Faults::default();
        for round in 0..wanted {
            // No fault hits a line that was idle: each process is woken by Redis before the next one comes.
            for process in processes {
                let before = felt(&[process], "wake_signals_total").await;
                eventually("it is woken by Redis", async || (felt(&[process], "wake_signals_total").await > before).then_some(())).await;
            }
            let before = felt(&processes, "wake_faults_total").await;
            let is_felt = async || (felt(&processes, "wake_faults_total").await > before).then_some(());
            match round % 3 {
                0 => {
                    redis.stop().await;
                    eventually("its end is felt", is_felt).await;
                    redis.restart().await;
                    faults.stopped += 1;
                }
                1 => {
                    assert!(redis.entries(&schema).await > 0, "there is something to flush");
                    assert_eq!(redis.say(&["FLUSHALL"]).await, "+OK");
                    faults.flushed += 1;
                }
                _ => {
                    redis.pause().await;
                    eventually("its silence is felt", is_felt).await;
                    redis.resume().await;
                    faults.paused += 1;
                }
            }
        }
        done.store(true, Ordering::SeqCst);
        faults
    };
    let (_, faults) = tokio::join!(talking, harming);
    println!("{faults:?} {counts:?}");

    let unhandled = server.database.count("select count(*) from chat_sessions where last_inbound > last_handled").await;
    let unequal = "select count(*) from chat_sessions s where last_seq <> (select count(*) from chat_messages m where m.session_id = s.id)";
    assert_eq!((unhandled, server.database.count(unequal).await), (0, 0));
    for (what, count) in [("lost", &counts.lost), ("doubled", &counts.doubled), ("disordered", &counts.disordered)] {
        assert_eq!(count.load(Ordering::Relaxed), 0, "{what}: {counts:?}");
    }
    assert_eq!(faults.stopped + faults.flushed + faults.paused, wanted, "{faults:?}");
    assert!(counts.written.load(Ordering::Relaxed) >= u64::from(wanted), "messages kept coming: {counts:?}");
    for log in [server.log(), Second::log(&server)] {
        assert!(!log.contains(Redis::PASSWORD));
    }
}
