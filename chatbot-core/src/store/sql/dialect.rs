//! What differs between the databases: a handful of statements, what an error code means, and how a statement is run.

use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::Database;
use sqlx::SqlStr;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migrate, Migrator};

use super::cell::Set;
use super::columns::Found;
use super::engine::Engine;
use super::statement::Many;
use crate::store::StoreError;

/// What a database's refusal asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Try again later.
    Unavailable,
    /// Run the transaction again.
    Again,
    /// A defect.
    Defect,
}

/// One of the databases, in its own words.
pub(crate) trait Dialect: Database<Connection: Migrate> {
    /// `sqlite`, `postgres`.
    const ENGINE: &'static str;
    /// Transactions that write at a time: while the database works for one, the next is decided.
    const WRITERS: usize;
    /// Opens the writer's transaction; may answer the database's time as `now`.
    const BEGIN: &'static str;
    /// How long a batch may take before its connection is given up (a peer that vanished says nothing).
    const PATIENCE: Option<Duration>;
    /// The database's time as `now`, where it has one of its own.
    const NOW: Option<&'static str>;
    /// One row when the migrations table is there.
    const HAS_MIGRATIONS: &'static str;
    /// A session, locked until the transaction ends.
    const LOCK_SESSION: &'static str;
    /// The open session of a person, locked.
    const LOCK_OPEN_SESSION: &'static str;
    /// The sessions of `v (k_id, k_platform, k_account, k_person)`, by id or a person's open one, locked in the order of their ids.
    const LOCK_SESSIONS: &'static str;
    /// The states of the outbox rows of `v (k_id)`, locked in the order of their ids.
    const LOCK_OUTBOX: &'static str;
    /// Makes a select lock what it finds, where the transaction doesn't hold every lock already.
    const FOR_UPDATE: &'static str;
    /// Leaves nothing of what was deleted in files of the database's, where they are ours to see to.
    const SCRUB: Option<&'static str>;
    /// Opens the writer's transaction where what it writes may be lost in a crash of the database: nobody was told of it.
    const BEGIN_RELAXED: &'static str;
    /// Takes ready sessions.
    const CLAIM_SESSIONS: &'static str;
    /// Takes this session, if it is ready.
    const CLAIM_SESSION: &'static str;

    /// The chapters of `migrations/`.
    fn migrator() -> Migrator;
    /// A set as the text of a table, with its arguments; as several tables where one would be too many arguments.
    fn tables(set: Set) -> Result<Vec<(String, Self::Arguments)>, BoxDynError>;
    /// Runs writes that don't see each other's rows, none of them empty; answers how many rows each touched, where that is counted.
    fn write_all(c: &mut Self::Connection, writes: Vec<Many>) -> BoxFuture<'_, Result<Vec<u64>, StoreError>>;
    /// A step from a row of a set to the rows of a table that `on` says.
    fn step(table: &str, alias: &str, on: &str) -> String;
    /// Runs reads in this order, in as few round trips as the database allows; answers the rows of each.
    fn read_all(c: &mut Self::Connection, reads: Vec<Many>) -> BoxFuture<'_, Result<Vec<Found<Self>>, StoreError>>
    where
        Self: Engine;
    /// What an error code means.
    fn refusal(code: &str) -> Refusal;
    /// The index or constraint a unique violation speaks of, in the name PostgreSQL would give.
    fn constraint(error: &dyn sqlx::error::DatabaseError) -> String;

    /// Runs a statement; answers how many rows it touched.
    fn execute(c: &mut Self::Connection, sql: SqlStr, arguments: Self::Arguments) -> BoxFuture<'_, Result<u64, sqlx::Error>>;
    /// Runs a statement; answers its rows.
    fn fetch(c: &mut Self::Connection, sql: SqlStr, arguments: Self::Arguments) -> BoxFuture<'_, Result<Vec<Self::Row>, sqlx::Error>>;
    /// Runs text without arguments or preparation; answers its first row.
    fn raw<'c>(c: &'c mut Self::Connection, sql: &'static str) -> BoxFuture<'c, Result<Option<Self::Row>, sqlx::Error>>;
}

/// The three ways to run, whose text is the same for both drivers though no bound says so.
macro_rules! runs {
    () => {
        fn execute(c: &mut Self::Connection, sql: SqlStr, arguments: Self::Arguments) -> BoxFuture<'_, Result<u64, sqlx::Error>> {
            Box::pin(async move {
                #[cfg(test)]
                let watched = $crate::store::sql::tests::watch::begins(c, sql.as_str(), &arguments).await;
                let done = sqlx::Executor::execute(&mut *c, (sql, Some(arguments))).await.map(|done| done.rows_affected());
                #[cfg(test)]
                $crate::store::sql::tests::watch::ended(c, watched, done.is_ok()).await;
                done
            })
        }

        fn fetch(c: &mut Self::Connection, sql: SqlStr, arguments: Self::Arguments) -> BoxFuture<'_, Result<Vec<Self::Row>, sqlx::Error>> {
            Box::pin(async move {
                #[cfg(test)]
                let watched = $crate::store::sql::tests::watch::begins(c, sql.as_str(), &arguments).await;
                let rows = sqlx::Executor::fetch_all(&mut *c, (sql, Some(arguments))).await;
                #[cfg(test)]
                $crate::store::sql::tests::watch::ended(c, watched, rows.is_ok()).await;
                rows
            })
        }

        fn raw<'c>(c: &'c mut Self::Connection, sql: &'static str) -> BoxFuture<'c, Result<Option<Self::Row>, sqlx::Error>> {
            sqlx::Executor::fetch_optional(c, sql)
        }
    };
}
pub(super) use runs;
