//! A turn that is decided in the transaction that accepts its entry: one transaction less, and what the turn reads is read
//! with what accepting reads. Turns that wait for something (a model, a file) and turns that do more than answer go the
//! longer way, through a claim.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;

use super::prepare::{Frame, Prepared};
use super::process::{JobOutcome, Processor, count_handled, cut_before_start, record_turn, upto};
use super::{Claim, Commit, Committed};
use crate::dialogue::Decided;
use crate::inbox::{AtOnce, TurnAtOnce};
use crate::message::inbound::Address;
use crate::outbox::deliver::Slot;
use crate::turn::{Effects, Turn};

/// The turn of one entry, with a place for what it says.
pub(super) struct Begins {
    processor: Processor,
    slot: Option<Slot>,
    handled: Arc<AtomicUsize>,
    started: std::time::Instant,
}

impl Processor {
    /// For the turn of an entry that is addressed so; `None` where turns are decided by somebody who may have to wait.
    pub(super) fn at_once(&self, address: &Address) -> Option<Box<dyn TurnAtOnce>> {
        if !self.decide.decides_at_once() {
            return None;
        }
        let slot = match address {
            Address::Person(person) => self.slot(&person.platform, &person.account),
            Address::Session(_) => None,
        };
        Some(Box::new(Begins { processor: self.clone(), slot, handled: Arc::default(), started: std::time::Instant::now() }))
    }
}

impl TurnAtOnce for Begins {
    fn decider(&self) -> Arc<dyn AtOnce> {
        let handled = Arc::clone(&self.handled);
        Arc::new(Decider { processor: self.processor.clone(), sends: self.slot.as_ref().map(Slot::n), handled })
    }

    fn ended(self: Box<Self>, committed: Option<&Committed>) {
        let Self { processor, slot, handled, started } = *self;
        let Some(done) = committed else {
            slot.into_iter().for_each(Slot::unused);
            return;
        };
        record_turn(JobOutcome::Committed.label(), &done.session.platform, started);
        count_handled(&done.session.platform, handled.load(Ordering::SeqCst));
        processor.after_commit(done, slot);
    }
}

/// What decides, as often as the transaction is run.
struct Decider {
    processor: Processor,
    sends: Option<i64>,
    handled: Arc<AtomicUsize>,
}

impl AtOnce for Decider {
    fn decide(&self, claim: &Claim, mut turn: Turn) -> Option<Commit> {
        let troubled = claim.session.failures > 0 || claim.session.claims > 1;
        if troubled || turn.entries.is_empty() {
            return None;
        }
        turn.session_ttl = self.processor.session_ttl;
        cut_before_start(&mut turn);
        let (frame, upto, handled) = (Frame::of(&turn), upto(claim, &turn), turn.entries.len());
        let decided = AssertUnwindSafe(self.processor.decide.decide(turn)).catch_unwind().now_or_never();
        // What failed fails again where failures are counted.
        let Some(Ok(Ok(Decided::Effects(effects)))) = decided else { return None };
        if !answers_only(&effects) {
            return None;
        }
        self.handled.store(handled, Ordering::SeqCst);
        Some(Prepared::of(&frame, *effects).commit(claim, upto, self.sends))
    }
}

/// Whether nothing is asked for that reaches past the conversation, or needs what was not read with it.
fn answers_only(effects: &Effects) -> bool {
    let Effects { release, link_staff, unlink_staff, create_job, close, erase, purge, .. } = effects;
    !(*release || link_staff.is_some() || *unlink_staff || create_job.is_some() || *close || *erase || *purge)
}
