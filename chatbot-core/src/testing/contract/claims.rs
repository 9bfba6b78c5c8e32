//! Claiming ready sessions, renewing, voiding.

use std::sync::Arc;

use chrono::Duration;
use uuid::Uuid;

use super::{Bench, tx};
use crate::session::{Claim, Fence, Session};
use crate::store::Store;
use crate::store::rows::Lease;
use crate::turn::Effects;
use crate::worker::{Commit, TurnStore};

/// Claims up to `limit` at the bench's time, for 2 s.
async fn claim(bench: &Bench, boot: Uuid, n: i64, limit: i64) -> Vec<Uuid> {
    let (now, until) = (bench.now(), bench.at(2));
    let claimed = tx!(bench, [], |rows| rows.claim_sessions(boot, n, now, until, limit, None).await).unwrap();
    claimed.into_iter().map(|s| s.id).collect()
}

pub(super) async fn the_oldest_ready_are_claimed_first(bench: &Bench) {
    let mut ids = Vec::new();
    for ago in [10, 30, 20, 0] {
        let at = bench.at(-ago);
        ids.push(bench.session_with(|s| s.ready_at = Some(at)).await.id);
    }
    let boot = bench.id();
    let mut two = claim(bench, boot, 1, 2).await;
    two.sort_unstable();
    assert_eq!(two, [ids[1], ids[2]], "the two that waited longest");
    assert_eq!(claim(bench, boot, 2, 1).await, [ids[0]]);
    assert_eq!(claim(bench, boot, 3, 10).await, [ids[3]]);
    assert!(claim(bench, boot, 4, 10).await.is_empty());
}

pub(super) async fn a_claim_marks_the_session_held_and_counts(bench: &Bench) {
    let now = bench.now();
    let before = bench.session_with(|s| (s.ready_at, s.last_seq, s.last_inbound) = (Some(now), 3, 3)).await;
    let boot = bench.id();
    let (claimed, _) = bench.claim(before.id, boot, 7).await.unwrap();
    let mut expected = before.clone();
    (expected.lease_boot, expected.lease_n, expected.ready_at, expected.claims) = (Some(boot), 7, Some(bench.at(2)), 1);
    assert_eq!(claimed, expected);
    assert_eq!(bench.session_now(before.id).await, expected);
}

pub(super) async fn what_is_not_ready_or_is_closed_is_not_claimed(bench: &Bench) {
    let (now, later) = (bench.now(), bench.at(1));
    bench.session().await;
    let timed = bench.session_with(|s| s.ready_at = Some(later)).await;
    let closed = bench.session_with(|s| (s.ready_at, s.closed_at) = (Some(now), Some(now))).await;
    let boot = bench.id();
    assert!(claim(bench, boot, 1, 10).await.is_empty());
    assert!(bench.claim(timed.id, boot, 2).await.is_none());
    assert!(bench.claim(closed.id, boot, 3).await.is_none());
    bench.clock.advance(Duration::seconds(1));
    assert_eq!(claim(bench, boot, 4, 10).await, [timed.id], "due is due at that very moment");
}

pub(super) async fn a_claim_may_name_one_session(bench: &Bench) {
    let (now, before) = (bench.now(), bench.at(-60));
    let older = bench.session_with(|s| s.ready_at = Some(before)).await;
    let wanted = bench.session_with(|s| s.ready_at = Some(now)).await;
    let boot = bench.id();
    let (claimed, _) = bench.claim(wanted.id, boot, 1).await.unwrap();
    assert_eq!(claimed.id, wanted.id);
    assert!(bench.claim(wanted.id, boot, 2).await.is_none(), "held");
    assert!(bench.claim(bench.id(), boot, 3).await.is_none(), "absent");
    assert_eq!(bench.session_now(older.id).await, older, "the other is untouched");
}

