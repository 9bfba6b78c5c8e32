//! PostgreSQL stopped at once and started again, while messages keep coming.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::sleep;

use super::kills::{roles, settle_down, until_said};
use super::outcome::Outcome;
use super::people;
use crate::database::Engine;

/// So many messages and crashes.
pub async fn run(messages: usize, crashes: usize, places: u64, seed: u64) -> Outcome {
    let mut outcome = Outcome::new("PostgreSQL stopped at once", seed);
    let (mut fleet, town) = settle_down(Engine::Postgres, roles(Engine::Postgres), seed, 8, 2).await;
    let living = tokio::spawn({
        let town = Arc::clone(&town);
        async move { people::live(&town, places, 4).await }
    });
    let mut dice = town.dice.of(6);
    let (mut busy, mut ended) = (0, 0);
    for crash in 1..=crashes {
        until_said(&town, crash * messages / (crashes + 1)).await;
        sleep(Duration::from_millis(dice.below(40))).await;
        busy += usize::from(town.waiting.load(Ordering::SeqCst) > 0);
        let own = fleet.postgres.as_ref().expect("a PostgreSQL");
        own.crash().await;
        sleep(Duration::from_millis(dice.below(200))).await;
        own.go_on().await;
        for n in 0..fleet.members.len() {
            if fleet.has_ended(n) {
                ended += 1;
                fleet.start_member(n).await;
            }
        }
    }
    until_said(&town, messages).await;
    town.closing.store(true, Ordering::SeqCst);
    living.await.unwrap();
    outcome.say("crashes", crashes);
    outcome.say("crashes_with_people_waiting", busy);
    outcome.say("processes_ended_by_it", ended);
    outcome.demand(busy * 2 >= crashes, "most crashes met nobody who waited: they prove nothing");
    outcome.demand(ended == 0, "a process did not outlive its database's restart");
    outcome.close(&fleet, &town).await;
    outcome
}
