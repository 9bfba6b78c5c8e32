//! Workers stopped beyond their leases while others take over what they held, and let go on: nothing they write late
//! is accepted.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::sleep;

use super::kills::settle_down;
use super::outcome::Outcome;
use super::people;
use crate::database::Engine;

/// Beyond the lease of 2 s.
const STOPPED: (u64, u64) = (2_100, 2_600);
/// Times as many pauses as were asked for, until a stale write is tried.
const MOST: usize = 15;

/// So many pauses among so many workers, one of whom is never stopped.
pub async fn run(pauses: usize, workers: usize, places: u64, seed: u64) -> Outcome {
    let mut outcome = Outcome::new("workers paused beyond their leases", seed);
    let roles: Vec<&'static str> = std::iter::once("api").chain(std::iter::repeat_n("chat", workers)).collect();
    let (fleet, town) = settle_down(Engine::Postgres, &roles, seed, 8, 2).await;
    let living = tokio::spawn({
        let town = Arc::clone(&town);
        async move { people::live(&town, places, 4).await }
    });
    let mut dice = town.dice.of(7);
    let (mut paused, mut held, mut late) = (0, 0, 0.0);
    // Goes on until somebody has tried a stale write: how soon depends on what was under way when they were stopped.
    while paused < pauses || (late == 0.0 && paused < MOST * pauses) {
        let mut stopped: Vec<usize> = Vec::new();
        for n in 1..workers {
            if (paused < pauses || late == 0.0) && (stopped.is_empty() || dice.below(4) > 0) {
                sleep(Duration::from_millis(dice.below(30))).await;
                fleet.signal(n, "STOP").await;
                stopped.push(n);
                paused += 1;
            }
        }
        held += fleet.count("select count(*) from chat_sessions where lease_boot is not null").await;
        sleep(Duration::from_millis(dice.between(STOPPED.0, STOPPED.1))).await;
        for n in stopped {
            fleet.signal(n, "CONT").await;
            sleep(Duration::from_millis(dice.below(20))).await;
        }
        sleep(Duration::from_millis(200 + dice.below(400))).await;
        late = 0.0;
        for n in 1..=workers {
            late += fleet.figure(n, "turn_duration_seconds_count", "outcome=\"stale\"").await;
        }
    }
    town.closing.store(true, Ordering::SeqCst);
    living.await.unwrap();
    outcome.say("pauses", paused);
    outcome.say("sessions_held_when_stopped", held);
    outcome.say("stale_writes_tried", late);
    outcome.demand(held > 0, "nothing was held by whoever was stopped");
    outcome.demand(late > 0.0, "nobody tried a stale write: the pauses prove nothing");
    // What was accepted of them shows as two turns of one interval, a doubled message or a gap.
    outcome.close(&fleet, &town).await;
    outcome
}
