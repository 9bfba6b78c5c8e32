//! Who holds a session: claim, renew, end, void.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Tables, count};
use crate::museum::{self, Mistake};
use crate::session::{Fence, Session};
use crate::store::rows::EndClaim;

/// A claim to be made.
pub(crate) struct Wanted {
    pub(crate) boot: Uuid,
    pub(crate) n: i64,
    pub(crate) now: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    pub(crate) limit: i64,
    pub(crate) only: Option<Uuid>,
}

pub(crate) fn claim(t: &mut Tables, wanted: &Wanted) -> Vec<Session> {
    let ready = |s: &&Session| s.closed_at.is_none() && s.ready_at.is_some_and(|at| at <= wanted.now);
    let mut due: Vec<(DateTime<Utc>, Uuid)> = match wanted.only {
        Some(id) => t.sessions.get(&id).into_iter().filter(ready).filter_map(|s| Some((s.ready_at?, s.id))).collect(),
        None => t.sessions.values().filter(ready).filter_map(|s| Some((s.ready_at?, s.id))).collect(),
    };
    due.sort_unstable();
    due.truncate(count(wanted.limit));
    let mut claimed = Vec::with_capacity(due.len());
    for (_, id) in due {
        t.sessions.change(&id, |s| {
            s.claims += i64::from(s.lease_boot != Some(wanted.boot));
            s.lease_boot = Some(wanted.boot);
            s.lease_n = if museum::seeded(Mistake::CounterOnlyFence) { s.lease_n + 1 } else { wanted.n };
            s.ready_at = Some(wanted.until);
        });
        claimed.extend(t.sessions.get(&id).cloned());
    }
    claimed
}

pub(crate) fn renew(t: &mut Tables, boot: Uuid, held: &[(Uuid, i64)], until: DateTime<Utc>) -> Vec<Uuid> {
    let mut still = Vec::with_capacity(held.len());
    for (id, n) in held {
        if t.sessions.get(id).is_some_and(|s| s.lease_boot == Some(boot) && s.lease_n == *n && s.closed_at.is_none()) {
            t.sessions.change(id, |s| s.ready_at = Some(until));
            still.push(*id);
        }
    }
    still
}

pub(crate) fn end(t: &mut Tables, id: Uuid, fence: &Fence, end: &EndClaim) -> Option<Session> {
    let mut session = t.sessions.get(&id)?.clone();
    if !end.end(fence, &mut session) {
        return None;
    }
    t.sessions.change(&id, |s| *s = session);
    t.sessions.get(&id).cloned()
}

pub(crate) fn void(t: &mut Tables, boot: Uuid, now: DateTime<Utc>) -> u64 {
    t.leases.remove_where(|_, lease| lease.boot != boot);
    t.sessions.change_where(
        |s| s.lease_boot.is_some_and(|holder| holder != boot),
        |s| {
            s.lease_boot = None;
            s.ready_at = Some(now);
        },
    )
}

pub(crate) fn next_ready_at(t: &Tables) -> Option<DateTime<Utc>> {
    t.sessions.values().filter(|s| s.closed_at.is_none()).filter_map(|s| s.ready_at).min()
}
