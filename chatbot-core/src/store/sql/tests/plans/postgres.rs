//! PostgreSQL's plans.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use super::super::clock;
use super::super::fill::{POSTGRES, Size, statements};
use super::super::watch::{Seen, Watching};
use super::{Found, NEEDED, grows, lists};
use crate::clock::{IdSource, RandomIds};
use crate::store::PgStore;
use crate::testing::contract;
use crate::testing::contract::bench::Bench;

/// Conversations in a database that was never analysed: none yet, and those of the first days.
const NEW: [u64; 4] = [0, 2, 20, 300];
/// In one that was: more than the planner would read for want of anything better.
const GROWN: u64 = 8_000;

fn explained(row: &sqlx::postgres::PgRow) -> Value {
    row.try_get::<sqlx::types::Json<Value>, _>(0).unwrap().0.pointer("/0/Plan").cloned().unwrap()
}

/// What indexes are on, and which column or expression comes first.
struct Indexes(BTreeMap<String, (String, String)>);

impl Indexes {
    async fn read(c: &mut PgConnection) -> Self {
        let all = "select i.indexrelid::regclass::text, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid, 1, true) \
             from pg_index i join pg_class r on r.oid = i.indrelid where r.relnamespace = current_schema()::regnamespace";
        let all: Vec<(String, String, String)> = sqlx::query_as(all).fetch_all(c).await.unwrap();
        Self(all.into_iter().map(|(index, table, first)| (index, (table, first))).collect())
    }

    /// What of a plan reads a growing table from end to end.
    fn wrong(&self, plan: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.look(plan, false, &mut found);
        found
    }

    /// The same of what is below. `stopped`: a limit above takes no more than it needs.
    fn look(&self, node: &Value, stopped: bool, found: &mut Vec<String>) {
        let text = |name: &str| node[name].as_str().unwrap_or_default();
        let kind = text("Node Type");
        let index = text("Index Name");
        let (table, first) = match self.0.get(index) {
            Some((table, first)) => (table.as_str(), first.as_str()),
            None => (text("Relation Name"), ""),
        };
        let finds = text("Index Cond").contains(first) && !text("Index Cond").is_empty();
        let stops = stopped && text("Filter").is_empty();
        let reads_all = match kind {
            "Seq Scan" | "Sample Scan" => true,
            "Index Scan" | "Index Only Scan" => !finds && !stops,
            "Bitmap Index Scan" => !finds,
            _ => false,
        };
        if reads_all && grows(table) && self.0.values().any(|(ours, _)| ours == table) {
            let how = [("Index Name", " using "), ("Index Cond", " where "), ("Filter", " leaving out all but ")];
            let how = how.iter().filter(|(name, _)| !text(name).is_empty()).map(|(name, how)| format!("{how}{}", text(name)));
            found.push(format!("{kind} of {table}{}", how.collect::<String>()));
        }
        for below in node["Plans"].as_array().into_iter().flatten() {
            let outer = below["Parent Relationship"] == "Outer";
            let stopped = match kind {
                "Limit" => outer,
                // It sorts what is alike in the index's order, and stops where the limit does.
                "Incremental Sort" => stopped && outer,
                "LockRows" | "Result" | "Subquery Scan" | "Nested Loop" => stopped && outer && text("Filter").is_empty(),
                _ => false,
            };
            self.look(below, stopped, found);
        }
    }
}

/// Columns of growing tables that refer to another's rows, with no index that begins with them: a delete there reads them
/// all, which no plan shows.
async fn unindexed_references(c: &mut PgConnection) -> Vec<String> {
    let all = "select k.conrelid::regclass::text, a.attname::text from pg_constraint k \
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1] \
         where k.contype = 'f' and k.connamespace = current_schema()::regnamespace \
         and not exists (select 1 from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])";
    let all: Vec<(String, String)> = sqlx::query_as(all).fetch_all(c).await.unwrap();
    all.into_iter().filter(|(table, _)| grows(table)).map(|(table, column)| format!("{table}.{column}")).collect()
}

async fn beside(url: &str, schema: &str) -> PgConnection {
    let mut c = PgConnection::connect(url).await.unwrap();
    c.execute(AssertSqlSafe(format!("set search_path to {schema}"))).await.unwrap();
    c
}

async fn opened(url: &str, schema: &str) -> Bench {
    let clock = clock();
    let store = PgStore::connect(url, schema, clock.clone(), Arc::new(RandomIds)).await.unwrap();
    Bench::new(Arc::new(store), clock, Box::pin(async {}))
}

