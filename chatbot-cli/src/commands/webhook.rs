//! `chatbot webhook`

use chatbot_http::config::public_url;
use chatbot_telegram::update::webhook::PATH;
use chatbot_telegram::{ConfigError, Telegram, TelegramArgs, TelegramConfig};
use chrono::DateTime;
use serde_json::json;

use crate::args::{Output, SetWebhook, Webhook};
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(output: Output, wish: &Webhook) -> Result<(), Failure> {
    match wish {
        Webhook::Set(wish) => set(output, wish).await,
        Webhook::Info(telegram) => {
            let bot = bot(telegram).await?;
            show(output, &bot).await
        }
        Webhook::Delete(telegram) => {
            let bot = bot(telegram).await?;
            bot.delete_webhook().await?;
            show(output, &bot).await
        }
    }
}

async fn set(output: Output, wish: &SetWebhook) -> Result<(), Failure> {
    let config = config(&wish.telegram)?;
    // Whatever can't be used is told before anybody is asked.
    let url = address(wish.public_url.as_deref(), &config)?;
    if config.webhook_secret.is_none() {
        let problem = "is not set: without it anybody could pretend to be Telegram";
        return Err(ConfigError::new("TELEGRAM_WEBHOOK_SECRET", problem, "$(openssl rand -hex 32)").into());
    }
    let bot = Telegram::connect(config).await?;
    bot.set_webhook(&url).await?;
    show(output, &bot).await
}

async fn bot(telegram: &TelegramArgs) -> Result<Telegram, Failure> {
    Ok(Telegram::connect(config(telegram)?).await?)
}

fn config(telegram: &TelegramArgs) -> Result<TelegramConfig, Failure> {
    let none =
        || ConfigError::new("TELEGRAM_BOT_TOKEN", "is not set; @BotFather gives one", "123456789:AAExampleOfALetterAndDigitSecret_123");
    Ok(telegram.clone().check()?.ok_or_else(none)?)
}

/// Where Telegram shall send updates. It calls https only; another server on this machine may do as it likes.
fn address(public: Option<&str>, config: &TelegramConfig) -> Result<String, Failure> {
    let refuse = |problem: &str| Failure::of(ConfigError::new("PUBLIC_URL", problem, "https://jobs.example.org"));
    let public =
        public.map(str::trim).filter(|url| !url.is_empty()).ok_or_else(|| refuse("is not set, so Telegram can't be told where to send"))?;
    let url = public_url(public).map_err(Failure::of)?;
    if !url.starts_with("https://") && !is_here(&config.api_url) {
        return Err(refuse("is not https, and Telegram calls nothing else"));
    }
    Ok(format!("{url}{PATH}"))
}

fn is_here(url: &str) -> bool {
    ["http://127.", "http://localhost:", "http://[::1]"].iter().any(|local| url.starts_with(local))
}

/// How it stands now, as Telegram says.
async fn show(output: Output, bot: &Telegram) -> Result<(), Failure> {
    let info = bot.get_webhook_info().await?;
    let failed = info.last_error_date.and_then(|at| DateTime::from_timestamp(at, 0));
    match output {
        Output::Json => output::json(&json!({
            "bot": bot.username(),
            "url": (!info.url.is_empty()).then_some(&info.url),
            "pending_updates": info.pending_update_count,
            "last_error": info.last_error_message,
            "last_error_at": failed,
        })),
        Output::Table => {
            let name = bot.username().map_or_else(|| "the bot".to_owned(), |name| format!("@{name}"));
            if info.url.is_empty() {
                say!("Telegram keeps what is written to {name} until it is polled: no webhook is set.");
            } else {
                say!("Telegram sends what is written to {name} to {}.", info.url);
            }
            say!("Waiting: {}", info.pending_update_count);
            if let Some(problem) = &info.last_error_message {
                let at = failed.map(|at| format!(" ({})", output::time(at))).unwrap_or_default();
                say!("Last failure{at}: {problem}");
            }
            Ok(())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn config_at(api_url: &str) -> TelegramConfig {
        let mut args = TelegramArgs::default();
        args.telegram_bot_token = Some("42:AAtoken-of-the-tests".into());
        args.telegram_api_url = Some(api_url.into());
        args.check().unwrap().unwrap()
    }

    #[test]
    fn telegram_itself_is_given_an_https_address_only() {
        let official = config_at("https://api.telegram.org");
        let local = config_at("http://127.0.0.1:8081");
        assert_eq!(address(Some("https://jobs.example.org/"), &official).unwrap(), "https://jobs.example.org/webhooks/telegram");
        assert_eq!(address(Some("http://127.0.0.1:8080"), &local).unwrap(), "http://127.0.0.1:8080/webhooks/telegram");
        for (url, config) in [
            (None, &official),
            (Some(" "), &local),
            (Some("http://jobs.example.org"), &official),
            (Some("jobs.example.org"), &local),
            (Some("https://ada@jobs.example.org"), &official),
            (Some("http://jobs.example.org"), &config_at("http://localhost.example.org")),
        ] {
            let refused = address(url, config).unwrap_err();
            assert!(refused.message().unwrap().starts_with("PUBLIC_URL: "), "{url:?}: {refused:?}");
        }
    }
}
