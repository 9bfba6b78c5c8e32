//! Every statement finds what it looks for by an index: nothing a turn, a list or a sweep does reads a table that grows
//! from end to end. What runs is noted as it runs, while the contract suite (which calls every operation of `Rows`) and
//! every list with every filter go over a store; then the plan of each statement is looked at, as it is in a database that is
//! new, or small, and was never analysed, and as it is in one that has grown and was.

mod excused;
mod lists;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::BTreeSet;

use excused::{EXCUSED, Excused};

/// Tables that don't grow with candidates: what an employer has few of, or a page's settings.
const SMALL: [&str; 10] = [
    "jobs",
    "job_prescreen_questions",
    "users",
    "user_channels",
    "passwords",
    "canned_replies",
    "settings",
    "leases",
    "consent_texts",
    "_sqlx_migrations",
];

/// Without one of these, something must be found: or else this finds nothing.
const NEEDED: [&str; 3] = ["chat_sessions_ready", "chat_messages_session_id_seq", "outbox_of_session"];

fn grows(table: &str) -> bool {
    !SMALL.contains(&table)
}

/// What was found: plans that read too much, without those that may.
#[derive(Default)]
struct Found {
    faults: BTreeSet<String>,
    excused: BTreeSet<usize>,
    statements: usize,
}

impl Found {
    /// Notes what is wrong with a statement's plan in a database of this kind.
    fn note(&mut self, engine: &str, database: &str, statement: &str, wrong: impl IntoIterator<Item = String>) {
        for wrong in wrong {
            let excuses = |may: &Excused| may.engines.contains(&engine) && statement.contains(may.statement) && wrong.contains(may.reads);
            match EXCUSED.iter().position(excuses) {
                Some(at) => drop(self.excused.insert(at)),
                None => drop(self.faults.insert(format!("{database}: {wrong}\n    by {statement}"))),
            }
        }
    }

    /// Whether a fault was found.
    fn any(&self) -> bool {
        !self.faults.is_empty()
    }

    /// No fault was found, enough was looked at, and every excuse is needed.
    fn assert_none(self, engine: &str) {
        let listed = self.faults.iter().map(String::as_str).collect::<Vec<_>>().join("\n  ");
        assert!(self.faults.is_empty(), "{} plans read a growing table from end to end:\n  {listed}", self.faults.len());
        assert!(self.statements > 150, "only {} statements were seen", self.statements);
        let needless = EXCUSED.iter().enumerate().filter(|(at, may)| may.engines.contains(&engine) && !self.excused.contains(at));
        let needless: Vec<_> = needless.map(|(_, may)| (may.statement, may.reads)).collect();
        assert_eq!(needless, [], "excused, and no longer in need of it on {engine}");
    }
}
