//! The API's description, OpenAPI 3.1: paths from the handlers, the core's nouns from `schemas.json`.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Map, Value};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, Ref, RefOr, ResponseBuilder, Server};
use utoipa_swagger_ui::Config;

use crate::app::App;
use crate::options::{Group, HttpOptions};
use crate::policy::Policy;
use crate::problem::Problem;

/// What handlers name by `#/components/schemas/…`.
const SCHEMAS: &str = include_str!("schemas.json");

const ABOUT: &str = "A recruitment chatbot: conversations, jobs, ranked applications with a receipt for every point.\n\n\
    Errors are `application/problem+json` (RFC 9457) with a `code` for programs. Lists are `{items, next}`: pass `next` as `cursor`. \
    An id of somebody else's answers like one that doesn't exist.";

/// Swagger's page sets styles from its scripts; everything else comes from here.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The description before any route is added.
pub(crate) fn start() -> OpenApi {
    let mut info = Info::new("chatbot", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut api = OpenApi::new(info, utoipa::openapi::Paths::new());
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    api.components = Some(components);
    api
}

/// Whether the description and its page are among the routes.
pub(crate) fn is_served(options: &HttpOptions) -> bool {
    options.groups.contains(&Group::Console)
}

/// Adds `/openapi.json` and `/docs`.
pub(crate) fn serve(routes: Router<App>, app: &App, mut described: OpenApi) -> Router<App> {
    if !app.base.is_empty() {
        described.servers = Some(vec![Server::new(&app.base)]);
    }
    let json: Arc<str> = complete(&described).to_string().into();
    let page = format!("{}/docs/", app.base);
    let config = Arc::new(Config::from(format!("{}/openapi.json", app.base)));
    routes
        .route("/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json.to_string()) }))
        .route("/docs", get(move || async move { Redirect::to(&page) }))
        .route(
            "/docs/",
            get({
                let config = Arc::clone(&config);
                move || async move { docs("", config) }
            }),
        )
        .route("/docs/{*file}", get(move |Path(file): Path<String>| async move { docs(&file, config) }))
}

/// The description with the core's nouns put in.
fn complete(described: &OpenApi) -> Value {
    let mut document = serde_json::to_value(described).unwrap_or_default();
    let nouns: Map<String, Value> = serde_json::from_str(SCHEMAS).unwrap_or_default();
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.extend(nouns);
    }
    document
}

fn docs(file: &str, config: Arc<Config<'static>>) -> Response {
    const POLICY: HeaderName = header::CONTENT_SECURITY_POLICY;
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(found)) => {
            ([(header::CONTENT_TYPE, found.content_type), (POLICY, DOCS_POLICY.to_owned())], found.bytes.into_owned()).into_response()
        }
        Ok(None) => Problem::not_found().into_response(),
        Err(error) => {
            tracing::error!(%error, "the API's page can't be made");
            Problem::internal().into_response()
        }
    }
}

/// Adds the refusals that a policy and every route's reading may lead to.
pub(crate) fn add_problems(operation: &mut Operation, policy: Policy) {
    let mut codes = vec![StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
    if operation.request_body.is_some() {
        codes.extend([
            StatusCode::BAD_REQUEST,
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::CONFLICT,
        ]);
    }
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    if !parameters.is_empty() {
        codes.extend([StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY]);
    }
    if operation.request_body.is_some() || matches!(policy, Policy::Anyone) {
        codes.push(StatusCode::NOT_FOUND);
    }
    if policy != Policy::Open {
        codes.extend([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]);
    }
    if matches!(policy, Policy::Staff(_)) {
        // A service's token is no person's, where a person is meant.
        codes.push(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for code in codes {
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        let words = code.canonical_reason().unwrap_or("Error");
        let response = ResponseBuilder::new().description(words).content("application/problem+json", content).build();
        operation.responses.responses.entry(code.as_str().to_owned()).or_insert(RefOr::T(response));
    }
}
