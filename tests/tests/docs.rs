//! What the pages and the deploy files say works: every `sh` block of `docs/` is run, top to bottom, by a shell.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use chatbot_tests::database::test_database_url;
use chatbot_tests::server::{binary, command, free_port, run};
use chatbot_tests::telegram::FakeTelegram;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The `sh` blocks of a page, with a line before each that says where it stands.
fn script(page: &str) -> String {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let mut out = String::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        match line {
            "```sh" => {
                inside = true;
                out.push_str(&format!("echo '== {page}:{}'\n", number + 2));
            }
            "```" => inside = false,
            _ if inside => {
                out.push_str(line);
                out.push('\n');
            }
            _ => {}
        }
    }
    assert!(!out.is_empty(), "{page} has commands");
    out
}

/// What a page's commands find on a machine: servers that the next command can talk to, and stand-ins for the two programs
/// that need a machine of their own (containers are checked as far as their file goes, units as far as they parse).
const SHELL: &str = r#"
set -euo pipefail
server=
finish() { [ -z "$server" ] || { kill -INT "$server" 2>/dev/null && wait "$server" || true; }; server=; }
trap finish EXIT
start() { # a server: the page goes on once it is ready, and it ends when the next one starts
  finish
  local name=$1 port; shift
  port=$(printf '%s\n' "$@" | sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p')
  command "$name" "$@" >server.out 2>server.err </dev/null & server=$!
  for _ in $(seq 300); do
    curl -fsS "http://127.0.0.1:${port:-$PORT}/readyz" >/dev/null 2>&1 && { cat server.out; return 0; }
    kill -0 "$server" 2>/dev/null || { cat server.err; return 1; }
    sleep 0.1
  done
  cat server.err; return 1
}
chatbot-http() { start chatbot-http "$@"; }
docker() { [ "$1" = compose ] && docker-compose -f compose.yaml config --quiet; }
systemctl() {
  local unit file
  for unit in "${@:3}"; do
    file=units/$(sed 's/@.*/@/' <<<"$unit").service
    sed "s#/usr/local/bin/#$BIN/#; s#^User=.*##" "$file" >"checked-$(basename "$file")"
    ! systemd-analyze verify "./checked-$(basename "$file")" 2>&1 | grep "checked-"
  done
}
sqlite3() { command -v sqlite3 >/dev/null && command sqlite3 "$@" || python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect("backup.db"))' "$1"; }
cargo() { # run -p PACKAGE --bin NAME
  command "${@: -1}"
}
"#;

async fn follow(page: &str, env: &[(&str, String)]) -> String {
    let folder = TempDir::new().unwrap();
    let here = folder.path();
    for file in [".env.example", "compose.yaml", "Dockerfile"] {
        fs::copy(root().join(file), here.join(file)).unwrap();
    }
    fs::copy(root().join("examples/jobs/rust-engineer.yaml"), here.join("my-job.yaml")).unwrap();
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(root().join(from), here.join(to)).unwrap();
    link("examples", "examples");
    link("examples/deploy/systemd", "units");
    let (port, other) = (free_port(), free_port());
    let bin = binary("chatbot").parent().unwrap().to_path_buf();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    // The ports the page names may be taken here.
    let commands = script(page).replace("8181", &other.to_string());
    fs::write(here.join("page.sh"), format!("{SHELL}\n{commands}")).unwrap();
    let mut shell = command("bash");
    shell.arg("page.sh").current_dir(here).env("PATH", path).env("BIN", bin).env("PORT", port.to_string()).stdin(Stdio::null());
    shell.env("BIND_ADDR", format!("127.0.0.1:{port}")).env("RUST_LOG", "warn");
    for (name, value) in env {
        shell.env(name, value);
    }
    let (status, out, err) = run(shell).await;
    assert!(status.success(), "{page}: {status}\n--- out\n{out}\n--- err\n{err}");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_operating_page_works_in_its_order() {
    let telegram = FakeTelegram::start().await;
    let url = test_database_url();
    let name = format!("operating_{}", std::process::id());
    let mut admin = PgConnection::connect(&url).await.unwrap();
    admin.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    let database = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
    let out = follow(
        "docs/operating.md",
        &[
            ("OPERATING_DATABASE_URL", database),
            ("PUBLIC_URL", "https://jobs.example.org".into()),
            ("TELEGRAM_API_URL", telegram.url()),
            ("TELEGRAM_BOT_TOKEN", FakeTelegram::TOKEN.into()),
        ],
    )
    .await;
    admin.execute(AssertSqlSafe(format!("drop database {name} with (force)"))).await.unwrap();
    assert!(out.contains("https://t.me/"), "the bot's link is printed:\n{out}");
    assert!(out.contains("jobs.example.org/webhooks/telegram"), "the webhook is shown:\n{out}");
    assert!(telegram.violations().is_empty(), "{:?}", telegram.violations());
}

#[tokio::test]
async fn every_command_of_the_authoring_page_works_in_its_order() {
    let out = follow("docs/authoring.md", &[]).await;
    assert!(out.contains("rust-engineer"), "{out}");
}

#[tokio::test]
async fn every_command_of_the_embedding_page_works() {
    let out = follow("docs/embedding.md", &[]).await;
    for words in ["You're welcome to visit us on Friday", "to ada:", "Dogs are welcome", "CHAT_PRESCREEN_COMPLETED"] {
        assert!(out.contains(words), "{words}:\n{out}");
    }
}

/// `NAME` of each `NAME=` line, commented out or not.
fn example_variables() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(".env.example")).unwrap();
    let named = text.lines().filter_map(|line| line.trim_start_matches('#').split_once('=').map(|(name, _)| name.to_owned()));
    named.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).collect()
}

#[tokio::test]
async fn every_variable_a_server_reads_stands_in_the_example_environment() {
    let example = example_variables();
    for name in ["chatbot-http", "chatbot-telegram"] {
        let mut help = command(binary(name));
        help.arg("--help");
        let (_, out, _) = run(help).await;
        let read: BTreeSet<String> =
            out.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next()).map(str::to_owned).collect();
        assert!(read.len() > 5, "{out}");
        let missing: Vec<&String> = read.difference(&example).collect();
        assert!(missing.is_empty(), "{name} reads what .env.example lacks: {missing:?}");
    }
    for contract in ["MESSAGE_QUEUE_URL", "TRUSTED_PROXIES", "PROVIDER1_TYPE", "PROVIDER1_API_KEY", "ORCHESTRATOR_WEBHOOK_SECRET"] {
        assert!(example.contains(contract), "{contract}");
    }
}

#[tokio::test]
async fn the_compose_file_has_no_default_secret_and_says_what_is_missing() {
    let folder = TempDir::new().unwrap();
    fs::copy(root().join("compose.yaml"), folder.path().join("compose.yaml")).unwrap();
    let mut config = command("docker-compose");
    config.args(["-f", "compose.yaml", "config"]).current_dir(folder.path());
    for name in ["POSTGRES_PASSWORD", "CHATBOT_ADMIN_TOKEN", "PUBLIC_URL"] {
        config.env_remove(name);
    }
    let (status, _, err) = run(config).await;
    assert!(!status.success() && err.contains("in .env"), "{status} {err}");
}

#[test]
fn the_image_holds_every_binary_of_the_workspace_that_is_shipped() {
    let dockerfile = fs::read_to_string(root().join("Dockerfile")).unwrap();
    for name in ["chatbot-http", "chatbot-telegram", "chatbot"] {
        assert!(dockerfile.contains(&format!("target/dist/{name}")), "{name}");
    }
    assert!(dockerfile.contains("USER chatbot"), "it does not run as root");
}
