//! The dashboard's figures, the demo, migrations.

use std::collections::BTreeMap;

use serde_json::json;

use super::erasure::{left_of_session, person};
use super::{Bench, page, tx};
use crate::message::Delivery;
use crate::recruiting::{Action, ActionStatus, ActionType, ApplicationStatus, Stats};
use crate::testing::fixtures;

async fn stats(bench: &Bench) -> Stats {
    bench.reader().await.stats(bench.now()).await.unwrap()
}

pub(super) async fn an_empty_store_counts_nothing(bench: &Bench) {
    assert_eq!(stats(bench).await, Stats::default());
}

fn counts(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

pub(super) async fn every_figure_counts_what_it_says(bench: &Bench) {
    let (now, later) = (bench.now(), bench.at(1));
    // Three open, one of them due, one held; one closed that would be due.
    let due = bench.session_with(|s| (s.ready_at, s.platform) = (Some(now), "telegram".into())).await;
    let held = bench.session_with(|s| s.ready_at = Some(now)).await;
    bench.claim(held.id, bench.id(), 1).await.unwrap();
    bench.session_with(|s| s.ready_at = Some(later)).await;
    bench.session_with(|s| (s.ready_at, s.closed_at) = (Some(now), Some(now))).await;
    // Three entries, two handled.
    let id = due.id;
    let entries: Vec<_> = (1..=3).map(|seq| fixtures::entry(now, seq, "words")).collect();
    tx!(bench, [entries], |rows| {
        for entry in &entries {
            rows.insert_inbound(id, entry).await?;
        }
        rows.mark_handled(id, 0, 2, now).await
    })
    .unwrap();
    // Two rows ready, one sent.
    for (seq, state) in [(1, Delivery::Sent), (2, Delivery::Ready), (3, Delivery::Ready)] {
        bench.outbox_with(&due, seq, |row| row.state = state).await;
    }
    // Three actions open, one resolved.
    let kinds = [ActionType::Parked, ActionType::HumanRequested, ActionType::Parked, ActionType::LowConfidence];
    for (i, action_type) in kinds.into_iter().enumerate() {
        let action = Action {
            id: bench.id(),
            action_type,
            status: if i == 3 { ActionStatus::Resolved } else { ActionStatus::Open },
            session_id: Some(id),
            application_id: None,
            question_id: None,
            payload: json!({}),
            created_at: now,
            resolved_at: None,
            resolved_by: None,
            resolution: None,
        };
        tx!(bench, [action], |rows| rows.insert_action(&action).await).unwrap();
    }
    // Four applications, one never consented to.
    let job = bench.job().await;
    for (status, failed, consented) in [
        (ApplicationStatus::InProgress, false, true),
        (ApplicationStatus::PrescreenCompleted, true, true),
        (ApplicationStatus::PrescreenCompleted, false, true),
        (ApplicationStatus::PrescreenCompleted, true, false),
    ] {
        bench.application_with(&job, |a| (a.status, a.must_have_failed, a.consented_at) = (status, failed, consented.then_some(now))).await;
    }
    assert_eq!(bench.reader().await.messages_processed().await.unwrap(), 2);
    assert_eq!(bench.reader().await.queue_length(now).await.unwrap(), 1);
    let expected = Stats {
        chat_sessions_active: 3,
        worker_queue_length: 1,
        outbox_ready: 2,
        actions_open: 3,
        actions_by_type: counts(&[("human_requested", 1), ("parked", 2)]),
        applications_by_status: counts(&[("in_progress", 1), ("prescreen_completed", 2)]),
        must_have_failed: 1,
        ..Stats::default()
    };
    assert_eq!(stats(bench).await, expected);
    bench.clock.advance(chrono::Duration::seconds(2));
    assert_eq!(stats(bench).await.worker_queue_length, 3, "the timer is due, and the lease has ended");
}

fn deleted(sessions: u64, candidates: u64, applications: u64, jobs: u64) -> BTreeMap<String, u64> {
    [("sessions", sessions), ("candidates", candidates), ("applications", applications), ("jobs", jobs)]
        .into_iter()
        .map(|(name, n)| (name.to_owned(), n))
        .collect()
}

pub(super) async fn deleting_the_demo_leaves_the_rest(bench: &Bench) {
    let (demo, real) = (person(bench, true).await, person(bench, false).await);
    let whole = left_of_session(bench, &real).await;
    assert_eq!(tx!(bench, [], |rows| rows.delete_demo().await).unwrap(), deleted(1, 1, 1, 1));
    assert!(left_of_session(bench, &demo).await.is_empty(), "{:?}", left_of_session(bench, &demo).await);
    assert_eq!(left_of_session(bench, &real).await, whole);
    let mut rows = bench.reader().await;
    assert_eq!(rows.candidate(demo.candidate_id).await.unwrap(), None);
    assert_eq!(rows.application(demo.application_id).await.unwrap(), None);
    assert!(rows.answers(demo.application_id).await.unwrap().is_empty());
    assert!(rows.candidate(real.candidate_id).await.unwrap().is_some());
    assert_eq!(rows.answers(real.application_id).await.unwrap().len(), 1);
    let jobs = rows.jobs(None, page(9, 0)).await.unwrap();
    assert_eq!(jobs.iter().map(|job| job.demo).collect::<Vec<_>>(), [false]);
    drop(rows);
    assert_eq!(tx!(bench, [], |rows| rows.delete_demo().await).unwrap(), deleted(0, 0, 0, 0));
}

pub(super) async fn what_hangs_on_the_demo_goes_with_it(bench: &Bench) {
    // Somebody real tried the sample job, and a demo candidate was shown to it in a session that is not of the demo.
    let job = bench.job_with(|job| job.demo = true).await;
    let application = bench.application_with(&job, |_| {}).await;
    let mut shown = fixtures::candidate(bench.ids.as_ref(), bench.now());
    shown.demo = true;
    tx!(bench, [shown], |rows| rows.insert_candidate(&shown).await).unwrap();
    let (application_id, candidate_id) = (application.id, shown.id);
    let real = bench.session_with(|s| (s.candidate_id, s.application_id) = (Some(application.candidate_id), Some(application_id))).await;
    let odd = bench.session_with(|s| s.candidate_id = Some(candidate_id)).await;
    assert_eq!(tx!(bench, [], |rows| rows.delete_demo().await).unwrap(), deleted(0, 1, 1, 1));
    let mut rows = bench.reader().await;
    assert_eq!(rows.application(application_id).await.unwrap(), None);
    assert!(rows.candidate(application.candidate_id).await.unwrap().is_some(), "the real person stays");
    let real = rows.session(real.id).await.unwrap().unwrap();
    assert_eq!((real.application_id, real.candidate_id), (None, Some(application.candidate_id)));
    assert_eq!(rows.session(odd.id).await.unwrap().unwrap().candidate_id, None, "no session names a candidate that is gone");
}

pub(super) async fn what_is_migrated_is_what_is_known(bench: &Bench) {
    bench.store.migrate().await.expect("migrating again changes nothing");
    let applied = bench.reader().await.applied_migrations().await.unwrap();
    assert_eq!(applied, bench.store.known_migrations());
    assert!(applied.is_sorted_by_key(|(version, _)| *version));
}
