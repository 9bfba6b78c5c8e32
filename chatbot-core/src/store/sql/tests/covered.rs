//! Every table that can name a person is erased and exported. A table somebody adds fails here until it is.

use std::sync::Arc;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Row};
use uuid::Uuid;

use super::clock;
use crate::Chatbot;
use crate::clock::RandomIds;
use crate::store::{Backend, Store};
use crate::testing::contract::bench::Bench;
use crate::testing::contract::erasure::{Person, person};

/// Columns that name a person.
const NAMING: &str = "('candidate_id', 'session_id', 'application_id')";

/// Where a table's rows stand in the export; `""`: on purpose nowhere.
const EXPORTED: [(&str, &str); 14] = [
    ("outbox", "/sessions/0/outbox/0"),
    ("chat_messages", "/sessions/0/messages/0"),
    ("inbound", "/sessions/0/inbox/0"),
    ("timers", "/sessions/0/timers/purge"),
    ("events", "/events/0"),
    ("model_calls", "/model_calls/0"),
    ("files", "/files/0/base64"),
    ("action_queue", "/actions/0"),
    ("consents", "/consents/0"),
    ("activity_logs", "/activity/0"),
    ("prescreen_answers", "/applications/0/answers/0"),
    ("applications", "/applications/0"),
    ("chat_sessions", "/sessions/0"),
    // Keyed hashes, and nothing else.
    ("seen", ""),
];

/// Tables with a column that names a person.
fn tables(mut found: Vec<String>) -> Vec<String> {
    found.sort();
    found.dedup();
    assert!(found.len() > 10, "the schema was not read: {found:?}");
    found
}

fn id_of(person: &Person, column: &str) -> Uuid {
    match column {
        "candidate_id" => person.candidate_id,
        "application_id" => person.application_id,
        _ => person.session.id,
    }
}

async fn exported(bench: &Bench, person: &Person) -> Value {
    let bot = Chatbot::builder(Store::from_backend(Arc::clone(&bench.store))).build().unwrap();
    serde_json::to_value(bot.export_candidate(person.candidate_id).await.unwrap().unwrap()).unwrap()
}

async fn erase(bench: &Bench, person: &Person) {
    let bot = Chatbot::builder(Store::from_backend(Arc::clone(&bench.store))).build().unwrap();
    assert!(bot.erase_candidate(person.candidate_id, None).await.unwrap().is_some());
}

fn in_the_export(table: &str, export: &Value) {
    let Some((_, place)) = EXPORTED.iter().find(|(name, _)| *name == table) else {
        panic!("{table} names a person: add it to `chatbot/export.rs`, to ERASE_CANDIDATE and to this list");
    };
    assert!(place.is_empty() || export.pointer(place).is_some_and(|v| !v.is_null()), "{table} is not in the export: {export}");
}

/// The body of both tests: `$connection` looks past the store, `$schema` lists (table, column).
macro_rules! covered {
    ($bench:ident, $connection:ident, $schema:expr) => {{
        let gone = person(&$bench, false).await;
        let columns = sqlx::query($schema).fetch_all(&mut $connection).await.unwrap();
        let columns: Vec<(String, String)> = columns.iter().map(|row| (row.get(0), row.get(1))).collect();
        let export = exported(&$bench, &gone).await;
        let mut before = std::collections::BTreeMap::new();
        for round in ["before", "after"] {
            for (table, column) in &columns {
                let count = AssertSqlSafe(format!("select count(*) from {table} where {column} = $1"));
                let rows: i64 = sqlx::query(count).bind(id_of(&gone, column)).fetch_one(&mut $connection).await.unwrap().get(0);
                if round == "before" {
                    *before.entry(table.clone()).or_insert(0) += rows;
                } else {
                    assert_eq!(rows, 0, "{table}.{column} still names who was erased");
                }
            }
            if round == "before" {
                for table in tables(columns.iter().map(|(table, _)| table.clone()).collect()) {
                    assert!(before[&table] > 0, "{table} names a person: have `person` in `contract/erasure.rs` fill a row of it");
                    in_the_export(&table, &export);
                }
                erase(&$bench, &gone).await;
            }
        }
    }};
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn sqlite_erases_and_exports_every_table_that_names_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let store = super::sqlite::migrated(&folder).await;
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", store.path().display())).await.unwrap();
    let bench = Bench::new(Arc::new(store), clock(), Box::pin(async {}));
    let schema = AssertSqlSafe(format!(
        "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' and p.name in {NAMING}"
    ));
    covered!(bench, connection, schema);
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_erases_and_exports_every_table_that_names_a_person() {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: run the tests with `tests/run`, which starts a PostgreSQL");
    let schema_name = format!("covered_{}", crate::clock::IdSource::uuid(&RandomIds).simple());
    let store = crate::store::PgStore::connect(&url, &schema_name, clock(), Arc::new(RandomIds)).await.unwrap();
    store.migrate().await.unwrap();
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::Executor::execute(&mut connection, AssertSqlSafe(format!("set search_path to {schema_name}"))).await.unwrap();
    let bench = Bench::new(Arc::new(store), clock(), Box::pin(async {}));
    let schema = AssertSqlSafe(format!(
        "select table_name::text, column_name::text from information_schema.columns where table_schema = current_schema() and column_name in {NAMING}"
    ));
    covered!(bench, connection, schema);
    bench.end().await;
    sqlx::Executor::execute(&mut connection, AssertSqlSafe(format!("drop schema {schema_name} cascade"))).await.unwrap();
}
