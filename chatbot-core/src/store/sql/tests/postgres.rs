//! Connecting, the schema, and a server that goes away.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{clock, operation, put};
use crate::clock::{IdSource, RandomIds};
use crate::store::sql::{OpenError, PgStore};
use crate::store::{Backend, StoreError};

/// The server that `tests/run` started.
pub(super) fn server() -> String {
    std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: run the tests with `tests/run`, which starts a PostgreSQL")
}

pub(super) async fn opened() -> PgStore {
    let schema = format!("sql_{}", RandomIds.uuid().simple());
    PgStore::connect(&server(), &schema, clock(), Arc::new(RandomIds)).await.unwrap()
}

async fn beside() -> PgConnection {
    PgConnection::connect(&server()).await.unwrap()
}

pub(super) async fn drop_schema(store: &PgStore) {
    store.close().await;
    beside().await.execute(AssertSqlSafe(format!("drop schema {} cascade", store.schema()))).await.unwrap();
}

#[tokio::test]
async fn an_address_or_schema_that_cannot_be_used_is_refused_without_the_password() {
    for url in ["", "sqlite://x.db", "postgres//host", "postgres://ada:s3cret@host:port/db"] {
        let error = PgStore::connect(url, "chatbot", clock(), Arc::new(RandomIds)).await.unwrap_err();
        assert!(matches!(error, OpenError::Address { .. }), "{url}: {error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    for schema in ["", "Chatbot", "1st", "a-b", "x\"; drop", "pg_own", &"a".repeat(64)] {
        let error = PgStore::connect(&server(), schema, clock(), Arc::new(RandomIds)).await.unwrap_err();
        assert!(matches!(error, OpenError::Schema { .. }), "{schema}: {error}");
    }
    let error =
        PgStore::connect("postgres://ada:s3cret@127.0.0.1:1/db", "chatbot", clock(), Arc::new(RandomIds)).await.unwrap_err().to_string();
    assert!(error.contains("ada@127.0.0.1:1/db") && !error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn everything_lives_in_the_schema_and_migrating_is_told() {
    let store = opened().await;
    assert_eq!(store.reader().await.unwrap().applied_migrations().await.unwrap(), []);
    let (first, second) = futures::future::join(store.migrate(), store.migrate()).await;
    first.unwrap();
    second.unwrap();
    assert_eq!(store.reader().await.unwrap().applied_migrations().await.unwrap(), store.known_migrations());
    let outside: (i64,) = sqlx::query_as("select count(*) from pg_tables where tablename = 'chat_sessions' and schemaname = 'public'")
        .fetch_one(&mut beside().await)
        .await
        .unwrap();
    assert_eq!(outside.0, 0);
    drop_schema(&store).await;
}

#[tokio::test]
async fn a_host_may_make_the_schema_and_withhold_the_right_to() {
    let store = opened().await;
    let (schema, mut admin) = (store.schema().to_owned(), beside().await);
    let role = format!("host_{}", RandomIds.uuid().simple());
    for statement in [format!("create role {role} login"), format!("create schema {schema} authorization {role}")] {
        admin.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let options: sqlx::postgres::PgConnectOptions = server().parse().unwrap();
    let theirs = PgStore::from_options(options.username(&role), &schema, clock(), Arc::new(RandomIds)).await.unwrap();
    theirs.migrate().await.unwrap();
    theirs.close().await;
    drop_schema(&store).await;
    admin.execute(AssertSqlSafe(format!("drop role {role}"))).await.unwrap();
}

#[tokio::test]
async fn a_connection_the_server_ended_is_replaced() {
    let store = opened().await;
    store.migrate().await.unwrap();
    store.write(put("a", "1")).await.unwrap();
    let name = format!("%{}%", store.schema());
    // Ours, told by the schema in the last statement or the settings; a terminated backend is what a restart looks like.
    let pids = operation(|rows| Box::pin(async move { rows.setting("a").await }));
    store.write(pids).await.unwrap();
    let ended: Vec<(bool,)> = sqlx::query_as("select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1")
        .bind(name)
        .fetch_all(&mut beside().await)
        .await
        .unwrap();
    assert!(!ended.is_empty());
    store.write(put("a", "2")).await.unwrap();
    assert_eq!(store.reader().await.unwrap().setting("a").await.unwrap().as_deref(), Some("2"));
    drop_schema(&store).await;
}

#[tokio::test]
async fn a_connection_lost_in_mid_transaction_is_unavailable_and_nothing_stands() {
    let store = opened().await;
    store.migrate().await.unwrap();
    let name = format!("%{}%", store.schema());
    let cut = operation(move |rows| {
        let name = name.clone();
        Box::pin(async move {
            rows.put_setting("half", "written").await?;
            sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1")
                .bind(&name)
                .execute(&mut beside().await)
                .await
                .unwrap();
            rows.put_setting("half", "more").await
        })
    });
    let error = store.write(cut).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    assert_eq!(store.reader().await.unwrap().setting("half").await.unwrap(), None);
    store.write(put("after", "1")).await.unwrap();
    drop_schema(&store).await;
}

#[tokio::test]
async fn a_line_of_the_activity_log_is_not_changed() {
    let store = opened().await;
    store.migrate().await.unwrap();
    let mut other = beside().await;
    let error = other.execute(AssertSqlSafe(format!("update {}.activity_logs set actor = 'x'", store.schema()))).await.unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
    drop_schema(&store).await;
}
