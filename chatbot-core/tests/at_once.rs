//! A message that needs nobody else to answer it is answered by the time it is acknowledged; what needs a model, a file or
//! a host's skill is not waited for in the transaction that accepts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::inbox::Accepted;
use chatbot_core::message::InboxEntry;
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::skill::{Decision, Skill, SkillError};
use chatbot_core::store::Store;
use chatbot_core::turn::Turn;
use chatbot_core::{Chatbot, MemoryStore};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::world::World;
use crate::world::model::{JOB, Model};

/// A turn takes no longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves until it is dropped; begun when it answers.
async fn serving(w: &World) -> (Uuid, DropGuard) {
    let (session, _) = w.open().await;
    let stop = CancellationToken::new();
    tokio::spawn({
        let (bot, stop) = (w.bot.clone(), stop.clone());
        async move { bot.run(stop).await }
    });
    let said = w.bot.save_incoming_message(InboxEntry::text(session, "yes")).await.unwrap();
    w.bot.replies(session, said.seq, PATIENCE).await.unwrap().expect("it serves");
    (session, stop.drop_guard())
}

/// What stands in the history once a message is acknowledged.
async fn acknowledged(w: &World, session: Uuid, words: &str) -> (Accepted, String) {
    let accepted = w.bot.save_incoming_message(InboxEntry::text(session, words)).await.unwrap();
    assert!(!accepted.duplicate);
    (accepted, w.bot_words(session, accepted.seq).await)
}

/// What it is answered in the end.
async fn answered(w: &World, session: Uuid, accepted: Accepted) -> String {
    let said = w.bot.replies(session, accepted.seq, PATIENCE).await.unwrap().expect("an answer");
    said.into_iter().map(|m| m.content).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_answer_is_replied_to_when_it_is_acknowledged() {
    let w = World::new().await;
    let (session, _serving) = serving(&w).await;
    let (_, said) = acknowledged(&w, session, "5").await;
    assert!(said.contains("certificate"), "{said}");
    let (_, said) = acknowledged(&w, session, "What is the salary?").await;
    assert!(said.contains("3,400 euros"), "{said}");
}

#[tokio::test]
async fn a_model_is_asked_once_and_not_in_the_transaction_that_accepts_the_question() {
    let model = Model::words("You would join a team of six.");
    let w = World::asking(JOB, model.clone()).await;
    let (session, _serving) = serving(&w).await;
    let (accepted, _) = acknowledged(&w, session, "How big is the team I would join?").await;
    let said = answered(&w, session, accepted).await;
    assert!(said.contains("a team of six"), "{said}");
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn what_a_turn_reads_only_when_it_is_asked_for_is_read() {
    let w = World::new().await;
    let (session, _serving) = serving(&w).await;
    w.bot
        .save_file(session, "resume.txt", b"Welder for ten years".to_vec(), chatbot_core::message::Sender::Candidate, None, None)
        .await
        .unwrap();
    let (accepted, _) = acknowledged(&w, session, "/mydata").await;
    let said = answered(&w, session, accepted).await;
    assert!(said.contains("resume.txt"), "{said}");
}

/// Passes on everything, and counts how often it is asked.
struct Slow(Arc<AtomicUsize>);

#[async_trait]
impl Skill for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn priority(&self) -> i32 {
        99
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        assert!(!turn.at_once, "it never said that it could");
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Decision::Pass)
    }
}

#[tokio::test]
async fn a_hosts_skill_that_may_have_to_wait_is_asked_outside_of_any_transaction() {
    let asked = Arc::new(AtomicUsize::new(0));
    let w = World::skilled(Slow(Arc::clone(&asked))).await;
    let (session, _serving) = serving(&w).await;
    let before = asked.load(Ordering::SeqCst);
    let (accepted, _) = acknowledged(&w, session, "/jobs").await;
    answered(&w, session, accepted).await;
    assert!(asked.load(Ordering::SeqCst) > before);
}

/// Notes which turns were decided at once.
#[derive(Clone, Default)]
struct Noting(Arc<std::sync::Mutex<Vec<bool>>>);

#[async_trait]
impl Skill for Noting {
    fn name(&self) -> &'static str {
        "noting"
    }

    fn priority(&self) -> i32 {
        99
    }

    fn decides_at_once(&self) -> bool {
        true
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.0.lock().unwrap().push(turn.at_once);
        Ok(Decision::Pass)
    }
}

#[tokio::test(start_paused = true)]
async fn i12_after_a_death_a_message_is_committed_before_it_is_decided_so_that_deaths_are_counted() {
    let noting = Noting::default();
    let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let memory = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
    let world = |memory: MemoryStore| {
        let store: Store = memory.into();
        let bot = Chatbot::builder(store.clone()).clock(clock.clone()).skill(noting.clone()).build().unwrap();
        World { bot, store, clock: clock.clone() }
    };
    let at_once = async |w: &World, session| {
        let (accepted, _) = acknowledged(w, session, "/note").await;
        answered(w, session, accepted).await;
        *noting.0.lock().unwrap().last().unwrap()
    };
    let first = world(memory.clone());
    first.bot.create_job(&JobFile::from_yaml(crate::world::JOB, None).unwrap(), false).await.unwrap();
    let (session, serving_first) = serving(&first).await;
    assert!(at_once(&first, session).await, "a clean start decides at once");

    // Another process comes, and the first has not said that it ended.
    let second = world(memory.another_process(&RandomIds));
    let (session, serving_second) = serving(&second).await;
    assert!(!at_once(&second, session).await, "what is accepted is committed first");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(at_once(&second, session).await, "and after a minute it is trusted");

    drop((serving_first, serving_second));
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let third = world(memory.another_process(&RandomIds));
    let (session, _serving) = serving(&third).await;
    assert!(at_once(&third, session).await, "everyone before it ended cleanly");
}
