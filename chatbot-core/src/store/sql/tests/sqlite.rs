//! Opening a file, its lock, its migrations.

use std::sync::Arc;

use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use super::clock;
use crate::clock::RandomIds;
use crate::store::sql::{OpenError, SqliteStore};
use crate::store::{Backend, StoreError};
use crate::testing::fixtures;

pub(super) async fn open(folder: &TempDir) -> SqliteStore {
    let url = format!("sqlite://{}", folder.path().join("chatbot.db").display());
    SqliteStore::open(&url, clock(), Arc::new(RandomIds)).await.unwrap()
}

pub(super) async fn migrated(folder: &TempDir) -> SqliteStore {
    let store = open(folder).await;
    store.migrate().await.unwrap();
    store
}

/// A connection of somebody else's.
async fn beside(store: &SqliteStore) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", store.path().display())).await.unwrap()
}

async fn opening(url: &str) -> String {
    SqliteStore::open(url, clock(), Arc::new(RandomIds)).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_address_that_names_no_file_is_refused_with_an_example() {
    for url in [
        "",
        "chatbot.db",
        "postgres://host/db",
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite://x.db?mode=memory",
        "sqlite://x.db?colour=red",
    ] {
        let said = opening(url).await;
        assert!(said.contains("sqlite://chatbot.db"), "{url}: {said}");
    }
}

#[tokio::test]
async fn a_driver_in_the_scheme_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite+aiosqlite://{}", folder.path().join("chatbot.db").display());
    assert!(SqliteStore::open(&url, clock(), Arc::new(RandomIds)).await.is_ok());
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/such/folder/chatbot.db");
    let said = opening(&format!("sqlite://{}", nowhere.display())).await;
    assert!(said.contains("no/such/folder/chatbot.db") && said.contains("does its folder exist"), "{said}");
    let other = folder.path().join("letter.txt");
    std::fs::write(&other, "Dear Jane, this is no database. ".repeat(100)).unwrap();
    let said = opening(&format!("sqlite://{}", other.display())).await;
    assert!(said.contains("letter.txt") && said.contains("another program's file"), "{said}");
}

#[tokio::test]
async fn a_second_server_is_told_of_the_first_until_the_first_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let first = store.lock_exclusively("chatbot-http (all)", "127.0.0.1:8080").unwrap();
    let error = open(&folder).await.lock_exclusively("chatbot-http (api)", "127.0.0.1:8081").unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }));
    let said = error.to_string();
    assert!(said.contains("127.0.0.1:8080") && said.contains(&std::process::id().to_string()), "{said}");
    drop(first);
    assert!(open(&folder).await.lock_exclusively("chatbot-http (api)", "127.0.0.1:8081").is_ok());
}

#[tokio::test]
async fn migrating_is_told_and_does_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    assert_eq!(store.reader().await.unwrap().applied_migrations().await.unwrap(), []);
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    let applied = store.reader().await.unwrap().applied_migrations().await.unwrap();
    assert_eq!(applied, store.known_migrations());
    assert_eq!(applied.first().unwrap(), &(1, "jobs".to_owned()));
}

#[tokio::test]
async fn two_processes_may_migrate_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (open(&folder).await, open(&folder).await);
    let (first, second) = futures::future::join(one.migrate(), other.migrate()).await;
    first.unwrap();
    second.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_build_is_refused_by_both_versions() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let newer =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (999, 'hovercraft', 1, x'00', 0)";
    sqlx::query(newer).execute(&mut beside(&store).await).await.unwrap();
    let said = store.migrate().await.unwrap_err().to_string();
    let known = store.known_migrations().last().unwrap().0;
    assert!(said.contains("999 (hovercraft)") && said.contains(&format!("version {known}")), "{said}");
}

#[tokio::test]
async fn a_chapter_that_was_rewritten_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    sqlx::query("update _sqlx_migrations set checksum = x'00' where version = 3").execute(&mut beside(&store).await).await.unwrap();
    let said = store.migrate().await.unwrap_err().to_string();
    assert!(said.contains("migration 3 (sessions)"), "{said}");
}

#[tokio::test]
async fn times_are_text_of_one_width() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    for (i, time) in ["2026-11-22T09:00:00Z", "2026-11-22T09:00:00.5Z", "2026-11-22T09:00:00.000001Z"].into_iter().enumerate() {
        let mut session = fixtures::session(&RandomIds, "2026-11-22T08:00:00Z".parse().unwrap());
        session.platform_user_id = format!("{i}");
        session.ready_at = Some(time.parse().unwrap());
        store
            .write(super::operation(move |rows| {
                let session = session.clone();
                Box::pin(async move { rows.insert_session(&session).await })
            }))
            .await
            .unwrap();
    }
    let kept: Vec<(String,)> =
        sqlx::query_as("select ready_at from chat_sessions order by ready_at").fetch_all(&mut beside(&store).await).await.unwrap();
    let kept: Vec<&str> = kept.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(kept, ["2026-11-22T09:00:00.000000Z", "2026-11-22T09:00:00.000001Z", "2026-11-22T09:00:00.500000Z"]);
}

#[tokio::test]
async fn a_line_of_the_activity_log_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let mut other = beside(&store).await;
    let line = "insert into activity_logs (id, type, actor_type, detail, created_at) values (x'01', 'takeover', 'recruiter', '{}', '')";
    sqlx::query(line).execute(&mut other).await.unwrap();
    let error = sqlx::query("update activity_logs set actor = 'somebody else'").execute(&mut other).await.unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
}

#[tokio::test]
async fn a_jobs_facts_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let mut job = fixtures::job(&RandomIds, "2026-11-22T08:00:00Z".parse().unwrap());
    job.facts = serde_json::from_str(r#"{"salary": "70", "remote": "yes", "bonus": {"z": 1, "a": 2}}"#).unwrap();
    let (id, added) = (job.id, job.clone());
    store
        .write(super::operation(move |rows| {
            let job = added.clone();
            Box::pin(async move { rows.insert_job(&job).await })
        }))
        .await
        .unwrap();
    let read = store.reader().await.unwrap().job(id, None).await.unwrap().unwrap();
    assert_eq!(serde_json::to_string(&read.facts).unwrap(), r#"{"salary":"70","remote":"yes","bonus":{"z":1,"a":2}}"#);
}

#[tokio::test]
async fn a_row_of_another_shape_is_unreadable_and_its_content_untold() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let user = "insert into users (id, email, name, role, created_at) values (x'01', 'ada@example.org', 'Ada', 'admin', '')";
    sqlx::query(user).execute(&mut beside(&store).await).await.unwrap();
    let error = store.reader().await.unwrap().user_by_email("ADA@example.org").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { table: "users", .. }), "{error}");
    assert!(!error.to_string().contains("ada@"), "{error}");
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let error = store.reader().await.unwrap().put_setting("a", "b").await.unwrap_err();
    assert!(error.to_string().contains("readonly") || error.to_string().contains("read-only"), "{error}");
}
