//! What matching reads.

use std::cmp::Reverse;

use uuid::Uuid;

use super::{Tables, applications, count};
use crate::matching::{PastAnswer, Person};
use crate::privacy::ConsentKind;
use crate::recruiting::{AnswerState, Application, ApplicationStatus};

/// Whether an application may be looked at.
fn stands(a: &Application) -> bool {
    a.consented_at.is_some() && a.status != ApplicationStatus::Withdrawn
}

pub(crate) fn people(t: &Tables, job_id: Uuid, limit: i64) -> Vec<Person> {
    let consented = t.candidates.values().filter(|c| c.consented_at.is_some());
    let mut people: Vec<Person> = consented
        .map(|candidate| {
            let decisions = applications::consents(t, candidate.id);
            let newest = decisions.iter().rev().find(|c| c.kind == ConsentKind::OtherJobs);
            let agreed = newest.is_some_and(|c| c.given) && candidate.opted_out_at.is_none() && !candidate.demo;
            let applied = t.applications.values().any(|a| a.candidate_id == candidate.id && a.job_id == job_id && stands(a));
            Person { candidate: candidate.clone(), answers: Vec::new(), agreed, applied }
        })
        .filter(|p| p.agreed || p.applied)
        .collect();
    people.sort_by_key(|p| Reverse((p.candidate.updated_at, p.candidate.id)));
    people.truncate(count(limit));
    people
}

pub(crate) fn answers(t: &Tables, job_id: Uuid, limit: i64) -> Vec<(Uuid, PastAnswer)> {
    let mut out = Vec::new();
    for person in people(t, job_id, limit) {
        let theirs = past_answers(t, person.candidate.id);
        out.extend(theirs.into_iter().filter(|p| person.agreed || p.job_id == job_id).map(|p| (person.candidate.id, p)));
    }
    out.sort_by_key(|(_, past)| newest_first(past));
    out
}

pub(crate) fn past_answers(t: &Tables, candidate_id: Uuid) -> Vec<PastAnswer> {
    let mut out = Vec::new();
    for application in t.applications.values().filter(|a| a.candidate_id == candidate_id && stands(a)) {
        for answer in applications::answers(t, application.id) {
            let read = matches!(answer.state, AnswerState::Read | AnswerState::Corrected);
            if let (true, Some(question)) = (read, t.questions.values().find(|q| q.id == answer.question_id)) {
                let (application_id, job_id) = (application.id, application.job_id);
                out.push(PastAnswer { application_id, job_id, question: question.clone(), answer });
            }
        }
    }
    out.sort_by_key(newest_first);
    out
}

fn newest_first(past: &PastAnswer) -> (Reverse<chrono::DateTime<chrono::Utc>>, Uuid, Uuid) {
    (Reverse(past.answer.answered_at), past.question.id, past.application_id)
}
