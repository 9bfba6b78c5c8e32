//! The dashboard's figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::recruiting::Stats;
use crate::store::rows::Result;

const ACTIVE_SESSIONS: &str = "select count(*) as n from chat_sessions where closed_at is null";
const PROCESSED: &str = "select count(*) as n from inbound where handled_upto is not null";
const QUEUE_LENGTH: &str = "select count(*) as n from chat_sessions where ready_at <= $1 and closed_at is null";
const OUTBOX_READY: &str = "select count(*) as n from outbox where state = 'ready'";
const OPEN_ACTIONS: &str =
    "select type as name, count(*) as n, cast(0 as bigint) as failed from action_queue where status = 'open' group by type";
const APPLICATIONS: &str = "select status as name, count(*) as n, count(*) filter (where must_have_failed) as failed \
     from applications where consented_at is not null group by status";

/// A name with its counts.
struct Group {
    name: String,
    n: i64,
    failed: i64,
}

impl Record for Group {
    const TABLE: &'static str = "figures";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { name: row.get("name")?, n: row.get("n")?, failed: row.get("failed")? })
    }
}

async fn count<E: Engine>(c: &mut E::Connection, text: &'static str) -> Result<i64> {
    Ok(sql::<E>(text).value(c, "n").await?.unwrap_or(0))
}

pub(super) async fn messages_processed<E: Engine>(c: &mut E::Connection) -> Result<i64> {
    count::<E>(c, PROCESSED).await
}

pub(super) async fn queue_length<E: Engine>(c: &mut E::Connection, now: DateTime<Utc>) -> Result<i64> {
    Ok(sql::<E>(QUEUE_LENGTH).time(now).value(c, "n").await?.unwrap_or(0))
}

pub(super) async fn stats<E: Engine>(c: &mut E::Connection, now: DateTime<Utc>) -> Result<Stats> {
    let actions: Vec<Group> = sql::<E>(OPEN_ACTIONS).all(c).await?;
    let applications: Vec<Group> = sql::<E>(APPLICATIONS).all(c).await?;
    Ok(Stats {
        chat_sessions_active: count::<E>(c, ACTIVE_SESSIONS).await?,
        worker_queue_length: queue_length::<E>(c, now).await?,
        outbox_ready: count::<E>(c, OUTBOX_READY).await?,
        actions_open: actions.iter().map(|g| g.n).sum(),
        must_have_failed: applications.iter().map(|g| g.failed).sum(),
        actions_by_type: by_name(actions),
        applications_by_status: by_name(applications),
        ..Stats::default()
    })
}

fn by_name(groups: Vec<Group>) -> BTreeMap<String, i64> {
    groups.into_iter().map(|g| (g.name, g.n)).collect()
}
