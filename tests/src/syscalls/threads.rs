//! Which thread of the server does what.

use std::collections::BTreeMap;
use std::fs;

use reqwest::Method;
use serde_json::json;

use super::subject::Subject;

/// Who writes to the database writes a page at least.
const PAGE: u64 = 4096;

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

/// The threads of a server, by what they are for.
pub async fn threads(subject: &mut Subject) -> BTreeMap<Role, u32> {
    let process = subject.pid();
    let mut writer = who_writes(subject).await;
    // Connections of the start may be ending still.
    loop {
        let before = std::mem::replace(&mut writer, who_writes(subject).await);
        if before == writer {
            break;
        }
    }
    // Threads for blocking work have the same name; they begin when there is some.
    let runtime = named(process, "tokio-").into_iter().min().expect("a thread of the runtime's");
    BTreeMap::from([(Role::Writer, writer), (Role::Runtime, runtime), (Role::Main, process)])
}

/// Somebody opens a session, so that it shows which thread writes.
async fn who_writes(subject: &mut Subject) -> u32 {
    let process = subject.pid();
    let written = || -> BTreeMap<u32, u64> { named(process, "sqlx-sqlite").into_iter().map(|t| (t, written(process, t))).collect() };
    let before = written();
    subject.insist(|s| s.api.request(Method::POST, "/chat/sessions").json(&json!({})), &[201]).await;
    let grown = written().into_iter().map(|(t, bytes)| (bytes - before.get(&t).copied().unwrap_or(0), t)).max();
    let (bytes, writer) = grown.expect("a thread of SQLite's");
    assert!(bytes >= PAGE, "no thread of process {process} has written anything");
    writer
}

fn named(process: u32, prefix: &str) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let threads = tasks.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    threads.filter(|t| name(process, *t).starts_with(prefix)).collect()
}

/// A thread's name, as far as the system keeps it.
fn name(process: u32, thread: u32) -> String {
    fs::read_to_string(format!("/proc/{process}/task/{thread}/comm")).unwrap_or_default().trim().to_owned()
}

/// Bytes a thread has written so far.
fn written(process: u32, thread: u32) -> u64 {
    let io = fs::read_to_string(format!("/proc/{process}/task/{thread}/io")).unwrap_or_default();
    io.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok()).unwrap_or(0)
}
