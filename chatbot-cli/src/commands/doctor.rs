//! `chatbot doctor`: whether everything the bot needs is there, one line each, and what to do where it isn't.

use std::path::Path;

use chatbot_core::Chatbot;
use chatbot_core::provider::ProviderSlot;
use chatbot_core::template::Templates;
use chatbot_core::wake::{RedisTarget, RedisWake, Wake as _};
use chatbot_http::whatsapp::{WhatsApp, WhatsAppConfig};
use chatbot_telegram::{Mode, Telegram};
use serde::Serialize;

use super::providers::try_slot;
use crate::args::{Args, Doctor, Output};
use crate::database::{beside, settings};
use crate::failure::Failure;
use crate::output::{self, say};

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It works.
    Ok,
    /// It doesn't.
    #[serde(rename = "FAIL")]
    Fail,
    /// It isn't wanted, or not used yet.
    Off,
}

/// One line.
#[derive(Debug, Serialize)]
struct Finding {
    state: State,
    name: String,
    detail: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Finding {
    fn new(state: State, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { state, name: name.into(), detail: detail.into(), hint: None }
    }

    fn ok(name: &str, detail: impl Into<String>) -> Self {
        Self::new(State::Ok, name, detail)
    }

    fn off(name: &str, detail: impl Into<String>) -> Self {
        Self::new(State::Off, name, detail)
    }

    fn fail(name: &str, detail: impl std::fmt::Display) -> Self {
        Self::new(State::Fail, name, detail.to_string())
    }

    fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// Looks, and shows; status 1 if something fails.
pub(super) async fn run(args: &Args, wish: &Doctor) -> Result<(), Failure> {
    let mut found = database(args, wish).await;
    found.push(telegram(wish).await);
    found.push(whatsapp(wish).await);
    found.extend(providers().await);
    match args.output {
        Output::Json => output::json(&found)?,
        Output::Table => {
            for finding in &found {
                let state = match finding.state {
                    State::Ok => "ok",
                    State::Fail => "FAIL",
                    State::Off => "off",
                };
                let hint = finding.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                say!("{state:<4} {}: {}{hint}", finding.name, finding.detail);
            }
        }
    }
    if found.iter().any(|finding| finding.state == State::Fail) { Err(Failure::Told) } else { Ok(()) }
}

async fn database(args: &Args, wish: &Doctor) -> Vec<Finding> {
    let unknown = |why: &str| vec![Finding::off("migrations", why), Finding::off("queue", why)];
    let settings = settings(args);
    // Whoever looks whether something is there must not make it.
    if let Some(file) = settings.url.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or(rest))
        && !file.is_empty()
        && !Path::new(file).exists()
    {
        let absent = Finding::fail("database", format!("there is no file {file} yet ({})", settings.variable));
        let mut all = vec![absent.hint("start chatbot-http, or run `chatbot db migrate`")];
        all.extend(unknown("no database"));
        return all;
    }
    let chatbot = match beside(args).await {
        Ok(chatbot) => chatbot,
        Err(failure) => {
            let mut all = vec![Finding::fail("database", failure.message().unwrap_or("it can't be opened"))];
            all.extend(unknown("no database"));
            return all;
        }
    };
    let mut all = match chatbot.migrations().await {
        Err(fault) => vec![Finding::fail("database", fault)],
        Ok(migrations) => {
            let mut all = vec![Finding::ok("database", chatbot.engine())];
            let missing = migrations.known.iter().filter(|(version, _)| !migrations.applied.iter().any(|(v, _)| v == version)).count();
            if missing == 0 {
                all.push(Finding::ok("migrations", format!("{} applied", migrations.applied.len())));
                all.push(queue(&chatbot, wish, &settings.schema).await);
            } else {
                all.push(Finding::fail("migrations", format!("{missing} missing")).hint("run `chatbot db migrate`, or start the server"));
            }
            all
        }
    };
    if all.len() < 3 {
        all.extend(unknown("the schema is not up to date").into_iter().skip(all.len() - 1));
    }
    chatbot.close().await;
    all
}

/// What waits, and what wakes those who work on it.
async fn queue(chatbot: &Chatbot, wish: &Doctor, schema: &str) -> Finding {
    const NAME: &str = "queue";
    let stats = match chatbot.stats().await {
        Err(fault) => return Finding::fail(NAME, fault),
        Ok(stats) => stats,
    };
    let waits = format!("{} conversations have work due, {} messages wait to be sent", stats.worker_queue_length, stats.outbox_ready);
    let redis = match wish.message_queue_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
        None => None,
        Some(url) => match RedisTarget::from_url(url) {
            Err(error) => return Finding::fail(NAME, error),
            Ok(target) => Some(RedisWake::new(&target, schema)),
        },
    };
    let (by, pinged) = match &redis {
        Some(redis) => ("Redis Streams", redis.ping().await),
        None => ("PostgreSQL NOTIFY", chatbot.ping_wake().await),
    };
    match pinged {
        Ok(Some(took)) => Finding::ok(NAME, format!("{waits}; woken by {by}, {:.1} ms there and back", took.as_secs_f64() * 1000.0)),
        Ok(None) => Finding::ok(NAME, format!("{waits}; woken in-process")),
        Err(away) => Finding::fail(NAME, format!("{waits}; not woken by {by}: {away}")).hint("nothing is lost, work is found by polling"),
    }
}

