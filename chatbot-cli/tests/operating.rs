//! `doctor`, `webhook`, `jobs link` and `completions`, as an operator meets them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

const TOKEN: &str = "42:AAtoken-of-the-tests-0123456789abcd";
const FOREIGN: [&str; 11] = [
    "DATABASE_",
    "ASYNC_DATABASE",
    "TELEGRAM_",
    "WHATSAPP_",
    "ENABLE_WHATSAPP",
    "PROVIDER",
    "MESSAGE_QUEUE",
    "PUBLIC_URL",
    "BIND_ADDR",
    "CHATBOT_ADMIN",
    "RUST_LOG",
];

/// Runs `chatbot` in a folder, with these variables and no others of ours.
fn chatbot(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatbot"));
    for (name, _) in std::env::vars() {
        if FOREIGN.iter().any(|foreign| name.starts_with(foreign)) {
            command.env_remove(name);
        }
    }
    let output = command.current_dir(folder).args(args).envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(!out.contains(TOKEN) && !err.contains(TOKEN) && !err.contains("panicked"), "{out}{err}");
    (output.status.code().unwrap(), out, err)
}

/// A server that speaks as much of the Bot API and the Graph API as these commands use: an answer by the address's last part.
struct Platform {
    url: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    webhook: Arc<Mutex<String>>,
}

impl Platform {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let webhook = Arc::new(Mutex::new(String::new()));
        let (told, hook) = (Arc::clone(&asked), Arc::clone(&webhook));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &told, &hook);
            }
        });
        Self { url, asked, webhook }
    }

    fn asked(&self, method: &str) -> Vec<Value> {
        self.asked.lock().unwrap().iter().filter(|(m, _)| m.eq_ignore_ascii_case(method)).map(|(_, body)| body.clone()).collect()
    }

    fn telegram<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [&[("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_API_URL", self.url.as_str())][..], more].concat()
    }
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<(String, Value)>>, webhook: &Mutex<String>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = head.split_whitespace().nth(1).unwrap_or_default().split('?').next().unwrap().to_owned();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let method = path.rsplit('/').next().unwrap().to_owned();
    asked.lock().unwrap().push((method.clone(), body.clone()));
    let mut status = "200 OK";
    let answer = match method.to_ascii_lowercase().as_str() {
        "getme" => json!({"ok": true, "result": {"id": 42, "is_bot": true, "first_name": "Cook", "username": "cook_bot"}}),
        "setwebhook" => {
            *webhook.lock().unwrap() = body["url"].as_str().unwrap_or_default().to_owned();
            json!({"ok": true, "result": true})
        }
        "deletewebhook" => {
            webhook.lock().unwrap().clear();
            json!({"ok": true, "result": true})
        }
        "getwebhookinfo" => {
            json!({"ok": true, "result": {"url": *webhook.lock().unwrap(), "has_custom_certificate": false, "pending_update_count": 3}})
        }
        "5550001" if head.contains("Bearer whatsapp-token") => json!({"display_phone_number": "+1 555-0001", "verified_name": "Crust"}),
        "5550001" => {
            status = "401 Unauthorized";
            json!({"error": {"code": 190, "message": "Invalid OAuth access token"}})
        }
        _ => {
            status = "404 Not Found";
            json!({"ok": false, "error_code": 404, "description": "Not Found"})
        }
    };
    let answer = answer.to_string();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len()
    );
}

fn whatsapp<'a>(url: &'a str, token: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("ENABLE_WHATSAPP", "true"),
        ("WHATSAPP_PHONE_NUMBER_ID", "5550001"),
        ("WHATSAPP_TOKEN", token),
        ("WHATSAPP_APP_SECRET", "s"),
        ("WHATSAPP_VERIFY_TOKEN", "v"),
        ("WHATSAPP_API_URL", url),
    ]
}

fn folder_with_a_job() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let job = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/jobs/warehouse.yaml");
    assert_eq!(chatbot(folder.path(), &[], &["jobs", "import", job]).0, 0);
    folder
}

fn slug(folder: &Path) -> String {
    let (_, out, _) = chatbot(folder, &[], &["jobs", "list", "--output", "json"]);
    serde_json::from_str::<Value>(&out).unwrap()[0]["slug"].as_str().unwrap().to_owned()
}