pub(super) async fn what_is_held_is_claimed_again_when_its_lease_has_ended(bench: &Bench) {
    let now = bench.now();
    let session = bench.session_with(|s| s.ready_at = Some(now)).await;
    let (one, two) = (bench.id(), bench.id());
    assert_eq!(claim(bench, one, 1, 10).await, [session.id]);
    bench.clock.advance(Duration::milliseconds(1999));
    assert!(claim(bench, two, 1, 10).await.is_empty());
    bench.clock.advance(Duration::milliseconds(1));
    assert_eq!(claim(bench, two, 1, 10).await, [session.id]);
    let session = bench.session_now(session.id).await;
    assert_eq!((session.lease_boot, session.claims), (Some(two), 2));
    bench.clock.advance(Duration::seconds(2));
    assert_eq!(claim(bench, two, 2, 10).await, [session.id]);
    let session = bench.session_now(session.id).await;
    assert_eq!((session.lease_n, session.claims), (2, 2), "whoever was late did not die of it");
}

pub(super) async fn a_claim_that_was_lost_by_whoever_lives_counts_no_death(bench: &Bench) {
    let now = bench.now();
    let id = bench.session_with(|s| (s.ready_at, s.last_inbound, s.last_seq) = (Some(now), 1, 1)).await.id;
    let (boot, other) = (bench.id(), bench.id());
    let store = Store::from_backend(Arc::clone(&bench.store)).with_ids(bench.ids.clone());
    let late = async |(session, fence): (Session, Fence)| {
        let commit = Commit { session, fence, upto: 1, effects: Effects::new(), next_timer: None, sends: None };
        assert!(store.commit(commit).await.unwrap().is_none(), "it was lost");
        bench.session_now(id).await
    };
    let first = bench.claim(id, boot, 1).await.unwrap();
    bench.clock.advance(Duration::seconds(2));
    let second = bench.claim(id, other, 2).await.unwrap();
    assert_eq!(second.0.claims, 2);
    let after = late(first.clone()).await;
    assert_eq!(after, Session { claims: 1, ..second.0.clone() }, "whoever holds it now is not disturbed");
    // Nothing is counted below nothing, and not once the message is handled.
    assert_eq!(late(first.clone()).await.claims, 0);
    assert_eq!(late(first.clone()).await.claims, 0);
    let handled = Session { claims: 1, last_handled: 1, ..second.0 };
    tx!(bench, [handled], |rows| rows.update_session(&handled).await).unwrap();
    assert_eq!(late(first).await.claims, 1);
}

pub(super) async fn whoever_gives_back_or_fails_late_counts_no_death_either(bench: &Bench) {
    let now = bench.now();
    let id = bench.session_with(|s| (s.ready_at, s.last_inbound, s.last_seq) = (Some(now), 1, 1)).await.id;
    let store = Store::from_backend(Arc::clone(&bench.store)).with_ids(bench.ids.clone());
    let mut lost = Vec::new();
    for n in 1..=3 {
        let (session, fence) = bench.claim(id, bench.id(), n).await.unwrap();
        lost.push(Claim { session, fence });
        bench.clock.advance(Duration::seconds(2));
    }
    assert_eq!(bench.session_now(id).await.claims, 3);
    assert!(!store.give_back(&lost[0], Duration::zero()).await.unwrap());
    assert_eq!(bench.session_now(id).await.claims, 2);
    assert!(!store.record_failure(&lost[1], Duration::zero()).await.unwrap());
    assert_eq!(bench.session_now(id).await.claims, 1);
}

pub(super) async fn a_claim_that_its_own_process_has_claimed_again_takes_no_count_back(bench: &Bench) {
    let now = bench.now();
    let id = bench.session_with(|s| (s.ready_at, s.last_inbound, s.last_seq) = (Some(now), 1, 1)).await.id;
    let (store, boot) = (Store::from_backend(Arc::clone(&bench.store)).with_ids(bench.ids.clone()), bench.id());
    let (session, fence) = bench.claim(id, boot, 1).await.unwrap();
    bench.clock.advance(Duration::seconds(2));
    let again = bench.claim(id, boot, 2).await.unwrap();
    assert_eq!(again.0.claims, 1, "the second of one process is not counted");
    assert!(!store.give_back(&Claim { session, fence }, Duration::zero()).await.unwrap());
    assert_eq!(bench.session_now(id).await, again.0, "should it die now, that is one death");
}