/// A statement's plan in the database as it is, on a connection that is told the same.
async fn planned(c: &mut PgConnection, settings: &str, text: &str, seen: &Seen) -> Value {
    c.execute("reset all").await.unwrap();
    c.execute(AssertSqlSafe(settings.to_owned())).await.unwrap();
    if settings.contains("force_generic_plan") {
        // Whatever it will be run with.
        let in_parentheses = |list: &[String]| if list.is_empty() { String::new() } else { format!("({})", list.join(", ")) };
        let (types, nulls) = (in_parentheses(&seen.types), in_parentheses(&vec!["null".to_owned(); seen.types.len()]));
        c.execute(AssertSqlSafe(format!("prepare it {types} as {text}"))).await.unwrap();
        let explain = format!("explain (format json) execute it {nulls}");
        let plan = c.fetch_one(AssertSqlSafe(explain)).await.unwrap();
        c.execute("deallocate it").await.unwrap();
        return explained(&plan);
    }
    let explain = sqlx::query_with(AssertSqlSafe(format!("explain (format json) {text}")), seen.arguments.clone()).persistent(false);
    explained(&explain.fetch_one(c).await.unwrap())
}

#[tokio::test]
async fn no_statement_reads_a_growing_table_from_end_to_end_on_postgresql() {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: run the tests with `tests/run`, which starts a PostgreSQL");
    // What is planned does not depend on it, and how long it takes does.
    let url = format!("{url}?options[synchronous_commit]=off");
    let schema = format!("plans_{}", RandomIds.uuid().simple());
    let first = opened(&url, &schema).await;
    first.store.migrate().await.unwrap();
    first.end().await;
    let mut c = beside(&url, &schema).await;
    let tables = "select tablename::text from pg_tables where schemaname = current_schema() and tablename not like '\\_sqlx%'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut c).await.unwrap();
    for table in &tables {
        // New means new: nobody analyses behind our back.
        c.execute(AssertSqlSafe(format!("alter table {table} set (autovacuum_enabled = off)"))).await.unwrap();
    }
    // Quicker between promises than to truncate them.
    let emptied: Vec<String> = tables.iter().map(|table| format!("delete from {table}")).collect();
    let emptied = format!("set session_replication_role = replica; begin; {}; commit", emptied.join("; "));

    let watch = Watching::begin();
    let (of, empty) = (&url, &emptied);
    contract::postgres::all(async || {
        beside(of, &schema).await.execute(AssertSqlSafe(empty.clone())).await.unwrap();
        opened(of, &schema).await
    })
    .await;
    let bench = opened(&url, &schema).await;
    lists::ask_for_all(&bench).await;
    bench.end().await;

    let options = url.parse::<PgConnectOptions>().unwrap().options([("search_path", &schema)]);
    let mut asking = PgConnection::connect_with(&options).await.unwrap();
    let (indexes, mut found) = (Indexes::read(&mut c).await, Found::default());
    let seen = std::mem::take(&mut *watch.postgres.lock().unwrap());
    found.statements = seen.len();
    c.execute("set session_replication_role = replica").await.unwrap();
    for sessions in NEW.into_iter().chain([GROWN]) {
        c.execute(AssertSqlSafe(format!("truncate {} cascade", tables.join(", ")))).await.unwrap();
        if sessions > 0 {
            for statement in statements(&POSTGRES, Size { sessions, messages: sessions * 5, since: 1_790_000_000 }) {
                c.execute(AssertSqlSafe(statement)).await.unwrap();
            }
        }
        if sessions == GROWN {
            c.execute("analyze").await.unwrap();
        }
        for ((settings, text), seen) in &seen {
            // Statements of turns are told to look ahead: their plans are made once and kept, so they must be as good when
            // little is there. Others are planned anew, and may read a small table as it stands.
            if sessions == GROWN || settings.contains("enable_seqscan") {
                let plan = planned(&mut asking, settings, text, seen).await;
                found.note("postgres", &format!("{sessions} conversations"), text, indexes.wrong(&plan));
            }
        }
    }
    for index in NEEDED {
        let mut without = Found::default();
        asking.execute(AssertSqlSafe(format!("begin; drop index {index}"))).await.unwrap();
        for ((settings, text), seen) in &seen {
            without.note("postgres", index, text, indexes.wrong(&planned(&mut asking, settings, text, seen).await));
        }
        asking.execute("rollback").await.unwrap();
        assert!(without.any(), "nobody misses {index}");
    }
    let unfound = unindexed_references(&mut c).await;
    c.execute(AssertSqlSafe(format!("drop schema {schema} cascade"))).await.unwrap();
    assert_eq!(unfound, Vec::<String>::new(), "who refers to a row that is deleted is looked for from end to end");
    found.assert_none("postgres");
}
