//! A statement with its arguments: bound in order, run once.

use sqlx::Arguments;
use sqlx::error::BoxDynError;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::cell::{Binds, Cell, Set};
use super::columns::{Columns, Record};
use super::engine::{Engine, Holds};
use super::fail::{fail, unreadable};
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

impl<E: Engine> Binds for Statement<E> {
    fn cell(mut self, cell: Cell) -> Self {
        if let Err(problem) = cell.put::<E>(&mut self.arguments) {
            self.problem.get_or_insert(problem);
        }
        self
    }

    fn problem(&mut self, problem: BoxDynError) {
        self.problem.get_or_insert(problem);
    }
}

impl<E: Engine> Statement<E> {
    /// More text, for the few lists that are filtered by what the caller gives. `text` is a literal of ours.
    pub(super) fn and(mut self, text: &'static str) -> Self {
        self.sql = AssertSqlSafe(format!("{}{text}", self.sql.as_str())).into_sql_str();
        self
    }

    /// ` and column = $n`, where the caller gave something to compare with.
    pub(super) fn and_equals<T: Into<Cell>>(mut self, column: &'static str, value: Option<T>) -> Self {
        let Some(value) = value else { return self };
        let n = self.arguments.len() + 1;
        self.sql = AssertSqlSafe(format!("{} and {column} = ${n}", self.sql.as_str())).into_sql_str();
        self.bind(value)
    }

    /// More text that ends before a value, and the value. `text` is a literal of ours.
    pub(super) fn and_with<T: Into<Cell>>(mut self, text: &'static str, value: T) -> Self {
        let n = self.arguments.len() + 1;
        self.sql = AssertSqlSafe(format!("{}{text} ${n}", self.sql.as_str())).into_sql_str();
        self.bind(value)
    }

    /// Runs it; answers how many rows it touched.
    pub(super) async fn run(self, c: &mut E::Connection) -> Result<u64> {
        self.bound()?.execute_on(c).await
    }

    /// Runs it; answers all rows.
    pub(super) async fn all<R: Record>(self, c: &mut E::Connection) -> Result<Vec<R>> {
        records::<E, R>(&self.rows(c).await?)
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

    /// Runs it; answers all rows as they are.
    pub(super) async fn rows(self, c: &mut E::Connection) -> Result<Vec<E::Row>> {
        self.bound()?.fetch_on(c).await
    }

    fn bound(self) -> Result<Self> {
        match self.problem {
            None => Ok(self),
            Some(problem) => Err(unstorable(&problem)),
        }
    }

    async fn execute_on(self, c: &mut E::Connection) -> Result<u64> {
        E::execute(c, self.sql, self.arguments).await.map_err(fail::<E>)
    }

    async fn fetch_on(self, c: &mut E::Connection) -> Result<Vec<E::Row>> {
        E::fetch(c, self.sql, self.arguments).await.map_err(fail::<E>)
    }
}

/// A statement over many rows at once: `rest` finds them as the table `v`, whose columns are `names`. One round trip,
/// however many there are. `{table alias: condition}` in it is a step from each row to rows of a table.
pub(super) struct Many {
    names: &'static str,
    rest: &'static str,
    set: Set,
    each: Option<&'static str>,
    among: Option<(&'static str, &'static str)>,
}

/// What a [`Many`] consists of, for the database that runs it.
pub(super) struct Parts {
    pub(super) names: &'static str,
    pub(super) rest: String,
    pub(super) set: Set,
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "PostgreSQL names the keys beside the join"))]
    pub(super) among: Option<(&'static str, &'static str)>,
}

/// A statement over a set; see [`Many`].
pub(super) fn many(names: &'static str, set: Set, rest: &'static str) -> Many {
    Many { names, rest, set, each: None, among: None }
}

impl Many {
    /// The same; each row of the set must touch a row of this table.
    pub(super) fn each(mut self, table: &'static str) -> Self {
        self.each = Some(table);
        self
    }

    /// The same; this column of what it changes is one of this one of the set's.
    pub(super) fn among(mut self, column: &'static str, key: &'static str) -> Self {
        self.among = Some((column, key));
        self
    }

    /// Whether anybody asks how many rows it touches.
    #[cfg(feature = "postgres")]
    pub(super) fn is_counted(&self) -> bool {
        self.each.is_some()
    }

