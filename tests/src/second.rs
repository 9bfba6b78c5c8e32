//! Another process on a server's data.

use std::fs::File;
use std::time::Duration;

use reqwest::Method;
use tokio::process::Child;

use crate::api::{Api, Reply};
use crate::patience::eventually;
use crate::server::{Server, free_port};

/// It lives as long as this.
#[derive(Debug)]
pub struct Second {
    /// Requests to it, with nobody's token.
    pub api: Api,
    #[allow(dead_code, reason = "held, not used")]
    process: Child,
}

impl Second {
    /// Starts one of this `WORKER_TYPE`, set up as the server is, and waits until it is ready. It logs into `second.log` in
    /// the server's folder.
    pub async fn start(server: &Server, worker_type: &str) -> Self {
        let port = free_port();
        let api = Api::new(format!("http://127.0.0.1:{port}"));
        let log = File::options().create(true).append(true).open(server.folder().join("second.log")).unwrap();
        let mut command = server.command(port);
        command.env("WORKER_TYPE", worker_type).stdout(std::process::Stdio::null()).stderr(log);
        let process = command.spawn().unwrap();
        let ready = api.clone();
        eventually("the other process is ready", async || {
            let answer = Reply::attempt(ready.request(Method::GET, "/readyz")).await;
            answer.ok().filter(|reply| reply.status == 200)
        })
        .await;
        Self { api, process }
    }

    /// What it logged, and others started beside the same server.
    pub fn log(server: &Server) -> String {
        std::fs::read_to_string(server.folder().join("second.log")).unwrap_or_default()
    }
}

/// A figure of a process, summed over the series with this label; 0 if there is none.
pub async fn figure(api: &Api, name: &str, label: &str) -> f64 {
    let page = Reply::of(api.request(Method::GET, "/metrics").timeout(Duration::from_secs(10))).await.text();
    let series = page.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    series.filter(|line| line.contains(label)).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}
