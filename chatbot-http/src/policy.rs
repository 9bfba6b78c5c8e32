//! Who may use which route. Routes are added through [`Routes`], which takes the policy: there is no other way.

use std::convert::Infallible;
use std::net::IpAddr;
use std::time::Duration;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use chatbot_core::access::{Actor, Role};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Authenticator as _, Principal};
use crate::csrf;
use crate::limits::{self, Class, Whose};
use crate::problem::Problem;
use crate::web;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Everybody; nobody is asked who they are.
    Open,
    /// A channel's server, which shows in its own way who it is, and comes as often as people write.
    Hook,
    /// Everybody; whoever shows a token must hold a valid one.
    Anyone,
    /// The candidate whose session or file it is, and staff of at least this role.
    Session(Role),
    /// The candidate whose session it is.
    Candidate,
    /// Staff of at least this role.
    Staff(Role),
    /// A page for staff of at least this role; others are shown how to sign in.
    Page(Role),
}

/// The caller, as the policy let them in.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Option<Principal>);

impl Caller {
    /// The staff member, if it is one.
    pub(crate) fn staff(&self) -> Option<&Actor> {
        match &self.0 {
            Some(Principal::Staff { actor, .. }) => Some(actor),
            _ => None,
        }
    }

    /// The candidate's session, if it is one.
    pub(crate) fn session(&self) -> Option<Uuid> {
        match &self.0 {
            Some(Principal::Candidate { session_id }) => Some(*session_id),
            _ => None,
        }
    }

    /// What pages hand to their scripts.
    pub(crate) fn csrf(&self) -> &str {
        match &self.0 {
            Some(Principal::Staff { csrf: Some(csrf), .. }) => csrf,
            _ => "",
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self(None)))
    }
}

/// The staff member a [`Policy::Staff`] or [`Policy::Page`] route was opened to.
pub(crate) struct Staff(pub(crate) Actor);

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Caller>().and_then(Caller::staff).cloned();
        caller.map(Self).ok_or_else(Problem::unauthorized)
    }
}

/// Routes with their policies and their description.
pub(crate) struct Routes {
    app: App,
    router: OpenApiRouter<App>,
    /// What was added, for the table of who may do what that the tests go through.
    #[cfg(test)]
    pub(crate) listed: Vec<(String, Policy)>,
}

impl Routes {
    pub(crate) fn new(app: App, api: utoipa::openapi::OpenApi) -> Self {
        Self {
            app,
            router: OpenApiRouter::with_openapi(api),
            #[cfg(test)]
            listed: Vec::new(),
        }
    }

    /// Adds a route of the API, which the description lists.
    pub(crate) fn api(mut self, policy: Policy, route: UtoipaMethodRouter<App>) -> Self {
        let (schemas, mut paths, methods) = route;
        for item in paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
                describe(operation, policy);
            }
        }
        #[cfg(test)]
        self.listed.extend(paths.paths.keys().map(|path| (path.clone(), policy)));
        let methods = guarded(&self.app, policy, methods);
        self.router = self.router.routes((schemas, paths, methods));
        self
    }

    /// Adds a page or another route that the description leaves out.
    pub(crate) fn page(mut self, policy: Policy, path: &str, methods: MethodRouter<App>) -> Self {
        #[cfg(test)]
        self.listed.push((path.to_owned(), policy));
        let methods = guarded(&self.app, policy, methods);
        self.router = self.router.route(path, methods);
        self
    }

    /// The routes, and what describes them.
    pub(crate) fn finish(self) -> (axum::Router<App>, utoipa::openapi::OpenApi) {
        self.router.split_for_parts()
    }
}

/// `route_layer`: a wrong method answers 405 without asking who it is.
fn guarded(app: &App, policy: Policy, methods: MethodRouter<App>) -> MethodRouter<App> {
    let state = (app.clone(), policy);
    methods.route_layer(middleware::from_fn_with_state(state, enforce))
}

async fn enforce(
    State((app, policy)): State<(App, Policy)>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    // A path that is no text names nothing.
    let Ok(params) = params else { return Problem::not_found().into_response() };
    let from =
        if policy == Policy::Hook { None } else { limits::address(request.extensions(), request.headers(), &app.options.trusted_proxies) };
    // Before anything is looked up: a flood of wrong tokens is a flood.
    if let Some(address) = from
        && let Err(wait) = app.limits.take(Class::Any, Whose::Address(address))
    {
        return limits::too_many(wait);
    }
    let principal = if matches!(policy, Policy::Open | Policy::Hook) {
        None
    } else {
        match identify(&app, request.method(), request.headers(), policy).await {
            Ok(principal) => principal,
            Err(problem) => return problem.into_response(),
        }
    };
    if let Some(address) = from
        && let Err(wait) = paced(&app, policy, request.method(), principal.as_ref(), address)
    {
        return limits::too_many(wait);
    }
    if let Err(refusal) = check(&app, policy, principal.as_ref(), &params) {
        return *refusal;
    }
    request.extensions_mut().insert(Caller(principal));
    next.run(request).await
}

