//! Candidates, applications, answers, consents.

use serde_json::{Value, json};

use super::{Bench, page, tx};
use crate::privacy::{Consent, ConsentKind};
use crate::recruiting::{Answer, AnswerState, Application, ApplicationStatus, Candidate};
use crate::store::rows::ApplicationFilter;
use crate::testing::fixtures;
use uuid::Uuid;

const ALL: ApplicationFilter = ApplicationFilter { job_id: None, by_score: false, consented_only: false };

pub(super) async fn a_candidate_reads_back_as_written_and_as_updated(bench: &Bench) {
    let plain = fixtures::candidate(bench.ids.as_ref(), bench.now());
    let full = Candidate {
        name: Some("Zoë Šimková-O'Neil".into()),
        emails: vec!["zoe@example.org".into(), "z@example.com".into()],
        phones: vec!["+49 30 123456".into()],
        location: Some("Köln".into()),
        links: vec!["https://example.org/~zoe?a=b&c=\"d\"".into()],
        languages: vec!["Deutsch".into(), "日本語".into()],
        skills: vec!["Rust".into()],
        positions: vec![json!({"employer": "Example", "title": "Engineer", "from": "2020", "to": null})],
        education: vec![json!({"institution": "TU", "degree": "MSc"})],
        years_experience: Some(5.5),
        sources: json!({"name": "candidate"}).as_object().unwrap().clone(),
        consented_at: Some(bench.at(1)),
        opted_out_at: Some(bench.at(2)),
        demo: true,
        updated_at: bench.at(3),
        ..plain.clone()
    };
    tx!(bench, [plain], |rows| rows.insert_candidate(&plain).await).unwrap();
    assert_eq!(bench.reader().await.candidate(plain.id).await.unwrap(), Some(plain.clone()));
    tx!(bench, [full], |rows| rows.update_candidate(&full).await).unwrap();
    assert_eq!(bench.reader().await.candidate(plain.id).await.unwrap(), Some(full.clone()));
    let second = Candidate { id: bench.id(), ..full };
    tx!(bench, [second], |rows| rows.insert_candidate(&second).await).unwrap();
    assert_eq!(bench.reader().await.candidate(second.id).await.unwrap(), Some(second));
    let absent = Candidate { id: bench.id(), ..plain };
    assert_eq!(bench.reader().await.candidate(absent.id).await.unwrap(), None);
    assert!(tx!(bench, [absent], |rows| rows.update_candidate(&absent).await).is_err());
}

pub(super) async fn an_application_reads_back_as_written_and_as_updated(bench: &Bench) {
    let job = bench.job().await;
    let plain = bench.application_with(&job, |_| {}).await;
    assert_eq!(bench.reader().await.application(plain.id).await.unwrap(), Some(plain.clone()));
    for status in ApplicationStatus::ALL {
        let full = Application {
            session_id: Some(bench.id()),
            source: Some("flyer".into()),
            status,
            jd_match_score: Some(66.67),
            must_have_failed: true,
            must_have_unknown: true,
            question_set_version: 2,
            answered: 5,
            total: 7,
            consented_at: Some(bench.at(1)),
            submitted_at: Some(bench.at(2)),
            opened_at: Some(bench.at(3)),
            demo: true,
            updated_at: bench.at(4),
            ..plain.clone()
        };
        tx!(bench, [full], |rows| rows.update_application(&full).await).unwrap();
        assert_eq!(bench.reader().await.application(plain.id).await.unwrap(), Some(full));
    }
    let absent = Application { id: bench.id(), ..plain };
    assert_eq!(bench.reader().await.application(absent.id).await.unwrap(), None);
    assert!(tx!(bench, [absent], |rows| rows.update_application(&absent).await).is_err());
}

pub(super) async fn an_application_needs_its_job_and_its_candidate(bench: &Bench) {
    let (job, candidate) = (bench.job().await, bench.candidate().await);
    let no_candidate = fixtures::application(bench.ids.as_ref(), bench.now(), &job, bench.id());
    let absent = fixtures::job(bench.ids.as_ref(), bench.now());
    let no_job = fixtures::application(bench.ids.as_ref(), bench.now(), &absent, candidate);
    for application in [no_candidate, no_job] {
        assert!(tx!(bench, [application], |rows| rows.insert_application(&application).await).is_err());
    }
}

