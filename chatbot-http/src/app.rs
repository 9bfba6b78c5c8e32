//! The router: what every handler shares, and which routes there are.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::Chatbot;

use crate::auth::{Chain, Tokens};
use crate::limits::Limits;
use crate::options::HttpOptions;
use crate::policy::Routes;
use crate::problem::Problem;
use crate::{layers, openapi, routes, web};

/// What handlers share; cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// See [`App`].
pub(crate) struct Shared {
    pub(crate) chatbot: Chatbot,
    pub(crate) auth: Chain,
    pub(crate) options: HttpOptions,
    /// `/chatbot`, or empty: starts with a slash, ends with none.
    pub(crate) base: String,
    /// How often somebody may ask.
    pub(crate) limits: Limits,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("base", &self.base).finish_non_exhaustive()
    }
}

/// The chatbot's routes, to be served as they are or merged into a host's router.
pub fn router(chatbot: Chatbot, options: HttpOptions) -> Router {
    let app = shared(chatbot, options);
    let base = app.base.clone();
    let routes = routes::add(Routes::new(app.clone(), openapi::start()), &app.options);
    let (routes, described) = routes.finish();
    let routes = if openapi::is_served(&app.options) { openapi::serve(routes, &app, described) } else { routes };
    let routes = routes
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here)
        .layer(layers::catch_panics())
        .layer(axum::middleware::from_fn_with_state(app.clone(), layers::observe))
        .with_state(app);
    if base.is_empty() { routes } else { Router::new().nest(&base, routes) }
}

/// What the handlers share.
pub(crate) fn shared(chatbot: Chatbot, options: HttpOptions) -> App {
    let base = match options.base.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    };
    let tokens = Tokens::new(chatbot.clone(), options.admin_token.as_ref());
    let auth = Chain { host: options.auth.clone(), tokens };
    App(Arc::new(Shared { chatbot, auth, options, base, limits: Limits::default() }))
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This route doesn't take this method.")
}

/// People get a page, programs a problem.
async fn nothing_here(State(app): State<App>, request: Request) -> Response {
    if wants_page(request.headers()) {
        return web::respond(StatusCode::NOT_FOUND, &web::error::ErrorView::not_found(&app.base));
    }
    Problem::not_found().into_response()
}

/// Whether a browser asks for something to show.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
