//! SQLite: a file of our own, in WAL mode, with one writing connection.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use futures::future::{self, BoxFuture};
use sqlx::error::BoxDynError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use sqlx::{ConnectOptions, Connection, Either};

use super::cell::Set;
use super::columns::Found;
use super::dialect::{Dialect, Refusal, runs};
use super::fail::fail;
use super::lock::{ServerLock, lock};
use super::open_error::OpenError;
use super::rows::outbox::outbox_states;
use super::rows::sessions::{open_session, session_by_id, session_columns, wanted_session, wanted_sessions};
use super::statement::{Many, Parts, unstorable};
use super::store::{Connections, SqlStore, backend};
use crate::clock::{Clock, IdSource};
use crate::store::{Store, StoreError};

/// Older ones can corrupt a file when its WAL is reset.
const OLDEST: (u32, u32, u32) = (3, 51, 3);
const EXPECTED: &str = "sqlite://chatbot.db, or sqlite:///var/lib/chatbot/chatbot.db for an absolute path";
/// Reading connections; SQLite readers wait for nobody, so few are enough.
const READERS: u32 = 4;
/// `SQLITE_BUSY_SNAPSHOT`: what the transaction read has been written since.
const STALE: u32 = 517;
/// Rows of a set in one statement.
const ROWS: usize = 32;
/// Arguments of one hand-over; SQLite takes 32,766 a statement.
const MOST_CELLS: usize = 20_000;
/// Rows of sets whose statements are worth keeping: of more there are too many combinations, and each is long.
const FEW: usize = 4;
/// Rows that may wait for their reader: the thread that finds them goes on.
const ROWS_AHEAD: usize = 4096;
/// Prepared statements a connection keeps: sets come in sizes, and each is a text of its own.
const PREPARED: usize = 512;
const BUSY: Duration = Duration::from_secs(5);

