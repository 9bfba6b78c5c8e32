//! `bench`: how many turns a second the bot does, how soon a reply comes, what that costs, and what the machine could do
//! at most. `docs/performance.md` says how to read it.
//!
//! In the order of a run:
//! * [`stage`], [`postgres`], [`bots`]: what is measured, started as an operator starts it.
//! * [`side`]: Telegram and the candidates, in a process of their own; [`protocol`] what is said to it.
//! * [`candidates`], [`script`], [`pace`], [`phones`], [`telegram`], [`calls`], [`wire`]: what it is made of.
//! * [`stored`]: what the bot keeps, against what was said.
//! * [`limits`], [`echo`]: what the machine and the harness could do; [`costs`] what processes took.
//! * [`models`]: what the bot adds to a model's time.
//! * [`row`], [`matrix`], [`aims`]: a figure, all of them, and what they are to be; [`figures`], [`table`]: for people.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program of the tests, for people: what fails here ends it, and what it finds is printed"
)]

mod aims;
mod bots;
mod calls;
mod candidates;
mod costs;
mod echo;
mod figures;
mod limits;
mod matrix;
mod models;
mod options;
mod pace;
mod phones;
mod postgres;
mod protocol;
mod row;
mod script;
mod side;
mod stage;
mod stored;
mod table;
mod telegram;
mod wire;

use std::process::ExitCode;

use clap::Parser as _;

use crate::options::{Arguments, Verb};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut runtime = match &arguments.verb {
        // One thread each: they are to leave the machine to what is measured.
        Verb::TelegramSide | Verb::Echo { .. } => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::select! {
            code = options::follow(arguments) => code,
            // What was started ends with what holds it.
            _ = tokio::signal::ctrl_c() => ExitCode::from(130),
        }
    })
}
