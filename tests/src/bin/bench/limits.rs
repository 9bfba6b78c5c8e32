//! The machine's own limits: how often a disk makes something durable, and how many turns the databases do when a turn is
//! the least it can be. Measured beside the bot, because a machine is not as fast at noon as at one.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::figures::percentile_ms;
use crate::postgres::Postgres;

/// Clients of the PostgreSQL limit.
pub(crate) const CLIENTS: [u32; 3] = [1, 8, 32];
/// Sessions there are, so that clients seldom meet in one.
const SESSIONS: u32 = 10_000;
/// The database of the PostgreSQL limit.
const DATABASE: &str = "limits";

/// What was found in one round.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Appends of 4 KiB that were made durable one by one, a second.
    pub(crate) fdatasync_per_second: f64,
    /// How long one took, in milliseconds.
    pub(crate) fdatasync_p50_ms: f64,
    /// The same.
    pub(crate) fdatasync_p99_ms: f64,
    /// Turns a second as one statement on PostgreSQL, for each of [`CLIENTS`].
    pub(crate) postgres_per_second: Vec<f64>,
    /// Turns a second as one commit on SQLite.
    pub(crate) sqlite_per_second: f64,
}

/// A turn as one statement: keep what came in, move the session, keep the reply.
const TURN: &str = r#"\set chat random(1, 10000)
with heard as (
    insert into inbound (session_id, body) values (:chat, 'about three months') returning id
), moved as (
    update sessions set step = (step + 1) % 7, answers = '["5", "yes", "PostgreSQL and SQLite", "3 months"]',
        last_inbound = (select id from heard), updated_at = now()
    where id = :chat returning id
)
insert into outbox (session_id, body) select id, 'Question 5 of 5: How do you want to work?' from moved;
"#;

const POSTGRES_TABLES: &str = "
    create table inbound (id bigint generated always as identity primary key, session_id bigint not null, body text not null,
        created_at timestamptz not null default now());
    create table sessions (id bigint primary key, step bigint not null, answers text not null, last_inbound bigint not null,
        updated_at timestamptz not null);
    create table outbox (id bigint generated always as identity primary key, session_id bigint not null, body text not null,
        created_at timestamptz not null default now());
    insert into sessions select n, 0, '[]', 0, now() from generate_series(1, 10000) n;
    vacuum analyze sessions";

/// The same on SQLite. A trigger does the second and the third part, so that here too a turn is one prepared statement.
const SQLITE_TABLES: &str = r#"
    create table inbound (id integer primary key, session_id integer not null, body text not null, created_at integer not null default (unixepoch()));
    create table sessions (id integer primary key, step integer not null, answers text not null, last_inbound integer not null, updated_at integer not null);
    create table outbox (id integer primary key, session_id integer not null, body text not null, created_at integer not null default (unixepoch()));
    insert into sessions select value, 0, '[]', 0, unixepoch() from (with recursive n(value) as (select 1 union all select value + 1 from n where value < 10000) select value from n);
    create trigger turn after insert on inbound begin
        update sessions set step = (step + 1) % 7, answers = '["5", "yes", "PostgreSQL and SQLite", "3 months"]',
            last_inbound = new.id, updated_at = unixepoch() where id = new.session_id;
        insert into outbox (session_id, body) values (new.session_id, 'Question 5 of 5: How do you want to work?');
    end"#;

/// Makes the database of the PostgreSQL limit.
pub(crate) async fn prepare(postgres: &Postgres) {
    postgres.create(DATABASE).await;
    let mut db = postgres.connect(DATABASE).await;
    for statement in POSTGRES_TABLES.split(';') {
        db.execute(statement).await.unwrap();
    }
}

/// Measures each for about this long. `folder`: on the disk in question.
pub(crate) async fn measure(postgres: &Postgres, folder: &Path, each: Duration) -> Limits {
    let probe = folder.join("probe");
    let mut syncs = tokio::task::spawn_blocking(move || fdatasync(&probe, each)).await.unwrap();
    let spent: f64 = syncs.iter().map(|took| f64::from(*took)).sum();
    syncs.sort_unstable();
    let mut postgres_per_second = Vec::new();
    for clients in CLIENTS {
        postgres_per_second.push(pgbench(postgres, folder, clients, each).await);
    }
    // What was written would be tidied up in the background, while something else is measured.
    let mut db = postgres.connect(DATABASE).await;
    for statement in ["truncate inbound, outbox", "vacuum analyze sessions"] {
        db.execute(statement).await.unwrap();
    }
    Limits {
        fdatasync_per_second: syncs.len() as f64 / spent * 1_000_000.0,
        fdatasync_p50_ms: percentile_ms(&syncs, 50),
        fdatasync_p99_ms: percentile_ms(&syncs, 99),
        postgres_per_second,
        sqlite_per_second: sqlite(folder, each).await,
    }
}

/// Appends and makes durable, again and again; how long each took, in microseconds.
fn fdatasync(path: &Path, each: Duration) -> Vec<u32> {
    let mut file = std::fs::File::create(path).unwrap();
    let (page, begun, mut took) = ([7; 4096], Instant::now(), Vec::new());
    while begun.elapsed() < each {
        let at = Instant::now();
        file.write_all(&page).unwrap();
        file.sync_data().unwrap();
        took.push(at.elapsed().as_micros() as u32);
    }
    std::fs::remove_file(path).unwrap();
    took
}

/// Turns a second by pgbench, with statements prepared.
async fn pgbench(postgres: &Postgres, folder: &Path, clients: u32, each: Duration) -> f64 {
    let script = folder.join("turn.sql");
    std::fs::write(&script, TURN).unwrap();
    let mut command = postgres.client("pgbench");
    let seconds = each.as_secs().max(1).to_string();
    command.args(["-n", "-M", "prepared", "-T", &seconds, "-c", &clients.to_string(), "-j", &clients.min(2).to_string(), "-f"]).arg(script);
    let out = command.arg(DATABASE).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).output().await.unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    let per_second = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    per_second.unwrap_or_else(|| panic!("pgbench: {said} {}", String::from_utf8_lossy(&out.stderr)))
}

/// Turns a second on SQLite, each committed and made durable by itself.
async fn sqlite(folder: &Path, each: Duration) -> f64 {
    let path = folder.join("limit.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut db = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).connect().await.unwrap();
    sqlx::raw_sql(SQLITE_TABLES).execute(&mut db).await.unwrap();
    let (begun, mut turns) = (Instant::now(), 0_u32);
    while begun.elapsed() < each {
        let session = turns.wrapping_mul(7919) % SESSIONS + 1;
        let turn = sqlx::query("insert into inbound (session_id, body) values ($1, 'about three months')").bind(session);
        turn.execute(&mut db).await.unwrap();
        turns += 1;
    }
    let per_second = f64::from(turns) / begun.elapsed().as_secs_f64();
    db.close().await.unwrap();
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("limit.db{ending}")));
    }
    per_second
}
