//! The fence: what a worker must still be holding for its turn to take effect.

use uuid::Uuid;

use super::Session;

/// A session held by this process, as it was when it was claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The session.
    pub session: Session,
    /// What must still be true at commit.
    pub fence: Fence,
}

impl Claim {
    /// Of a session that has just been marked as held by `(boot, n)`.
    pub(crate) fn of(session: Session, boot: Uuid, n: i64) -> Self {
        let fence = Fence { boot, n, control_epoch: session.control_epoch, last_handled: session.last_handled };
        Self { session, fence }
    }
}

/// Taken at claim, compared at commit. A worker that was paused beyond its lease, or whose session was
/// taken over meanwhile, no longer matches the row, and everything its turn decided is discarded.
///
/// The number is counted in the process and never read back, so a claim that was lost in a crash
/// cannot be confused with a later one: another boot has another id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// Drawn when the process starts.
    pub boot: Uuid,
    /// The process's claim number.
    pub n: i64,
    /// The session's control epoch at claim.
    pub control_epoch: i64,
    /// The last handled inbox number at claim.
    pub last_handled: i64,
}

impl Fence {
    /// Whether the claim still holds the session, as its row says.
    pub(crate) fn stands(&self, session: &Session) -> bool {
        session.lease_boot == Some(self.boot) && self.stands_but_for_boot(session)
    }

    /// The fence without its first half: a mistake, apart only so that it can be put back.
    pub(crate) fn stands_but_for_boot(&self, session: &Session) -> bool {
        session.lease_n == self.n && session.control_epoch == self.control_epoch && session.last_handled == self.last_handled
    }
}
