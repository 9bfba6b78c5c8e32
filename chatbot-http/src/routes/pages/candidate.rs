//! A person's page. Opening it is recorded.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chatbot_core::access::Role;
use chatbot_core::recruiting::Candidate;
use serde_json::Value;

use super::console::{open_actions, shown_name, time};
use super::{NoPage, PAGE};
use crate::app::App;
use crate::params::Id;
use crate::policy::{Caller, Staff};
use crate::problem::Problem;
use crate::web::candidate::{Applied, CandidateView, Known, Same, Talk};
use crate::web::format::tidy;
use crate::web::respond;

/// `GET /console/candidates/{candidate_id}`.
pub(crate) async fn candidate(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    id: Result<Id, Problem>,
) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let Ok(Id(id)) = id else { return Err(NoPage::absent(&app)) };
    let found = app.chatbot.candidate(id).await.map_err(&fault)?;
    let candidate = found.ok_or_else(|| NoPage::absent(&app))?;
    let (sessions, applications) = app.chatbot.of_candidate(id).await.map_err(&fault)?;
    let jobs = app.chatbot.jobs(None, PAGE).await.map_err(&fault)?;
    let applied = app.chatbot.applications_by_id(&applications).await.map_err(&fault)?;
    let applied = applied.into_iter().map(|(application, _)| Applied {
        id: application.id.to_string(),
        job: jobs.iter().find(|job| job.id == application.job_id).map(|job| job.title.clone()).unwrap_or_default(),
        status: application.status.as_str().to_owned(),
        score: application.jd_match_score,
        at: time(application.updated_at),
    });
    let mut talks = Vec::new();
    for session in sessions {
        let Some(view) = app.chatbot.session_view(session).await.map_err(&fault)? else { continue };
        talks.push(Talk {
            id: view.id.to_string(),
            platform: view.platform,
            closed: view.closed_at.is_some(),
            preview: view.last_message.map(|last| last.preview).unwrap_or_default(),
            at: time(view.last_entry_at),
        });
    }
    talks.sort_by(|a, b| b.at.cmp(&a.at));
    let same = app.chatbot.possibly_the_same(id).await.map_err(&fault)?;
    app.chatbot.note_seen("candidate_opened", id, &actor).await.map_err(&fault)?;
    let view = CandidateView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        open_actions: open_actions(&app).await.map_err(&fault)?,
        candidate_id: id.to_string(),
        name: shown_name(candidate.name.as_deref()),
        consented: candidate.consented_at.map(time),
        opted_out: candidate.opted_out_at.is_some(),
        known: known(&candidate),
        applications: applied.collect(),
        talks,
        same: same
            .into_iter()
            .map(|other| Same {
                id: other.candidate_id.to_string(),
                name: shown_name(other.candidate_name.as_deref()),
                why: other.in_common.iter().map(|kind| why(kind)).collect::<Vec<_>>().join(", "),
                at: time(other.created_at),
            })
            .collect(),
        can_work: actor.role >= Role::Recruiter,
        is_admin: actor.role == Role::Admin,
        user: actor.name,
    };
    Ok(respond(StatusCode::OK, &view))
}

fn why(kind: &str) -> &'static str {
    match kind {
        "email" => "the same e-mail address",
        "phone" => "the same phone number",
        _ => "the same file",
    }
}

fn known(candidate: &Candidate) -> Vec<Known> {
    let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
    let fields: [(&'static str, &str, Vec<String>); 10] = [
        ("Name", "name", one(&candidate.name)),
        ("E-mail", "emails", candidate.emails.clone()),
        ("Phone", "phones", candidate.phones.clone()),
        ("Lives in", "location", one(&candidate.location)),
        ("Links", "links", candidate.links.clone()),
        ("Languages", "languages", candidate.languages.clone()),
        ("Skills", "skills", candidate.skills.clone()),
        ("Work", "positions", candidate.positions.iter().map(|p| parts(p, &["title", "employer", "from", "to"])).collect()),
        ("Education", "education", candidate.education.iter().map(|e| parts(e, &["degree", "institution", "from", "to"])).collect()),
        ("Experience", "years_experience", candidate.years_experience.map(|years| format!("{} years", tidy(years))).into_iter().collect()),
    ];
    let described = fields.into_iter().filter(|(_, _, values)| !values.is_empty()).map(|(name, field, values)| {
        let source = candidate.source(field);
        Known {
            name,
            values,
            confirmed: source.as_ref().is_none_or(|source| source.confirmed),
            source: source.map_or_else(|| "the conversation".to_owned(), |source| said(&source.source)),
        }
    });
    described.collect()
}

fn said(source: &str) -> String {
    match source {
        "candidate" => "said by the candidate".to_owned(),
        "channel" => "from the channel".to_owned(),
        "resume" => "read from the resume".to_owned(),
        name => format!("entered by {name}"),
    }
}

/// "Engineer, Example GmbH, 2019 – 2022" of what is there.
fn parts(value: &Value, names: &[&str; 4]) -> String {
    let part = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let [what, place, from, to] = names.map(part);
    let span = match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} – {to}")),
        (Some(from), None) => Some(format!("since {from}")),
        (None, Some(to)) => Some(format!("until {to}")),
        (None, None) => None,
    };
    [what.map(str::to_owned), place.map(str::to_owned), span].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
