//! Every statement, one aggregate a file, and the trait that names them: [`SqlRows`] only delegates.
//!
//! Within the writer's transaction what many operations read and write stands in a [`unit::Unit`]: `prefetch` reads for all
//! of them at once, `keep` answers and notes what each of them does, `flush` writes for all of them at once.

mod access;
mod actions;
mod applications;
pub(super) mod applied;
mod calls;
mod candidates;
mod claims;
mod delegate;
mod demo;
mod erasure;
mod events;
mod files;
mod flush;
mod inbox;
mod jobs;
mod keep;
mod matching;
mod messages;
pub(super) mod outbox;
mod prefetch;
mod privacy;
mod quarantine;
pub(super) mod sessions;
mod settings;
mod stats;
mod timers;
mod unit;
mod verify;

use std::marker::PhantomData;
use std::ops::DerefMut;

use uuid::Uuid;

use super::cell::{Binds, Set};
use super::columns::{Columns, Record};
use super::engine::Engine;
use crate::store::StoreError;
use crate::store::rows::Result;
use unit::Unit;

/// The rows of one connection: a reader's, or the writer's with its transaction open.
pub(super) struct SqlRows<E: Engine, C: DerefMut<Target = E::Connection> + Send> {
    connection: C,
    writes: bool,
    /// Whether what is read stands in the unit: within a transaction, and once something was read ahead.
    keeps: bool,
    failed: bool,
    unit: Unit,
    engine: PhantomData<fn() -> E>,
}

impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> SqlRows<E, C> {
    /// For reading: nothing is locked, and one statement's failing is no other's.
    pub(super) fn reading(connection: C) -> Self {
        Self { connection, writes: false, keeps: false, failed: false, unit: Unit::default(), engine: PhantomData }
    }

    /// For the operations of the writer's transaction, one after another. What they wrote is in the database after
    /// [`Self::flush`].
    pub(super) fn writing(connection: C) -> Self {
        Self { connection, writes: true, keeps: true, failed: false, unit: Unit::default(), engine: PhantomData }
    }

    /// Whether a statement failed or was given up half-way. PostgreSQL then answers a commit with a silent rollback, and
    /// SQLite would commit the rest: the writer does neither.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// The connection, for a statement of ours about what the unit doesn't hold.
    fn c(&mut self) -> Result<&mut E::Connection> {
        if self.failed {
            return Err(StoreError::Broken("the transaction has failed already".into()));
        }
        // Until the statement has answered: a future that is dropped answers nothing.
        self.failed = self.writes;
        Ok(&mut self.connection)
    }

    /// The connection for a statement that reads past the unit: what was noted is written first.
    async fn reads(&mut self) -> Result<&mut E::Connection> {
        self.reads_if(true).await
    }

    /// The same, where what was noted may have nothing to do with what is read: a batch is then still written as one.
    async fn reads_if(&mut self, noted: bool) -> Result<&mut E::Connection> {
        if noted {
            self.flush().await?;
        }
        self.c()
    }

    /// The connection for a statement that writes past the unit: what the unit holds of the database is true no longer.
    async fn changes(&mut self) -> Result<&mut E::Connection> {
        self.flush().await?;
        self.unit.forget();
        self.c()
    }

    fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        self.failed = self.writes && done.is_err();
        done
    }
}

/// A row with whose it is, where rows of many are read at once.
struct Of<R> {
    owner: Uuid,
    row: R,
}

impl<R: Record> Record for Of<R> {
    const TABLE: &'static str = R::TABLE;

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { owner: row.get("owner")?, row: R::read(row)? })
    }
}

/// Ids that something is looked for by.
fn keys(ids: &[Uuid]) -> Set {
    Set::of(ids, |set, id| set.bind(*id))
}

/// Sessions with the numbers after and up to which something is looked for.
fn spans(wanted: &[(Uuid, i64, i64)]) -> Set {
    Set::of(wanted, |set, (session_id, after, upto)| set.bind(*session_id).bind(*after).bind(*upto))
}

/// An update of a row by its id touches one row, or the row isn't there.
fn one_row(touched: u64, table: &str) -> Result<()> {
    all_rows(touched, 1, table)
}

/// The same for many.
fn all_rows(touched: u64, meant: usize, table: &str) -> Result<()> {
    if usize::try_from(touched) == Ok(meant) {
        Ok(())
    } else {
        Err(StoreError::Broken(format!("{touched} rows of {table} updated instead of {meant}")))
    }
}
