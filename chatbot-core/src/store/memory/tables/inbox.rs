//! The inbox: dedupe records and entries.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::constraint::unique;
use super::{Inbound, Tables};
use crate::store::rows::{Result, Seen};
use crate::turn::Entry;

pub(crate) fn seen(t: &Tables, key_hash: &[u8]) -> Option<Seen> {
    t.seen.get(&key_hash.to_vec()).cloned()
}

pub(crate) fn insert_seen(t: &mut Tables, seen: &Seen) -> bool {
    if t.seen.contains(&seen.key_hash) {
        return false;
    }
    t.seen.put(seen.key_hash.clone(), seen.clone());
    true
}

pub(crate) fn purge_seen(t: &mut Tables, before: DateTime<Utc>) -> u64 {
    t.seen.remove_where(|_, row| row.created_at < before)
}

pub(crate) fn insert(t: &mut Tables, session_id: Uuid, entry: &Entry) -> Result<()> {
    t.need_session(session_id)?;
    let key = (session_id, entry.seq);
    unique(!t.inbound.contains(&key), "inbound.session_id, seq")?;
    t.inbound.put(key, Inbound { entry: entry.clone(), handled_upto: None });
    Ok(())
}

/// The rows with `after < seq <= upto`.
fn between(t: &Tables, session_id: Uuid, after: i64, upto: i64) -> impl Iterator<Item = &Inbound> {
    t.inbound.range((session_id, i64::MIN)..=(session_id, upto)).filter(move |row| row.entry.seq > after)
}

pub(crate) fn list(t: &Tables, session_id: Uuid, after: i64, upto: i64) -> Vec<Entry> {
    between(t, session_id, after, upto).map(|row| row.entry.clone()).collect()
}

pub(crate) fn mark_handled(t: &mut Tables, session_id: Uuid, after: i64, upto: i64) {
    let seqs: Vec<i64> = between(t, session_id, after, upto).map(|row| row.entry.seq).collect();
    for seq in seqs {
        t.inbound.change(&(session_id, seq), |row| row.handled_upto = Some(upto));
    }
}

pub(crate) fn handled_upto(t: &Tables, session_id: Uuid, seq: i64) -> Option<i64> {
    t.inbound.get(&(session_id, seq)).and_then(|row| row.handled_upto)
}
