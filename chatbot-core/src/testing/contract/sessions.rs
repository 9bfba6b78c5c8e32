//! Sessions: finding, adding, changing, listing.

use serde_json::json;

use super::{Bench, page, tx};
use crate::recruiting::{Action, ActionStatus, ActionType};
use crate::session::Session;
use crate::store::StoreError;
use crate::store::rows::SessionFilter;
use crate::testing::fixtures;

/// A session with something in every column.
fn full(bench: &Bench) -> Session {
    let context = json!({"step": "question", "unclear": 1, "nested": {"list": [1, null, "ä"]}});
    Session {
        platform: "telegram".into(),
        account: "42".into(),
        candidate_id: Some(bench.id()),
        application_id: Some(bench.id()),
        context: context.as_object().unwrap().clone(),
        automation_enabled: false,
        control_epoch: 3,
        control_seq: 5,
        locale: "pt-BR".into(),
        source: Some("newsletter".into()),
        token_hash: Some(vec![0, 1, 255]),
        last_seq: 9,
        last_inbound: 8,
        last_handled: 7,
        ready_at: Some(bench.at(60)),
        lease_boot: Some(bench.id()),
        lease_n: 11,
        claims: 2,
        failures: 1,
        successor_id: Some(bench.id()),
        demo: true,
        opened_at: bench.at(-60),
        last_entry_at: bench.at(-1),
        ..fixtures::session(bench.ids.as_ref(), bench.now())
    }
}

pub(super) async fn a_session_reads_back_as_written_by_every_way_to_it(bench: &Bench) {
    let session = full(bench);
    tx!(bench, [session], |rows| rows.insert_session(&session).await).unwrap();
    let (platform, account, person) = (&session.platform, &session.account, &session.platform_user_id);
    let mut rows = bench.reader().await;
    let found = [
        rows.session(session.id).await.unwrap(),
        rows.lock_session(session.id).await.unwrap(),
        rows.lock_open_session(platform, account, person).await.unwrap(),
        rows.newest_session(platform, account, person).await.unwrap(),
        rows.session_by_token(&[0, 1, 255]).await.unwrap(),
    ];
    drop(rows);
    for found in found {
        assert_eq!(found.as_ref(), Some(&session));
    }
    let locked = tx!(bench, [session], |rows| {
        let by_person = rows.lock_open_session(&session.platform, &session.account, &session.platform_user_id).await?;
        Ok((rows.lock_session(session.id).await?, by_person))
    });
    assert_eq!(locked.unwrap(), (Some(session.clone()), Some(session)));
}

pub(super) async fn what_is_not_there_is_none(bench: &Bench) {
    let session = bench.session().await;
    let id = bench.id();
    let mut rows = bench.reader().await;
    assert_eq!(rows.session(id).await.unwrap(), None);
    assert_eq!(rows.lock_session(id).await.unwrap(), None);
    assert_eq!(rows.lock_open_session("web", "", "nobody").await.unwrap(), None);
    assert_eq!(rows.lock_open_session("web", "other", &session.platform_user_id).await.unwrap(), None);
    assert_eq!(rows.newest_session("cli", "", &session.platform_user_id).await.unwrap(), None);
    assert_eq!(rows.session_by_token(b"").await.unwrap(), None);
    drop(rows);
    assert_eq!(tx!(bench, [], |rows| rows.lock_session(id).await).unwrap(), None);
}

