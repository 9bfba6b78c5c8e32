//! A PostgreSQL of a run's own, which can be stopped at once: nobody else's tests are on it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;

use crate::patience::eventually;
use crate::server::free_port;

/// A cluster in a folder of its own, with its durability as it comes: `fsync` on, commits synchronous.
#[derive(Debug)]
pub struct OwnPostgres {
    /// Its address.
    pub url: String,
    folder: TempDir,
    bin: PathBuf,
    port: u16,
}

/// Where the server's programs are: `PG_BIN`, Debian's place, or the path.
fn bin() -> PathBuf {
    if let Some(named) = std::env::var_os("PG_BIN") {
        return named.into();
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let newest = versions.filter(|bin| bin.join("initdb").exists()).max();
    let on_path = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    newest.or_else(on_path).expect("no PostgreSQL server: start the tests with `tests/run`, which installs one")
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

impl OwnPostgres {
    /// A new cluster, running.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let url = format!("postgres://chatbot@127.0.0.1:{port}/postgres");
        let own = Self { url, bin: bin(), port, folder };
        std::fs::create_dir(own.data()).unwrap();
        if is_root() {
            // It refuses to run as root, and must own its folder.
            let opened = Command::new("chmod").arg("755").arg(own.folder.path()).status().await.unwrap();
            let given = Command::new("chown").arg("postgres").arg(own.data()).status().await.unwrap();
            assert!(opened.success() && given.success(), "the folder of PostgreSQL");
        }
        let made = own.run("initdb", &["-U", "chatbot", "-A", "trust", "-E", "UTF8", "--locale=C"]).await;
        assert!(made, "initdb");
        own.go_on().await;
        own
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.arg("-D").arg(self.data()).current_dir(Path::new("/")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    async fn run(&self, program: &str, args: &[&str]) -> bool {
        self.command(program).args(args).status().await.unwrap().success()
    }

    /// Starts it again, and waits until it takes connections: after a crash it first reads its log.
    pub async fn go_on(&self) {
        let options = format!("-h 127.0.0.1 -p {} -k {} -c max_connections=200", self.port, self.data().display());
        let log = self.data().join("server.log");
        eventually("PostgreSQL runs", async || {
            self.run("pg_ctl", &["start", "-w", "-l", &log.display().to_string(), "-o", &options]).await.then_some(())
        })
        .await;
    }

    /// Ends it at once, as if the power were gone for it: nothing is flushed, nobody is told.
    pub async fn crash(&self) {
        assert!(self.run("pg_ctl", &["stop", "-m", "immediate", "-w"]).await, "PostgreSQL does not stop");
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "-m", "immediate", "-w"]);
        let _ = stop.as_std_mut().status();
    }
}
