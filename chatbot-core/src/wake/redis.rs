//! Between processes that share a Redis, by a stream that everybody reads from its end.
//!
//! No consumer group: a wake-up is a hint to all, and nobody answers for it. So there is nothing to acknowledge, to claim
//! again or to mend after Redis was stopped, flushed, restored or paused. Whoever signals never waits for Redis: one task
//! writes what waits, another reads on a connection of its own, since a reader that blocks would keep a writer waiting.

use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::streams::{StreamRangeReply, StreamReadReply};
use ::redis::{AsyncConnectionConfig, Client, ConnectionAddr, FromRedisValue as _, RedisError};
use async_trait::async_trait;
use tokio::sync::broadcast;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::carry::{Carrier, carry};
use super::line::Line;
use super::{Signal, Unreached, Wake};

/// How long Redis may take to connect or to answer what needs no waiting.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a reader waits for the next entry before it looks whether the stream is still the one it reads.
const BLOCK: Duration = Duration::from_secs(3);
/// Entries kept, about: nobody reads what is behind.
const KEPT: usize = 256;
/// A stream nobody writes to goes after this many seconds: ids of sessions are nobody's to keep.
const KEPT_SECONDS: usize = 60;
/// Entries read at a time.
const AT_A_TIME: usize = 64;
/// The field of an entry that holds the words.
const FIELD: &str = "said";
/// Before the first entry.
const BEGINNING: &str = "0-0";

/// Why there can be no queue. Names the variable, the problem and an example, never the value: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}; example: {variable}={example}")]
pub struct QueueError {
    /// `MESSAGE_QUEUE_URL`.
    pub variable: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
    /// What would do.
    pub example: &'static str,
}

/// A Redis to wake by, its address checked. Nothing is connected.
#[derive(Clone)]
pub struct RedisTarget {
    client: Client,
    server: String,
}

impl std::fmt::Debug for RedisTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisTarget").field("server", &self.server).finish_non_exhaustive()
    }
}

impl RedisTarget {
    /// From `MESSAGE_QUEUE_URL`: `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`.
    ///
    /// # Errors
    /// What is no such address.
    pub fn from_url(url: &str) -> Result<Self, QueueError> {
        let refuse = |problem| QueueError { variable: "MESSAGE_QUEUE_URL", problem, example: "redis://localhost:6379/0" };
        if url.starts_with("rediss://") {
            return Err(refuse("asks for TLS, which is not built in: use redis:// on a private network, or a tunnel"));
        }
        if !url.starts_with("redis://") {
            return Err(refuse("is no redis:// address"));
        }
        let client = Client::open(url).map_err(|_| refuse("is no address of a Redis: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]"))?;
        let ConnectionAddr::Tcp(host, port) = client.get_connection_info().addr() else {
            return Err(refuse("names no host"));
        };
        let server = format!("{host}:{port}");
        Ok(Self { client, server })
    }
}

/// Wakes every process that was given the same Redis and the same name. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct RedisWake {
    line: Arc<Line>,
    client: Client,
    key: String,
}

impl std::fmt::Debug for RedisWake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisWake").field("server", &self.line.server()).field("key", &self.key).finish_non_exhaustive()
    }
}

impl RedisWake {
    /// A wake over this Redis for the processes that share `name` (the binaries give the database's schema): their stream
    /// is `chatbot:wake:NAME`. Installations of one name wake each other for nothing, and no more. Nothing is connected
    /// before [`Wake::run`]: then two connections are held.
    pub fn new(target: &RedisTarget, name: &str) -> Self {
        let line = Arc::new(Line::new("redis", target.server.clone()));
        Self { line, client: target.client.clone(), key: format!("chatbot:wake:{name}") }
    }

