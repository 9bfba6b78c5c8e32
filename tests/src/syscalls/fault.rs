//! A call that fails: once, or from then on until the fault is mended. The server goes on all the while.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use tokio::time::sleep;

use super::account::{Account, account};
use super::kill::Point;
use super::story::Stage;
use super::strace::{Call, Inject, Strace, Watched};
use super::threads::threads;
use super::verdict::Verdict;

/// How long a fault lasts that does not pass by itself.
const LASTS: Duration = Duration::from_millis(700);
/// How long somebody else is sent in for a fault that has not come about yet.
const LONG_ENOUGH: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(5);

/// Calls that write.
pub const WRITES: [&str; 8] = ["pwrite64", "pwritev", "write", "fdatasync", "fsync", "ftruncate", "fallocate", "unlink"];

/// What fails, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The call that fails first.
    pub point: Point,
    /// `ENOSPC`: the disk is full; `EIO`: it is broken.
    pub error: &'static str,
    /// Whether every write of the process fails for a while after it.
    pub lasts: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.point, self.error, if self.lasts { " for a while" } else { "" })
    }
}

/// What became of a fault.
#[derive(Debug)]
pub struct Failed {
    /// The fault.
    pub fault: Fault,
    /// The call that failed first; `None`: none did, and nothing is shown.
    pub at: Option<Call>,
    /// Requests that were answered 503.
    pub refused: usize,
    /// What was found.
    pub verdict: Verdict,
}

/// Plays the story with this fault, and holds what is left against `expected`: before and after a kill -9.
pub async fn fail(stage: &Stage, expected: &Account, fault: Fault) -> Failed {
    match AssertUnwindSafe(failed(stage, expected, fault.clone())).catch_unwind().await {
        Ok(failed) => failed,
        Err(why) => Failed { fault, at: None, refused: 0, verdict: Verdict::stuck(why.as_ref()) },
    }
}

async fn failed(stage: &Stage, expected: &Account, fault: Fault) -> Failed {
    let (mut cast, mut subject) = stage.set().await;
    subject.start().await;
    let process = subject.pid();
    let first = Inject { calls: vec![fault.point.call.clone()], what: format!("error={}", fault.error), when: fault.point.n.to_string() };
    let watched = Watched::Thread(threads(&mut subject).await[&fault.point.role]);
    let strace = Strace::attach(watched, &[&fault.point.call], Some(&first)).await;
    let done = std::sync::atomic::AtomicBool::new(false);
    let playing = async {
        stage.play(&mut cast, &mut subject).await;
        let waiting = Instant::now();
        while !done.load(std::sync::atomic::Ordering::SeqCst) && waiting.elapsed() < LONG_ENOUGH {
            stage.go_on(&mut cast, &mut subject).await;
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let failing = async {
        while strace.injected() == 0 && !done.load(std::sync::atomic::Ordering::SeqCst) {
            sleep(LOOK).await;
        }
        let seen = strace.detach().await;
        let lasted = if fault.lasts { last(process, fault.error, &done).await } else { 1 };
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        seen.calls.iter().find(|call| call.injected && lasted > 0).cloned()
    };
    let ((), at) = tokio::join!(playing, failing);
    let mut verdict = Verdict::default();
    verdict.compare(expected, &account(&cast, &mut subject).await);
    if subject.killed > 0 {
        verdict.wrong.push("it did not live through it".into());
    }
    subject.kill_and_start().await;
    verdict.compare(expected, &account(&cast, &mut subject).await);
    let refused = subject.refused;
    verdict.close(&cast, &mut subject).await;
    Failed { fault, at, refused, verdict }
}

/// Every write of every thread fails for a while; answers how many did.
async fn last(process: u32, error: &str, done: &std::sync::atomic::AtomicBool) -> usize {
    // What goes to the log and wakes threads is no disk's.
    let calls: Vec<&str> = WRITES.into_iter().filter(|call| *call != "write").collect();
    let all = Inject { calls: calls.iter().map(|call| (*call).to_owned()).collect(), what: format!("error={error}"), when: "1+".into() };
    let strace = Strace::attach(Watched::Process(process), &calls, Some(&all)).await;
    while strace.injected() == 0 && !done.load(std::sync::atomic::Ordering::SeqCst) {
        sleep(LOOK).await;
    }
    sleep(LASTS).await;
    strace.detach().await.calls.iter().filter(|call| call.injected).count()
}
