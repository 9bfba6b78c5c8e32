//! What processes have cost so far, as the system counts it.

use std::fs::read_to_string;
use std::io::Read as _;
use std::path::Path;

/// Milliseconds in one of the ticks `/proc` counts processor time in: Linux shows 100 a second on every machine.
const TICK_MS: u64 = 10;

/// Processor time of one process, in milliseconds.
pub(crate) fn cpu_ms(pid: u32) -> u64 {
    stat(pid).map_or(0, |stat| stat.own * TICK_MS)
}

/// Processor time of a process, of its children, and of those that have ended, in milliseconds. PostgreSQL's backends are
/// its postmaster's children.
pub(crate) fn family_cpu_ms(pid: u32) -> u64 {
    let children: u64 = pids().filter_map(stat).filter(|stat| stat.parent == pid).map(|stat| stat.own).sum();
    let parent = stat(pid).map_or(0, |stat| stat.own + stat.ended_children);
    (parent + children) * TICK_MS
}

/// Memory a process has resident now, in MiB.
pub(crate) fn resident_mib(pid: u32) -> f64 {
    memory(pid, "VmRSS:")
}

/// The most memory a process ever had resident, in MiB.
pub(crate) fn peak_mib(pid: u32) -> f64 {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, line: &str) -> f64 {
    let status = read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let figure = status.lines().find_map(|l| l.strip_prefix(line)).unwrap_or("0 kB");
    figure.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// Commits a SQLite file has had since its log was opened; none if there is no log. The index beside the log counts them in
/// its header, in the third of its numbers, as SQLite's page on the format has it.
pub(crate) fn sqlite_commits(index: &Path) -> Option<u32> {
    let mut header = [0; 12];
    std::fs::File::open(index).ok()?.read_exact(&mut header).ok()?;
    Some(u32::from_ne_bytes(header[8..12].try_into().unwrap()))
}

struct Stat {
    parent: u32,
    own: u64,
    ended_children: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let line = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything; what is counted comes after it: state, parent, …, and from the 12th on
    // ticks in user mode and in the kernel, then the same of children that have ended.
    let fields: Vec<&str> = line.rsplit_once(") ")?.1.split(' ').collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat { parent: u32::try_from(number(1)?).ok()?, own: number(11)? + number(12)?, ended_children: number(13)? + number(14)? })
}

fn pids() -> impl Iterator<Item = u32> {
    std::fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_commit_on_sqlite_is_counted_once() {
        use sqlx::{ConnectOptions as _, Executor as _};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("counted.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut db = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Wal).connect().await.unwrap();
        db.execute("create table t (n integer)").await.unwrap();
        let count = || sqlite_commits(&folder.path().join("counted.db-shm")).unwrap();
        let before = count();
        for _ in 0..5 {
            db.execute("begin; insert into t values (1); insert into t values (2); commit").await.unwrap();
        }
        db.execute("select count(*) from t").await.unwrap();
        assert_eq!(count() - before, 5);
    }

    #[test]
    fn this_process_has_memory_and_costs_what_it_works() {
        let me = std::process::id();
        // Read in this order, and with what the kernel's counters lag behind: other tests of this process take memory meanwhile.
        let (resident, peak) = (resident_mib(me), peak_mib(me));
        assert!(resident > 1.0 && peak > resident * 0.9, "{resident} MiB resident, {peak} MiB at most");
        let before = cpu_ms(me);
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < 300 {
            std::hint::black_box(begun.elapsed());
        }
        assert!(cpu_ms(me) > before);
        assert!(family_cpu_ms(std::os::unix::process::parent_id()) >= cpu_ms(me));
    }
}
