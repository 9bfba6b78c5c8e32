//! PostgreSQL: a schema of our own, on a small pool of our own.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::error::BoxDynError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, Postgres};
use sqlx::{Arguments, ConnectOptions, Connection};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::cell::{Cell, Set};
use super::columns::Found;
use super::dialect::{Dialect, Refusal, runs};
use super::fail::fail;
use super::open_error::OpenError;
use super::records::Values;
use super::rows::sessions::{open_session, session_by_id, session_columns, wanted_session};
use super::statement::{Many, Parts, unstorable};
use super::store::{Connections, SqlStore, backend};
use crate::clock::{Clock, IdSource};
use crate::store::{Store, StoreError};
use crate::wake::NotifyWake;

const OLDEST: u32 = 130_000;
const EXPECTED: &str = "postgres://user@host:5432/database";
/// Reading connections.
const READERS: u32 = 8;
/// What a turn reads and writes it finds by an index, however small a table is now or was when it was last analysed: a
/// plan made once then costs the same for ever.
const BY_INDEX: [(&str, &str); 6] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    // It never notes that what an index points at is dead, and passes it again each time.
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
];
/// Prepared statements a connection keeps.
const PREPARED: usize = 256;
/// How long a connection is waited for.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A store in a PostgreSQL schema. Cheap to clone; all clones share one pool and one writer.
#[derive(Clone)]
pub struct PgStore {
    pub(super) sql: Arc<SqlStore<Postgres>>,
    server: String,
    schema: String,
    notify: NotifyWake,
}

impl std::fmt::Debug for PgStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PgStore").field("server", &self.server).field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl PgStore {
    /// Connects to the server of `postgres://…`. Schema and tables come with `migrate`.
    ///
    /// # Errors
    /// When the address or the schema's name cannot be used, the server cannot be reached or refuses, or is too old.
    pub async fn connect(url: &str, schema: &str, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Self, OpenError> {
        Self::from_options(options(url)?, schema, clock, ids).await
    }

    /// Connects with a host's own options. What the host has set as its `search_path` is not used here.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn from_options(
        options: PgConnectOptions,
        schema: &str,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, OpenError> {
        if !is_schema_name(schema) {
            return Err(OpenError::Schema { name: schema.to_owned() });
        }
        let migrating = options.options([("search_path", schema)]).application_name(&format!("chatbot:{schema}"));
        // A statement that waits this long waits for something that is lost.
        let writing = migrating.clone().options([
            ("statement_timeout", "20s"),
            ("lock_timeout", "10s"),
            // Nothing outside is waited for within a transaction: whoever is idle in one has been stopped, and holds others up.
            ("idle_in_transaction_session_timeout", "5s"),
        ]);
        let writing = writing.options(BY_INDEX).statement_cache_capacity(PREPARED);
        let reading = migrating.clone().options([("statement_timeout", "20s"), ("default_transaction_read_only", "on")]);
        let server = try_connect(&migrating).await?;
        let readers = PgPoolOptions::new().max_connections(READERS).acquire_timeout(ACQUIRE).connect_lazy_with(reading.clone());
        let loading = reading.options(BY_INDEX).statement_cache_capacity(PREPARED);
        let loaders = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE).connect_lazy_with(loading);
        let notify = NotifyWake::new(migrating.clone(), schema);
        let connections = Connections { readers, loaders: Some(loaders), writing, migrating, schema: Some(schema.to_owned()) };
        Ok(Self { sql: Arc::new(SqlStore::new(connections, clock, ids.uuid())), server, schema: schema.to_owned(), notify })
    }

    /// The schema that holds everything.
    pub fn schema(&self) -> &str {
        &self.schema
    }
}

backend!(PgStore, Postgres);

impl From<PgStore> for Store {
    fn from(store: PgStore) -> Self {
        let notify = Arc::new(store.notify.clone());
        Self::from_backend(Arc::new(store)).shared_by(notify)
    }
}

fn options(url: &str) -> Result<PgConnectOptions, OpenError> {
    let refuse = |problem: String| OpenError::Address { problem, expected: EXPECTED };
    let (scheme, rest) = url.split_once("://").ok_or_else(|| refuse("it has no scheme".into()))?;
    // Other languages name a driver as well, as in `postgresql+asyncpg`.
    let scheme = scheme.split_once('+').map_or(scheme, |(scheme, _)| scheme);
    if scheme != "postgres" && scheme != "postgresql" {
        return Err(refuse("its scheme is not postgres".into()));
    }
    PgConnectOptions::from_str(&format!("{scheme}://{rest}")).map_err(|e| refuse(e.to_string()))
}

