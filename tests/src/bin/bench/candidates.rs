//! Candidates: each posts an update, waits for the bot's reply on their phone, and says what the reply asks for.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, timeout};

use crate::figures::percentile_ms;
use crate::pace::Pace;
use crate::phones::{Heard, locked};
use crate::protocol::{Load, Outcome};
use crate::script::{QUESTIONS, SLUG, answer, asked, follows};
use crate::telegram::{DATE, Telegram};
use crate::wire::Wire;

/// After which a reply counts as lost.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often an update comes again before Telegram gives up.
const DELIVERIES: u32 = 40;
/// More turns than a prescreen of five questions can take.
const MOST_TURNS: usize = QUESTIONS + 5;

static UPDATES: AtomicI64 = AtomicI64::new(700_000_000);

#[derive(Default)]
struct Tally {
    /// Microseconds from the load's beginning to the reply, and from the update to the reply.
    replies: Mutex<Vec<(u64, u32)>>,
    acknowledged: Mutex<Vec<u32>>,
    turns_of: Mutex<Vec<(u64, u64)>>,
    lost: AtomicU64,
    wrong: AtomicU64,
    copies: AtomicU64,
    came_again: AtomicU64,
    first_problem: Mutex<Option<String>>,
}

impl Tally {
    fn problem(&self, count: &AtomicU64, what: impl FnOnce() -> String) {
        count.fetch_add(1, Ordering::Relaxed);
        locked(&self.first_problem).get_or_insert_with(what);
    }
}

/// Puts a load on a bot.
pub(crate) async fn run(telegram: &Arc<Telegram>, load: Load) -> Outcome {
    telegram.delay_ms.store(load.delay_ms, Ordering::Relaxed);
    let (pace, tally, load) = (Arc::new(Pace::new(&load)), Arc::new(Tally::default()), Arc::new(load));
    let candidates: Vec<_> = (0..load.concurrency)
        .map(|place| {
            let wires = load.hooks.iter().map(|_| [None, None]).collect();
            let candidate = Candidate {
                telegram: Arc::clone(telegram),
                load: Arc::clone(&load),
                tally: Arc::clone(&tally),
                pace: Arc::clone(&pace),
                wires,
                next_hook: place,
            };
            tokio::spawn(candidate.apply_again_and_again())
        })
        .collect();
    for candidate in candidates {
        candidate.await.unwrap();
    }
    outcome(telegram, &tally, pace.counted())
}

fn outcome(telegram: &Telegram, tally: &Tally, counted: Duration) -> Outcome {
    let mut turns_of = std::mem::take(&mut *locked(&tally.turns_of));
    turns_of.sort_unstable();
    let turns_of: Vec<u64> = turns_of.into_iter().map(|(_, turns)| turns).collect();
    let refused = telegram.phones.take_refused();
    tally.wrong.fetch_add(refused.len() as u64, Ordering::Relaxed);
    let replies = std::mem::take(&mut *locked(&tally.replies));
    let inside = |at: u64| u128::from(at) <= counted.as_micros();
    let replied = replies.iter().filter(|(at, _)| inside(*at)).count();
    // How long turns took is asked of all that began in time: those that were slow are not left out for it. Later ones had
    // the bot to fewer and fewer.
    let begun = replies.iter().filter(|(at, took)| inside(at.saturating_sub(u64::from(*took))));
    let mut times: Vec<u32> = begun.map(|(_, took)| *took).collect();
    let mut acknowledged = std::mem::take(&mut *locked(&tally.acknowledged));
    times.sort_unstable();
    acknowledged.sort_unstable();
    Outcome {
        turns: replies.len() as u64,
        turns_per_second: replied as f64 / counted.as_secs_f64(),
        p50_ms: percentile_ms(&times, 50),
        p95_ms: percentile_ms(&times, 95),
        p99_ms: percentile_ms(&times, 99),
        acknowledged_p50_ms: percentile_ms(&acknowledged, 50),
        conversations: turns_of.len() as u64,
        lost: tally.lost.load(Ordering::Relaxed),
        doubled: 0,
        wrong: tally.wrong.load(Ordering::Relaxed),
        copies: tally.copies.load(Ordering::Relaxed),
        came_again: tally.came_again.load(Ordering::Relaxed),
        turns_of,
        first_problem: locked(&tally.first_problem).take().or(refused.into_iter().next()),
    }
}

struct Candidate {
    telegram: Arc<Telegram>,
    load: Arc<Load>,
    tally: Arc<Tally>,
    pace: Arc<Pace>,
    /// For each process of the bot, a connection for updates and one for copies that come at the same time.
    wires: Vec<[Option<Wire>; 2]>,
    next_hook: usize,
}

impl Candidate {
    async fn apply_again_and_again(mut self) {
        while let Some(number) = self.pace.next_conversation() {
            let chat = self.load.first_chat + number as i64;
            let turns = self.converse(chat).await;
            self.telegram.phones.end(chat, turns);
            locked(&self.tally.turns_of).push((number, turns));
        }
    }

    /// One conversation, from the link to the summary; answers how many turns it had.
    async fn converse(&mut self, chat: i64) -> u64 {
        let mut phone = self.telegram.phones.listen(chat);
        let mut words = format!("/start {SLUG}");
        let mut before = None;
        for turn in 1..=MOST_TURNS {
            let Some(heard) = self.turn(chat, turn, &words, &mut phone).await else { return turn as u64 };
            if self.load.echo {
                // As many turns as a prescreen has, whatever is said.
                if turn == QUESTIONS + 4 {
                    return turn as u64;
                }
                continue;
            }
            let wants = asked(&heard.text).filter(|wants| follows(before, *wants));
            let Some(wants) = wants else {
                self.tally.problem(&self.tally.wrong, || format!("after {before:?}, to “{words}”, the bot said “{}”", heard.text));
                return turn as u64;
            };
            match answer(wants, chat) {
                Some(next) => words = next,
                None => return turn as u64,
            }
            before = Some(wants);
        }
        self.tally.problem(&self.tally.wrong, || format!("no end after {MOST_TURNS} turns: {before:?}"));
        MOST_TURNS as u64
    }

