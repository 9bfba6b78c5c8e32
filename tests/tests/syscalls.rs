//! I1, I2, I11 at every system call: the real server on SQLite is killed at a call, or the call fails, and nothing is
//! lost, nothing is doubled, and what is stored is what an undisturbed run stores. Here a sample, drawn from a seed;
//! `tests/run syscalls` takes all of one conversation and most of the others, `CHATBOT_SYSCALLS=all` every point.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#![allow(clippy::print_stdout, reason = "the figures are what these tests are for")]

use std::time::Instant;

use chatbot_tests::syscalls::boot::{Ground, boot_points, strike_boot};
use chatbot_tests::syscalls::choice::{Choice, Extent, touches_pages};
use chatbot_tests::syscalls::fault::{Fault, WRITES, fail};
use chatbot_tests::syscalls::kill::{points, strike, undisturbed};
use chatbot_tests::syscalls::postgres;
use chatbot_tests::syscalls::story::{STORIES, Stage};
use chatbot_tests::syscalls::tally::Tally;
use chatbot_tests::syscalls::threads::Role;
use futures::StreamExt as _;
use futures::stream::iter;

/// Points at once: each waits for disks and sockets as much as for a processor.
const AT_ONCE: usize = 3;
/// Of what fails, these many at once: each sits its fault out.
const SITTING_OUT: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_killed_at_a_call_of_its_writer_or_its_network_it_loses_and_doubles_nothing() {
    let mut choice = Choice::from_env();
    for (story, (sample, every)) in STORIES.into_iter().zip([(2, 1), (1, 4), (1, 4), (2, 4)]) {
        if !choice.plays(story) {
            continue;
        }
        let began = Instant::now();
        let stage = story.stage().await;
        let expected = undisturbed(&stage).await;
        let points = points(&stage).await;
        let count = points.len();
        let chosen = choice.of(points, sample, every, |p| touches_pages(&p.call), ToString::to_string);
        let mut struck = iter(chosen).map(|point| strike(&stage, &expected, point)).buffer_unordered(AT_ONCE);
        let mut tally = Tally::default();
        while let Some(struck) = struck.next().await {
            let point = &struck.point;
            tally.count(format!("{:?} {}", point.role, point.call), &point.to_string(), struck.at.as_ref(), &struck.verdict);
        }
        println!("killed at a system call, {story:?}, seed {}, {:?}: of {count} {tally}", choice.seed, began.elapsed());
        tally.assert_clean("killed at a system call", choice.seed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_killed_at_a_call_of_its_start_it_starts_again_and_goes_on() {
    let mut choice = Choice::from_env();
    for (what, ground) in [("on nothing", Ground::empty()), ("after a kill", Ground::killed().await)] {
        let began = Instant::now();
        let points = boot_points(&ground).await;
        let count = points.len();
        let chosen = choice.of(points, 1, 3, |p| touches_pages(&p.call), ToString::to_string);
        let ground = &ground;
        let mut struck = iter(chosen).map(async |point| (strike_boot(ground, &point).await, point)).buffer_unordered(AT_ONCE);
        let mut tally = Tally::default();
        while let Some(((at, verdict), point)) = struck.next().await {
            tally.count(point.call.clone(), &point.to_string(), at.as_ref(), &verdict);
        }
        println!("killed while it starts {what}, seed {}, {:?}: of {count} {tally}", choice.seed, began.elapsed());
        tally.assert_clean("killed while it starts", choice.seed);
    }
}

/// Every fault of a story: each write of the writer's thread by an error that passes, and some of them by one that lasts.
async fn faults(stage: &Stage) -> Vec<Fault> {
    let writes = points(stage).await.into_iter().filter(|point| point.role == Role::Writer && WRITES.contains(&&*point.call));
    let mut faults = Vec::new();
    for point in writes {
        let (error, other) = if point.n % 2 == 0 { ("ENOSPC", "EIO") } else { ("EIO", "ENOSPC") };
        if point.n % 8 == 0 || !touches_pages(&point.call) {
            faults.push(Fault { point: point.clone(), error: other, lasts: true });
        }
        faults.push(Fault { point, error, lasts: false });
    }
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i11_a_write_that_fails_is_no_acknowledgement_and_the_server_goes_on() {
    let mut choice = Choice::from_env();
    for (story, (sample, every)) in STORIES.into_iter().zip([(2, 2), (0, 8), (0, 8), (1, 8)]) {
        if !choice.plays(story) || (sample == 0 && choice.extent == Extent::Sample) {
            continue;
        }
        let began = Instant::now();
        let stage = story.stage().await;
        let expected = undisturbed(&stage).await;
        let faults = faults(&stage).await;
        let count = faults.len();
        let chosen = choice.of(faults, sample, every, |f| touches_pages(&f.point.call), ToString::to_string);
        let mut failed = iter(chosen).map(|fault| fail(&stage, &expected, fault)).buffer_unordered(SITTING_OUT);
        let (mut tally, mut refused) = (Tally::default(), 0);
        while let Some(failed) = failed.next().await {
            let fault = &failed.fault;
            let lasts = if fault.lasts { " for a while" } else { "" };
            tally.count(format!("{} {}{lasts}", fault.point.call, fault.error), &fault.to_string(), failed.at.as_ref(), &failed.verdict);
            refused += failed.refused;
        }
        println!("failing writes, {story:?}, seed {}, {:?}: of {count} {tally}; {refused} requests refused", choice.seed, began.elapsed());
        tally.assert_clean("failing writes", choice.seed);
        assert!(refused > 0 || choice.extent == Extent::Sample, "no request was refused: nobody noticed a fault");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "part of `tests/run syscalls`: each fault brings a PostgreSQL down"]
async fn i11_a_write_that_fails_in_postgresql_itself_loses_nothing_acknowledged() {
    let mut choice = Choice::from_env();
    let began = Instant::now();
    let cluster = postgres::Cluster::start().await;
    let (expected, faults) = postgres::undisturbed(&cluster).await;
    let (mut tally, mut refused) = (Tally::default(), 0);
    for faults in faults {
        for fault in choice.some(faults, 8) {
            let (at, refusals, verdict) = postgres::fail(&cluster, &expected, &fault).await;
            tally.count(format!("{} {}", fault.call, fault.error), &format!("{fault:?}"), at.as_ref(), &verdict);
            refused += refusals;
        }
    }
    cluster.stop().await;
    println!("failing writes of PostgreSQL, seed {}, {:?}: {tally}; {refused} requests refused", choice.seed, began.elapsed());
    tally.assert_clean("failing writes of PostgreSQL", choice.seed);
    assert!(refused > 0, "no request was refused: nobody noticed a fault");
}
