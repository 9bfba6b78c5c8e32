//! The manager under a clock of ours: whose turn it is, what is failed over, and what comes of it all.

use std::sync::Mutex;

use chrono::DateTime;

use super::*;
use crate::clock::FakeClock;
use crate::provider::{Rate, Usage};

/// What a scripted provider does when it is called.
type Act = Box<dyn Fn(usize) -> (Duration, Result<Reply, ProviderError>) + Send + Sync>;

/// Does as it is told after as long as it is told.
struct Scripted {
    name: &'static str,
    calls: AtomicUsize,
    act: Act,
}

#[async_trait]
impl Provider for Scripted {
    fn name(&self) -> &str {
        self.name
    }

    async fn generate_reply(&self, _request: &ReplyRequest) -> Result<Reply, ProviderError> {
        let n = self.calls.fetch_add(1, Ordering::SeqCst);
        let (wait, result) = (self.act)(n);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        result
    }
}

fn scripted(name: &'static str, act: impl Fn(usize) -> (Duration, Result<Reply, ProviderError>) + Send + Sync + 'static) -> Arc<Scripted> {
    Arc::new(Scripted { name, calls: AtomicUsize::new(0), act: Box::new(act) })
}

fn says(name: &'static str) -> Arc<Scripted> {
    scripted(name, move |_| (Duration::ZERO, Ok(Reply::text(name).taking(Usage { input: 10, output: 5 }))))
}

fn fails() -> Arc<Scripted> {
    scripted("down", |_| (Duration::ZERO, Err(ProviderError::Unavailable("503".into()))))
}

fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()))
}

fn over(clock: &Arc<FakeClock>, slots: Vec<(Arc<Scripted>, Limits)>) -> RoundRobin {
    RoundRobin::with_limits(slots.into_iter().map(|(p, l)| (p as Arc<dyn Provider>, l)).collect(), Arc::clone(clock) as _)
}

fn called(provider: &Scripted) -> usize {
    provider.calls.load(Ordering::SeqCst)
}

async fn ask(manager: &RoundRobin) -> Option<String> {
    manager.generate_reply(&ReplyRequest::default(), &Asking::default()).await.text
}

fn limits(timeout_ms: u64) -> Limits {
    Limits { timeout: Duration::from_millis(timeout_ms), ..Limits::default() }
}

#[tokio::test]
async fn slots_take_turns_beginning_with_the_first() {
    let manager = RoundRobin::new(vec![says("one"), says("two")]);
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(ask(&manager).await.unwrap());
    }
    assert_eq!(heard, ["one", "two", "one"]);
}

#[tokio::test]
async fn a_failing_slot_is_followed_by_the_next_and_all_failing_by_an_honest_none() {
    let manager = RoundRobin::new(vec![fails() as Arc<dyn Provider>, says("two")]);
    assert_eq!(ask(&manager).await.as_deref(), Some("two"));
    assert_eq!(ask(&RoundRobin::new(vec![fails()])).await, None);
}

#[test]
fn without_slots_the_stub_is_selected() {
    let manager = RoundRobin::new(Vec::new());
    assert_eq!(manager.select_provider().name(), "stub");
    assert!(!manager.has_models());
    assert!(RoundRobin::new(vec![says("one")]).has_models());
}

#[tokio::test(start_paused = true)]
async fn a_slot_that_takes_too_long_is_left_and_the_deadline_holds_for_all_together() {
    let slow = || scripted("slow", |_| (Duration::from_secs(3600), Ok(Reply::text("late"))));
    let (first, second, third) = (slow(), slow(), says("three"));
    let manager = over(&clock(), vec![(first, limits(3_000)), (second.clone(), limits(60_000)), (third.clone(), limits(1_000))]);
    let begun = Instant::now();
    assert_eq!(ask(&manager).await, None, "the second slot used up what was left");
    assert_eq!(begun.elapsed(), DEADLINE);
    assert_eq!((called(&second), called(&third)), (1, 0));
    assert_eq!(ask(&manager).await.as_deref(), None, "begins with the second, and has 25 s again");
    assert_eq!(ask(&manager).await.as_deref(), Some("three"));
}

