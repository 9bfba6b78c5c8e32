//! Killed at a call: the story is played once to count the calls, and then once for each of them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use super::account::{Account, account};
use super::points::{in_every_run, tried};
use super::story::Stage;
use super::strace::{Call, Inject, Seen, Strace, Watched};
use super::threads::{Role, threads};
use super::verdict::Verdict;

/// How long somebody else is sent in for a kill that has not come about yet.
const LONG_ENOUGH: Duration = Duration::from_secs(30);

/// Calls that touch a disk or a network.
pub const CALLS: [&str; 24] = [
    "openat",
    "unlink",
    "unlinkat",
    "rename",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "pread64",
    "pwrite64",
    "pwritev",
    "read",
    "write",
    "readv",
    "writev",
    "accept4",
    "connect",
    "recvfrom",
    "recvmsg",
    "sendto",
    "sendmsg",
    "shutdown",
    "close",
    "sendfile",
];

/// A place to be killed at: just before a thread makes its n-th call of a kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The thread.
    pub role: Role,
    /// The call.
    pub call: String,
    /// Which one, from 1.
    pub n: usize,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {}", self.role, self.call, self.n)
    }
}

/// What became of a point.
#[derive(Debug)]
pub struct Struck {
    /// The point.
    pub point: Point,
    /// The call that did not happen any more; `None`: the server was not killed there, and nothing is shown.
    pub at: Option<Call>,
    /// What was found.
    pub verdict: Verdict,
}

/// Plays the story without disturbing it.
///
/// # Panics
/// When two runs leave different accounts, or something is wrong already: then nothing can be compared.
pub async fn undisturbed(stage: &Stage) -> Account {
    let (first, second) = (play(stage).await, play(stage).await);
    let mut verdict = Verdict::default();
    verdict.compare(&first, &second);
    assert!(verdict.is_clean(), "{:?}: two undisturbed runs differ: {verdict:#?}", stage.story);
    assert_eq!((first.copies, first.unknown), (0, 0), "{:?}", stage.story);
    first
}

async fn play(stage: &Stage) -> Account {
    let (mut cast, mut subject) = stage.set().await;
    subject.start().await;
    stage.play(&mut cast, &mut subject).await;
    let account = account(&cast, &mut subject).await;
    assert_eq!((subject.killed, subject.refused), (0, 0), "{:?} is disturbed: {:?} {}", stage.story, subject.problems, subject.log());
    let mut verdict = Verdict::default();
    verdict.close(&cast, &mut subject).await;
    assert!(verdict.is_clean(), "{:?}, undisturbed: {verdict:#?}", stage.story);
    account
}

/// Every point of the story: a run of it is watched, and its calls are counted. Calls on nothing but wake-ups of
/// threads are left out.
pub async fn points(stage: &Stage) -> Vec<Point> {
    let every = in_every_run(async || counts(stage).await).await;
    every.into_iter().flat_map(|((role, call), count)| (1..=count).map(move |n| Point { role, call: call.clone(), n })).collect()
}

/// The calls of one run.
async fn counts(stage: &Stage) -> BTreeMap<(Role, String), usize> {
    let (mut cast, mut subject) = stage.set().await;
    subject.start().await;
    let threads = threads(&mut subject).await;
    let strace = Strace::attach(Watched::Process(subject.pid()), &CALLS, None).await;
    stage.play(&mut cast, &mut subject).await;
    let seen = strace.detach().await;
    subject.stop().await;
    let mut counts = BTreeMap::new();
    for ((thread, call), count) in seen.counts() {
        let Some((role, _)) = threads.iter().find(|(_, t)| **t == thread) else { continue };
        let outside = |c: &&Call| {
            c.thread == thread && c.name == call && !c.place.is_empty() && !c.place.contains("anon_inode") && !c.place.starts_with("pipe")
        };
        if seen.calls.iter().any(|c| outside(&c)) {
            counts.insert((*role, call), count);
        }
    }
    counts
}

/// Plays the story with a kill at this point, to its end, and holds what is left against `expected`.
pub async fn strike(stage: &Stage, expected: &Account, point: Point) -> Struck {
    let (at, verdict) = tried(async || struck(stage, expected, &point).await).await;
    Struck { point, at, verdict }
}

async fn struck(stage: &Stage, expected: &Account, point: &Point) -> (Option<Call>, Verdict) {
    let (mut cast, mut subject) = stage.set().await;
    subject.start().await;
    let watched = Watched::Thread(threads(&mut subject).await[&point.role]);
    let inject = Inject { calls: vec![point.call.clone()], what: "signal=KILL".into(), when: point.n.to_string() };
    let mut strace = Strace::attach(watched, &[&point.call], Some(&inject)).await;
    stage.play(&mut cast, &mut subject).await;
    // Calls that follow the clock differ a little from run to run: the last ones may still be to come.
    let waiting = Instant::now();
    while subject.killed == 0 && waiting.elapsed() < LONG_ENOUGH {
        stage.go_on(&mut cast, &mut subject).await;
        subject.tend().await;
    }
    let seen = if subject.killed == 0 { strace.detach().await } else { strace.end().await };
    let mut verdict = Verdict::default();
    if subject.refused > 0 {
        verdict.wrong.push(format!("{} refusals, and no fault but the kill", subject.refused));
    }
    verdict.compare(expected, &account(&cast, &mut subject).await);
    verdict.close(&cast, &mut subject).await;
    (effect(&seen, point, subject.killed), verdict)
}

/// The call that did not happen any more, if the server died there and nowhere else.
fn effect(seen: &Seen, point: &Point, killed: usize) -> Option<Call> {
    let last = seen.calls.last().filter(|call| call.name == point.call && seen.calls.len() == point.n)?;
    (seen.killed && killed == 1).then(|| last.clone())
}
