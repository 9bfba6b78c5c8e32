//! What is on its way. States stand in the statements as words where a partial index is meant to serve them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::super::time::Ts;
use super::keys;
use crate::message::Delivery;
use crate::outbox::OutboxRow;
use crate::store::rows::{OutboxHold, Result};

/// A row with its message.
macro_rules! joined {
    () => {
        "select o.id, o.session_id, o.message_id, o.seq, o.platform, o.account, o.recipient, o.state, o.control_epoch, o.attempts, \
         o.next_at, o.lease_boot, o.lease_n, o.provider_ref, o.error, o.created_at, o.settled_at, m.sender, m.content, m.metadata \
         from outbox o join chat_messages m on m.id = o.message_id "
    };
}

impl Record for OutboxRow {
    const TABLE: &'static str = "outbox";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            session_id: row.get("session_id")?,
            message_id: row.get("message_id")?,
            seq: row.get("seq")?,
            platform: row.get("platform")?,
            account: row.get("account")?,
            recipient: row.get("recipient")?,
            state: row.name("state")?,
            control_epoch: row.get("control_epoch")?,
            attempts: row.get("attempts")?,
            next_at: row.time("next_at")?,
            lease_boot: row.get("lease_boot")?,
            lease_n: row.get("lease_n")?,
            provider_ref: row.get("provider_ref")?,
            error: row.get("error")?,
            created_at: row.time("created_at")?,
            settled_at: row.opt_time("settled_at")?,
            sender: row.name("sender")?,
            content: row.get("content")?,
            metadata: row.json("metadata")?,
        })
    }
}

macro_rules! columns {
    () => {
        "id, session_id, message_id, seq, platform, account, recipient, state, control_epoch, attempts, next_at, lease_boot, lease_n, \
         provider_ref, error, created_at, settled_at"
    };
}

const INSERT_OUTBOX: &str = concat!("insert into outbox (", columns!(), ") select ", columns!(), " from v");

pub(super) fn insert_outbox(rows: &[OutboxRow]) -> Many {
    let rows = Set::of(rows, |set, row| {
        set.bind(row.id)
            .bind(row.session_id)
            .bind(row.message_id)
            .bind(row.seq)
            .text(&row.platform)
            .text(&row.account)
            .text(&row.recipient)
            .text(row.state.as_str())
            .bind(row.control_epoch)
            .bind(row.attempts)
            .time(row.next_at)
            .bind(row.lease_boot)
            .bind(row.lease_n)
            .opt_text(row.provider_ref.as_deref())
            .opt_text(row.error.as_deref())
            .time(row.created_at)
            .opt_time(row.settled_at)
    });
    many(columns!(), rows, INSERT_OUTBOX)
}

const OUTBOX_DUE: &str = concat!(
    joined!(),
    "where o.platform = $1 and o.account = $2 and o.state = 'ready' and o.next_at <= $3 and not exists \
     (select 1 from outbox e where e.session_id = o.session_id and e.seq < o.seq and e.state in ('ready', 'sending')) \
     order by o.next_at, o.seq, o.id limit $4"
);

