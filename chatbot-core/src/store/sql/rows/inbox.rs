//! Dedupe records and inbox entries.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::spans;
use crate::store::rows::{Result, Seen};
use crate::turn::Entry;

impl Record for Seen {
    const TABLE: &'static str = "seen";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            key_hash: row.get("key_hash")?,
            body_hash: row.get("body_hash")?,
            session_id: row.get("session_id")?,
            message_id: row.get("message_id")?,
            seq: row.get("seq")?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Record for Entry {
    const TABLE: &'static str = "inbound";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            sender: row.name("sender")?,
            actor: row.get("actor")?,
            kind: row.name("kind")?,
            content: row.get("content")?,
            content_format: row.get("content_format")?,
            metadata: row.json("metadata")?,
            accepted_at: row.time("accepted_at")?,
            message_id: row.get("message_id")?,
        })
    }
}

const SEEN: &str = "select key_hash, body_hash, session_id, message_id, seq, created_at from seen where key_hash = $1";

pub(super) async fn seen<E: Engine>(c: &mut E::Connection, key_hash: &[u8]) -> Result<Option<Seen>> {
    sql::<E>(SEEN).bind(key_hash.to_vec()).optional(c).await
}

const SEEN_ALREADY: &str = "select key_hash, body_hash, session_id, message_id, seq, created_at from v {seen: key_hash = k_hash}";

/// Records of many keys.
pub(super) fn seen_already(keys: &[Vec<u8>]) -> Many {
    many("k_hash", Set::of(keys, |set, key| set.bind(key.clone())), SEEN_ALREADY)
}

const INSERT_SEEN: &str = "insert into seen (key_hash, body_hash, session_id, message_id, seq, created_at) \
     select key_hash, body_hash, session_id, message_id, seq, created_at from v where true on conflict (key_hash) do nothing";

/// Each must be new.
pub(super) fn insert_seen(seen: &[Seen]) -> Many {
    let rows = Set::of(seen, |set, seen| {
        set.bind(seen.key_hash.clone())
            .bind(seen.body_hash.clone())
            .bind(seen.session_id)
            .bind(seen.message_id)
            .bind(seen.seq)
            .time(seen.created_at)
    });
    many("key_hash, body_hash, session_id, message_id, seq, created_at", rows, INSERT_SEEN).each("seen")
}

const PURGE_SEEN: &str = "delete from seen where created_at < $1";

pub(super) async fn purge_seen<E: Engine>(c: &mut E::Connection, before: DateTime<Utc>) -> Result<u64> {
    sql::<E>(PURGE_SEEN).time(before).run(c).await
}

/// An entry to be added, with how far the turn read that handled it in the same transaction, and when.
#[derive(Debug)]
pub(super) struct NewEntry {
    pub(super) session_id: Uuid,
    pub(super) entry: Entry,
    pub(super) handled: Option<(i64, DateTime<Utc>)>,
}

impl NewEntry {
    /// Whether it is one of a session's with `after < seq <= upto`.
    pub(super) fn is_within(&self, session_id: Uuid, after: i64, upto: i64) -> bool {
        self.session_id == session_id && self.entry.seq > after && self.entry.seq <= upto
    }
}

macro_rules! inbound_columns {
    () => {
        "session_id, seq, sender, actor, kind, content, content_format, metadata, accepted_at, message_id, handled_upto, handled_at"
    };
}

const INSERT_INBOUND: &str = concat!("insert into inbound (", inbound_columns!(), ") select ", inbound_columns!(), " from v");

pub(super) fn insert_inbound(entries: &[NewEntry]) -> Many {
    let rows = Set::of(entries, |set, NewEntry { session_id, entry, handled }| {
        set.bind(*session_id)
            .bind(entry.seq)
            .text(entry.sender.as_str())
            .opt_text(entry.actor.as_deref())
            .text(entry.kind.as_str())
            .text(&entry.content)
            .text(&entry.content_format)
            .json(&entry.metadata)
            .time(entry.accepted_at)
            .bind(entry.message_id)
            .bind(handled.map(|(upto, _)| upto))
            .opt_time(handled.map(|(_, at)| at))
    });
    many(inbound_columns!(), rows, INSERT_INBOUND)
}

const INBOUND_OF_MANY: &str = "select session_id as owner, seq, sender, actor, kind, content, content_format, metadata, accepted_at, message_id \
     from v {inbound: session_id = k_session and seq > k_after and seq <= k_upto} order by session_id, seq";

/// Entries with `after < seq <= upto` of many sessions, in order.
pub(super) fn inbound_of_many(wanted: &[(Uuid, i64, i64)]) -> Many {
    many("k_session, k_after, k_upto", spans(wanted), INBOUND_OF_MANY)
}

const INBOUND: &str = "select seq, sender, actor, kind, content, content_format, metadata, accepted_at, message_id \
     from inbound where session_id = $1 and seq > $2 and seq <= $3 order by seq";

pub(super) async fn inbound<E: Engine>(c: &mut E::Connection, session_id: Uuid, after: i64, upto: i64) -> Result<Vec<Entry>> {
    sql::<E>(INBOUND).bind(session_id).bind(after).bind(upto).all(c).await
}

/// Entries of a session that were handled together, up to the last number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handled {
    pub(super) session_id: Uuid,
    pub(super) after: i64,
    pub(super) upto: i64,
    pub(super) at: DateTime<Utc>,
}

const MARK_HANDLED: &str = "update inbound set handled_upto = v.k_upto, handled_at = v.k_at from v \
     where inbound.session_id = v.k_session and inbound.seq > v.k_after and inbound.seq <= v.k_upto";

pub(super) fn mark_handled(handled: &[Handled]) -> Many {
    let rows = Set::of(handled, |set, h| set.bind(h.session_id).bind(h.after).bind(h.upto).time(h.at));
    many("k_session, k_after, k_upto, k_at", rows, MARK_HANDLED).among("inbound.session_id", "k_session")
}

const HANDLED_UPTO: &str = "select handled_upto from inbound where session_id = $1 and seq = $2";

pub(super) async fn handled_upto<E: Engine>(c: &mut E::Connection, session_id: Uuid, seq: i64) -> Result<Option<i64>> {
    Ok(sql::<E>(HANDLED_UPTO).bind(session_id).bind(seq).value::<Option<i64>>(c, "handled_upto").await?.flatten())
}
