//! Messages, by session and number.

use serde_json::Value;
use uuid::Uuid;

use super::constraint::unique;
use super::{Tables, count};
use crate::message::{ChatMessage, Delivery};
use crate::store::rows::Result;

pub(crate) fn insert(t: &mut Tables, message: &ChatMessage) -> Result<()> {
    t.need_session(message.session_id)?;
    let key = (message.session_id, message.seq);
    unique(!t.message_seqs.contains(&message.id), "chat_messages.id")?;
    unique(!t.messages.contains(&key), "chat_messages_session_id_seq")?;
    t.message_seqs.put(message.id, key);
    t.messages.put(key, message.clone());
    Ok(())
}

pub(crate) fn get(t: &Tables, id: Uuid) -> Option<&ChatMessage> {
    t.messages.get(t.message_seqs.get(&id)?)
}

pub(crate) fn list(t: &Tables, session_id: Uuid, after: i64, limit: i64) -> Vec<ChatMessage> {
    let rows = t.messages.range((session_id, i64::MIN)..=(session_id, i64::MAX));
    rows.filter(|m| m.seq > after).take(count(limit)).cloned().collect()
}

pub(crate) fn last(t: &Tables, session_id: Uuid, upto: i64, limit: i64) -> Vec<ChatMessage> {
    let newest_first = t.messages.range((session_id, i64::MIN)..=(session_id, upto)).rev();
    let mut rows: Vec<_> = newest_first.take(count(limit)).cloned().collect();
    rows.reverse();
    rows
}

pub(crate) fn of_turn(t: &Tables, session_id: Uuid, upto: i64) -> Vec<ChatMessage> {
    let rows = t.messages.range((session_id, i64::MIN)..=(session_id, i64::MAX));
    rows.filter(|m| m.turn_upto == Some(upto)).cloned().collect()
}

pub(crate) fn set_metadata(t: &mut Tables, id: Uuid, metadata: &Value) {
    change(t, id, |m| m.metadata = metadata.clone());
}

pub(crate) fn set_delivery(t: &mut Tables, id: Uuid, delivery: Delivery) {
    change(t, id, |m| m.delivery = delivery);
}

/// A message that is gone was erased; there is nothing to note about it.
fn change(t: &mut Tables, id: Uuid, how: impl FnOnce(&mut ChatMessage)) {
    if let Some(key) = t.message_seqs.get(&id).copied() {
        t.messages.change(&key, how);
    }
}
