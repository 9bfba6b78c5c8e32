//! The `chatbot` command as a library, for its conversation scripts: [`script`] reads and plays them, in any [`room::Room`].
//!
//! `args` says what can be asked for, `commands` does it, one verb a file; [`script`] is the conversation format, [`room`]
//! where a conversation takes place.

mod args;
mod commands;
mod database;
mod failure;
mod http;
mod models;
mod output;
pub mod room;
pub mod script;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use args::Args;

/// Reads the command line and does what it says; the status tells how that went.
pub fn run() -> ExitCode {
    let args = Args::parse();
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
