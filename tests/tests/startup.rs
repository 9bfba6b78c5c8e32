//! Starting: what can't work says so in one line, and the first start has something to show.

use std::path::Path;

use chatbot_tests::database::{Database, test_database_url};
use chatbot_tests::job::cook;
use chatbot_tests::server::{ADMIN_TOKEN, binary, command, free_port, run};
use chatbot_tests::{Candidate, Engine, Reply, Server, Signal};
use reqwest::Method;
use serde_json::{Value, json};

const SECRET: &str = "hunter2-canary-hunter2";

/// A start that must fail; answers its one line.
async fn refusal(variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut program = command(binary("chatbot-http"));
    program.current_dir(folder.path()).env("BIND_ADDR", format!("127.0.0.1:{}", free_port())).envs(variables.iter().copied());
    let (status, output, errors) = run(program).await;
    assert!(!status.success(), "{variables:?} starts");
    let lines: Vec<&str> = errors.lines().filter(|line| line.starts_with("chatbot-http: ")).collect();
    let [line] = lines[..] else { panic!("{variables:?}: not one line: {errors}") };
    assert!(!errors.contains("panicked") && !errors.contains(SECRET) && !output.contains(SECRET), "{variables:?}: {errors}");
    line.to_owned()
}

#[tokio::test]
async fn a_value_that_cannot_be_used_is_named_with_its_problem_and_an_example() {
    let mysql = format!("mysql://root:{SECRET}@localhost/db");
    let provider = [("PROVIDER1_TYPE", "openia"), ("PROVIDER1_API_KEY", SECRET)];
    for (name, variables) in [
        ("DATABASE_URL", &[("DATABASE_URL", mysql.as_str())][..]),
        ("DATABASE_URL", &[("DATABASE_URL", "chatbot.db")]),
        ("DATABASE_URL", &[("DATABASE_URL", "sqlite::memory:")]),
        ("ASYNC_DATABASE_URL", &[("ASYNC_DATABASE_URL", mysql.as_str())]),
        ("CHAT_SESSION_TTL_HOURS", &[("CHAT_SESSION_TTL_HOURS", "three days")]),
        ("CHAT_SESSION_TTL_HOURS", &[("CHAT_SESSION_TTL_HOURS", "0")]),
        ("WORKER_TYPE", &[("WORKER_TYPE", "both")]),
        ("BIND_ADDR", &[("BIND_ADDR", "localhost")]),
        ("PUBLIC_URL", &[("PUBLIC_URL", "jobs.example.org")]),
        ("LOG_FORMAT", &[("LOG_FORMAT", "xml")]),
        ("RUST_LOG", &[("RUST_LOG", "==,,=")]),
        ("CHATBOT_ADMIN_TOKEN", &[("CHATBOT_ADMIN_TOKEN", SECRET)]),
        ("PROVIDER1_TYPE", &provider),
        ("PROVIDER2_TIMEOUT_MS", &[("PROVIDER1_TYPE", "stub"), ("PROVIDER2_TYPE", "stub"), ("PROVIDER2_TIMEOUT_MS", "soon")]),
        ("PROVIDER1_TYPE", &[("PROVIDER2_TYPE", "stub")]),
        ("PROVIDER2_TYPE", &[("PROVIDER1_TYPE", "stub"), ("PROVIDER3_TYPE", "stub")]),
        ("PROVIDER2_TYPE", &[("PROVIDER1_TYPE", "stub"), ("PROVIDER2_API_KEY", SECRET)]),
        ("PROVIDER1_TAPES", &[("PROVIDER1_TYPE", "replay"), ("PROVIDER1_TAPES", "/no/such/folder")]),
    ] {
        let said = refusal(variables).await;
        assert!(said.contains(name) && said.contains(&format!("example: {name}=")), "{said}");
    }
    for name in ["PROVIDER0_TYPE", "PROVIDER1_TYPO"] {
        let said = refusal(&[("PROVIDER1_TYPE", "stub"), (name, SECRET)]).await;
        assert!(said.contains(&format!("{name}: ")) && said.contains("example: PROVIDER1_TYPE="), "{said}");
    }
}

