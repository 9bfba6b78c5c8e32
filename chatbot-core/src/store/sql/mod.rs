//! SQLite and PostgreSQL: one SQL text for both, run over whichever engine is below.
//!
//! In the order of a statement's way: `engine` says what both databases have in common and `dialect` what they don't;
//! `statement` binds and runs, `columns` reads a row; `rows` holds every statement, one aggregate a file; `writer` is
//! the one task that writes; `store` puts them together, `sqlite` and `postgres` open it.

mod batch;
mod cell;
mod columns;
mod dialect;
mod engine;
mod fail;
#[cfg(feature = "sqlite")]
mod lock;
mod migrations;
mod open_error;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod records;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod store;
mod text;
mod time;
mod writer;

#[cfg(test)]
mod tests;

pub use open_error::OpenError;
#[cfg(feature = "postgres")]
pub use postgres::PgStore;
#[cfg(feature = "sqlite")]
pub use {lock::ServerLock, sqlite::SqliteStore};
