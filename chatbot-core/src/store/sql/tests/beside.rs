//! Two writing transactions at a time: of one process where many wait, of two processes that take the same, and of a process
//! that was stopped in the middle of one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::{FutureExt, join, join_all};
use sqlx::Connection;
use tokio::sync::Notify;

use super::postgres::{drop_schema, opened, server};
use super::{clock, hold, operation, put};
use crate::clock::{IdSource, RandomIds};
use crate::session::Session;
use crate::store::rows::{Need, Seen};
use crate::store::sql::PgStore;
use crate::store::sql::writer::MANY;
use crate::store::{Backend, Hint, Operation, StoreError};
use crate::testing::fixtures;

/// Both to their end; a broken promise would have them wait for each other for ever.
async fn both<A: Future, B: Future>(first: A, others: B) -> (A::Output, B::Output) {
    tokio::time::timeout(Duration::from_secs(30), join(first, others)).await.expect("they wait for each other")
}

async fn migrated() -> PgStore {
    let store = opened().await;
    store.migrate().await.unwrap();
    store
}

async fn held(store: &PgStore) -> Option<String> {
    store.reader().await.unwrap().setting("held").await.unwrap()
}

/// Counts the times it ran while the first transaction was held open.
fn counts(open: &Arc<AtomicBool>, beside: &Arc<AtomicUsize>) -> Operation {
    let (open, beside) = (Arc::clone(open), Arc::clone(beside));
    operation(move |_| {
        beside.fetch_add(usize::from(open.load(Ordering::SeqCst)), Ordering::SeqCst);
        async { Ok(()) }.boxed()
    })
}

#[tokio::test]
async fn many_are_written_while_another_transaction_is_open() {
    let store = migrated().await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let others = async {
        started.notified().await;
        // All of them are answered before the first is let go on.
        for done in join_all((0..MANY).map(|_| store.write(put("many", "written")))).await {
            done.unwrap();
        }
        assert_eq!(held(&store).await, None, "the first is not committed");
        go.notify_one();
    };
    both(store.write(hold(&started, &go)), others).await.0.unwrap();
    assert_eq!(held(&store).await.as_deref(), Some("by the first"));
    drop_schema(&store).await;
}

#[tokio::test]
async fn fewer_wait_for_the_transaction_that_is_open() {
    let store = migrated().await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (open, beside) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let others = async {
        started.notified().await;
        let release = async {
            // Several round trips, in which a transaction that was begun would have run.
            for _ in 0..20 {
                assert_eq!(held(&store).await, None);
            }
            open.store(false, Ordering::SeqCst);
            go.notify_one();
        };
        let few = join_all((1..MANY).map(|_| store.write(counts(&open, &beside))));
        join(few, release).await.0
    };
    let (first, few) = both(store.write(hold(&started, &go)), others).await;
    first.unwrap();
    assert!(few.iter().all(Result::is_ok));
    assert_eq!(beside.load(Ordering::SeqCst), 0);
    drop_schema(&store).await;
}

#[tokio::test]
async fn of_two_transactions_that_touch_the_same_the_later_waits_and_both_stand() {
    let store = migrated().await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let reached = Arc::new(Notify::new());
    let said = Arc::clone(&reached);
    let later = operation(move |rows| {
        said.notify_one();
        async move { rows.put_setting("held", "by the later").await }.boxed()
    });
    let others = async {
        started.notified().await;
        let many = async {
            let rest = join_all((1..MANY).map(|_| store.write(put("many", "written"))));
            join(rest, store.write(later)).await
        };
        let release = async {
            reached.notified().await;
            go.notify_one();
        };
        join(many, release).await.0
    };
    let (first, (rest, later)) = both(store.write(hold(&started, &go)), others).await;
    first.unwrap();
    later.unwrap();
    assert!(rest.iter().all(Result::is_ok));
    assert_eq!(held(&store).await.as_deref(), Some("by the later"));
    drop_schema(&store).await;
}

