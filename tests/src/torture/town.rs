//! What the people of a run share: their Telegram, the way to the server, and what was promised to them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::carrier::Carrier;
use super::dice::Dice;
use super::form::Form;
use crate::api::Api;
use crate::telegram::{FakeTelegram, Phone};

/// How long anybody waits for a reply before they count as stuck: far more than every recovery together.
pub const PATIENCE: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(4);

/// What one person said, and what must have become of it.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// `telegram` or `web`.
    pub platform: &'static str,
    /// How the server knows them: their chat, or the session.
    pub person: String,
    /// Words that were acknowledged, in order; what only opens the conversation apart.
    pub said: Vec<String>,
    /// Ids of messages that were acknowledged, where the channel tells them.
    pub ids: Vec<String>,
    /// What they answered, if they came to the end.
    pub form: Option<Form>,
}

/// The town.
#[derive(Debug)]
pub struct Town {
    /// Their Telegram, which is the witness of what was sent.
    pub fake: Arc<FakeTelegram>,
    /// Who takes their messages to the server.
    pub carrier: Arc<Carrier>,
    /// The server, for those who come by the web.
    pub api: Api,
    /// Chance.
    pub dice: Dice,
    /// How often an update is delivered at most.
    pub most_copies: u64,
    /// Messages said so far.
    pub said: AtomicUsize,
    /// People who wait for a reply right now.
    pub waiting: AtomicUsize,
    /// Nobody new comes any more.
    pub closing: AtomicBool,
    /// What was acknowledged to whom.
    pub receipts: Mutex<Vec<Receipt>>,
    /// Who waited in vain.
    pub stuck: Mutex<Vec<String>>,
}

impl Town {
    /// A town on this Telegram, with so many connections to a server.
    pub fn new(fake: Arc<FakeTelegram>, api: Api, dice: Dice, connections: u64, most_copies: u64) -> Arc<Self> {
        let carrier = Arc::new(Carrier::default());
        carrier.start(&api, connections, &dice.of(77));
        Arc::new(Self {
            fake,
            carrier,
            api,
            dice,
            most_copies,
            said: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            receipts: Mutex::default(),
            stuck: Mutex::default(),
        })
    }

    /// Gives the carrier whatever phones have sent.
    pub fn collect(&self, dice: &mut Dice) {
        for update in self.fake.take_updates() {
            self.carrier.bring(&update, dice.between(1, self.most_copies));
        }
    }

    /// Waits until a phone shows so many messages of the bot's and the last one is this; false: patience ended.
    pub async fn shows(&self, phone: &Phone, count: usize, last: impl Fn(&str) -> bool) -> bool {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let heard = phone.heard();
            if heard.len() >= count && heard.last().is_some_and(|shown| last(&shown.text)) {
                return true;
            }
            sleep(LOOK).await;
        }
        false
    }

    /// Whether the town is closing.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }
}
