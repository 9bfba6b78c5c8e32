//! Applications: points from rules, figures from points, and no rejection without a person.

use serde_json::Value;

use super::{Check, Verification};
use crate::prescreen::{engine, scoring};
use crate::recruiting::{Answer, AnswerState, AnswerValue, ApplicationStatus, Job, Question};
use crate::store::facts::ApplicationFacts;
use crate::turn::Effects;

/// What a number may lose on its way through JSON.
const DUST: f64 = 1e-9;

pub(super) fn without_questions(facts: &ApplicationFacts, found: &mut Verification) {
    let what = format!("version {} of its questions isn't there", facts.application.question_set_version);
    found.report(Check::Questions, what, name(facts));
}

pub(super) fn check(facts: &ApplicationFacts, job: &Job, found: &mut Verification) {
    rejected(facts, found);
    let mut sound = true;
    for answer in &facts.answers {
        match job.question(answer.question_id) {
            None => {
                let what = format!("an answer to question {}, which its version lacks", answer.question_id);
                found.report(Check::Questions, what, name(facts));
                sound = false;
            }
            Some(question) => sound &= points(facts, question, answer, found),
        }
    }
    if sound {
        figures(facts, job, found);
    }
}

fn name(facts: &ApplicationFacts) -> Vec<String> {
    vec![format!("applications {}", facts.application.id)]
}

fn shown(score: Option<f64>) -> String {
    score.map_or_else(|| "none".to_owned(), |s| s.to_string())
}

fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < DUST,
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// The answer's points and mark, from its value and the question's rule. False: reported.
fn points(facts: &ApplicationFacts, question: &Question, answer: &Answer, found: &mut Verification) -> bool {
    let value = match answer.state {
        AnswerState::Skipped | AnswerState::Unread => None,
        AnswerState::Read | AnswerState::Corrected => AnswerValue::from_json(question.kind, &answer.value),
    };
    let what = match &value {
        None if matches!(answer.state, AnswerState::Read | AnswerState::Corrected) => {
            format!("the answer to question {} has a value of another kind", question.question_order)
        }
        None if answer.value.is_null() && answer.score.is_none() && answer.passed.is_none() => return true,
        None => format!("the answer to question {} has no value that was read, and points", question.question_order),
        Some(value) => {
            let score = scoring::score(question, value);
            let passed = scoring::passed(question, value, &score);
            if same(answer.score, score.points()) && answer.passed == passed {
                return true;
            }
            let (stands, gives) = (shown(answer.score), shown(score.points()));
            format!(
                "the answer to question {} scores {stands} and its rule gives {gives} (or its must-have mark differs)",
                question.question_order
            )
        }
    };
    found.report(Check::AnswerScore, what, name(facts));
    false
}

fn figures(facts: &ApplicationFacts, job: &Job, found: &mut Verification) {
    let mut effects = Effects::new();
    engine::figures(job, &facts.answers, &mut effects);
    let stands = &facts.application;
    let mut gives = stands.clone();
    effects.application.apply_to(&mut gives);
    if !same(gives.jd_match_score, stands.jd_match_score) {
        let what = format!("its score is {}, its answers give {}", shown(stands.jd_match_score), shown(gives.jd_match_score));
        found.report(Check::Figures, what, name(facts));
    } else if (gives.answered, gives.must_have_failed, gives.must_have_unknown)
        != (stands.answered, stands.must_have_failed, stands.must_have_unknown)
    {
        let what = format!("it counts {} answers, and has {}; or its must-have marks differ", stands.answered, gives.answered);
        found.report(Check::Figures, what, name(facts));
    }
}

fn rejected(facts: &ApplicationFacts, found: &mut Verification) {
    let by_a_person =
        facts.moves.iter().any(|detail| detail.get("to").and_then(Value::as_str) == Some(ApplicationStatus::Rejected.as_str()));
    if facts.application.status == ApplicationStatus::Rejected && !by_a_person {
        found.report(Check::RejectedByNobody, "it is rejected, and no person's decision is on record".into(), name(facts));
    }
}
