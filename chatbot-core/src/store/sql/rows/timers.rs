//! Timers of sessions, and leases by name.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::keys;
use crate::session::{Timer, TimerKind};
use crate::store::StoreError;
use crate::store::rows::{Lease, Result};

impl Record for Timer {
    const TABLE: &'static str = "timers";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        let kind: String = row.get("kind")?;
        let kind = TimerKind::parse(&kind).ok_or_else(|| row.unknown("kind", "an unknown name"))?;
        Ok(Self { session_id: row.get("session_id")?, kind, due: row.time("due")? })
    }
}

impl Record for Lease {
    const TABLE: &'static str = "leases";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { name: row.get("name")?, boot: row.get("boot")?, n: row.get("n")?, until: row.time("until")? })
    }
}

const PUT_TIMERS: &str = "insert into timers (session_id, kind, due) select session_id, kind, due from v where true \
     on conflict (session_id, kind) do update set due = excluded.due";

pub(super) fn put_timers(timers: &[Timer]) -> Many {
    let rows = Set::of(timers, |set, timer| set.bind(timer.session_id).text(timer.kind.as_str()).time(timer.due));
    many("session_id, kind, due", rows, PUT_TIMERS)
}

const DELETE_TIMERS: &str = "delete from timers where (session_id, kind) in (select k_session, k_kind from v)";

pub(super) fn delete_timers(timers: &[(Uuid, TimerKind)]) -> Many {
    let rows = Set::of(timers, |set, (session_id, kind)| set.bind(*session_id).text(kind.as_str()));
    many("k_session, k_kind", rows, DELETE_TIMERS).among("timers.session_id", "k_session")
}

const TIMERS_OF_MANY: &str = "select session_id, kind, due from v {timers: session_id = k_id} order by due, kind";

pub(super) fn timers_of_many(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), TIMERS_OF_MANY)
}

const TIMERS: &str = "select session_id, kind, due from timers where session_id = $1 order by due, kind";

pub(super) async fn timers<E: Engine>(c: &mut E::Connection, session_id: Uuid) -> Result<Vec<Timer>> {
    sql::<E>(TIMERS).bind(session_id).all(c).await
}

const TAKE_LEASE: &str = "insert into leases (name, boot, n, until) values ($1, $2, $3, $4) \
     on conflict (name) do update set boot = excluded.boot, n = excluded.n, until = excluded.until \
     where leases.until < $5 or (leases.boot = excluded.boot and leases.n = excluded.n) returning name, boot, n, until";
const LEASE: &str = "select name, boot, n, until from leases where name = $1";

const LEASES: &str = "select name, boot, n, until from v {leases: name = k_name}";

/// Leases by name.
pub(super) fn leases(names: &[String]) -> Many {
    many("k_name", Set::of(names, |set, name| set.text(name)), LEASES)
}

pub(super) async fn lease<E: Engine>(c: &mut E::Connection, name: &str) -> Result<Option<Lease>> {
    sql::<E>(LEASE).text(name).optional(c).await
}

pub(super) async fn take_lease<E: Engine>(c: &mut E::Connection, lease: &Lease, now: DateTime<Utc>) -> Result<Lease> {
    let taken = sql::<E>(TAKE_LEASE).text(&lease.name).bind(lease.boot).bind(lease.n).time(lease.until).time(now).optional(c).await?;
    match taken {
        Some(ours) => Ok(ours),
        // Given back between the two statements: the next try takes it.
        None => sql::<E>(LEASE).text(&lease.name).optional(c).await?.ok_or(StoreError::Again),
    }
}

const DROP_LEASE: &str = "delete from leases where name = $1 and boot = $2 and n = $3";

pub(super) async fn drop_lease<E: Engine>(c: &mut E::Connection, name: &str, boot: Uuid, n: i64) -> Result<()> {
    sql::<E>(DROP_LEASE).text(name).bind(boot).bind(n).run(c).await?;
    Ok(())
}
