//! Answering with a page: the headers every page carries.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Everything comes from this server, nothing is inline, nobody frames us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// The end of the policy of pages that nobody frames …
const NOBODY: &str = "frame-ancestors 'none'";
/// … and of the one that hosts do.
pub(crate) const FRAMED: &str = "frame-ancestors *";

const PAGE_HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// An HTML answer with the headers of every page.
pub(crate) fn page(status: StatusCode, html: String) -> Response {
    (status, PAGE_HEADERS, html).into_response()
}

/// The same page for a host's: whoever wants may frame it. It holds a job's chat and nothing that rides on a cookie.
pub(crate) fn respond_framed(view: &impl Template) -> Response {
    let mut response = respond(StatusCode::OK, view);
    let policy = CONTENT_SECURITY_POLICY.replace(NOBODY, FRAMED);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Renders a view; a template that fails becomes the plain 500 page.
pub(crate) fn respond(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => page(status, html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            let sorry = "<!doctype html><html lang=\"en\"><title>Something went wrong</title>\
                         <p>Something went wrong on our side. Please try again.</p></html>";
            page(StatusCode::INTERNAL_SERVER_ERROR, sorry.to_owned())
        }
    }
}
