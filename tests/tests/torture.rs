//! The runs of `torture` with figures that an ordinary run has time for: the whole proof is `tests/run slow`.

use chatbot_tests::Engine;
use chatbot_tests::torture::outcome::Outcome;
use chatbot_tests::torture::{crashes, kills, pauses, recovery, takeovers};

const SEED: u64 = 20_261_128;

#[track_caller]
fn is_good(outcome: &Outcome) {
    assert!(outcome.is_good(), "{outcome}");
}

fn killing(engine: Engine, messages: usize, kills: usize, most_copies: u64, connections: u64) -> kills::Wish {
    kills::Wish { engine, messages, kills, most_copies, places: 10, connections, seed: SEED }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_i2_killed_while_messages_keep_coming_nothing_is_lost_or_doubled_on_sqlite() {
    is_good(&kills::run("kill -9", &killing(Engine::Sqlite, 200, 4, 1, 8)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_i2_killed_while_messages_keep_coming_nothing_is_lost_or_doubled_on_postgresql() {
    is_good(&kills::run("kill -9", &killing(Engine::Postgres, 200, 3, 1, 8)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i2_updates_delivered_up_to_five_times_through_kills_have_their_effect_once() {
    is_good(&kills::run("each update 1 to 5 times", &killing(Engine::Sqlite, 200, 2, 5, 32)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_postgresql_stopped_at_once_loses_nothing() {
    is_good(&crashes::run(120, 2, 8, SEED).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_workers_paused_beyond_their_leases_write_nothing_late() {
    is_good(&pauses::run(4, 3, 16, SEED).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i5_nothing_of_the_bots_begins_after_quiet_on_sqlite() {
    is_good(&takeovers::run(Engine::Sqlite, 60, 6, SEED).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i5_nothing_of_the_bots_begins_after_quiet_on_postgresql() {
    is_good(&takeovers::run(Engine::Postgres, 60, 6, SEED).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_on_within_a_second_on_sqlite() {
    is_good(&recovery::run(Engine::Sqlite, 2, SEED, false).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_on_within_three_seconds_on_postgresql() {
    is_good(&recovery::run(Engine::Postgres, 2, SEED, false).await);
}
