//! `chatbot-telegram`: the bot by itself, on one database.

use std::process::ExitCode;

use chatbot_telegram::bot::{Args, Config, serve};
use chatbot_telegram::host;
use clap::Parser as _;

/// A third of a turn's processor time was the C library's allocator; see `docs/performance.md`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    host::run(
        "chatbot-telegram",
        || Config::new(Args::parse(), std::env::vars()),
        |config| &mut config.host,
        async |config, shutdown| serve(config, shutdown).await.map_err(|e| e.to_string()),
    )
}
