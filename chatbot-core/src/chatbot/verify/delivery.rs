//! Deliveries: one a message, in step with it, in order, under the lease, and never failed in silence.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{Check, Verification, at, is_erased};
use crate::message::{Delivery, Sender};
use crate::outbox::is_pulled;
use crate::store::facts::{MessageFact, OutboxFact, SessionFacts};
use crate::store::rows::Lease;

/// How long a lease may have ended, on a database that somebody works on, before what was being sent under it counts
/// as left behind.
const LEFT_BEHIND: Duration = Duration::seconds(60);

pub(super) fn check(facts: &SessionFacts, leases: &[Lease], alive_at: Option<DateTime<Utc>>, found: &mut Verification) {
    let messages: BTreeMap<Uuid, &MessageFact> = facts.messages.iter().map(|m| (m.id, m)).collect();
    let mut delivered: BTreeSet<Uuid> = BTreeSet::new();
    for row in &facts.outbox {
        if !delivered.insert(row.message_id) {
            found.report(Check::DeliveryDoubled, format!("message {} has two deliveries", row.seq), name(row));
        }
        state(row, messages.get(&row.message_id).copied(), found);
        if row.state == Delivery::Sending {
            orphan(row, leases, alive_at, found);
        }
    }
    for message in facts.messages.iter().filter(|m| m.sender != Sender::Candidate) {
        let waits = matches!(message.delivery, Delivery::Ready | Delivery::Sending);
        let rows = vec![at("chat_messages", message.session_id, message.seq)];
        if !is_pulled(&facts.session.platform) && !delivered.contains(&message.id) {
            found.report(Check::DeliveryMissing, format!("message {} has no delivery", message.seq), rows);
        } else if is_pulled(&facts.session.platform) && waits {
            let what = format!("message {} is {}, and is read from the history", message.seq, message.delivery.as_str());
            found.report(Check::DeliveryPulled, what, rows);
        }
    }
    order(facts, found);
    failures(facts, found);
}

fn name(row: &OutboxFact) -> Vec<String> {
    vec![format!("outbox {}", row.id)]
}

fn is_settled(state: Delivery) -> bool {
    !matches!(state, Delivery::Ready | Delivery::Sending)
}

fn state(row: &OutboxFact, message: Option<&MessageFact>, found: &mut Verification) {
    let what = match message {
        None => "its message isn't there".to_owned(),
        Some(message) if message.seq != row.seq => format!("it is numbered {}, its message {}", row.seq, message.seq),
        Some(message) if message.delivery != row.state => {
            format!("it is {}, its message {}", row.state.as_str(), message.delivery.as_str())
        }
        Some(_) if is_settled(row.state) != row.settled_at.is_some() => {
            format!("it is {} and has the times of another state", row.state.as_str())
        }
        Some(_) => return,
    };
    found.report(Check::DeliveryState, what, name(row));
}

/// Taking the lease and settling what its last holder left is one transaction; where nobody takes it, time must have
/// gone on for it to count: in a backup it never does.
fn orphan(row: &OutboxFact, leases: &[Lease], alive_at: Option<DateTime<Utc>>, found: &mut Verification) {
    let wanted = format!("sender:{}:{}", row.platform, row.account);
    let lease = leases.iter().find(|lease| lease.name == wanted);
    let ended = lease.map_or(row.next_at, |lease| lease.until.max(row.next_at));
    let what = match lease {
        Some(lease) if row.lease_boot != Some(lease.boot) || row.lease_n != lease.n => {
            "it is being sent, and another holds the lease".to_owned()
        }
        _ if alive_at.is_some_and(|at| at > ended + LEFT_BEHIND) => format!("it is being sent since before {ended}, when its lease ended"),
        _ => return,
    };
    found.report(Check::DeliveryOrphan, what, name(row));
}

/// A row leaves after every earlier one of its conversation has come to rest.
fn order(facts: &SessionFacts, found: &mut Verification) {
    // Where the clock was set back, times tell nothing of the order.
    let steady = facts.messages.windows(2).all(|pair| matches!(pair, [a, b] if a.sent_at <= b.sent_at));
    let mut unsettled: Option<&OutboxFact> = None;
    let mut newest: Option<&OutboxFact> = None;
    for row in &facts.outbox {
        let left = matches!(row.state, Delivery::Sending | Delivery::Sent | Delivery::Unknown);
        let both = |other: &OutboxFact| name(other).into_iter().chain(name(row)).collect::<Vec<_>>();
        if let (Some(before), true) = (unsettled, left) {
            let what = format!("message {} is {}, and {} before it is {}", row.seq, row.state.as_str(), before.seq, before.state.as_str());
            found.report(Check::DeliveryOrder, what, both(before));
        } else if let (Some(before), true, Delivery::Sent) = (newest, steady, row.state)
            && let (Some(one), Some(other)) = (before.settled_at, row.settled_at)
            && one > other
        {
            let what = format!("message {} was sent after {}", before.seq, row.seq);
            found.report(Check::DeliveryOrder, what, both(before));
        }
        if !is_settled(row.state) {
            unsettled = unsettled.or(Some(row));
        } else if row.state == Delivery::Sent {
            newest = Some(row);
        }
    }
}

fn failures(facts: &SessionFacts, found: &mut Verification) {
    if is_erased(facts) {
        return;
    }
    for row in facts.outbox.iter().filter(|row| matches!(row.state, Delivery::Failed | Delivery::Unknown)) {
        let told = facts.failures.iter().any(|f| f.filed && f.detail.get("seq").and_then(serde_json::Value::as_i64) == Some(row.seq));
        if !told {
            found.report(Check::FailureUntold, format!("message {} is {}, and no action says so", row.seq, row.state.as_str()), name(row));
        }
    }
}
