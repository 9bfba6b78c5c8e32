//! One server a SQLite file: the operating system's file lock, which ends with its process however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::open_error::OpenError;

/// Held by the one server of a SQLite file; dropping it lets the next one start.
#[derive(Debug)]
#[must_use = "the lock is released when this is dropped"]
pub struct ServerLock {
    _file: File,
}

/// Locks `<database>.lock`. What the file says only informs the second server; the lock is the system's.
pub(super) fn lock(database: &Path, role: &str, address: &str) -> Result<ServerLock, OpenError> {
    // Two spellings of one path must meet in one lock.
    let database = database.canonicalize().unwrap_or_else(|_| database.to_path_buf());
    let mut name = database.clone().into_os_string();
    name.push(".lock");
    let path = std::path::PathBuf::from(name);
    let broken = |e: std::io::Error| OpenError::File { path: path.clone(), problem: e.to_string() };
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(broken)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::Locked { path: database, holder: holder(&mut file) }),
        Err(TryLockError::Error(e)) => return Err(broken(e)),
    }
    // Failing to leave a note must not keep a server from starting: the lock stands.
    let note = format!("process {}, {role}, {address}\n", std::process::id());
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes()));
    if let Err(e) = written {
        tracing::warn!(path = %path.display(), error = %e, "the lock file could not be written");
    }
    Ok(ServerLock { _file: file })
}

fn holder(file: &mut File) -> String {
    let mut note = String::new();
    match file.read_to_string(&mut note) {
        Ok(_) if !note.trim().is_empty() => note.trim().to_owned(),
        _ => "it left no note of itself".to_owned(),
    }
}
