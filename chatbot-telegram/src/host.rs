//! What every server binary does at start and at its end: reading common variables, opening the log, minding signals.
//!
//! Only a binary calls these: a library never installs a subscriber or listens for signals by itself.

use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::config::ConfigError;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// `CHAT_SESSION_TTL_HOURS`; 72 if it is unset.
pub fn hours(text: Option<&str>) -> Result<i64, ConfigError> {
    let Some(text) = text else { return Ok(72) };
    let hours = text.parse().ok().filter(|hours| (1..=24 * 365).contains(hours));
    hours.ok_or_else(|| ConfigError::new("CHAT_SESSION_TTL_HOURS", "is not a whole number of hours from 1 to 8760", "72"))
}

/// `LOG_FORMAT`; pretty if it is unset.
pub fn log_format(text: Option<&str>) -> Result<LogFormat, ConfigError> {
    match text {
        None | Some("pretty") => Ok(LogFormat::Pretty),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(ConfigError::new("LOG_FORMAT", "is neither pretty nor json", "json")),
    }
}

/// Opens the log on standard error. Once a process.
pub fn start_log(filter: &str, format: LogFormat) -> Result<(), ConfigError> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|_| ConfigError::new("RUST_LOG", "is not a list of targets and levels", "info,chatbot_core=debug"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Pretty => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
    }
    Ok(())
}

/// The first SIGTERM or SIGINT stops in good order; a second one doesn't wait for it.
pub fn stop_on_signals(shutdown: CancellationToken, hurry: CancellationToken) -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|e| format!("signals can't be listened for: {e}"));
    let (mut term, mut int) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = term.recv() => "SIGTERM",
                _ = int.recv() => "SIGINT",
            }
        };
        let signal = next().await;
        tracing::info!(signal, "stopping: turns under way are finished first");
        shutdown.cancel();
        next().await;
        hurry.cancel();
    });
    Ok(())
}
