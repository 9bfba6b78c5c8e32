//! A store over either engine: readers, the writer, and the schema.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{ConnectOptions, Connection, Pool};
use uuid::Uuid;

use super::engine::{Engine, Holds};
use super::fail::fail;
use super::migrations;
use super::rows::SqlRows;
use super::time::Ts;
use super::writer::{Options, Writer};
use crate::clock::Clock;
use crate::store::rows::Rows;
use crate::store::{Operation, StoreError};

/// What SQLite's and PostgreSQL's stores have in common: everything but how they are opened.
pub(super) struct SqlStore<E: Engine> {
    boot: Uuid,
    clock: Arc<dyn Clock>,
    readers: Pool<E>,
    loaders: Option<Pool<E>>,
    writer: Writer<E>,
    migrating: Options<E>,
    schema: Option<String>,
}

/// How the parts of a store connect.
pub(super) struct Connections<E: Engine> {
    /// The readers; they cannot write.
    pub(super) readers: Pool<E>,
    /// For what turns read, where the planner is told something else for it.
    pub(super) loaders: Option<Pool<E>>,
    /// The writer's.
    pub(super) writing: Options<E>,
    /// For migrations, which may take their time.
    pub(super) migrating: Options<E>,
    /// The schema to create where it lacks.
    pub(super) schema: Option<String>,
}

impl<E: Engine> SqlStore<E> {
    pub(super) fn new(connections: Connections<E>, clock: Arc<dyn Clock>, boot: Uuid) -> Self {
        let Connections { readers, loaders, writing, migrating, schema } = connections;
        Self { boot, readers, loaders, writer: Writer::new(writing, Arc::clone(&clock)), clock, migrating, schema }
    }

    pub(super) fn boot(&self) -> Uuid {
        self.boot
    }

    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        migrations::migrate::<E>(&self.migrating, self.schema.as_deref()).await
    }

    pub(super) async fn reader(&self) -> Result<Box<dyn Rows + '_>, StoreError> {
        let connection = self.readers.acquire().await.map_err(fail::<E>)?;
        Ok(Box::new(SqlRows::<E, _>::reading(connection)))
    }

    pub(super) async fn loader(&self) -> Result<Box<dyn Rows + '_>, StoreError> {
        let Some(loaders) = &self.loaders else { return self.reader().await };
        let connection = loaders.acquire().await.map_err(fail::<E>)?;
        Ok(Box::new(SqlRows::<E, _>::reading(connection)))
    }

    pub(super) async fn now(&self) -> Result<DateTime<Utc>, StoreError> {
        let Some(now) = E::NOW else { return Ok(self.clock.now()) };
        let mut connection = self.readers.acquire().await.map_err(fail::<E>)?;
        let row = E::raw(&mut connection, now).await.map_err(fail::<E>)?;
        match row {
            Some(row) => Ok(self.clock.at(<E as Holds<Ts>>::take(&row, "now").map_err(fail::<E>)?.0)),
            None => Err(StoreError::Broken("the database did not tell the time".into())),
        }
    }

    pub(super) async fn write(&self, operation: Operation) -> Result<Box<dyn std::any::Any + Send>, StoreError> {
        self.writer.write(operation).await
    }

    pub(super) async fn scrub(&self) -> Result<(), StoreError> {
        let Some(scrub) = E::SCRUB else { return Ok(()) };
        let mut connection = self.migrating.connect().await.map_err(fail::<E>)?;
        let done = E::raw(&mut connection, scrub).await.map_err(fail::<E>);
        let _ = connection.close().await;
        done.map(drop)
    }

    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
        if let Some(loaders) = &self.loaders {
            loaders.close().await;
        }
    }
}

/// [`crate::store::Backend`] for a store that holds an `Arc<SqlStore>`.
macro_rules! backend {
    ($store:ty, $engine:ty) => {
        #[async_trait::async_trait]
        impl crate::store::Backend for $store {
            fn engine(&self) -> &'static str {
                <$engine as crate::store::sql::dialect::Dialect>::ENGINE
            }

            fn boot(&self) -> uuid::Uuid {
                self.sql.boot()
            }

            async fn migrate(&self) -> Result<(), crate::store::StoreError> {
                self.sql.migrate().await
            }

            fn known_migrations(&self) -> Vec<(i64, String)> {
                crate::store::sql::migrations::known::<$engine>()
            }

            async fn reader(&self) -> Result<Box<dyn crate::store::rows::Rows + '_>, crate::store::StoreError> {
                self.sql.reader().await
            }

            async fn loader(&self) -> Result<Box<dyn crate::store::rows::Rows + '_>, crate::store::StoreError> {
                self.sql.loader().await
            }

            async fn now(&self) -> Result<chrono::DateTime<chrono::Utc>, crate::store::StoreError> {
                self.sql.now().await
            }

            async fn write(&self, operation: crate::store::Operation) -> Result<Box<dyn std::any::Any + Send>, crate::store::StoreError> {
                self.sql.write(operation).await
            }

            async fn scrub(&self) -> Result<(), crate::store::StoreError> {
                self.sql.scrub().await
            }

            async fn close(&self) {
                self.sql.close().await;
            }
        }
    };
}
pub(super) use backend;
