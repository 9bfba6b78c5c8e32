//! What waits to be told to other processes: one mark a session, however often it was signalled.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use uuid::Uuid;

use super::Signal;

/// Sessions that wait at most. With more, or once a batch was lost, others are told to look at everything.
const MOST: usize = 1024;

/// What is told about a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    pub(super) ready: bool,
    pub(super) changed: bool,
    pub(super) typing: Option<bool>,
}

/// What is told at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Batch {
    /// Look at everything; the rest says nothing more then.
    pub(super) everything: bool,
    pub(super) outbox: bool,
    pub(super) sessions: HashMap<Uuid, Marks>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        !self.everything && !self.outbox && self.sessions.is_empty()
    }

    /// The same, signal by signal.
    pub(super) fn signals(&self) -> impl Iterator<Item = Signal> + '_ {
        let all = self.everything.then_some(Signal::All);
        let outbox = self.outbox.then_some(Signal::Outbox);
        let sessions = self.sessions.iter().flat_map(|(id, marks)| {
            let typing = marks.typing.map(|on| Signal::Typing(*id, on));
            [marks.changed.then_some(Signal::Changed(*id)), marks.ready.then_some(Signal::Ready(*id)), typing].into_iter().flatten()
        });
        all.into_iter().chain(outbox).chain(sessions)
    }
}

/// The queue. Whoever signals takes a lock for as long as a mark takes to set, and nothing else.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
    more: Notify,
}

#[derive(Debug, Default)]
struct State {
    batch: Batch,
    /// Sessions others were told somebody types in. That nobody types is news only there.
    typing: HashSet<Uuid>,
}

impl Waiting {
    /// Puts a signal beside what waits.
    pub(super) fn add(&self, signal: Signal) {
        if self.state.lock().unwrap_or_else(PoisonError::into_inner).add(signal) {
            self.more.notify_one();
        }
    }

    /// All that waits, as soon as something does.
    pub(super) async fn next(&self) -> Batch {
        loop {
            if let Some(batch) = self.take() {
                return batch;
            }
            self.more.notified().await;
        }
    }

    /// All that waits, if anything does.
    pub(super) fn take(&self) -> Option<Batch> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (!state.batch.is_empty()).then(|| std::mem::take(&mut state.batch))
    }
}

impl State {
    /// Whether there is something new to tell.
    fn add(&mut self, signal: Signal) -> bool {
        let is_news = match signal {
            Signal::Clock | Signal::Events => false,
            Signal::Typing(id, true) => {
                if self.typing.len() >= MOST {
                    self.typing.clear();
                }
                self.typing.insert(id);
                true
            }
            Signal::Typing(id, false) => self.typing.remove(&id),
            _ => true,
        };
        if !is_news || self.batch.everything {
            return false;
        }
        let id = match signal {
            Signal::Outbox => return !std::mem::replace(&mut self.batch.outbox, true),
            Signal::Ready(id) | Signal::Changed(id) | Signal::Typing(id, _) if self.has_room(id) => id,
            _ => {
                self.batch = Batch { everything: true, ..Batch::default() };
                return true;
            }
        };
        let marks = self.batch.sessions.entry(id).or_default();
        match signal {
            Signal::Ready(_) => marks.ready = true,
            Signal::Typing(_, on) => marks.typing = Some(on),
            _ => marks.changed = true,
        }
        true
    }

    fn has_room(&self, id: Uuid) -> bool {
        self.batch.sessions.len() < MOST || self.batch.sessions.contains_key(&id)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[tokio::test]
    async fn what_is_signalled_often_is_told_once() {
        let waiting = Waiting::default();
        for _ in 0..100 {
            waiting.add(Signal::Ready(id(1)));
            waiting.add(Signal::Changed(id(1)));
            waiting.add(Signal::Outbox);
        }
        let told: Vec<Signal> = waiting.next().await.signals().collect();
        assert_eq!(told, [Signal::Outbox, Signal::Changed(id(1)), Signal::Ready(id(1))]);
        assert_eq!(waiting.take(), None);
    }

    #[test]
    fn more_than_fits_becomes_one_word_and_so_does_everything_after_it() {
        let waiting = Waiting::default();
        for n in 0..100_000 {
            waiting.add(Signal::Ready(id(n)));
        }
        let batch = waiting.take().unwrap();
        assert_eq!(batch.signals().collect::<Vec<_>>(), [Signal::All]);
        waiting.add(Signal::Ready(id(1)));
        assert_eq!(waiting.take().unwrap().signals().collect::<Vec<_>>(), [Signal::Ready(id(1))]);
    }

    #[test]
    fn the_clock_is_nobodys_business_elsewhere_and_an_end_of_typing_needs_a_beginning() {
        let waiting = Waiting::default();
        waiting.add(Signal::Clock);
        waiting.add(Signal::Typing(id(1), false));
        assert_eq!(waiting.take(), None);
        waiting.add(Signal::Typing(id(1), true));
        waiting.add(Signal::Typing(id(1), false));
        assert_eq!(waiting.take().unwrap().signals().collect::<Vec<_>>(), [Signal::Typing(id(1), false)]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_told_at_the_first_signal() {
        let waiting = std::sync::Arc::new(Waiting::default());
        let other = std::sync::Arc::clone(&waiting);
        let told = tokio::spawn(async move { other.next().await });
        tokio::task::yield_now().await;
        waiting.add(Signal::Outbox);
        assert!(told.await.unwrap().outbox);
    }
}
