//! Every statement, one aggregate a file, and the trait that names them: [`SqlRows`] only delegates.

mod access;
mod actions;
mod applications;
pub(super) mod applied;
mod candidates;
mod claims;
mod delegate;
mod demo;
mod erasure;
mod events;
mod files;
mod inbox;
mod jobs;
mod matching;
mod messages;
mod outbox;
mod privacy;
mod quarantine;
pub(super) mod sessions;
mod settings;
mod stats;
mod timers;
mod verify;

use std::marker::PhantomData;
use std::ops::DerefMut;

use super::engine::Engine;
use crate::store::StoreError;
use crate::store::rows::Result;

/// The rows of one connection: a reader's, or the writer's with its transaction open.
pub(super) struct SqlRows<E: Engine, C: DerefMut<Target = E::Connection> + Send> {
    connection: C,
    locks: bool,
    failed: bool,
    engine: PhantomData<fn() -> E>,
}

impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> SqlRows<E, C> {
    /// For reading: nothing is locked, and one statement's failing is no other's.
    pub(super) fn reading(connection: C) -> Self {
        Self { connection, locks: false, failed: false, engine: PhantomData }
    }

    /// For one operation in the writer's transaction.
    pub(super) fn writing(connection: C) -> Self {
        Self { connection, locks: true, failed: false, engine: PhantomData }
    }

    /// Whether a statement failed or was given up half-way. PostgreSQL then answers a commit with a silent rollback, and
    /// SQLite would commit the rest: the writer does neither.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    fn c(&mut self) -> Result<&mut E::Connection> {
        if self.failed {
            return Err(StoreError::Broken("the transaction has failed already".into()));
        }
        // Until the statement has answered: a future that is dropped answers nothing.
        self.failed = self.locks;
        Ok(&mut self.connection)
    }

    fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        self.failed = self.locks && done.is_err();
        done
    }
}

/// An update of a row by its id touches one row, or the row isn't there.
fn one_row(touched: u64, table: &str) -> Result<()> {
    if touched == 1 { Ok(()) } else { Err(StoreError::Broken(format!("{touched} rows of {table} updated instead of one"))) }
}