#[tokio::test]
async fn a_schema_name_that_cannot_be_used_is_refused_before_it_reaches_sql() {
    let url = test_database_url();
    for name in ["Chat; drop schema public", "pg_own", "a-b", &"x".repeat(64)] {
        let said = refusal(&[("DATABASE_URL", &url), ("DATABASE_SCHEMA", name)]).await;
        assert!(said.contains("DATABASE_SCHEMA"), "{said}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refusal(&[("BIND_ADDR", &address)]).await;
    assert!(said.contains("BIND_ADDR") && said.contains(&address) && said.contains("example"), "{said}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_a_foreign_file_and_an_absent_server_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("letter.txt");
    std::fs::write(&foreign, "Dear Sir or Madam, this is no database. ".repeat(200)).unwrap();
    let below_a_file = foreign.join("chatbot.db");
    for path in [Path::new("/proc/chatbot.db"), Path::new("/no/such/folder/chatbot.db"), &foreign, &below_a_file] {
        let said = refusal(&[("DATABASE_URL", &format!("sqlite://{}", path.display()))]).await;
        assert!(said.contains("DATABASE_URL") && said.contains(&path.display().to_string()), "{said}");
        assert!(said.ends_with("; example: DATABASE_URL=sqlite://chatbot.db"), "{said}");
    }
    let said = refusal(&[("DATABASE_URL", &format!("postgres://ada:{SECRET}@127.0.0.1:1/jobs"))]).await;
    assert!(said.contains("DATABASE_URL") && said.contains("ada@127.0.0.1:1/jobs"), "{said}");
    assert!(said.ends_with("; example: DATABASE_URL=postgres://chatbot@localhost/chatbot"), "{said}");
}

#[tokio::test]
async fn an_address_written_for_another_languages_driver_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(Engine::Postgres, folder.path());
    let (_, rest) = database.url.split_once("://").unwrap();
    let asyncpg = format!("postgresql+asyncpg://{rest}");
    let server = Server::on(Engine::Postgres).env("DATABASE_URL", asyncpg.clone()).start().await;
    assert_eq!(server.api.get("/readyz").await.expect(200)["engine"], "postgres");
    let other = Server::on(Engine::Postgres).env("DATABASE_URL", "").env("ASYNC_DATABASE_URL", asyncpg).start().await;
    assert_eq!(other.api.get("/readyz").await.expect(200)["engine"], "postgres");
}

#[tokio::test]
async fn no_secret_is_printed_or_logged_by_a_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(Engine::Postgres, folder.path());
    let with_password = database.url.replacen("://chatbot@", &format!("://chatbot:{SECRET}@"), 1);
    let mut server = Server::on(Engine::Postgres).env("DATABASE_URL", with_password).env("RUST_LOG", "trace").start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::consented(&server, "e2e-cook").await;
    candidate.say("words nobody else may read").await;
    assert!(server.stop(Signal::Term).await.success());
    let shown = server.printed() + &server.log();
    for secret in [SECRET, ADMIN_TOKEN, candidate.api.token().unwrap()] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
}

/// The link the server printed, as a path.
fn printed_path(server: &Server, beginning: &str) -> Option<String> {
    let printed = server.printed();
    let found = printed.lines().rev().find_map(|line| line.split_whitespace().find(|word| word.contains(beginning)).map(str::to_owned))?;
    Some(found.split_once(&server.address()).unwrap().1.to_owned())
}

#[tokio::test]
async fn the_first_start_with_nothing_configured_has_a_job_three_conversations_and_links_to_them() {
    let mut server = Server::on(Engine::Sqlite).env("DATABASE_URL", "").start().await;
    let chat = printed_path(&server, "/j/").expect("the job's chat");
    for path in [chat.as_str(), "/demo", "/", "/docs/"] {
        assert_eq!(server.api.get(path).await.status, 200, "{path}");
    }
    assert_eq!(printed_path(&server, "/setup/"), None, "whoever set a token has a way in");
    let jobs = server.admin.get("/jobs").await.expect(200);
    let [job] = &jobs["items"].as_array().unwrap()[..] else { panic!("{jobs}") };
    let ranked = format!("/jobs/{}/applications?sort=score", job["id"].as_str().unwrap());
    let items = server.admin.get(&ranked).await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 3, "{items:?}");
    let scores: Vec<f64> = items.iter().map(|item| item["jd_match_score"].as_f64().unwrap()).collect();
    assert!(scores[0] > scores[1], "{scores:?}");
    for item in &items {
        let read = server.admin.get(&format!("/applications/{}", item["id"].as_str().unwrap())).await.expect(200);
        assert!(read["answers"].as_array().unwrap().iter().all(|answer| !answer["reason"].as_str().unwrap().is_empty()), "{read}");
    }
    assert!(server.stop(Signal::Term).await.success());
    server.start().await;
    assert_eq!(server.admin.get(&ranked).await.expect(200)["items"].as_array().unwrap().len(), 3, "it is loaded once");
}