#[tokio::test]
async fn a_process_that_was_stopped_inside_a_transaction_holds_others_up_for_seconds_and_writes_nothing() {
    let stopped = migrated().await;
    let other = PgStore::connect(&server(), stopped.schema(), clock(), Arc::new(RandomIds)).await.unwrap();
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let meanwhile = async {
        started.notified().await;
        // It waits for the row's lock until PostgreSQL ends the transaction that is idle (five seconds), and not until it
        // gives up itself (ten).
        other.write(put("held", "by the other")).await.unwrap();
        go.notify_one();
    };
    let (first, ()) = both(stopped.write(hold(&started, &go)), meanwhile).await;
    assert!(matches!(first, Err(StoreError::Unavailable(_))), "{first:?}");
    assert_eq!(held(&other).await.as_deref(), Some("by the other"));
    // It goes on with another connection.
    stopped.write(put("held", "by the first, again")).await.unwrap();
    assert_eq!(held(&other).await.as_deref(), Some("by the first, again"));
    other.close().await;
    drop_schema(&stopped).await;
}

/// Takes what is keyed so in a session, if nobody has; answers whether it did. `locked` is told once it holds the session,
/// and it goes on when it may.
fn take(session: &Session, key: &[u8], runs: &Arc<AtomicUsize>, pause: Option<(Arc<Notify>, Arc<Notify>)>) -> Operation {
    let (id, key, runs) = (session.id, key.to_vec(), Arc::clone(runs));
    let needs = vec![Need::Session(id), Need::Seen(key.clone())];
    let taking = operation(move |rows| {
        runs.fetch_add(1, Ordering::SeqCst);
        let (key, pause) = (key.clone(), pause.clone());
        async move {
            let session = rows.lock_session(id).await?.ok_or(StoreError::Broken("no session".into()))?;
            if let Some((locked, go)) = pause {
                locked.notify_one();
                go.notified().await;
            }
            let created_at = session.opened_at;
            let seen = Seen { key_hash: key, body_hash: vec![1], session_id: Some(id), message_id: None, seq: Some(0), created_at };
            rows.insert_seen(&seen).await
        }
        .boxed()
    });
    Operation { hint: Hint::needs(needs), ..taking }
}

/// Until somebody waits for a lock of somebody of this schema.
async fn until_one_waits(schema: &str) {
    let mut c = sqlx::PgConnection::connect(&server()).await.unwrap();
    let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name = $1";
    let named = format!("chatbot:{schema}");
    loop {
        let (waiting,): (i64,) = sqlx::query_as(waits).bind(&named).fetch_one(&mut c).await.unwrap();
        if waiting > 0 {
            return;
        }
    }
}

#[tokio::test]
async fn a_copy_that_another_process_takes_at_the_same_moment_is_found_and_nothing_is_rolled_back() {
    let first = migrated().await;
    let second = PgStore::connect(&server(), first.schema(), clock(), Arc::new(RandomIds)).await.unwrap();
    let session = fixtures::session(&RandomIds, crate::clock::Clock::now(&*clock()));
    let new = session.clone();
    let opening = operation(move |rows| {
        let new = new.clone();
        async move { rows.insert_session(&new).await }.boxed()
    });
    first.write(opening).await.unwrap();

    let key = RandomIds.uuid().as_bytes().to_vec();
    let (locked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (once, runs) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let original = first.write(take(&session, &key, &once, Some((Arc::clone(&locked), Arc::clone(&go)))));
    let copy = async {
        locked.notified().await;
        let release = async {
            until_one_waits(first.schema()).await;
            go.notify_one();
        };
        join(second.write(take(&session, &key, &runs, None)), release).await.0
    };
    let (original, copy) = both(original, copy).await;
    let took = |answer: Result<Box<dyn std::any::Any + Send>, StoreError>| *answer.unwrap().downcast::<bool>().unwrap();
    assert!(took(original));
    assert!(!took(copy), "the copy is known as one");
    assert_eq!(runs.load(Ordering::SeqCst), 1, "its transaction ran once");
    second.close().await;
    drop_schema(&first).await;
}
