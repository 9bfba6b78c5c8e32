//! The bot that is measured: one process or two, as an operator starts them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use chatbot_tests::Api;
use chatbot_tests::server::{command, free_port};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::telegram::TOKEN;
use crate::wire::Wire;

/// The webhook's secret.
pub(crate) const SECRET: &str = "webhook-secret_of-the-benchmark";
const ADMIN: &str = "benchmark-admin-token-0123456789abcdef";
const PATIENCE: Duration = Duration::from_secs(30);

/// How the bot is started.
pub(crate) struct Plan<'a> {
    /// `chatbot-http`.
    pub(crate) program: &'a Path,
    /// `DATABASE_URL`.
    pub(crate) database_url: String,
    /// `TELEGRAM_API_URL`.
    pub(crate) api_url: String,
    /// How many processes.
    pub(crate) processes: usize,
    /// Variables that differ from what an operator would leave as it is.
    pub(crate) env: &'a [(String, String)],
    /// Where logs go.
    pub(crate) folder: PathBuf,
}

/// Its running processes.
pub(crate) struct Bots {
    processes: Vec<(Child, String)>,
    /// From starting a process to its being ready, in milliseconds: the slowest one's.
    pub(crate) ready_ms: f64,
}

impl Bots {
    /// Starts them and waits until each is ready.
    pub(crate) async fn start(plan: &Plan<'_>) -> Self {
        let mut bots = Self { processes: Vec::new(), ready_ms: 0.0 };
        for _ in 0..plan.processes {
            let address = format!("127.0.0.1:{}", free_port());
            let log = plan.folder.join("chatbot-http.log");
            let out = || File::options().create(true).append(true).open(&log).unwrap();
            let mut server = command(plan.program);
            server
                .current_dir(&plan.folder)
                .env_remove("RUST_LOG")
                .env_remove("LOG_FORMAT")
                .env("DATABASE_URL", &plan.database_url)
                .env("BIND_ADDR", &address)
                .env("CHATBOT_ADMIN_TOKEN", ADMIN)
                .env("WORKER_TYPE", "all")
                .env("TELEGRAM_BOT_TOKEN", TOKEN)
                .env("TELEGRAM_API_URL", &plan.api_url)
                .env("TELEGRAM_MODE", "webhook")
                .env("TELEGRAM_WEBHOOK_SECRET", SECRET)
                .envs(plan.env.iter().cloned())
                .stdout(out())
                .stderr(out());
            let begun = Instant::now();
            let mut process = server.spawn().unwrap();
            while !is_ready(&address).await {
                if let Some(status) = process.try_wait().unwrap() {
                    panic!("chatbot-http ended with {status}: {}", std::fs::read_to_string(&log).unwrap_or_default());
                }
                assert!(begun.elapsed() < PATIENCE, "chatbot-http is not ready: {}", std::fs::read_to_string(&log).unwrap_or_default());
                sleep(Duration::from_millis(1)).await;
            }
            bots.ready_ms = bots.ready_ms.max(begun.elapsed().as_secs_f64() * 1000.0);
            bots.processes.push((process, address));
        }
        bots
    }

    /// The bot that only says back what it hears.
    pub(crate) async fn echo(api_url: &str) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let mut echo = itself("echo");
        let api = api_url.trim_start_matches("http://");
        let process = echo.args(["--bind", &address, "--api", api]).spawn().unwrap();
        let begun = Instant::now();
        while Wire::connect(&address).await.is_err() {
            assert!(begun.elapsed() < PATIENCE, "the echo bot does not come up");
            sleep(Duration::from_millis(1)).await;
        }
        Self { processes: vec![(process, address)], ready_ms: begun.elapsed().as_secs_f64() * 1000.0 }
    }

    /// Where updates are posted.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.processes.iter().map(|(_, address)| address.clone()).collect()
    }

    /// Their process numbers.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.processes.iter().filter_map(|(process, _)| process.id()).collect()
    }

    /// Imports the job.
    pub(crate) async fn import(&self, job: &serde_json::Value) {
        let admin = Api::new(format!("http://{}", self.processes[0].1)).as_holder_of(ADMIN);
        admin.post("/jobs", job).await.expect(201);
    }

    /// Ends them in good order.
    pub(crate) async fn stop(self) {
        for (mut process, _) in self.processes {
            let Some(pid) = process.id() else { continue };
            let _ = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await;
            if timeout(PATIENCE, process.wait()).await.is_err() {
                eprintln!("bench: process {pid} does not end when asked to; it is killed");
                let _ = process.kill().await;
            }
        }
    }
}

/// Whether `GET /readyz` answers 200. By hand, because the first answer must not wait for a client to be made.
async fn is_ready(address: &str) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer.starts_with(b"HTTP/1.1 200"))
    };
    ask.await.unwrap_or(false)
}

/// This program again, as another part of it.
pub(crate) fn itself(part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(part).stdin(Stdio::null()).kill_on_drop(true);
    command
}
