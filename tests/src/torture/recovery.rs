//! How soon work goes on: after kill -9, after a clean end; and that a second server on a SQLite file refuses to start.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::dice::Dice;
use super::form::{Form, SLUG};
use super::kills::settle_down;
use super::outcome::Outcome;
use super::town::{PATIENCE, Receipt, Town};
use crate::database::Engine;
use crate::telegram::Phone;

/// People who wait in a round.
const WAITING: usize = 6;
/// What is promised, from the start of the new process.
fn promised(engine: Engine) -> Duration {
    match engine {
        Engine::Sqlite => Duration::from_secs(1),
        Engine::Postgres => Duration::from_secs(3),
    }
}

/// So many kills and as many clean ends of the one process there is. `quiet`: nothing else runs on the machine, so that each
/// must keep the time; else half of them must, as whoever waits for a processor is late for that reason.
pub async fn run(engine: Engine, rounds: usize, seed: u64, quiet: bool) -> Outcome {
    let mut outcome = Outcome::new(format!("recovery on {engine:?}"), seed);
    let (mut fleet, town) = settle_down(engine, &["all"], seed, 8, 1).await;
    let mut dice = town.dice.of(8);
    // A reply may be committed with what it answers: people wait for what was on its way to them.
    town.fake.delay_sends(20, 60);
    let (mut killed, mut stopped, mut endings) = (Vec::new(), Vec::new(), Vec::new());
    let (mut left, mut answered_before) = (0, 0);
    if engine == Engine::Sqlite {
        let pid = fleet.pid(0).unwrap().to_string();
        let (refused, said) = fleet.second_server().await;
        outcome.demand(refused && said.contains(&pid), format!("a second server on the file should refuse and name process {pid}: {said}"));
        outcome.say("second_server", "refused");
    }
    for round in 0..rounds * 2 {
        let clean = round % 2 == 1;
        let mut people = at_the_first_question(&town, &mut dice).await;
        for person in &mut people {
            person.answers();
        }
        let before: Vec<usize> = people.iter().map(|p| p.phone.heard().len()).collect();
        town.collect(&mut dice);
        let end = Instant::now() + PATIENCE;
        while !town.carrier.is_done() && Instant::now() < end {
            sleep(Duration::from_millis(1)).await;
        }
        sleep(Duration::from_millis(dice.below(6))).await;
        if clean {
            endings.push(fleet.stop(0).await);
            left += fleet.count("select count(*) from chat_sessions where lease_boot is not null").await;
            left += fleet.count("select count(*) from leases").await;
        } else {
            fleet.kill(0).await;
        }
        let began = Instant::now();
        fleet.spawn(0);
        for (person, before) in people.iter().zip(before) {
            match reply_after(&person.phone, before, began).await {
                Some(Some(took)) => (if clean { &mut stopped } else { &mut killed }).push(took),
                Some(None) => answered_before += 1,
                None => town.stuck.lock().unwrap().push(format!("telegram {}: no reply after a restart", person.phone.user)),
            }
        }
        town.receipts.lock().unwrap().extend(people.into_iter().map(|p| p.receipt));
    }
    outcome.say("rounds", rounds * 2);
    outcome.say("answered_before_the_end", answered_before);
    outcome.say("recovered_after_kill", killed.len());
    outcome.say("kill_p50_ms", percentile(&mut killed, 50));
    outcome.say("kill_max_ms", percentile(&mut killed, 100));
    outcome.say("recovered_after_stop", stopped.len());
    outcome.say("stop_p50_ms", percentile(&mut stopped, 50));
    outcome.say("stop_max_ms", percentile(&mut stopped, 100));
    outcome.say("stopping_max_ms", percentile(&mut endings, 100));
    let limit = promised(engine);
    outcome.demand(!killed.is_empty(), "nobody waited over a kill: it proves nothing");
    let in_time = |took: &[Duration], limit: Duration| {
        let kept = took.iter().filter(|took| **took <= limit).count();
        if quiet { kept == took.len() } else { kept * 2 >= took.len() }
    };
    outcome.demand(in_time(&killed, limit), format!("after kill -9 work should go on within {limit:?} of the new process's start"));
    // What was handed back waits for no lease, but for the process to start.
    let at_once = promised(Engine::Sqlite);
    outcome.demand(in_time(&stopped, at_once), format!("after a clean end work should go on within {at_once:?}"));
    outcome.demand(left == 0, format!("{left} leases are left behind by a clean end"));
    town.closing.store(true, Ordering::SeqCst);
    outcome.close(&fleet, &town).await;
    outcome
}

struct Person {
    phone: Phone,
    form: Form,
    receipt: Receipt,
}

impl Person {
    fn answers(&mut self) {
        let question = self.phone.last_heard().unwrap().text;
        let words = self.form.answer(&question).unwrap();
        self.phone.says(&words);
        self.receipt.said.push(words);
    }
}

/// People who have agreed and read the first question.
async fn at_the_first_question(town: &Town, dice: &mut Dice) -> Vec<Person> {
    let mut people = Vec::new();
    for _ in 0..WAITING {
        let phone = town.fake.user("Ada");
        let receipt =
            Receipt { platform: "telegram", person: phone.user.to_string(), said: vec!["Yes".into()], ids: Vec::new(), form: None };
        phone.starts(SLUG);
        people.push(Person { phone, form: Form::thrown(dice), receipt });
    }
    town.collect(dice);
    for person in &people {
        assert!(town.shows(&person.phone, 1, |_| true).await, "nobody greets");
        person.phone.presses("Yes");
    }
    town.collect(dice);
    for person in &people {
        assert!(town.shows(&person.phone, 2, |text| text.contains("Question ")).await, "nobody asks: {:?}", person.phone.shows());
    }
    people
}

/// How long after the start the reply came; `Some(None)`: it came before; none: never.
async fn reply_after(phone: &Phone, before: usize, began: Instant) -> Option<Option<Duration>> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some((came, _)) = phone.was_sent().get(before) {
            return Some(came.checked_duration_since(began));
        }
        if Instant::now() > end {
            return None;
        }
        sleep(Duration::from_millis(2)).await;
    }
}

fn percentile(times: &mut [Duration], percent: usize) -> u128 {
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).map_or(0, Duration::as_millis)
}
