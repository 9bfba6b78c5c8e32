//! Reading a row by its columns' names.

use chrono::{DateTime, Utc};
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;
use sqlx::types::Json;

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

/// A row being read.
pub(super) struct Columns<'r, E: Engine> {
    row: &'r E::Row,
    table: &'static str,
}

impl<'r, E: Engine> Columns<'r, E> {
    pub(super) fn of(table: &'static str, row: &'r E::Row) -> Self {
        Self { row, table }
    }

    /// A column as it is.
    pub(super) fn get<T>(&self, column: &'static str) -> Result<T>
    where
        E: Holds<T>,
    {
        E::take(self.row, column).map_err(|e| unreadable(self.table, &e))
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
