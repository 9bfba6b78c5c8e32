//! Bringing a database to this build's shape.

use std::collections::HashMap;

use sqlx::migrate::{Migrate, MigrateError};
use sqlx::{ConnectOptions, Connection};

use super::cell::Binds;
use super::engine::Engine;
use super::fail::fail;
use super::rows::applied::applied_migrations;
use super::statement::sql;
use super::writer::Options;
use crate::store::StoreError;

/// sqlx's table, so that its own command line can read it.
const TABLE: &str = "_sqlx_migrations";
const HAS_SCHEMA: &str = "select count(*) as n from pg_catalog.pg_namespace where nspname = $1";

/// Runs what has not run yet, under the database's own lock where it has one (PostgreSQL: an advisory lock).
pub(super) async fn migrate<E: Engine>(options: &Options<E>, schema: Option<&str>) -> Result<(), StoreError> {
    let mut connection = options.connect().await.map_err(fail::<E>)?;
    let mut outcome = bring_up::<E>(&mut connection, schema).await;
    // SQLite has no such lock: whoever loses a chapter to another process finds it done at the next look, and may lose
    // the one after as well, but no more than there are.
    for _ in 0..known::<E>().len() {
        if outcome.is_ok() || schema.is_some() {
            break;
        }
        outcome = bring_up::<E>(&mut connection, schema).await;
    }
    // Closing is also what releases the lock after an error.
    let _ = connection.close().await;
    outcome
}

async fn bring_up<E: Engine>(connection: &mut E::Connection, schema: Option<&str>) -> Result<(), StoreError> {
    connection.lock().await.map_err(failed::<E>)?;
    if let Some(schema) = schema {
        // Asking to create what is there needs a right that the host may not have given.
        let there = sql::<E>(HAS_SCHEMA).text(schema).value::<i64>(connection, "n").await?.unwrap_or(0) > 0;
        if !there {
            connection.create_schema_if_not_exists(&format!("\"{schema}\"")).await.map_err(failed::<E>)?;
        }
    }
    refuse_newer::<E>(connection).await?;
    connection.ensure_migrations_table(TABLE).await.map_err(failed::<E>)?;
    let applied = connection.list_applied_migrations(TABLE).await.map_err(failed::<E>)?;
    let applied: HashMap<_, _> = applied.into_iter().map(|m| (m.version, m.checksum)).collect();
    for chapter in E::migrator().iter() {
        match applied.get(&chapter.version) {
            Some(checksum) if *checksum == chapter.checksum => {}
            Some(_) => {
                let (version, name) = (chapter.version, &chapter.description);
                return Err(StoreError::Broken(format!(
                    "migration {version} ({name}) has been changed since this database ran it: use the build that did, or restore its text"
                )));
            }
            None => {
                connection.apply(TABLE, chapter).await.map_err(failed::<E>)?;
                tracing::info!(version = chapter.version, name = %chapter.description, engine = E::ENGINE, "migrated");
            }
        }
    }
    connection.unlock().await.map_err(failed::<E>)
}

/// A newer build's tables may hold what this one would not understand, or destroy.
async fn refuse_newer<E: Engine>(connection: &mut E::Connection) -> Result<(), StoreError> {
    let newest = applied_migrations::<E>(connection).await?.into_iter().last();
    let known = known::<E>().into_iter().map(|(version, _)| version).max().unwrap_or(0);
    match newest {
        Some((version, name)) if version > known => Err(StoreError::Broken(format!(
            "the database is at version {version} ({name}), this build knows up to version {known}: start the newer build, or restore a backup from before it"
        ))),
        _ => Ok(()),
    }
}

/// Versions and names of the chapters this build brings.
pub(super) fn known<E: Engine>() -> Vec<(i64, String)> {
    E::migrator().iter().map(|m| (m.version, m.description.to_string())).collect()
}

fn failed<E: Engine>(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => fail::<E>(error),
        MigrateError::ExecuteMigration(error, version) => match fail::<E>(error) {
            StoreError::Broken(problem) => StoreError::Broken(format!("migration {version}: {problem}")),
            other => other,
        },
        other => StoreError::Broken(other.to_string()),
    }
}