    /// The table of which each row of the set must touch a row, and how many these are.
    fn meant(&self) -> Option<(&'static str, usize)> {
        self.each.map(|table| (table, self.set.len()))
    }

    /// The names of the columns it answers, where it reads: plain columns, each of its own name or under another.
    #[cfg(feature = "postgres")]
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let list = self.rest.strip_prefix("select ").and_then(|rest| rest.split_once(" from ")).map_or("", |(list, _)| list);
        let name = |column: &'static str| column.rsplit([' ', '.']).next().unwrap_or(column);
        list.split(',').map(|column| name(column.trim())).collect()
    }

    /// What it consists of.
    pub(super) fn parts<E: Engine>(self) -> Parts {
        Parts { names: self.names, rest: steps::<E>(self.rest), set: self.set, among: self.among }
    }

    /// Whether it is about nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Its rows, counted.
    pub(super) fn len(&self) -> usize {
        self.set.len()
    }

    /// Its arguments, counted.
    #[cfg(feature = "sqlite")]
    pub(super) fn cells(&self) -> usize {
        self.set.len() * self.set.width()
    }

    /// Itself, if all of it can be stored.
    pub(super) fn checked(mut self) -> Result<Self> {
        match self.set.take_problem() {
            None => Ok(self),
            Some(problem) => Err(unstorable(&problem)),
        }
    }

    /// Runs it; answers all rows.
    pub(super) async fn all<E: Engine, R: Record>(self, c: &mut E::Connection) -> Result<Vec<R>> {
        let mut all = Vec::new();
        for statement in self.statements::<E>()? {
            all.extend(statement.all(c).await?);
        }
        Ok(all)
    }

    /// It as statements: several where one would have too many arguments, none where it is about nothing.
    pub(super) fn statements<E: Engine>(self) -> Result<Vec<Statement<E>>> {
        let Parts { names, rest, set, among: _ } = self.checked()?.parts::<E>();
        if set.is_empty() {
            return Ok(Vec::new());
        }
        let tables = E::tables(set).map_err(|problem| unstorable(&problem))?;
        let statement = |(source, arguments)| Statement {
            sql: AssertSqlSafe(format!("with v ({names}) as ({source}) {rest}")).into_sql_str(),
            arguments,
            problem: None,
        };
        Ok(tables.into_iter().map(statement).collect())
    }
}

/// The text with its steps as the database takes them.
fn steps<E: Engine>(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 64);
    let mut left = text;
    while let Some((before, after)) = left.split_once('{') {
        let (step, rest) = after.split_once('}').unwrap_or((after, ""));
        let (table, on) = step.split_once(": ").unwrap_or((step, "true"));
        let (table, alias) = table.split_once(' ').unwrap_or((table, table));
        written.push_str(before);
        written.push_str(&E::step(table, alias, on));
        left = rest;
    }
    written + left
}

/// What rows become.
pub(super) fn records<E: Engine, R: Record>(rows: &[E::Row]) -> Result<Vec<R>> {
    rows.iter().map(|row| R::read(&Columns::<E>::of(R::TABLE, row))).collect()
}

/// Runs writes that don't see each other's rows, in as few round trips as the database allows.
pub(super) async fn write_all<E: Engine>(c: &mut E::Connection, mut writes: Vec<Many>) -> Result<()> {
    writes.retain(|write| !write.set.is_empty());
    let meant: Vec<_> = writes.iter().map(Many::meant).collect();
    let writes = writes.into_iter().map(Many::checked).collect::<Result<Vec<_>>>()?;
    let touched = E::write_all(c, writes).await?;
    for (touched, meant) in touched.into_iter().zip(meant) {
        match meant {
            // Another process recorded one of the keys since we looked: run again, and find it.
            Some(("seen", rows)) if touched != rows as u64 => return Err(StoreError::Again),
            Some((table, rows)) if touched != rows as u64 => {
                return Err(StoreError::Broken(format!("{touched} rows of {table} updated instead of {rows}")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What to say of a value that cannot be stored.
pub(super) fn unstorable(problem: &BoxDynError) -> StoreError {
    StoreError::Broken(format!("an argument cannot be stored: {problem}"))
}
