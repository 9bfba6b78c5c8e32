//! The bot by itself: a database, a poller or a webhook route, workers and delivery in one process.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chatbot_core::Chatbot;
use chatbot_core::chatbot::{BuildError, JobError};
use chatbot_core::clock::{Clock, SystemClock};
use chatbot_core::fault::Fault;
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{Job, JobStatus};
use clap::Parser;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::api::ApiError;
use crate::config::{ConfigError, DEMO_API, DEMO_TOKEN, Mode, TelegramArgs, TelegramConfig, filled};
use crate::host::{HostArgs, HostConfig, HostError};
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
    /// What every server reads. Webhook calls are listened for only if TELEGRAM_WEBHOOK_SECRET is set
    #[command(flatten)]
    pub host: HostArgs,
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
    /// What every server needs to know.
    pub host: HostConfig,
    /// Whether the sample job is loaded.
    pub demo: bool,
}

impl Config {
    /// Checks every value. `vars`: the environment, for the numbered variables that no flag can have.
    pub fn new(args: Args, vars: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
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
        Ok(Self { telegram: telegram.check()?.ok_or_else(no_token)?, fake, host: HostConfig::new(args.host, vars)?, demo: args.demo })
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
    /// The database can't be opened, or a provider or the events' webhook not be called, as it is configured.
    #[error(transparent)]
    Host(#[from] HostError),
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
    let is_new = config.host.is_new();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let name = format!("bot {}", telegram.account());
    let (builder, lock) = config.host.open(clock, "telegram", &name).await?;
    let mut settings = config.host.settings();
    settings.telegram_bot = telegram.username().map(str::to_owned);
    let chatbot = builder.settings(settings).channel(telegram.adapter()).build()?;
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
        let failed = |error| ServeError::Listen(config.host.bind_addr, error);
        let listener = TcpListener::bind(config.host.bind_addr).await.map_err(failed)?;
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
