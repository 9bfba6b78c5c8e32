//! The writer: one transaction for what waits, each operation whole or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use futures::future::join_all;
use tokio::sync::Notify;

use super::{Bench, tx};
use crate::store::rows::Rows;
use crate::store::{Operation, Run, StoreError};
use crate::testing::fixtures;

/// As readers see it.
async fn seen(bench: &Bench, name: &str) -> Option<String> {
    bench.reader().await.setting(name).await.unwrap()
}

/// As readers and the next transaction see it.
async fn setting(bench: &Bench, name: &str) -> Option<String> {
    let (read, name) = (seen(bench, name).await, name.to_owned());
    let written = tx!(bench, [name], |rows| rows.setting(&name).await).unwrap();
    assert_eq!(read, written, "{name}: the writer knows something else than readers");
    read
}

pub(super) async fn an_answer_is_given_after_commit(bench: &Bench) {
    for i in 0..20 {
        let name = format!("key {i}");
        tx!(bench, [name], |rows| rows.put_setting(&name, "x").await).unwrap();
        assert!(setting(bench, &name).await.is_some(), "what was answered is there");
    }
}

pub(super) async fn readers_see_committed_rows_only(bench: &Bench) {
    let (written, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (says, waits) = (written.clone(), go_on.clone());
    let write = bench.write(move |rows| {
        let (says, waits) = (says.clone(), waits.clone());
        Box::pin(async move {
            rows.put_setting("key", "new").await?;
            assert_eq!(rows.setting("key").await?.as_deref(), Some("new"), "the operation sees its own rows");
            says.notify_one();
            waits.notified().await;
            Ok(())
        })
    });
    let look = async {
        written.notified().await;
        let seen = tokio::time::timeout(std::time::Duration::from_secs(10), seen(bench, "key")).await;
        go_on.notify_one();
        seen.expect("a reader waits for no writer")
    };
    let (done, seen) = tokio::join!(write, look);
    done.unwrap();
    assert_eq!(seen, None);
    assert_eq!(setting(bench, "key").await.as_deref(), Some("new"));
}

pub(super) async fn an_operation_that_errs_leaves_nothing(bench: &Bench) {
    let before = bench.session().await;
    let session = fixtures::session(bench.ids.as_ref(), bench.now());
    let changed = crate::session::Session { locale: "de".into(), ..before.clone() };
    let done: Result<(), _> = tx!(bench, [session, changed], |rows| {
        rows.put_setting("key", "x").await?;
        rows.insert_session(&session).await?;
        rows.update_session(&changed).await?;
        rows.insert_message(&fixtures::message(&crate::testing::SeqIds::default(), session.opened_at, session.id, 1, "x")).await?;
        Err(StoreError::Broken("the operation thought better of it".into()))
    });
    assert!(matches!(&done, Err(StoreError::Broken(why)) if why.contains("better")), "{done:?}");
    assert_eq!(setting(bench, "key").await, None);
    assert_eq!(bench.reader().await.session(session.id).await.unwrap(), None);
    assert_eq!(bench.session_now(before.id).await, before);
    assert!(bench.reader().await.messages(session.id, 0, 9).await.unwrap().is_empty());
    // Nor does the next transaction meet anything of it.
    let next = tx!(bench, [session, before], |rows| {
        rows.insert_session(&session).await?;
        rows.session(before.id).await
    });
    assert_eq!(next.unwrap(), Some(before));
}

pub(super) async fn failing_operations_leave_their_neighbours_alone(bench: &Bench) {
    let taken = bench.session().await;
    let writes = (0..50).map(|i| {
        // One in ten fails: by a constraint, or by its own will.
        let (name, taken) = (format!("key {i}"), taken.clone());
        async move {
            let done = tx!(bench, [name, taken], |rows| {
                rows.put_setting(&name, "x").await?;
                match i {
                    7 | 17 | 27 => rows.insert_session(&crate::session::Session { id: uuid::Uuid::from_u128(i), ..taken }).await,
                    37 | 47 => Err(StoreError::Unavailable("of its own will".into())),
                    _ => Ok(()),
                }
            });
            (i, done)
        }
    });
    for (i, done) in join_all(writes).await {
        let there = setting(bench, &format!("key {i}")).await.is_some();
        match i {
            7 | 17 | 27 => assert!(matches!(done, Err(StoreError::Conflict { .. })) && !there, "{i}: {done:?}, {there}"),
            37 | 47 => assert!(matches!(done, Err(StoreError::Unavailable(_))) && !there, "{i}: {done:?}, {there}"),
            _ => assert!(done.is_ok() && there, "{i}: {done:?}, {there}"),
        }
    }
}

pub(super) async fn an_operation_that_goes_on_after_an_error_is_not_committed(bench: &Bench) {
    let taken = bench.session().await;
    let second = crate::session::Session { id: bench.id(), ..taken };
    let done = tx!(bench, [second], |rows| {
        rows.put_setting("before", "x").await?;
        assert!(rows.insert_session(&second).await.is_err());
        // PostgreSQL refuses this and, asked to commit, rolls back without a word.
        let _ = rows.put_setting("after", "x").await;
        Ok(())
    });
    assert!(done.is_err(), "an answer of Ok is a promise that it was written");
    assert_eq!(setting(bench, "before").await, None);
    assert_eq!(setting(bench, "after").await, None);
}

pub(super) async fn a_panicking_operation_is_answered_and_the_store_goes_on(bench: &Bench) {
    let write = |i: usize| async move {
        let name = format!("key {i}");
        let done: Result<(), _> = tx!(bench, [name], |rows| {
            rows.put_setting(&name, "x").await?;
            assert!(i != 1, "an operation that panics, as this test wants");
            Ok(())
        });
        (i, done)
    };
    for (i, done) in join_all([write(0), write(1), write(2)]).await {
        let there = setting(bench, &format!("key {i}")).await.is_some();
        if i == 1 {
            assert!(matches!(done, Err(StoreError::Broken(_))) && !there, "{done:?}, {there}");
        } else {
            assert!(done.is_ok() && there, "{i}: {done:?}, {there}");
        }
    }
    // One that panics before it has begun.
    let run: Run = Arc::new(|_, _| panic!("an operation that panics, as this test wants"));
    let operation: Operation = run.into();
    assert!(matches!(bench.store.write(operation).await, Err(StoreError::Broken(_))));
    tx!(bench, [], |rows| rows.put_setting("after", "x").await).unwrap();
    assert!(setting(bench, "after").await.is_some());
}

pub(super) async fn a_dropped_callers_write_lands_whole_or_not_at_all(bench: &Bench) {
    let begun = Arc::new(Notify::new());
    let says = begun.clone();
    {
        let write = bench.write(move |rows| {
            let says = says.clone();
            Box::pin(async move {
                rows.put_setting("first", "x").await?;
                says.notify_one();
                for _ in 0..5 {
                    tokio::task::yield_now().await;
                }
                rows.put_setting("second", "x").await
            })
        });
        tokio::select! {
            biased;
            () = begun.notified() => {}
            _ = write => {}
        }
        // The caller goes away here.
    }
    // Whatever the writer still does comes before this.
    tx!(bench, [], |rows| rows.put_setting("after", "x").await).unwrap();
    let (first, second) = (setting(bench, "first").await, setting(bench, "second").await);
    assert_eq!(first.is_some(), second.is_some(), "one half of a write");
    assert!(setting(bench, "after").await.is_some());
}

pub(super) async fn an_operation_that_asks_to_is_run_again(bench: &Bench) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let done = bench.write(move |rows| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let name = format!("run {run}");
            rows.put_setting(&name, "x").await?;
            if run == 0 { Err(StoreError::Again) } else { Ok(run) }
        })
    });
    let last = done.await.expect("the second run's answer");
    assert!(last >= 1);
    assert_eq!(setting(bench, "run 0").await, None, "nothing of the first run");
    assert!(setting(bench, &format!("run {last}")).await.is_some());
}

