//! Killed while it starts or ends: on an empty folder, where it makes its tables, and on what a kill left, which it
//! recovers.

use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use tempfile::TempDir;

use super::database::contradictions;
use super::kill::CALLS;
use super::points::{in_every_run, tried};
use super::strace::{Call, Inject, Seen, Strace};
use super::subject::Subject;
use super::verdict::Verdict;
use super::visitor::Visitor;
use crate::api::Reply;
use crate::job::cook;
use crate::patience::Patience;

/// What it starts on.
#[derive(Debug)]
pub struct Ground {
    folder: TempDir,
    /// Who was in mid-conversation when it was killed.
    visitor: Option<Visitor>,
}

impl Ground {
    /// Nothing.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), visitor: None }
    }

    /// The files of a server that was killed in mid-conversation, the log not yet taken into the database.
    pub async fn killed() -> Self {
        let mut subject = Subject::on(None, &[]);
        subject.start().await;
        assert_eq!(subject.admin.post("/jobs", &cook()).await.status, 201);
        let mut visitor = Visitor::open(&mut subject).await;
        visitor.says(&mut subject, "yes").await;
        visitor.writes(&mut subject, "5").await;
        let folder = subject.killed_with_its_files().await;
        Self { folder, visitor: Some(visitor) }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A call of any thread from its start to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootPoint {
    /// The call.
    pub call: String,
    /// The first thread to make its n-th dies, and all others with it.
    pub n: usize,
}

impl fmt::Display for BootPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call, self.n)
    }
}

/// Every point of a start and an end in good order: the most calls of a kind that one thread makes, in every run.
pub async fn boot_points(ground: &Ground) -> Vec<BootPoint> {
    let every = in_every_run(async || counts(ground).await).await;
    every.into_iter().flat_map(|(call, count)| (1..=count).map(move |n| BootPoint { call: call.clone(), n })).collect()
}

/// The most calls of each kind that a thread makes in one run.
async fn counts(ground: &Ground) -> BTreeMap<String, usize> {
    let subject = Subject::on(Some(ground.folder()), &[]);
    let mut strace = Strace::launch(&subject.command(), &CALLS, None, &subject.folder().join("trace")).await;
    let patience = Patience::new("a watched server gets ready");
    while !is_ready(&subject).await {
        patience.wait().await;
    }
    let seen = strace.stop_traced().await;
    let mut most = BTreeMap::new();
    for ((_, call), count) in seen.counts() {
        let known = most.entry(call).or_insert(0);
        *known = count.max(*known);
    }
    most
}

async fn is_ready(subject: &Subject) -> bool {
    Reply::attempt(subject.api.request(Method::GET, "/readyz")).await.is_ok_and(|reply| reply.status == 200)
}

/// Starts and ends it with a kill at this point, starts it again, and sees whether a conversation begins, or goes on.
pub async fn strike_boot(ground: &Ground, point: &BootPoint) -> (Option<Call>, Verdict) {
    tried(async || struck(ground, point).await).await
}

async fn struck(ground: &Ground, point: &BootPoint) -> (Option<Call>, Verdict) {
    let mut subject = Subject::on(Some(ground.folder()), &[]);
    let inject = Inject { calls: vec![point.call.clone()], what: "signal=KILL".into(), when: point.n.to_string() };
    let mut strace = Strace::launch(&subject.command(), &CALLS, Some(&inject), &subject.folder().join("trace")).await;
    let patience = Patience::new("a watched server gets ready, or dies");
    while !strace.has_ended() && !is_ready(&subject).await {
        patience.wait().await;
    }
    let seen = if strace.has_ended() { strace.end().await } else { strace.stop_traced().await };
    let mut verdict = Verdict::default();
    subject.start().await;
    let _ = subject.admin.post("/jobs", &cook()).await;
    let mut visitor = match &ground.visitor {
        Some(visitor) => visitor.clone(),
        None => Visitor::open(&mut subject).await,
    };
    match &ground.visitor {
        Some(_) => visitor.hears(&mut subject, "what was said before the kill", |last| last["sender"] == "bot").await,
        None => {
            visitor.says(&mut subject, "yes").await;
            visitor.says(&mut subject, "5").await;
        }
    }
    visitor.says(&mut subject, "6").await;
    let said: Vec<_> =
        visitor.history(&mut subject).await.iter().filter(|m| m["sender"] == "candidate").map(|m| m["content"].clone()).collect();
    if said != [json!("yes"), json!("5"), json!("6")] {
        verdict.wrong.push(format!("the conversation is {said:?}"));
    }
    verdict.wrong.append(&mut subject.problems);
    subject.stop().await;
    verdict.wrong.extend(contradictions(subject.folder(), &subject.url()).await);
    (effect(&seen, point), verdict)
}

/// The call that did not happen any more.
fn effect(seen: &Seen, point: &BootPoint) -> Option<Call> {
    let mut counts = std::collections::BTreeMap::new();
    let at = seen.calls.iter().filter(|call| call.name == point.call).find(|call| {
        let count = counts.entry(call.thread).or_insert(0);
        *count += 1;
        *count == point.n
    });
    at.filter(|_| seen.killed).cloned()
}
