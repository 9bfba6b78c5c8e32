//! What the server is told by its environment, or by flags of the same names.
//!
//! **Invariant.** A value that can't be used is an error that names the variable, the problem and an example, on one line,
//! and never shows the value: it may be a secret.

use std::net::SocketAddr;
use std::time::Duration;

use chatbot_core::orchestrator::webhook::WebhookTarget;
use chatbot_core::provider::ProviderSlot;
use chatbot_core::resume::ChildReader;
use chatbot_core::store::open::DatabaseSettings;
use chatbot_core::wake::RedisTarget;
pub use chatbot_telegram::ConfigError;
use chatbot_telegram::{TelegramArgs, TelegramConfig};
use clap::Parser;
use secrecy::{ExposeSecret, SecretString};

use crate::limits::Network;
use crate::whatsapp::{WhatsAppArgs, WhatsAppConfig};

/// The recruitment chatbot: web chat, live events, recruiter's API.
///
/// Runs with nothing configured: a SQLite file, a sample job, a page to talk on.
#[derive(Clone, Parser)]
#[command(name = "chatbot-http", version)]
#[non_exhaustive]
pub struct Args {
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
    /// `all`, `api` (no worker) or `chat` (a worker that serves only health and metrics) [default: all]
    #[arg(long, env = "WORKER_TYPE")]
    pub worker_type: Option<String>,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "BIND_ADDR")]
    pub bind_addr: Option<String>,
    /// How the world reaches the server [default: from BIND_ADDR]
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed, as addresses or ranges with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES")]
    pub trusted_proxies: Option<String>,
    /// A bearer token with the admin role
    #[arg(long, env = "CHATBOT_ADMIN_TOKEN", hide_env_values = true)]
    pub chatbot_admin_token: Option<String>,
    /// WhatsApp's.
    #[command(flatten)]
    pub whatsapp: WhatsAppArgs,
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
    /// The bot on Telegram
    #[command(flatten)]
    pub telegram: TelegramArgs,
    /// Loads the sample job with three example conversations
    #[arg(long)]
    pub demo: bool,
    /// Starts with a clock that stands until `POST /test/clock` moves it
    #[arg(long)]
    pub test_clock: bool,
    /// Milliseconds between looks at the database, for tests of what needs no look
    #[arg(long, hide = true)]
    pub test_poll: Option<u64>,
}

/// What of a server a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerType {
    /// Serves and works.
    All,
    /// Serves, and leaves the work to others.
    Api,
    /// Works, and serves health and metrics.
    Chat,
}

impl WorkerType {
    /// The name in the environment.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Api => "api",
            Self::Chat => "chat",
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// A usable configuration. Made from [`Args`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
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
    /// What this process does.
    pub worker_type: WorkerType,
    /// Where to listen.
    pub bind_addr: SocketAddr,
    /// How the world reaches the server, if that isn't where it listens.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The admin's bearer token.
    pub admin_token: Option<SecretString>,
    /// Where events are sent; none: into the log.
    pub webhook: Option<WebhookTarget>,
    /// Language models; none: the stub.
    pub providers: Vec<ProviderSlot>,
    /// The bot on Telegram, if there is one.
    pub telegram: Option<TelegramConfig>,
    /// WhatsApp, if it is on.
    pub whatsapp: Option<WhatsAppConfig>,
    /// What is logged.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// Whether the sample job is loaded.
    pub demo: bool,
    /// Whether time stands still.
    pub test_clock: bool,
    /// How long workers and pages sleep unwoken, if not as always.
    pub test_poll: Option<Duration>,
    /// Reads resumes. Not from the environment: whoever serves names the program. None: plain text only.
    pub resume_reader: Option<ChildReader>,
}

