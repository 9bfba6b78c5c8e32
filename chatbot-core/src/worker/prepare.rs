//! From what a turn decided to what is committed: parts are joined, and timers settled.

use chrono::{DateTime, Utc};

use super::compose::compose;
use super::{Claim, Commit};
use crate::session::{Timer, TimerKind};
use crate::turn::{Effects, Turn};

/// What of a turn its commit asks for.
pub(super) struct Frame {
    open_actions: bool,
    due: Vec<TimerKind>,
    timers: Vec<Timer>,
    /// When an idle session ends.
    expires: DateTime<Utc>,
}

impl Frame {
    pub(super) fn of(turn: &Turn) -> Self {
        let expires = turn.session.last_entry_at + turn.session_ttl;
        Self { open_actions: turn.open_actions, due: turn.due.clone(), timers: turn.timers.clone(), expires }
    }
}

/// A decision as it is to be committed.
pub(super) struct Prepared {
    effects: Effects,
    next_timer: Option<DateTime<Utc>>,
}

impl Prepared {
    pub(super) fn of(turn: &Frame, mut effects: Effects) -> Self {
        effects.messages = compose(std::mem::take(&mut effects.messages));
        if !turn.open_actions {
            // None of what the turn settles was filed: only turns file it, and none has since.
            effects.resolve_actions.clear();
        }
        let next_timer = settle_timers(turn, &mut effects);
        Self { effects, next_timer }
    }

    pub(super) fn says(&self) -> bool {
        !(self.effects.messages.is_empty() && self.effects.notices.is_empty())
    }

    pub(super) fn commit(self, claim: &Claim, upto: i64, sends: Option<i64>) -> Commit {
        let Self { effects, next_timer } = self;
        Commit { session: claim.session.clone(), fence: claim.fence, upto, effects, next_timer, sends }
    }
}

/// Due timers that the decision did not set again are done. The expiry follows every entry, but by its being looked at: one that
/// stands and would only be put off is left, and set anew once it comes up. Answers the next due time.
fn settle_timers(turn: &Frame, effects: &mut Effects) -> Option<DateTime<Utc>> {
    for kind in &turn.due {
        effects.timers.entry(*kind).or_insert(None);
    }
    // What isn't there need not go.
    effects.timers.retain(|kind, due| due.is_some() || turn.due.contains(kind) || turn.timers.iter().any(|t| t.kind == *kind));
    if effects.close {
        for kind in TimerKind::ALL {
            effects.timers.insert(kind, None);
        }
    } else if effects.timers.contains_key(&TimerKind::Expiry) || !Timer::comes_up_by(&turn.timers, TimerKind::Expiry, turn.expires) {
        effects.timers.insert(TimerKind::Expiry, Some(turn.expires));
    }
    let kept = turn.timers.iter().filter(|t| !effects.timers.contains_key(&t.kind)).map(|t| t.due);
    let set = effects.timers.values().flatten().copied();
    kept.chain(set).min()
}
