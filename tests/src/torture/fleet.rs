//! The real servers of a run, as many processes as it wants, to be killed, stopped and started again on the same data.

use std::fs::File;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::process::Child;
use tokio::time::sleep;

use super::own_postgres::OwnPostgres;
use crate::api::{Api, Reply};
use crate::checker::rows::Rows;
use crate::database::Engine;
use crate::server::{ADMIN_TOKEN, binary, command, free_port};
use crate::telegram::FakeTelegram;

/// What the webhook wants to be shown.
pub const SECRET: &str = "webhook-secret_of-the-torture";
/// How long a process may take until it is ready, and a database to come back.
const PATIENCE: Duration = Duration::from_secs(60);

/// The processes and their data.
#[derive(Debug)]
pub struct Fleet {
    /// What they run on.
    pub engine: Engine,
    /// `DATABASE_URL`.
    pub url: String,
    /// Their PostgreSQL.
    pub postgres: Option<OwnPostgres>,
    /// Who runs.
    pub members: Vec<Member>,
    telegram: String,
    folder: TempDir,
}

/// A process.
#[derive(Debug)]
pub struct Member {
    /// `WORKER_TYPE`.
    pub role: &'static str,
    /// Nobody's requests to it.
    pub api: Api,
    port: u16,
    child: Option<Child>,
}

impl Fleet {
    /// Processes of these roles on a database of their own; the first serves. They run and are ready.
    pub async fn start(engine: Engine, roles: &[&'static str], fake: &FakeTelegram) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(OwnPostgres::start().await),
        };
        let url =
            postgres.as_ref().map_or_else(|| format!("sqlite://{}", folder.path().join("chatbot.db").display()), |own| own.url.clone());
        let members = roles.iter().map(|role| {
            let port = free_port();
            Member { role, api: Api::new(format!("http://127.0.0.1:{port}")), port, child: None }
        });
        let mut fleet = Self { engine, url, postgres, members: members.collect(), telegram: fake.url(), folder };
        for n in 0..fleet.members.len() {
            fleet.start_member(n).await;
        }
        fleet
    }

    /// The admin's requests to the process that serves.
    pub fn admin(&self) -> Api {
        self.members[0].api.as_holder_of(ADMIN_TOKEN)
    }

    fn command(&self, program: &str) -> tokio::process::Command {
        let mut command = command(binary(program));
        command.current_dir(self.folder.path()).env("DATABASE_URL", &self.url);
        command
    }

    /// Starts a process without waiting for it.
    pub fn spawn(&mut self, n: usize) {
        let (port, role) = (self.members[n].port, self.members[n].role);
        let log = File::options().create(true).append(true).open(self.folder.path().join(format!("log{n}"))).unwrap();
        let mut command = self.command("chatbot-http");
        command.env("BIND_ADDR", format!("127.0.0.1:{port}")).env("CHATBOT_ADMIN_TOKEN", ADMIN_TOKEN).env("WORKER_TYPE", role);
        command.env("TELEGRAM_BOT_TOKEN", FakeTelegram::TOKEN).env("TELEGRAM_API_URL", &self.telegram);
        command.env("TELEGRAM_MODE", "webhook").env("TELEGRAM_WEBHOOK_SECRET", SECRET).env("RUST_LOG", "warn");
        self.members[n].child = Some(command.stdout(std::process::Stdio::null()).stderr(log).spawn().unwrap());
    }

