//! Taking a conversation or a person out, with every row that hangs on them.

use serde_json::json;
use uuid::Uuid;

use super::{Bench, files, page, tx};
use crate::message::Delivery;
use crate::orchestrator::{ChatEvent, EventKind};
use crate::privacy::{Consent, ConsentKind};
use crate::recruiting::{Action, ActionStatus, ActionType, Activity, Answer, AnswerState};
use crate::session::{Session, Timer, TimerKind};
use crate::store::rows::{ActivityFilter, Seen};
use crate::testing::fixtures;

/// Everything of one person, in the store.
pub(crate) struct Person {
    pub(crate) session: Session,
    pub(crate) candidate_id: Uuid,
    pub(crate) application_id: Uuid,
    pub(super) file_id: Uuid,
    pub(super) action_id: Uuid,
    message_id: Uuid,
    outbox_id: Uuid,
    pub(super) key: Vec<u8>,
}

/// Somebody who has applied, with a row in every table that can name them. `demo`: all of it is of the demo.
pub(crate) async fn person(bench: &Bench, demo: bool) -> Person {
    let job = bench.job_with(|job| job.demo = demo).await;
    let mut candidate = fixtures::candidate(bench.ids.as_ref(), bench.now());
    candidate.demo = demo;
    let candidate_id = candidate.id;
    tx!(bench, [candidate], |rows| rows.insert_candidate(&candidate).await).unwrap();
    let mut application = fixtures::application(bench.ids.as_ref(), bench.now(), &job, candidate_id);
    let session = bench
        .session_with(|s| {
            (s.platform, s.account) = ("telegram".into(), "42".into());
            (s.candidate_id, s.application_id, s.demo) = (Some(candidate_id), Some(application.id), demo);
        })
        .await;
    let id = session.id;
    (application.session_id, application.demo, application.consented_at) = (Some(id), demo, Some(bench.now()));
    let application_id = application.id;
    let outbox = bench.outbox_with(&session, 1, |_| {}).await;
    let file_id = files::file(bench, id, b"resume").await.id;
    let seen = Seen {
        key_hash: id.as_bytes().to_vec(),
        body_hash: vec![5],
        session_id: Some(id),
        message_id: Some(outbox.message_id),
        seq: Some(1),
        created_at: bench.now(),
    };
    let entry = fixtures::entry(bench.now(), 2, "hello");
    let timer = Timer { session_id: id, kind: TimerKind::Purge, due: bench.at(9) };
    let event = ChatEvent {
        id: bench.id(),
        kind: EventKind::Escalation,
        session_id: id,
        application_id: Some(application_id),
        payload: json!({}),
        created_at: bench.now(),
    };
    let action = Action {
        id: bench.id(),
        action_type: ActionType::HumanRequested,
        status: ActionStatus::Open,
        session_id: Some(id),
        application_id: Some(application_id),
        question_id: None,
        payload: json!({}),
        created_at: bench.now(),
        resolved_at: None,
        resolved_by: None,
        resolution: None,
    };
    let activity = Activity {
        id: bench.id(),
        activity_type: "answer_recorded".into(),
        actor_type: "bot".into(),
        actor: None,
        session_id: Some(id),
        application_id: Some(application_id),
        candidate_id: Some(candidate_id),
        detail: json!({}),
        created_at: bench.now(),
    };
    let consent = Consent {
        id: bench.id(),
        candidate_id,
        session_id: Some(id),
        kind: ConsentKind::Prescreen,
        given: true,
        text_version: "1".into(),
        created_at: bench.now(),
    };
    let answer = Answer {
        question_id: job.questions[0].id,
        answer_text: "five".into(),
        value: json!(5),
        score: Some(1.0),
        passed: Some(true),
        reason: "five".into(),
        evidence: None,
        state: AnswerState::Read,
        answered_at: bench.now(),
    };
    let (key, action_id) = (seen.key_hash.clone(), action.id);
    let (call_id, call) = (bench.id(), super::calls::call(bench, 1, Some(id), Some(1)));
    tx!(bench, [application, seen, entry, timer, event, action, activity, consent, answer, call], |rows| {
        rows.insert_model_call(call_id, &call).await?;
        rows.insert_application(&application).await?;
        rows.insert_seen(&seen).await?;
        rows.insert_inbound(id, &entry).await?;
        rows.put_timer(&timer).await?;
        rows.insert_event(&event).await?;
        rows.insert_action(&action).await?;
        rows.insert_activity(&activity).await?;
        rows.insert_consent(&consent).await?;
        rows.put_answer(application.id, &answer).await
    })
    .unwrap();
    Person { session, candidate_id, application_id, file_id, action_id, message_id: outbox.message_id, outbox_id: outbox.id, key }
}

