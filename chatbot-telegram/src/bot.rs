//! The bot by itself: a database, a poller or a webhook route, workers and delivery in one process.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chatbot_core::Chatbot;
use chatbot_core::chatbot::{BuildError, JobError, Settings};
use chatbot_core::clock::{Clock, RandomIds, SystemClock};
use chatbot_core::fault::Fault;
use chatbot_core::orchestrator::webhook::{WebhookSink, WebhookTarget};
use chatbot_core::provider::{self, ProviderSlot, SlotError};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{Job, JobStatus};
use chatbot_core::resume::ChildReader;
use chatbot_core::store::open::{DEFAULT_URL, DatabaseSettings, OpenError, open_as_server};
use chatbot_core::wake::{RedisTarget, RedisWake};
use clap::Parser;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::api::ApiError;
use crate::config::{ConfigError, DEMO_API, DEMO_TOKEN, Mode, TelegramArgs, TelegramConfig};
use crate::host::{self, LogFormat};
use crate::link;
use crate::receive::Receiver;
use crate::telegram::{StartError, Telegram};
use crate::update::{receive_until, webhook};

const SAMPLE: &str = include_str!("../../examples/jobs/rust-engineer.yaml");
/// Waits between tries to reach Telegram at start.
const TRIES: [Duration; 4] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// The recruitment chatbot as a Telegram bot: a token is all it needs.
///
/// Keeps everything in a SQLite file, loads a sample job into a new one, and prints the link that opens the bot.
#[derive(Clone, Parser)]
#[command(name = "chatbot-telegram", version)]
#[non_exhaustive]
pub struct Args {
    /// The bot on Telegram
    #[command(flatten)]
    pub telegram: TelegramArgs,
    /// `sqlite://FILE` or `postgres://…`; ASYNC_DATABASE_URL is read if it is unset [default: sqlite://chatbot.db]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Read if DATABASE_URL is unset
    #[arg(long, env = "ASYNC_DATABASE_URL", hide_env_values = true)]
    pub async_database_url: Option<String>,
    /// The PostgreSQL schema that holds everything [default: chatbot]
    #[arg(long, env = "DATABASE_SCHEMA")]
    pub database_schema: Option<String>,
    /// `redis://…`, to wake other processes by Redis Streams [default: PostgreSQL's NOTIFY; nobody on SQLite]
    #[arg(long, env = "MESSAGE_QUEUE_URL", hide_env_values = true)]
    pub message_queue_url: Option<String>,
    /// Idle hours after which a session is closed [default: 72]
    #[arg(long, env = "CHAT_SESSION_TTL_HOURS")]
    pub chat_session_ttl_hours: Option<String>,
    /// Where webhook calls are listened for, if TELEGRAM_WEBHOOK_SECRET is set [default: 127.0.0.1:8080]
    #[arg(long, env = "BIND_ADDR")]
    pub bind_addr: Option<String>,
    /// Where events are posted, signed as Standard Webhooks
    #[arg(long, env = "ORCHESTRATOR_WEBHOOK_URL", hide_env_values = true)]
    pub orchestrator_webhook_url: Option<String>,
    /// What they are signed with
    #[arg(long, env = "ORCHESTRATOR_WEBHOOK_SECRET", hide_env_values = true)]
    pub orchestrator_webhook_secret: Option<String>,
    /// What is logged, such as `info` or `chatbot_core=debug` [default: info]
    #[arg(long, env = "RUST_LOG")]
    pub rust_log: Option<String>,
    /// `pretty` or `json` [default: pretty]
    #[arg(long, env = "LOG_FORMAT")]
    pub log_format: Option<String>,
    /// Loads the sample job; without a token, talks to a fake Telegram on this machine
    #[arg(long)]
    pub demo: bool,
}

/// A usable configuration. Made from [`Args`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The bot.
    pub telegram: TelegramConfig,
    /// Whether it talks to the fake Telegram because no token was given.
    pub fake: bool,
    /// Where everything is kept.
    pub database: DatabaseSettings,
    /// Whether nobody chose the database: then a new one gets the sample job.
    pub database_by_default: bool,
    /// The Redis that wakes other processes; none: PostgreSQL's NOTIFY, or nobody.
    pub queue: Option<RedisTarget>,
    /// Idle hours after which a session is closed.
    pub session_ttl_hours: i64,
    /// Where webhook calls are listened for.
    pub bind_addr: SocketAddr,
    /// What is logged.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// Whether the sample job is loaded.
    pub demo: bool,
    /// Reads resumes. Not from the environment: whoever serves names the program. None: plain text only.
    pub resume_reader: Option<ChildReader>,
    /// Language models; none: the stub. Not of [`Args`]: numbered variables have no flag.
    pub providers: Vec<ProviderSlot>,
    /// Where events go, if somebody wants them.
    pub webhook: Option<WebhookTarget>,
}

