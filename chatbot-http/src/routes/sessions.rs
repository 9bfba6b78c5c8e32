//! `POST /chat/sessions`: a conversation is opened, found again, or continued by its successor.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chatbot_core::access::Role;
use chatbot_core::message::Person;
use chatbot_core::recruiting::Job;
use chatbot_core::session::OpenSession;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth;
use crate::json::{Body, Example};
use crate::policy::Caller;
use crate::problem::{Answer, Problem};
use crate::text;

const WEB: &str = "web";

/// Who wants to talk, and about which job. Every field may be absent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    /// `web` where absent; any other needs an API token.
    platform: Option<String>,
    /// The person's id there; choosing one needs an API token.
    platform_user_id: Option<String>,
    /// The job, by id …
    job_id: Option<Uuid>,
    /// … or by the name in its link.
    job_slug: Option<String>,
    /// An application to go on with; needs an API token, unless it is the candidate's own.
    application_id: Option<Uuid>,
    /// The candidate's language, BCP 47.
    locale: Option<String>,
    /// Where the link was found.
    source: Option<String>,
}

impl Example for NewSession {
    const OPTIONAL: bool = true;

    fn example() -> Value {
        json!({ "platform": "web", "job_slug": "rust-engineer", "locale": "en", "source": "newsletter",
                "platform_user_id": "u-17", "job_id": "3f2b8c1e-7d4a-4f5b-9c6d-8e1f2a3b4c5d", "application_id": "9c6d8e1f-2a3b-4c5d-8e1f-2a3b4c5d6e7f" })
    }
}

/// An open session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Opened {
    session_id: Uuid,
    /// The candidate's bearer token; absent when the one that was shown still holds, and on other platforms.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// False if the session was there already.
    created: bool,
    /// False while a person has taken over.
    automation_enabled: bool,
    /// Present whenever a job is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<Uuid>,
    /// For staff: a link to hand to the candidate, which opens this very conversation. It holds the token: give it to
    /// nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// Opens a session, or gives the open one again.
///
/// With the token of an expired session, answers the session that continues it, and its token. Staff start a chat with a
/// candidate by `application_id`, on the web or on another channel; somebody who has opted out can't be written to (409).
#[utoipa::path(post, path = "/chat/sessions", tag = "chat", request_body = NewSession,
    responses((status = 201, description = "Opened.", body = Opened), (status = 200, description = "It was open already.", body = Opened)))]
pub(crate) async fn open_session(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(wish): Body<NewSession>,
) -> Answer<(StatusCode, Json<Opened>)> {
    let platform = wish.platform.unwrap_or_else(|| WEB.to_owned());
    text::name("platform", &platform, WEB)?;
    let platform_user_id = text::short("platform_user_id", wish.platform_user_id, 200, "u-17")?;
    if platform != WEB || platform_user_id.is_some() {
        needs_recruiter(&caller)?;
    }
    if let Some(id) = wish.application_id {
        may_continue(&app, &caller, id).await?;
    }
    let job = named_job(&app, wish.job_id, wish.job_slug.as_deref()).await?;
    if let (Some(id), Some(job)) = (wish.application_id, &job)
        && app.chatbot.application(id, None).await?.is_some_and(|application| application.job_id != job.id)
    {
        return Err(Problem::invalid("application_id", "is one for another job; name only one of the two", id.to_string()));
    }

    let is_web = platform == WEB;
    let person = Person {
        platform,
        platform_user_id: platform_user_id.unwrap_or_default(),
        job_id: job.as_ref().map(|job| job.id),
        locale: text::short("locale", wish.locale, 35, "en")?,
        source: text::short("source", wish.source, 100, "newsletter")?,
        ..Person::default()
    };

    let mut open = OpenSession::new(person);
    open.application_id = wish.application_id;
    open.with_token = is_web;
    open.demo = job.is_some_and(|job| job.demo);
    open.opened_by = caller.staff().map(|actor| actor.name.clone());
    if caller.session().is_some() {
        open.token = auth::bearer(&headers).map(SecretString::from);
    }
    let opened = app.chatbot.open_session(open).await?;
    let status = if opened.created { StatusCode::CREATED } else { StatusCode::OK };
    let link = match (&opened.token, caller.staff()) {
        (Some(token), Some(_)) => handed_over(&app, opened.session.id, token.expose_secret()).await?,
        _ => None,
    };
    let body = Opened {
        link,
        session_id: opened.session.id,
        token: opened.token.as_ref().map(|token| token.expose_secret().to_owned()),
        created: opened.created,
        automation_enabled: opened.session.automation_enabled,
        application_id: opened.session.application_id,
    };
    Ok((status, Json(body)))
}

/// The job's page with the session behind the `#`, which browsers send to nobody.
async fn handed_over(app: &App, session_id: Uuid, token: &str) -> Answer<Option<String>> {
    let Some(public) = &app.options.public_url else { return Ok(None) };
    let job = app.chatbot.session_view(session_id).await?.and_then(|view| view.job);
    Ok(job.map(|job| format!("{}{}/j/{}#chat={session_id}.{token}", public.trim_end_matches('/'), app.base, job.slug)))
}

fn needs_recruiter(caller: &Caller) -> Answer<()> {
    match caller.staff() {
        Some(actor) if actor.role >= Role::Recruiter => Ok(()),
        None if caller.session().is_none() => Err(Problem::unauthorized()),
        _ => Err(Problem::forbidden()),
    }
}

/// Staff may name any application; a candidate only the one their own session is about.
async fn may_continue(app: &App, caller: &Caller, application_id: Uuid) -> Answer<()> {
    let Some(own) = caller.session() else { return needs_recruiter(caller) };
    let session = app.chatbot.session(own).await?;
    if session.and_then(|session| session.application_id) == Some(application_id) { Ok(()) } else { Err(Problem::not_found()) }
}

async fn named_job(app: &App, id: Option<Uuid>, slug: Option<&str>) -> Answer<Option<Job>> {
    let job = match (id, slug) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(Problem::invalid("job_slug", "and `job_id` can't both be given", "rust-engineer")),
        (Some(id), None) => app.chatbot.job(id).await?,
        (None, Some(slug)) => app.chatbot.job_by_slug(&text::clean(slug)).await?,
    };
    job.map(Some).ok_or_else(Problem::job_not_found)
}
