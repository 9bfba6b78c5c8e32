//! From a configuration to a chatbot on an open, migrated database.

use std::net::SocketAddr;
use std::sync::Arc;

use chatbot_core::Chatbot;
use chatbot_core::chatbot::Settings;
use chatbot_core::clock::{Clock, FakeClock, RandomIds, SystemClock};
use chatbot_core::store::{PgStore, ServerLock, SqliteStore, Store};
use secrecy::ExposeSecret as _;

use crate::config::{Config, Database, WorkerType};
use crate::serve::ServeError;

/// What a server runs on.
pub(crate) struct Started {
    pub(crate) chatbot: Chatbot,
    pub(crate) test_clock: Option<Arc<FakeClock>>,
    /// The default database was made just now.
    pub(crate) is_new: bool,
    /// Held as long as the server runs (SQLite).
    pub(crate) lock: Option<ServerLock>,
}

/// Opens, locks, builds, migrates.
pub(crate) async fn start(config: &Config, addr: SocketAddr, url: &str) -> Result<Started, ServeError> {
    let is_new = match &config.database {
        Database::Sqlite { path: Some(path), by_default: true, .. } => !path.exists(),
        _ => false,
    };
    let test_clock = config.test_clock.then(|| Arc::new(FakeClock::new(SystemClock.now())));
    let clock: Arc<dyn Clock> = match &test_clock {
        Some(clock) => Arc::clone(clock) as _,
        None => Arc::new(SystemClock),
    };
    let (store, lock) = open(config, addr, &clock).await?;
    let mut settings = Settings::default();
    settings.session_ttl_hours = config.session_ttl_hours;
    settings.public_url = Some(url.to_owned());
    settings.worker = config.worker_type != WorkerType::Api;
    if !config.providers.is_empty() {
        tracing::warn!(slots = config.providers.len(), "PROVIDER variables are read, but models are not called yet: the stub answers");
    }
    let chatbot = Chatbot::builder(store).clock(clock).settings(settings).build()?;
    chatbot.migrate().await?;
    Ok(Started { chatbot, test_clock, is_new, lock })
}

async fn open(config: &Config, addr: SocketAddr, clock: &Arc<dyn Clock>) -> Result<(Store, Option<ServerLock>), ServeError> {
    let (clock, ids) = (Arc::clone(clock), Arc::new(RandomIds));
    match &config.database {
        Database::Sqlite { url, .. } => {
            let store = SqliteStore::open(url.expose_secret(), clock, ids).await?;
            let lock = store.lock_exclusively(config.worker_type.as_str(), &addr.to_string())?;
            Ok((store.into(), Some(lock)))
        }
        Database::Postgres { url, schema } => Ok((PgStore::connect(url.expose_secret(), schema, clock, ids).await?.into(), None)),
    }
}