impl Config {
    /// Checks every value.
    pub fn new(args: Args) -> Result<Self, ConfigError> {
        let filled = |value: Option<String>| value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let (url, async_url, schema) = (filled(args.database_url), filled(args.async_database_url), filled(args.database_schema));
        let bind_addr = filled(args.bind_addr).unwrap_or_else(|| "127.0.0.1:8080".into());
        let fake = args.demo && filled(args.telegram.telegram_bot_token.clone()).is_none();
        let mut telegram = args.telegram;
        if fake {
            telegram.telegram_bot_token = Some(DEMO_TOKEN.into());
            telegram.telegram_api_url = filled(telegram.telegram_api_url).or_else(|| Some(DEMO_API.into()));
        }
        let no_token = || {
            ConfigError::new(
                "TELEGRAM_BOT_TOKEN",
                "is not set: @BotFather gives one, and --demo does without",
                "123456789:AAExampleOfALetterAndDigitSecret_123",
            )
        };
        Ok(Self {
            telegram: telegram.check()?.ok_or_else(no_token)?,
            fake,
            database_by_default: url.is_none() && async_url.is_none(),
            database: DatabaseSettings::from_variables(|name| match name {
                "DATABASE_URL" => url.clone(),
                "ASYNC_DATABASE_URL" => async_url.clone(),
                "DATABASE_SCHEMA" => schema.clone(),
                _ => None,
            }),
            queue: filled(args.message_queue_url).map(|url| RedisTarget::from_url(&url)).transpose()?,
            session_ttl_hours: host::hours(filled(args.chat_session_ttl_hours).as_deref())?,
            bind_addr: bind_addr
                .parse()
                .map_err(|_| ConfigError::new("BIND_ADDR", "is not an IP address with a port", "127.0.0.1:8080"))?,
            log: filled(args.rust_log).unwrap_or_else(|| "info".into()),
            log_format: host::log_format(filled(args.log_format).as_deref())?,
            demo: args.demo,
            resume_reader: None,
            providers: Vec::new(),
            webhook: WebhookTarget::from_settings(
                filled(args.orchestrator_webhook_url).as_deref(),
                filled(args.orchestrator_webhook_secret).map(SecretString::from).as_ref(),
            )?,
        })
    }

    /// Whether webhook calls are listened for.
    fn listens(&self) -> bool {
        self.telegram.mode != Mode::Polling && self.telegram.webhook_secret.is_some()
    }
}

