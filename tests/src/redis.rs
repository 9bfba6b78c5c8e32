//! A Redis of one's own, to be stopped, flushed, paused and started again.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Child;

use crate::patience::eventually;
use crate::server::{command, free_port};

/// The Redis that `tests/run` started, for what leaves it as it was. There is no skipping.
pub fn test_redis_url() -> String {
    std::env::var("TEST_REDIS_URL")
        .ok()
        .filter(|url| !url.is_empty())
        .expect("TEST_REDIS_URL names no Redis: start the tests with `tests/run`, which brings one")
}

/// A server that keeps nothing on disk and wants a password.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    // Dropped before its folder.
    process: Option<Child>,
    folder: TempDir,
}

impl Redis {
    /// What it wants to hear first. In no log.
    pub const PASSWORD: &str = "redis-canary-of-the-tests";

    /// Starts one.
    pub async fn start() -> Self {
        let mut redis = Self { port: free_port(), process: None, folder: tempfile::tempdir().unwrap() };
        redis.restart().await;
        redis
    }

    /// `MESSAGE_QUEUE_URL` for it.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}/0", Self::PASSWORD, self.port)
    }

    /// Starts it where it was, with nothing in it, and waits until it answers.
    pub async fn restart(&mut self) {
        let mut server = command("redis-server");
        server.args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--requirepass", Self::PASSWORD]);
        server.args(["--port", &self.port.to_string()]).current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(server.spawn().expect("no redis-server: start the tests with `tests/run`, which brings one"));
        let this = &*self;
        eventually("Redis answers", async || this.try_say(&["PING"]).await.filter(|answer| answer == "+PONG")).await;
    }

    /// kill -9.
    pub async fn stop(&mut self) {
        self.process.take().expect("a running Redis").kill().await.unwrap();
    }

    /// Stops it in its tracks: it takes connections, and answers nobody.
    pub async fn pause(&self) {
        self.signal("STOP").await;
    }

    /// Lets it go on.
    pub async fn resume(&self) {
        self.signal("CONT").await;
    }

    async fn signal(&self, name: &str) {
        let pid = self.process.as_ref().and_then(Child::id).expect("a running Redis");
        assert!(command("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().await.unwrap().success());
    }

    /// Says a command; answers the first line of the answer as it came.
    pub async fn say(&self, words: &[&str]) -> String {
        self.try_say(words).await.unwrap_or_else(|| panic!("Redis does not answer {words:?}"))
    }

    async fn try_say(&self, words: &[&str]) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let asked = encode(&["AUTH", Self::PASSWORD]) + &encode(words) + &encode(&["QUIT"]);
        stream.write_all(asked.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        // The first line answers AUTH.
        answer.lines().nth(1).map(str::to_owned)
    }

    /// Entries in the stream of this name.
    pub async fn entries(&self, name: &str) -> u64 {
        let answer = self.say(&["XLEN", &format!("chatbot:wake:{name}")]).await;
        answer.trim_start_matches(':').parse().unwrap_or_else(|_| panic!("no count: {answer}"))
    }
}

fn encode(words: &[&str]) -> String {
    words.iter().fold(format!("*{}\r\n", words.len()), |said, word| said + &format!("${}\r\n{word}\r\n", word.len()))
}
