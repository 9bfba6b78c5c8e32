//! A server started with a test clock can be moved in time.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::json::{Body, Example};
use crate::problem::{Answer, Problem};

/// Where to move the clock.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Now {
    /// RFC 3339.
    now: DateTime<Utc>,
}

impl Example for Now {
    fn example() -> Value {
        json!({ "now": "2026-11-22T09:00:00Z" })
    }
}

/// Whether workers stand still.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paused {
    /// True stops them after the turns under way.
    paused: bool,
}

impl Example for Paused {
    fn example() -> Value {
        json!({ "paused": true })
    }
}

/// What the move brought about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Moved {
    /// The time now.
    now: DateTime<Utc>,
    /// Turns run.
    turns: usize,
}

/// Moves the clock, and answers when everything due by then is done.
#[utoipa::path(post, path = "/test/clock", tag = "test", request_body = Now, responses((status = 200, description = "Done.", body = Moved)))]
pub(crate) async fn set_clock(State(app): State<App>, Body(to): Body<Now>) -> Answer<Json<Moved>> {
    let clock = app.options.test_clock.as_ref().ok_or_else(Problem::not_found)?;
    let now = to.now.trunc_subsecs(6);
    clock.set(now);
    app.chatbot.clock_moved();
    let turns = app.chatbot.drain().await?;
    Ok(Json(Moved { now, turns }))
}

/// Stops or starts the workers.
#[utoipa::path(post, path = "/test/worker", tag = "test", request_body = Paused, responses((status = 200, description = "Done.", body = Paused)))]
pub(crate) async fn set_worker(State(app): State<App>, Body(to): Body<Paused>) -> Answer<Json<Paused>> {
    app.chatbot.pause_workers(to.paused).await;
    Ok(Json(to))
}
