//! The writer's batches. The first operation of each test holds the writer, so that what comes after waits together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{FutureExt, join, join3};
use tokio::sync::Notify;

use super::sqlite::migrated;
use super::{hold, operation, put};
use crate::store::sql::SqliteStore;
use crate::store::{Backend, Operation, StoreError};

fn fail(runs: &Arc<AtomicUsize>) -> Operation {
    let runs = Arc::clone(runs);
    operation(move |rows| {
        let runs = Arc::clone(&runs);
        async move {
            runs.fetch_add(1, Ordering::SeqCst);
            rows.put_setting("of the failing", "written").await?;
            Err::<(), _>(StoreError::Broken("on purpose".into()))
        }
        .boxed()
    })
}

async fn setting(store: &SqliteStore, name: &str) -> Option<String> {
    store.reader().await.unwrap().setting(name).await.unwrap()
}

#[tokio::test]
async fn one_of_a_batch_fails_and_the_others_stand() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let (started, go, runs) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let holding = store.write(hold(&started, &go));
    let batch = async {
        started.notified().await;
        let waiting = join3(store.write(put("first", "1")), store.write(fail(&runs)), store.write(put("third", "3")));
        let release = async {
            tokio::task::yield_now().await;
            go.notify_one();
        };
        join(waiting, release).await.0
    };
    let (held, (first, failed, third)) = join(holding, batch).await;
    held.unwrap();
    first.unwrap();
    third.unwrap();
    assert!(matches!(failed, Err(StoreError::Broken(why)) if why == "on purpose"));
    assert_eq!(runs.load(Ordering::SeqCst), 2, "once with the others, once alone");
    assert_eq!(setting(&store, "first").await.as_deref(), Some("1"));
    assert_eq!(setting(&store, "third").await.as_deref(), Some("3"));
    assert_eq!(setting(&store, "of the failing").await, None);
}

#[tokio::test]
async fn a_batch_that_collided_is_run_once_more_and_stays_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let (started, go, runs) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::<AtomicUsize>::default());
    let counted = Arc::clone(&runs);
    let collides = operation(move |rows| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            rows.put_setting("collided", "written").await?;
            if run == 0 { Err(StoreError::Again) } else { Ok(()) }
        }
        .boxed()
    });
    let reader = store.clone();
    let other = operation(move |_| {
        let reader = reader.clone();
        async move { Ok(setting(&reader, "collided").await) }.boxed()
    });
    let batch = async {
        started.notified().await;
        let release = async {
            tokio::task::yield_now().await;
            go.notify_one();
        };
        join3(store.write(collides), store.write(other), release).await
    };
    let (held, (collided, other, ())) = join(store.write(hold(&started, &go)), batch).await;
    held.unwrap();
    collided.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    let seen_by_other = *other.unwrap().downcast::<Option<String>>().unwrap();
    assert_eq!(seen_by_other, None, "written beside it in one transaction, it is not committed yet");
    assert_eq!(setting(&store, "collided").await.as_deref(), Some("written"));
}

#[tokio::test]
async fn a_panic_is_answered_and_the_writer_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let panics = operation::<(), _>(|rows| {
        async move {
            rows.put_setting("half", "written").await?;
            panic!("on purpose")
        }
        .boxed()
    });
    assert!(matches!(store.write(panics).await, Err(StoreError::Broken(_))));
    store.write(put("after", "1")).await.unwrap();
    assert_eq!(setting(&store, "half").await, None);
    assert_eq!(setting(&store, "after").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn closing_finishes_what_waits_and_takes_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let holding = store.write(hold(&started, &go));
    let closing = async {
        started.notified().await;
        let release = async {
            tokio::task::yield_now().await;
            go.notify_one();
        };
        join3(store.write(put("waiting", "1")), store.close(), release).await.0
    };
    let (held, waiting) = join(holding, closing).await;
    held.unwrap();
    waiting.unwrap();
    assert!(matches!(store.write(put("late", "1")).await, Err(StoreError::Unavailable(_))));
    let again = migrated(&folder).await;
    assert_eq!(setting(&again, "waiting").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_store_that_is_dropped_lets_its_writer_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    store.write(put("a", "1")).await.unwrap();
    let sql = Arc::downgrade(&store.sql);
    drop(store);
    assert!(sql.upgrade().is_none(), "the task holds no store");
}

#[tokio::test]
async fn a_file_another_process_holds_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let url = format!("sqlite://{}", store.path().display());
    let mut other = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.unwrap();
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    assert!(matches!(store.write(put("a", "1")).await, Err(StoreError::Unavailable(_))));
    sqlx::query("rollback").execute(&mut other).await.unwrap();
    store.write(put("a", "2")).await.unwrap();
    assert_eq!(setting(&store, "a").await.as_deref(), Some("2"));
}
