//! SQLite's plans.

use std::collections::BTreeSet;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqliteConnection};

use super::super::clock;
use super::super::fill::{SQLITE, Size, statements};
use super::super::sqlite::{migrated, open};
use super::super::watch::Watching;
use super::{Found, NEEDED, grows, lists};
use crate::testing::contract;
use crate::testing::contract::bench::Bench;

/// Enough to be told from none.
const GROWN: Size = Size { sessions: 1_000, messages: 5_000, since: 1_790_000_000 };

/// Which table a name of a plan's stands for: its own, or one that the text calls so; none: a set of ours.
fn table<'t>(name: &'t str, text: &'t str, tables: &BTreeSet<String>) -> Option<&'t str> {
    if tables.contains(name) {
        return Some(name);
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let called = words.windows(3).find(|w| w[1] == name && tables.contains(w[0]) || w[2] == name && w[1] == "as" && tables.contains(w[0]));
    called.map(|w| w[0])
}

/// What of a plan reads a growing table from end to end.
fn wrong(plan: &[String], text: &str, tables: &BTreeSet<String>) -> Vec<String> {
    let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
    let stops = text.contains(" limit ") && !sorts;
    let mut found = Vec::new();
    for step in plan {
        let mut words = step.split(' ');
        let (how, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        // An automatic index is made of the whole table, each time.
        let reads_all = how == "SCAN" && !(stops && step.contains(" USING ")) || step.contains(" USING AUTOMATIC ");
        if let Some(table) = table(name, text, tables).filter(|table| reads_all && grows(table)) {
            found.push(format!("{step} ({table})"));
        }
    }
    found
}

async fn plan(c: &mut SqliteConnection, text: &str) -> Vec<String> {
    let rows = c.fetch_all(AssertSqlSafe(format!("explain query plan {text}"))).await;
    rows.unwrap_or_else(|error| panic!("{error}: {text}")).iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn no_statement_reads_a_growing_table_from_end_to_end_on_sqlite() {
    let watch = Watching::begin();
    contract::sqlite::all(contract::open::sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::new(Arc::new(migrated(&folder).await), clock(), Box::pin(async {}));
    lists::ask_for_all(&bench).await;
    bench.end().await;
    let texts: BTreeSet<String> = std::mem::take(&mut *watch.sqlite.lock().unwrap()).into_keys().collect();
    drop(watch);

    let url = format!("sqlite://{}", open(&folder).await.path().display());
    let mut c = SqliteConnection::connect(&url).await.unwrap();
    let tables = "select name from sqlite_master where type = 'table'";
    let tables: BTreeSet<String> = sqlx::query_scalar(tables).fetch_all(&mut c).await.unwrap().into_iter().collect();
    // Statements that go together are one text.
    let each: BTreeSet<&str> = texts.iter().flat_map(|texts| texts.split(';')).filter(|text| !text.trim().is_empty()).collect();
    let mut found = Found { statements: each.len(), ..Found::default() };
    for database in ["new", "grown"] {
        if database == "grown" {
            c.execute("pragma foreign_keys = off").await.unwrap();
            for statement in statements(&SQLITE, GROWN) {
                c.execute(AssertSqlSafe(statement)).await.unwrap();
            }
            c.execute("analyze").await.unwrap();
        }
        for text in &each {
            found.note("sqlite", database, text, wrong(&plan(&mut c, text).await, text, &tables));
        }
    }
    for index in NEEDED {
        let mut without = Found::default();
        c.execute(AssertSqlSafe(format!("begin; drop index {index}"))).await.unwrap();
        for text in &each {
            without.note("sqlite", index, text, wrong(&plan(&mut c, text).await, text, &tables));
        }
        c.execute("rollback").await.unwrap();
        assert!(without.any(), "nobody misses {index}");
    }
    found.assert_none("sqlite");
}
