//! Which migrations have run.

use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::store::rows::Result;

struct Applied(i64, String);

impl Record for Applied {
    const TABLE: &'static str = "_sqlx_migrations";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self(row.get("version")?, row.get("description")?))
    }
}

const APPLIED_MIGRATIONS: &str = "select version, description from _sqlx_migrations order by version";

/// None on a database that was never migrated.
pub(in crate::store::sql) async fn applied_migrations<E: Engine>(c: &mut E::Connection) -> Result<Vec<(i64, String)>> {
    if sql::<E>(E::HAS_MIGRATIONS).value::<i64>(c, "n").await?.unwrap_or(0) == 0 {
        return Ok(Vec::new());
    }
    let applied: Vec<Applied> = sql::<E>(APPLIED_MIGRATIONS).all(c).await?;
    Ok(applied.into_iter().map(|Applied(version, name)| (version, name)).collect())
}
