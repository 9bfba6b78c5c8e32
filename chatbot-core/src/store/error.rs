//! What a store can answer besides rows, and what to do about it.

/// A storage error.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be reached or is out of space: nothing was written; try again later (HTTP 503).
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A unique constraint spoke: somebody was first. `constraint` is the column or constraint named.
    #[error("already there: {constraint}")]
    Conflict {
        /// The column or constraint.
        constraint: String,
    },
    /// Two transactions waited for each other, or a serialisation failed: run it again.
    #[error("the database asked to run the transaction again")]
    Again,
    /// A row does not have the shape this version expects: a migration is missing or somebody edited it.
    #[error("unreadable row in {table}: {problem}")]
    Unreadable {
        /// Which table.
        table: &'static str,
        /// What is wrong, without its content.
        problem: String,
    },
    /// The statement is wrong: a defect of ours.
    #[error("database error: {0}")]
    Broken(String),
}
