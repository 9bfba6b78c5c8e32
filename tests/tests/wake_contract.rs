//! What wakes other processes, promise by promise: PostgreSQL's NOTIFY and Redis Streams keep the same ones.

use std::collections::HashSet;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chatbot_core::wake::{NotifyWake, RedisTarget, RedisWake, Signal, Wake};
use chatbot_tests::database::test_database_url;
use chatbot_tests::eventually;
use chatbot_tests::patience::PATIENCE;
use chatbot_tests::proxy::Proxy;
use chatbot_tests::redis::{Redis, test_redis_url};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What carries.
#[derive(Debug, Clone, Copy)]
enum By {
    Notify,
    Redis,
}

/// Each promise (an `async fn(By)`) for both.
macro_rules! by_both {
    ($($promise:ident),+ $(,)?) => {
        mod notify {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::By::Notify).await;
            })+
        }
        mod redis {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::By::Redis).await;
            })+
        }
    };
}

by_both!(
    a_signal_is_heard_here_at_once_elsewhere_soon_and_comes_back_to_nobody,
    the_clock_is_moved_for_this_process_alone,
    a_thousand_sessions_at_once_are_all_heard_and_too_many_mean_everything,
    whoever_signals_never_waits_for_a_server_that_is_away,
    what_is_signalled_last_is_still_told,
    others_of_another_name_hear_nothing,
    a_round_trip_is_measured_and_a_server_that_is_away_is_named_without_its_password,
);

/// A name nobody else has.
fn name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("wake_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// One process's end.
fn end(by: By, url: &str, name: &str) -> Arc<dyn Wake> {
    match by {
        By::Notify => Arc::new(NotifyWake::new(PgConnectOptions::from_str(url).unwrap(), name)),
        By::Redis => Arc::new(RedisWake::new(&RedisTarget::from_url(url).unwrap(), name)),
    }
}

fn server(by: By) -> String {
    match by {
        By::Notify => test_database_url(),
        By::Redis => test_redis_url(),
    }
}

/// Where nobody is.
fn nowhere(by: By) -> &'static str {
    match by {
        By::Notify => "postgres://ada:s3cret@127.0.0.1:1/jobs",
        By::Redis => "redis://ada:s3cret@127.0.0.1:1/0",
    }
}

/// An end that runs.
struct Running {
    wake: Arc<dyn Wake>,
    heard: Receiver<Signal>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    async fn start(by: By, url: &str, name: &str) -> Self {
        let wake = end(by, url, name);
        let (heard, stop) = (wake.listen(), CancellationToken::new());
        let task = tokio::spawn({
            let (wake, stop) = (Arc::clone(&wake), stop.clone());
            async move { wake.run(stop).await }
        });
        eventually("the line is up", async || wake.is_connected().then_some(())).await;
        let mut running = Self { wake, heard, stop, task };
        assert_eq!(running.next().await, Signal::All, "what was said before is unknown");
        running
    }

    async fn next(&mut self) -> Signal {
        match timeout(PATIENCE, self.heard.recv()).await.expect("a signal") {
            // Who listens too slowly looks at everything, as if told so.
            Err(RecvError::Lagged(_)) => Signal::All,
            heard => heard.unwrap(),
        }
    }

    async fn until(&mut self, awaited: Signal) {
        while self.next().await != awaited {}
    }

    async fn end(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.task).await.expect("it ends").unwrap();
    }
}

async fn two(by: By) -> (Running, Running) {
    let (url, name) = (server(by), name());
    (Running::start(by, &url, &name).await, Running::start(by, &url, &name).await)
}