async fn telegram(wish: &Doctor) -> Finding {
    const NAME: &str = "Telegram";
    let config = match wish.telegram.clone().check() {
        Err(error) => return Finding::fail(NAME, error),
        Ok(None) => return Finding::off(NAME, "TELEGRAM_BOT_TOKEN is not set"),
        Ok(Some(config)) => config,
    };
    let (mode, has_secret) = (config.mode, config.webhook_secret.is_some());
    let bot = match Telegram::connect(config).await {
        Ok(bot) => bot,
        Err(error) => return Finding::fail(NAME, error),
    };
    let name = bot.username().map_or_else(|| bot.account().to_owned(), |name| format!("@{name}"));
    let info = match bot.get_webhook_info().await {
        Ok(info) => info,
        Err(error) => return Finding::fail(NAME, format!("{name}: {error}")),
    };
    let waits = info.pending_update_count;
    match (mode, info.url.is_empty()) {
        (Mode::Webhook, true) => {
            Finding::fail(NAME, format!("{name}: TELEGRAM_MODE is webhook, but none is set")).hint("run `chatbot webhook set`")
        }
        (Mode::Polling, false) => {
            Finding::fail(NAME, format!("{name}: TELEGRAM_MODE is polling, but a webhook is set")).hint("run `chatbot webhook delete`")
        }
        (_, false) if !has_secret => {
            Finding::fail(NAME, format!("{name}: a webhook is set, but TELEGRAM_WEBHOOK_SECRET isn't: every delivery is refused"))
                .hint("set it, then run `chatbot webhook set`")
        }
        (_, false) => match (&info.last_error_message, waits) {
            (Some(problem), 1..) => Finding::fail(NAME, format!("{name}: {waits} updates wait; Telegram's last call failed: {problem}"))
                .hint("see that PUBLIC_URL reaches the server"),
            _ => Finding::ok(NAME, format!("{name}, by webhook, {waits} updates wait")),
        },
        (_, true) => Finding::ok(NAME, format!("{name}, by polling, {waits} updates wait")),
    }
}

async fn whatsapp(wish: &Doctor) -> Finding {
    const NAME: &str = "WhatsApp";
    let config = match WhatsAppConfig::new(&wish.whatsapp) {
        Err(error) => return Finding::fail(NAME, error),
        Ok(None) => return Finding::off(NAME, "ENABLE_WHATSAPP is not true"),
        Ok(Some(config)) => config,
    };
    let channel = match Templates::english().map_err(|e| e.to_string()).and_then(|t| WhatsApp::new(config, &t).map_err(|e| e.to_string())) {
        Ok(channel) => channel,
        Err(problem) => return Finding::fail(NAME, problem),
    };
    match channel.check().await {
        Ok(line) => Finding::ok(NAME, format!("{} ({})", line.display_number, line.verified_name)),
        Err(error) => Finding::fail(NAME, error),
    }
}

/// Each slot is put one question; what that costs is the smallest there is.
async fn providers() -> Vec<Finding> {
    let slots = match ProviderSlot::from_vars(std::env::vars()) {
        Err(error) => return vec![Finding::fail("providers", error)],
        Ok(slots) if slots.is_empty() => return vec![Finding::off("providers", "none is set; fixed rules and texts do without")],
        Ok(slots) => slots,
    };
    let tried = futures::future::join_all(slots.iter().map(try_slot)).await;
    tried
        .into_iter()
        .map(|tried| {
            let name = format!("provider {} ({})", tried.slot, tried.provider);
            if tried.ok { Finding::ok(&name, tried.detail) } else { Finding::fail(&name, tried.detail) }
        })
        .collect()
}
