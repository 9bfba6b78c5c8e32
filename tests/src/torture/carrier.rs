//! Who takes Telegram's updates to the webhook: over many connections, some of them several times, in any order, each
//! until it was acknowledged.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::sleep;

use super::dice::Dice;
use super::fleet::SECRET;
use crate::api::{Api, Reply};

/// Between looks at an empty bag.
const IDLE: Duration = Duration::from_millis(3);
/// Before what was not acknowledged is brought again.
const AGAIN: Duration = Duration::from_millis(40);

/// What is under way, and what became of it.
#[derive(Debug, Default)]
pub struct Carrier {
    bag: Mutex<Vec<Value>>,
    carried: AtomicUsize,
    /// Updates put into the bag, each once.
    pub updates: AtomicUsize,
    /// Copies put into the bag.
    pub copies: AtomicUsize,
    /// Copies that were acknowledged.
    pub acknowledged: AtomicUsize,
    /// Tries that brought no answer: nobody listened, or who listened died.
    pub unanswered: AtomicUsize,
    /// Tries that were refused with 503.
    pub refused: AtomicUsize,
    /// Answers that may never come: anything but 200 and 503.
    pub strange: Mutex<Vec<String>>,
}

impl Carrier {
    /// Puts an update into the bag so many times.
    pub fn bring(&self, update: &Value, copies: u64) {
        self.updates.fetch_add(1, Ordering::SeqCst);
        let mut bag = self.bag.lock().unwrap();
        for _ in 0..copies {
            self.copies.fetch_add(1, Ordering::SeqCst);
            bag.push(update.clone());
        }
    }

    /// Whether every copy was acknowledged.
    pub fn is_done(&self) -> bool {
        self.carried.load(Ordering::SeqCst) == 0 && self.bag.lock().unwrap().is_empty()
    }

    /// Starts so many connections to a server, which go on until the run's runtime ends.
    pub fn start(self: &Arc<Self>, api: &Api, connections: u64, dice: &Dice) {
        for n in 0..connections {
            tokio::spawn(Arc::clone(self).carry(api.clone(), dice.of(n)));
        }
    }

    fn take(&self, dice: &mut Dice) -> Option<Value> {
        let mut bag = self.bag.lock().unwrap();
        if bag.is_empty() {
            return None;
        }
        self.carried.fetch_add(1, Ordering::SeqCst);
        let at = dice.index(bag.len());
        Some(bag.swap_remove(at))
    }

    async fn carry(self: Arc<Self>, api: Api, mut dice: Dice) {
        loop {
            let Some(update) = self.take(&mut dice) else {
                sleep(IDLE).await;
                continue;
            };
            let request = api.request(Method::POST, "/webhooks/telegram").header("X-Telegram-Bot-Api-Secret-Token", SECRET).json(&update);
            let answer = Reply::attempt(request.timeout(Duration::from_secs(20))).await;
            let taken = match answer.as_ref().map(|reply| reply.status) {
                Ok(200) => {
                    self.acknowledged.fetch_add(1, Ordering::SeqCst);
                    true
                }
                Ok(503) => {
                    self.refused.fetch_add(1, Ordering::SeqCst);
                    false
                }
                Ok(status) => {
                    self.strange.lock().unwrap().push(format!("{status}: {answer:?}"));
                    false
                }
                Err(_) => {
                    self.unanswered.fetch_add(1, Ordering::SeqCst);
                    false
                }
            };
            if !taken {
                self.bag.lock().unwrap().push(update);
            }
            self.carried.fetch_sub(1, Ordering::SeqCst);
            if !taken {
                sleep(AGAIN).await;
            }
        }
    }
}
