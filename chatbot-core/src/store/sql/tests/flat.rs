//! A turn and a claim take SQLite's virtual machine as many steps in a file that has grown for years as in a new one.
//! `CHATBOT_FLAT=slow` grows it to a million conversations and ten million messages (`tests/run flat`).

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "the figures are what this is for")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use super::clock;
use super::fill::{SQLITE, Size, statements};
use super::sqlite::open;
use super::watch::Watching;
use crate::Chatbot;
use crate::channel::{ChannelAdapter, ChannelError, Sent};
use crate::clock::Clock;
use crate::message::{InboxEntry, Person};
use crate::recruiting::job_file::JobFile;
use crate::session::OpenSession;
use crate::store::SqliteStore;

/// How much more it may be.
const MOST: f64 = 1.5;
/// Conversations that are counted, by half on the web and on Telegram.
const CONVERSATIONS: usize = 8;
/// What begins a claim.
const CLAIM: &str = "update chat_sessions set lease_boot = $1";
const JOB: &str = "
title: Welder
employer: Example GmbH
prescreen:
  questions:
    - {text: 'How many years have you been welding?', kind: number, rule: {min: 4}}
    - {text: 'Do you hold a valid certificate?', kind: yes_no, rule: {expected: true}, must_have: true}
";
const SAID: [&str; 7] = ["yes", "about three years", "what do you pay?", "no", "Ada Example", "ada@example.org", "submit"];

/// A Telegram to which everything arrives.
struct Arrives;

#[async_trait]
impl ChannelAdapter for Arrives {
    #[allow(clippy::unnecessary_literal_bound, reason = "the trait's")]
    fn platform(&self) -> &str {
        "telegram"
    }

    #[allow(clippy::unnecessary_literal_bound, reason = "the trait's")]
    fn account(&self) -> &str {
        "1"
    }

    async fn send_text(&self, _: &str, _: &str) -> Result<Sent, ChannelError> {
        Ok(Sent::default())
    }
}

/// Steps, a turn and a claim, and of each statement a time it is run.
#[derive(Debug)]
struct Costs {
    turn: f64,
    claim: f64,
    statements: BTreeMap<String, f64>,
}

impl Costs {
    /// The statement that has grown most since, for whoever has to look for it.
    fn culprit(&self, since: &Self) -> String {
        let grown = |text: &String| since.statements.get(text).map_or(0.0, |before| self.statements[text] - before);
        let most = self.statements.keys().max_by(|one, other| grown(one).total_cmp(&grown(other))).unwrap();
        format!("{:.0} steps, were {:.0}: {most}", self.statements[most], since.statements.get(most).unwrap_or(&0.0))
    }
}

/// Holds the conversations, and counts.
async fn costs(store: SqliteStore, people: &str) -> Costs {
    let clock = clock();
    let bot = Chatbot::builder(store).clock(clock.clone()).channel(Arrives).build().unwrap();
    let job = match bot.job_by_slug("welder").await.unwrap() {
        Some(job) => job,
        None => bot.create_job(&JobFile::from_yaml(JOB, None).unwrap(), false).await.unwrap(),
    };
    let watch = Watching::begin();
    let mut turns = 0;
    for at in 0..CONVERSATIONS {
        let (platform, account) = if at % 2 == 0 { ("web", "") } else { ("telegram", "1") };
        let person = Person {
            platform: platform.into(),
            account: account.into(),
            platform_user_id: format!("{people} {at}"),
            job_id: Some(job.id),
            ..Person::default()
        };
        let session = bot.open_session(OpenSession::new(person)).await.unwrap().session.id;
        turns += bot.drain().await.unwrap();
        for words in SAID {
            bot.save_incoming_message(InboxEntry::text(session, words)).await.unwrap();
            turns += bot.drain().await.unwrap();
        }
        let last = bot.history(session, 0, 100).await.unwrap().pop().unwrap();
        assert!(last.content.contains("Thank you, Ada Example"), "the conversation is not at its end: {}", last.content);
    }
    assert_eq!(turns, CONVERSATIONS * (SAID.len() + 1));
    let seen = std::mem::take(&mut *watch.sqlite.lock().unwrap());
    drop(watch);
    bot.close().await;
    let made =
        |text: &str| seen.iter().filter(|(of, _)| of.contains(text)).map(|(_, steps)| steps.made.load(Ordering::Relaxed)).sum::<u64>();
    let runs = |text: &str| seen.iter().filter(|(of, _)| of.contains(text)).map(|(_, steps)| steps.runs).sum::<u64>();
    assert!(runs(CLAIM) >= turns as u64, "{} claims for {turns} turns", runs(CLAIM));
    let statements = seen.iter().map(|(text, steps)| (text.clone(), steps.made.load(Ordering::Relaxed) as f64 / steps.runs as f64));
    Costs { turn: made("") as f64 / turns as f64, claim: made(CLAIM) as f64 / runs(CLAIM) as f64, statements: statements.collect() }
}

async fn grow(file: &Path, size: Size) {
    let mut c = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    c.execute("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -200000").await.unwrap();
    for statement in statements(&SQLITE, size) {
        c.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    c.execute("analyze").await.unwrap();
    c.close().await.unwrap();
}

#[tokio::test]
async fn a_turn_and_a_claim_cost_sqlite_no_more_in_a_file_that_has_grown() {
    let slow = std::env::var("CHATBOT_FLAT").is_ok_and(|extent| extent == "slow");
    let since = (clock().now() - chrono::Duration::days(20)).timestamp();
    let (sessions, messages) = if slow { (1_250_000, 10_000_000) } else { (25_000, 200_000) };
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    crate::store::Backend::migrate(&store).await.unwrap();
    let small = costs(store, "early").await;
    let file = folder.path().join("chatbot.db");
    grow(&file, Size { sessions, messages, since }).await;
    let large = costs(open(&folder).await, "late").await;
    println!(
        "SQLite, steps of its machine, with {} idle sessions and {messages} messages in {} MiB:",
        sessions / 5 * 4,
        file.metadata().unwrap().len() >> 20
    );
    let culprit = large.culprit(&small);
    for (what, small, large) in [("a turn", small.turn, large.turn), ("a claim", small.claim, large.claim)] {
        println!("  {what}: {small:.0} when small, {large:.0} when large, {:.2} times", large / small);
        assert!(large <= MOST * small, "{what} takes {large:.0} steps, and took {small:.0} in a small file: {culprit}");
    }
}
