//! What the environment says about Telegram, or flags of the same names. One reading for every binary.
//!
//! **Invariant.** A value that can't be used is an error that names the variable, the problem and an example, on one line,
//! and never shows the value: it may be a secret.

use chatbot_core::orchestrator::webhook::WebhookError;
use chatbot_core::provider::SlotError;
use chatbot_core::wake::QueueError;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use crate::rate::Limits;

/// The official server.
pub const OFFICIAL_API: &str = "https://api.telegram.org";
/// Where the fake Telegram of the tests listens when it is started by hand.
pub const DEMO_API: &str = "http://127.0.0.1:8081";
/// A token for it.
pub const DEMO_TOKEN: &str = "4242:demo-token-of-no-worth";

/// Telegram's variables.
#[derive(Clone, Default, Args)]
#[non_exhaustive]
pub struct TelegramArgs {
    /// The bot's token, as @BotFather gave it
    #[arg(long, env = "TELEGRAM_BOT_TOKEN", hide_env_values = true)]
    pub telegram_bot_token: Option<String>,
    /// What Telegram shows with every webhook call: 1 to 256 of A-Z, a-z, 0-9, _ and -
    #[arg(long, env = "TELEGRAM_WEBHOOK_SECRET", hide_env_values = true)]
    pub telegram_webhook_secret: Option<String>,
    /// The Bot API's server [default: https://api.telegram.org]
    #[arg(long, env = "TELEGRAM_API_URL")]
    pub telegram_api_url: Option<String>,
    /// `polling`, `webhook`, or `auto`: by webhook where one is set, else by polling [default: auto]
    #[arg(long, env = "TELEGRAM_MODE")]
    pub telegram_mode: Option<String>,
    /// Outbound limits, or `off` [default: `30/s,1/s/chat,burst 5` on the official server, off on another]
    #[arg(long, env = "TELEGRAM_RATE")]
    pub telegram_rate: Option<String>,
}

impl std::fmt::Debug for TelegramArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelegramArgs").field("telegram_mode", &self.telegram_mode).finish_non_exhaustive()
    }
}

/// How updates are received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// By webhook where one is set, else by polling.
    #[default]
    Auto,
    /// By asking.
    Polling,
    /// By being called.
    Webhook,
}

/// A usable configuration. Made from [`TelegramArgs`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TelegramConfig {
    /// The bot's token. Its first part is the bot's id.
    pub token: SecretString,
    /// What webhook calls must show; without it none is let in.
    pub webhook_secret: Option<SecretString>,
    /// The Bot API's server, without a slash at its end.
    pub api_url: String,
    /// How updates are received.
    pub mode: Mode,
    /// What may be sent; none: no limit of ours.
    pub rate: Option<Limits>,
}

/// A variable that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}; example: {example}")]
pub struct ConfigError {
    /// Which.
    pub variable: String,
    /// What is wrong with it, without its value.
    pub problem: String,
    /// What would do, as it would be set.
    pub example: String,
}

impl ConfigError {
    /// An error about this variable, and a value that would do.
    pub fn new(variable: impl Into<String>, problem: impl Into<String>, example: impl Into<String>) -> Self {
        let (variable, example) = (variable.into(), example.into());
        Self { problem: problem.into(), example: format!("{variable}={example}"), variable }
    }
}

impl From<SlotError> for ConfigError {
    fn from(error: SlotError) -> Self {
        Self { variable: error.variable, problem: error.problem, example: error.example }
    }
}

impl From<WebhookError> for ConfigError {
    fn from(error: WebhookError) -> Self {
        Self::new(error.variable, error.problem, error.example)
    }
}

impl From<QueueError> for ConfigError {
    fn from(error: QueueError) -> Self {
        Self::new(error.variable, error.problem, error.example)
    }
}

/// A variable's value without spaces around it; one with nothing in it is as good as unset.
pub fn filled(value: Option<String>) -> Option<String> {
    value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
}

impl TelegramArgs {
    /// Checks every value that is set; `None` without a token.
    pub fn check(self) -> Result<Option<TelegramConfig>, ConfigError> {
        let given = filled(self.telegram_api_url).map(|url| api_url(&url)).transpose()?;
        let official = given.as_deref().is_none_or(|url| url == OFFICIAL_API);
        let rate = match filled(self.telegram_rate).as_deref() {
            Some(text) => Limits::parse(text).map_err(|problem| ConfigError::new("TELEGRAM_RATE", problem, "30/s,1/s/chat,burst 5"))?,
            None if official => Some(Limits::default()),
            None => None,
        };
        let mode = mode(filled(self.telegram_mode).as_deref())?;
        let webhook_secret = filled(self.telegram_webhook_secret).map(|secret| webhook_secret(secret.into())).transpose()?;
        let Some(text) = filled(self.telegram_bot_token) else { return Ok(None) };
        let token = token(text.into())?;
        if mode == Mode::Webhook && webhook_secret.is_none() {
            return Err(ConfigError::new("TELEGRAM_WEBHOOK_SECRET", "is needed when TELEGRAM_MODE is webhook", "$(openssl rand -hex 32)"));
        }
        let api_url = given.unwrap_or_else(|| OFFICIAL_API.to_owned());
        Ok(Some(TelegramConfig { token, webhook_secret, api_url, mode, rate }))
    }
}

impl TelegramConfig {
    /// The bot's id, which is the account of its sessions.
    pub fn bot_id(&self) -> &str {
        self.token.expose_secret().split(':').next().unwrap_or_default()
    }

