//! One bot: who it is, what Telegram knows of its webhook, and what a process needs of it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chatbot_core::recruiting::Job;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{Api, ApiError, PATIENCE};
use crate::config::{ConfigError, TelegramConfig};
use crate::deliver::TelegramAdapter;
use crate::link;
use crate::normalise::ALLOWED_UPDATES;

/// Why a bot can't be started. One line, with what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A value can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Telegram knows no such bot.
    #[error(
        "TELEGRAM_BOT_TOKEN: {server} refuses it; ask @BotFather for the token, or for a new one with /revoke; example: TELEGRAM_BOT_TOKEN=123456789:AAExampleOfALetterAndDigitSecret_123"
    )]
    BadToken {
        /// Whom was asked.
        server: String,
    },
    /// Nobody answers there, or not as the Bot API does.
    #[error("TELEGRAM_API_URL: {server}: {problem}; example: TELEGRAM_API_URL=https://api.telegram.org")]
    Unreachable {
        /// Whom was asked.
        server: String,
        /// What came of it.
        problem: ApiError,
    },
}

/// What `getMe` says, as far as we need it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Me {
    /// The bot's id.
    pub id: i64,
    /// Its name in links.
    pub username: Option<String>,
}

/// What `getWebhookInfo` says, as far as we need it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
#[serde(default)]
pub struct WebhookInfo {
    /// Where updates are sent; empty: nowhere, so they can be polled.
    pub url: String,
    /// Updates that wait.
    pub pending_update_count: i64,
    /// When a delivery last failed, in Unix seconds.
    pub last_error_date: Option<i64>,
    /// Why.
    pub last_error_message: Option<String>,
}

/// A bot. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub struct Telegram {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: TelegramConfig,
    account: String,
    api: Api,
    me: OnceLock<Me>,
}

impl Telegram {
    /// A bot as configured. Nobody is asked yet.
    pub fn new(config: TelegramConfig) -> Result<Self, ConfigError> {
        let api = Api::new(&config.token, &config.api_url)?;
        let account = config.bot_id().to_owned();
        Ok(Self { inner: Arc::new(Inner { config, account, api, me: OnceLock::new() }) })
    }

    /// A bot as configured, once Telegram has said who it is.
    pub async fn connect(config: TelegramConfig) -> Result<Self, StartError> {
        let telegram = Self::new(config)?;
        telegram.check().await?;
        Ok(telegram)
    }

    /// Asks Telegram who the bot is.
    pub async fn check(&self) -> Result<Me, StartError> {
        let server = || self.inner.config.api_url.clone();
        let answer = self.inner.api.call("getMe", &json!({}), PATIENCE).await;
        let me = answer.and_then(|me| Me::deserialize(me).map_err(|_| ApiError::Strange(200)));
        match me {
            Ok(me) => {
                // The first answer stands: a bot's name does not change under a running process.
                let _ = self.inner.me.set(me.clone());
                Ok(me)
            }
            Err(error) if error.is_bad_token() => Err(StartError::BadToken { server: server() }),
            Err(problem) => Err(StartError::Unreachable { server: server(), problem }),
        }
    }

    /// The bot's name in links, once it was asked for.
    pub fn username(&self) -> Option<&str> {
        self.inner.me.get().and_then(|me| me.username.as_deref())
    }

    /// The bot's id: the account of its sessions.
    pub fn account(&self) -> &str {
        &self.inner.account
    }

    /// As configured.
    pub fn config(&self) -> &TelegramConfig {
        &self.inner.config
    }

    /// Calls of the Bot API.
    pub fn api(&self) -> &Api {
        &self.inner.api
    }

    /// The address that opens the bot, at a job if one is given; none before the bot's name is known.
    pub fn link(&self, job: Option<&Job>, source: Option<&str>) -> Option<String> {
        let payload = job.map(|job| link::payload(job, source));
        self.username().map(|username| link::deep_link(username, payload.as_deref()))
    }

    /// What delivers this bot's messages; give it to the chatbot's builder.
    pub fn adapter(&self) -> TelegramAdapter {
        TelegramAdapter::new(self.inner.api.clone(), self.inner.account.clone(), self.inner.config.rate)
    }

    /// What Telegram knows of the bot's webhook.
    pub async fn get_webhook_info(&self) -> Result<WebhookInfo, ApiError> {
        let answer = self.inner.api.call("getWebhookInfo", &json!({}), PATIENCE).await?;
        WebhookInfo::deserialize(answer).map_err(|_| ApiError::Strange(200))
    }

    /// Has Telegram send updates to an https address, with the configured secret. Nothing that waits is dropped.
    pub async fn set_webhook(&self, url: &str) -> Result<(), ApiError> {
        let mut body = json!({"url": url, "allowed_updates": ALLOWED_UPDATES});
        if let (Some(secret), Some(map)) = (&self.inner.config.webhook_secret, body.as_object_mut()) {
            map.insert("secret_token".into(), Value::from(secret.expose_secret()));
        }
        self.inner.api.call("setWebhook", &body, Duration::from_secs(15)).await.map(|_| ())
    }

    /// Has Telegram keep updates until they are polled. Nothing that waits is dropped.
    pub async fn delete_webhook(&self) -> Result<(), ApiError> {
        self.inner.api.call("deleteWebhook", &json!({}), Duration::from_secs(15)).await.map(|_| ())
    }
}
