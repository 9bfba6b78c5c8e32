//! Reading a row by its columns' names.

use std::cell::RefCell;

use chrono::{DateTime, Utc};
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;
use sqlx::types::Json;

use super::cell::{Cell, OfCell};
use super::engine::{Engine, Holds};
use super::fail::unreadable;
use super::time::Ts;
use crate::store::StoreError;
use crate::store::rows::Result;

/// Something a row of a table becomes.
pub(super) trait Record: Sized {
    /// The table, for messages.
    const TABLE: &'static str;
    /// Reads it.
    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self>;
}

/// What a statement that reads many rows answered.
pub(super) enum Found<E: Engine> {
    /// Rows as the driver has them.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "PostgreSQL answers all reads with one row"))]
    Rows(Vec<E::Row>),
    /// The values of each row under these names.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "SQLite answers rows"))]
    Values(Vec<&'static str>, Vec<Vec<Option<Cell>>>),
}

impl<E: Engine> Found<E> {
    /// What the rows become.
    pub(super) fn records<R: Record>(self) -> Result<Vec<R>> {
        match self {
            Self::Rows(rows) => super::statement::records::<E, R>(&rows),
            Self::Values(names, rows) => {
                let read = |values| R::read(&Columns::<E> { source: Source::Values(&names, RefCell::new(values)), table: R::TABLE });
                rows.into_iter().map(read).collect()
            }
        }
    }
}

/// A row being read.
pub(super) struct Columns<'r, E: Engine> {
    source: Source<'r, E>,
    table: &'static str,
}

/// Where its values are.
enum Source<'r, E: Engine> {
    Row(&'r E::Row),
    /// Each is taken once.
    Values(&'r [&'static str], RefCell<Vec<Option<Cell>>>),
}

impl<'r, E: Engine> Columns<'r, E> {
    pub(super) fn of(table: &'static str, row: &'r E::Row) -> Self {
        Self { source: Source::Row(row), table }
    }

    /// A column as it is.
    pub(super) fn get<T: OfCell>(&self, column: &'static str) -> Result<T>
    where
        E: Holds<T>,
    {
        match &self.source {
            Source::Row(row) => E::take(row, column).map_err(|e| unreadable(self.table, &e)),
            Source::Values(names, values) => {
                let place = names.iter().position(|name| *name == column);
                let mut values = values.borrow_mut();
                let value = place.and_then(|at| values.get_mut(at)).ok_or_else(|| self.unknown(column, "nothing: it is missing"))?;
                T::of(value.take()).ok_or_else(|| self.unknown(column, "something else than expected"))
            }
        }
    }

    pub(super) fn time(&self, column: &'static str) -> Result<DateTime<Utc>> {
        self.get::<Ts>(column).map(|t| t.0)
    }

    pub(super) fn opt_time(&self, column: &'static str) -> Result<Option<DateTime<Utc>>> {
        self.get::<Option<Ts>>(column).map(|t| t.map(|t| t.0))
    }

    /// A value that is stored under its name; serde's names are the `as_str` names (a test keeps it so).
    pub(super) fn name<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let name: String = self.get(column)?;
        let name: StrDeserializer<'_, NameError> = name.as_str().into_deserializer();
        T::deserialize(name).map_err(|_| self.unknown(column, "an unknown name"))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let Json(value) = self.get::<Json<Value>>(column)?;
        serde_json::from_value(value).map_err(|_| self.unknown(column, "JSON of another shape"))
    }

    pub(super) fn opt_json<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        let Some(Json(value)) = self.get::<Option<Json<Value>>>(column)? else { return Ok(None) };
        serde_json::from_value(value).map(Some).map_err(|_| self.unknown(column, "JSON of another shape"))
    }

    /// What to say of a column whose content makes no sense; never the content.
    pub(super) fn unknown(&self, column: &'static str, what: &str) -> StoreError {
        StoreError::Unreadable { table: self.table, problem: format!("column {column} holds {what}") }
    }
}
