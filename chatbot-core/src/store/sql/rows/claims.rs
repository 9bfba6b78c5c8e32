//! Claims: taking ready sessions, renewing, voiding what the dead left. They end under the fence in `keep.rs`.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::Binds;
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::session::Session;
use crate::store::rows::Result;

pub(super) async fn claim_sessions<E: Engine>(
    c: &mut E::Connection,
    boot: Uuid,
    n: i64,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
    only: Option<Uuid>,
) -> Result<Vec<Session>> {
    let claim = sql::<E>(if only.is_some() { E::CLAIM_SESSION } else { E::CLAIM_SESSIONS }).bind(boot).bind(n).time(until).time(now);
    match only {
        Some(id) => claim.bind(id).all(c).await,
        None => claim.bind(limit).all(c).await,
    }
}

/// By its id: what else is asked is asked in a way that no index serves, or in a new database PostgreSQL would plan to go through
/// all that is leased or open, and keep that plan.
const RENEW_CLAIM: &str = "update chat_sessions set ready_at = $1 where id = $2 and lease_boot is not distinct from $3 and lease_n = $4 \
     and not coalesce(closed_at = closed_at, false)";

pub(super) async fn renew_claims<E: Engine>(
    c: &mut E::Connection,
    boot: Uuid,
    held: &[(Uuid, i64)],
    until: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let mut held = held.to_vec();
    // In id order, as a batch locks its sessions: two processes then never wait for each other.
    held.sort_unstable();
    let mut still = Vec::with_capacity(held.len());
    for (id, n) in held {
        if sql::<E>(RENEW_CLAIM).time(until).bind(id).bind(boot).bind(n).run(c).await? > 0 {
            still.push(id);
        }
    }
    Ok(still)
}

const VOID_LEASES: &str = "update chat_sessions set lease_boot = null, ready_at = $2 where lease_boot is not null and lease_boot <> $1";

const VOID_NAMED_LEASES: &str = "delete from leases where boot <> $1";

pub(super) async fn void_leases<E: Engine>(c: &mut E::Connection, boot: Uuid, now: DateTime<Utc>) -> Result<u64> {
    sql::<E>(VOID_NAMED_LEASES).bind(boot).run(c).await?;
    sql::<E>(VOID_LEASES).bind(boot).time(now).run(c).await
}
