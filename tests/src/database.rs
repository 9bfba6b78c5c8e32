//! A database for one test: a file in its folder, or a PostgreSQL schema that goes when the test does.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// What a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A schema of its own on the server of `TEST_DATABASE_URL`.
    Postgres,
}

/// The PostgreSQL server tests use. There is no skipping: without one, half of what is promised would not be looked at.
pub fn test_database_url() -> String {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
        .expect("TEST_DATABASE_URL names no PostgreSQL: start the tests with `tests/run`, which brings one")
}

/// Where a server keeps its data.
#[derive(Debug)]
pub struct Database {
    /// `DATABASE_URL`.
    pub url: String,
    /// `DATABASE_SCHEMA`, on PostgreSQL.
    pub schema: Option<Schema>,
}

impl Database {
    /// A fresh one; SQLite's file lies in `folder`.
    pub fn new(engine: Engine, folder: &Path) -> Self {
        match engine {
            Engine::Sqlite => Self { url: format!("sqlite://{}", folder.join("chatbot.db").display()), schema: None },
            Engine::Postgres => Self { url: test_database_url(), schema: Some(Schema::new()) },
        }
    }

    /// What tells a process where it is.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let schema = self.schema.as_ref().map(|schema| ("DATABASE_SCHEMA", schema.0.clone()));
        std::iter::once(("DATABASE_URL", self.url.clone())).chain(schema).collect()
    }

    /// A count of rows, past the server. For what no route tells.
    pub async fn count(&self, sql: &'static str) -> i64 {
        if let Some(schema) = &self.schema {
            let mut connection = PgConnection::connect(&test_database_url()).await.unwrap();
            connection.execute(AssertSqlSafe(format!("set search_path to {}", schema.0))).await.unwrap();
            return sqlx::query(sql).fetch_one(&mut connection).await.unwrap().get(0);
        }
        let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
        sqlx::query(sql).fetch_one(&mut connection).await.unwrap().get(0)
    }
}

impl Database {
    /// Waits until what the bot said is known to have arrived. What is on the wire when a process dies goes out once more.
    pub async fn has_settled(&self) {
        let left = "select count(*) from outbox where state in ('ready', 'sending')";
        crate::eventually("every delivery is settled", async || (self.count(left).await == 0).then_some(())).await;
    }
}

/// A lock that lets nobody write; it goes when this is dropped.
#[derive(Debug)]
pub struct Held(#[allow(dead_code, reason = "held, not used")] Holder);

#[derive(Debug)]
#[allow(dead_code, reason = "held, not used")]
enum Holder {
    Sqlite(sqlx::SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    /// Takes a lock that keeps every writer waiting: what a server has accepted meanwhile it cannot have stored.
    pub async fn hold(&self) -> Held {
        if let Some(schema) = &self.schema {
            let mut connection = PgConnection::connect(&test_database_url()).await.unwrap();
            connection.execute(AssertSqlSafe(format!("set search_path to {}", schema.0))).await.unwrap();
            connection.execute("begin").await.unwrap();
            connection.execute("lock table seen, inbound, chat_messages, chat_sessions in exclusive mode").await.unwrap();
            return Held(Holder::Postgres(connection));
        }
        let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
        connection.execute("begin immediate").await.unwrap();
        Held(Holder::Sqlite(connection))
    }
}

impl Database {
    /// Tables with a row that holds this word in any column, as text, in JSON or among bytes.
    pub async fn tables_with(&self, word: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(schema) = &self.schema {
            let mut connection = PgConnection::connect(&test_database_url()).await.unwrap();
            connection.execute(AssertSqlSafe(format!("set search_path to {}", schema.0))).await.unwrap();
            let tables = "select tablename::text from pg_tables where schemaname = current_schema() and tablename not like '\\_sqlx%'";
            // A row's text shows bytes as hexadecimal.
            let hex = word.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            for row in sqlx::query(tables).fetch_all(&mut connection).await.unwrap() {
                let table: String = row.get(0);
                let sql = format!("select count(*) from {table} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0");
                let rows: i64 = sqlx::query(AssertSqlSafe(sql)).bind(word).bind(&hex).fetch_one(&mut connection).await.unwrap().get(0);
                found.extend((rows > 0).then_some(table));
            }
            return found;
        }
        let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
        let columns = "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p \
             where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\'";
        for row in sqlx::query(columns).fetch_all(&mut connection).await.unwrap() {
            let (table, column): (String, String) = (row.get(0), row.get(1));
            let sql = format!("select count(*) from {table} where instr(cast({column} as blob), cast($1 as blob)) > 0");
            let rows: i64 = sqlx::query(AssertSqlSafe(sql)).bind(word).fetch_one(&mut connection).await.unwrap().get(0);
            found.extend((rows > 0 && !found.contains(&table)).then_some(table));
        }
        found
    }
}

/// A schema's name; the schema goes when this is dropped.
#[derive(Debug)]
pub struct Schema(pub String);

impl Schema {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(format!("e2e_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("set lock_timeout = '5s'; drop schema if exists {} cascade", self.0);
        // A drop can't wait for the test's own runtime.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&test_database_url()).await.map_err(std::io::Error::other)?;
                connection.execute(AssertSqlSafe(sql)).await.map_err(std::io::Error::other)?;
                connection.close().await.map_err(std::io::Error::other)
            })
        });
        // A schema left behind harms no other test, and the one that ends here has its own verdict.
        if let Ok(Err(error)) = gone.join() {
            eprintln!("schema {} stays: {error}", self.0);
        }
    }
}

/// Ends every connection of the servers that use this schema, as a database restart would; answers how many.
pub async fn terminate_connections(schema: &str) -> usize {
    let mut connection = PgConnection::connect(&test_database_url()).await.unwrap();
    let ended = sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1")
        .bind(format!("chatbot:{schema}"))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    ended.len()
}
