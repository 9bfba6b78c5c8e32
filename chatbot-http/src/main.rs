//! `chatbot-http`: the server as a process. Reads the environment, installs what only a process may, and serves.

use std::io::Write as _;
use std::process::ExitCode;

use chatbot_core::resume::{ChildReader, child};
use chatbot_http::config::LogFormat;
use chatbot_http::{Args, Config, serve};
use clap::Parser as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

fn main() -> ExitCode {
    // The process that reads a resume is this binary again: before it is anything else.
    if let Some(code) = child::run_if_called(std::env::args_os()) {
        return code;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // The last word, on one line, whatever the log shows.
            let _ = writeln!(std::io::stderr(), "chatbot-http: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    // One TLS provider a process, chosen by whoever owns the process. An error says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut config = Config::new(Args::parse(), std::env::vars()).map_err(|e| e.to_string())?;
    log(&config)?;
    config.resume_reader = ChildReader::own_binary()
        .inspect_err(|error| tracing::warn!(%error, "this binary can't be found, so of resumes only plain text is read"))
        .ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| format!("no runtime: {e}"))?;
    let outcome = runtime.block_on(async {
        let listener = TcpListener::bind(config.bind_addr).await.map_err(|e| {
            let why = match e.kind() {
                std::io::ErrorKind::AddrInUse => "something listens there already".to_owned(),
                _ => e.to_string(),
            };
            format!("BIND_ADDR {} can't be listened on: {why}; example: BIND_ADDR=127.0.0.1:8081", config.bind_addr)
        })?;
        let (shutdown, hurry) = (CancellationToken::new(), CancellationToken::new());
        stop_on_signals(shutdown.clone(), hurry.clone())?;
        tokio::select! {
            outcome = serve(config, listener, shutdown) => outcome.map_err(|e| e.to_string()),
            () = hurry.cancelled() => Err("stopped at once by a second signal; turns under way will be run again".to_owned()),
        }
    });
    // A thread that hangs in a blocking call must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

fn log(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::builder()
        .parse(&config.log)
        .map_err(|_| "RUST_LOG is not a list of targets and levels; example: RUST_LOG=info,chatbot_core=debug".to_owned())?;
    // Whatever is asked for, crates below ours don't get to show requests, statements or tokens.
    let decent = FilterFn::new(chatbot_core::privacy::may_be_logged);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(decent);
    match config.log_format {
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
