//! `chatbot-http`: the server as a process. Reads the environment, installs what only a process may, and serves.

use std::process::ExitCode;

use chatbot_http::{Args, Config, serve};
use chatbot_telegram::host;
use clap::Parser as _;
use tokio::net::TcpListener;

/// A third of a turn's processor time was the C library's allocator; see `docs/performance.md`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    host::run(
        "chatbot-http",
        || Config::new(Args::parse(), std::env::vars()),
        |config| &mut config.host,
        async |config, shutdown| {
            let listener = TcpListener::bind(config.host.bind_addr).await.map_err(|e| {
                let why = match e.kind() {
                    std::io::ErrorKind::AddrInUse => "something listens there already".to_owned(),
                    _ => e.to_string(),
                };
                format!("BIND_ADDR {} can't be listened on: {why}; example: BIND_ADDR=127.0.0.1:8081", config.host.bind_addr)
            })?;
            serve(config, listener, shutdown).await.map_err(|e| e.to_string())
        },
    )
}