    /// Reads until the connection fails.
    async fn read(&self) -> Result<std::convert::Infallible, RedisError> {
        // Answers may take as long as nobody writes: the waits are ours.
        let mut connection = self.connect(None).await?;
        let mut last = soon(self.end(&mut connection)).await?;
        self.line.hears();
        loop {
            let mut read = ::redis::cmd("XREAD");
            read.arg("COUNT").arg(AT_A_TIME).arg("BLOCK").arg(BLOCK.as_millis() as u64).arg("STREAMS").arg(&self.key).arg(&last);
            let entries: Option<StreamReadReply> = within(BLOCK + PATIENCE, read.query_async(&mut connection)).await?;
            let entries: Vec<_> = entries.into_iter().flat_map(|reply| reply.keys).flat_map(|key| key.ids).collect();
            for entry in &entries {
                let said = entry.map.get(FIELD).and_then(|value| String::from_redis_value_ref(value).ok());
                self.line.heard(said.as_deref().unwrap_or_default());
            }
            match entries.last() {
                Some(entry) => last.clone_from(&entry.id),
                None => {
                    // Flushed, expired or restored, the stream may number from lower on.
                    let end = soon(self.end(&mut connection)).await?;
                    if place(&end) < place(&last) {
                        last = end;
                    }
                }
            }
        }
    }

    /// The id of the stream's newest entry.
    async fn end(&self, connection: &mut MultiplexedConnection) -> Result<String, RedisError> {
        let newest: StreamRangeReply =
            ::redis::cmd("XREVRANGE").arg(&self.key).arg("+").arg("-").arg("COUNT").arg(1).query_async(connection).await?;
        Ok(newest.ids.into_iter().next().map_or_else(|| BEGINNING.to_owned(), |entry| entry.id))
    }

    async fn say(&self, connection: &mut Option<MultiplexedConnection>, words: &[String]) -> Result<(), RedisError> {
        let mut open = match connection.take() {
            Some(open) => open,
            None => self.connect(Some(PATIENCE)).await?,
        };
        let mut commands = ::redis::pipe();
        for said in words {
            commands.cmd("XADD").arg(&self.key).arg("MAXLEN").arg("~").arg(KEPT).arg("*").arg(FIELD).arg(said).ignore();
        }
        commands.cmd("EXPIRE").arg(&self.key).arg(KEPT_SECONDS).ignore();
        soon(commands.query_async::<()>(&mut open)).await?;
        // One that failed is not used again.
        *connection = Some(open);
        Ok(())
    }

    async fn connect(&self, response: Option<Duration>) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(response);
        within(2 * PATIENCE, self.client.get_multiplexed_async_connection_with_config(&config)).await
    }
}

impl Carrier for RedisWake {
    type Connection = MultiplexedConnection;

    fn line(&self) -> &Line {
        &self.line
    }

    async fn hear(&self) -> String {
        match self.read().await {
            Ok(never) => match never {},
            Err(error) => shown(&error),
        }
    }

    async fn tell(&self, connection: &mut Option<MultiplexedConnection>, words: &[String]) -> Result<(), String> {
        self.say(connection, words).await.map_err(|error| shown(&error))
    }
}

#[async_trait]
impl Wake for RedisWake {
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
        let pinging = async {
            let mut connection = self.connect(Some(PATIENCE)).await?;
            let began = Instant::now();
            // What the stream needs, not only that somebody is there.
            soon(self.end(&mut connection)).await?;
            Ok(began.elapsed())
        };
        let took: Result<Duration, RedisError> = pinging.await;
        took.map(Some).map_err(|error| Unreached { server: format!("Redis at {}", self.line.server()), problem: shown(&error) })
    }
}

/// What needs no waiting.
async fn soon<T>(answer: impl Future<Output = Result<T, RedisError>>) -> Result<T, RedisError> {
    within(PATIENCE, answer).await
}

async fn within<T>(patience: Duration, answer: impl Future<Output = Result<T, RedisError>>) -> Result<T, RedisError> {
    timeout(patience, answer).await.unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))
}

/// What went wrong. Redis repeats neither passwords nor what it was told.
fn shown(error: &RedisError) -> String {
    if error.is_timeout() { "no answer in time".into() } else { error.to_string() }
}

/// An entry's place in its stream, by the two halves of its id.
fn place(id: &str) -> (u64, u64) {
    let (milliseconds, number) = id.split_once('-').unwrap_or((id, "0"));
    (milliseconds.parse().unwrap_or(0), number.parse().unwrap_or(0))
}