/// Names that need no quoting anywhere and cannot be read as anything else.
fn is_schema_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    begins && name.len() <= 63 && !name.starts_with("pg_") && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Connects once, so that what is wrong is said at once; answers the server's address without the password.
async fn try_connect(options: &PgConnectOptions) -> Result<String, OpenError> {
    let database = options.get_database().unwrap_or(options.get_username());
    let server = format!("{}@{}:{}/{database}", options.get_username(), options.get_host(), options.get_port());
    let broken = |e: sqlx::Error| {
        let problem = e.as_database_error().map_or_else(|| e.to_string(), |e| e.message().to_owned());
        OpenError::Server { server: server.clone(), problem }
    };
    let connected = tokio::time::timeout(ACQUIRE, options.connect()).await;
    let late = || OpenError::Server { server: server.clone(), problem: format!("no answer within {} s", ACQUIRE.as_secs()) };
    let connection = connected.map_err(|_| late())?.map_err(broken)?;
    let version = connection.server_version_num().unwrap_or(0);
    let _ = connection.close().await;
    if version < OLDEST {
        return Err(OpenError::TooOld { engine: "PostgreSQL", found: format!("{}", version / 10_000), needed: "13" });
    }
    Ok(server)
}

/// Rows of a set up to which each is found in its arrays by its number.
///
/// `unnest` of several arrays makes a store of rows for each of them first: for one row that takes twice as long. Finding a
/// text by its number goes through all before it: for some hundred rows that takes longer than the stores.
const FEW: usize = 64;

/// Whether all sets of a statement are small. Asked for each set alone, every combination would be another statement to prepare.
fn are_few(sets: &[Many]) -> bool {
    sets.iter().all(|many| many.len() <= FEW)
}

/// A set as a table of arrays, one a column. `few`: all sets of the statement are of [`FEW`] rows at most.
fn table(arguments: &mut PgArguments, set: Set, few: bool) -> Result<String, BoxDynError> {
    let columns = set.into_columns();
    let first = arguments.len() + 1;
    let others = first + 1..first + columns.len();
    let text = if few {
        let values: Vec<String> = std::iter::once("a".to_owned()).chain(others.map(|n| format!("(${n})[n]"))).collect();
        format!("select {} from unnest(${first}) with ordinality as u (a, n)", values.join(", "))
    } else {
        let places: Vec<String> = std::iter::once(first).chain(others).map(|n| format!("${n}")).collect();
        format!("select * from unnest({})", places.join(", "))
    };
    for column in columns {
        array(arguments, column)?;
    }
    Ok(text)
}

/// Adds a column as one array of its type.
fn array(arguments: &mut PgArguments, column: Vec<Cell>) -> Result<(), BoxDynError> {
    macro_rules! of {
        ($variant:ident) => {
            arguments.add(column.into_iter().map(|cell| if let Cell::$variant(value) = cell { value } else { None }).collect::<Vec<_>>())
        };
    }
    match column.first() {
        None => Ok(()),
        Some(Cell::Bool(_)) => of!(Bool),
        Some(Cell::Int(_)) => of!(Int),
        Some(Cell::Float(_)) => of!(Float),
        Some(Cell::Text(_)) => of!(Text),
        Some(Cell::Bytes(_)) => of!(Bytes),
        Some(Cell::Uuid(_)) => of!(Uuid),
        Some(Cell::Time(_)) => of!(Time),
        Some(Cell::Json(_)) => of!(Json),
    }
}

