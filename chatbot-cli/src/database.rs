//! The database the verbs work on.

use std::sync::Arc;

use chatbot_core::clock::{Clock, FakeClock, RandomIds, SystemClock};
use chatbot_core::recruiting::list::Page;
use chatbot_core::resume::ChildReader;
use chatbot_core::store::open::{DatabaseSettings, ServerLock, open, open_as_server};
use chatbot_core::{Chatbot, ChatbotBuilder, Settings};

use crate::args::Args;
use crate::failure::Failure;

/// A page nobody's list is longer than on a terminal.
pub(crate) const PAGE: Page = Page { limit: 500, offset: 0 };

/// Which database is meant: the flag's, else the environment's, else the default file.
pub(crate) fn settings(args: &Args) -> DatabaseSettings {
    let mut settings = DatabaseSettings::from_variables(|name| std::env::var(name).ok());
    if let Some(url) = &args.database_url {
        settings.url.clone_from(url);
        settings.variable = "--database-url";
    }
    if let Some(schema) = &args.database_schema {
        settings.schema.clone_from(schema);
    }
    settings
}

/// The same bot, reading resumes in a process of this binary.
pub(crate) fn reading(builder: ChatbotBuilder) -> ChatbotBuilder {
    match ChildReader::own_binary() {
        Ok(reader) => builder.resume_reader(reader),
        Err(_) => builder,
    }
}

/// The bot over the database, to read and write beside whatever server runs on it. Nothing is claimed.
pub(crate) async fn beside(args: &Args) -> Result<Chatbot, Failure> {
    let store = open(&settings(args), Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    let mut figures = Settings::default();
    if let Some(days) = std::env::var("RETENTION_DAYS").ok().filter(|days| !days.trim().is_empty()) {
        // What is no number is out of range, and refused by its name.
        figures.retention_days = days.trim().parse().unwrap_or(0);
    }
    Ok(reading(Chatbot::builder(store).settings(figures)).build()?)
}

/// As [`beside`], with a schema that is up to date.
pub(crate) async fn current(args: &Args) -> Result<Chatbot, Failure> {
    let chatbot = beside(args).await?;
    let migrations = chatbot.migrations().await?;
    if migrations.up_to_date() {
        return Ok(chatbot);
    }
    chatbot.migrate().await?;
    Ok(chatbot)
}

/// The bot as the database's server, for scripts: with a clock of ours, and nobody else working meanwhile (SQLite).
pub(crate) async fn as_server(args: &Args, clock: Arc<FakeClock>) -> Result<(Chatbot, ServerLock), Failure> {
    let shown = Arc::clone(&clock) as Arc<dyn Clock>;
    let (store, lock) = open_as_server(&settings(args), Arc::clone(&shown), Arc::new(RandomIds), "chatbot run", "no address").await?;
    let chatbot = reading(Chatbot::builder(store)).clock(shown).build()?;
    chatbot.migrate().await?;
    Ok((chatbot, lock))
}