#[tokio::test]
async fn a_slot_is_left_alone_as_long_as_it_says() {
    let clock = clock();
    let limited = scripted("limited", |n| {
        let wait = ProviderError::Limited { problem: "429".into(), retry_after: Some(Duration::from_secs(30)) };
        (Duration::ZERO, if n == 0 { Err(wait) } else { Ok(Reply::text("back")) })
    });
    let manager = over(&clock, vec![(limited.clone(), Limits::default())]);
    assert_eq!(ask(&manager).await, None);
    clock.advance(chrono::Duration::seconds(29));
    assert_eq!(ask(&manager).await, None);
    assert_eq!(called(&limited), 1);
    clock.advance(chrono::Duration::seconds(1));
    assert_eq!(ask(&manager).await.as_deref(), Some("back"));
}

#[tokio::test]
async fn ten_minutes_with_every_slot_down_are_answered_by_the_stub_and_end_without_a_restart() {
    let clock = clock();
    let end = clock.now() + chrono::Duration::minutes(10);
    let down_until = |clock: Arc<FakeClock>, name: &'static str| {
        scripted(name, move |_| {
            let back = clock.now() >= end;
            (Duration::ZERO, if back { Ok(Reply::text(name)) } else { Err(ProviderError::Unavailable("503".into())) })
        })
    };
    let (one, two) = (down_until(Arc::clone(&clock), "one"), down_until(Arc::clone(&clock), "two"));
    let manager = over(&clock, vec![(one.clone(), Limits::default()), (two.clone(), Limits::default())]);
    let mut asked = 0;
    while clock.now() < end {
        assert_eq!(ask(&manager).await, None, "the stub's honest nothing");
        asked += 1;
        clock.advance(chrono::Duration::seconds(1));
    }
    assert_eq!(asked, 600);
    let tried = called(&one) + called(&two);
    assert!((6..60).contains(&tried), "{tried} calls in ten minutes: the breaker spares who is down, and goes on trying");
    // The longest rest is five minutes.
    let mut waited = 0;
    while ask(&manager).await.is_none() {
        clock.advance(chrono::Duration::seconds(1));
        waited += 1;
        assert!(waited <= 300, "it never came back");
    }
    for _ in 0..300 {
        clock.advance(chrono::Duration::seconds(1));
        assert!(ask(&manager).await.is_some());
    }
}

#[tokio::test]
async fn rate_budget_and_places_send_a_call_to_the_next_slot() {
    let clock = clock();
    let by_rate = Limits { rate: Rate::parse("2/min"), ..Limits::default() };
    let by_budget = Limits { daily_tokens: Some(30), ..Limits::default() };
    let (one, two, three) = (says("one"), says("two"), says("three"));
    let manager = over(&clock, vec![(one.clone(), by_rate), (two.clone(), by_budget), (three.clone(), Limits::default())]);
    for _ in 0..12 {
        assert!(ask(&manager).await.is_some());
    }
    assert_eq!((called(&one), called(&two), called(&three)), (2, 2, 8));
    manager.recall(&[SlotUsage { slot: 3, provider: "another".into(), tokens: u64::MAX }]);
    assert_eq!(ask(&manager).await.as_deref(), Some("three"), "what another provider used in that place is not its own");
}

#[tokio::test(start_paused = true)]
async fn where_all_places_are_taken_one_is_waited_for() {
    let slow = scripted("slow", |_| (Duration::from_secs(2), Ok(Reply::text("slow"))));
    let mut one_at_a_time = limits(10_000);
    one_at_a_time.concurrency = 1;
    let manager = Arc::new(over(&clock(), vec![(slow.clone(), one_at_a_time)]));
    let begun = Instant::now();
    let (a, b, c) = tokio::join!(ask(&manager), ask(&manager), ask(&manager));
    assert!(a.is_some() && b.is_some() && c.is_some());
    assert_eq!(begun.elapsed(), Duration::from_secs(6), "one after the other");
}

