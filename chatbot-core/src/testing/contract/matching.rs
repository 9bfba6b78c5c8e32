//! Who may be ranked for a job, and by which answers.

use serde_json::json;
use uuid::Uuid;

use super::{Bench, tx};
use crate::privacy::{Consent, ConsentKind};
use crate::recruiting::{Answer, AnswerState, Application, ApplicationStatus, Candidate, Job};
use crate::testing::fixtures;

/// A candidate who agreed to the notice, changed `seconds` from now, with decisions on other jobs in this order.
async fn somebody(bench: &Bench, seconds: i64, decisions: &[bool], change: impl FnOnce(&mut Candidate)) -> Uuid {
    let mut candidate = fixtures::candidate(bench.ids.as_ref(), bench.now());
    candidate.consented_at = Some(bench.now());
    candidate.updated_at = bench.at(seconds);
    change(&mut candidate);
    tx!(bench, [candidate], |rows| rows.insert_candidate(&candidate).await).unwrap();
    for given in decisions {
        let consent = Consent {
            id: bench.id(),
            candidate_id: candidate.id,
            session_id: None,
            kind: ConsentKind::OtherJobs,
            given: *given,
            text_version: "ask_other_jobs:1f2e".into(),
            created_at: bench.now(),
        };
        tx!(bench, [consent], |rows| rows.insert_consent(&consent).await).unwrap();
    }
    candidate.id
}

async fn applies(bench: &Bench, whose: Uuid, job: &Job, status: ApplicationStatus) -> Uuid {
    let at = bench.now();
    let change = |a: &mut Application| (a.candidate_id, a.status, a.consented_at) = (whose, status, Some(at));
    bench.application_with(job, change).await.id
}

async fn answers(bench: &Bench, application: Uuid, job: &Job, number: usize, state: AnswerState, seconds: i64) {
    let answer = Answer {
        question_id: job.questions[number].id,
        answer_text: "five".into(),
        value: json!(5),
        score: Some(1.0),
        passed: Some(true),
        reason: "Rust 3 of 3".into(),
        evidence: Some("five".into()),
        state,
        answered_at: bench.at(seconds),
    };
    tx!(bench, [answer], |rows| rows.put_answer(application, &answer).await).unwrap();
}

pub(super) async fn people_who_agreed_and_applicants_may_be_ranked_and_nobody_else(bench: &Bench) {
    use ApplicationStatus::{InProgress, Withdrawn};
    let (job, other) = (bench.job().await, bench.job().await);
    let agreed = somebody(bench, 10, &[false, true], |_| {}).await;
    let both = somebody(bench, 30, &[true], |_| {}).await;
    applies(bench, both, &job, InProgress).await;
    let applied = somebody(bench, 20, &[], |_| {}).await;
    applies(bench, applied, &job, InProgress).await;
    let refused = somebody(bench, 40, &[false], |_| {}).await;
    applies(bench, refused, &job, InProgress).await;
    // Nobody's to rank: took it back, applied elsewhere, withdrew, opted out, of the demo, never agreed to the notice.
    somebody(bench, 50, &[true, false], |_| {}).await;
    let elsewhere = somebody(bench, 51, &[], |_| {}).await;
    applies(bench, elsewhere, &other, InProgress).await;
    let withdrawn = somebody(bench, 52, &[], |_| {}).await;
    applies(bench, withdrawn, &job, Withdrawn).await;
    let at = bench.now();
    somebody(bench, 53, &[true], |c| c.opted_out_at = Some(at)).await;
    somebody(bench, 54, &[true], |c| c.demo = true).await;
    somebody(bench, 55, &[true], |c| c.consented_at = None).await;

    let found = bench.reader().await.people_to_match(job.id, 100).await.unwrap();
    let shown: Vec<_> = found.iter().map(|p| (p.candidate.id, p.agreed, p.applied)).collect();
    assert_eq!(shown, [(refused, false, true), (both, true, true), (applied, false, true), (agreed, true, false)]);
    assert!(found.iter().all(|p| p.answers.is_empty()));
    let stored = bench.reader().await.candidate(both).await.unwrap();
    assert_eq!(found.get(1).map(|p| &p.candidate), stored.as_ref(), "the record whole");
    let newest = bench.reader().await.people_to_match(job.id, 2).await.unwrap();
    assert_eq!(newest.iter().map(|p| p.candidate.id).collect::<Vec<_>>(), [refused, both]);
}

pub(super) async fn answers_to_other_jobs_are_seen_of_those_who_agreed_alone(bench: &Bench) {
    use AnswerState::{Corrected, Read, Skipped, Unread};
    use ApplicationStatus::{PrescreenCompleted, Withdrawn};
    let (job, other) = (bench.job().await, bench.job().await);
    let agreed = somebody(bench, 2, &[true], |_| {}).await;
    let applicant = somebody(bench, 1, &[], |_| {}).await;
    for whose in [agreed, applicant] {
        let (here, there) =
            (applies(bench, whose, &job, PrescreenCompleted).await, applies(bench, whose, &other, PrescreenCompleted).await);
        answers(bench, here, &job, 0, Read, 1).await;
        answers(bench, there, &other, 0, Corrected, 3).await;
        answers(bench, there, &other, 1, Unread, 4).await;
        answers(bench, there, &other, 2, Skipped, 5).await;
        let gone = applies(bench, whose, &other, Withdrawn).await;
        answers(bench, gone, &other, 0, Read, 9).await;
    }
    let found = bench.reader().await.answers_to_match(job.id, 100).await.unwrap();
    let shown = |whose: Uuid| found.iter().filter(|(id, _)| *id == whose).map(|(_, p)| (p.job_id, p.question.id)).collect::<Vec<_>>();
    assert_eq!(shown(agreed), [(other.id, other.questions[0].id), (job.id, job.questions[0].id)], "newest first");
    assert_eq!(shown(applicant), [(job.id, job.questions[0].id)]);
    assert_eq!(bench.reader().await.answers_to_match(job.id, 1).await.unwrap().len(), 2, "of the people listed alone");

    let theirs = bench.reader().await.past_answers(agreed).await.unwrap();
    assert_eq!(theirs.iter().map(|p| p.question.clone()).collect::<Vec<_>>(), [other.questions[0].clone(), job.questions[0].clone()]);
    assert_eq!((theirs[1].answer.answer_text.as_str(), &theirs[1].answer.value), ("five", &json!(5)));
    assert!(bench.reader().await.past_answers(bench.id()).await.unwrap().is_empty());
}
