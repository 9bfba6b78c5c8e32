//! Two writing transactions at a time: of one process where many wait, and of a process that was stopped in the middle of one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::{FutureExt, join, join_all};
use tokio::sync::Notify;

use super::postgres::{drop_schema, opened};
use super::{clock, hold, operation, put};
use crate::clock::RandomIds;
use crate::store::sql::PgStore;
use crate::store::sql::writer::MANY;
use crate::store::{Backend, Operation, StoreError};

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
    let other = PgStore::connect(&super::postgres::server(), stopped.schema(), clock(), Arc::new(RandomIds)).await.unwrap();
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
