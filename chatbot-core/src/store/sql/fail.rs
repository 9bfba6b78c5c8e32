//! What went wrong in the driver, as the store says it. Messages name tables and constraints, never values.

use sqlx::Error;

use super::dialect::{Dialect, Refusal};
use crate::store::StoreError;

/// A driver's error as a store error.
pub(super) fn fail<E: Dialect>(error: Error) -> StoreError {
    match error {
        Error::Database(error) if error.is_unique_violation() => StoreError::Conflict { constraint: E::constraint(error.as_ref()) },
        Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            let message = format!("{} ({code})", error.message());
            match E::refusal(&code) {
                Refusal::Unavailable => StoreError::Unavailable(message),
                Refusal::Again => StoreError::Again,
                Refusal::Defect => StoreError::Broken(message),
            }
        }
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => StoreError::Unavailable(error.to_string()),
        other => StoreError::Broken(other.to_string()),
    }
}

/// A column that could not be read.
pub(super) fn unreadable(table: &'static str, error: &Error) -> StoreError {
    let problem = match error {
        Error::ColumnNotFound(column) => format!("column {column} is missing"),
        Error::ColumnDecode { index, .. } => format!("column {index} holds something else than expected"),
        other => other.to_string(),
    };
    StoreError::Unreadable { table, problem }
}
