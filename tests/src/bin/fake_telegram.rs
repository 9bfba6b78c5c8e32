//! `fake-telegram`: Telegram's Bot API on this machine, with a page to chat on, so that the bot can be tried without an
//! account. Start it, then a bot with `TELEGRAM_API_URL` set to its address and any token of the right shape.
#![allow(clippy::print_stdout, reason = "a program for people: it says where to go")]

use std::process::ExitCode;

use chatbot_tests::telegram::FakeTelegram;

const USAGE: &str = "usage: fake-telegram [--bind ADDRESS:PORT]   (127.0.0.1:8081 where absent)";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let bind = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => "127.0.0.1:8081",
        ["--bind", address] => address,
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("fake-telegram: {USAGE}");
            return ExitCode::from(2);
        }
    };
    let listener = match tokio::net::TcpListener::bind(bind).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("fake-telegram: can't listen on {bind}: {error}; example: --bind 127.0.0.1:8082");
            return ExitCode::FAILURE;
        }
    };
    let fake = FakeTelegram::serve(listener, true);
    println!("Telegram, as far as a bot can tell: TELEGRAM_API_URL={}", fake.url());
    println!("Any token of the right shape is a bot: TELEGRAM_BOT_TOKEN={}", FakeTelegram::TOKEN);
    println!("Chat with it as a user: {}/   or by a job's link: {}/?start=rust-engineer", fake.url(), fake.url());
    tokio::select! {
        () = fake.forever() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    ExitCode::SUCCESS
}