fn session(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn a_signal_is_heard_here_at_once_elsewhere_soon_and_comes_back_to_nobody(by: By) {
    let (mut here, mut there) = two(by).await;
    here.wake.wake(session(1));
    assert_eq!(here.heard.try_recv().unwrap(), Signal::Ready(session(1)), "at once");
    assert_eq!(there.next().await, Signal::Ready(session(1)));
    for signal in [Signal::Changed(session(2)), Signal::Typing(session(2), true), Signal::Typing(session(2), false), Signal::Outbox] {
        here.wake.signal(signal);
        assert_eq!(here.heard.try_recv().unwrap(), signal);
        assert_eq!(there.next().await, signal);
    }
    // Carriers keep an order: had anything come back, it would have come before this.
    there.wake.wake(session(3));
    assert_eq!(here.next().await, Signal::Ready(session(3)));
    here.end().await;
    there.end().await;
}

async fn the_clock_is_moved_for_this_process_alone(by: By) {
    let (mut here, mut there) = two(by).await;
    here.wake.signal(Signal::Clock);
    assert_eq!(here.next().await, Signal::Clock);
    here.wake.signal(Signal::Outbox);
    assert_eq!(there.next().await, Signal::Outbox);
}

async fn a_thousand_sessions_at_once_are_all_heard_and_too_many_mean_everything(by: By) {
    let (here, mut there) = two(by).await;
    let mut missing: HashSet<Uuid> = (0..1000).map(session).collect();
    for id in &missing {
        here.wake.wake(*id);
    }
    while !missing.is_empty() {
        match there.next().await {
            Signal::Ready(id) => assert!(missing.remove(&id), "{id} is told once"),
            other => panic!("{other:?}"),
        }
    }
    for n in 0..100_000 {
        here.wake.wake(session(n));
    }
    there.until(Signal::All).await;
}

async fn whoever_signals_never_waits_for_a_server_that_is_away(by: By) {
    let wake = end(by, nowhere(by), &name());
    let (stop, mut heard) = (CancellationToken::new(), wake.listen());
    let task = tokio::spawn({
        let (wake, stop) = (Arc::clone(&wake), stop.clone());
        async move { wake.run(stop).await }
    });
    let began = Instant::now();
    for n in 0..50_000 {
        wake.wake(session(n));
        assert_eq!(heard.try_recv().unwrap(), Signal::Ready(session(n)), "here it is heard all the same");
    }
    // Far more than it takes, far less than one connection's patience for each.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(!wake.is_connected());
    stop.cancel();
    timeout(PATIENCE, task).await.expect("it ends though nobody answers").unwrap();
}

async fn what_is_signalled_last_is_still_told(by: By) {
    let (here, mut there) = two(by).await;
    for n in 0..100 {
        here.wake.wake(session(n));
    }
    here.end().await;
    let mut heard = HashSet::new();
    while heard.len() < 100 {
        let Signal::Ready(id) = there.next().await else { panic!("something else") };
        heard.insert(id);
    }
}

async fn others_of_another_name_hear_nothing(by: By) {
    let (here, mut there) = two(by).await;
    let mut elsewhere = Running::start(by, &server(by), &name()).await;
    here.wake.wake(session(1));
    assert_eq!(there.next().await, Signal::Ready(session(1)));
    let neighbour = Running::start(by, &server(by), &name()).await;
    neighbour.wake.wake(session(2));
    elsewhere.wake.wake(session(3));
    assert_eq!(elsewhere.next().await, Signal::Ready(session(3)), "nothing came before what it said itself");
}

async fn a_round_trip_is_measured_and_a_server_that_is_away_is_named_without_its_password(by: By) {
    let took = end(by, &server(by), &name()).ping().await.unwrap().unwrap();
    assert!(took > Duration::ZERO && took < PATIENCE, "{took:?}");
    let away = end(by, nowhere(by), &name());
    let said = away.ping().await.unwrap_err().to_string();
    assert!(said.contains("127.0.0.1:1") && !said.contains("s3cret"), "{said}");
}

#[test]
fn no_password_is_shown() {
    let notify = NotifyWake::new(PgConnectOptions::from_str(nowhere(By::Notify)).unwrap(), "s");
    let target = RedisTarget::from_url(nowhere(By::Redis)).unwrap();
    let shown = format!("{notify:?} {target:?} {:?}", RedisWake::new(&target, "s"));
    assert!(shown.contains("127.0.0.1:1") && !shown.contains("s3cret"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notify_once_the_line_to_postgresql_is_mended_everybody_looks_at_everything_and_is_woken_again() {
    let (wire, name) = (Proxy::start().await, name());
    let (here, mut there) = (Running::start(By::Notify, &wire.url, &name).await, Running::start(By::Notify, &wire.url, &name).await);
    wire.cut();
    eventually("the line is down", async || (!there.wake.is_connected()).then_some(())).await;
    here.wake.wake(session(1));
    wire.mend();
    there.until(Signal::All).await;
    eventually("the line is up", async || (here.wake.is_connected() && there.wake.is_connected()).then_some(())).await;
    here.wake.wake(session(2));
    there.until(Signal::Ready(session(2))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_stopped_paused_and_started_again_everybody_looks_at_everything_and_is_woken_again() {
    let (mut redis, name) = (Redis::start().await, name());
    let (here, mut there) = (Running::start(By::Redis, &redis.url(), &name).await, Running::start(By::Redis, &redis.url(), &name).await);
    for round in 0..2 {
        if round == 0 {
            redis.stop().await;
        } else {
            redis.pause().await;
        }
        here.wake.wake(session(1));
        eventually("the line is down", async || (!here.wake.is_connected() && !there.wake.is_connected()).then_some(())).await;
        if round == 0 {
            redis.restart().await;
        } else {
            redis.resume().await;
        }
        there.until(Signal::All).await;
        eventually("the line is up", async || (here.wake.is_connected() && there.wake.is_connected()).then_some(())).await;
        here.wake.wake(session(2 + round));
        there.until(Signal::Ready(session(2 + round))).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_flushed_is_written_to_and_read_as_before() {
    let (redis, name) = (Redis::start().await, name());
    let (here, mut there) = (Running::start(By::Redis, &redis.url(), &name).await, Running::start(By::Redis, &redis.url(), &name).await);
    for n in 0..20 {
        here.wake.wake(session(n));
        assert_eq!(there.next().await, Signal::Ready(session(n)));
        assert!(redis.entries(&name).await > 0);
        assert_eq!(redis.say(&["FLUSHALL"]).await, "+OK");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_a_stream_that_numbers_from_lower_on_old_entries_and_foreign_ones_break_nothing() {
    let (redis, name) = (Redis::start().await, name());
    let key = format!("chatbot:wake:{name}");
    let (here, mut there) = (Running::start(By::Redis, &redis.url(), &name).await, Running::start(By::Redis, &redis.url(), &name).await);
    here.wake.wake(session(1));
    assert_eq!(there.next().await, Signal::Ready(session(1)));
    let said = format!("1 {} {}r", session(99).simple(), session(5).simple());
    for foreign in [&["XADD", &key, "*", "other", "field"][..], &["XADD", &key, "*", "said", "nothing of ours"]] {
        redis.say(foreign).await;
    }
    redis.say(&["XADD", &key, "*", "said", &said]).await;
    redis.say(&["XADD", &key, "*", "said", &said]).await;
    for _ in 0..2 {
        assert_eq!(there.next().await, Signal::Ready(session(5)), "said again, it is heard again");
    }
    redis.say(&["DEL", &key]).await;
    let mut lower = 0;
    eventually("what is numbered from lower on is read", async || {
        lower += 1;
        redis.say(&["XADD", &key, &format!("{lower}-1"), "said", &said]).await;
        there.heard.try_recv().ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_keeps_no_session_for_long() {
    let (redis, name) = (Redis::start().await, name());
    let key = format!("chatbot:wake:{name}");
    let (here, mut there) = (Running::start(By::Redis, &redis.url(), &name).await, Running::start(By::Redis, &redis.url(), &name).await);
    for n in 0..600 {
        here.wake.wake(session(n));
        assert_eq!(there.next().await, Signal::Ready(session(n)));
    }
    assert!(redis.entries(&name).await < 500, "{}", redis.entries(&name).await);
    let left: u64 = redis.say(&["TTL", &key]).await.trim_start_matches(':').parse().expect("it goes by itself");
    assert!((1..=60).contains(&left), "{left} s");
}