pub(super) async fn outbox_due<E: Engine>(
    c: &mut E::Connection,
    platform: &str,
    account: &str,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<OutboxRow>> {
    sql::<E>(OUTBOX_DUE).text(platform).text(account).time(now).bind(limit).all(c).await
}

const OUTBOX_ROW: &str = concat!(joined!(), "where o.id = $1");

pub(super) async fn outbox_row<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<OutboxRow>> {
    sql::<E>(OUTBOX_ROW).bind(id).optional(c).await
}

const OUTBOX_BY_REF: &str =
    concat!(joined!(), "where o.platform = $1 and o.account = $2 and o.provider_ref = $3 order by o.created_at desc, o.id desc limit 1");

pub(super) async fn outbox_by_ref<E: Engine>(
    c: &mut E::Connection,
    platform: &str,
    account: &str,
    provider_ref: &str,
) -> Result<Option<OutboxRow>> {
    sql::<E>(OUTBOX_BY_REF).text(platform).text(account).text(provider_ref).optional(c).await
}

const MOVE_OUTBOX: &str = "update outbox set state = v.k_state, control_epoch = v.k_epoch, attempts = v.k_attempts, next_at = v.k_next_at, \
     lease_boot = v.k_boot, lease_n = v.k_n, provider_ref = v.k_ref, error = v.k_error, settled_at = v.k_settled_at from v \
     where outbox.id = v.k_id";

/// Writes rows whose states have been looked at under their locks.
pub(super) fn move_outbox(rows: &[OutboxRow]) -> Many {
    let set = Set::of(rows, |set, row| {
        set.bind(row.id)
            .text(row.state.as_str())
            .bind(row.control_epoch)
            .bind(row.attempts)
            .time(row.next_at)
            .bind(row.lease_boot)
            .bind(row.lease_n)
            .opt_text(row.provider_ref.as_deref())
            .opt_text(row.error.as_deref())
            .opt_time(row.settled_at)
    });
    let names = "k_id, k_state, k_epoch, k_attempts, k_next_at, k_boot, k_n, k_ref, k_error, k_settled_at";
    many(names, set, MOVE_OUTBOX).each("outbox").among("outbox.id", "k_id")
}

impl Record for OutboxHold {
    const TABLE: &'static str = "outbox";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            state: row.name("state")?,
            lease_boot: row.get("lease_boot")?,
            lease_n: row.get("lease_n")?,
            attempts: row.get("attempts")?,
        })
    }
}

macro_rules! outbox_states {
    () => {
        "select id as owner, state, lease_boot, lease_n, attempts from v {outbox: id = k_id} order by id"
    };
}
#[cfg(feature = "sqlite")]
pub(in crate::store::sql) use outbox_states;

const OUTBOX_STATES: &str = outbox_states!();

/// Who sends rows, locked in the order of their ids where `locks` says so.
pub(super) fn lock_outbox<E: Engine>(locks: bool, ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), if locks { E::LOCK_OUTBOX } else { OUTBOX_STATES })
}

const UNSETTLED: &str = "select o.session_id as owner, o.state, o.lease_boot, o.lease_n, o.attempts from v \
     {outbox o: o.session_id = k_id and o.state in ('ready', 'sending')}";

/// How many of a session's rows are `ready`, and how many `sending`.
pub(super) fn count_unsettled(states: impl Iterator<Item = Delivery>) -> (i64, i64) {
    states.fold((0, 0), |(ready, sending), state| match state {
        Delivery::Ready => (ready + 1, sending),
        Delivery::Sending => (ready, sending + 1),
        _ => (ready, sending),
    })
}

/// The unsettled rows of many sessions.
pub(super) fn unsettled(sessions: &[Uuid]) -> Many {
    many("k_id", keys(sessions), UNSETTLED)
}

const OUTBOX_OF_SESSION: &str = concat!(joined!(), "where o.session_id = $1 and o.state = $2 order by o.seq");

pub(super) async fn outbox_of_session<E: Engine>(c: &mut E::Connection, session_id: Uuid, state: Delivery) -> Result<Vec<OutboxRow>> {
    sql::<E>(OUTBOX_OF_SESSION).bind(session_id).text(state.as_str()).all(c).await
}

const OUTBOX_ORPHANS: &str = concat!(
    joined!(),
    "where o.platform = $1 and o.account = $2 and o.state = 'sending' and (o.lease_boot is distinct from $3 or o.lease_n <> $4) \
     order by o.next_at, o.seq, o.id"
);

pub(super) async fn outbox_orphans<E: Engine>(
    c: &mut E::Connection,
    platform: &str,
    account: &str,
    boot: Uuid,
    n: i64,
) -> Result<Vec<OutboxRow>> {
    sql::<E>(OUTBOX_ORPHANS).text(platform).text(account).bind(boot).bind(n).all(c).await
}

const NEXT_OUTBOX_AT: &str = "select next_at from outbox where platform = $1 and account = $2 and state = 'ready' order by next_at limit 1";

pub(super) async fn next_outbox_at<E: Engine>(c: &mut E::Connection, platform: &str, account: &str) -> Result<Option<DateTime<Utc>>> {
    Ok(sql::<E>(NEXT_OUTBOX_AT).text(platform).text(account).value::<Ts>(c, "next_at").await?.map(|t| t.0))
}
