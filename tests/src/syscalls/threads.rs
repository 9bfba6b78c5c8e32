//! Which thread of the server does what.

use std::fs;

/// A thread by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// SQLite's one writing connection has a thread of its own.
    Writer,
    /// The one thread of the async runtime: HTTP, and calls to channels.
    Runtime,
    /// The first thread, which accepts connections.
    Main,
}

/// One runtime thread, so that all that it does has one order.
pub const ONE_RUNTIME_THREAD: (&str, &str) = ("TOKIO_WORKER_THREADS", "1");

/// The thread of a server that has written to its database already.
pub fn thread(process: u32, role: Role) -> u32 {
    let found = match role {
        Role::Main => Some(process),
        Role::Writer => named(process, "sqlx-sqlite").into_iter().map(|t| (written(process, t), t)).filter(|(n, _)| *n > 0).max().map(|(_, t)| t),
        // Threads for blocking work have the same name; they begin when there is some.
        Role::Runtime => named(process, "tokio-").into_iter().min(),
    };
    found.unwrap_or_else(|| panic!("process {process} has no thread for {role:?}"))
}

fn named(process: u32, prefix: &str) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let threads = tasks.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    threads.filter(|t| name(process, *t).starts_with(prefix)).collect()
}

/// A thread's name, as far as the system keeps it.
pub fn name(process: u32, thread: u32) -> String {
    fs::read_to_string(format!("/proc/{process}/task/{thread}/comm")).unwrap_or_default().trim().to_owned()
}

/// Bytes a thread has written so far.
fn written(process: u32, thread: u32) -> u64 {
    let io = fs::read_to_string(format!("/proc/{process}/task/{thread}/io")).unwrap_or_default();
    io.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok()).unwrap_or(0)
}