pub(super) async fn an_operation_sees_what_it_wrote(bench: &Bench) {
    let mut session = fixtures::session(bench.ids.as_ref(), bench.now());
    let read = tx!(bench, [session], |rows| {
        rows.insert_session(&session).await?;
        let mut read = rows.lock_session(session.id).await?.ok_or(StoreError::Broken("not there".into()))?;
        read.locale = "fr".into();
        rows.update_session(&read).await?;
        rows.session(session.id).await
    });
    session.locale = "fr".into();
    assert_eq!(read.unwrap(), Some(session));
}

/// Adds one to the session's `last_seq`, read and written in two steps.
async fn count_up(rows: &mut dyn Rows, id: uuid::Uuid) -> Result<i64, StoreError> {
    let mut session = rows.lock_session(id).await?.ok_or(StoreError::Broken("not there".into()))?;
    tokio::task::yield_now().await;
    session.last_seq += 1;
    rows.update_session(&session).await?;
    Ok(session.last_seq)
}

pub(super) async fn operations_on_one_row_do_not_lose_each_others_work(bench: &Bench) {
    let id = bench.session().await.id;
    let writes = (0..30).map(|_| bench.write(move |rows| Box::pin(count_up(rows, id))));
    let mut numbers: Vec<i64> = join_all(writes).await.into_iter().map(Result::unwrap).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>(), "one counter for all, each number given once");
    assert_eq!(bench.session_now(id).await.last_seq, 30);
}