pub(super) async fn a_person_has_one_open_session_on_an_account(bench: &Bench) {
    let mut first = bench.session().await;
    let second = Session { id: bench.id(), ..first.clone() };
    let refused = tx!(bench, [second], |rows| rows.insert_session(&second).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");

    let elsewhere = Session { id: bench.id(), account: "another".into(), ..first.clone() };
    tx!(bench, [elsewhere], |rows| rows.insert_session(&elsewhere).await).unwrap();

    first.closed_at = Some(bench.now());
    tx!(bench, [first, second], |rows| {
        rows.update_session(&first).await?;
        rows.insert_session(&second).await
    })
    .unwrap();
    first.closed_at = None;
    let refused = tx!(bench, [first], |rows| rows.update_session(&first).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
}

pub(super) async fn a_token_opens_one_session(bench: &Bench) {
    bench.session_with(|s| s.token_hash = Some(vec![7; 32])).await;
    let second = Session { token_hash: Some(vec![7; 32]), ..fixtures::session(bench.ids.as_ref(), bench.now()) };
    let refused = tx!(bench, [second], |rows| rows.insert_session(&second).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
}

pub(super) async fn the_newest_session_may_be_a_closed_one(bench: &Bench) {
    let old = bench.session_with(|s| s.closed_at = Some(s.opened_at)).await;
    let (now, later) = (bench.now(), bench.at(60));
    let new = bench
        .session_with(|s| {
            s.platform_user_id.clone_from(&old.platform_user_id);
            s.opened_at = later;
            s.closed_at = Some(later);
        })
        .await;
    let mut rows = bench.reader().await;
    let newest = rows.newest_session("web", "", &old.platform_user_id).await.unwrap();
    assert_eq!(newest.as_ref().map(|s| s.id), Some(new.id));
    assert_eq!(rows.lock_open_session("web", "", &old.platform_user_id).await.unwrap(), None);
    drop(rows);

    // A person who closes and comes back within one tick of the clock is in the open one.
    let open = bench
        .session_with(|s| {
            s.platform_user_id.clone_from(&old.platform_user_id);
            s.opened_at = later;
        })
        .await;
    assert!(now < later);
    let newest = bench.reader().await.newest_session("web", "", &old.platform_user_id).await.unwrap();
    assert_eq!(newest.map(|s| s.id), Some(open.id));
}

pub(super) async fn an_update_writes_every_column(bench: &Bench) {
    let plain = bench.session().await;
    let changed = Session { id: plain.id, closed_at: Some(bench.at(5)), ..full(bench) };
    tx!(bench, [changed], |rows| rows.update_session(&changed).await).unwrap();
    assert_eq!(bench.session_now(plain.id).await, changed);
    let emptied = Session { platform_user_id: changed.platform_user_id.clone(), ..plain };
    tx!(bench, [emptied], |rows| rows.update_session(&emptied).await).unwrap();
    assert_eq!(bench.session_now(emptied.id).await, emptied);
}

pub(super) async fn updating_what_is_not_there_is_an_error(bench: &Bench) {
    let session = fixtures::session(bench.ids.as_ref(), bench.now());
    assert!(tx!(bench, [session], |rows| rows.update_session(&session).await).is_err());
}

pub(super) async fn sessions_are_listed_by_their_newest_entry(bench: &Bench) {
    let mut ids = Vec::new();
    for seconds in [30, 10, 20, 40] {
        let at = bench.at(seconds);
        ids.push(bench.session_with(|s| (s.last_entry_at, s.closed_at) = (at, (seconds == 40).then_some(at))).await.id);
    }
    let list = async |open, limit, offset| {
        let rows = bench.reader().await.sessions(&SessionFilter { open, ..SessionFilter::default() }, page(limit, offset)).await.unwrap();
        rows.iter().map(|s| ids.iter().position(|id| *id == s.id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10, 0).await, [3, 0, 2, 1]);
    assert_eq!(list(Some(true), 10, 0).await, [0, 2, 1]);
    assert_eq!(list(Some(false), 10, 0).await, [3]);
    assert_eq!(list(None, 2, 1).await, [0, 2]);
    assert_eq!(list(Some(true), 1, 2).await, [1]);
    assert!(list(Some(true), 10, 3).await.is_empty());
}

pub(super) async fn sessions_are_listed_by_job_and_by_who_waits(bench: &Bench) {
    let (job, other) = (bench.job().await, bench.job().await);
    let mut ids = Vec::new();
    for (job, seconds) in [(&job, 3), (&job, 2), (&other, 1)] {
        let (application, at) = (bench.application_with(job, |_| {}).await.id, bench.at(seconds));
        ids.push(bench.session_with(|s| (s.application_id, s.last_entry_at) = (Some(application), at)).await.id);
    }
    for (at, action_type, status) in [
        (0, ActionType::MustHaveFailed, ActionStatus::Open),
        (0, ActionType::Parked, ActionStatus::Resolved),
        (1, ActionType::HumanRequested, ActionStatus::Open),
        (2, ActionType::CandidateWaiting, ActionStatus::Open),
    ] {
        let action = Action { status, ..super::actions::action(bench, Some(ids[at]), action_type, None) };
        super::actions::file(bench, &action).await;
    }
    let list = async |job_id, waiting| {
        let rows =
            bench.reader().await.sessions(&SessionFilter { job_id, waiting, ..SessionFilter::default() }, page(10, 0)).await.unwrap();
        rows.iter().map(|s| ids.iter().position(|id| *id == s.id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(Some(job.id), false).await, [0, 1]);
    assert_eq!(list(None, true).await, [1, 2]);
    assert_eq!(list(Some(job.id), true).await, [1]);
    assert!(list(Some(bench.id()), false).await.is_empty());
}

pub(super) async fn an_applications_open_sessions_come_in_the_order_of_their_ids(bench: &Bench) {
    let (mine, other) = (bench.id(), bench.id());
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(bench.session_with(|s| s.application_id = Some(mine)).await.id);
    }
    bench.session_with(|s| s.application_id = Some(other)).await;
    bench.session_with(|s| (s.application_id, s.closed_at) = (Some(mine), Some(s.opened_at))).await;
    ids.sort_unstable();
    assert_eq!(bench.reader().await.sessions_of_application(mine).await.unwrap(), ids);
    assert!(bench.reader().await.sessions_of_application(bench.id()).await.unwrap().is_empty());
}

pub(super) async fn the_next_ready_time_is_the_earliest_of_open_sessions(bench: &Bench) {
    assert_eq!(bench.reader().await.next_ready_at().await.unwrap(), None);
    let (closed, late, early) = (bench.at(1), bench.at(300), bench.at(30));
    bench.session().await;
    bench.session_with(|s| (s.ready_at, s.closed_at) = (Some(closed), Some(closed))).await;
    assert_eq!(bench.reader().await.next_ready_at().await.unwrap(), None);
    bench.session_with(|s| s.ready_at = Some(late)).await;
    bench.session_with(|s| s.ready_at = Some(early)).await;
    assert_eq!(bench.reader().await.next_ready_at().await.unwrap(), Some(early));
}

pub(super) async fn a_candidates_sessions_are_theirs_alone(bench: &Bench) {
    let (one, other) = (bench.candidate().await, bench.candidate().await);
    let early = bench.session_with(|s| s.candidate_id = Some(one)).await;
    bench.session_with(|s| s.candidate_id = Some(other)).await;
    let closed = bench.session_with(|s| (s.candidate_id, s.closed_at) = (Some(one), Some(s.opened_at))).await;
    let mut found = bench.reader().await.sessions_of_candidate(one).await.unwrap();
    found.sort_unstable();
    assert_eq!(found, [early.id, closed.id]);
    assert!(bench.reader().await.sessions_of_candidate(bench.id()).await.unwrap().is_empty());
}
