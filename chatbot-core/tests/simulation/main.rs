//! The turn, simulated: several processes on one database, in one thread, by a schedule that comes from a seed.
//!
//! What decides is the production code: `Inbox`, `SessionManager`, `Worker`, `Deliverer`, the store. Simulated is what
//! surrounds it: whose turn it is, the clock, ids, the channel, the answers of a slow decider; and what goes wrong.
//! Processes die with all they had in memory, or stand still beyond their leases and go on with what they knew then.
//! Calls to the database fail, or succeed and their answer is lost. The database crashes and forgets claims that were
//! committed asynchronously. Updates come twice, at once or a day later.
//!
//! A run is a few hundred steps of this, then a calm in which nothing fails any more; then everything is checked:
//! what each call may do by `witness.rs` as it happens, what is left by `checks.rs`. The same seed is the same run.
//!
//! `CHATBOT_SIM_SEEDS=10000` runs that many seeds; `CHATBOT_SIM_SEED=17` runs the 17th alone and tells it line by line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "tests may"
)]

mod calm;
mod chaos;
mod checks;
mod parrot;
mod people;
mod pigeon;
mod port;
mod process;
mod rng;
mod sim;
mod tally;
mod witness;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once};

use tally::Tally;
use world::World;

/// What must have happened at least once over a few hundred seeds, or the runs show nothing.
const NOT_IN_VAIN: [&str; 27] = [
    "cancelled",
    "claims lost in a crash of the database",
    "claims made while accepting",
    "copies of a message accepted without effect",
    "failed",
    "faults: a call to the database failed",
    "faults: a process died",
    "faults: a process stood still",
    "faults: a turn failed",
    "faults: an answer of the database was lost",
    "faults: an update was delivered again",
    "faults: the clock was set",
    "faults: the database crashed",
    "fragments waited for",
    "messages parked, as they crash their turn",
    "messages committed as being sent",
    "messages sent again, their first end being unknown",
    "messages that arrived twice",
    "releases",
    "reminders",
    "sessions served within a lease and a second",
    "stale commits after a lost claim attempted",
    "stale commits attempted",
    "takeovers with something on the wire",
    "turns run while accepting",
    "things under way that died with their process",
    "unknown",
];

/// How a run went.
struct Run {
    seed: u64,
    hash: u64,
    tally: Tally,
    violations: Vec<String>,
    lines: Vec<String>,
}

fn run(seed: u64, kept: bool) -> Run {
    quiet_parrots();
    let mut world = World::new(seed, kept);
    let steps = world.sim.dice.between(600, 1800);
    for _ in 0..steps {
        world.something_happens();
    }
    world.calm();
    world.check();
    let mut witness = world.sim.witness();
    witness.tally.add("steps", steps);
    let (hash, tally, violations) = (witness.trace.hash(), witness.tally.clone(), witness.violations.clone());
    Run { seed, hash, tally, violations, lines: witness.trace.lines().to_vec() }
}

/// A parrot that meets poison panics on purpose: that needs no report.
fn quiet_parrots() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.payload_as_str().is_some_and(|said| said.contains("the parrot met")) {
                report(info);
            }
        }));
    });
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|n| n.parse().unwrap_or_else(|_| panic!("{variable}={n} is no number")))
}

#[test]
fn in_every_schedule_the_promises_hold() {
    if let Some(seed) = number("CHATBOT_SIM_SEED") {
        let run = run(seed, true);
        println!("{}\n{}", run.lines.join("\n"), run.tally);
        assert!(run.violations.is_empty(), "seed {seed}:\n{}", run.violations.join("\n"));
        return;
    }
    let seeds = number("CHATBOT_SIM_SEEDS").unwrap_or(300);
    let next = AtomicU64::new(1);
    let runs: Mutex<Vec<Run>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > seeds {
                        break;
                    }
                    let run = run(seed, false);
                    runs.lock().unwrap().push(run);
                }
            });
        }
    });
    let mut runs = runs.into_inner().unwrap();
    runs.sort_by_key(|run| run.seed);
    let mut tally = Tally::default();
    for run in &runs {
        tally.merge(&run.tally);
    }
    let hash = runs.iter().fold(0_u64, |hash, run| hash.rotate_left(5) ^ run.hash);
    println!("{seeds} seeds, trace {hash:016x}, stale commits accepted {}:\n{tally}", tally.of("stale commits accepted"));
    let broken: Vec<&Run> = runs.iter().filter(|run| !run.violations.is_empty()).collect();
    let told = broken
        .iter()
        .take(10)
        .map(|run| format!("CHATBOT_SIM_SEED={}: {}", run.seed, run.violations.join("\n    ")))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(broken.is_empty(), "{} of {seeds} seeds broke a promise; run one alone to see how:\n{told}", broken.len());
    for what in NOT_IN_VAIN.iter().filter(|_| seeds >= 300) {
        assert!(tally.of(what) > 0, "in vain: in no run was there anything of \"{what}\"");
    }
}

#[test]
fn a_seed_is_the_same_run_every_time() {
    for seed in 1..=5 {
        let (first, again) = (run(seed, true), run(seed, true));
        let differ = first.lines.iter().zip(&again.lines).position(|(a, b)| a != b);
        assert_eq!(first.hash, again.hash, "seed {seed} goes another way at line {differ:?}");
        assert!(first.lines.len() > 200, "a run of {} lines", first.lines.len());
    }
}
