//! Candidates, applications, answers, consents.

use std::cmp::{Ordering, Reverse};

use uuid::Uuid;

use super::constraint::unique;
use super::{Tables, page};
use crate::privacy::Consent;
use crate::recruiting::{Answer, Application, ApplicationStatus, Candidate};
use crate::store::rows::{ApplicationFilter, Page, Result};

pub(crate) fn insert_candidate(t: &mut Tables, candidate: &Candidate) -> Result<()> {
    unique(!t.candidates.contains(&candidate.id), "candidates.id")?;
    t.candidates.put(candidate.id, candidate.clone());
    Ok(())
}

pub(crate) fn candidate(t: &Tables, id: Uuid) -> Option<Candidate> {
    t.candidates.get(&id).cloned()
}

pub(crate) fn update_candidate(t: &mut Tables, candidate: &Candidate) -> Result<()> {
    t.need_candidate(candidate.id)?;
    t.candidates.put(candidate.id, candidate.clone());
    Ok(())
}

pub(crate) fn delete_candidate(t: &mut Tables, id: Uuid) {
    let theirs: Vec<Uuid> = t.applications.values().filter(|a| a.candidate_id == id).map(|a| a.id).collect();
    for application in theirs {
        t.activity.remove_where(|_, row| row.application_id == Some(application));
        delete_application(t, application);
    }
    t.files.change_where(|row| row.candidate_id == Some(id), |row| row.candidate_id = None);
    t.sessions.change_where(|row| row.candidate_id == Some(id), |row| (row.candidate_id, row.application_id) = (None, None));
    t.consents.remove_where(|_, row| row.candidate_id == id);
    t.activity.remove_where(|_, row| row.candidate_id == Some(id));
    t.candidates.remove(&id);
}

/// Deletes an application and what names it.
pub(super) fn delete_application(t: &mut Tables, id: Uuid) {
    t.answers.remove_where(|(application, _), _| *application == id);
    t.actions.remove_where(|_, row| row.application_id == Some(id));
    t.events.remove_where(|_, row| row.event.application_id == Some(id));
    t.sessions.change_where(|row| row.application_id == Some(id), |row| row.application_id = None);
    t.applications.remove(&id);
}

pub(crate) fn insert(t: &mut Tables, application: &Application) -> Result<()> {
    unique(!t.applications.contains(&application.id), "applications.id")?;
    put(t, application)
}

pub(crate) fn update(t: &mut Tables, application: &Application) -> Result<()> {
    t.need_application(application.id)?;
    put(t, application)
}

fn put(t: &mut Tables, application: &Application) -> Result<()> {
    t.need_job(application.job_id)?;
    t.need_candidate(application.candidate_id)?;
    t.applications.put(application.id, application.clone());
    Ok(())
}

pub(crate) fn get(t: &Tables, id: Uuid) -> Option<Application> {
    t.applications.get(&id).cloned()
}

pub(crate) fn in_progress(t: &Tables, candidate_id: Uuid, job_id: Uuid) -> Option<Application> {
    let running = t
        .applications
        .values()
        .filter(|a| a.candidate_id == candidate_id && a.job_id == job_id && a.status == ApplicationStatus::InProgress);
    running.max_by_key(|a| (a.created_at, a.id)).cloned()
}

pub(crate) fn list(t: &Tables, filter: &ApplicationFilter, wanted: Page) -> Vec<Application> {
    page(&listed(t, filter), wanted)
}

pub(crate) fn ids(t: &Tables, filter: &ApplicationFilter) -> Vec<Uuid> {
    listed(t, filter).into_iter().map(|a| a.id).collect()
}

fn listed<'t>(t: &'t Tables, filter: &ApplicationFilter) -> Vec<&'t Application> {
    let mut rows: Vec<_> = t
        .applications
        .values()
        .filter(|a| filter.job_id.is_none_or(|job| a.job_id == job) && (!filter.consented_only || a.consented_at.is_some()))
        .collect();
    rows.sort_by_key(|a| Reverse((a.created_at, a.id)));
    if filter.by_score {
        // Stable, so that equals stay newest first.
        rows.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| score_first(a, b)));
    }
    rows
}

/// Completed before running and withdrawn; must-haves passed, unknown, failed.
fn rank(a: &Application) -> (bool, u8) {
    let completed = !matches!(a.status, ApplicationStatus::InProgress | ApplicationStatus::Withdrawn);
    let must_haves = match (a.must_have_failed, a.must_have_unknown) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    };
    (!completed, must_haves)
}

fn score_first(a: &Application, b: &Application) -> Ordering {
    let score = |a: &Application| a.jd_match_score.unwrap_or(f64::NEG_INFINITY);
    score(b).total_cmp(&score(a))
}

pub(crate) fn put_answer(t: &mut Tables, application_id: Uuid, answer: &Answer) -> Result<()> {
    t.need_application(application_id)?;
    t.answers.put((application_id, answer.question_id), answer.clone());
    Ok(())
}

pub(crate) fn answers(t: &Tables, application_id: Uuid) -> Vec<Answer> {
    let mut rows: Vec<_> = t.answers.range((application_id, Uuid::nil())..=(application_id, Uuid::max())).collect();
    let place = |answer: &&Answer| t.questions.values().find(|q| q.id == answer.question_id).map_or(i64::MAX, |q| q.question_order);
    rows.sort_by_cached_key(|answer| (place(answer), answer.answered_at, answer.question_id));
    rows.into_iter().cloned().collect()
}

pub(crate) fn insert_consent(t: &mut Tables, consent: &Consent) -> Result<()> {
    t.need_candidate(consent.candidate_id)?;
    unique(t.consents.values().all(|row| row.id != consent.id), "consents.id")?;
    t.consents.append(consent.clone());
    Ok(())
}

pub(crate) fn consents(t: &Tables, candidate_id: Uuid) -> Vec<Consent> {
    let mut rows: Vec<_> = t.consents.values().filter(|row| row.candidate_id == candidate_id).collect();
    rows.sort_by_key(|row| row.created_at);
    rows.into_iter().cloned().collect()
}
