//! The store's failing, as everything above it sees it.

/// The store did not do what was asked, and nothing of it was written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Unreachable, full or overloaded: try again later; no acknowledgement may be given (HTTP 503).
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// A defect: a row or statement is not as this version expects.
    #[error("storage is broken: {0}")]
    Broken(String),
}
