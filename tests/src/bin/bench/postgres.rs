//! A PostgreSQL of the benchmark's own: a data folder beside what is measured, a free port, and every durability setting as
//! it comes, fsync on.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use chatbot_tests::server::free_port;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// A running server; stopped by [`Postgres::stop`], or with the benchmark.
pub(crate) struct Postgres {
    process: Child,
    bin: PathBuf,
    data: PathBuf,
    port: u16,
}

/// What the server has counted so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    /// Transactions of a database that committed, those that only read among them.
    pub(crate) transactions: i64,
    /// Times the log was made durable, for whichever database.
    pub(crate) syncs: i64,
}

impl Postgres {
    /// Makes one in a new folder below this one.
    pub(crate) async fn start(folder: &Path) -> Self {
        let bin = programs();
        let data = folder.join("postgres");
        std::fs::create_dir(&data).unwrap();
        if is_root().await {
            // PostgreSQL refuses to run as root; its folder must be its user's.
            open_to_others(folder);
            done(Command::new("chown").arg("postgres").arg(&data)).await;
        }
        let db = data.join("db");
        let mut init = as_server(bin.join("initdb")).await;
        done(init.arg("-D").arg(&db).args(["-U", "chatbot", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])).await;
        let port = free_port();
        let mut server = as_server(bin.join("postgres")).await;
        server.arg("-D").arg(&db).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"]).arg(&data);
        let log = std::fs::File::create(folder.join("postgres.log")).unwrap();
        let process = server.stderr(log).spawn().unwrap();
        let postgres = Self { process, bin, data: db, port };
        for _ in 0..200 {
            if PgConnection::connect(&postgres.url("postgres")).await.is_ok() {
                return postgres;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL does not come up: {}", std::fs::read_to_string(folder.join("postgres.log")).unwrap_or_default());
    }

    /// Where a database of it is.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://chatbot@127.0.0.1:{}/{database}", self.port)
    }

    /// The postmaster's process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// A client program of PostgreSQL's, set to connect to this server.
    pub(crate) fn client(&self, name: &str) -> Command {
        let mut command = quiet(self.bin.join(name));
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "chatbot"]);
        command
    }

    /// A connection to a database of it.
    pub(crate) async fn connect(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.url(database)).await.unwrap()
    }

    /// Makes a database.
    pub(crate) async fn create(&self, database: &str) {
        self.connect("postgres").await.execute(AssertSqlSafe(format!("create database {database}"))).await.unwrap();
    }

    /// Drops a database.
    pub(crate) async fn drop(&self, database: &str) {
        self.connect("postgres").await.execute(AssertSqlSafe(format!("drop database {database} with (force)"))).await.unwrap();
    }

    /// What was counted. A backend tells its own figures within a second while it works, and the rest when it ends: so these
    /// are exact only while nobody is connected.
    pub(crate) async fn counts(&self, database: &str) -> Counts {
        let sql = "select (select xact_commit from pg_stat_database where datname = $1), (select wal_sync from pg_stat_wal)";
        let row = sqlx::query(sql).bind(database).fetch_one(&mut self.connect("postgres").await).await.unwrap();
        Counts { transactions: row.get(0), syncs: row.get(1) }
    }

    /// Its version and what it does for durability, as it says itself.
    pub(crate) async fn describe(&self) -> String {
        let sql = "select 'PostgreSQL ' || current_setting('server_version') || ' with fsync ' || current_setting('fsync') || ', synchronous_commit '
            || current_setting('synchronous_commit') || ', full_page_writes ' || current_setting('full_page_writes')";
        sqlx::query(sql).fetch_one(&mut self.connect("postgres").await).await.unwrap().get(0)
    }

    /// Where the log ends now.
    pub(crate) async fn log_position(&self) -> String {
        let sql = "select pg_current_wal_insert_lsn()::text";
        sqlx::query(sql).fetch_one(&mut self.connect("postgres").await).await.unwrap().get(0)
    }

    /// Commits that wrote something between two positions of the log, read from the log itself; none if it can't be read.
    pub(crate) async fn commits_between(&self, from: &str, to: &str) -> Option<u64> {
        let mut dump = as_server(self.bin.join("pg_waldump")).await;
        dump.args(["--rmgr=Transaction", "-s", from, "-e", to, "-p"]).arg(self.data.join("pg_wal"));
        let out = dump.stdout(Stdio::piped()).stderr(Stdio::piped()).output().await.ok()?;
        if !out.status.success() {
            eprintln!("bench: commits are not counted: {}", String::from_utf8_lossy(&out.stderr).trim());
            return None;
        }
        Some(String::from_utf8_lossy(&out.stdout).lines().filter(|line| line.contains("desc: COMMIT ")).count() as u64)
    }

    /// Stops it as an operator would, without waiting for clients.
    pub(crate) async fn stop(mut self) {
        done(quiet("kill").args(["-INT", &self.pid().to_string()])).await;
        let _ = timeout(Duration::from_secs(20), self.process.wait()).await;
    }
}

/// Where PostgreSQL's programs are: Debian keeps the server's out of the path, by version. The newest is taken.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<(u32, PathBuf)> =
        versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = debian.into_iter().rev().map(|(_, bin)| bin).chain(std::env::split_paths(&path));
    let mut usable = all.filter(|bin| bin.join("initdb").exists() && bin.join("pgbench").exists());
    usable.next().expect("PostgreSQL's initdb is not installed: start the benchmark with `tests/run bench`, which brings it")
}

async fn is_root() -> bool {
    let out = Command::new("id").arg("-u").output().await.unwrap();
    out.stdout.starts_with(b"0\n")
}

/// A program that must not run as root.
async fn as_server(program: impl AsRef<OsStr>) -> Command {
    if !is_root().await {
        return quiet(program);
    }
    let mut command = quiet("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn quiet(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

async fn done(command: &mut Command) {
    let status = command.status().await.unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn open_to_others(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}
