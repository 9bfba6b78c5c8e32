//! The real `chatbot-http` as a process.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::api::Api;
use crate::database::{Database, Engine};
use crate::patience::{PATIENCE, eventually};
use crate::telegram::FakeTelegram;

/// The admin's token of every server here.
pub const ADMIN_TOKEN: &str = "end-to-end-admin-token-0123456789abcdef";

/// Variables of the surrounding shell that would change what is tested.
const FOREIGN: [&str; 12] = [
    "DATABASE",
    "ASYNC_DATABASE",
    "TELEGRAM",
    "WHATSAPP",
    "ENABLE_WHATSAPP",
    "PROVIDER",
    "MESSAGE_QUEUE",
    "CHAT",
    "WORKER_TYPE",
    "BIND_ADDR",
    "PUBLIC_URL",
    "ORCHESTRATOR",
];

/// A signal a process can be sent.
#[derive(Debug, Clone, Copy)]
pub enum Signal {
    /// Asks it to end.
    Term,
    /// The same from a terminal.
    Int,
    /// Stops it in its tracks.
    Stop,
    /// Lets it go on.
    Cont,
}

/// A binary of this workspace, in `CHATBOT_BIN` or beside the tests.
pub fn binary(name: &str) -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().unwrap();
        test.parent().and_then(Path::parent).unwrap().to_path_buf()
    };
    let folder = std::env::var_os("CHATBOT_BIN").map_or_else(beside, PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "{} is not built: start the tests with `tests/run`", path.display());
    path.canonicalize().unwrap()
}

/// A command without what the surrounding shell says about databases and channels.
pub fn command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    for (name, _) in std::env::vars_os() {
        if FOREIGN.iter().any(|foreign| name.to_string_lossy().starts_with(foreign)) {
            command.env_remove(name);
        }
    }
    command.env("RUST_BACKTRACE", "0").env("LOG_FORMAT", "json").env("RUST_LOG", "info,sqlx=warn").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A port nobody listens on, below those the system gives to outgoing connections.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 997).unwrap() * 12;
    loop {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// How a server will be started.
#[derive(Debug)]
pub struct Plan {
    engine: Engine,
    env: Vec<(String, String)>,
    args: Vec<String>,
    wrapper: Option<String>,
}

impl Plan {
    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Adds a flag.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.into());
        self
    }

    /// With a clock that stands, and workers that can be paused.
    #[must_use]
    pub fn test_clock(self) -> Self {
        self.arg("--test-clock")
    }

    /// As a bot on this Telegram.
    #[must_use]
    pub fn telegram(self, fake: &FakeTelegram) -> Self {
        self.env("TELEGRAM_BOT_TOKEN", FakeTelegram::TOKEN).env("TELEGRAM_API_URL", fake.url())
    }

    /// Has a shell say this before it becomes the server.
    #[must_use]
    pub fn after(mut self, shell: &str) -> Self {
        self.wrapper = Some(shell.into());
        self
    }

    /// Starts it, on an empty database, and waits until it is ready.
    pub async fn start(self) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(self.engine, folder.path());
        let port = free_port();
        let api = Api::new(format!("http://127.0.0.1:{port}"));
        let admin = api.as_holder_of(ADMIN_TOKEN);
        let mut server = Server { engine: self.engine, plan: self, port, api, admin, process: None, database, folder };
        server.start().await;
        server
    }
}

/// A server of its own: its database, its folder, its port.
#[derive(Debug)]
pub struct Server {
    /// What it runs on.
    pub engine: Engine,
    /// Nobody's requests.
    pub api: Api,
    /// The admin's requests.
    pub admin: Api,
    plan: Plan,
    port: u16,
    // Dropped in this order: no process is left when its database goes.
    process: Option<Child>,
    /// Where its data is.
    pub database: Database,
    folder: TempDir,
}

impl Server {
    /// A server to be started on this engine.
    pub fn on(engine: Engine) -> Plan {
        Plan { engine, env: Vec::new(), args: Vec::new(), wrapper: None }
    }

