//! What every answer gets: a request id, security headers, a line in the log, a place in the figures. Panics become answers.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::app::App;
use crate::problem::Problem;
use crate::web::headers::FRAMED;

/// The request's id, in and out.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// For answers that are not pages: nothing in them may run or be framed. Pages bring their own.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

type PanicHandler = fn(Box<dyn Any + Send>) -> Response;

/// Answers 500 where a handler panicked; the connection and the process go on.
pub(crate) fn catch_panics() -> CatchPanicLayer<PanicHandler> {
    let handler: PanicHandler = |_panic| {
        // What it said may quote what it stumbled over; where it was, the process's hook tells.
        tracing::error!("a handler panicked");
        Problem::internal().into_response()
    };
    CatchPanicLayer::custom(handler)
}

/// Around everything else.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    // The route, not the path: a path may hold a token.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let id = request.headers().get(REQUEST_ID).filter(|id| usable(id)).cloned();
    let id = id.or_else(|| HeaderValue::from_str(&app.options.ids.uuid().simple().to_string()).ok());
    let shown = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let span = tracing::info_span!("request", %method, route, id = shown);

    let mut response = next.run(request).instrument(span.clone()).await;

    let headers = response.headers_mut();
    // Only the one page that says so may be framed.
    let framed = headers.get(header::CONTENT_SECURITY_POLICY).is_some_and(|policy| policy.as_bytes().ends_with(FRAMED.as_bytes()));
    for (name, value) in HEADERS {
        if framed && name == header::X_FRAME_OPTIONS {
            continue;
        }
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Some(id) = id {
        headers.insert(REQUEST_ID, id);
    }
    let took = began.elapsed();
    let status = response.status();
    let labels = [("method", known(&method).to_owned()), ("route", route), ("status", status.as_str().to_owned())];
    metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), ms = took.as_millis(), "answered");
        } else {
            tracing::debug!(status = status.as_u16(), ms = took.as_millis(), "answered");
        }
    });
    response
}

/// Methods nobody defined count as one, so that nobody can make figures without end.
fn known(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

/// A caller's own id is kept if it can do no harm in a log.
fn usable(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (8..=64).contains(&bytes.len()) && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
