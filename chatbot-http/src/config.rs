//! What the server is told by its environment, or by flags of the same names.
//!
//! **Invariant.** A value that can't be used is an error that names the variable, the problem and an example, on one line,
//! and never shows the value: it may be a secret.

use std::net::SocketAddr;
use std::time::Duration;

pub use chatbot_telegram::ConfigError;
use chatbot_telegram::config::filled;
use chatbot_telegram::host::{HostArgs, HostConfig};
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
    /// What every server reads.
    #[command(flatten)]
    pub host: HostArgs,
    /// `all`, `api` (no worker) or `chat` (a worker that serves only health and metrics) [default: all]
    #[arg(long, env = "WORKER_TYPE")]
    pub worker_type: Option<String>,
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

/// A usable configuration. Made from [`Args`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// What every server needs to know.
    pub host: HostConfig,
    /// What this process does.
    pub worker_type: WorkerType,
    /// How the world reaches the server, if that isn't where it listens.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The admin's bearer token.
    pub admin_token: Option<SecretString>,
    /// The bot on Telegram, if there is one.
    pub telegram: Option<TelegramConfig>,
    /// WhatsApp, if it is on.
    pub whatsapp: Option<WhatsAppConfig>,
    /// Whether the sample job is loaded.
    pub demo: bool,
    /// Whether time stands still.
    pub test_clock: bool,
    /// How long workers and pages sleep unwoken, if not as always.
    pub test_poll: Option<Duration>,
}

impl Config {
    /// Checks every value. `vars`: the environment, for the numbered variables that no flag can have.
    pub fn new(args: Args, vars: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        Ok(Self {
            host: HostConfig::new(args.host, vars)?,
            worker_type: worker_type(filled(args.worker_type).as_deref())?,
            trusted_proxies: proxies(filled(args.trusted_proxies).as_deref())?,
            public_url: filled(args.public_url).map(|url| public_url(&url)).transpose()?,
            admin_token: filled(args.chatbot_admin_token).map(|token| admin_token(token.into())).transpose()?,
            telegram: args.telegram.check()?,
            whatsapp: WhatsAppConfig::new(&args.whatsapp)?,
            demo: args.demo,
            test_clock: args.test_clock,
            test_poll: args.test_poll.map(Duration::from_millis),
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

fn worker_type(text: Option<&str>) -> Result<WorkerType, ConfigError> {
    match text {
        None | Some("all") => Ok(WorkerType::All),
        Some("api") => Ok(WorkerType::Api),
        Some("chat") => Ok(WorkerType::Chat),
        Some(_) => Err(ConfigError::new("WORKER_TYPE", "is none of all, api, chat", "all")),
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
