//! Where what the bot says meets who waits for it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A message of the bot's.
pub(crate) struct Heard {
    /// When it had come.
    pub(crate) at: Instant,
    /// Its words.
    pub(crate) text: String,
}

/// Every candidate's phone.
#[derive(Default)]
pub(crate) struct Phones {
    chats: Mutex<HashMap<i64, Chat>>,
    refused: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Chat {
    messages: u64,
    turns: u64,
    owner: Option<UnboundedSender<Heard>>,
}

impl Phones {
    /// A chat's owner listens from now on.
    pub(crate) fn listen(&self, chat: i64) -> UnboundedReceiver<Heard> {
        let (owner, listening) = unbounded_channel();
        locked(&self.chats).entry(chat).or_default().owner = Some(owner);
        listening
    }

    /// A message of the bot's arrives.
    pub(crate) fn ring(&self, chat: i64, text: String) {
        let at = Instant::now();
        let mut chats = locked(&self.chats);
        let chat = chats.entry(chat).or_default();
        chat.messages += 1;
        if let Some(owner) = &chat.owner {
            // Whoever has hung up still has it counted.
            let _ = owner.send(Heard { at, text });
        }
    }

    /// A conversation has ended, after this many turns: each had one message of the bot's, if any.
    pub(crate) fn end(&self, chat: i64, turns: u64) {
        locked(&self.chats).entry(chat).or_default().turns = turns;
    }

    /// How many messages have come beyond one a turn, to whomever.
    pub(crate) fn doubled(&self) -> u64 {
        locked(&self.chats).values().map(|chat| chat.messages.saturating_sub(chat.turns)).sum()
    }

    /// A call that Telegram does not take.
    pub(crate) fn refuse(&self, problem: String) {
        locked(&self.refused).push(problem);
    }

    /// Calls that were refused since they were last asked for.
    pub(crate) fn take_refused(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.refused))
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
