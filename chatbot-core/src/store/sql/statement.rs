//! A statement with its arguments: bound in order, run once.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::Arguments;
use sqlx::error::BoxDynError;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::columns::{Columns, Record};
use super::engine::{Engine, Holds};
use super::fail::{fail, unreadable};
use super::text::{storable, storable_json};
use super::time::Ts;
use crate::store::StoreError;
use crate::store::rows::Result;

/// A statement on its way.
pub(super) struct Statement<E: Engine> {
    sql: SqlStr,
    arguments: E::Arguments,
    problem: Option<BoxDynError>,
}

/// A statement from a constant.
pub(super) fn sql<E: Engine>(text: &'static str) -> Statement<E> {
    Statement { sql: text.into_sql_str(), arguments: E::Arguments::default(), problem: None }
}

impl<E: Engine> Statement<E> {
    /// The next argument.
    pub(super) fn bind<T>(mut self, value: T) -> Self
    where
        E: Holds<T>,
    {
        if let Err(problem) = E::put(&mut self.arguments, value) {
            self.problem.get_or_insert(problem);
        }
        self
    }

    pub(super) fn text(self, value: &str) -> Self {
        self.bind(storable(value).into_owned())
    }

    pub(super) fn opt_text(self, value: Option<&str>) -> Self {
        self.bind(value.map(|v| storable(v).into_owned()))
    }

    pub(super) fn time(self, value: DateTime<Utc>) -> Self {
        self.bind(Ts::new(value))
    }

    pub(super) fn opt_time(self, value: Option<DateTime<Utc>>) -> Self {
        self.bind(value.map(Ts::new))
    }

    pub(super) fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        let value = self.jsonable(value);
        self.bind(Json(value))
    }

    pub(super) fn opt_json<T: Serialize>(mut self, value: Option<&T>) -> Self {
        let value = value.map(|v| Json(self.jsonable(v)));
        self.bind(value)
    }

    fn jsonable<T: Serialize + ?Sized>(&mut self, value: &T) -> Value {
        match serde_json::to_value(value) {
            Ok(value) => storable_json(value),
            Err(problem) => {
                self.problem.get_or_insert(problem.into());
                Value::Null
            }
        }
    }

    /// More text, for the few lists that are filtered by what the caller gives. `text` is a literal of ours.
    pub(super) fn and(mut self, text: &'static str) -> Self {
        self.sql = AssertSqlSafe(format!("{}{text}", self.sql.as_str())).into_sql_str();
        self
    }

    /// ` and column = $n`, where the caller gave something to compare with.
    pub(super) fn and_equals<T>(mut self, column: &'static str, value: Option<T>) -> Self
    where
        E: Holds<T>,
    {
        let Some(value) = value else { return self };
        let n = self.arguments.len() + 1;
        self.sql = AssertSqlSafe(format!("{} and {column} = ${n}", self.sql.as_str())).into_sql_str();
        self.bind(value)
    }

    /// Runs it; answers how many rows it touched.
    pub(super) async fn run(self, c: &mut E::Connection) -> Result<u64> {
        self.bound()?.execute_on(c).await
    }

    /// Runs it; answers all rows.
    pub(super) async fn all<R: Record>(self, c: &mut E::Connection) -> Result<Vec<R>> {
        let rows = self.bound()?.fetch_on(c).await?;
        rows.iter().map(|row| R::read(&Columns::<E>::of(R::TABLE, row))).collect()
    }

    /// Runs it; answers the first row.
    pub(super) async fn optional<R: Record>(self, c: &mut E::Connection) -> Result<Option<R>> {
        let rows = self.bound()?.fetch_on(c).await?;
        rows.first().map(|row| R::read(&Columns::<E>::of(R::TABLE, row))).transpose()
    }

    /// Runs it; answers one column of all rows.
    pub(super) async fn values<T>(self, c: &mut E::Connection, column: &'static str) -> Result<Vec<T>>
    where
        E: Holds<T>,
    {
        let rows = self.bound()?.fetch_on(c).await?;
        rows.iter().map(|row| E::take(row, column).map_err(|e| unreadable("a list", &e))).collect()
    }

    /// Runs it; answers one column of the first row.
    pub(super) async fn value<T>(self, c: &mut E::Connection, column: &'static str) -> Result<Option<T>>
    where
        E: Holds<T>,
    {
        let rows = self.bound()?.fetch_on(c).await?;
        rows.first().map(|row| E::take(row, column).map_err(|e| unreadable("a value", &e))).transpose()
    }

    fn bound(self) -> Result<Self> {
        match self.problem {
            None => Ok(self),
            Some(problem) => Err(StoreError::Broken(format!("an argument cannot be stored: {problem}"))),
        }
    }

    async fn execute_on(self, c: &mut E::Connection) -> Result<u64> {
        E::execute(c, self.sql, self.arguments).await.map_err(fail::<E>)
    }

    async fn fetch_on(self, c: &mut E::Connection) -> Result<Vec<E::Row>> {
        E::fetch(c, self.sql, self.arguments).await.map_err(fail::<E>)
    }
}
