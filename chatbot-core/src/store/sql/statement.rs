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
/// however many there are.
pub(super) struct Many {
    names: &'static str,
    rest: &'static str,
    set: Set,
    each: Option<&'static str>,
}

/// A statement over a set; see [`Many`].
pub(super) fn many(names: &'static str, set: Set, rest: &'static str) -> Many {
    Many { names, rest, set, each: None }
}

impl Many {
    /// The same; each row of the set must touch a row of this table.
    pub(super) fn each(mut self, table: &'static str) -> Self {
        self.each = Some(table);
        self
    }

    /// The table of which each row of the set must touch a row, and how many these are.
    fn meant(&self) -> Option<(&'static str, usize)> {
        self.each.map(|table| (table, self.set.len()))
    }

    /// What it consists of.
    pub(super) fn parts(self) -> (&'static str, &'static str, Set) {
        (self.names, self.rest, self.set)
    }

    /// Runs it; answers all rows.
    pub(super) async fn all<E: Engine, R: Record>(self, c: &mut E::Connection) -> Result<Vec<R>> {
        let mut all = Vec::new();
        for statement in self.statements::<E>()? {
            all.extend(statement.all(c).await?);
        }
        Ok(all)
    }

    fn statements<E: Engine>(self) -> Result<Vec<Statement<E>>> {
        let Self { names, rest, mut set, each: _ } = self;
        if let Some(problem) = set.take_problem() {
            return Err(unstorable(&problem));
        }
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

/// Runs writes that don't see each other's rows, in as few round trips as the database allows.
pub(super) async fn write_all<E: Engine>(c: &mut E::Connection, mut writes: Vec<Many>) -> Result<()> {
    writes.retain(|write| !write.set.is_empty());
    let meant: Vec<_> = writes.iter().map(Many::meant).collect();
    for write in &mut writes {
        if let Some(problem) = write.set.take_problem() {
            return Err(unstorable(&problem));
        }
    }
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
