//! Values most templates use.

use serde_json::{Value, json};

use crate::template::Templates;
use crate::turn::Turn;

/// Employer, title, contact, hours and privacy notice of the job at hand.
pub fn job_values(templates: &Templates, turn: &Turn) -> Value {
    let job = turn.job.as_deref();
    let employer = job.and_then(|j| j.employer.clone()).unwrap_or_else(|| templates.text("the_employer", json!({})));
    json!({
        "employer": employer,
        "title": job.map(|j| j.title.clone()),
        "contact": job.and_then(|j| j.contact.clone()),
        "hours": job.and_then(|j| j.hours.clone()),
        "privacy_url": job.and_then(|j| j.privacy_url.clone()),
        "retention": templates.text("retention", json!({})),
        "name": turn.candidate.name,
        "other_jobs": turn.other_jobs,
    })
}