    /// One update, until it is acknowledged and answered; none if no answer came.
    async fn turn(&mut self, chat: i64, turn: usize, words: &str, phone: &mut UnboundedReceiver<Heard>) -> Option<Heard> {
        while phone.try_recv().is_ok() {} // doubles; they are counted at the end
        let body = update(chat, turn, words);
        let copy = self.copy_of(chat, turn);
        let begun = self.pace.next_turn().await;
        let hook = self.next_hook % self.load.hooks.len();
        let other = (self.next_hook + 1) % self.load.hooks.len();
        self.next_hook += 1;
        let (acknowledged, heard) = {
            let [first, second] = take_two(&mut self.wires, hook, other);
            let (load, tally) = (&self.load, &self.tally);
            let deliver = async {
                let taken = deliver(first, &load.hooks[hook], load, tally, &body).await;
                (taken, begun.elapsed())
            };
            let at_once = async { copy != Some(Copy::AtOnce) || deliver_copy(second, &load.hooks[other], load, tally, &body).await };
            let (acknowledged, _, heard) = tokio::join!(deliver, at_once, timeout(PATIENCE, phone.recv()));
            (acknowledged, heard)
        };
        let (true, took) = acknowledged else {
            self.tally.problem(&self.tally.lost, || format!("“{words}” was not taken after {DELIVERIES} deliveries"));
            return None;
        };
        let Ok(Some(heard)) = heard else {
            self.tally.problem(&self.tally.lost, || format!("“{words}” (turn {turn} of chat {chat}) was never answered"));
            return None;
        };
        let since = |instant: Instant| heard.at.saturating_duration_since(instant).as_micros();
        locked(&self.tally.replies).push((since(self.pace.begun) as u64, since(begun) as u32));
        locked(&self.tally.acknowledged).push(took.as_micros() as u32);
        if copy == Some(Copy::Afterwards) {
            let [_, second] = take_two(&mut self.wires, hook, other);
            deliver_copy(second, &self.load.hooks[other], &self.load, &self.tally, &body).await;
        }
        Some(heard)
    }

    /// Whether and when an update is delivered a second time: the same ones in every run.
    fn copy_of(&self, chat: i64, turn: usize) -> Option<Copy> {
        let (chat, turn) = (chat.unsigned_abs(), turn as u64);
        let number = chat.wrapping_mul(7919).wrapping_add(turn * 104_729) % 100;
        let twice = number < self.load.twice_percent;
        twice.then_some(if (chat + turn).is_multiple_of(2) { Copy::AtOnce } else { Copy::Afterwards })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Copy {
    /// While the first is on its way.
    AtOnce,
    /// Once the first is acknowledged and answered: the acknowledgement got lost.
    Afterwards,
}

/// The connection for updates of one process, and the one for copies of another or the same.
fn take_two(wires: &mut [[Option<Wire>; 2]], hook: usize, other: usize) -> [&mut Option<Wire>; 2] {
    if hook == other {
        let [first, second] = &mut wires[hook];
        return [first, second];
    }
    let [one, another] = wires.get_disjoint_mut([hook, other]).unwrap();
    [&mut one[0], &mut another[1]]
}

/// Delivers an update as Telegram does: again until it is taken. Answers whether it was.
async fn deliver(wire: &mut Option<Wire>, hook: &str, load: &Load, tally: &Tally, body: &[u8]) -> bool {
    for _ in 0..DELIVERIES {
        match post(wire, hook, &load.secret, body).await {
            Ok(200..300) => return true,
            _ => {
                *wire = None;
                tally.came_again.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    false
}

async fn deliver_copy(wire: &mut Option<Wire>, hook: &str, load: &Load, tally: &Tally, body: &[u8]) -> bool {
    tally.copies.fetch_add(1, Ordering::Relaxed);
    deliver(wire, hook, load, tally, body).await
}

async fn post(wire: &mut Option<Wire>, hook: &str, secret: &str, body: &[u8]) -> std::io::Result<u16> {
    let wire = match wire {
        Some(wire) => wire,
        none => none.insert(Wire::connect(hook).await?),
    };
    wire.post("/webhooks/telegram", Some(secret), body).await
}

/// An update as Telegram words it.
fn update(chat: i64, turn: usize, words: &str) -> Vec<u8> {
    let number = UPDATES.fetch_add(1, Ordering::Relaxed);
    let message = turn * 2 - 1;
    let entities = if words.starts_with('/') {
        let command = words.split(' ').next().unwrap_or_default().len();
        format!(r#","entities":[{{"offset":0,"length":{command},"type":"bot_command"}}]"#)
    } else {
        String::new()
    };
    let text = serde_json::Value::from(words);
    format!(
        r#"{{"update_id":{number},"message":{{"message_id":{message},"from":{{"id":{chat},"is_bot":false,"first_name":"Ada","last_name":"Example","username":"ada{chat}","language_code":"en"}},"chat":{{"id":{chat},"first_name":"Ada","last_name":"Example","username":"ada{chat}","type":"private"}},"date":{DATE},"text":{text}{entities}}}}}"#
    )
    .into_bytes()
}
