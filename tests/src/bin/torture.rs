//! `torture`: kills, crashes, pauses and races against the real servers, with figures as large as one likes. Each run prints
//! its seed, what was done, what had an effect, and what was lost, doubled, out of order or wrong; the status is 1 unless all
//! is well.
#![allow(clippy::print_stdout, reason = "a program for people: it says what it found")]

use std::collections::BTreeMap;
use std::process::ExitCode;

use chatbot_tests::Engine;
use chatbot_tests::torture::outcome::Outcome;
use chatbot_tests::torture::{crashes, kills, pauses, recovery, takeovers};

const USAGE: &str =
    "usage: torture [SUITE…] [--messages N] [--kills N] [--updates N] [--crashes N] [--pauses N] [--workers N] [--races N] \
     [--rounds N] [--places N] [--seed N] [--engine sqlite|postgres]
suites: kills crashes pauses duplicates takeovers recovery (all where none is named)";
const SUITES: [&str; 6] = ["recovery", "kills", "duplicates", "crashes", "pauses", "takeovers"];

/// What the whole proof is made of, on each engine where it runs on both.
const FIGURES: [(&str, usize); 10] = [
    ("messages", 25_000),
    ("kills", 250),
    ("updates", 25_000),
    ("crashes", 50),
    ("pauses", 500),
    ("workers", 6),
    ("races", 5_000),
    ("rounds", 25),
    ("places", 48),
    ("seed", 1),
];

struct Wish {
    suites: Vec<String>,
    figures: BTreeMap<&'static str, usize>,
    engines: Vec<Engine>,
}

fn wish() -> Result<Wish, String> {
    let mut wish = Wish { suites: Vec::new(), figures: BTreeMap::from(FIGURES), engines: vec![Engine::Sqlite, Engine::Postgres] };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let Some(flag) = argument.strip_prefix("--") else {
            if !SUITES.contains(&argument.as_str()) {
                return Err(format!("there is no suite {argument:?}"));
            }
            wish.suites.push(argument);
            continue;
        };
        let value = arguments.next().ok_or_else(|| format!("--{flag} wants a value"))?;
        if flag == "engine" {
            wish.engines = vec![if value == "sqlite" { Engine::Sqlite } else { Engine::Postgres }];
            continue;
        }
        let (name, _) = FIGURES.iter().find(|(name, _)| *name == flag).ok_or_else(|| format!("there is no flag --{flag}"))?;
        wish.figures.insert(name, value.parse().map_err(|_| format!("--{flag} wants a number"))?);
    }
    if wish.suites.is_empty() {
        wish.suites = SUITES.map(str::to_owned).to_vec();
    }
    Ok(wish)
}

#[tokio::main]
async fn main() -> ExitCode {
    let wish = match wish() {
        Ok(wish) => wish,
        Err(problem) => {
            eprintln!("torture: {problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let figure = |name: &str| wish.figures.get(name).copied().unwrap_or_default();
    let (seed, places) = (figure("seed") as u64, figure("places") as u64);
    let mut failed = 0;
    let mut tell = |outcome: Outcome| {
        println!("{outcome}");
        failed += usize::from(!outcome.is_good());
    };
    let on =
        |engine, messages, kills, most_copies, connections| kills::Wish { engine, messages, kills, most_copies, places, connections, seed };
    for suite in &wish.suites {
        for engine in &wish.engines {
            match suite.as_str() {
                "kills" => tell(kills::run("kill -9", &on(*engine, figure("messages"), figure("kills"), 1, 8)).await),
                "duplicates" => {
                    tell(kills::run("each update 1 to 5 times", &on(*engine, figure("updates"), figure("kills") / 5, 5, 32)).await);
                }
                "takeovers" => tell(takeovers::run(*engine, figure("races"), places, seed).await),
                "recovery" => tell(recovery::run(*engine, figure("rounds"), seed, true).await),
                _ => {}
            }
        }
        if wish.engines.contains(&Engine::Postgres) {
            match suite.as_str() {
                "crashes" => tell(crashes::run(figure("messages") / 2, figure("crashes"), places, seed).await),
                "pauses" => tell(pauses::run(figure("pauses"), figure("workers"), places, seed).await),
                _ => {}
            }
        }
    }
    println!("{}", if failed == 0 { "all good".to_owned() } else { format!("{failed} runs failed") });
    ExitCode::from(u8::from(failed > 0))
}