pub(super) async fn the_newest_running_application_for_the_job_is_found(bench: &Bench) {
    let (job, other_job, candidate) = (bench.job().await, bench.job().await, bench.candidate().await);
    let mut ids = Vec::new();
    let rows = [
        (&job, 10, ApplicationStatus::InProgress),
        (&job, 20, ApplicationStatus::InProgress),
        (&job, 30, ApplicationStatus::Withdrawn),
        (&other_job, 40, ApplicationStatus::InProgress),
    ];
    for (job, seconds, status) in rows {
        let at = bench.at(seconds);
        let application = bench.application_with(job, |a| (a.candidate_id, a.created_at, a.status) = (candidate, at, status)).await;
        ids.push(application.id);
    }
    bench.application_with(&job, |_| {}).await;
    let found = bench.reader().await.application_in_progress(candidate, job.id).await.unwrap();
    assert_eq!(found.map(|a| a.id), Some(ids[1]));
    assert_eq!(bench.reader().await.application_in_progress(bench.id(), job.id).await.unwrap(), None);
}

pub(super) async fn applications_are_listed_newest_first(bench: &Bench) {
    let (job, other_job) = (bench.job().await, bench.job().await);
    let mut ids = Vec::new();
    for (seconds, job, consented) in [(10, &job, true), (30, &job, false), (20, &other_job, true)] {
        let at = bench.at(seconds);
        let application = bench.application_with(job, |a| (a.created_at, a.consented_at) = (at, consented.then_some(at))).await;
        ids.push(application.id);
    }
    let list = async |filter: ApplicationFilter, limit, offset| {
        let rows = bench.reader().await.applications(&filter, page(limit, offset)).await.unwrap();
        rows.iter().map(|a| ids.iter().position(|id| *id == a.id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(ALL, 10, 0).await, [1, 2, 0]);
    assert_eq!(list(ALL, 1, 1).await, [2]);
    assert_eq!(list(ApplicationFilter { consented_only: true, ..ALL }, 10, 0).await, [2, 0]);
    assert_eq!(list(ApplicationFilter { job_id: Some(job.id), ..ALL }, 10, 0).await, [1, 0]);
    assert_eq!(list(ApplicationFilter { job_id: Some(job.id), consented_only: true, ..ALL }, 10, 0).await, [0]);
    assert!(list(ApplicationFilter { job_id: Some(bench.id()), ..ALL }, 10, 0).await.is_empty());
    let wanted = ApplicationFilter { job_id: Some(job.id), consented_only: true, ..ALL };
    assert_eq!(bench.reader().await.application_ids(&wanted).await.unwrap(), [ids[0]]);
}

pub(super) async fn applications_are_ranked_by_completion_must_haves_and_score(bench: &Bench) {
    use ApplicationStatus::{Hired, InProgress, PrescreenCompleted, Rejected, Shortlisted};
    let job = bench.job().await;
    // Best first: status, must-have failed, must-have unknown, score.
    let ranked = [
        (PrescreenCompleted, false, false, Some(90.0)),
        (Shortlisted, false, false, Some(70.5)),
        (Hired, false, false, Some(9.0)),
        (PrescreenCompleted, false, false, None),
        (PrescreenCompleted, false, true, Some(99.0)),
        (PrescreenCompleted, true, false, Some(100.0)),
        (Rejected, true, true, Some(50.0)),
        (InProgress, false, false, Some(80.0)),
        (InProgress, false, false, None),
        (InProgress, true, false, Some(100.0)),
    ];
    // Written in another order than theirs, and all in one instant.
    let mut ids = vec![Uuid::nil(); ranked.len()];
    for i in [4, 8, 0, 9, 2, 6, 1, 5, 7, 3] {
        let (status, failed, unknown, score) = ranked[i];
        let change = |a: &mut Application| {
            (a.status, a.must_have_failed, a.must_have_unknown, a.jd_match_score) = (status, failed, unknown, score);
        };
        ids[i] = bench.application_with(&job, change).await.id;
    }
    let filter = ApplicationFilter { by_score: true, job_id: Some(job.id), consented_only: false };
    let read = bench.reader().await.applications(&filter, page(100, 0)).await.unwrap();
    assert_eq!(read.iter().map(|a| a.id).collect::<Vec<_>>(), ids);
    assert_eq!(bench.reader().await.application_ids(&filter).await.unwrap(), ids, "all of them, in the same order");
    let read = bench.reader().await.applications(&filter, page(2, 3)).await.unwrap();
    assert_eq!(read.iter().map(|a| a.id).collect::<Vec<_>>(), ids[3..5]);
}

pub(super) fn answer(bench: &Bench, question_id: Uuid, value: Value) -> Answer {
    Answer {
        question_id,
        answer_text: "about five yrs".into(),
        value,
        score: Some(1.0),
        passed: Some(true),
        reason: "Rust 3 of 3: you wrote \"about five yrs\", rule: at least 3".into(),
        evidence: Some("five yrs".into()),
        state: AnswerState::Read,
        answered_at: bench.now(),
    }
}

async fn put(bench: &Bench, application_id: Uuid, answer: &Answer) {
    tx!(bench, [answer], |rows| rows.put_answer(application_id, &answer).await).unwrap();
}

pub(super) async fn an_answer_replaces_the_one_before(bench: &Bench) {
    let job = bench.job().await;
    let application = bench.application_with(&job, |_| {}).await.id;
    let first = answer(bench, job.questions[0].id, json!(5));
    put(bench, application, &first).await;
    assert_eq!(bench.reader().await.answers(application).await.unwrap(), std::slice::from_ref(&first));
    for state in [AnswerState::Skipped, AnswerState::Unread, AnswerState::Corrected] {
        let second = Answer {
            answer_text: String::new(),
            value: Value::Null,
            score: None,
            passed: None,
            reason: "kept as said".into(),
            evidence: None,
            state,
            answered_at: bench.at(5),
            ..first.clone()
        };
        put(bench, application, &second).await;
        assert_eq!(bench.reader().await.answers(application).await.unwrap(), [second]);
    }
    let nowhere = bench.id();
    assert!(tx!(bench, [first], |rows| rows.put_answer(nowhere, &first).await).is_err(), "an answer needs its application");
}

pub(super) async fn answers_come_in_the_order_of_their_questions(bench: &Bench) {
    let job = bench.job().await;
    let application = bench.application_with(&job, |_| {}).await.id;
    let other = bench.application_with(&job, |_| {}).await.id;
    for i in [2, 0, 1] {
        put(bench, application, &answer(bench, job.questions[i].id, json!(i))).await;
    }
    put(bench, other, &answer(bench, job.questions[1].id, json!("other"))).await;
    let values: Vec<_> = bench.reader().await.answers(application).await.unwrap().into_iter().map(|a| a.value).collect();
    assert_eq!(values, [json!(0), json!(1), json!(2)]);
    assert!(bench.reader().await.answers(bench.id()).await.unwrap().is_empty());
}

pub(super) async fn consents_come_oldest_first_and_need_their_candidate(bench: &Bench) {
    let (candidate_id, other) = (bench.candidate().await, bench.candidate().await);
    let kinds = [ConsentKind::Prescreen, ConsentKind::OtherJobs, ConsentKind::Messages, ConsentKind::Prescreen];
    let mut written = Vec::new();
    for (kind, seconds) in kinds.into_iter().zip([3, 2, 2, 1]) {
        let consent = Consent {
            id: bench.id(),
            candidate_id,
            session_id: (seconds == 3).then(|| bench.id()),
            kind,
            given: seconds > 1,
            text_version: "ask_consent:1f2e".into(),
            created_at: bench.at(seconds),
        };
        tx!(bench, [consent], |rows| rows.insert_consent(&consent).await).unwrap();
        written.push(consent);
    }
    let read = bench.reader().await.consents(candidate_id).await.unwrap();
    assert_eq!(read, [written[3].clone(), written[1].clone(), written[2].clone(), written[0].clone()]);
    assert!(bench.reader().await.consents(other).await.unwrap().is_empty());
    let nobodys = Consent { id: bench.id(), candidate_id: bench.id(), ..written[0].clone() };
    assert!(tx!(bench, [nobodys], |rows| rows.insert_consent(&nobodys).await).is_err());
}