#[tokio::test]
async fn what_a_model_may_not_say_is_asked_of_the_next_and_shuts_nobody_out() {
    let rude = scripted("rude", |_| (Duration::ZERO, Ok(Reply::text("See http://evil.example"))));
    let unsure = scripted("unsure", |_| (Duration::ZERO, Ok(Reply::text("UNKNOWN"))));
    let clock = clock();
    let manager = over(&clock, vec![(rude.clone(), Limits::default()), (says("two"), Limits::default())]);
    for _ in 0..20 {
        assert_eq!(ask(&manager).await.as_deref(), Some("two"));
    }
    assert_eq!(called(&rude), 10, "every second turn is its own, and it is not shut out");
    let manager = over(&clock, vec![(unsure, Limits::default()), (says("two"), Limits::default())]);
    assert_eq!(ask(&manager).await, None, "who does not know is believed");
}

/// Keeps what it is told.
#[derive(Default)]
struct Kept(Mutex<Vec<Call>>);

#[async_trait]
impl CallLog for Kept {
    async fn note(&self, call: Call) {
        self.0.lock().unwrap().push(call);
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_is_told_whatever_becomes_of_it() {
    let slow = scripted("slow", |_| (Duration::from_secs(3600), Ok(Reply::text("late"))));
    let kept = Arc::new(Kept::default());
    let manager = over(&clock(), vec![(slow, limits(1_000)), (fails(), limits(1_000)), (says("three"), limits(1_000))]);
    let manager = Arc::new(manager.telling(Arc::clone(&kept) as _));
    assert_eq!(ask(&manager).await.as_deref(), Some("three"));
    // A turn that is stopped while a model answers.
    let asked = Arc::clone(&manager);
    let turn = tokio::spawn(async move { asked.generate_reply(&ReplyRequest::default(), &Asking::default()).await });
    tokio::time::sleep(Duration::from_millis(1)).await;
    turn.await.unwrap();
    let stopped = Arc::clone(&manager);
    manager.next.store(0, Ordering::SeqCst);
    let turn = tokio::spawn(async move { stopped.generate_reply(&ReplyRequest::default(), &Asking::default()).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    turn.abort();
    let _ = turn.await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    let calls = kept.0.lock().unwrap();
    let told: Vec<(&str, &str)> = calls.iter().map(|c| (c.provider.as_str(), c.outcome.as_str())).collect();
    assert_eq!(
        told,
        [("slow", "timed_out"), ("down", "unavailable"), ("three", "ok"), ("down", "unavailable"), ("three", "ok"), ("slow", "given_up")]
    );
    assert_eq!((calls[2].input_tokens, calls[2].output_tokens), (10, 5));
    assert_eq!(calls[0].latency_ms, 1000);
}

/// A answers just before, at and after the moment it is given up; B answers when it is asked. One reply each, whatever the
/// order, and never a late one's.
#[tokio::test(start_paused = true)]
async fn a_failover_at_any_moment_gives_one_reply() {
    let races: u64 = std::env::var("CHATBOT_FAILOVER_RACES").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let (mut by_a, mut by_b) = (0, 0);
    for race in 0..races {
        // 980 … 1019 ms around a second, in steps of 200 µs.
        let wait = Duration::from_micros(980_000 + (race * 7_919 % 200) * 200);
        let a = scripted("a", move |_| (wait, Ok(Reply::text("A"))));
        let b = says("B");
        let kept = Arc::new(Kept::default());
        let manager = over(&clock(), vec![(a.clone(), limits(1_000)), (b.clone(), limits(1_000))]).telling(Arc::clone(&kept) as _);
        let reply = ask(&manager).await.unwrap();
        // Whoever is late has all the time to be heard, and is not.
        tokio::time::sleep(Duration::from_secs(5)).await;
        let ok = kept.0.lock().unwrap().iter().filter(|c| c.outcome == "ok").count();
        assert_eq!(ok, 1, "race {race}: {wait:?}");
        assert_eq!(called(&a), 1);
        match reply.as_str() {
            "A" => {
                by_a += 1;
                assert_eq!(called(&b), 0, "race {race}: both were asked and A was heard");
            }
            "B" => by_b += 1,
            other => panic!("race {race}: {other}"),
        }
    }
    assert!(by_a > races / 4 && by_b > races / 4, "the races were none: A {by_a}, B {by_b} of {races}");
}
