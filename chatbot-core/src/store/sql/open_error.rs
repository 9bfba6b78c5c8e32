//! Why a store could not be opened. Written for whoever starts the program; no password is ever printed.

use std::path::PathBuf;

/// A store that was not opened, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The address cannot be used.
    #[error("the database address cannot be used: {problem}; expected {expected}")]
    Address {
        /// What is wrong with it.
        problem: String,
        /// An example of a good one.
        expected: &'static str,
    },
    /// The schema's name cannot be used.
    #[error(
        "{name:?} cannot be a schema's name: use lower-case letters, digits and underscores, beginning with a letter or underscore, 63 at most"
    )]
    Schema {
        /// The name given.
        name: String,
    },
    /// The SQLite file cannot be opened.
    #[error("cannot open {}: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// The PostgreSQL server cannot be reached, or refuses.
    #[error("cannot connect to PostgreSQL at {server}: {problem}")]
    Server {
        /// `user@host:port/database`.
        server: String,
        /// What it said.
        problem: String,
    },
    /// The database is older than what we rely on.
    #[error("{engine} {found} is too old: {needed} or newer is needed")]
    TooOld {
        /// `SQLite`, `PostgreSQL`.
        engine: &'static str,
        /// Its version.
        found: String,
        /// The least that will do.
        needed: &'static str,
    },
    /// Another server has this SQLite file open.
    #[error(
        "another server is running on {}: {holder}; stop it first, or use PostgreSQL to run several (the terminal's verbs may be used beside a server)",
        path.display()
    )]
    Locked {
        /// The database file.
        path: PathBuf,
        /// What the first one wrote about itself.
        holder: String,
    },
}
