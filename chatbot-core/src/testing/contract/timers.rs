//! Timers and leases.

use chrono::Duration;
use uuid::Uuid;

use super::{Bench, tx};
use crate::session::{Timer, TimerKind};
use crate::store::rows::Lease;

async fn timers(bench: &Bench, session_id: Uuid) -> Vec<Timer> {
    bench.reader().await.timers(session_id).await.unwrap()
}

pub(super) async fn a_timer_is_one_of_its_kind_and_the_last_put_stands(bench: &Bench) {
    let session_id = bench.session().await.id;
    for (i, kind) in TimerKind::ALL.into_iter().enumerate() {
        let timer = Timer { session_id, kind, due: bench.at(100 - i as i64) };
        tx!(bench, [timer], |rows| rows.put_timer(&timer).await).unwrap();
    }
    let moved = Timer { session_id, kind: TimerKind::Reminder1, due: bench.at(1) };
    tx!(bench, [moved], |rows| rows.put_timer(&moved).await).unwrap();
    let read = timers(bench, session_id).await;
    assert_eq!(read.len(), TimerKind::ALL.len());
    assert!(read.contains(&moved), "{read:?}");
    assert!(read.is_sorted_by_key(|timer| timer.due), "{read:?}");
    let nowhere = Timer { session_id: bench.id(), ..moved };
    assert!(tx!(bench, [nowhere], |rows| rows.put_timer(&nowhere).await).is_err(), "a timer needs its session");
}

pub(super) async fn timers_are_deleted_by_kind_and_belong_to_their_session(bench: &Bench) {
    let (one, other) = (bench.session().await.id, bench.session().await.id);
    let due = bench.at(9);
    tx!(bench, [], |rows| {
        for (session_id, kind) in [(one, TimerKind::Expiry), (one, TimerKind::Purge), (other, TimerKind::Expiry)] {
            rows.put_timer(&Timer { session_id, kind, due }).await?;
        }
        rows.delete_timer(one, TimerKind::Expiry).await?;
        rows.delete_timer(one, TimerKind::AutoSubmit).await
    })
    .unwrap();
    assert_eq!(timers(bench, one).await, [Timer { session_id: one, kind: TimerKind::Purge, due }]);
    assert_eq!(timers(bench, other).await, [Timer { session_id: other, kind: TimerKind::Expiry, due }]);
    assert!(timers(bench, bench.id()).await.is_empty());
}

async fn take(bench: &Bench, name: &str, boot: Uuid, n: i64) -> Lease {
    let (lease, now) = (Lease { name: name.into(), boot, n, until: bench.at(10) }, bench.now());
    tx!(bench, [lease], |rows| rows.take_lease(&lease, now).await).unwrap()
}

pub(super) async fn a_lease_is_held_by_one_of_three(bench: &Bench) {
    let (one, two) = (bench.id(), bench.id());
    let first = take(bench, "sender:telegram:42", one, 1).await;
    assert_eq!(first, Lease { name: "sender:telegram:42".into(), boot: one, n: 1, until: bench.at(10) });
    bench.clock.advance(Duration::seconds(5));
    assert_eq!(take(bench, "sender:telegram:42", two, 1).await, first, "another process");
    assert_eq!(take(bench, "sender:telegram:42", one, 2).await, first, "the same process under another number");
    let renewed = take(bench, "sender:telegram:42", one, 1).await;
    assert_eq!(renewed.until, bench.at(10), "its holder renews it");
    assert_eq!(take(bench, "poller:telegram:42", two, 1).await.boot, two, "another name is another lease");
}

pub(super) async fn a_lease_that_ended_is_free(bench: &Bench) {
    let (one, two) = (bench.id(), bench.id());
    take(bench, "sender", one, 1).await;
    bench.clock.advance(Duration::milliseconds(9_999));
    assert_eq!(take(bench, "sender", two, 1).await.boot, one);
    bench.clock.advance(Duration::milliseconds(2));
    assert_eq!(take(bench, "sender", two, 1).await, Lease { name: "sender".into(), boot: two, n: 1, until: bench.at(10) });
    assert_eq!(take(bench, "sender", one, 1).await.boot, two, "who lost it does not get it back by asking");
}

pub(super) async fn a_lease_is_given_back_by_its_holder_only(bench: &Bench) {
    let (one, two) = (bench.id(), bench.id());
    take(bench, "sender", one, 1).await;
    tx!(bench, [], |rows| {
        rows.drop_lease("sender", two, 1).await?;
        rows.drop_lease("sender", one, 2).await?;
        rows.drop_lease("poller", one, 1).await
    })
    .unwrap();
    assert_eq!(take(bench, "sender", two, 1).await.boot, one);
    tx!(bench, [], |rows| rows.drop_lease("sender", one, 1).await).unwrap();
    assert_eq!(take(bench, "sender", two, 1).await.boot, two);
}
