//! The guarded statement that ends a claim.

use chrono::Duration;
use serde_json::json;

use super::{Bench, tx};
use crate::session::{Fence, Session};
use crate::store::rows::EndClaim;

/// An ending that handles everything claimed and says two messages.
fn end_of(bench: &Bench, session: &Session) -> EndClaim {
    EndClaim {
        last_handled: session.last_inbound,
        take_seq: 2,
        context: json!({"asked": "ü", "n": 2}).as_object().unwrap().clone(),
        application_id: Some(bench.id()),
        locale: "de".into(),
        ready_at: Some(bench.at(3600)),
        now: bench.now(),
        claims: 0,
        failures: 0,
        close: false,
    }
}

/// A claimed session with two entries waiting.
async fn claimed(bench: &Bench) -> (Session, Fence) {
    let now = bench.now();
    let session = bench.session_with(|s| (s.ready_at, s.last_seq, s.last_inbound, s.last_handled) = (Some(now), 2, 2, 0)).await;
    bench.claim(session.id, bench.id(), 5).await.unwrap()
}

async fn end(bench: &Bench, session: &Session, fence: Fence, end: &EndClaim) -> Option<Session> {
    let id = session.id;
    tx!(bench, [end], |rows| rows.end_claim(id, &fence, &end).await).unwrap()
}

pub(super) async fn ending_a_claim_writes_what_it_says(bench: &Bench) {
    let (session, fence) = claimed(bench).await;
    let wanted = EndClaim { claims: 1, failures: 2, ..end_of(bench, &session) };
    let ended = end(bench, &session, fence, &wanted).await.unwrap();
    assert_eq!(ended, bench.session_now(session.id).await, "the row as it is now");
    let mut expected = session.clone();
    expected.lease_boot = None;
    expected.lease_n = ended.lease_n;
    expected.last_handled = 2;
    expected.last_seq = 4;
    expected.context = wanted.context;
    expected.application_id = wanted.application_id;
    expected.locale = "de".into();
    expected.ready_at = wanted.ready_at;
    (expected.claims, expected.failures) = (1, 2);
    assert_eq!(ended, expected);
}

pub(super) async fn a_fence_that_differs_in_any_part_writes_nothing(bench: &Bench) {
    let (session, fence) = claimed(bench).await;
    let wanted = end_of(bench, &session);
    let wrong = [
        Fence { boot: bench.id(), ..fence },
        Fence { n: fence.n + 1, ..fence },
        Fence { control_epoch: fence.control_epoch + 1, ..fence },
        Fence { last_handled: fence.last_handled - 1, ..fence },
    ];
    for fence in wrong {
        assert_eq!(end(bench, &session, fence, &wanted).await, None, "{fence:?}");
        assert_eq!(bench.session_now(session.id).await, session, "{fence:?}");
    }
    let absent = Session { id: bench.id(), ..session.clone() };
    assert_eq!(end(bench, &absent, fence, &wanted).await, None);
    assert!(end(bench, &session, fence, &wanted).await.is_some(), "the right one still ends it");
}

pub(super) async fn a_claim_ends_once(bench: &Bench) {
    let (session, fence) = claimed(bench).await;
    let wanted = end_of(bench, &session);
    let first = end(bench, &session, fence, &wanted).await.unwrap();
    assert_eq!(end(bench, &session, fence, &wanted).await, None);
    assert_eq!(bench.session_now(session.id).await, first);

    // An ending that handles nothing moves no number the guard compares; the lease alone keeps it from ending twice.
    let later = Session { ready_at: Some(bench.now()), ..first };
    tx!(bench, [later], |rows| rows.update_session(&later).await).unwrap();
    let (session, fence) = bench.claim(session.id, bench.id(), 6).await.unwrap();
    let nothing = EndClaim { last_handled: session.last_handled, take_seq: 0, ..end_of(bench, &session) };
    assert!(end(bench, &session, fence, &nothing).await.is_some());
    assert_eq!(end(bench, &session, fence, &nothing).await, None);
}

pub(super) async fn no_application_leaves_the_one_that_stands(bench: &Bench) {
    let (now, application) = (bench.now(), bench.id());
    let session = bench.session_with(|s| (s.ready_at, s.application_id) = (Some(now), Some(application))).await;
    let (session, fence) = bench.claim(session.id, bench.id(), 1).await.unwrap();
    let wanted = EndClaim { application_id: None, ..end_of(bench, &session) };
    assert_eq!(end(bench, &session, fence, &wanted).await.unwrap().application_id, Some(application));
}

pub(super) async fn more_arrived_makes_the_session_ready_now(bench: &Bench) {
    let (session, fence) = claimed(bench).await;
    let wanted = end_of(bench, &session);
    // While the turn runs an entry comes; accept leaves the lease alone.
    let arrived = Session { last_seq: 3, last_inbound: 3, ..session.clone() };
    tx!(bench, [arrived], |rows| rows.update_session(&arrived).await).unwrap();
    bench.clock.advance(Duration::milliseconds(500));
    let wanted = EndClaim { now: bench.now(), ..wanted };
    let ended = end(bench, &session, fence, &wanted).await.unwrap();
    assert_eq!(ended.ready_at, Some(bench.now()));
    assert_eq!((ended.last_inbound, ended.last_handled, ended.last_seq), (3, 2, 5));
}

pub(super) async fn nothing_arrived_leaves_the_time_given(bench: &Bench) {
    for given in [None, Some(bench.at(60))] {
        let (session, fence) = claimed(bench).await;
        let wanted = EndClaim { ready_at: given, ..end_of(bench, &session) };
        assert_eq!(end(bench, &session, fence, &wanted).await.unwrap().ready_at, given);
    }
}

pub(super) async fn a_close_stands_only_if_nothing_has_arrived(bench: &Bench) {
    let (session, fence) = claimed(bench).await;
    let close = EndClaim { close: true, ready_at: None, ..end_of(bench, &session) };
    let closed = end(bench, &session, fence, &close).await.unwrap();
    assert_eq!((closed.closed_at, closed.ready_at), (Some(bench.now()), None));

    let (session, fence) = claimed(bench).await;
    let close = EndClaim { close: true, ready_at: None, ..end_of(bench, &session) };
    let arrived = Session { last_seq: 3, last_inbound: 3, ..session.clone() };
    tx!(bench, [arrived], |rows| rows.update_session(&arrived).await).unwrap();
    let open = end(bench, &session, fence, &close).await.unwrap();
    assert_eq!((open.closed_at, open.ready_at), (None, Some(bench.now())));
}

pub(super) async fn the_fence_of_a_claim_made_again_is_another(bench: &Bench) {
    let (session, slow) = claimed(bench).await;
    let wanted = end_of(bench, &session);
    // The worker is paused beyond its lease; another takes over, by the same process's next number.
    bench.clock.advance(Duration::seconds(2));
    let (_, fence) = bench.claim(session.id, slow.boot, slow.n + 1).await.unwrap();
    assert_eq!(end(bench, &session, slow, &wanted).await, None);
    assert!(end(bench, &session, fence, &wanted).await.is_some());
}
