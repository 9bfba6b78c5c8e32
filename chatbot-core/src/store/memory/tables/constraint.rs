//! What the SQL stores' constraints refuse, refused here in the same words.

use uuid::Uuid;

use super::Tables;
use crate::store::error::StoreError;
use crate::store::rows::Result;

/// A unique constraint.
pub(super) fn unique(free: bool, constraint: &str) -> Result<()> {
    if free { Ok(()) } else { Err(StoreError::Conflict { constraint: constraint.into() }) }
}

/// A row that must be there, for a foreign key or an update.
pub(super) fn there(found: bool, what: &str) -> Result<()> {
    if found { Ok(()) } else { Err(StoreError::Broken(format!("no such {what}"))) }
}

impl Tables {
    pub(super) fn need_session(&self, id: Uuid) -> Result<()> {
        there(self.sessions.contains(&id), "session")
    }

    pub(super) fn need_job(&self, id: Uuid) -> Result<()> {
        there(self.jobs.contains(&id), "job")
    }

    pub(super) fn need_candidate(&self, id: Uuid) -> Result<()> {
        there(self.candidates.contains(&id), "candidate")
    }

    pub(super) fn need_application(&self, id: Uuid) -> Result<()> {
        there(self.applications.contains(&id), "application")
    }
}
