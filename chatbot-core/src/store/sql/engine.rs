//! What both databases have in common, gathered once: a statement over `E: Engine` needs no further bounds.

use serde_json::Value;
use sqlx::error::BoxDynError;
use sqlx::types::Json;
use sqlx::{Arguments, ColumnIndex, Database, Decode, Encode, Row, Type};
use uuid::Uuid;

use super::dialect::Dialect;
use super::time::Ts;

/// A database whose columns hold a `T`. Rust doesn't carry `String: Encode<E>` along with `E: Engine`, but it does
/// carry this.
pub(crate) trait Holds<T>: Database {
    /// Adds a value to a statement's arguments.
    fn put(arguments: &mut Self::Arguments, value: T) -> Result<(), BoxDynError>;
    /// Reads a column of a row.
    fn take(row: &Self::Row, column: &str) -> Result<T, sqlx::Error>;
}

impl<DB, T> Holds<T> for DB
where
    DB: Database,
    T: Type<DB> + for<'q> Encode<'q, DB> + for<'r> Decode<'r, DB>,
    for<'i> &'i str: ColumnIndex<DB::Row>,
{
    fn put(arguments: &mut Self::Arguments, value: T) -> Result<(), BoxDynError> {
        arguments.add(value)
    }

    fn take(row: &Self::Row, column: &str) -> Result<T, sqlx::Error> {
        row.try_get(column)
    }
}

/// A database we run on. A column is one of these types on both, and nothing else.
pub(crate) trait Engine:
    Dialect
    + Holds<bool>
    + Holds<Option<bool>>
    + Holds<i64>
    + Holds<Option<i64>>
    + Holds<f64>
    + Holds<Option<f64>>
    + Holds<String>
    + Holds<Option<String>>
    + Holds<Vec<u8>>
    + Holds<Option<Vec<u8>>>
    + Holds<Uuid>
    + Holds<Option<Uuid>>
    + Holds<Ts>
    + Holds<Option<Ts>>
    + Holds<Json<Value>>
    + Holds<Option<Json<Value>>>
{
}

#[cfg(feature = "sqlite")]
impl Engine for sqlx::Sqlite {}

#[cfg(feature = "postgres")]
impl Engine for sqlx::Postgres {}
