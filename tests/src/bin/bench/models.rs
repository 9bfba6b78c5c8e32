//! What models cost beside the models: the manager's time for a call, and the bot's between a model's first words and an open
//! page's.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chatbot_core::provider::{Asking, Provider, ProviderManager, ReplyRequest, RoundRobin, StubProvider};
use chatbot_tests::job::kitchen;
use chatbot_tests::model::FakeModel;
use chatbot_tests::page::Page;
use chatbot_tests::{Candidate, Engine, Server};

use crate::costs::cpu_ms;

/// Calls of which the manager's time is the mean.
const CALLS: u32 = 50_000;
/// Replies of which the first words are timed.
const REPLIES: usize = 60;

/// Measures both and prints them.
pub(crate) async fn models(rounds: usize) -> ExitCode {
    let mut calls: Vec<f64> = Vec::new();
    for _ in 0..rounds {
        calls.push(managed().await);
    }
    let mut words = first_words().await;
    let (cold, at) = (words[0], |words: &[Duration], percent: usize| words[words.len() * percent / 100].as_secs_f64() * 1e3);
    words.sort_unstable();
    calls.sort_by(f64::total_cmp);
    println!(
        "| models                                        | found | wanted |\n| --------------------------------------------- | ----: | -----: |"
    );
    println!("| the manager's own, µs of processor a call     | {:5.1} |  < 50 |", calls[calls.len() / 2]);
    println!("| first words, from the model to an open page:  |       |        |");
    println!("|   p50 ms of {REPLIES}                              | {:5.2} |   < 5 |", at(&words, 50));
    println!("|   p95 ms                                      | {:5.2} |        |", at(&words, 95));
    println!("|   the very first ms                           | {:5.2} |        |", cold.as_secs_f64() * 1e3);
    ExitCode::SUCCESS
}

/// Microseconds of processor time that the manager adds to a call.
async fn managed() -> f64 {
    let provider: Arc<dyn Provider> = Arc::new(StubProvider);
    let manager = RoundRobin::new(vec![Arc::clone(&provider), Arc::clone(&provider)]);
    let (mut request, asking) = (ReplyRequest::default(), Asking::default());
    request.context = "Team: six people\n".repeat(50);
    request.prompt = "How big is the team?".into();
    let before = cpu_ms(std::process::id());
    for _ in 0..CALLS {
        let _ = black_box(provider.generate_reply(black_box(&request)).await);
    }
    let bare = cpu_ms(std::process::id());
    for _ in 0..CALLS {
        black_box(manager.generate_reply(black_box(&request), &asking).await);
    }
    let through = cpu_ms(std::process::id());
    (through - bare).saturating_sub(bare - before) as f64 * 1e3 / f64::from(CALLS)
}

/// For each reply, the time from when the model wrote its first words to when an open page heard them.
async fn first_words() -> Vec<Duration> {
    let fake = FakeModel::start("You would cook with six people in a kitchen by the river.").await;
    let server = fake.only(Server::on(Engine::Sqlite)).start().await;
    server.create_job(&kitchen()).await;
    let mut found = Vec::new();
    for _ in 0..REPLIES {
        let candidate = Candidate::consented(&server, "e2e-cook").await;
        let mut page = Page::open(&candidate).await;
        fake.holds(true);
        candidate.write("Tell me about the people I would work with, please?").await;
        page.until("delta").await;
        let heard = Instant::now();
        found.push(heard.duration_since(fake.first_words().expect("the model has written")));
        fake.holds(false);
        page.until("message").await;
    }
    fake.assert_sound();
    found
}
