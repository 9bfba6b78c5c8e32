//! Erasing a person whole, the words they agreed to, and who has been silent for long.

use std::collections::BTreeMap;

use chrono::Duration;
use uuid::Uuid;

use super::erasure::{Person, left_of_session, person};
use super::{Bench, page, tx};
use crate::privacy::{Erasure, ErasureReason};
use crate::recruiting::ApplicationStatus;
use crate::store::StoreError;
use crate::testing::fixtures;

pub(super) async fn an_erased_person_is_in_no_table_and_others_are(bench: &Bench) {
    let (gone, stays) = (person(bench, false).await, person(bench, false).await);
    let places = left_of_session(bench, &stays).await;
    let id = gone.candidate_id;
    let deleted = tx!(bench, [], |rows| rows.erase_candidate(id, None).await).unwrap();
    assert_eq!(left_of_session(bench, &gone).await, Vec::<&str>::new());
    assert_eq!(left_of_session(bench, &stays).await, places);
    assert!(deleted.values().all(|rows| *rows == 1), "one row of each in the person's tables: {deleted:?}");
    assert_eq!(deleted.len(), 15);
    let mut rows = bench.reader().await;
    assert_eq!(rows.candidate(id).await.unwrap(), None);
    assert_eq!(rows.application(gone.application_id).await.unwrap(), None);
    assert!(rows.answers(gone.application_id).await.unwrap().is_empty());
    let seen = rows.seen(&gone.key).await.unwrap().expect("the hash, against a late retry");
    assert_eq!((seen.session_id, seen.message_id, seen.seq), (None, None, None));
    drop(rows);
    let again = tx!(bench, [], |rows| rows.erase_candidate(id, None).await).unwrap();
    assert!(again.values().all(|rows| *rows == 0), "{again:?}");
}

pub(super) async fn a_session_that_is_kept_names_nobody(bench: &Bench) {
    let gone = person(bench, false).await;
    let (id, session) = (gone.candidate_id, gone.session.id);
    let deleted = tx!(bench, [], |rows| rows.erase_candidate(id, Some(session)).await).unwrap();
    assert_eq!((deleted["chat_sessions"], deleted["candidates"]), (0, 1));
    assert_eq!(left_of_session(bench, &gone).await, ["session"]);
    let kept = bench.session_now(session).await;
    assert_eq!((kept.candidate_id, kept.application_id), (None, None));
    // Somebody else's session is not kept along.
    let (other, stays) = (person(bench, false).await, person(bench, false).await);
    let (id, session) = (other.candidate_id, stays.session.id);
    tx!(bench, [], |rows| rows.erase_candidate(id, Some(session)).await).unwrap();
    assert_eq!(bench.session_now(session).await.candidate_id, Some(stays.candidate_id));
}

pub(super) async fn what_is_a_persons_is_listed_and_nothing_else(bench: &Bench) {
    let (mine, other) = (person(bench, false).await, person(bench, false).await);
    for Person { candidate_id, application_id, session, file_id, action_id, .. } in [&mine, &other] {
        let mut rows = bench.reader().await;
        let one = |ids: Vec<Uuid>, id: Uuid| assert_eq!(ids, [id]);
        one(rows.applications_of_candidate(*candidate_id).await.unwrap().iter().map(|a| a.id).collect(), *application_id);
        one(rows.files_of_candidate(*candidate_id).await.unwrap().iter().map(|f| f.id).collect(), *file_id);
        one(rows.actions_of_candidate(*candidate_id).await.unwrap().iter().map(|a| a.id).collect(), *action_id);
        one(rows.activity_of_candidate(*candidate_id).await.unwrap().iter().filter_map(|a| a.session_id).collect(), session.id);
        one(rows.events_of_candidate(*candidate_id).await.unwrap().iter().map(|e| e.session_id).collect(), session.id);
    }
    let locked = mine.candidate_id;
    assert_eq!(tx!(bench, [], |rows| rows.lock_candidate(locked).await).unwrap().map(|c| c.id), Some(locked));
    let absent = bench.id();
    assert_eq!(tx!(bench, [], |rows| rows.lock_candidate(absent).await).unwrap(), None);
    assert!(bench.reader().await.files_of_candidate(absent).await.unwrap().is_empty());
}