/// What of the person's conversation is still there, by name.
pub(super) async fn left_of_session(bench: &Bench, person: &Person) -> Vec<&'static str> {
    let id = person.session.id;
    let filter = ActivityFilter { session_id: Some(id), ..ActivityFilter::default() };
    let mut rows = bench.reader().await;
    let there = [
        ("session", rows.session(id).await.unwrap().is_some()),
        ("messages", !rows.messages(id, 0, 99).await.unwrap().is_empty()),
        ("message", rows.message(person.message_id).await.unwrap().is_some()),
        ("inbound", !rows.inbound(id, -1, 99).await.unwrap().is_empty()),
        ("outbox", !rows.outbox_of_session(id, Delivery::Ready).await.unwrap().is_empty()),
        ("outbox row", rows.outbox_row(person.outbox_id).await.unwrap().is_some()),
        ("timers", !rows.timers(id).await.unwrap().is_empty()),
        ("events", !rows.events(id).await.unwrap().is_empty()),
        ("file", rows.file(person.file_id).await.unwrap().is_some()),
        ("file's bytes", rows.file_bytes(person.file_id).await.unwrap().is_some()),
        ("action", rows.action(person.action_id).await.unwrap().is_some()),
        ("consents", !rows.consents(person.candidate_id).await.unwrap().is_empty()),
        ("activity", !rows.activity(&filter, page(9, 0)).await.unwrap().is_empty()),
    ];
    there.into_iter().filter_map(|(name, there)| there.then_some(name)).collect()
}

/// How many places `left_of_session` looks at.
const PLACES: usize = 13;

pub(super) async fn a_deleted_session_takes_with_it_what_names_it(bench: &Bench) {
    let (gone, stays) = (person(bench, false).await, person(bench, false).await);
    let successor = gone.session.id;
    let before = bench.session_with(|s| (s.successor_id, s.closed_at) = (Some(successor), Some(s.opened_at))).await;
    tx!(bench, [], |rows| rows.delete_session(successor).await).unwrap();
    assert!(left_of_session(bench, &gone).await.is_empty(), "{:?}", left_of_session(bench, &gone).await);
    assert_eq!(left_of_session(bench, &stays).await.len(), PLACES, "another's conversation is whole");
    let mut rows = bench.reader().await;
    let application = rows.application(gone.application_id).await.unwrap().expect("the application outlives its conversation");
    assert_eq!(application.session_id, None);
    assert_eq!(rows.answers(gone.application_id).await.unwrap().len(), 1);
    assert!(rows.candidate(gone.candidate_id).await.unwrap().is_some());
    assert!(rows.sessions_of_candidate(gone.candidate_id).await.unwrap().is_empty());
    assert_eq!(rows.session(before.id).await.unwrap().unwrap().successor_id, None);
}

pub(super) async fn dedupe_hashes_stay_without_what_they_named(bench: &Bench) {
    let gone = person(bench, false).await;
    let id = gone.session.id;
    tx!(bench, [], |rows| rows.delete_session(id).await).unwrap();
    let seen = bench.reader().await.seen(&gone.key).await.unwrap().expect("the hash, against a late retry");
    assert_eq!((seen.session_id, seen.message_id, seen.seq), (None, None, None));
    assert_eq!((seen.body_hash.as_slice(), seen.created_at), (&[5][..], bench.now()));
}

pub(super) async fn a_deleted_candidate_takes_applications_answers_and_consents(bench: &Bench) {
    let (gone, stays) = (person(bench, false).await, person(bench, false).await);
    let (session, candidate) = (gone.session.id, gone.candidate_id);
    let early = Consent {
        id: bench.id(),
        candidate_id: candidate,
        session_id: None,
        kind: ConsentKind::Messages,
        given: false,
        text_version: "1".into(),
        created_at: bench.now(),
    };
    let line = Activity {
        id: bench.id(),
        activity_type: "status_moved".into(),
        actor_type: "recruiter".into(),
        actor: Some("Ada".into()),
        session_id: None,
        application_id: Some(gone.application_id),
        candidate_id: Some(candidate),
        detail: json!({}),
        created_at: bench.now(),
    };
    tx!(bench, [early, line], |rows| {
        rows.insert_consent(&early).await?;
        rows.insert_activity(&line).await?;
        rows.delete_session(session).await?;
        rows.delete_candidate(candidate).await
    })
    .unwrap();
    let mut rows = bench.reader().await;
    assert_eq!(rows.candidate(candidate).await.unwrap(), None);
    assert_eq!(rows.application(gone.application_id).await.unwrap(), None);
    assert!(rows.answers(gone.application_id).await.unwrap().is_empty());
    assert!(rows.consents(candidate).await.unwrap().is_empty());
    let filter = ActivityFilter { application_id: Some(gone.application_id), ..ActivityFilter::default() };
    assert!(rows.activity(&filter, page(9, 0)).await.unwrap().is_empty(), "no line about an erased person stays");
    assert!(rows.candidate(stays.candidate_id).await.unwrap().is_some());
    assert_eq!(rows.answers(stays.application_id).await.unwrap().len(), 1);
    assert_eq!(rows.consents(stays.candidate_id).await.unwrap().len(), 1);
    drop(rows);
    assert_eq!(left_of_session(bench, &stays).await.len(), PLACES);
}

pub(super) async fn deleting_what_is_not_there_is_no_error(bench: &Bench) {
    let id = bench.id();
    tx!(bench, [], |rows| {
        rows.delete_session(id).await?;
        rows.delete_candidate(id).await
    })
    .unwrap();
}