    /// The command that starts a server on the same data; with `port` instead of its own.
    pub fn command(&self, port: u16) -> Command {
        let program = binary("chatbot-http");
        let mut command = match &self.plan.wrapper {
            None => command(program),
            Some(shell) => {
                let mut sh = command("sh");
                sh.arg("-c").arg(format!("{shell}; exec \"$0\" \"$@\"")).arg(program);
                sh
            }
        };
        command.current_dir(self.folder.path()).args(&self.plan.args).envs(self.database.variables());
        command.env("BIND_ADDR", format!("127.0.0.1:{port}")).env("CHATBOT_ADMIN_TOKEN", ADMIN_TOKEN);
        command.envs(self.plan.env.iter().cloned());
        command
    }

    /// Starts it (again, on the same data) and waits until it is ready.
    pub async fn start(&mut self) {
        let out = |name: &str| File::options().create(true).append(true).open(self.folder.path().join(name)).unwrap();
        let child = self.command(self.port).stdout(out("out")).stderr(out("log")).spawn().unwrap();
        let process = self.process.insert(child);
        let (api, folder) = (self.api.clone(), self.folder.path());
        eventually("the server is ready", async || {
            if let Some(status) = process.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", read(&folder.join("log")));
            }
            let answer = crate::Reply::attempt(api.request(reqwest::Method::GET, "/readyz")).await;
            answer.ok().filter(|reply| reply.status == 200)
        })
        .await;
    }

    /// Sets a variable for the next start.
    pub fn change_env(&mut self, name: &str, value: &str) {
        self.plan.env.push((name.into(), value.into()));
    }

    /// kill -9.
    pub async fn kill(&mut self) {
        let mut process = self.process.take().expect("a running server");
        process.kill().await.unwrap();
    }

    /// Sends a signal.
    pub async fn signal(&self, signal: Signal) {
        let name = match signal {
            Signal::Term => "TERM",
            Signal::Int => "INT",
            Signal::Stop => "STOP",
            Signal::Cont => "CONT",
        };
        let sent = command("sh").arg("-c").arg(format!("kill -{name} {}", self.pid())).status().await.unwrap();
        assert!(sent.success(), "signal {name}");
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(&mut self, signal: Signal) -> ExitStatus {
        self.signal(signal).await;
        let mut process = self.process.take().expect("a running server");
        timeout(PATIENCE, process.wait()).await.unwrap_or_else(|_| panic!("{signal:?} does not end the server: {}", self.log())).unwrap()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().and_then(Child::id).expect("a running server")
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Whether it has not ended.
    pub fn is_alive(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_none())
    }

    /// What it printed.
    pub fn printed(&self) -> String {
        read(&self.folder.path().join("out"))
    }

    /// What it logged.
    pub fn log(&self) -> String {
        read(&self.folder.path().join("log"))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its resident memory in MiB.
    pub fn resident_mib(&self) -> u64 {
        let status = read(&PathBuf::from(format!("/proc/{}/status", self.pid())));
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Creates a job; answers it with its questions' ids.
    pub async fn create_job(&self, job: &Value) -> Value {
        self.admin.post("/jobs", job).await.expect(201)
    }

    /// Stops the workers, or lets them go on. Needs [`Plan::test_clock`].
    pub async fn pause_worker(&self, paused: bool) {
        self.admin.post("/test/worker", &json!({ "paused": paused })).await.expect(200);
    }

    /// Moves the clock, and waits for what falls due. Needs [`Plan::test_clock`].
    pub async fn set_clock(&self, now: &str) {
        self.admin.post("/test/clock", &json!({ "now": now })).await.expect(200);
    }
}

/// Runs a program that should end by itself; answers its status, output and errors.
pub async fn run(mut command: Command) -> (ExitStatus, String, String) {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let done = timeout(Duration::from_secs(60), child.wait_with_output()).await.expect("the program ends by itself").unwrap();
    (done.status, String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned())
}

/// Lets other tasks go on for a moment; proves nothing.
pub async fn moment() {
    sleep(Duration::from_millis(20)).await;
}

fn read(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