/// Candidates write at a person's pace, and strangers don't open sessions by the hundred. What works for the employer is
/// not held up.
fn paced(app: &App, policy: Policy, method: &Method, principal: Option<&Principal>, address: IpAddr) -> Result<(), Duration> {
    if method.is_safe() {
        return Ok(());
    }
    match (policy, principal) {
        (_, Some(Principal::Candidate { session_id })) => app.limits.take(Class::Say, Whose::Session(*session_id)),
        (Policy::Anyone, None) => app.limits.take(Class::Open, Whose::Address(address)),
        _ => Ok(()),
    }
}

/// The caller; none if they show nothing.
async fn identify(app: &App, method: &Method, headers: &HeaderMap, policy: Policy) -> Result<Option<Principal>, Problem> {
    let principal = app.auth.authenticate(headers).await?;
    match &principal {
        None if headers.contains_key(header::AUTHORIZATION) => Err(Problem::unauthorized()),
        Some(Principal::Staff { csrf: Some(expected), .. }) if !method.is_safe() && !csrf::allowed(headers, expected) => {
            // Open to everybody all the same, only not in the name of whoever's cookie came along.
            if policy == Policy::Anyone {
                return Ok(None);
            }
            let detail = "A request that rides on the console's cookie must come from its pages, with `x-csrf-token`.";
            Err(Problem::new(axum::http::StatusCode::FORBIDDEN, "csrf", detail))
        }
        _ => Ok(principal),
    }
}

fn check(app: &App, policy: Policy, principal: Option<&Principal>, params: &RawPathParams) -> Result<(), Box<Response>> {
    let id = params.iter().find(|(name, _)| name.ends_with("id")).map(|(_, value)| value);
    let refuse = |problem: Problem| Err(Box::new(problem.into_response()));
    match (policy, principal) {
        (Policy::Open | Policy::Hook | Policy::Anyone, _) => Ok(()),
        (Policy::Page(_), None) => Err(Box::new(Redirect::to(&format!("{}/signin", app.base)).into_response())),
        (_, None) => refuse(Problem::unauthorized()),

        (Policy::Session(_) | Policy::Candidate, Some(Principal::Candidate { session_id })) => {
            // Routes about something else of the session's (a file) name another id and check it themselves.
            let named = params.iter().find(|(name, _)| *name == "session_id").map(|(_, value)| value);
            match named {
                Some(named) if named.parse() != Ok(*session_id) => refuse(Problem::not_found()),
                _ => Ok(()),
            }
        }
        (Policy::Staff(_), Some(Principal::Candidate { session_id })) => match id {
            Some(id) if id.parse() != Ok(*session_id) => refuse(Problem::not_found()),
            _ => refuse(Problem::forbidden()),
        },
        (Policy::Page(_), Some(Principal::Candidate { .. })) => refuse(Problem::forbidden()),

        (Policy::Candidate, Some(Principal::Staff { .. })) => refuse(Problem::not_found()),
        (Policy::Session(least) | Policy::Staff(least), Some(Principal::Staff { actor, .. })) => {
            if actor.role >= least {
                Ok(())
            } else {
                refuse(Problem::forbidden())
            }
        }
        (Policy::Page(least), Some(Principal::Staff { actor, .. })) => {
            if actor.role >= least {
                return Ok(());
            }
            let view = web::error::ErrorView {
                base: app.base.clone(),
                status: 403,
                title: "Not for your role".into(),
                message: "Ask an administrator.".into(),
            };
            Err(Box::new(web::respond(axum::http::StatusCode::FORBIDDEN, &view)))
        }
    }
}

/// Writes the policy into the description: who may, and what refusals look like.
fn describe(operation: &mut Operation, policy: Policy) {
    let who = match policy {
        Policy::Open | Policy::Hook | Policy::Page(_) => "Open.".to_owned(),
        Policy::Anyone => "Open; a token shown must be valid.".to_owned(),
        Policy::Session(role) => format!("The candidate of the session, or staff ({} and above).", role.as_str()),
        Policy::Candidate => "The candidate of the session.".to_owned(),
        Policy::Staff(role) => format!("Staff ({} and above).", role.as_str()),
    };
    let said = operation.description.take().map(|said| format!("{said}\n\n")).unwrap_or_default();
    operation.description = Some(format!("{said}Who: {who}"));
    let bearer = SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []);
    operation.security = match policy {
        Policy::Open | Policy::Hook | Policy::Page(_) => None,
        Policy::Anyone => Some(vec![SecurityRequirement::default(), bearer]),
        _ => Some(vec![bearer]),
    };
    crate::openapi::add_problems(operation, policy);
}

#[cfg(test)]
mod tests;