fn states(out: &str) -> Vec<(String, String)> {
    let found: Vec<Value> = serde_json::from_str(out).unwrap_or_else(|_| panic!("{out}"));
    found.iter().map(|f| (f["name"].as_str().unwrap().to_owned(), f["state"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn the_doctor_finds_an_empty_folder_wanting_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = chatbot(folder.path(), &[], &["doctor"]);
    assert_eq!(code, 1, "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("FAIL database: there is no file chatbot.db yet") && lines[0].contains(" → start chatbot-http"), "{out}");
    assert_eq!(lines.len(), 6, "{out}");
    assert!(
        lines[3].starts_with("off  Telegram: ") && lines[4].starts_with("off  WhatsApp: ") && lines[5].starts_with("off  providers: "),
        "{out}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_doctor_finds_everything_well_where_it_is() {
    let (folder, platform) = (folder_with_a_job(), Platform::start());
    let mut variables = platform.telegram(&[("PROVIDER1_TYPE", "stub"), ("PROVIDER2_TYPE", "replay"), ("PROVIDER2_TAPES", ".")]);
    variables.extend(whatsapp(&platform.url, "whatsapp-token"));
    let (code, out, err) = chatbot(folder.path(), &variables, &["doctor", "--output", "json"]);
    assert_eq!(code, 0, "{out}{err}");
    let want = [
        ("database", "ok"),
        ("migrations", "ok"),
        ("queue", "ok"),
        ("Telegram", "ok"),
        ("WhatsApp", "ok"),
        ("provider 1 (stub)", "ok"),
        ("provider 2 (replay)", "ok"),
    ];
    assert_eq!(states(&out), want.map(|(name, state)| (name.to_owned(), state.to_owned())));
    let (_, out, _) = chatbot(folder.path(), &variables, &["doctor"]);
    assert!(out.contains("ok   queue: 0 conversations have work due, 0 messages wait to be sent; woken in-process"), "{out}");
    assert!(
        out.contains("ok   Telegram: @cook_bot, by polling, 3 updates wait") && out.contains("ok   WhatsApp: +1 555-0001 (Crust)"),
        "{out}"
    );
}

#[test]
fn the_doctor_names_what_fails_one_line_each() {
    let (folder, platform) = (folder_with_a_job(), Platform::start());
    let refused = whatsapp(&platform.url, "another-token");
    for (variables, line) in [
        (vec![("TELEGRAM_BOT_TOKEN", "no token")], "FAIL Telegram: TELEGRAM_BOT_TOKEN: "),
        (vec![("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_API_URL", "http://127.0.0.1:1")], "FAIL Telegram: TELEGRAM_API_URL: "),
        (
            platform.telegram(&[("TELEGRAM_MODE", "webhook"), ("TELEGRAM_WEBHOOK_SECRET", "s")]),
            "FAIL Telegram: @cook_bot: TELEGRAM_MODE is webhook",
        ),
        (vec![("ENABLE_WHATSAPP", "true")], "FAIL WhatsApp: WHATSAPP_PHONE_NUMBER_ID: "),
        (refused.to_vec(), "FAIL WhatsApp: Meta refuses WHATSAPP_TOKEN"),
        (vec![("MESSAGE_QUEUE_URL", "kafka://mq")], "FAIL queue: MESSAGE_QUEUE_URL: "),
        (vec![("MESSAGE_QUEUE_URL", "redis://:s3cret@127.0.0.1:1/0")], "FAIL queue: 0 conversations"),
        (vec![("PROVIDER1_TYPE", "openia")], "FAIL providers: PROVIDER1_TYPE: "),
        (
            vec![
                ("PROVIDER1_TYPE", "openai"),
                ("PROVIDER1_API_KEY", "s3cret"),
                ("PROVIDER1_MODEL", "m"),
                ("PROVIDER1_BASE_URL", "http://127.0.0.1:1/v1"),
            ],
            "FAIL provider 1 (openai): m: provider is unavailable: it can't be reached",
        ),
        (vec![("DATABASE_URL", "mysql://root@localhost/db")], "FAIL database: DATABASE_URL: "),
    ] {
        let (code, out, err) = chatbot(folder.path(), &variables, &["doctor"]);
        assert_eq!(code, 1, "{out}{err}");
        assert_eq!(out.lines().filter(|l| l.starts_with("FAIL")).count(), 1, "{out}");
        assert!(out.lines().any(|l| l.starts_with(line)), "{line}: {out}");
        assert!(!out.contains("s3cret") && !err.contains("s3cret"), "{out}{err}");
    }
}

#[test]
fn an_id_that_is_none_is_answered_with_where_ids_are_found() {
    let folder = tempfile::tempdir().unwrap();
    for verb in [["applications", "show"], ["applications", "receipt"], ["actions", "resolve"]] {
        let (code, out, err) = chatbot(folder.path(), &[], &[&verb[..], &["nope"]].concat());
        assert_eq!(code, 2, "{out}{err}");
        assert!(err.contains("'nope'") && err.contains("should be a UUID, as `chatbot applications list`"), "{err}");
    }
}

/// What `tests/run` started.
fn server(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set, and its server's absence is a failure: use `tests/run`"))
}

#[test]
fn the_doctor_says_what_wakes_other_processes_and_how_soon() {
    let (folder, database, redis) = (tempfile::tempdir().unwrap(), server("TEST_DATABASE_URL"), server("TEST_REDIS_URL"));
    let schema = format!("doctor_{}", std::process::id());
    let on_postgres = [("DATABASE_URL", database.as_str()), ("DATABASE_SCHEMA", schema.as_str())];
    let (code, out, err) = chatbot(folder.path(), &on_postgres, &["db", "migrate"]);
    assert_eq!(code, 0, "{out}{err}");
    for (queue, by) in [("", "woken by PostgreSQL NOTIFY, "), (redis.as_str(), "woken by Redis Streams, ")] {
        let variables = [&on_postgres[..], &[("MESSAGE_QUEUE_URL", queue)]].concat();
        let (code, out, err) = chatbot(folder.path(), &variables, &["doctor"]);
        let line = out.lines().find(|line| line.starts_with("ok   queue: ")).unwrap_or_else(|| panic!("{out}{err}"));
        assert!(code == 0 && line.contains(by) && line.ends_with(" ms there and back"), "{line}");
    }
}

#[test]
fn a_webhook_is_set_shown_and_deleted() {
    let (folder, platform) = (tempfile::tempdir().unwrap(), Platform::start());
    let secret = [("TELEGRAM_WEBHOOK_SECRET", "webhook-secret_1"), ("PUBLIC_URL", "http://127.0.0.1:8080/")];
    let variables = platform.telegram(&secret);
    let (code, out, err) = chatbot(folder.path(), &variables, &["webhook", "set"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(
        out.starts_with("Telegram sends what is written to @cook_bot to http://127.0.0.1:8080/webhooks/telegram.\nWaiting: 3"),
        "{out}"
    );
    assert!(!out.contains("webhook-secret_1"), "{out}");
    let sent = platform.asked("setWebhook");
    assert_eq!(
        (&sent[0]["url"], &sent[0]["secret_token"]),
        (&json!("http://127.0.0.1:8080/webhooks/telegram"), &json!("webhook-secret_1"))
    );
    assert!(sent[0]["allowed_updates"].as_array().unwrap().contains(&json!("callback_query")), "{sent:?}");

    let (_, out, _) = chatbot(folder.path(), &variables, &["webhook", "info", "--output", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["url"], "http://127.0.0.1:8080/webhooks/telegram");
    let (code, out, _) = chatbot(folder.path(), &variables, &["webhook", "delete"]);
    assert!(code == 0 && out.contains("no webhook is set"), "{out}");
    assert!(platform.webhook.lock().unwrap().is_empty());
}

#[test]
fn a_webhook_that_could_not_work_is_not_set() {
    let (folder, platform) = (tempfile::tempdir().unwrap(), Platform::start());
    for (variables, named) in [
        (vec![("PUBLIC_URL", "https://jobs.example.org")], "TELEGRAM_BOT_TOKEN"),
        (platform.telegram(&[("TELEGRAM_WEBHOOK_SECRET", "s")]), "PUBLIC_URL"),
        (platform.telegram(&[("PUBLIC_URL", "https://jobs.example.org")]), "TELEGRAM_WEBHOOK_SECRET"),
        (vec![("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_WEBHOOK_SECRET", "s"), ("PUBLIC_URL", "http://jobs.example.org")], "PUBLIC_URL"),
    ] {
        let (code, out, err) = chatbot(folder.path(), &variables, &["webhook", "set"]);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        assert!(
            err.starts_with(&format!("chatbot: {named}: ")) && err.contains(&format!("example: {named}=")) && err.lines().count() == 1,
            "{err}"
        );
    }
    assert!(platform.asked("setWebhook").is_empty());
}

#[test]
fn a_jobs_links_lead_to_every_channel_that_is_set_up() {
    let (folder, platform) = (folder_with_a_job(), Platform::start());
    let slug = slug(folder.path());
    let (code, out, err) = chatbot(folder.path(), &[], &["jobs", "link", &slug]);
    assert_eq!((code, out.as_str()), (0, format!("web       http://127.0.0.1:8080/j/{slug}\n").as_str()), "{err}");
    let mut variables = platform.telegram(&[("PUBLIC_URL", "https://jobs.example.org/")]);
    variables.extend(whatsapp(&platform.url, "whatsapp-token"));
    let (code, out, err) = chatbot(folder.path(), &variables, &["jobs", "link", &slug, "--source", "fair", "--output", "json"]);
    assert_eq!(code, 0, "{err}");
    let links: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(links["web"], format!("https://jobs.example.org/j/{slug}?src=fair"));
    assert_eq!(links["telegram"], format!("https://t.me/cook_bot?start={slug}__fair"));
    assert_eq!(links["whatsapp"], format!("https://wa.me/15550001?text=%2Fstart%20{slug}__fair"));
    let (code, _, err) = chatbot(folder.path(), &[], &["jobs", "link", "nobody"]);
    assert!(code == 1 && err.contains("there is no job nobody"), "{err}");
}

#[test]
fn completions_name_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, out, _) = chatbot(folder.path(), &[], &["completions", shell]);
        assert!(code == 0 && ["doctor", "webhook", "jobs", "link"].iter().all(|verb| out.contains(verb)), "{shell}");
    }
}
