//! What `db verify` looks at.

use uuid::Uuid;

use super::erasure::person;
use super::{Bench, tx};
use crate::recruiting::ApplicationStatus;
use crate::store::facts::{Naming, SessionFacts};
use crate::testing::fixtures;

/// Every session's facts, in pages of so many rows.
async fn all(bench: &Bench, rows: i64) -> Vec<SessionFacts> {
    let (mut all, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page = bench.reader().await.session_facts(after, rows).await.unwrap();
        let Some(last) = page.sessions.last() else { return all };
        after = last.session.id;
        assert!(page.alive_at.is_some());
        all.extend(page.sessions);
    }
}

pub(super) async fn sessions_come_by_id_with_all_that_hangs_on_them(bench: &Bench) {
    assert!(all(bench, 100).await.is_empty());
    let (one, other) = (person(bench, false).await, person(bench, false).await);
    let mut ids = [one.session.id, other.session.id];
    ids.sort_unstable();
    for rows in [1, 100] {
        let found = all(bench, rows).await;
        assert_eq!(found.iter().map(|f| f.session.id).collect::<Vec<_>>(), ids, "in pages of {rows}");
        for facts in &found {
            let id = facts.session.id;
            assert!(!facts.twin);
            assert_eq!((facts.entries.len(), facts.messages.len(), facts.outbox.len()), (1, 1, 1), "{facts:?}");
            assert_eq!((facts.seen.len(), facts.timers.len()), (1, 1), "{facts:?}");
            assert!(facts.entries.iter().all(|e| e.session_id == id) && facts.outbox.iter().all(|o| o.session_id == id));
            assert_eq!(facts.outbox[0].message_id, facts.messages[0].id);
        }
    }
}

pub(super) async fn applications_come_by_id_with_their_answers_and_who_rejected_them(bench: &Bench) {
    let (one, other) = (person(bench, false).await, person(bench, false).await);
    let mut rejected = bench.reader().await.application(one.application_id).await.unwrap().unwrap();
    rejected.status = ApplicationStatus::Rejected;
    let (now, id, candidate) = (bench.now(), bench.id(), one.candidate_id);
    tx!(bench, [rejected], |rows| {
        rows.update_application(&rejected).await?;
        let detail = serde_json::json!({"to": "rejected"});
        rows.insert_activity(&crate::recruiting::Activity {
            id,
            activity_type: "application_moved".into(),
            actor_type: "recruiter".into(),
            actor: Some("Grace".into()),
            session_id: None,
            application_id: Some(rejected.id),
            candidate_id: Some(candidate),
            detail,
            created_at: now,
        })
        .await
    })
    .unwrap();
    let mut wanted = [(one.application_id, 1), (other.application_id, 0)];
    wanted.sort_unstable();
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page = bench.reader().await.application_facts(after, 1).await.unwrap();
        let Some(facts) = page.first() else { break };
        after = facts.application.id;
        assert_eq!(facts.answers, bench.reader().await.answers(after).await.unwrap());
        assert_eq!(facts.answers.len(), 1);
        found.push((after, facts.moves.len()));
    }
    assert_eq!(found, wanted);
}

pub(super) async fn a_row_that_names_nobody_is_told_by_its_column(bench: &Bench) {
    let person = person(bench, false).await;
    for table in Naming::ALL {
        let rows = bench.reader().await.naming(table, Uuid::nil(), 100).await.unwrap();
        assert!(!rows.is_empty(), "{} names a person", table.table());
        // The suite's file names a candidate that is nowhere.
        let gone = (table == Naming::Files).then_some("candidate_id");
        assert!(rows.iter().all(|row| row.gone.as_deref() == gone), "{}: {rows:?}", table.table());
        let last = rows.last().unwrap().id;
        assert!(bench.reader().await.naming(table, last, 100).await.unwrap().is_empty());
    }
    let mut session = bench.session_now(person.session.id).await;
    session.candidate_id = Some(bench.id());
    let lost = fixtures::session(bench.ids.as_ref(), bench.now());
    tx!(bench, [session, lost], |rows| {
        rows.insert_session(&lost).await?;
        rows.update_session(&session).await
    })
    .unwrap();
    let rows = bench.reader().await.naming(Naming::Sessions, Uuid::nil(), 100).await.unwrap();
    let gone: Vec<_> = rows.iter().filter_map(|row| Some((row.id, row.gone.as_deref()?))).collect();
    assert_eq!(gone, [(session.id, "candidate_id")]);
}
