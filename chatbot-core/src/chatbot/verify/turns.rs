//! Turns: in order, each once, and always another time to look.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Verification, at, is_erased, row_of};
use crate::store::facts::{MessageFact, SessionFacts};

pub(super) fn check(facts: &SessionFacts, found: &mut Verification) {
    waiting(facts, found);
    let session = &facts.session;
    if is_erased(facts) || session.last_handled > session.last_inbound {
        // Nothing is left to look at, or nothing to hold it against.
        return;
    }
    marks(facts, found);
    intervals(facts, found);
    said(facts, found);
}

/// Whatever waits has a time at which it is looked at.
fn waiting(facts: &SessionFacts, found: &mut Verification) {
    let session = &facts.session;
    if session.closed_at.is_some() {
        for timer in &facts.timers {
            let what = format!("the timer {} of a closed conversation", timer.kind.as_str());
            found.report(Check::TimerOfClosed, what, vec![format!("timers {}", session.id)]);
        }
        return;
    }
    let waits = match (session.has_unhandled(), session.lease_boot.is_some(), facts.timers.is_empty()) {
        (true, _, _) => Some("an entry waits"),
        (_, true, _) => Some("a claim has no end"),
        (_, _, false) => Some("a timer waits"),
        _ => None,
    };
    let Some(ready_at) = session.ready_at else {
        if let Some(waits) = waits {
            found.report(Check::Stuck, format!("{waits}, and nobody will look"), row_of(facts));
        }
        return;
    };
    let quiet = session.lease_boot.is_none() && session.failures == 0 && !session.has_unhandled();
    if let Some(timer) = facts.timers.iter().min_by_key(|t| t.due).filter(|t| quiet && t.due < ready_at) {
        let what = format!("{} is due at {}, and the conversation is looked at only at {ready_at}", timer.kind.as_str(), timer.due);
        found.report(Check::TimerLate, what, row_of(facts));
    }
}

fn marks(facts: &SessionFacts, found: &mut Verification) {
    let session = &facts.session;
    for entry in &facts.entries {
        if (entry.seq <= session.last_handled) != entry.handled_upto.is_some() {
            let marked = if entry.handled_upto.is_some() { "is" } else { "isn't" };
            let what =
                format!("entry {} {marked} marked as handled, and the session has handled up to {}", entry.seq, session.last_handled);
            found.report(Check::HandledMarks, what, vec![at("inbound", session.id, entry.seq)]);
        }
    }
}

/// Each turn handled all from where the one before ended up to an entry of its own: ends never fall, each is the
/// number of the last entry marked with it, and the last is where the session stands.
fn intervals(facts: &SessionFacts, found: &mut Verification) {
    let session = &facts.session;
    let handled: Vec<(i64, i64)> = facts.entries.iter().filter_map(|e| Some((e.seq, e.handled_upto?))).collect();
    for (n, (seq, upto)) in handled.iter().enumerate() {
        let next = handled.get(n + 1);
        let ends_here = seq == upto;
        let fits = match next {
            // The same turn goes on, or this was its last entry and the next turn ends later.
            Some((_, following)) => (following == upto && !ends_here) || (ends_here && following > upto),
            None => ends_here,
        };
        if !fits || upto < seq || *upto > session.last_inbound {
            let what = format!("entry {seq} was handled by a turn that ended at {upto}, which is not where one ended");
            found.report(Check::HandledIntervals, what, vec![at("inbound", session.id, *seq)]);
        }
    }
}

fn said(facts: &SessionFacts, found: &mut Verification) {
    let session = &facts.session;
    let ends: BTreeSet<i64> = facts.entries.iter().filter_map(|e| e.handled_upto).collect();
    let mut turns: BTreeMap<i64, Vec<&MessageFact>> = BTreeMap::new();
    for message in &facts.messages {
        if let Some(upto) = message.turn_upto {
            turns.entry(upto).or_default().push(message);
        }
    }
    for (upto, messages) in turns {
        if !ends.contains(&upto) {
            let what = format!("a turn that ended at {upto} spoke, and handled nothing");
            found.report(Check::TurnWithoutEntry, what, messages.iter().map(|m| at("chat_messages", session.id, m.seq)).collect());
            continue;
        }
        // A turn takes its numbers and its time once.
        let one = messages.windows(2).all(|pair| match pair {
            [a, b] => b.seq == a.seq + 1 && a.sent_at == b.sent_at,
            _ => true,
        });
        if !one {
            let what = format!("two turns answered the entries up to {upto}");
            found.report(Check::TurnTwice, what, messages.iter().map(|m| at("chat_messages", session.id, m.seq)).collect());
        }
    }
}