impl Config {
    /// Checks every value. `vars`: the environment, for the numbered variables that no flag can have.
    pub fn new(args: Args, vars: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let filled = |value: Option<String>| value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let bind_addr = filled(args.bind_addr).unwrap_or_else(|| "127.0.0.1:8080".into());
        let bind_addr =
            bind_addr.parse().map_err(|_| ConfigError::new("BIND_ADDR", "is not an IP address with a port", "127.0.0.1:8080"))?;
        let (url, async_url, schema) = (filled(args.database_url), filled(args.async_database_url), filled(args.database_schema));
        Ok(Self {
            database_by_default: url.is_none() && async_url.is_none(),
            database: DatabaseSettings::from_variables(|name| match name {
                "DATABASE_URL" => url.clone(),
                "ASYNC_DATABASE_URL" => async_url.clone(),
                "DATABASE_SCHEMA" => schema.clone(),
                _ => None,
            }),
            queue: filled(args.message_queue_url).map(|url| RedisTarget::from_url(&url)).transpose()?,
            session_ttl_hours: hours(filled(args.chat_session_ttl_hours).as_deref())?,
            retention_days: days(filled(args.retention_days).as_deref())?,
            worker_type: worker_type(filled(args.worker_type).as_deref())?,
            bind_addr,
            trusted_proxies: proxies(filled(args.trusted_proxies).as_deref())?,
            public_url: filled(args.public_url).map(|url| public_url(&url)).transpose()?,
            admin_token: filled(args.chatbot_admin_token).map(|token| admin_token(token.into())).transpose()?,
            webhook: WebhookTarget::from_settings(
                filled(args.orchestrator_webhook_url).as_deref(),
                filled(args.orchestrator_webhook_secret).map(SecretString::from).as_ref(),
            )?,
            providers: ProviderSlot::from_vars(vars)?,
            telegram: args.telegram.check()?,
            whatsapp: WhatsAppConfig::new(&args.whatsapp)?,
            log: filled(args.rust_log).unwrap_or_else(|| "info".into()),
            log_format: log_format(filled(args.log_format).as_deref())?,
            demo: args.demo,
            test_clock: args.test_clock,
            test_poll: args.test_poll.map(Duration::from_millis),
            resume_reader: None,
        })
    }

    /// How the world reaches the server, once it listens at `addr`.
    pub fn url(&self, addr: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            // A browser can't go to "every address".
            let shown = if addr.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], addr.port())) } else { addr };
            format!("http://{shown}")
        })
    }
}

fn hours(text: Option<&str>) -> Result<i64, ConfigError> {
    let Some(text) = text else { return Ok(72) };
    let hours = text.parse().ok().filter(|hours| (1..=24 * 365).contains(hours));
    hours.ok_or_else(|| ConfigError::new("CHAT_SESSION_TTL_HOURS", "is not a whole number of hours from 1 to 8760", "72"))
}

fn days(text: Option<&str>) -> Result<i64, ConfigError> {
    let Some(text) = text else { return Ok(chatbot_core::template::RETENTION_DAYS) };
    let days = text.parse().ok().filter(|days| (1..=3650).contains(days));
    days.ok_or_else(|| ConfigError::new("RETENTION_DAYS", "is not a whole number of days from 1 to 3650", "180"))
}

fn worker_type(text: Option<&str>) -> Result<WorkerType, ConfigError> {
    match text {
        None | Some("all") => Ok(WorkerType::All),
        Some("api") => Ok(WorkerType::Api),
        Some("chat") => Ok(WorkerType::Chat),
        Some(_) => Err(ConfigError::new("WORKER_TYPE", "is none of all, api, chat", "all")),
    }
}

fn log_format(text: Option<&str>) -> Result<LogFormat, ConfigError> {
    match text {
        None | Some("pretty") => Ok(LogFormat::Pretty),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(ConfigError::new("LOG_FORMAT", "is neither pretty nor json", "json")),
    }
}

/// Checks `PUBLIC_URL`: a plain http or https address. Answers it without a slash at its end.
pub fn public_url(url: &str) -> Result<String, ConfigError> {
    let refuse = |problem: &str| ConfigError::new("PUBLIC_URL", problem, "https://jobs.example.org");
    let host =
        url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or_else(|| refuse("is not an http or https address"))?;
    if host.is_empty() || host.starts_with('/') || host.contains(['?', '#', '@', ' ']) || url.chars().any(char::is_control) {
        return Err(refuse("is not a plain web address (no user, query or fragment)"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn proxies(text: Option<&str>) -> Result<Vec<Network>, ConfigError> {
    let each = text.unwrap_or_default().split(',').map(str::trim).filter(|one| !one.is_empty());
    each.map(|one| {
        one.parse().map_err(|_| ConfigError::new("TRUSTED_PROXIES", "holds what is no IP address or range", "127.0.0.1,10.0.0.0/8"))
    })
    .collect()
}

fn admin_token(token: SecretString) -> Result<SecretString, ConfigError> {
    let refuse = |problem: &str| Err(ConfigError::new("CHATBOT_ADMIN_TOKEN", problem, "$(openssl rand -hex 32)"));
    let text = token.expose_secret();
    if text.len() < 32 {
        return refuse("is shorter than 32 characters");
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return refuse("holds characters that no header can carry");
    }
    Ok(token)
}

#[cfg(test)]
mod tests;
