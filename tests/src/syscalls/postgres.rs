//! PostgreSQL's own process, whose calls fail: it reports an error where it may go on, and where it may not (the log of
//! what is committed) it ends all its processes and recovers. A disk that is really full does the same to it.

use std::path::{Path, PathBuf};
use std::process::{Command as Blocking, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::account::{Account, account};
use super::fault::WRITES;
use super::story::{Cast, Stage, Story};
use super::strace::{Call, Inject, Strace, Watched};
use super::subject::Subject;
use super::verdict::Verdict;
use crate::job::cook;
use crate::patience::Patience;
use crate::server::{binary, command, free_port, run};

/// A PostgreSQL of one's own, to be brought down.
#[derive(Debug)]
pub struct Cluster {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Cluster {
    /// Starts one in a folder of its own. PostgreSQL refuses to run as root, so root runs it as `postgres`.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (port, bin) = (free_port(), binaries());
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let mut user: Vec<String> = Vec::new();
        if number("-u", None) == 0 {
            let (uid, gid) = (number("-u", Some("postgres")), number("-g", Some("postgres")));
            std::os::unix::fs::chown(&data, Some(uid), Some(gid)).unwrap();
            std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
            user = ["setpriv".into(), format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()].to_vec();
        }
        let as_user = |program: &str| {
            let mut words = user.iter().cloned().chain([bin.join(program).display().to_string()]);
            let mut command = Command::new(words.next().unwrap());
            command.args(words).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let mut initdb = as_user("initdb");
        initdb.arg("-D").arg(&data).args(["-U", "chatbot", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        assert!(initdb.status().await.unwrap().success(), "initdb");
        let mut postgres = as_user("postgres");
        postgres.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-k", "", "-p", &port.to_string()]);
        let cluster = Self { process: postgres.kill_on_drop(true).spawn().unwrap(), port, _folder: folder };
        drop(cluster.connection().await);
        cluster
    }

    /// `DATABASE_URL`.
    pub fn url(&self) -> String {
        format!("postgres://chatbot@127.0.0.1:{}/postgres", self.port)
    }

    /// A connection, as soon as it takes one.
    async fn connection(&self) -> PgConnection {
        let patience = Patience::new("PostgreSQL takes connections");
        loop {
            if let Ok(connection) = PgConnection::connect(&self.url()).await {
                return connection;
            }
            patience.wait().await;
        }
    }

    /// Ends it at once.
    pub async fn stop(mut self) {
        if let Some(id) = self.process.id() {
            let _ = Command::new("kill").args(["-QUIT", &id.to_string()]).status().await;
        }
        let _ = self.process.wait().await;
    }

    /// The process that serves the connection which a server writes by.
    async fn writer(&self, schema: &str) -> u32 {
        let mut connection = self.connection().await;
        let patience = Patience::new("the writer's connection");
        loop {
            let sql = "select pid from pg_stat_activity where application_name = $1 and lower(query) like 'commit%'";
            let rows = sqlx::query(sql).bind(format!("chatbot:{schema}")).fetch_all(&mut connection).await.unwrap();
            if let [row] = &rows[..] {
                return u32::try_from(row.get::<i32, _>(0)).unwrap();
            }
            patience.wait().await;
        }
    }
}

fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let found = versions.filter(|bin| bin.join("initdb").exists()).max();
    found
        .or_else(|| std::env::split_paths(&std::env::var_os("PATH")?).find(|bin| bin.join("initdb").exists()))
        .expect("PostgreSQL's initdb")
}

fn number(what: &str, user: Option<&str>) -> u32 {
    let said = Blocking::new("id").arg(what).args(user).output().unwrap().stdout;
    String::from_utf8_lossy(&said).trim().parse().expect("a user that PostgreSQL can run as")
}

/// A fault of the writer's process: its n-th call of a kind.
#[derive(Debug, Clone)]
pub struct PgFault {
    /// The call.
    pub call: String,
    /// Which one.
    pub n: usize,
    /// The error.
    pub error: &'static str,
}

/// A server on this PostgreSQL with a schema of its own and a job.
async fn subject(cluster: &Cluster) -> (Subject, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let schema = format!("fault_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let env = [("DATABASE_URL".to_owned(), cluster.url()), ("DATABASE_SCHEMA".to_owned(), schema.clone())];
    let mut subject = Subject::on(None, &env);
    subject.start().await;
    assert_eq!(subject.admin.post("/jobs", &cook()).await.status, 201);
    (subject, schema)
}

/// The account of an interview that nothing disturbs, and every fault of the writer's process in it, call by call.
pub async fn undisturbed(cluster: &Cluster) -> (Account, Vec<Vec<PgFault>>) {
    let (mut subject, schema) = subject(cluster).await;
    let strace = Strace::attach(Watched::Thread(cluster.writer(&schema).await), &WRITES, None).await;
    let mut cast = Cast::empty();
    Stage::bare(Story::Interview).play(&mut cast, &mut subject).await;
    let counts = strace.detach().await.counts();
    let fault = |call: &str, n| PgFault { call: call.to_owned(), n, error: if n % 2 == 0 { "ENOSPC" } else { "EIO" } };
    // What is only `write` goes to the server's log.
    let counts = counts.into_iter().filter(|((_, call), _)| call != "write");
    let faults = counts.map(|((_, call), count)| (1..=count).map(|n| fault(&call, n)).collect()).collect();
    let account = account(&cast, &mut subject).await;
    subject.stop().await;
    (account, faults)
}

/// An interview with this fault; answers the call that failed, how many requests were refused, and what was found.
pub async fn fail(cluster: &Cluster, expected: &Account, fault: &PgFault) -> (Option<Call>, usize, Verdict) {
    let (mut subject, schema) = subject(cluster).await;
    let inject = Inject { calls: vec![fault.call.clone()], what: format!("error={}", fault.error), when: fault.n.to_string() };
    let strace = Strace::attach(Watched::Thread(cluster.writer(&schema).await), &[&fault.call], Some(&inject)).await;
    let mut cast = Cast::empty();
    let stage = Stage::bare(Story::Interview);
    stage.play(&mut cast, &mut subject).await;
    let patience = Patience::new("the fault comes about");
    while strace.injected() == 0 && !patience.is_over() {
        stage.go_on(&mut cast, &mut subject).await;
    }
    let seen = strace.detach().await;
    let mut verdict = Verdict::default();
    verdict.compare(expected, &account(&cast, &mut subject).await);
    subject.kill_and_start().await;
    verdict.compare(expected, &account(&cast, &mut subject).await);
    if subject.killed > 0 || subject.log().contains("panicked") {
        verdict.wrong.push(format!("it did not live through it: {}", subject.log()));
    }
    verdict.wrong.append(&mut subject.problems);
    let refused = subject.refused;
    subject.stop().await;
    verdict.wrong.extend(verify(subject.folder(), &subject.url(), &schema).await);
    let mut connection = cluster.connection().await;
    connection.execute(AssertSqlSafe(format!("drop schema {schema} cascade"))).await.unwrap();
    (seen.calls.iter().find(|call| call.injected).cloned(), refused, verdict)
}

async fn verify(folder: &Path, url: &str, schema: &str) -> Option<String> {
    let mut verify = command(binary("chatbot"));
    verify.current_dir(folder).env("DATABASE_URL", url).env("DATABASE_SCHEMA", schema).args(["db", "verify"]);
    let (status, out, err) = run(verify).await;
    (!status.success()).then(|| format!("chatbot db verify: {out}{err}"))
}
