//! The server that is killed, and whoever talks to it in spite of that.

use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::threads::ONE_RUNTIME_THREAD;
use crate::api::{Api, Reply};
use crate::patience::PATIENCE;
use crate::server::{ADMIN_TOKEN, binary, command, free_port};

const KILL: i32 = 9;
/// Between looks at whether it is ready: starting is half of what a point takes.
const LOOK: Duration = Duration::from_millis(5);

/// A `chatbot-http` on a SQLite file of its own.
#[derive(Debug)]
pub struct Subject {
    /// Nobody's requests.
    pub api: Api,
    /// The admin's.
    pub admin: Api,
    /// How often it was found killed, and started again.
    pub killed: usize,
    /// Requests that were answered 503.
    pub refused: usize,
    /// What it must not have done.
    pub problems: Vec<String>,
    port: u16,
    env: Vec<(String, String)>,
    process: Option<Child>,
    folder: TempDir,
}

impl Subject {
    /// One that is not started yet, with the files of `stage`.
    pub fn on(stage: Option<&Path>, env: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in stage.map(|stage| std::fs::read_dir(stage).unwrap()).into_iter().flatten() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let port = free_port();
        let api = Api::new(format!("http://127.0.0.1:{port}"));
        let admin = api.as_holder_of(ADMIN_TOKEN);
        Self { api, admin, killed: 0, refused: 0, problems: Vec::new(), port, env: env.to_vec(), process: None, folder }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `DATABASE_URL`.
    pub fn url(&self) -> String {
        let own = || format!("sqlite://{}", self.folder().join("chatbot.db").display());
        self.env.iter().find(|(name, _)| name == "DATABASE_URL").map_or_else(own, |(_, url)| url.clone())
    }

    /// `DATABASE_SCHEMA`, where its database is PostgreSQL.
    pub fn schema(&self) -> Option<&str> {
        self.env.iter().find(|(name, _)| name == "DATABASE_SCHEMA").map(|(_, schema)| schema.as_str())
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The command that starts it.
    pub fn command(&self) -> Command {
        let out = |name: &str| File::options().create(true).append(true).open(self.folder().join(name)).unwrap();
        let mut command = command(binary("chatbot-http"));
        command.current_dir(self.folder()).env("DATABASE_URL", self.url()).env("BIND_ADDR", self.address());
        command.env("CHATBOT_ADMIN_TOKEN", ADMIN_TOKEN).env(ONE_RUNTIME_THREAD.0, ONE_RUNTIME_THREAD.1);
        command.envs(self.env.iter().cloned()).stdout(out("out")).stderr(out("log"));
        command
    }

    /// Starts it (again, on the same data) and waits until it is ready.
    pub async fn start(&mut self) {
        self.process = Some(self.command().spawn().unwrap());
        let end = Instant::now() + PATIENCE;
        while !Reply::attempt(self.api.request(Method::GET, "/readyz")).await.is_ok_and(|reply| reply.status == 200) {
            if let Some(status) = self.process.as_mut().and_then(|process| process.try_wait().unwrap()) {
                panic!("the server ended with {status}: {}", self.log());
            }
            assert!(Instant::now() < end, "the server does not get ready: {}", self.log());
            sleep(LOOK).await;
        }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().and_then(Child::id).expect("a running server")
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read(self.folder().join("log")).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Starts it again if it was killed; whatever else ended it is a failure.
    pub async fn tend(&mut self) -> bool {
        let Some(status) = self.process.as_mut().and_then(|process| process.try_wait().unwrap()) else { return false };
        assert_eq!(status.signal(), Some(KILL), "the server ended by itself: {}", self.log());
        self.killed += 1;
        self.start().await;
        true
    }

    /// kill -9, and a start on what is left.
    pub async fn kill_and_start(&mut self) {
        let mut process = self.process.take().expect("a running server");
        process.kill().await.unwrap();
        self.start().await;
    }

    /// kill -9; answers a folder with the database's files as they lie.
    pub async fn killed_with_its_files(mut self) -> TempDir {
        self.process.take().expect("a running server").kill().await.unwrap();
        self.files()
    }

    /// A folder with the database's files as they lie.
    pub fn files(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("chatbot.db") {
                std::fs::copy(&path, folder.path().join(name)).unwrap();
            }
        }
        folder
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(&mut self) {
        let mut process = self.process.take().expect("a running server");
        let id = process.id().expect("a running server").to_string();
        Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        timeout(PATIENCE, process.wait()).await.unwrap_or_else(|_| panic!("SIGTERM does not end the server: {}", self.log())).unwrap();
    }

    /// Sends a request again and again, under whatever ids it has, until it is answered with one of these.
    /// A server that was killed meanwhile is started again; anything but a proper 503 is a failure.
    pub async fn insist(&mut self, request: impl Fn(&Self) -> RequestBuilder, taken: &[u16]) -> Reply {
        let end = Instant::now() + PATIENCE;
        loop {
            match Reply::attempt(request(self)).await {
                Ok(reply) if taken.contains(&reply.status) => return reply,
                Ok(reply) => {
                    self.refused += 1;
                    if reply.status != 503 {
                        self.problems.push(format!("not an answer to expect: {reply:?}"));
                    } else if reply.header("content-type") != "application/problem+json" || reply.header("retry-after").is_empty() {
                        self.problems.push(format!("a 503 without a problem or a Retry-After: {reply:?}"));
                    }
                    sleep(LOOK * 4).await;
                }
                Err(_) => self.after_silence().await,
            }
            assert!(Instant::now() < end, "nothing is taken any more: {:?} {}", self.problems, self.log());
        }
    }

    /// A request went unanswered: the server is dead, or about to be.
    async fn after_silence(&mut self) {
        for _ in 0..200 {
            if self.tend().await {
                return;
            }
            sleep(LOOK).await;
        }
        self.problems.push("a server that lives gave no answer".into());
    }
}
