//! Dedupe records and inbox entries.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
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

const INSERT_SEEN: &str = "insert into seen (key_hash, body_hash, session_id, message_id, seq, created_at) \
     values ($1, $2, $3, $4, $5, $6) on conflict (key_hash) do nothing";

pub(super) async fn insert_seen<E: Engine>(c: &mut E::Connection, seen: &Seen) -> Result<bool> {
    let added = sql::<E>(INSERT_SEEN)
        .bind(seen.key_hash.clone())
        .bind(seen.body_hash.clone())
        .bind(seen.session_id)
        .bind(seen.message_id)
        .bind(seen.seq)
        .time(seen.created_at)
        .run(c)
        .await?;
    Ok(added > 0)
}

const PURGE_SEEN: &str = "delete from seen where created_at < $1";

pub(super) async fn purge_seen<E: Engine>(c: &mut E::Connection, before: DateTime<Utc>) -> Result<u64> {
    sql::<E>(PURGE_SEEN).time(before).run(c).await
}

const INSERT_INBOUND: &str = "insert into inbound (session_id, seq, sender, actor, kind, content, content_format, metadata, accepted_at, message_id) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub(super) async fn insert_inbound<E: Engine>(c: &mut E::Connection, session_id: Uuid, entry: &Entry) -> Result<()> {
    sql::<E>(INSERT_INBOUND)
        .bind(session_id)
        .bind(entry.seq)
        .text(entry.sender.as_str())
        .opt_text(entry.actor.as_deref())
        .text(entry.kind.as_str())
        .text(&entry.content)
        .text(&entry.content_format)
        .json(&entry.metadata)
        .time(entry.accepted_at)
        .bind(entry.message_id)
        .run(c)
        .await?;
    Ok(())
}

const INBOUND: &str = "select seq, sender, actor, kind, content, content_format, metadata, accepted_at, message_id \
     from inbound where session_id = $1 and seq > $2 and seq <= $3 order by seq";

pub(super) async fn inbound<E: Engine>(c: &mut E::Connection, session_id: Uuid, after: i64, upto: i64) -> Result<Vec<Entry>> {
    sql::<E>(INBOUND).bind(session_id).bind(after).bind(upto).all(c).await
}

const MARK_HANDLED: &str = "update inbound set handled_upto = $3, handled_at = $4 where session_id = $1 and seq > $2 and seq <= $3";

pub(super) async fn mark_handled<E: Engine>(
    c: &mut E::Connection,
    session_id: Uuid,
    after: i64,
    upto: i64,
    at: DateTime<Utc>,
) -> Result<u64> {
    sql::<E>(MARK_HANDLED).bind(session_id).bind(after).bind(upto).time(at).run(c).await
}

const HANDLED_UPTO: &str = "select handled_upto from inbound where session_id = $1 and seq = $2";

pub(super) async fn handled_upto<E: Engine>(c: &mut E::Connection, session_id: Uuid, seq: i64) -> Result<Option<i64>> {
    Ok(sql::<E>(HANDLED_UPTO).bind(session_id).bind(seq).value::<Option<i64>>(c, "handled_upto").await?.flatten())
}
