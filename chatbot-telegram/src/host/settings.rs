//! The variables that every server reads, and the chatbot they describe.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use chatbot_core::Chatbot;
use chatbot_core::chatbot::{ChatbotBuilder, Settings};
use chatbot_core::clock::{Clock, RandomIds};
use chatbot_core::orchestrator::webhook::{WebhookSink, WebhookTarget};
use chatbot_core::provider::{self, ProviderSlot, SlotError};
use chatbot_core::resume::ChildReader;
use chatbot_core::store::open::{DEFAULT_URL, DatabaseSettings, OpenError, ServerLock, open_as_server};
use chatbot_core::template::RETENTION_DAYS;
use chatbot_core::wake::{RedisTarget, RedisWake};
use secrecy::SecretString;

use crate::config::{ConfigError, filled};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// The flags and variables that every server has.
#[derive(Clone, Default, clap::Args)]
#[non_exhaustive]
pub struct HostArgs {
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
    /// Days after the last word of anybody a candidate's data is kept; the notice names it [default: 180]
    #[arg(long, env = "RETENTION_DAYS")]
    pub retention_days: Option<String>,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "BIND_ADDR")]
    pub bind_addr: Option<String>,
    /// Where events are sent, signed as Standard Webhooks
    #[arg(long, env = "ORCHESTRATOR_WEBHOOK_URL", hide_env_values = true)]
    pub orchestrator_webhook_url: Option<String>,
    /// What signs them: base64 of 24 to 64 bytes, with or without `whsec_` before it
    #[arg(long, env = "ORCHESTRATOR_WEBHOOK_SECRET", hide_env_values = true)]
    pub orchestrator_webhook_secret: Option<String>,
    /// What is logged, such as `info` or `chatbot_core=debug` [default: info]
    #[arg(long, env = "RUST_LOG")]
    pub rust_log: Option<String>,
    /// `pretty` or `json` [default: pretty]
    #[arg(long, env = "LOG_FORMAT")]
    pub log_format: Option<String>,
}

/// What every server needs to know, checked. Made from [`HostArgs`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HostConfig {
    /// Where everything is kept.
    pub database: DatabaseSettings,
    /// Whether nobody chose the database: then a new one gets the sample job.
    pub database_by_default: bool,
    /// The Redis that wakes other processes; none: PostgreSQL's NOTIFY, or nobody.
    pub queue: Option<RedisTarget>,
    /// Idle hours after which a session is closed.
    pub session_ttl_hours: i64,
    /// Days after which a silent candidate is erased.
    pub retention_days: i64,
    /// Where to listen.
    pub bind_addr: SocketAddr,
    /// Where events are sent; none: into the log.
    pub webhook: Option<WebhookTarget>,
    /// Language models; none: the stub.
    pub providers: Vec<ProviderSlot>,
    /// What is logged.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// Reads resumes. Not from the environment: whoever serves names the program. None: plain text only.
    pub resume_reader: Option<ChildReader>,
}

/// Why no chatbot can be made of what is configured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The database can't be opened, or somebody else serves it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A provider slot can't be called as it is configured.
    #[error(transparent)]
    Provider(#[from] SlotError),
    /// No client for the events' webhook.
    #[error("ORCHESTRATOR_WEBHOOK_URL: no client can be made: {0}")]
    Client(String),
}

impl HostConfig {
    /// Checks every value. `vars`: the environment, for the numbered variables that no flag can have.
    pub fn new(args: HostArgs, vars: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let (url, async_url, schema) = (filled(args.database_url), filled(args.async_database_url), filled(args.database_schema));
        let bind_addr = filled(args.bind_addr).unwrap_or_else(|| "127.0.0.1:8080".into());
        Ok(Self {
            database_by_default: url.is_none() && async_url.is_none(),
            database: DatabaseSettings::from_variables(|name| match name {
                "DATABASE_URL" => url.clone(),
                "ASYNC_DATABASE_URL" => async_url.clone(),
                "DATABASE_SCHEMA" => schema.clone(),
                _ => None,
            }),
            queue: filled(args.message_queue_url).map(|url| RedisTarget::from_url(&url)).transpose()?,
            session_ttl_hours: whole("CHAT_SESSION_TTL_HOURS", filled(args.chat_session_ttl_hours).as_deref(), 72, "hours", 24 * 365)?,
            retention_days: whole("RETENTION_DAYS", filled(args.retention_days).as_deref(), RETENTION_DAYS, "days", 3650)?,
            bind_addr: bind_addr
                .parse()
                .map_err(|_| ConfigError::new("BIND_ADDR", "is not an IP address with a port", "127.0.0.1:8080"))?,
            webhook: WebhookTarget::from_settings(
                filled(args.orchestrator_webhook_url).as_deref(),
                filled(args.orchestrator_webhook_secret).map(SecretString::from).as_ref(),
            )?,
            providers: ProviderSlot::from_vars(vars)?,
            log: filled(args.rust_log).unwrap_or_else(|| "info".into()),
            log_format: log_format(filled(args.log_format).as_deref())?,
            resume_reader: None,
        })
    }

    /// Whether the database is the default one and isn't there yet.
    pub fn is_new(&self) -> bool {
        self.database_by_default && !Path::new(DEFAULT_URL.trim_start_matches("sqlite://")).exists()
    }

    /// A chatbot's settings, as far as they are configured here.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.session_ttl_hours = self.session_ttl_hours;
        settings.retention_days = self.retention_days;
        settings
    }

    /// A chatbot on the opened database, with these settings and the models, the queue, the webhook and the resume reader that
    /// are configured. `role` and `name` tell whoever tries to serve the same file who does; hold the lock as long as it serves.
    pub async fn open(&self, clock: Arc<dyn Clock>, role: &str, name: &str) -> Result<(ChatbotBuilder, ServerLock), HostError> {
        let (store, lock) = open_as_server(&self.database, Arc::clone(&clock), Arc::new(RandomIds), role, name).await?;
        let mut builder = Chatbot::builder(store).clock(Arc::clone(&clock)).settings(self.settings());
        builder = builder.provider_slots(provider::http::providers(&self.providers)?);
        if let Some(target) = &self.queue {
            builder = builder.wake(Arc::new(RedisWake::new(target, &self.database.schema)));
        }
        if let Some(target) = self.webhook.clone() {
            let client = WebhookSink::client().map_err(|e| HostError::Client(e.without_url().to_string()))?;
            builder = builder.events(WebhookSink::new(target, client, clock));
        }
        if let Some(reader) = &self.resume_reader {
            builder = builder.resume_reader(reader.clone());
        }
        Ok((builder, lock))
    }
}

fn whole(variable: &str, text: Option<&str>, default: i64, unit: &str, most: i64) -> Result<i64, ConfigError> {
    let Some(text) = text else { return Ok(default) };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| ConfigError::new(variable, format!("is not a whole number of {unit} from 1 to {most}"), default.to_string()))
}

fn log_format(text: Option<&str>) -> Result<LogFormat, ConfigError> {
    match text {
        None | Some("pretty") => Ok(LogFormat::Pretty),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(ConfigError::new("LOG_FORMAT", "is neither pretty nor json", "json")),
    }
}
