//! The operations of one transaction: in which turn they are run, and over what.

use std::panic::AssertUnwindSafe;

use chrono::{DateTime, Utc};
use futures::future::FutureExt;

use super::engine::Engine;
use super::rows::SqlRows;
use super::writer::Answer;
use crate::store::rows::{Need, Rows};
use crate::store::{Hint, Operation, StoreError};

/// What was sent is settled first: what is said next in a conversation may then be sent at once. Whatever writes past the
/// unit, or says nothing of what it reads, comes last: after it, what was read for all is read again for each.
pub(super) fn turn_to_run(hint: &Hint) -> u8 {
    match &hint.needs {
        needs if needs.is_empty() => 2,
        needs if needs.iter().any(|need| matches!(need, Need::Outbox(_))) => 0,
        _ => 1,
    }
}

/// `None`: it panicked.
pub(super) async fn run_all<E: Engine>(
    connection: &mut E::Connection,
    operations: &[Operation],
    now: DateTime<Utc>,
) -> Option<Result<Vec<Answer>, StoreError>> {
    let mut rows = SqlRows::<E, _>::writing(connection);
    let needs: Vec<Need> = operations.iter().flat_map(|o| o.hint.needs.iter().cloned()).collect();
    let all = async {
        if !needs.is_empty() {
            rows.prefetch(&needs).await?;
        }
        let mut answers = Vec::with_capacity(operations.len());
        for operation in operations {
            answers.push((operation.run)(&mut rows, now).await?);
            if rows.failed() {
                return Err(StoreError::Broken("an operation went on after an error; nothing of it was written".into()));
            }
        }
        rows.flush().await?;
        Ok(answers)
    };
    AssertUnwindSafe(all).catch_unwind().await.ok()
}
