//! Timers and leases.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Tables;
use crate::session::{Timer, TimerKind};
use crate::store::rows::{Lease, Result};

pub(crate) fn put(t: &mut Tables, timer: Timer) -> Result<()> {
    t.need_session(timer.session_id)?;
    t.timers.put((timer.session_id, timer.kind), timer);
    Ok(())
}

pub(crate) fn delete(t: &mut Tables, session_id: Uuid, kind: TimerKind) {
    t.timers.remove(&(session_id, kind));
}

pub(crate) fn list(t: &Tables, session_id: Uuid) -> Vec<Timer> {
    let mut timers: Vec<Timer> = TimerKind::ALL.iter().filter_map(|kind| t.timers.get(&(session_id, *kind)).copied()).collect();
    timers.sort_by_key(|timer| (timer.due, timer.kind.as_str()));
    timers
}

pub(crate) fn take_lease(t: &mut Tables, lease: &Lease, now: DateTime<Utc>) -> Lease {
    if let Some(held) = t.leases.get(&lease.name)
        && held.until >= now
        && (held.boot, held.n) != (lease.boot, lease.n)
    {
        return held.clone();
    }
    t.leases.put(lease.name.clone(), lease.clone());
    lease.clone()
}

pub(crate) fn drop_lease(t: &mut Tables, name: &str, boot: Uuid, n: i64) {
    let name = name.to_owned();
    if t.leases.get(&name).is_some_and(|held| (held.boot, held.n) == (boot, n)) {
        t.leases.remove(&name);
    }
}
