//! Liveness, readiness, metrics.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::fault::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::figures;
use crate::policy::Caller;
use crate::problem::{Answer, Problem};

/// Alive.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alive {
    /// `ok`.
    status: &'static str,
}

/// Ready to serve.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// `ready`.
    status: &'static str,
    /// `sqlite`, `postgres` or `memory`.
    engine: &'static str,
    /// Migrations applied.
    migrations: usize,
    /// Sessions with work due.
    worker_queue_length: i64,
    /// What wakes other processes: `local` (there are none), `notify` or `redis`.
    wake: &'static str,
    /// What is away, and only makes things slower: `wake`, or nothing.
    degraded: Vec<&'static str>,
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "ops", responses((status = 200, description = "It does.", body = Alive)))]
pub(crate) async fn healthz() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// The process can serve: the database answers, every migration is applied, the queue can be read.
#[utoipa::path(get, path = "/readyz", tag = "ops", responses((status = 200, description = "It can.", body = Ready)))]
pub(crate) async fn readyz(State(app): State<App>) -> Answer<Json<Ready>> {
    if app.options.shutdown.is_cancelled() {
        return Err(not_ready("The server is stopping."));
    }
    let failed = |what: &'static str| {
        move |fault: Fault| {
            tracing::warn!(%fault, what, "not ready");
            not_ready(&format!("The {what} can't be read."))
        }
    };
    app.chatbot.ping().await.map_err(failed("database"))?;
    let migrations = app.chatbot.migrations().await.map_err(failed("list of migrations"))?;
    if !migrations.up_to_date() {
        return Err(not_ready("The database lacks a migration: run `chatbot db migrate`, or restart the server."));
    }
    let worker_queue_length = app.chatbot.queue_length().await.map_err(failed("queue"))?;
    // Waking is a hint: without it work is found by polling, so whoever lacks it is as ready as ever.
    let (wake, connected) = app.chatbot.woken_by();
    let degraded = if connected { Vec::new() } else { vec!["wake"] };
    let (engine, migrations) = (app.chatbot.engine(), migrations.applied.len());
    Ok(Json(Ready { status: "ready", engine, migrations, worker_queue_length, wake, degraded }))
}

fn not_ready(detail: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", detail)
}

/// The process's figures, as Prometheus text. For this machine, or with a staff token.
#[utoipa::path(get, path = "/metrics", tag = "ops", responses((status = 200, description = "Figures.", body = String, content_type = "text/plain; version=0.0.4")))]
pub(crate) async fn metrics(State(app): State<App>, caller: Caller, headers: HeaderMap, extensions: Extensions) -> Answer<Response> {
    if caller.staff().is_none() && !is_local(&extensions, &headers) {
        return Err(if caller.session().is_some() { Problem::forbidden() } else { Problem::unauthorized() });
    }
    let Some(render) = &app.options.metrics else { return Err(Problem::not_found()) };
    figures::refresh(&app.chatbot.figures().await?, app.chatbot.woken_by().0);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render()).into_response())
}

/// From this machine, and not passed on by a proxy that stands on it.
fn is_local(extensions: &Extensions, headers: &HeaderMap) -> bool {
    let passed_on = [header::FORWARDED, HeaderName::from_static("x-forwarded-for"), HeaderName::from_static("x-real-ip")];
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback()) && !passed_on.iter().any(|name| headers.contains_key(name))
}
