//! What every server binary does at start and at its end: reading common variables, opening the log, minding signals.
//!
//! Only a binary calls these: a library never installs a subscriber or listens for signals by itself.

use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

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
    // Whatever is asked for, crates below ours don't get to show requests, addresses with a token in them, or words.
    let decent = FilterFn::new(chatbot_core::privacy::may_be_logged);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(decent);
    match format {
        LogFormat::Json => registry.with(lines.json()).init(),
        LogFormat::Pretty => registry.with(lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))).init(),
    }
    // What a panic says may quote what it stumbled over: only the place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "chatbot", place, "panicked");
    }));
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
