//! Several processes: one server a SQLite file, any number on PostgreSQL.

use std::time::Duration;

use chatbot_tests::candidate::{assert_without_gaps, text};
use chatbot_tests::job::{ANSWERS, SCORE, SLUG, baker, cook};
use chatbot_tests::server::{free_port, run};
use chatbot_tests::{Api, Candidate, Engine, Reply, Server, Signal, eventually};
use futures::future::join_all;
use serde_json::json;
use tokio::process::Child;

#[tokio::test]
async fn a_second_server_on_a_sqlite_file_refuses_and_names_the_first() {
    let mut first = Server::on(Engine::Sqlite).start().await;
    for worker_type in ["all", "api", "chat"] {
        let mut second = first.command(free_port());
        second.env("WORKER_TYPE", worker_type);
        let (status, _, errors) = run(second).await;
        assert!(!status.success(), "{worker_type}: {status}");
        let said = errors.lines().last().unwrap_or_default();
        for named in [first.pid().to_string(), first.address(), "DATABASE_URL".into()] {
            assert!(said.contains(&named), "{worker_type}: {named} is not in: {errors}");
        }
    }
    first.create_job(&cook()).await;
    Candidate::consented(&first, "e2e-cook").await;
    first.kill().await;
    first.start().await;
}

/// A process that only works, on the data of a server, with the address of its health.
async fn worker(server: &Server) -> (Child, Api) {
    let port = free_port();
    let api = Api::new(format!("http://127.0.0.1:{port}"));
    let mut command = server.command(port);
    command.env("WORKER_TYPE", "chat").stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let child = command.spawn().unwrap();
    eventually("the worker is ready", async || {
        let answer = Reply::attempt(api.request(reqwest::Method::GET, "/readyz")).await;
        answer.ok().filter(|reply| reply.status == 200)
    })
    .await;
    (child, api)
}

#[tokio::test]
async fn on_postgresql_one_process_serves_and_another_works_on_the_same_conversation() {
    let server = Server::on(Engine::Postgres).env("WORKER_TYPE", "api").start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::arrive(&server, SLUG).await;
    let accepted = candidate.api.post(&candidate.path("messages?wait=1"), &json!({ "content": "hello" })).await;
    accepted.expect(202);
    assert_eq!(candidate.said_by("bot").await.len(), 0, "whoever only serves runs no turn");
    let (_worker, health) = worker(&server).await;
    health.get("/healthz").await.expect(200);
    assert_eq!(health.get("/metrics").await.status, 200);
    for route in ["/", "/jobs", "/console", "/openapi.json"] {
        assert_eq!(health.get(route).await.status, 404, "{route} of a worker");
    }
    health.post("/chat/sessions", &json!({ "job_slug": SLUG })).await.problem(404);
    eventually("the worker greets", async || candidate.last_bot_message().await).await;
    candidate.interview(&ANSWERS).await;
    assert_eq!(candidate.application(&server).await["jd_match_score"], json!(SCORE));
    assert_without_gaps(&candidate.history().await);
}

#[tokio::test]
async fn i1_on_postgresql_a_worker_that_is_killed_is_replaced_by_the_next_and_nothing_is_lost() {
    let server = Server::on(Engine::Postgres).env("WORKER_TYPE", "api").start().await;
    server.create_job(&cook()).await;
    let (mut first, _) = worker(&server).await;
    let mut candidates = Vec::new();
    for _ in 0..8 {
        candidates.push(Candidate::consented(&server, "e2e-cook").await);
    }
    join_all(candidates.iter().map(|candidate| candidate.write("5"))).await;
    first.kill().await.unwrap();
    let (_second, _) = worker(&server).await;
    for candidate in &candidates {
        let reply = eventually("an answer", async || candidate.last_bot_message().await).await;
        assert!(text(&reply["content"]).contains("frying"), "{reply}");
        assert_eq!(candidate.said_by("bot").await.len(), 3, "greeting, first question, second question");
        assert_without_gaps(&candidate.history().await);
    }
}

#[tokio::test]
async fn i3_a_worker_that_is_paused_beyond_its_lease_says_nothing_twice() {
    let server = Server::on(Engine::Postgres).start().await;
    server.create_job(&cook()).await;
    let (second, _) = worker(&server).await;
    let mut candidates = Vec::new();
    for _ in 0..16 {
        candidates.push(Candidate::consented(&server, "e2e-cook").await);
    }
    let pause = async |signal: &str| {
        let kill = format!("kill -{signal} {}", second.id().unwrap());
        assert!(chatbot_tests::server::command("sh").arg("-c").arg(kill).status().await.unwrap().success());
    };
    let ((), ()) = tokio::join!(pause("STOP"), async {
        join_all(candidates.iter().map(|candidate| candidate.write("5"))).await;
    });
    for candidate in &candidates {
        eventually("an answer of the one that runs", async || candidate.last_bot_message().await).await;
    }
    pause("CONT").await;
    join_all(candidates.iter().map(async |candidate| candidate.say("6").await)).await;
    for candidate in &candidates {
        assert_eq!(candidate.said_by("bot").await.len(), 4, "{:#?}", candidate.history().await);
        assert_without_gaps(&candidate.history().await);
    }
}

#[tokio::test]
async fn on_postgresql_two_whole_servers_share_every_conversation() {
    let mut server = Server::on(Engine::Postgres).start().await;
    server.create_job(&baker()).await;
    let port = free_port();
    let _other = server.command(port).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let other = Api::new(format!("http://127.0.0.1:{port}"));
    eventually("the other is ready", async || {
        let answer = Reply::attempt(other.request(reqwest::Method::GET, "/readyz")).await;
        answer.ok().filter(|reply| reply.status == 200)
    })
    .await;
    let here = Candidate::open(&server, SLUG).await;
    let there = Candidate { api: other.as_holder_of(here.api.token().unwrap()), ..here.clone() };
    here.say("yes").await;
    there.say("about three years").await;
    assert_eq!(here.history().await, there.history().await);
    let began = std::time::Instant::now();
    assert!(server.stop(Signal::Term).await.success());
    there.interview(&ANSWERS).await;
    assert_without_gaps(&there.history().await);
    assert!(began.elapsed() < Duration::from_secs(30));
}
