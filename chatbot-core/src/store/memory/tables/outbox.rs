//! The outbox: messages on their way.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::constraint::{there, unique};
use super::{Tables, count, messages, number};
use crate::message::Delivery;
use crate::museum::{self, Mistake};
use crate::outbox::OutboxRow;
use crate::store::rows::Result;

pub(crate) fn insert(t: &mut Tables, row: &OutboxRow) -> Result<()> {
    t.need_session(row.session_id)?;
    there(t.message_seqs.contains(&row.message_id), "message")?;
    unique(!t.outbox.contains(&row.id), "outbox.id")?;
    // Words are kept once, in the message.
    let row = OutboxRow { content: String::new(), metadata: Value::Null, ..row.clone() };
    t.outbox.put(row.id, row);
    Ok(())
}

/// A row with its message's words.
fn joined(t: &Tables, row: &OutboxRow) -> OutboxRow {
    let mut row = row.clone();
    if let Some(message) = messages::get(t, row.message_id) {
        row.content.clone_from(&message.content);
        row.metadata = message.metadata.clone();
    }
    row
}

fn is_unsettled(row: &OutboxRow) -> bool {
    matches!(row.state, Delivery::Ready | Delivery::Sending)
}

pub(crate) fn due(t: &Tables, platform: &str, account: &str, now: DateTime<Utc>, limit: i64) -> Vec<OutboxRow> {
    let lets_pass =
        |earlier: &OutboxRow| museum::seeded(Mistake::RetryAtTheBack) && earlier.state == Delivery::Ready && earlier.attempts > 0;
    let waits_for_earlier = |row: &OutboxRow| {
        let before = |earlier: &&OutboxRow| earlier.session_id == row.session_id && earlier.seq < row.seq;
        t.outbox.values().filter(before).any(|earlier| is_unsettled(earlier) && !lets_pass(earlier))
    };
    let mut rows: Vec<_> =
        of_account(t, platform, account, Delivery::Ready).filter(|row| row.next_at <= now && !waits_for_earlier(row)).collect();
    rows.sort_by_key(|row| (row.next_at, row.seq, row.id));
    rows.into_iter().take(count(limit)).map(|row| joined(t, row)).collect()
}

fn of_account<'t>(t: &'t Tables, platform: &'t str, account: &'t str, state: Delivery) -> impl Iterator<Item = &'t OutboxRow> {
    t.outbox.values().filter(move |row| row.state == state && row.platform == platform && row.account == account)
}

pub(crate) fn get(t: &Tables, id: Uuid) -> Option<OutboxRow> {
    t.outbox.get(&id).map(|row| joined(t, row))
}

pub(crate) fn by_ref(t: &Tables, platform: &str, account: &str, provider_ref: &str) -> Option<OutboxRow> {
    let known = |row: &&OutboxRow| row.platform == platform && row.account == account && row.provider_ref.as_deref() == Some(provider_ref);
    t.outbox.values().filter(known).max_by_key(|row| (row.created_at, row.id)).map(|row| joined(t, row))
}

pub(crate) fn advance(t: &mut Tables, from: Delivery, to: &OutboxRow) -> bool {
    if t.outbox.get(&to.id).is_none_or(|row| row.state != from) {
        return false;
    }
    t.outbox.change(&to.id, |row| {
        row.state = to.state;
        row.control_epoch = to.control_epoch;
        row.attempts = to.attempts;
        row.next_at = to.next_at;
        row.lease_boot = to.lease_boot;
        row.lease_n = to.lease_n;
        row.provider_ref.clone_from(&to.provider_ref);
        row.error.clone_from(&to.error);
        row.settled_at = to.settled_at;
    })
}

pub(crate) fn of_session(t: &Tables, session_id: Uuid, state: Delivery) -> Vec<OutboxRow> {
    let mut rows: Vec<_> = t.outbox.values().filter(|row| row.session_id == session_id && row.state == state).collect();
    rows.sort_by_key(|row| row.seq);
    rows.into_iter().map(|row| joined(t, row)).collect()
}

pub(crate) fn orphans(t: &Tables, platform: &str, account: &str, boot: Uuid, n: i64) -> Vec<OutboxRow> {
    let mut rows: Vec<_> =
        of_account(t, platform, account, Delivery::Sending).filter(|row| row.lease_boot != Some(boot) || row.lease_n != n).collect();
    rows.sort_by_key(|row| (row.next_at, row.seq, row.id));
    rows.into_iter().map(|row| joined(t, row)).collect()
}

pub(crate) fn next_at(t: &Tables, platform: &str, account: &str) -> Option<DateTime<Utc>> {
    of_account(t, platform, account, Delivery::Ready).map(|row| row.next_at).min()
}

pub(crate) fn count_in(t: &Tables, session_id: Uuid, state: Delivery) -> i64 {
    number(t.outbox.values().filter(|row| row.session_id == session_id && row.state == state))
}