    /// Starts a process (again, on the same data) and waits until it is ready; one that ends because its database is away
    /// is started once more.
    pub async fn start_member(&mut self, n: usize) {
        self.spawn(n);
        let end = Instant::now() + PATIENCE;
        loop {
            let member = &mut self.members[n];
            let ended = member.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some());
            if ended {
                self.spawn(n);
            } else if self.is_ready(n).await {
                return;
            }
            assert!(Instant::now() < end, "process {n} does not get ready: {}", self.log(n));
            sleep(Duration::from_millis(if ended { 100 } else { 10 })).await;
        }
    }

    /// Whether a process says it is ready.
    pub async fn is_ready(&self, n: usize) -> bool {
        let answer = Reply::attempt(self.members[n].api.request(reqwest::Method::GET, "/readyz")).await;
        answer.is_ok_and(|reply| reply.status == 200)
    }

    /// kill -9; answers when it is gone.
    pub async fn kill(&mut self, n: usize) {
        if let Some(mut child) = self.members[n].child.take() {
            child.kill().await.unwrap();
        }
    }

    /// Sends a signal by its name.
    pub async fn signal(&self, n: usize, name: &str) {
        let Some(pid) = self.members[n].child.as_ref().and_then(Child::id) else { return };
        let sent = command("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().await.unwrap();
        assert!(sent.success(), "signal {name}");
    }

    /// SIGTERM; answers how long it took to end, which it must in good order.
    pub async fn stop(&mut self, n: usize) -> Duration {
        let began = Instant::now();
        self.signal(n, "TERM").await;
        let mut child = self.members[n].child.take().expect("a running process");
        let status = tokio::time::timeout(PATIENCE, child.wait()).await.expect("it ends").unwrap();
        assert!(status.success(), "process {n} ended with {status}: {}", self.log(n));
        began.elapsed()
    }

    /// Whether a process has ended by itself.
    pub fn has_ended(&mut self, n: usize) -> bool {
        self.members[n].child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    /// A count of rows, past every server.
    pub async fn count(&self, sql: &'static str) -> i64 {
        Rows::of(&self.url).await.count(sql).await
    }

    /// Platform and person of each conversation that waits for somebody to look at what may not have arrived.
    pub async fn left_to_a_person(&self) -> Vec<(String, String)> {
        Rows::of(&self.url).await.left_to_a_person().await
    }

    /// Whether nothing waits: no entry, no delivery.
    pub async fn is_at_rest(&self) -> bool {
        let mut rows = Rows::of(&self.url).await;
        rows.count("select count(*) from outbox where state in ('ready', 'sending')").await == 0
            && rows.count("select count(*) from chat_sessions where last_inbound > last_handled and closed_at is null").await == 0
    }

    /// Its process id.
    pub fn pid(&self, n: usize) -> Option<u32> {
        self.members[n].child.as_ref().and_then(Child::id)
    }

    /// The end of what a process logged.
    pub fn log(&self, n: usize) -> String {
        let all = std::fs::read(self.folder.path().join(format!("log{n}"))).unwrap_or_default();
        let text = String::from_utf8_lossy(&all).into_owned();
        text.lines().rev().take(30).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// A further server on the same data; answers whether it refused, and its last words.
    pub async fn second_server(&self) -> (bool, String) {
        let mut second = self.command("chatbot-http");
        second.env("BIND_ADDR", format!("127.0.0.1:{}", free_port()));
        let (status, _, errors) = crate::server::run(second).await;
        (!status.success(), errors.lines().last().unwrap_or_default().to_owned())
    }

    /// `chatbot db verify --output json`: its status and what it says.
    pub async fn verify(&self) -> (bool, serde_json::Value) {
        let mut command = self.command("chatbot");
        command.args(["db", "verify", "--output", "json"]);
        let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let done = child.wait_with_output().await.unwrap();
        let said = serde_json::from_slice(&done.stdout)
            .unwrap_or_else(|_| panic!("db verify: {}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)));
        (done.status.success(), said)
    }

    /// The sum of a figure of a process's `/metrics` over the lines that hold `part`; 0 where it is away.
    pub async fn figure(&self, n: usize, name: &str, part: &str) -> f64 {
        let request = self.members[n].api.request(reqwest::Method::GET, "/metrics").bearer_auth(ADMIN_TOKEN);
        let Ok(reply) = Reply::attempt(request).await else { return 0.0 };
        let text = reply.text();
        let lines = text.lines().filter(|line| line.starts_with(name) && line.contains(part));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }
}
