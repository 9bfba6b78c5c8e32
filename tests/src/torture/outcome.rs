//! What a run says of itself.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::fleet::Fleet;
use super::town::Town;
use crate::checker::{Verdict, check};
use crate::telegram::FakeTelegram;

/// How long whatever waits at the end may take to come to rest.
const SETTLING: Duration = Duration::from_secs(90);

/// A run's figures and verdict.
#[derive(Debug)]
pub struct Outcome {
    name: String,
    figures: Vec<(String, String)>,
    failures: Vec<String>,
    verdict: Verdict,
    began: Instant,
}

impl Outcome {
    /// Of a run with this seed.
    pub fn new(name: impl Into<String>, seed: u64) -> Self {
        let figures = vec![("seed".to_owned(), seed.to_string())];
        Self { name: name.into(), figures, failures: Vec::new(), verdict: Verdict::default(), began: Instant::now() }
    }

    /// A figure.
    pub fn say(&mut self, name: &str, value: impl fmt::Display) {
        self.figures.push((name.to_owned(), value.to_string()));
    }

    /// Fails the run unless it holds: a bound that was broken, or a fault without effect.
    pub fn demand(&mut self, holds: bool, what: impl Into<String>) {
        if !holds {
            self.failures.push(what.into());
        }
    }

    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.failures.is_empty() && self.verdict.is_good()
    }

    /// The figures of people and their carrier, and everything held against what was promised. Waits for what is still
    /// under way.
    pub async fn close(&mut self, fleet: &Fleet, town: &Arc<Town>) {
        let carrier = Arc::clone(&town.carrier);
        let end = Instant::now() + SETTLING;
        while !carrier.is_done() && Instant::now() < end {
            sleep(Duration::from_millis(20)).await;
        }
        self.demand(carrier.is_done(), "updates are left that nobody acknowledges");
        let load = |n: &std::sync::atomic::AtomicUsize| n.load(std::sync::atomic::Ordering::SeqCst);
        self.say("messages", load(&town.said));
        self.say("updates", load(&carrier.updates));
        self.say("copies", load(&carrier.copies));
        self.say("unanswered", load(&carrier.unanswered));
        self.say("refused_503", load(&carrier.refused));
        let strange = carrier.strange.lock().unwrap().clone();
        self.demand(strange.is_empty(), format!("answers that are neither 200 nor 503: {:?}", strange.iter().take(3).collect::<Vec<_>>()));
        // Whoever sent was stopped or died in mid-send twice: a third send could double it, so a person is told instead.
        let told = fleet.left_to_a_person().await;
        let is_told = |stuck: &String| told.iter().any(|(platform, person)| stuck.starts_with(&format!("{platform} {person}: no reply")));
        let (told, stuck): (Vec<String>, Vec<String>) = town.stuck.lock().unwrap().iter().cloned().partition(is_told);
        self.say("left_to_a_person", told.len());
        self.demand(stuck.is_empty(), format!("{} people were left waiting: {:?}", stuck.len(), stuck.iter().take(5).collect::<Vec<_>>()));
        let receipts = town.receipts.lock().unwrap().clone();
        self.say("people", receipts.len());
        self.judge(fleet, &town.fake, &receipts).await;
    }

    /// Holds the end against what was promised.
    pub async fn judge(&mut self, fleet: &Fleet, fake: &FakeTelegram, receipts: &[super::town::Receipt]) {
        let end = Instant::now() + SETTLING;
        while !fleet.is_at_rest().await && Instant::now() < end {
            sleep(Duration::from_millis(50)).await;
        }
        self.verdict = check(fleet, fake, receipts).await;
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name)?;
        for (name, value) in &self.figures {
            write!(f, " {name}={value}")?;
        }
        let v = &self.verdict;
        write!(
            f,
            " seconds={:.1}\n  promised={} scored={} seen_again={} tried_again={}",
            self.began.elapsed().as_secs_f64(),
            v.promised,
            v.scored,
            v.seen_again,
            v.tried_again
        )?;
        write!(
            f,
            " | lost={} doubled={} order={} wrong={} stuck={} contradictions={} | {}",
            v.lost,
            v.doubled,
            v.order,
            v.wrong,
            v.stuck,
            v.contradictions,
            if self.is_good() { "good" } else { "FAILED" }
        )?;
        for problem in self.failures.iter().chain(&v.problems) {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}
