#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use chatbot_core::MemoryStore;
use chatbot_core::recruiting::list::Page;

use super::*;
use crate::receive::Receiver;
use crate::telegram::Telegram;
use crate::testing::{Fake, World, config, message};

/// A Telegram that gives out what is not confirmed yet.
async fn queue(updates: Vec<Value>, offsets: Arc<Mutex<Vec<Option<i64>>>>) -> Fake {
    Fake::start(move |method, body| {
        (method == "getUpdates").then(|| {
            let offset = body["offset"].as_i64();
            let mut seen = offsets.lock().unwrap();
            if seen.last() != Some(&offset) {
                seen.push(offset);
            }
            let waiting: Vec<&Value> = updates.iter().filter(|u| update_id(u).is_none_or(|id| id >= offset.unwrap_or(0))).collect();
            (200, json!({"ok": true, "result": waiting}))
        })
    })
    .await
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..400 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen");
}

#[tokio::test]
async fn an_update_nobody_can_read_does_not_stop_the_stream() {
    let offsets = Arc::new(Mutex::new(Vec::new()));
    let broken = json!({"update_id": 6, "message": {"message_id": "six"}});
    let updates = vec![message(5, &json!({"text": "hello"})), broken, message(7, &json!({"text": "there"}))];
    let fake = queue(updates, Arc::clone(&offsets)).await;
    let world = World::on(fake, MemoryStore::new()).await;
    let stop = CancellationToken::new();
    let polling = tokio::spawn(receive_until(world.receiver.clone(), stop.clone()));
    until(async || offsets.lock().unwrap().contains(&Some(8))).await;
    stop.cancel();
    polling.await.unwrap();
    assert_eq!(*offsets.lock().unwrap(), [None, Some(8)], "moved over all three at once, after they were stored");
    let said: Vec<_> = world.history().await.into_iter().map(|m| m.content).collect();
    assert_eq!(said, ["hello", "there"]);
    assert_eq!(world.chatbot.quarantined(Page { limit: 9, offset: 0 }).await.unwrap().len(), 1);
}

#[tokio::test]
async fn i11_the_offset_stays_while_the_store_is_away() {
    let offsets = Arc::new(Mutex::new(Vec::new()));
    let fake = queue(vec![message(5, &json!({"text": "hello"}))], Arc::clone(&offsets)).await;
    let world = World::on(fake, MemoryStore::new()).await;
    let mut poller = Poller { receiver: world.receiver.clone(), lease: "l".into(), offset: Some(5), failures: 0, by_webhook: false };
    let updates = ask(&poller.receiver, Some(5)).await.unwrap();
    world.chatbot.close().await;
    assert!(poller.take(updates).await > Duration::ZERO);
    assert_eq!(poller.offset, Some(5));
}

#[tokio::test]
async fn one_of_two_processes_polls_and_the_other_goes_on_when_it_stops() {
    let offsets = Arc::new(Mutex::new(Vec::new()));
    let fake = queue(Vec::new(), offsets).await;
    let world = World::on(fake.clone(), MemoryStore::new()).await;
    // A stranger holds the lease.
    let lease = "poller:telegram:42";
    assert!(world.chatbot.take_lease(lease, 99, chrono::Duration::seconds(60)).await.unwrap());
    let stop = CancellationToken::new();
    let mut poller = Poller { receiver: world.receiver.clone(), lease: lease.into(), offset: None, failures: 0, by_webhook: false };
    assert_eq!(poller.turn(&stop).await, HELD_ELSEWHERE);
    assert!(fake.calls("getUpdates").is_empty());
    world.chatbot.drop_lease(lease, 99).await.unwrap();
    assert_eq!(poller.turn(&stop).await, NOTHING_NEW, "an answer without updates is not followed by a question at once");
    assert_eq!(fake.calls("getUpdates").len(), 1);
}

#[tokio::test]
async fn in_auto_mode_a_webhook_is_left_alone_until_it_is_gone() {
    let set = Arc::new(AtomicBool::new(true));
    let is_set = Arc::clone(&set);
    let fake = Fake::start(move |method, _| {
        let url = if is_set.load(Ordering::Relaxed) { "https://example.org/webhooks/telegram" } else { "" };
        (method == "getWebhookInfo").then(|| (200, json!({"ok": true, "result": {"url": url}})))
    })
    .await;
    let world = World::on(fake.clone(), MemoryStore::new()).await;
    let telegram = Telegram::connect(config(&fake.url, "auto")).await.unwrap();
    let receiver = Receiver::new(world.chatbot.clone(), telegram);
    let mut poller = Poller { receiver, lease: "l".into(), offset: None, failures: 0, by_webhook: false };
    let stop = CancellationToken::new();
    stop.cancel();
    poller.turn(&stop).await;
    assert!(poller.by_webhook && fake.calls("getUpdates").is_empty());
    set.store(false, Ordering::Relaxed);
    let go = CancellationToken::new();
    poller.turn(&go).await;
    assert_eq!(fake.calls("getUpdates").len(), 1);
}

#[tokio::test]
async fn a_conflict_and_a_refused_token_wait_for_a_person() {
    for code in [409, 401] {
        let fake = Fake::start(move |method, _| {
            (method == "getUpdates").then(|| (code, json!({"ok": false, "error_code": code, "description": "Conflict"})))
        })
        .await;
        let world = World::on(fake, MemoryStore::new()).await;
        let mut poller = Poller { receiver: world.receiver.clone(), lease: "l".into(), offset: None, failures: 0, by_webhook: false };
        assert_eq!(poller.turn(&CancellationToken::new()).await, NEEDS_A_PERSON);
    }
}