    /// Whether it speaks to Telegram itself.
    pub fn is_official(&self) -> bool {
        self.api_url == OFFICIAL_API
    }
}

fn mode(text: Option<&str>) -> Result<Mode, ConfigError> {
    match text {
        None | Some("auto") => Ok(Mode::Auto),
        Some("polling") => Ok(Mode::Polling),
        Some("webhook") => Ok(Mode::Webhook),
        Some(_) => Err(ConfigError::new("TELEGRAM_MODE", "is none of auto, polling, webhook", "auto")),
    }
}

fn token(token: SecretString) -> Result<SecretString, ConfigError> {
    let (id, rest) = token.expose_secret().split_once(':').unwrap_or_default();
    let is_id = (1..=19).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()) && id.parse::<i64>().is_ok();
    let is_secret = (8..=128).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if is_id && is_secret {
        return Ok(token);
    }
    let problem = "is no bot token: digits, a colon, about 35 letters, digits, _ and -, as @BotFather gives them";
    Err(ConfigError::new("TELEGRAM_BOT_TOKEN", problem, "123456789:AAExampleOfALetterAndDigitSecret_123"))
}

fn webhook_secret(secret: SecretString) -> Result<SecretString, ConfigError> {
    let text = secret.expose_secret();
    if (1..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        return Ok(secret);
    }
    let problem = "holds what Telegram does not take: only 1 to 256 of A-Z, a-z, 0-9, _ and -";
    Err(ConfigError::new("TELEGRAM_WEBHOOK_SECRET", problem, "$(openssl rand -hex 32)"))
}

fn api_url(url: &str) -> Result<String, ConfigError> {
    let refuse = |problem: &str| ConfigError::new("TELEGRAM_API_URL", problem, OFFICIAL_API);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = host.ok_or_else(|| refuse("is not an http or https address"))?;
    if host.is_empty() || host.starts_with('/') || host.contains(['?', '#', '@', ' ']) || url.chars().any(char::is_control) {
        return Err(refuse("is not a plain web address (no user, query or fragment)"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    const TOKEN: &str = "123456789:AAExampleOfALetterAndDigitSecret_123";

    fn args(pairs: &[(&str, &str)]) -> TelegramArgs {
        let get = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        TelegramArgs {
            telegram_bot_token: get("TELEGRAM_BOT_TOKEN"),
            telegram_webhook_secret: get("TELEGRAM_WEBHOOK_SECRET"),
            telegram_api_url: get("TELEGRAM_API_URL"),
            telegram_mode: get("TELEGRAM_MODE"),
            telegram_rate: get("TELEGRAM_RATE"),
        }
    }

    #[test]
    fn without_a_token_there_is_no_bot_and_a_token_alone_is_enough() {
        assert!(args(&[("TELEGRAM_MODE", "polling"), ("TELEGRAM_BOT_TOKEN", "  ")]).check().unwrap().is_none());
        let config = args(&[("TELEGRAM_BOT_TOKEN", TOKEN)]).check().unwrap().unwrap();
        assert_eq!((config.bot_id(), config.mode, config.is_official()), ("123456789", Mode::Auto, true));
        assert_eq!(config.rate, Some(Limits::default()));
    }

    #[test]
    fn another_server_has_no_limits_unless_they_are_set() {
        let own = [("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_API_URL", "http://127.0.0.1:8081/")];
        let config = args(&own).check().unwrap().unwrap();
        assert_eq!((config.api_url.as_str(), config.rate), ("http://127.0.0.1:8081", None));
        let limited = args(&[&own[..], &[("TELEGRAM_RATE", "5/s")]].concat()).check().unwrap().unwrap();
        assert!(limited.rate.is_some());
        let off = args(&[("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_RATE", "off")]).check().unwrap().unwrap();
        assert_eq!(off.rate, None);
    }

    #[test]
    fn what_cannot_be_used_is_named_with_an_example_and_never_shown() {
        let secret = "hunter2 hunter2";
        for (variable, others) in [
            ("TELEGRAM_BOT_TOKEN", &[][..]),
            ("TELEGRAM_WEBHOOK_SECRET", &[]),
            ("TELEGRAM_API_URL", &[]),
            ("TELEGRAM_MODE", &[]),
            ("TELEGRAM_RATE", &[]),
        ] {
            let said = args(&[&[(variable, secret)][..], others].concat()).check().unwrap_err().to_string();
            assert!(said.starts_with(&format!("{variable}: ")) && said.contains(&format!("; example: {variable}=")), "{said}");
            assert!(!said.contains("hunter2") && !said.contains('\n'), "{said}");
        }
        for token in ["AAE", "12:AA", "x2:AAExampleOfALetterAndDigitSecret_123", "12:AAExample OfALetterAndDigitSecret", ":aaaaaaaaaaaaaaa"]
        {
            assert!(args(&[("TELEGRAM_BOT_TOKEN", token)]).check().is_err(), "{token}");
        }
        let said = args(&[("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_MODE", "webhook")]).check().unwrap_err();
        assert_eq!(said.variable, "TELEGRAM_WEBHOOK_SECRET");
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let args = args(&[("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_WEBHOOK_SECRET", "s3cret-s3cret")]);
        let shown = format!("{args:?} {:?}", args.clone().check().unwrap());
        assert!(!shown.contains("AAExample") && !shown.contains("s3cret"), "{shown}");
    }
}
