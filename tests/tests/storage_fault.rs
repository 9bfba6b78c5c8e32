//! I11: a store that fails is a 503 and no acknowledgement, never a false 200; when it is back, work goes on.

use chatbot_tests::candidate::assert_without_gaps;
use chatbot_tests::database::terminate_connections;
use chatbot_tests::job::cook;
use chatbot_tests::proxy::Proxy;
use chatbot_tests::server::command;
use chatbot_tests::{Candidate, Engine, Reply, Server, eventually};
use futures::future::join_all;
use serde_json::{Value, json};

/// A 503 as clients need it: a problem, and when to come back.
#[track_caller]
fn assert_unavailable(reply: &Reply) {
    let problem = reply.problem(503);
    assert_eq!(problem["code"], "unavailable", "{reply:?}");
    assert!(reply.header("retry-after").parse::<u32>().is_ok(), "{reply:?}: Retry-After {:?}", reply.header("retry-after"));
}

/// What was acknowledged stands in the history once; what was refused does not stand there.
async fn assert_honest(candidate: &Candidate, acknowledged: &[Value], refused: &[String]) {
    let history = candidate.history().await;
    assert_without_gaps(&history);
    for receipt in acknowledged {
        let found = history.iter().filter(|message| message["id"] == receipt["message_id"] && message["seq"] == receipt["seq"]).count();
        assert_eq!(found, 1, "{receipt} in {history:#?}");
    }
    for words in refused {
        assert!(!history.iter().any(|message| message["content"] == words.as_str()), "{words:?} was refused and is stored");
    }
}

#[tokio::test]
async fn i11_while_postgresql_is_out_of_reach_nothing_is_acknowledged_and_then_work_goes_on() {
    let proxy = Proxy::start().await;
    let mut server = Server::on(Engine::Postgres).env("DATABASE_URL", proxy.url.clone()).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    proxy.cut();
    let body = |n: i32| json!({ "content": format!("lost {n}"), "client_message_id": format!("lost-{n}") });
    let path = candidate.path("messages");
    let bodies: Vec<Value> = (0..4).map(body).collect();
    let refused = join_all(bodies.iter().map(|body| candidate.api.post(&path, body))).await;
    refused.iter().for_each(assert_unavailable);
    assert_unavailable(&server.api.post("/chat/sessions", &json!({ "job_slug": "e2e-cook" })).await);
    assert_unavailable(&candidate.api.get(&candidate.path("history")).await);
    server.api.get("/readyz").await.problem(503);
    server.api.get("/healthz").await.expect(200);
    assert!(server.is_alive());
    proxy.mend();
    eventually("it is ready again", async || Some(server.api.get("/readyz").await).filter(|reply| reply.status == 200)).await;
    assert_honest(&candidate, &[], &(0..4).map(|n| format!("lost {n}")).collect::<Vec<_>>()).await;
    let again = candidate.api.post(&path, &body(0)).await.expect(202);
    assert_honest(&candidate, &[again], &[]).await;
    let replies = candidate.say("5").await;
    assert!(!replies.is_empty(), "the worker is back as well");
}

#[tokio::test]
async fn i11_connections_that_end_under_load_cost_no_acknowledged_message() {
    let server = Server::on(Engine::Postgres).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    let schema = &server.database.schema.as_ref().unwrap().0;
    let path = candidate.path("messages");
    let write = async |n: i32| {
        let body = json!({ "content": format!("words {n}"), "client_message_id": format!("w-{n}") });
        let reply = candidate.api.post(&path, &body).await;
        if reply.status != 202 {
            assert_unavailable(&reply);
        }
        (body, reply)
    };
    let mut answers = Vec::new();
    let mut ended = 0;
    for round in 0..6 {
        let (round, count) = tokio::join!(join_all((round * 10..round * 10 + 10).map(write)), terminate_connections(schema));
        answers.extend(round);
        ended += count;
    }
    assert!(ended > 0, "no connection was ended: this shows nothing");
    let mut acknowledged = Vec::new();
    for (body, reply) in answers {
        // Whoever was refused sends it again under the same id, and it is there once.
        let reply = if reply.status == 202 {
            reply
        } else {
            eventually("it is taken", async || Some(candidate.api.post(&path, &body).await).filter(|r| r.status == 202)).await
        };
        acknowledged.push(reply.json());
    }
    assert_honest(&candidate, &acknowledged, &[]).await;
    let theirs = candidate.said_by("candidate").await;
    assert_eq!(theirs.len(), 61, "consent and sixty messages, each once");
    assert!(!candidate.say("7").await.is_empty());
}

/// Limits how large any file of a process may grow; what would be more fails as on a full disk.
async fn limit_files(pid: u32, limit: &str) {
    let done = command("prlimit").arg("--pid").arg(pid.to_string()).arg(format!("--fsize={limit}")).status().await;
    assert!(done.expect("prlimit, of util-linux").success(), "prlimit");
}

#[tokio::test]
async fn i11_a_full_disk_under_sqlite_is_a_503_and_room_again_is_enough() {
    // The signal that comes with the limit is ignored, so that the write itself fails.
    let mut server = Server::on(Engine::Sqlite).after("trap '' XFSZ").start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    let wal = server.folder().join("chatbot.db-wal");
    let size = std::fs::metadata(&wal).unwrap().len().max(std::fs::metadata(server.folder().join("chatbot.db")).unwrap().len());
    limit_files(server.pid(), &format!("{}:unlimited", size + 64 * 1024)).await;
    let path = candidate.path("messages");
    let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
    for n in 0..200 {
        let words = format!("{n} {}", "many words ".repeat(300));
        let reply = candidate.api.post(&path, &json!({ "content": words, "client_message_id": format!("w-{n}") })).await;
        if reply.status == 202 {
            acknowledged.push(reply.json());
        } else {
            assert_unavailable(&reply);
            refused.push(words);
        }
        if refused.len() >= 5 {
            break;
        }
    }
    assert!(refused.len() >= 5, "the disk was never full: this shows nothing");
    assert!(server.is_alive());
    limit_files(server.pid(), "unlimited").await;
    eventually("it is ready again", async || Some(server.api.get("/readyz").await).filter(|reply| reply.status == 200)).await;
    assert_honest(&candidate, &acknowledged, &refused).await;
    let reply = candidate.ask(&json!({ "content": refused[0], "client_message_id": "once more" })).await.expect(200);
    acknowledged.push(reply);
    server.kill().await;
    server.start().await;
    assert_honest(&candidate, &acknowledged, &refused[1..]).await;
    assert!(server.log().contains("the store failed"), "whoever runs it reads why");
    assert!(!server.log().contains("many words many words"), "and reads no candidate's words");
}
