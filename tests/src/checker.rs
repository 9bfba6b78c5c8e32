//! What a run's end is held against: the database's own verification, the rows, and two witnesses outside of it, what
//! people were promised and what the fake Telegram was sent. It trusts no figure that a server gives of itself.

mod explain;
pub(crate) mod rows;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

pub use explain::{Sent, explain};
use rows::{Applied, Rows, Said};

use crate::telegram::FakeTelegram;
use crate::torture::fleet::Fleet;
use crate::torture::town::Receipt;

/// What was found, each kind counted; a good run has none.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Acknowledged messages that aren't there, and replies that were committed and never sent.
    pub lost: usize,
    /// Messages or effects that are there twice, and sends that no retry of an unknown outcome explains.
    pub doubled: usize,
    /// Messages that left or arrived in another order.
    pub order: usize,
    /// Answers, scores or events that aren't what the rules give for what was said.
    pub wrong: usize,
    /// Conversations, deliveries or people left waiting.
    pub stuck: usize,
    /// What `db verify` says.
    pub contradictions: u64,
    /// Messages the fake saw more than once: allowed, as often as an outcome was unknown.
    pub seen_again: usize,
    /// Tries of deliveries beyond the first: what allows them.
    pub tried_again: usize,
    /// Acknowledged messages looked for.
    pub promised: usize,
    /// Applications whose score was computed again.
    pub scored: usize,
    /// One line each, as many as one reads.
    pub problems: Vec<String>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.lost + self.doubled + self.order + self.wrong + self.stuck == 0
            && self.contradictions == 0
            && self.seen_again <= self.tried_again
    }

    fn note(&mut self, problem: String) {
        if self.problems.len() < 40 {
            self.problems.push(problem);
        }
    }
}

/// Looks at everything.
pub async fn check(fleet: &Fleet, fake: &FakeTelegram, receipts: &[Receipt]) -> Verdict {
    let mut verdict = Verdict::default();
    let (sound, said) = fleet.verify().await;
    if !sound {
        verdict.contradictions = said["broken"].as_object().map_or(1, |broken| broken.values().filter_map(Value::as_u64).sum());
        for problem in said["problems"].as_array().into_iter().flatten().take(20) {
            verdict.note(format!("db verify: {problem}"));
        }
    }
    let mut rows = Rows::of(&fleet.url).await;
    let messages = by_person(rows.messages().await);
    let applied = rows.applied().await;
    let waiting = rows.count("select count(*) from outbox where state in ('ready', 'sending')").await;
    let unhandled = rows.count("select count(*) from chat_sessions where last_inbound > last_handled and closed_at is null").await;
    if waiting + unhandled > 0 {
        verdict.stuck += usize::try_from(waiting + unhandled).unwrap_or(1);
        verdict.note(format!("{waiting} deliveries and {unhandled} conversations wait"));
    }
    for receipt in receipts {
        let none = Vec::new();
        let theirs = messages.get(&(receipt.platform.to_owned(), receipt.person.clone())).unwrap_or(&none);
        promised(receipt, theirs, &mut verdict);
        if let Some(form) = &receipt.form {
            verdict.scored += 1;
            scored(receipt, form, applied.get(&(receipt.platform.to_owned(), receipt.person.clone())), &mut verdict);
        }
    }
    for ((platform, person), theirs) in &messages {
        if platform == "telegram" {
            witnessed(person, theirs, fake, &mut verdict);
        }
    }
    for violation in fake.violations() {
        verdict.wrong += 1;
        verdict.note(format!("a call that Telegram's API doesn't take: {violation}"));
    }
    verdict
}

fn by_person(messages: Vec<Said>) -> BTreeMap<(String, String), Vec<Said>> {
    let mut all: BTreeMap<(String, String), Vec<Said>> = BTreeMap::new();
    for message in messages {
        all.entry((message.platform.clone(), message.person.clone())).or_default().push(message);
    }
    all
}

/// What was acknowledged is there, once, in order.
fn promised(receipt: &Receipt, theirs: &[Said], verdict: &mut Verdict) {
    verdict.promised += receipt.said.len();
    let kept: Vec<&str> = theirs.iter().filter(|m| m.sender == "candidate").map(|m| m.content.as_str()).collect();
    if kept == receipt.said {
        return;
    }
    let mut count: HashMap<&str, i64> = HashMap::new();
    for word in &receipt.said {
        *count.entry(word).or_default() += 1;
    }
    for word in &kept {
        *count.entry(word).or_default() -= 1;
    }
    let lost: i64 = count.values().filter(|n| **n > 0).sum();
    let doubled: i64 = -count.values().filter(|n| **n < 0).sum::<i64>();
    verdict.lost += usize::try_from(lost).unwrap_or(0);
    verdict.doubled += usize::try_from(doubled).unwrap_or(0);
    verdict.order += usize::from(lost == 0 && doubled == 0);
    verdict.note(format!("{} {}: acknowledged {:?}, kept {kept:?}", receipt.platform, receipt.person, receipt.said));
}

/// Answers and score are what the rules give, and the end was told once.
fn scored(receipt: &Receipt, form: &crate::torture::form::Form, applied: Option<&Applied>, verdict: &mut Verdict) {
    let Some(applied) = applied else {
        verdict.lost += 1;
        return verdict.note(format!("{} {}: no application", receipt.platform, receipt.person));
    };
    let as_it_must = applied.score.is_some_and(|score| (score - form.score()).abs() < 0.005)
        && applied.values == form.values()
        && applied.must_have_failed == form.fails()
        && applied.status == "prescreen_completed";
    if !as_it_must {
        verdict.wrong += 1;
        verdict.note(format!("{} {}: {applied:?}, and {} must come of {form:?}", receipt.platform, receipt.person, form.score()));
    }
    if applied.completed != 1 {
        verdict.doubled += usize::from(applied.completed > 1);
        verdict.lost += usize::from(applied.completed < 1);
        verdict.note(format!("{} {}: the end was told {} times", receipt.platform, receipt.person, applied.completed));
    }
}

/// The phone was sent every message of the history, in order, and again only what was tried again.
fn witnessed(person: &str, theirs: &[Said], fake: &FakeTelegram, verdict: &mut Verdict) {
    let seen: Vec<String> = fake.sends_to(person.parse().unwrap_or_default()).into_iter().map(|(_, text)| text).collect();
    let sent: Vec<Sent> = theirs
        .iter()
        .filter(|m| m.sender != "candidate")
        .map(|m| Sent { text: m.content.clone(), least: usize::from(m.delivery == "sent"), most: usize::try_from(m.attempts).unwrap_or(0) })
        .collect();
    // What was on the wire when a person took over, or when its sender was late, may have been seen and is not known as sent.
    let once = sent.iter().filter(|s| s.least == 1 || s.most > 0 && seen.contains(&s.text)).count();
    verdict.seen_again += seen.len().saturating_sub(once);
    verdict.tried_again += sent.iter().map(|s| s.most.saturating_sub(1)).sum::<usize>();
    match explain(&sent, &seen) {
        Ok(()) => {}
        Err(why) => {
            match why {
                explain::Why::Lost => verdict.lost += 1,
                explain::Why::Doubled => verdict.doubled += 1,
                explain::Why::Order => verdict.order += 1,
            }
            verdict.note(format!("telegram {person}: {why:?}: kept {sent:?}, seen {seen:?}"));
        }
    }
}
