//! A recruiter takes over around an answer, its commit, its dispatch and its sending: from quiet on nothing of the bot's
//! begins.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use super::dice::Dice;
use super::fleet::Fleet;
use super::kills::roles;
use super::outcome::Outcome;
use super::town::{PATIENCE, Town};
use crate::api::Api;
use crate::checker::rows::Rows;
use crate::database::Engine;
use crate::telegram::FakeTelegram;

/// Questions of the job: a race takes one at most.
const QUESTIONS: usize = 24;
const SLUG: &str = "races";

/// From quiet until release, in one chat: nothing of the bot's may begin to be sent.
#[derive(Debug, Clone, Copy)]
struct Silence {
    chat: i64,
    from: Instant,
    to: Instant,
}

#[derive(Debug, Default)]
struct Races {
    run: AtomicUsize,
    silences: Mutex<Vec<Silence>>,
    /// Takeovers that found something on the wire.
    on_the_wire: AtomicUsize,
    /// Races in which the reply was sent before quiet.
    replied: AtomicUsize,
    /// Races in which no reply was sent.
    silenced: AtomicUsize,
    failures: Mutex<Vec<String>>,
}

fn job() -> serde_json::Value {
    let questions: Vec<_> = (1..=QUESTIONS)
        .map(|n| json!({ "text": format!("How many years of craft {n}?"), "kind": "number", "rule": { "min": 1 }, "required": false }))
        .collect();
    json!({ "slug": SLUG, "title": "Master of all", "prescreen": { "questions": questions } })
}

/// So many races, so many chats at once.
pub async fn run(engine: Engine, races: usize, places: u64, seed: u64) -> Outcome {
    let mut outcome = Outcome::new(format!("takeover races on {engine:?}"), seed);
    let fake = Arc::new(FakeTelegram::start().await);
    fake.delay_sends(0, 30);
    let fleet = Fleet::start(engine, roles(engine), &fake).await;
    fleet.admin().post("/jobs", &job()).await.expect(201);
    let town = Town::new(Arc::clone(&fake), fleet.members[0].api.clone(), Dice::new(seed), 16, 1);
    let all = Arc::new(Races::default());
    let mut playing = Vec::new();
    for place in 0..places {
        let (town, all, admin, url, mut dice) =
            (Arc::clone(&town), Arc::clone(&all), fleet.admin(), fleet.url.clone(), town.dice.of(2000 + place));
        playing.push(tokio::spawn(async move {
            while all.run.load(Ordering::SeqCst) < races && all.failures.lock().unwrap().is_empty() {
                play(&town, &all, &admin, &url, &mut dice, races).await;
            }
        }));
    }
    for one in playing {
        one.await.unwrap();
    }
    let count = |n: &AtomicUsize| n.load(Ordering::SeqCst);
    outcome.say("races", count(&all.run));
    outcome.say("reply_won", count(&all.replied));
    outcome.say("takeover_won", count(&all.silenced));
    outcome.say("takeovers_with_in_flight", count(&all.on_the_wire));
    outcome.demand(count(&all.run) >= races, "races are missing");
    outcome
        .demand(count(&all.replied) > 0 && count(&all.silenced) > 0 && count(&all.on_the_wire) > 0, "one side never won: no race was run");
    for failure in all.failures.lock().unwrap().iter() {
        outcome.demand(false, failure);
    }
    let begun = begun_in_silence(&fleet, &fake, &all).await;
    outcome.say("sends_begun_after_quiet", begun.len());
    outcome.demand(begun.is_empty(), format!("sends begun after quiet: {:?}", begun.iter().take(5).collect::<Vec<_>>()));
    outcome.close(&fleet, &town).await;
    outcome
}

/// What the bot itself began to say while it had to be silent. Notices are a person's doing.
async fn begun_in_silence(fleet: &Fleet, fake: &FakeTelegram, all: &Races) -> Vec<String> {
    let messages = Rows::of(&fleet.url).await.messages().await;
    let notices: BTreeSet<String> = messages.into_iter().filter(|m| m.sender == "system").map(|m| m.content).collect();
    let silences = all.silences.lock().unwrap().clone();
    let mut begun = Vec::new();
    for silence in silences {
        for (came, text) in fake.sends_to(silence.chat) {
            if came > silence.from && came < silence.to && !notices.contains(&text) {
                begun.push(format!("chat {}: {text:?} {:?} after quiet", silence.chat, came - silence.from));
            }
        }
    }
    begun
}

