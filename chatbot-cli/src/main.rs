//! `chatbot`: the bot in a terminal. Talk to it, run scripted conversations, look after jobs and applications.
//!
//! `args` says what can be asked for, `commands` does it, one verb a file; `script` is the conversation format, `room`
//! where a conversation takes place.

mod args;
mod commands;
mod database;
mod failure;
mod http;
mod output;
mod room;
mod script;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    // What the verbs answer goes to the standard output; the log must not run into it.
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("chatbot: cannot start: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(commands::run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("chatbot: {message}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}