pub(super) async fn times_with_and_without_fractions_compare_as_times(bench: &Bench) {
    let whole = bench.now();
    let (tick, half) = (whole + Duration::microseconds(1), whole + Duration::milliseconds(500));
    let at_half = bench.session_with(|s| s.ready_at = Some(half)).await;
    let at_tick = bench.session_with(|s| s.ready_at = Some(tick)).await;
    let at_whole = bench.session_with(|s| s.ready_at = Some(whole)).await;
    assert_eq!(bench.reader().await.next_ready_at().await.unwrap(), Some(whole));
    let boot = bench.id();
    assert_eq!(claim(bench, boot, 1, 10).await, [at_whole.id]);
    bench.clock.set(tick);
    assert_eq!(claim(bench, boot, 2, 10).await, [at_tick.id]);
    bench.clock.set(whole + Duration::seconds(1));
    assert_eq!(claim(bench, boot, 3, 10).await, [at_half.id]);
}

pub(super) async fn renewing_moves_only_what_is_still_held(bench: &Bench) {
    let now = bench.now();
    let (boot, other) = (bench.id(), bench.id());
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(bench.session_with(|s| s.ready_at = Some(now)).await.id);
    }
    for (i, id) in ids.iter().enumerate() {
        let holder = if i == 3 { other } else { boot };
        bench.claim(*id, holder, 1 + i as i64).await.unwrap();
    }
    let until = bench.at(4);
    // Still held; held under another number; absent; another process's.
    let held = vec![(ids[0], 1), (ids[1], 9), (bench.id(), 1), (ids[3], 4)];
    let still = tx!(bench, [held], |rows| rows.renew_claims(boot, &held, until).await).unwrap();
    assert_eq!(still, [ids[0]]);
    assert_eq!(bench.session_now(ids[0]).await.ready_at, Some(until));
    for id in &ids[1..] {
        assert_eq!(bench.session_now(*id).await.ready_at, Some(bench.at(2)));
    }

    // A claim lost to another, or to a person who moved the fence, is not renewed.
    bench.clock.advance(Duration::seconds(4));
    bench.claim(ids[0], other, 2).await.unwrap();
    let held = vec![(ids[0], 1)];
    assert!(tx!(bench, [held], |rows| rows.renew_claims(boot, &held, until).await).unwrap().is_empty());
    assert!(tx!(bench, [], |rows| rows.renew_claims(boot, &[], until).await).unwrap().is_empty());
}

pub(super) async fn voiding_frees_the_sessions_of_other_boots_only(bench: &Bench) {
    let (now, later) = (bench.now(), bench.at(600));
    let (ours, theirs) = (bench.id(), bench.id());
    let kept = bench.session_with(|s| s.ready_at = Some(now)).await;
    let freed = bench.session_with(|s| (s.ready_at, s.claims) = (Some(now), 3)).await;
    let free = bench.session_with(|s| s.ready_at = Some(later)).await;
    bench.claim(kept.id, ours, 1).await.unwrap();
    bench.claim(freed.id, theirs, 1).await.unwrap();
    bench.clock.advance(Duration::milliseconds(100));
    let now = bench.now();
    let named = |name: &str, boot| Lease { name: name.into(), boot, n: 1, until: later };
    let leases = vec![named("poller:ours", ours), named("poller:theirs", theirs)];
    tx!(bench, [leases], |rows| {
        for lease in &leases {
            rows.take_lease(lease, now).await?;
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(tx!(bench, [], |rows| rows.void_leases(ours, now).await).unwrap(), 1);
    for (name, holder) in [("poller:ours", ours), ("poller:theirs", bench.id())] {
        let wish = named(name, if holder == ours { theirs } else { holder });
        let holds = tx!(bench, [wish], |rows| rows.take_lease(&wish, now).await).unwrap();
        assert_eq!(holds.boot, holder, "{name}");
    }
    assert_eq!(bench.session_now(kept.id).await.lease_boot, Some(ours));
    let freed = bench.session_now(freed.id).await;
    assert_eq!((freed.lease_boot, freed.ready_at, freed.claims), (None, Some(now), 4), "claims stay, so that a killer is noticed");
    assert_eq!(bench.session_now(free.id).await, free);
    assert_eq!(tx!(bench, [], |rows| rows.void_leases(ours, now).await).unwrap(), 0);
}