pub(super) async fn a_tombstone_reads_back_and_stands_once(bench: &Bench) {
    let erasure = Erasure {
        candidate_hash: vec![0, 255, 7],
        reason: ErasureReason::ByStaff,
        erased_by: Some(bench.id()),
        deleted: BTreeMap::from([("chat_messages".to_owned(), 12)]),
        erased_at: bench.now(),
    };
    tx!(bench, [erasure], |rows| rows.insert_erasure(&erasure).await).unwrap();
    assert_eq!(bench.reader().await.erasure(&[0, 255, 7]).await.unwrap(), Some(erasure.clone()));
    assert_eq!(bench.reader().await.erasure(&[]).await.unwrap(), None);
    let again = tx!(bench, [erasure], |rows| rows.insert_erasure(&erasure).await);
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    for (n, reason) in [(1, ErasureReason::Asked), (2, ErasureReason::Retention)] {
        let other = Erasure { candidate_hash: vec![n], reason, erased_by: None, ..erasure.clone() };
        tx!(bench, [other], |rows| rows.insert_erasure(&other).await).unwrap();
        assert_eq!(bench.reader().await.erasure(&[n]).await.unwrap(), Some(other));
    }
}

pub(super) async fn the_words_of_a_version_are_kept_once(bench: &Bench) {
    let now = bench.now();
    for words in ["Do you agree?", "Other words"] {
        tx!(bench, [], |rows| rows.put_consent_text("ask_consent:1", words, now).await).unwrap();
    }
    assert_eq!(bench.reader().await.consent_text("ask_consent:1").await.unwrap().as_deref(), Some("Do you agree?"));
    assert_eq!(bench.reader().await.consent_text("ask_consent:2").await.unwrap(), None);
}

pub(super) async fn the_silent_are_those_nobody_heard_of_or_wants_to_hire(bench: &Bench) {
    let job = bench.job().await;
    let before = bench.now();
    let old = before - Duration::days(1);
    // Silent; written lately; shortlisted; an application changed lately; changed lately themselves.
    let mut all = Vec::new();
    for case in 0..5 {
        let mut candidate = fixtures::candidate(bench.ids.as_ref(), old);
        candidate.updated_at = if case == 4 { before } else { old };
        let mut application = fixtures::application(bench.ids.as_ref(), old, &job, candidate.id);
        application.updated_at = if case == 3 { before } else { old };
        application.status = if case == 2 { ApplicationStatus::Shortlisted } else { ApplicationStatus::PrescreenCompleted };
        all.push(candidate.id);
        tx!(bench, [candidate, application], |rows| {
            rows.insert_candidate(&candidate).await?;
            rows.insert_application(&application).await
        })
        .unwrap();
        let id = all[case];
        bench.session_with(|s| (s.candidate_id, s.last_entry_at) = (Some(id), if case == 1 { before } else { old })).await;
    }
    assert_eq!(bench.reader().await.idle_candidates(before, page(9, 0)).await.unwrap(), [all[0]]);
    assert!(bench.reader().await.idle_candidates(before, page(9, 1)).await.unwrap().is_empty());
    assert!(bench.reader().await.idle_candidates(old, page(9, 0)).await.unwrap().is_empty());
}

pub(super) async fn leftovers_are_closed_sessions_nobody_agreed_to(bench: &Bench) {
    let mut agreed = fixtures::candidate(bench.ids.as_ref(), bench.now());
    agreed.consented_at = Some(bench.now());
    let (agreed_id, never) = (agreed.id, bench.candidate().await);
    tx!(bench, [agreed], |rows| rows.insert_candidate(&agreed).await).unwrap();
    let now = bench.now();
    let mut left = Vec::new();
    for (candidate, closed, seconds) in
        [(None, true, 2), (Some(never), true, 1), (Some(never), false, 3), (Some(agreed_id), true, 4), (None, false, 5)]
    {
        let session = bench
            .session_with(|s| {
                (s.candidate_id, s.closed_at) = (candidate, closed.then_some(now));
                s.last_entry_at = now + Duration::seconds(seconds);
            })
            .await;
        left.push(session.id);
    }
    let listed = async |limit, offset| {
        let sessions = bench.reader().await.leftover_sessions(page(limit, offset)).await.unwrap();
        sessions.into_iter().map(|s| s.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(9, 0).await, [left[1], left[0]]);
    assert_eq!(listed(1, 1).await, [left[0]]);
}