pub(super) async fn a_claim_is_won_by_one_of_many(bench: &Bench) {
    let now = bench.now();
    let id = bench.session_with(|s| s.ready_at = Some(now)).await.id;
    let boot = bench.id();
    let claims = (0..10).map(|n| bench.claim(id, boot, n));
    let won: Vec<_> = join_all(claims).await.into_iter().flatten().collect();
    assert_eq!(won.len(), 1);
    assert_eq!(bench.session_now(id).await, won[0].0);
}

pub(super) async fn the_transactions_time_is_the_clocks(bench: &Bench) {
    for _ in 0..2 {
        let now = bench.write_at(|_, now| Box::pin(async move { Ok(now) })).await.unwrap();
        assert_eq!(now, bench.now());
        assert_eq!(bench.store.now().await.unwrap(), bench.now());
        bench.clock.advance(Duration::microseconds(3_600_000_001));
    }
}

pub(super) async fn every_store_has_a_boot_of_its_own(bench: &Bench) {
    let other = super::open::memory().await;
    assert_ne!(bench.store.boot(), other.store.boot());
    assert_eq!(bench.store.boot(), bench.store.boot());
    assert!(["memory", "sqlite", "postgres"].contains(&bench.store.engine()));
}

pub(super) async fn a_reader_does_not_write(bench: &Bench) {
    let session = bench.session().await;
    let mut rows = bench.reader().await;
    assert!(rows.put_setting("key", "x").await.is_err());
    drop(rows);
    let mut rows = bench.reader().await;
    assert!(rows.delete_session(session.id).await.is_err());
    drop(rows);
    assert_eq!(setting(bench, "key").await, None);
    assert_eq!(bench.session_now(session.id).await, session);
}

pub(super) async fn closing_first_commits_what_waits(bench: &Bench) {
    let writes = join_all((0..20).map(|i| {
        let name = format!("key {i}");
        async move { tx!(bench, [name], |rows| rows.put_setting(&name, "x").await) }
    }));
    let (written, ()) = tokio::join!(writes, bench.store.close());
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    let late = tx!(bench, [], |rows| rows.put_setting("late", "x").await);
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
}
