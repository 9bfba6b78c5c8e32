//! The dashboard's figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Counts over the whole database; applications are counted from consent on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Sessions that are not closed.
    pub chat_sessions_active: i64,
    /// Inbox entries handled by a committed turn.
    pub messages_processed: i64,
    /// Sessions with work due.
    pub worker_queue_length: i64,
    /// Rows waiting to be sent.
    pub outbox_ready: i64,
    /// Actions that wait for a person.
    pub actions_open: i64,
    /// Open actions by type.
    pub actions_by_type: BTreeMap<String, i64>,
    /// Applications by status.
    pub applications_by_status: BTreeMap<String, i64>,
    /// Applications with a failed must-have.
    pub must_have_failed: i64,
}
