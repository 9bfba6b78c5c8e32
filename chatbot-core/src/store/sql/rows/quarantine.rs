//! What nobody could read.

use chrono::{DateTime, Utc};

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::inbox::quarantine::Quarantined;
use crate::store::rows::{Page, Result};

impl Record for Quarantined {
    const TABLE: &'static str = "quarantine";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            platform: row.get("platform")?,
            account: row.get("account")?,
            reason: row.get("reason")?,
            body: row.get("body")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
            created_at: row.time("created_at")?,
        })
    }
}

const INSERT_QUARANTINED: &str = "insert into quarantine (id, platform, account, reason, body, size, sha256, created_at) \
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (platform, account, sha256) do nothing";

pub(super) async fn insert_quarantined<E: Engine>(c: &mut E::Connection, row: &Quarantined) -> Result<bool> {
    let added = sql::<E>(INSERT_QUARANTINED)
        .bind(row.id)
        .text(&row.platform)
        .text(&row.account)
        .text(&row.reason)
        .bind(row.body.clone())
        .bind(row.size)
        .bind(row.sha256.clone())
        .time(row.created_at)
        .run(c)
        .await?;
    Ok(added > 0)
}

const QUARANTINED: &str = "select id, platform, account, reason, body, size, sha256, created_at from quarantine \
     order by created_at desc, id desc limit $1 offset $2";

pub(super) async fn quarantined<E: Engine>(c: &mut E::Connection, page: Page) -> Result<Vec<Quarantined>> {
    sql::<E>(QUARANTINED).bind(page.limit).bind(page.offset).all(c).await
}

const PURGE_QUARANTINED: &str = "delete from quarantine where created_at < $1";

pub(super) async fn purge_quarantined<E: Engine>(c: &mut E::Connection, before: DateTime<Utc>) -> Result<u64> {
    sql::<E>(PURGE_QUARANTINED).time(before).run(c).await
}