/// Whether the bot asks something.
fn asks(text: &str) -> bool {
    text.contains("craft")
}

/// One person's chat, race after race until its questions are used up.
async fn play(town: &Town, all: &Races, admin: &Api, url: &str, dice: &mut Dice, races: usize) {
    let fail = |what: String| all.failures.lock().unwrap().push(what);
    let phone = town.fake.user("Ada");
    let chat = phone.user;
    phone.starts(SLUG);
    town.collect(dice);
    if !town.shows(&phone, 1, |_| true).await {
        return fail(format!("chat {chat}: no greeting"));
    }
    phone.presses("Yes");
    let asked = Instant::now();
    town.collect(dice);
    if !town.shows(&phone, 2, asks).await {
        return fail(format!("chat {chat}: no first question: {:?}", phone.shows()));
    }
    // How long a turn and its sending take here and now: races are run around that.
    let mut usual = asked.elapsed();
    let Some(session) = Rows::of(url).await.sessions().await.remove(&chat.to_string()) else {
        return fail(format!("chat {chat}: no session"));
    };
    for _ in 0..QUESTIONS - 2 {
        if all.run.fetch_add(1, Ordering::SeqCst) >= races {
            return;
        }
        let before = phone.was_sent().len();
        // Around the answer, its turn, its dispatch, its sending.
        let wait = Duration::from_micros(dice.below(u64::try_from(usual.as_micros()).unwrap_or(1) * 2));
        // A turn may be over as soon as its answer is accepted: sometimes the person comes first.
        let first = dice.below(3) == 0;
        let answers = async {
            sleep(if first { wait / 8 } else { Duration::ZERO }).await;
            phone.says("3");
            town.collect(dice);
        };
        let takes = async {
            sleep(if first { Duration::ZERO } else { wait }).await;
            take_over(admin, &session, all).await
        };
        let ((), quiet) = tokio::join!(answers, takes);
        let Some(quiet) = quiet else { return fail(format!("chat {chat}: takeover is refused")) };
        let sent_before_quiet = phone.was_sent().len();
        sleep(Duration::from_millis(dice.between(20, 90))).await;
        // The notice of the takeover is one of them where it has left already: only the bot's words count.
        let replied = phone.was_sent()[before..sent_before_quiet].iter().any(|(_, text)| asks(text));
        (if replied { &all.replied } else { &all.silenced }).fetch_add(1, Ordering::SeqCst);
        let heard = phone.heard().len();
        all.silences.lock().unwrap().push(Silence { chat, from: quiet, to: Instant::now() });
        let asked = Instant::now();
        let released = admin.post(&format!("/chat/{session}/release"), &json!({})).await;
        if released.status != 200 {
            return fail(format!("chat {chat}: release answered {released:?}"));
        }
        if !town.shows(&phone, heard + 1, asks).await {
            return fail(format!("chat {chat}: the bot doesn't go on after release: {:?}", phone.shows()));
        }
        usual = (usual * 3 + asked.elapsed()) / 4;
    }
}

/// Takes over, and again until nothing is on the wire; answers when that was said.
async fn take_over(admin: &Api, session: &str, all: &Races) -> Option<Instant> {
    let path = format!("/chat/{session}/takeover");
    let end = Instant::now() + PATIENCE;
    let mut first = true;
    while Instant::now() < end {
        let answer = admin.post(&path, &json!({})).await;
        if answer.status != 200 {
            return None;
        }
        if answer.json()["in_flight"] == 0 {
            return Some(Instant::now());
        }
        if std::mem::take(&mut first) {
            all.on_the_wire.fetch_add(1, Ordering::SeqCst);
        }
        sleep(Duration::from_millis(2)).await;
    }
    None
}