/// A store in a SQLite file. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct SqliteStore {
    pub(super) sql: Arc<SqlStore<Sqlite>>,
    path: PathBuf,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the file of `sqlite://path`, creating it where it lacks. Tables come with `migrate`.
    ///
    /// # Errors
    /// When the address names no file, the file cannot be opened, or the library is too old.
    pub async fn open(url: &str, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Self, OpenError> {
        let base = options(url)?;
        let path = base.get_filename().to_path_buf();
        let writing = base
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // Erased words are overwritten, not only forgotten.
            .pragma("secure_delete", "on");
        try_open(&writing, &path).await?;
        let reading = base.pragma("query_only", "on");
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(reading);
        let connections = Connections { readers, loaders: None, migrating: writing.clone(), writing, schema: None };
        Ok(Self { sql: Arc::new(SqlStore::new(connections, clock, ids.uuid())), path })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes this process the file's one server until the lock is dropped or the process ends. Verbs of the terminal
    /// write beside a server and don't take it. `role` and `address` are told to whoever comes second.
    ///
    /// # Errors
    /// [`OpenError::Locked`], naming the first server.
    pub fn lock_exclusively(&self, role: &str, address: &str) -> Result<ServerLock, OpenError> {
        lock(&self.path, role, address)
    }
}

backend!(SqliteStore, Sqlite);

impl From<SqliteStore> for Store {
    fn from(store: SqliteStore) -> Self {
        Self::from_backend(Arc::new(store))
    }
}

fn options(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    let refuse = |problem: &str| OpenError::Address { problem: problem.to_owned(), expected: EXPECTED };
    let (scheme, rest) = url.split_once(':').ok_or_else(|| refuse("it has no scheme"))?;
    // Other languages name a driver as well, as in `sqlite+aiosqlite`.
    let scheme = scheme.split_once('+').map_or(scheme, |(scheme, _)| scheme);
    if scheme != "sqlite" {
        return Err(refuse("its scheme is not sqlite"));
    }
    if rest.contains(":memory:") || rest.contains("mode=memory") {
        return Err(refuse("it names no file (to keep nothing, use the memory store)"));
    }
    let options = SqliteConnectOptions::from_str(&format!("sqlite:{rest}")).map_err(|e| refuse(&e.to_string()))?;
    if options.get_filename().as_os_str().is_empty() {
        return Err(refuse("it names no file"));
    }
    Ok(options.foreign_keys(true).busy_timeout(BUSY).statement_cache_capacity(PREPARED).row_buffer_size(ROWS_AHEAD))
}

/// Opens the file once, so that what is wrong with it is said at once.
async fn try_open(options: &SqliteConnectOptions, path: &Path) -> Result<(), OpenError> {
    let broken = |e: sqlx::Error| {
        let hint = match e.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() {
            Some("14") => " (does its folder exist, and may this user write there?)",
            Some("26") => " (is it another program's file?)",
            Some("5") => " (another program holds it)",
            _ => "",
        };
        let problem = e.as_database_error().map_or_else(|| e.to_string(), |e| e.message().to_owned());
        OpenError::File { path: path.to_path_buf(), problem: format!("{problem}{hint}") }
    };
    let mut connection = options.connect().await.map_err(broken)?;
    let row = Sqlite::raw(&mut connection, "select sqlite_version() as version").await.map_err(broken)?;
    let version: String = match row {
        Some(row) => sqlx::Row::try_get(&row, "version").map_err(broken)?,
        None => String::new(),
    };
    let _ = connection.close().await;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < OLDEST {
        return Err(OpenError::TooOld { engine: "SQLite", found: version, needed: "3.51.3" });
    }
    Ok(())
}

/// A set as a table of places in their order. Places have no names: a statement's names are looked through for each.
fn table(arguments: &mut SqliteArguments, set: Set) -> Result<String, BoxDynError> {
    let (rows, width, cells) = set.into_rows();
    for cell in cells {
        cell.put::<Sqlite>(arguments)?;
    }
    let row = places("?", width);
    Ok(format!("values {}", vec![row; rows].join(", ")))
}

/// A row of the same place again and again.
fn places(place: &str, width: usize) -> String {
    format!("({})", vec![place; width].join(", "))
}

impl Dialect for Sqlite {
    const ENGINE: &'static str = "sqlite";
    // There is one write lock.
    const WRITERS: usize = 1;
    // One that begins by reading could fail at its first write whatever the time-out.
    const BEGIN: &'static str = "begin immediate";
    const BEGIN_RELAXED: &'static str = Self::BEGIN;
    const PATIENCE: Option<Duration> = None;
    const NOW: Option<&'static str> = None;
    const HAS_MIGRATIONS: &'static str = "select count(*) as n from sqlite_master where type = 'table' and name = '_sqlx_migrations'";
    // The transaction holds the one write lock there is.
    const LOCK_SESSION: &'static str = session_by_id!();
    const LOCK_OPEN_SESSION: &'static str = open_session!();
    const LOCK_SESSIONS: &'static str = wanted_sessions!();
    const LOCK_OUTBOX: &'static str = outbox_states!();
    const FOR_UPDATE: &'static str = "";
    // Deleted bytes are overwritten in the pages (secure_delete); the log still holds the pages as they were.
    const SCRUB: Option<&'static str> = Some("pragma wal_checkpoint(truncate)");
    const CLAIM_SESSIONS: &'static str = concat!(
        "update chat_sessions set lease_boot = $1, lease_n = $2, ready_at = $3, claims = claims + case when lease_boot = $1 then 0 else 1 end where id in \
         (select id from chat_sessions where ready_at <= $4 and closed_at is null order by ready_at limit $5) returning ",
        session_columns!()
    );
    const CLAIM_SESSION: &'static str = concat!(
        "update chat_sessions set lease_boot = $1, lease_n = $2, ready_at = $3, claims = claims + case when lease_boot = $1 then 0 else 1 end \
         where id = $5 and ready_at <= $4 and closed_at is null returning ",
        session_columns!()
    );

    runs!();

    fn migrator() -> Migrator {
        sqlx::migrate!("migrations/sqlite")
    }

    /// Rows of places. A statement's text depends on their number, so sets come in few sizes and texts stay prepared.
    fn tables(set: Set) -> Result<Vec<(String, SqliteArguments)>, BoxDynError> {
        let mut tables = Vec::new();
        for set in set.split(ROWS) {
            let mut arguments = SqliteArguments::default();
            let text = table(&mut arguments, set)?;
            tables.push((text, arguments));
        }
        Ok(tables)
    }

    /// One after the other, handed over together: going to the thread that runs them and back costs more than most of
    /// them. The text of many rows is another each time, and is not kept prepared.
    fn write_all(c: &mut Self::Connection, writes: Vec<Many>) -> BoxFuture<'_, Result<Vec<u64>, StoreError>> {
        Box::pin(async move {
            let (mut text, mut arguments, mut most) = (String::new(), SqliteArguments::default(), 0);
            for write in writes {
                let Parts { names, rest, set, among: _ } = write.parts::<Self>();
                most = most.max(set.len());
                let source = table(&mut arguments, set).map_err(|problem| unstorable(&problem))?;
                text.push_str(&format!("with v ({names}) as ({source}) {rest};"));
            }
            #[cfg(test)]
            super::tests::watch::begins(c, &text, &arguments).await;
            let query = sqlx::query_with(AssertSqlSafe(text).into_sql_str(), arguments).persistent(most <= 1);
            let ends = sqlx::Executor::fetch_many(c, query);
            let touched = ends.try_filter_map(|end| future::ready(Ok(end.left().map(|done| done.rows_affected()))));
            touched.try_collect().await.map_err(fail::<Self>)
        })
    }

    /// `cross` keeps the order that is written: the planner would begin with a table that grows.
    fn step(table: &str, alias: &str, on: &str) -> String {
        format!("cross join {table} {alias} on {on}")
    }

    /// Handed over together too. Sets are filled up with rows that are equal to nothing, so that they come in few sizes and
    /// the text stays prepared.
    fn read_all(c: &mut Self::Connection, reads: Vec<Many>) -> BoxFuture<'_, Result<Vec<Found<Self>>, StoreError>> {
        Box::pin(async move {
            let mut found: Vec<Vec<SqliteRow>> = reads.iter().map(|_| Vec::new()).collect();
            let mut waiting = reads.into_iter().enumerate().filter(|(_, read)| !read.is_empty()).peekable();
            while waiting.peek().is_some() {
                let (mut text, mut arguments, mut asked) = (String::new(), SqliteArguments::default(), Vec::new());
                let (mut count, mut most) = (0, 0);
                while let Some((at, read)) = waiting.next_if(|(_, read)| count == 0 || count + read.cells() <= MOST_CELLS) {
                    count += read.cells();
                    most = most.max(read.len());
                    asked.push(at);
                    let Parts { names, rest, set, among: _ } = read.checked()?.parts::<Self>();
                    let none = places("null", set.width());
                    let filling = vec![format!(", {none}"); set.len().next_power_of_two() - set.len()].concat();
                    let source = table(&mut arguments, set).map_err(|problem| unstorable(&problem))?;
                    text.push_str(&format!("with v ({names}) as ({source}{filling}) {rest};"));
                }
                #[cfg(test)]
                super::tests::watch::begins(c, &text, &arguments).await;
                let query = sqlx::query_with(AssertSqlSafe(text).into_sql_str(), arguments).persistent(most <= FEW);
                let mut asked = asked.into_iter();
                let mut at = asked.next();
                let mut answers = sqlx::Executor::fetch_many(&mut *c, query);
                while let Some(answer) = answers.try_next().await.map_err(fail::<Self>)? {
                    match answer {
                        Either::Left(_) => at = asked.next(),
                        Either::Right(row) => drop(at.and_then(|at| found.get_mut(at)).map(|rows| rows.push(row))),
                    }
                }
            }
            Ok(found.into_iter().map(Found::Rows).collect())
        })
    }

    fn refusal(code: &str) -> Refusal {
        // The low byte is the kind: perm, busy, locked, out of memory, read-only, interrupted, I/O error, full, cannot open.
        match code.parse::<u32>().map(|code| if code == STALE { code } else { code & 0xff }) {
            Ok(STALE) => Refusal::Again,
            Ok(3 | 5 | 6 | 7 | 8 | 9 | 10 | 13 | 14) => Refusal::Unavailable,
            _ => Refusal::Defect,
        }
    }

    /// SQLite names the columns (`jobs.slug`) or, for an expression, the index.
    fn constraint(error: &dyn sqlx::error::DatabaseError) -> String {
        let Some((_, named)) = error.message().split_once("constraint failed: ") else { return error.message().to_owned() };
        if let Some(index) = named.strip_prefix("index '") {
            return index.trim_end_matches('\'').to_owned();
        }
        let table = named.split_once('.').map_or("", |(table, _)| table);
        let columns = named.split(", ").map(|column| column.rsplit_once('.').map_or(column, |(_, name)| name));
        columns.fold(table.to_owned(), |name, column| format!("{name}_{column}"))
    }
}
