//! Between processes on one PostgreSQL schema, by LISTEN and NOTIFY.
//!
//! NOTIFY is a statement of its own, after the writer's commit and on another connection: inside the writer's transaction
//! it would have all commits of the server wait for each other. All that waits goes as one statement; it need not reach
//! the disk, so it doesn't wait for it.
//!
//! LISTEN needs a connection of its own, straight to the server: a pooler in transaction mode (PgBouncer) drops it, and
//! then work is found by polling.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor};
use tokio::sync::broadcast;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::carry::{Carrier, carry};
use super::line::Line;
use super::{Signal, Unreached, Wake};
use crate::clock::{IdSource, RandomIds};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// A listening connection that was silent for this long is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(20);
/// PostgreSQL's names have 63 bytes.
const MOST_NAME: usize = 63;
const TELL: &str = "select pg_notify($1, said) from unnest($2::text[]) said";

/// Wakes every process on the same database and schema. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct NotifyWake {
    line: Arc<Line>,
    options: PgConnectOptions,
    channel: String,
}

impl std::fmt::Debug for NotifyWake {
    /// The options may hold a password, and are left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NotifyWake").field("server", &self.line.server()).field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl NotifyWake {
    /// A wake over the server these options lead to, for the processes that keep their data in `schema`. Nothing is
    /// connected before [`Wake::run`]: then two connections are held.
    pub fn new(options: PgConnectOptions, schema: &str) -> Self {
        const AFTER: &str = ".wake";
        let server = format!("{}:{}", options.get_host(), options.get_port());
        // Cut, a long name may be another's too: whoever is woken for nothing looks once for nothing.
        let name: String = schema.chars().filter(char::is_ascii).take(MOST_NAME - AFTER.len()).collect();
        // A wake-up that a crash of the server loses is no loss: its commit needn't wait for the disk.
        let options = options.options([("synchronous_commit", "off"), ("statement_timeout", "5s")]);
        Self { line: Arc::new(Line::new("notify", server)), options, channel: name + AFTER }
    }

    /// A connection of its own that listens. What it lost is ours to mend, since somebody has to be told.
    async fn listener(&self, channel: &str) -> Result<PgListener, String> {
        let connecting = async {
            // A pool only says that it waited in vain; the server says why.
            self.options.connect().await?.close().await?;
            let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None).acquire_timeout(PATIENCE);
            let mut listener = PgListener::connect_with(&pool.connect_with(self.options.clone()).await?).await?;
            listener.eager_reconnect(false);
            listener.listen(channel).await?;
            Ok(listener)
        };
        timeout(2 * PATIENCE, connecting).await.map_err(|_| late())?.map_err(|error: sqlx::Error| shown(&error))
    }
}

impl Carrier for NotifyWake {
    type Connection = PgConnection;

    fn line(&self) -> &Line {
        &self.line
    }

    async fn hear(&self) -> String {
        let mut listener = match self.listener(&self.channel).await {
            Ok(listener) => listener,
            Err(problem) => return problem,
        };
        self.line.hears();
        loop {
            match timeout(SILENCE, listener.try_recv()).await {
                Ok(Ok(Some(said))) => self.line.heard(said.payload()),
                Ok(Ok(None)) => return "the connection was closed".into(),
                Ok(Err(error)) => return shown(&error),
                Err(_) => match timeout(PATIENCE, listener.execute("select 1")).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return shown(&error),
                    Err(_) => return late(),
                },
            }
        }
    }

    async fn tell(&self, connection: &mut Option<PgConnection>, words: &[String]) -> Result<(), String> {
        let telling = async {
            let mut open = match connection.take() {
                Some(open) => open,
                None => self.options.connect().await?,
            };
            sqlx::query(TELL).bind(&self.channel).bind(words).execute(&mut open).await?;
            // One that failed, or was given up in mid-statement, is not used again.
            *connection = Some(open);
            Ok(())
        };
        timeout(PATIENCE, telling).await.map_err(|_| late())?.map_err(|error: sqlx::Error| shown(&error))
    }
}

#[async_trait]
impl Wake for NotifyWake {
    fn signal(&self, signal: Signal) {
        self.line.signal(signal);
    }

    fn listen(&self) -> broadcast::Receiver<Signal> {
        self.line.listen()
    }

    fn via(&self) -> &'static str {
        self.line.via()
    }

    fn is_connected(&self) -> bool {
        self.line.is_up()
    }

    async fn run(&self, stop: CancellationToken) {
        carry(self, &stop).await;
    }

    async fn ping(&self) -> Result<Option<Duration>, Unreached> {
        let unreached = |problem| Unreached { server: format!("PostgreSQL at {}", self.line.server()), problem };
        let channel = format!("ping.{}", RandomIds.uuid().simple());
        let mut listener = self.listener(&channel).await.map_err(unreached)?;
        let pinging = async {
            let (mut connection, began) = (self.options.connect().await?, Instant::now());
            sqlx::query("select pg_notify($1, '')").bind(&channel).execute(&mut connection).await?;
            listener.recv().await.map(|_| began.elapsed())
        };
        let took = timeout(PATIENCE, pinging).await.map_err(|_| unreached("a notice does not come back: is a pooler between?".into()))?;
        took.map(Some).map_err(|error| unreached(shown(&error)))
    }
}

fn late() -> String {
    format!("no answer within {} s", PATIENCE.as_secs())
}

/// What the server said, without what it was asked.
fn shown(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
