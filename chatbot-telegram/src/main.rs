//! `chatbot-telegram`: the bot by itself, on one database.

use std::io::Write as _;
use std::process::ExitCode;

use chatbot_core::provider::ProviderSlot;
use chatbot_core::resume::{ChildReader, child};
use chatbot_telegram::bot::{Args, Config, serve};
use chatbot_telegram::host::{start_log, stop_on_signals};
use clap::Parser as _;
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    // The process that reads a resume is this binary again: before it is anything else.
    if let Some(code) = child::run_if_called(std::env::args_os()) {
        return code;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // The last word, on one line, whatever the log shows.
            let _ = writeln!(std::io::stderr(), "chatbot-telegram: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut config = Config::new(Args::parse()).map_err(|e| e.to_string())?;
    config.providers = ProviderSlot::from_vars(std::env::vars()).map_err(|e| e.to_string())?;
    start_log(&config.log, config.log_format).map_err(|e| e.to_string())?;
    config.resume_reader = ChildReader::own_binary()
        .inspect_err(|error| tracing::warn!(%error, "this binary can't be found, so of resumes only plain text is read"))
        .ok();
    // One TLS provider a process, chosen by the binary.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| format!("no runtime: {e}"))?;
    let outcome = runtime.block_on(async {
        let (shutdown, hurry) = (CancellationToken::new(), CancellationToken::new());
        stop_on_signals(shutdown.clone(), hurry.clone())?;
        tokio::select! {
            outcome = serve(config, shutdown) => outcome.map_err(|e| e.to_string()),
            () = hurry.cancelled() => Err("stopped at once by a second signal; turns under way will be run again".to_owned()),
        }
    });
    // A thread that hangs in a blocking call must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}