/// Why the bot did not start, or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The bot can't be reached or is refused.
    #[error(transparent)]
    Telegram(#[from] StartError),
    /// The fake Telegram isn't there.
    #[error("--demo: nothing answers at {0}; start the fake Telegram first: cargo run -p chatbot-tests --bin fake-telegram")]
    NoFake(String),
    /// A provider slot can't be called as it is configured.
    #[error(transparent)]
    Provider(#[from] SlotError),
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// No client for the events' webhook.
    #[error("ORCHESTRATOR_WEBHOOK_URL: no client can be made: {0}")]
    Client(String),
    /// The parts don't fit together.
    #[error("the chatbot can't be built: {0}")]
    Build(#[from] BuildError),
    /// The database failed.
    #[error("{0}")]
    Store(#[from] Fault),
    /// The sample job could not be loaded.
    #[error("the sample job can't be loaded: {0}")]
    Sample(String),
    /// Nothing can be listened on there.
    #[error("BIND_ADDR {0} can't be listened on: {1}; example: BIND_ADDR=127.0.0.1:8081")]
    Listen(SocketAddr, std::io::Error),
}

/// Asks Telegram who the bot is, opens the database, brings its schema up to date, prints the bot's link, and serves until
/// `shutdown`: then nothing new is received, turns under way are finished, and leases are handed back.
pub async fn serve(config: Config, shutdown: CancellationToken) -> Result<(), ServeError> {
    let telegram = connect(&config).await?;
    let is_new = config.database_by_default && !Path::new(DEFAULT_URL.trim_start_matches("sqlite://")).exists();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let name = format!("bot {}", telegram.account());
    let (store, lock) = open_as_server(&config.database, Arc::clone(&clock), Arc::new(RandomIds), "telegram", &name).await?;
    let mut settings = Settings::default();
    settings.session_ttl_hours = config.session_ttl_hours;
    settings.telegram_bot = telegram.username().map(str::to_owned);
    let mut builder = Chatbot::builder(store).clock(Arc::clone(&clock)).settings(settings).channel(telegram.adapter());
    if let Some(target) = &config.queue {
        builder = builder.wake(Arc::new(RedisWake::new(target, &config.database.schema)));
    }
    if let Some(target) = config.webhook.clone() {
        let client = WebhookSink::client().map_err(|e| ServeError::Client(e.without_url().to_string()))?;
        builder = builder.events(WebhookSink::new(target, client, clock));
    }
    if let Some(reader) = &config.resume_reader {
        builder = builder.resume_reader(reader.clone());
    }
    let chatbot = builder.provider_slots(provider::http::providers(&config.providers)?).build()?;
    chatbot.migrate().await?;
    if config.demo || is_new {
        load_sample(&chatbot).await?;
    }
    greet(&chatbot, &telegram).await?;

    let stop = shutdown.child_token();
    let receiver = Receiver::new(chatbot.clone(), telegram);
    let called = async {
        if !config.listens() {
            return Ok(());
        }
        let failed = |error| ServeError::Listen(config.bind_addr, error);
        let listener = TcpListener::bind(config.bind_addr).await.map_err(failed)?;
        let served = axum::serve(listener, webhook::router(receiver.clone())).with_graceful_shutdown(stop.clone().cancelled_owned());
        served.await.map_err(failed)
    };
    let called = async {
        let outcome = called.await;
        if outcome.is_err() {
            stop.cancel();
        }
        outcome
    };
    let work = async {
        let outcome = chatbot.run(stop.clone()).await;
        stop.cancel();
        outcome
    };
    let (called, work, ()) = tokio::join!(called, work, receive_until(receiver.clone(), stop.clone()));
    chatbot.close().await;
    drop(lock);
    tracing::info!("stopped");
    called.and(work.map_err(ServeError::from))
}

/// A network that is away for a moment is waited for; a token that is refused isn't.
async fn connect(config: &Config) -> Result<Telegram, ServeError> {
    let telegram = Telegram::new(config.telegram.clone()).map_err(StartError::from)?;
    let mut waits = TRIES.iter();
    loop {
        match (telegram.check().await, waits.next()) {
            (Ok(_), _) => return Ok(telegram),
            (Err(StartError::Unreachable { server, problem: ApiError::NotReached(_) }), _) if config.fake => {
                return Err(ServeError::NoFake(server));
            }
            (Err(problem @ StartError::Unreachable { .. }), Some(wait)) => {
                tracing::warn!(%problem, "tried again");
                tokio::time::sleep(*wait).await;
            }
            (Err(error), _) => return Err(error.into()),
        }
    }
}

/// Loads the sample job, unless a demo or a job of its name is there.
async fn load_sample(chatbot: &Chatbot) -> Result<(), ServeError> {
    let file = JobFile::from_yaml(SAMPLE, Some("the sample job")).map_err(|e| ServeError::Sample(e.to_string()))?;
    if chatbot.has_demo().await? || chatbot.job_by_slug(&file.slug()).await?.is_some() {
        return Ok(());
    }
    match chatbot.create_job(&file, true).await {
        Ok(_) => Ok(()),
        Err(JobError::Fault(fault)) => Err(fault.into()),
        Err(other) => Err(ServeError::Sample(other.to_string())),
    }
}

/// The bot's link for each open job, on standard output; for the newest with its QR code on a terminal.
async fn greet(chatbot: &Chatbot, telegram: &Telegram) -> Result<(), ServeError> {
    let jobs: Vec<Job> = chatbot.jobs(Some(JobStatus::Open), Page { limit: 20, offset: 0 }).await?;
    let name = telegram.username().unwrap_or("a bot without a name");
    let mut lines = vec![format!("chatbot-telegram {} as @{name} ({})", env!("CARGO_PKG_VERSION"), chatbot.engine())];
    for job in &jobs {
        lines.extend(telegram.link(Some(job), None).map(|link| format!("  {link}")));
    }
    if jobs.is_empty() {
        lines.extend(telegram.link(None, None).map(|link| format!("  {link}")));
    }
    if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        lines.extend(telegram.link(jobs.first(), None).and_then(|link| link::qr(&link)));
    }
    // Nobody may be listening; the bot answers all the same.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
    Ok(())
}

#[cfg(test)]
mod tests;
