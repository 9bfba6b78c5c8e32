//! Looking for contradictions: what every committed state must satisfy, checked over the rows themselves.
//!
//! It only reads, page by page, each page in a snapshot of its own: nobody waits for it, and what a running server
//! changes meanwhile contradicts nothing. One kind of check a file; [`check`] names them all.

mod check;
mod delivery;
mod figures;
mod numbers;
mod turns;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use uuid::Uuid;

pub use check::Check;

use super::Chatbot;
use crate::fault::Fault;
use crate::message::Sender;
use crate::recruiting::Job;
use crate::store::facts::{ApplicationFacts, Naming, SessionFacts};
use crate::store::rows::Rows;

/// Numbers of conversations read at once; a longer conversation is read whole.
const NUMBERS: i64 = 20_000;
/// Other rows read at once.
const MANY: i64 = 500;
/// Findings of one check that are kept; beyond them they are only counted.
const KEPT: u64 = 100;
/// Sets of questions kept at hand.
const JOBS: usize = 200;

/// A contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What doesn't hold.
    pub check: Check,
    /// What was found, without anybody's words.
    pub found: String,
    /// Which rows show it: `table id`, or `table session:number`.
    pub rows: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {} [{}]; {}", self.check, self.check.promise(), self.found, self.rows.join(", "), self.check.advice())
    }
}

/// What was looked at, and what contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// Sessions looked at.
    pub sessions: usize,
    /// Messages looked at.
    pub messages: usize,
    /// Inbox entries looked at.
    pub entries: usize,
    /// Deliveries looked at.
    pub deliveries: usize,
    /// Applications looked at.
    pub applications: usize,
    /// At most a hundred of each check; empty: all is well.
    pub problems: Vec<Finding>,
    /// How often each broken check was found broken.
    pub broken: BTreeMap<Check, u64>,
}

impl Verification {
    /// Notes a contradiction.
    fn report(&mut self, check: Check, found: String, rows: Vec<String>) {
        let count = self.broken.entry(check).or_default();
        *count += 1;
        if *count <= KEPT {
            self.problems.push(Finding { check, found, rows });
        }
    }
}

impl Chatbot {
    /// Checks every conversation, delivery and application, and whatever names them. Safe and quiet beside running
    /// servers; memory is bounded by a page and the longest conversation.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn verify(&self) -> Result<Verification, Fault> {
        let mut found = Verification::default();
        let mut rows = self.rows().await?;
        let rows = rows.as_mut();
        let mut after = Uuid::nil();
        loop {
            let page = rows.session_facts(after, NUMBERS).await?;
            let Some(last) = page.sessions.last() else { break };
            after = last.session.id;
            for facts in &page.sessions {
                found.sessions += 1;
                found.messages += facts.messages.len();
                found.entries += facts.entries.len();
                found.deliveries += facts.outbox.len();
                numbers::check(facts, &mut found);
                turns::check(facts, &mut found);
                delivery::check(facts, &page.leases, page.alive_at, &mut found);
                silence(rows, facts, &mut found).await?;
            }
        }
        let mut jobs = Jobs::default();
        after = Uuid::nil();
        loop {
            let page = rows.application_facts(after, MANY).await?;
            let Some(last) = page.last() else { break };
            after = last.application.id;
            for facts in &page {
                found.applications += 1;
                match jobs.of(rows, facts).await? {
                    Some(job) => figures::check(facts, job, &mut found),
                    // Gone since, with its job.
                    None if rows.application(facts.application.id).await?.is_none() => {}
                    None => figures::without_questions(facts, &mut found),
                }
            }
        }
        for table in Naming::ALL {
            names(rows, table, &mut found).await?;
        }
        Ok(found)
    }
}

/// Sets of questions: a version never changes.
#[derive(Default)]
struct Jobs(HashMap<(Uuid, i64), Option<Job>>);

impl Jobs {
    async fn of(&mut self, rows: &mut dyn Rows, facts: &ApplicationFacts) -> Result<Option<&Job>, Fault> {
        let key = (facts.application.job_id, facts.application.question_set_version);
        if !self.0.contains_key(&key) {
            if self.0.len() >= JOBS {
                self.0.clear();
            }
            let job = rows.job(key.0, Some(key.1)).await?;
            self.0.insert(key, job.filter(|job| !job.questions.is_empty()));
        }
        Ok(self.0.get(&key).and_then(Option::as_ref))
    }
}

/// What the bot says though a person is in control: that somebody wants no more messages is confirmed all the same.
const SAID_ALL_THE_SAME: &str = "opted_out";

/// From a takeover until its release, by the numbers that the release and the session keep.
async fn silence(rows: &mut dyn Rows, facts: &SessionFacts, found: &mut Verification) -> Result<(), Fault> {
    let session = &facts.session;
    let released = facts.entries.iter().filter_map(|e| Some((e.release.as_ref()?.get("human_from")?.as_i64()?, e.seq)));
    let mut phases: Vec<(i64, i64)> = released.collect();
    if !session.automation_enabled {
        phases.push((session.control_seq, i64::MAX));
    }
    for message in facts.messages.iter().filter(|m| m.sender == Sender::Bot) {
        let Some((from, to)) = phases.iter().find(|(from, to)| *from < message.seq && message.seq < *to) else { continue };
        let whole = rows.message(message.id).await?;
        let templates = whole.as_ref().and_then(|m| m.metadata.get("templates")?.as_array());
        if whole.is_none() || templates.is_some_and(|names| names.iter().any(|name| name == SAID_ALL_THE_SAME)) {
            continue;
        }
        let until = if *to == i64::MAX { "now".to_owned() } else { format!("number {to}") };
        let what = format!("message {} is the bot's, and a person was in control from number {from} until {until}", message.seq);
        found.report(Check::BotSpoke, what, vec![at("chat_messages", session.id, message.seq)]);
    }
    Ok(())
}

async fn names(rows: &mut dyn Rows, table: Naming, found: &mut Verification) -> Result<(), Fault> {
    let mut after = Uuid::nil();
    loop {
        let page = rows.naming(table, after, MANY).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for row in &page {
            if let Some(column) = &row.gone {
                found.report(Check::NamesNobody, format!("its {column} is nobody's"), vec![format!("{} {}", table.table(), row.id)]);
            }
        }
    }
}

/// A row by its session and number.
fn at(table: &str, session: Uuid, seq: i64) -> String {
    format!("{table} {session}:{seq}")
}

/// A session's row.
fn row_of(facts: &SessionFacts) -> Vec<String> {
    vec![format!("chat_sessions {}", facts.session.id)]
}

/// Whether all but a confirmation was erased with the person.
fn is_erased(facts: &SessionFacts) -> bool {
    facts.session.candidate_id.is_none() && facts.session.closed_at.is_some()
}