impl Dialect for Postgres {
    const ENGINE: &'static str = "postgres";
    const WRITERS: usize = 2;
    const BEGIN: &'static str = "begin; select clock_timestamp() as now";
    const BEGIN_RELAXED: &'static str = "begin; set local synchronous_commit = off; select clock_timestamp() as now";
    const PATIENCE: Option<Duration> = Some(Duration::from_secs(30));
    const NOW: Option<&'static str> = Some("select clock_timestamp() as now");
    const HAS_MIGRATIONS: &'static str =
        "select count(*) as n from pg_catalog.pg_tables where schemaname = current_schema() and tablename = '_sqlx_migrations'";
    const LOCK_SESSION: &'static str = concat!(session_by_id!(), " for update");
    const LOCK_OPEN_SESSION: &'static str = concat!(open_session!(), " for update");
    // Arrays, because rows that are locked cannot be looked up one by one.
    const LOCK_SESSIONS: &'static str = concat!(
        "select ",
        session_columns!(),
        " from chat_sessions where id = any(array(select ",
        wanted_session!(),
        " from v)) order by id for update"
    );
    const LOCK_OUTBOX: &'static str = "select id as owner, state, lease_boot, lease_n, attempts from outbox \
         where id = any(array(select k_id from v)) order by id for update";
    const FOR_UPDATE: &'static str = " for update";
    // Autovacuum does it, in its time; the log and backups are the operator's.
    const SCRUB: Option<&'static str> = None;
    // An array, because a join could run the locking select more than once and take more than the limit.
    const CLAIM_SESSIONS: &'static str = concat!(
        "update chat_sessions set lease_boot = $1, lease_n = $2, ready_at = $3, claims = claims + case when lease_boot = $1 then 0 else 1 end where id = any(array(\
         select id from chat_sessions where ready_at <= $4 and closed_at is null order by ready_at limit $5 for update skip locked)) returning ",
        session_columns!()
    );
    // By its id, and by nothing that an index of what is open or ready would serve: see `RENEW_CLAIM`.
    const CLAIM_SESSION: &'static str = concat!(
        "update chat_sessions set lease_boot = $1, lease_n = $2, ready_at = $3, claims = claims + case when lease_boot = $1 then 0 else 1 end where id = any(array(\
         select id from chat_sessions where id = $5 and coalesce(ready_at <= $4, false) and not coalesce(closed_at = closed_at, false) \
         for update skip locked)) returning ",
        session_columns!()
    );

    runs!();

    fn migrator() -> Migrator {
        sqlx::migrate!("migrations/postgres")
    }

    fn tables(set: Set) -> Result<Vec<(String, PgArguments)>, BoxDynError> {
        let mut arguments = PgArguments::default();
        let few = set.len() <= FEW;
        let table = table(&mut arguments, set, few)?;
        Ok(vec![(table, arguments)])
    }

    /// All as one statement, each a part of it: a round trip costs more than most of them.
    fn write_all(c: &mut Self::Connection, writes: Vec<Many>) -> BoxFuture<'_, Result<Vec<u64>, StoreError>> {
        Box::pin(async move {
            let (mut parts, mut counts) = (Vec::new(), Vec::new());
            let mut arguments = PgArguments::default();
            let few = are_few(&writes);
            for (at, write) in writes.into_iter().enumerate() {
                let counted = write.is_counted();
                let Parts { names, rest, set, among } = write.parts::<Self>();
                let source = table(&mut arguments, set, few).map_err(|problem| unstorable(&problem))?;
                // However small the table was when this was planned, it is not read from end to end.
                let among = among.map(|(column, key)| format!(" and {column} = any(array(select {key} from v))")).unwrap_or_default();
                let (returning, count) =
                    if counted { (" returning 1", format!("(select count(*) from w{at})")) } else { ("", "0::bigint".into()) };
                parts.push(format!("w{at} as (with v ({names}) as ({source}) {rest}{among}{returning})"));
                counts.push(count);
            }
            if parts.is_empty() {
                return Ok(Vec::new());
            }
            let text = format!("with {} select array[{}] as counts", parts.join(", "), counts.join(", "));
            let rows = Self::fetch(c, AssertSqlSafe(text).into_sql_str(), arguments).await.map_err(fail::<Self>)?;
            let counts: Vec<i64> = match rows.first() {
                Some(row) => sqlx::Row::try_get(row, "counts").map_err(fail::<Self>)?,
                None => Vec::new(),
            };
            Ok(counts.into_iter().map(|n| u64::try_from(n).unwrap_or(0)).collect())
        })
    }

    /// A plan of its own for each key: a join of a table that was small when it was planned begins with the table.
    fn step(table: &str, alias: &str, on: &str) -> String {
        format!("cross join lateral (select * from {table} {alias} where {on} offset 0) as {alias}")
    }

    /// All as one statement that answers one row, each read an array of records in it.
    fn read_all(c: &mut Self::Connection, reads: Vec<Many>) -> BoxFuture<'_, Result<Vec<Found<Self>>, StoreError>> {
        Box::pin(async move {
            let (mut parts, mut arguments, mut columns) = (Vec::new(), PgArguments::default(), Vec::with_capacity(reads.len()));
            let few = are_few(&reads);
            for read in reads {
                // What is about nothing answers nothing.
                columns.push(if read.is_empty() { None } else { Some(read.columns()) });
                if read.is_empty() {
                    continue;
                }
                let Parts { names, rest, set, among: _ } = read.checked()?.parts::<Self>();
                let source = table(&mut arguments, set, few).map_err(|problem| unstorable(&problem))?;
                parts.push(format!("array(select r from (with v ({names}) as ({source}) {rest}) r)"));
            }
            let row = if parts.is_empty() {
                None
            } else {
                let text = format!("select {}", parts.join(", "));
                Self::fetch(c, AssertSqlSafe(text).into_sql_str(), arguments).await.map_err(fail::<Self>)?.into_iter().next()
            };
            let mut at = 0..;
            let answer = |columns: Option<Vec<&'static str>>| {
                let (Some(columns), Some(row)) = (columns, &row) else { return Ok(Found::Values(Vec::new(), Vec::new())) };
                let records: Vec<Values> = sqlx::Row::try_get_unchecked(row, at.next().unwrap_or(0)).map_err(fail::<Self>)?;
                Ok(Found::Values(columns, records.into_iter().map(|record| record.0).collect()))
            };
            columns.into_iter().map(answer).collect()
        })
    }

    fn refusal(code: &str) -> Refusal {
        match code {
            // Serialisation failure, deadlock.
            "40001" | "40P01" => Refusal::Again,
            // Cancelled by a time-out, no lock in time, read-only (a server that became a replica), idle for too long, no such database.
            "57014" | "55P03" | "25006" | "25P03" | "3D000" => Refusal::Unavailable,
            // Connection, authorisation, resources, operator.
            _ if ["08", "28", "53", "57P", "58"].iter().any(|class| code.starts_with(class)) => Refusal::Unavailable,
            _ => Refusal::Defect,
        }
    }

    fn constraint(error: &dyn sqlx::error::DatabaseError) -> String {
        error.constraint().unwrap_or("unique").to_owned()
    }
}
