//! Settings and secrets of the installation.

use super::super::cell::Binds;
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::store::StoreError;
use crate::store::rows::Result;

const SETTING: &str = "select value from settings where name = $1";

pub(super) async fn setting<E: Engine>(c: &mut E::Connection, name: &str) -> Result<Option<String>> {
    sql::<E>(SETTING).text(name).value(c, "value").await
}

const PUT_SETTING_IF_ABSENT: &str = "insert into settings (name, value) values ($1, $2) on conflict (name) do nothing";

pub(super) async fn put_setting_if_absent<E: Engine>(c: &mut E::Connection, name: &str, value: &str) -> Result<String> {
    sql::<E>(PUT_SETTING_IF_ABSENT).text(name).text(value).run(c).await?;
    // A second statement, so that what another process has just committed is seen.
    setting::<E>(c, name).await?.ok_or(StoreError::Again)
}

const PUT_SETTING: &str = "insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";

pub(super) async fn put_setting<E: Engine>(c: &mut E::Connection, name: &str, value: &str) -> Result<()> {
    sql::<E>(PUT_SETTING).text(name).text(value).run(c).await?;
    Ok(())
}

const DELETE_SETTING: &str = "delete from settings where name = $1";

pub(super) async fn delete_setting<E: Engine>(c: &mut E::Connection, name: &str) -> Result<bool> {
    Ok(sql::<E>(DELETE_SETTING).text(name).run(c).await? > 0)
}
