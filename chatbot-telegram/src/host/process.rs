//! What only a process may do: it installs the log and the TLS provider, and minds signals.
//!
//! Only a binary calls these: a library never installs a subscriber or listens for signals by itself.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use chatbot_core::resume::{ChildReader, child};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::settings::{HostConfig, LogFormat};
use crate::config::ConfigError;

/// The whole of a server's `main`. `name` begins the last line of a failure; `configure` reads flags and environment, `host`
/// names what of the configuration every server has, and `serve` serves until its token is cancelled.
pub fn run<C>(
    name: &str,
    configure: impl FnOnce() -> Result<C, ConfigError>,
    host: impl FnOnce(&mut C) -> &mut HostConfig,
    serve: impl AsyncFnOnce(C, CancellationToken) -> Result<(), String>,
) -> ExitCode {
    // The process that reads a resume is this binary again: before it is anything else.
    if let Some(code) = child::run_if_called(std::env::args_os()) {
        return code;
    }
    match run_configured(configure, host, serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // The last word, on one line, whatever the log shows.
            let _ = writeln!(std::io::stderr(), "{name}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run_configured<C>(
    configure: impl FnOnce() -> Result<C, ConfigError>,
    host: impl FnOnce(&mut C) -> &mut HostConfig,
    serve: impl AsyncFnOnce(C, CancellationToken) -> Result<(), String>,
) -> Result<(), String> {
    // One TLS provider a process, chosen by whoever owns the process. An error says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut config = configure().map_err(|e| e.to_string())?;
    let common = host(&mut config);
    start_log(&common.log, common.log_format).map_err(|e| e.to_string())?;
    common.resume_reader = ChildReader::own_binary()
        .inspect_err(|error| tracing::warn!(%error, "this binary can't be found, so of resumes only plain text is read"))
        .ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| format!("no runtime: {e}"))?;
    let outcome = runtime.block_on(async {
        let (shutdown, hurry) = (CancellationToken::new(), CancellationToken::new());
        stop_on_signals(shutdown.clone(), hurry.clone())?;
        tokio::select! {
            outcome = serve(config, shutdown) => outcome,
            () = hurry.cancelled() => Err("stopped at once by a second signal; turns under way will be run again".to_owned()),
        }
    });
    // A thread that hangs in a blocking call must not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
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
fn stop_on_signals(shutdown: CancellationToken, hurry: CancellationToken) -> Result<(), String> {
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
