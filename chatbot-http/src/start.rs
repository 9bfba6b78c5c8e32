//! From a configuration to a chatbot on an open, migrated database.

use std::net::SocketAddr;
use std::sync::Arc;

use chatbot_core::Chatbot;
use chatbot_core::chatbot::BuildError;
use chatbot_core::clock::{Clock, FakeClock, SystemClock};
use chatbot_core::store::open::ServerLock;
use chatbot_core::template::Templates;

use chatbot_telegram::{StartError, Telegram, TelegramConfig};

use crate::config::{Config, WorkerType};
use crate::serve::ServeError;
use crate::whatsapp::WhatsApp;

/// What a server runs on.
pub(crate) struct Started {
    pub(crate) chatbot: Chatbot,
    pub(crate) telegram: Option<Telegram>,
    pub(crate) whatsapp: Option<WhatsApp>,
    pub(crate) test_clock: Option<Arc<FakeClock>>,
    /// The default database was made just now.
    pub(crate) is_new: bool,
    /// Held as long as the server runs.
    pub(crate) lock: ServerLock,
}

/// Opens, locks, builds, migrates.
pub(crate) async fn start(config: &Config, addr: SocketAddr, url: &str) -> Result<Started, ServeError> {
    let is_new = config.host.is_new();
    let test_clock = config.test_clock.then(|| Arc::new(FakeClock::new(SystemClock.now())));
    let clock: Arc<dyn Clock> = match &test_clock {
        Some(clock) => Arc::clone(clock) as _,
        None => Arc::new(SystemClock),
    };
    let role = config.worker_type.as_str();
    let (builder, lock) = config.host.open(clock, role, &addr.to_string()).await?;
    let mut settings = config.host.settings();
    settings.public_url = Some(url.to_owned());
    settings.poll = config.test_poll.unwrap_or(settings.poll);
    settings.worker = config.worker_type != WorkerType::Api;
    let telegram = match &config.telegram {
        Some(telegram) => Some(bot(telegram.clone()).await?),
        None => None,
    };
    settings.telegram_bot = telegram.as_ref().and_then(|t| t.username()).map(str::to_owned);
    let mut builder = builder.settings(settings);
    if let Some(telegram) = &telegram {
        builder = match config.worker_type {
            WorkerType::Api => builder.account(chatbot_telegram::PLATFORM, telegram.account()),
            _ => builder.channel(telegram.adapter()),
        };
    }
    let whatsapp = match &config.whatsapp {
        None => None,
        Some(whatsapp) => {
            let templates = Templates::english().map_err(BuildError::from)?;
            let channel = WhatsApp::new(whatsapp.clone(), &templates)?;
            builder = builder.templates(templates).channel(channel.clone());
            Some(channel)
        }
    };
    let chatbot = builder.build()?;
    chatbot.migrate().await?;
    Ok(Started { chatbot, telegram, whatsapp, test_clock, is_new, lock })
}

/// The bot behind the token. A token that is refused ends the start; a network that is away does not: the web works without.
async fn bot(config: TelegramConfig) -> Result<Telegram, StartError> {
    let telegram = Telegram::new(config)?;
    match telegram.check().await {
        Ok(_) => {}
        Err(problem @ StartError::Unreachable { .. }) => tracing::warn!(%problem, "Telegram is away; it is tried again and again"),
        Err(refused) => return Err(refused),
    }
    Ok(telegram)
}
