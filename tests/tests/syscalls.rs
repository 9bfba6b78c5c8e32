//! I1, I2, I11 at every system call: the real server on SQLite is killed at a call, or the call fails, and nothing is
//! lost, nothing is doubled, and what is stored is what an undisturbed run stores. Here a sample, drawn from a seed;
//! `CHATBOT_SYSCALLS=all` (`tests/run slow`) takes every point.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#![allow(clippy::print_stdout, reason = "the figures are what these tests are for")]

use std::time::Instant;

use chatbot_tests::syscalls::boot::{Ground, boot_points, strike_boot};
use chatbot_tests::syscalls::fault::{Fault, WRITES, fail};
use chatbot_tests::syscalls::kill::{points, strike, undisturbed};
use chatbot_tests::syscalls::postgres;
use chatbot_tests::syscalls::story::STORIES;
use chatbot_tests::syscalls::tally::{Draw, Tally};
use chatbot_tests::syscalls::threads::Role;
use futures::StreamExt as _;

/// Points at once: each waits for disks and sockets as much as for a processor.
const AT_ONCE: usize = 3;
/// Of what fails, these many at once: each sits its fault out.
const SITTING_OUT: usize = 6;

/// Whether every point is taken.
fn all() -> bool {
    std::env::var("CHATBOT_SYSCALLS").is_ok_and(|wish| wish == "all")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_killed_at_a_call_of_its_writer_or_its_network_it_loses_and_doubles_nothing() {
    let (seed, mut draw) = Draw::new();
    for (story, sample) in STORIES.into_iter().zip([2, 1, 1, 2]) {
        let began = Instant::now();
        let stage = story.stage().await;
        let expected = undisturbed(&stage).await;
        let all_points = points(&stage).await;
        let count = all_points.len();
        let chosen = if all() { all_points } else { draw.sample(all_points, sample) };
        let mut struck = futures::stream::iter(chosen).map(|point| strike(&stage, &expected, point)).buffer_unordered(AT_ONCE);
        let mut tally = Tally::default();
        while let Some(struck) = struck.next().await {
            tally.kill(&struck);
        }
        println!("killed at a system call, {story:?}, seed {seed}, {:?}: of {count} {tally}", began.elapsed());
        tally.assert_clean("killed at a system call", seed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_killed_at_a_call_of_its_start_it_starts_again_and_goes_on() {
    let (seed, mut draw) = Draw::new();
    for (what, ground) in [("on nothing", Ground::empty()), ("after a kill", Ground::killed().await)] {
        let began = Instant::now();
        let all_points = boot_points(&ground).await;
        let count = all_points.len();
        let chosen = if all() { all_points } else { draw.sample(all_points, 1) };
        let ground = &ground;
        let strikes = futures::stream::iter(chosen).map(async |point| (strike_boot(ground, &point).await, point));
        let mut struck = strikes.buffer_unordered(AT_ONCE);
        let mut tally = Tally::default();
        while let Some(((at, verdict), point)) = struck.next().await {
            tally.count(format!("{} {}", point.call, if all() { String::new() } else { point.n.to_string() }), at.map(|at| (at.name, at.place)), &verdict);
        }
        println!("killed while it starts {what}, seed {seed}, {:?}: of {count} {tally}", began.elapsed());
        tally.assert_clean("killed while it starts", seed);
    }
}

/// Every fault of a story: each write of the writer's thread by an error that passes, and some of them by one that lasts.
async fn faults(stage: &chatbot_tests::syscalls::story::Stage) -> Vec<Fault> {
    let writes = points(stage).await.into_iter().filter(|point| point.role == Role::Writer && WRITES.contains(&&*point.call));
    let mut faults = Vec::new();
    for point in writes {
        let (error, other) = if point.n % 2 == 0 { ("ENOSPC", "EIO") } else { ("EIO", "ENOSPC") };
        // A log that can't be forced to the disk is worth both errors, and each of them for a while.
        let forced = point.call.contains("sync");
        if forced || point.n % 8 == 0 {
            faults.push(Fault { point: point.clone(), error: other, lasts: true });
        }
        faults.push(Fault { point, error, lasts: false });
    }
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i11_a_write_that_fails_is_a_503_or_no_ones_and_the_server_goes_on() {
    let (seed, mut draw) = Draw::new();
    for (story, sample) in STORIES.into_iter().zip([2, 0, 0, 1]) {
        if sample == 0 && !all() {
            continue;
        }
        let began = Instant::now();
        let stage = story.stage().await;
        let expected = undisturbed(&stage).await;
        let all_faults = faults(&stage).await;
        let count = all_faults.len();
        let chosen = if all() { all_faults } else { draw.sample(all_faults, sample) };
        let mut failed = futures::stream::iter(chosen).map(|fault| fail(&stage, &expected, fault)).buffer_unordered(SITTING_OUT);
        let (mut tally, mut refused) = (Tally::default(), 0);
        while let Some(failed) = failed.next().await {
            let fault = &failed.fault;
            let lasts = if fault.lasts { " for a while" } else { "" };
            tally.fault(format!("{} {}{lasts}", fault.point.call, fault.error), fault.point.n, &failed);
            refused += failed.refused;
        }
        println!("failing writes, {story:?}, seed {seed}, {:?}: of {count} {tally}; {refused} requests refused", began.elapsed());
        tally.assert_clean("failing writes", seed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "part of `tests/run slow`: each fault brings a PostgreSQL down"]
async fn i11_a_write_that_fails_in_postgresql_itself_loses_nothing_acknowledged() {
    let (seed, mut draw) = Draw::new();
    let began = Instant::now();
    let cluster = postgres::Cluster::start().await;
    let (expected, counts) = postgres::undisturbed(&cluster).await;
    let (mut tally, mut refused) = (Tally::default(), 0);
    for (call, count) in counts.into_iter().filter(|(call, _)| call != "write") {
        for n in draw.sample((1..=count).collect(), 8) {
            let fault = postgres::PgFault { call: call.clone(), n, error: if n % 2 == 0 { "ENOSPC" } else { "EIO" } };
            let (at, refusals, verdict) = postgres::fail(&cluster, &expected, &fault).await;
            tally.count(format!("{call} {}", fault.error), at.map(|at| (at.name, at.place)), &verdict);
            refused += refusals;
        }
    }
    cluster.stop().await;
    println!("failing writes of PostgreSQL, seed {seed}, {:?}: {tally}; {refused} requests refused", began.elapsed());
    tally.assert_clean("failing writes of PostgreSQL", seed);
}