#[tokio::test]
async fn removing_the_demo_removes_it_and_nothing_else() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = Server::on(engine).arg("--demo").start().await;
        let job = server.create_job(&cook()).await;
        let candidate = Candidate::consented(&server, "e2e-cook").await;
        candidate.say("5").await;
        let demo = server.admin.get("/jobs").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["id"] != job["id"])
            .unwrap()
            .clone();
        let visitor = Candidate::consented(&server, demo["slug"].as_str().unwrap()).await;
        let (history, application) = (candidate.history().await, candidate.application(&server).await);
        let removed = server.admin.delete("/demo").await.expect(200);
        assert!(removed["deleted"].as_object().unwrap().values().any(|count| count != 0), "{engine:?}: {removed}");
        assert_eq!((candidate.history().await, candidate.application(&server).await), (history, application), "{engine:?}");
        let jobs = server.admin.get("/jobs").await.expect(200);
        assert_eq!(jobs["items"].as_array().unwrap().len(), 1, "{engine:?}: {jobs}");
        visitor.api.get(&visitor.path("history")).await.problem(401);
        server.admin.get(&format!("/applications/{}", visitor.application)).await.problem(404);
        assert_eq!(server.api.get("/demo").await.status, 404);
        let again = server.admin.delete("/demo").await.expect(200);
        assert!(again["deleted"].as_object().unwrap().values().all(|count| count == 0), "{engine:?}: {again}");
        assert!(!candidate.say("6").await.is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn the_set_up_link_signs_in_once_and_the_next_start_voids_one_that_was_not_used() {
    let mut server = Server::on(Engine::Sqlite).env("DATABASE_URL", "").env("CHATBOT_ADMIN_TOKEN", "").start().await;
    let unused = printed_path(&server, "/setup/").unwrap();
    assert!(server.stop(Signal::Term).await.success());
    server.start().await;
    let link = printed_path(&server, "/setup/").unwrap();
    assert_ne!(unused, link);
    assert_eq!(server.api.post(&unused, &Value::Null).await.status, 410);
    assert_eq!(server.api.get(&link).await.status, 200, "looking uses nothing up");
    let elsewhere = server.api.request(Method::POST, &link).header("sec-fetch-site", "cross-site");
    assert_eq!(Reply::of(elsewhere).await.status, 403);
    let signed_in = server.api.post(&link, &json!({})).await;
    assert_eq!((signed_in.status, signed_in.header("location")), (303, "/console"), "{signed_in:?}");
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let console = Reply::of(server.api.request(Method::GET, "/console").header("cookie", pair)).await;
    assert_eq!(console.status, 200, "{console:?}");
    let forged = server.api.request(Method::DELETE, "/demo").header("cookie", pair);
    Reply::of(forged).await.problem(403);
    assert_eq!(server.api.post(&link, &json!({})).await.status, 410);
    assert!(server.stop(Signal::Term).await.success());
    server.start().await;
    let last = server.printed();
    assert_eq!(last.matches("/setup/").count(), 2, "whoever has signed in needs no other link: {last}");
}
