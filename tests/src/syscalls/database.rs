//! The database itself, read past the server.

use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use super::story::CANARY;
use super::subject::Subject;
use crate::server::{binary, command, run};

/// A count of rows, in whichever database the server writes; an error where that can't be asked just now.
pub async fn count(subject: &Subject, sql: &str) -> sqlx::Result<i64> {
    let (url, sql) = (subject.url(), AssertSqlSafe(sql.to_owned()));
    let Some(schema) = subject.schema() else {
        let mut connection = SqliteConnection::connect(&url).await?;
        let counted = sqlx::query(sql).fetch_one(&mut connection).await?.try_get(0)?;
        connection.close().await?;
        return Ok(counted);
    };
    let options: PgConnectOptions = url.parse()?;
    let mut connection = PgConnection::connect_with(&options.options([("search_path", schema)])).await?;
    let counted = sqlx::query(sql).fetch_one(&mut connection).await?.try_get(0)?;
    connection.close().await?;
    Ok(counted)
}

/// Each of these must count nothing.
const NOTHING: [(&str, &str); 6] = [
    ("rows of the outbox that are not settled", "select count(*) from outbox where state in ('ready', 'sending')"),
    ("messages that are on their way", "select count(*) from chat_messages where delivery in ('ready', 'sending')"),
    ("sessions with something unhandled", "select count(*) from chat_sessions where last_handled < last_inbound and closed_at is null"),
    (
        "messages that stand otherwise than their row of the outbox",
        "select count(*) from outbox o join chat_messages m on m.id = o.message_id where m.delivery <> o.state",
    ),
    ("rows that lead nowhere", "select count(*) from pragma_foreign_key_check"),
    ("leases that a server in good order left", "select count(*) from chat_sessions where lease_boot is not null"),
];

/// What contradicts itself in the file of a server that was stopped in good order.
pub async fn contradictions(folder: &Path, url: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let integrity: String = sqlx::query("pragma integrity_check").fetch_one(&mut connection).await.unwrap().get(0);
    if integrity != "ok" {
        found.push(format!("integrity_check: {integrity}"));
    }
    for (what, sql) in NOTHING {
        let rows: i64 = sqlx::query(sql).fetch_one(&mut connection).await.unwrap().get(0);
        if rows != 0 {
            found.push(format!("{what}: {rows}"));
        }
    }
    connection.close().await.unwrap();
    let mut verify = command(binary("chatbot"));
    verify.current_dir(folder).env("DATABASE_URL", url).args(["db", "verify"]);
    let (status, out, err) = run(verify).await;
    if !status.success() {
        found.push(format!("chatbot db verify: {out}{err}"));
    }
    found
}

/// Files below a folder that hold a byte of whoever was erased.
pub fn traces(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let holds = |path: &Path| std::fs::read(path).unwrap().windows(CANARY.len()).any(|bytes| bytes == CANARY.as_bytes());
    files.filter(|path| holds(path)).map(|path| format!("{} holds words of somebody who was erased", path.display())).collect()
}
