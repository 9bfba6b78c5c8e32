//! The bot inside an axum service that has tables of its own in the same PostgreSQL.
//!
//! The host owns `main`, the runtime, the pool, the routes and a `jobs` table; the bot lives under `/chatbot`, keeps
//! everything it has in the schema `chatbot`, and hands its events to the host.
//!
//! ```sh
//! DATABASE_URL=postgres://localhost/mycompany cargo run -p chatbot-examples --bin embed-axum
//! ```

use std::error::Error;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use chatbot_core::clock::{RandomIds, SystemClock};
use chatbot_core::orchestrator::{ChatEvent, EventSink, SinkError};
use chatbot_core::recruiting::JobFile;
use chatbot_core::{Chatbot, PgStore};
use chatbot_http::{Group, HttpOptions};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPool};
use tokio_util::sync::CancellationToken;

/// What a prescreen's end means to this host: a row in its own table, in its own way.
struct IntoMyTables(PgPool);

#[chatbot_core::async_trait]
impl EventSink for IntoMyTables {
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError> {
        // Events come at least once, with a stable id: the primary key makes it once.
        sqlx::query("insert into prescreens (event_id, payload) values ($1, $2) on conflict do nothing")
            .bind(event.id.to_string())
            .bind(event.payload.to_string())
            .execute(&self.0)
            .await
            .map(drop)
            .map_err(|e| SinkError::Retry(e.to_string()))
    }
}

/// The host's service: its own routes and tables, with the bot beside them. Call [`Chatbot::run`] on what it returns.
pub(crate) async fn service(options: PgConnectOptions, schema: &str) -> Result<(Router, Chatbot), Box<dyn Error + Send + Sync>> {
    let pool = PgPool::connect_with(options.clone()).await?;
    // The host has a `jobs` too. The bot's are in another schema, so the two never meet.
    sqlx::query("create table if not exists jobs (id bigint generated always as identity primary key, name text not null)")
        .execute(&pool)
        .await?;
    sqlx::query("create table if not exists prescreens (event_id text primary key, payload text not null)").execute(&pool).await?;

    let store = PgStore::from_options(options, schema, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    let chatbot = Chatbot::builder(store).events(IntoMyTables(pool.clone())).build()?;
    chatbot.migrate().await?;
    if chatbot.job_by_slug("gardener").await?.is_none() {
        let job = "{title: Gardener, employer: Example Parks, prescreen: {questions: [{text: 'How many years have you gardened?', kind: number, rule: {min: 1}}]}}";
        chatbot.create_job(&JobFile::from_yaml(job, None)?, false).await?;
    }

    let bot = chatbot_http::router(chatbot.clone(), HttpOptions::new("/chatbot").with_groups([Group::Chat, Group::Ops]));
    let app = Router::new().route("/my/jobs", get(my_jobs)).with_state(pool).merge(bot);
    Ok((app, chatbot))
}

async fn my_jobs(State(pool): State<PgPool>) -> Json<Value> {
    let count: Result<i64, _> = sqlx::query_scalar("select count(*) from jobs").fetch_one(&pool).await;
    Json(json!({"jobs_of_the_host": count.unwrap_or(-1)}))
}

#[allow(dead_code, reason = "the test takes `service` alone")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let url = std::env::var("DATABASE_URL").map_err(|_| "DATABASE_URL: not set; example: DATABASE_URL=postgres://localhost/mycompany")?;
    let (app, chatbot) = service(url.parse()?, "chatbot").await?;
    let shutdown = CancellationToken::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let running = tokio::spawn({
        let (chatbot, shutdown) = (chatbot.clone(), shutdown.clone());
        async move { chatbot.run(shutdown).await }
    });
    let stop = shutdown.clone();
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            let _ = tokio::signal::ctrl_c().await;
            stop.cancel();
        })
        .await?;
    running.await??;
    chatbot.close().await;
    Ok(())
}
