//! An empty store of each kind.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Bench;
use crate::clock::{FakeClock, RandomIds};
use crate::store::MemoryStore;

fn clock() -> Arc<FakeClock> {
    let morning: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().expect("a time");
    Arc::new(FakeClock::new(morning))
}

#[allow(clippy::unused_async, reason = "opened as the others are")]
pub(crate) async fn memory() -> Bench {
    let clock = clock();
    let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
    Bench::new(Arc::new(store), clock, Box::pin(async {}))
}

/// A file in a folder of its own.
#[cfg(feature = "sqlite")]
pub(crate) async fn sqlite() -> Bench {
    use crate::store::Backend as _;

    let clock = clock();
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("contract.db").display());
    let store = crate::store::SqliteStore::open(&url, clock.clone(), Arc::new(RandomIds)).await.expect("a SQLite file");
    store.migrate().await.expect("migrations");
    Bench::new(Arc::new(store), clock, Box::pin(async move { drop(folder) }))
}

/// A schema of its own on the server that `tests/run` started.
#[cfg(feature = "postgres")]
pub(crate) async fn postgres() -> Bench {
    use crate::clock::IdSource as _;
    use crate::store::Backend as _;

    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        panic!("TEST_DATABASE_URL is not set, and a missing PostgreSQL is a failure: run the tests with `tests/run`, which starts one")
    };
    let clock = clock();
    let schema = format!("contract_{}", RandomIds.uuid().simple());
    let store = crate::store::PgStore::connect(&url, &schema, clock.clone(), Arc::new(RandomIds)).await.expect("PostgreSQL");
    store.migrate().await.expect("migrations");
    let drop_schema = async move {
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.expect("PostgreSQL");
        let drop_schema = sqlx::AssertSqlSafe(format!("drop schema {schema} cascade"));
        sqlx::Executor::execute(&mut connection, drop_schema).await.expect("the schema dropped");
    };
    Bench::new(Arc::new(store), clock, Box::pin(drop_schema))
}
