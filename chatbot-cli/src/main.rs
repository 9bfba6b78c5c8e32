//! `chatbot`: the bot in a terminal. Talk to it, run scripted conversations, look after jobs and applications.
//!
//! What only a process may install is installed here; the rest is the library.

use std::process::ExitCode;

use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

fn main() -> ExitCode {
    // The process that reads a resume is this binary again: before it is anything else.
    if let Some(code) = chatbot_core::resume::child::run_if_called(std::env::args_os()) {
        return code;
    }
    // Fails only where a provider is there already, and then there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    // What the verbs answer goes to the standard output; the log must not run into it.
    let decent = FilterFn::new(chatbot_core::privacy::may_be_logged);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(decent).with(lines).init();
    chatbot_cli::run()
}
