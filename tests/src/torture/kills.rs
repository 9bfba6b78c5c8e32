//! kill -9 at any moment, of whoever serves, whoever works, and all of them, while messages keep coming.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::sleep;

use super::dice::Dice;
use super::fleet::Fleet;
use super::form;
use super::outcome::Outcome;
use super::people;
use super::town::Town;
use crate::database::Engine;
use crate::telegram::FakeTelegram;

/// What is wished for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// On what.
    pub engine: Engine,
    /// Messages that people write, at least.
    pub messages: usize,
    /// Kills, spread over them.
    pub kills: usize,
    /// How often an update is delivered at most.
    pub most_copies: u64,
    /// People at once.
    pub places: u64,
    /// Connections that bring updates.
    pub connections: u64,
    /// Of chance.
    pub seed: u64,
}

/// Who runs: one process on SQLite; one that serves and two that work on PostgreSQL.
pub fn roles(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &["all"],
        Engine::Postgres => &["api", "chat", "chat"],
    }
}

/// A fleet with the job, and a town in front of it.
pub async fn settle_down(engine: Engine, roles: &[&'static str], seed: u64, connections: u64, most_copies: u64) -> (Fleet, Arc<Town>) {
    let fake = Arc::new(FakeTelegram::start().await);
    let fleet = Fleet::start(engine, roles, &fake).await;
    fleet.admin().post("/jobs", &form::job()).await.expect(201);
    let town = Town::new(fake, fleet.members[0].api.clone(), Dice::new(seed), connections, most_copies);
    (fleet, town)
}

/// Waits until people have written so many messages.
pub async fn until_said(town: &Town, messages: usize) {
    while town.said.load(Ordering::SeqCst) < messages {
        sleep(Duration::from_millis(2)).await;
    }
}

/// Runs it.
pub async fn run(name: &str, wish: &Wish) -> Outcome {
    let mut outcome = Outcome::new(format!("{name} on {:?}", wish.engine), wish.seed);
    let (mut fleet, town) = settle_down(wish.engine, roles(wish.engine), wish.seed, wish.connections, wish.most_copies).await;
    let living = tokio::spawn({
        let (town, places) = (Arc::clone(&town), wish.places);
        async move { people::live(&town, places, 4).await }
    });
    let mut dice = town.dice.of(5);
    let (mut busy, mut killed) = (0, vec![0_usize; fleet.members.len()]);
    for kill in 1..=wish.kills {
        until_said(&town, kill * wish.messages / (wish.kills + 1)).await;
        sleep(Duration::from_millis(dice.below(40))).await;
        let victims: Vec<usize> = match (fleet.members.len(), dice.below(4)) {
            (1, _) => vec![0],
            (_, 0) => vec![0],
            (n, 1 | 2) => vec![1 + dice.index(n - 1)],
            (n, _) => (0..n).collect(),
        };
        // A kill tells something only if somebody waited for an answer.
        busy += usize::from(town.waiting.load(Ordering::SeqCst) > 0);
        for victim in &victims {
            fleet.kill(*victim).await;
            killed[*victim] += 1;
        }
        sleep(Duration::from_millis(dice.below(150))).await;
        for victim in victims {
            fleet.start_member(victim).await;
        }
    }
    until_said(&town, wish.messages).await;
    town.closing.store(true, Ordering::SeqCst);
    living.await.unwrap();
    outcome.say("kills", wish.kills);
    outcome.say("kills_with_people_waiting", busy);
    outcome.say("killed_by_process", format!("{killed:?}"));
    outcome.demand(busy * 2 >= wish.kills, "most kills met nobody who waited: they prove nothing");
    outcome.close(&fleet, &town).await;
    let carrier = &town.carrier;
    outcome.demand(wish.kills == 0 || carrier.unanswered.load(Ordering::SeqCst) > 0, "no kill was noticed by who brings updates");
    outcome
}
