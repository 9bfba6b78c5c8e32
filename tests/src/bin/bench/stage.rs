//! What all rows share: a folder on the disk in question, one PostgreSQL, the bot's program.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::postgres::Postgres;
use crate::row::Engine;

/// Everything there is until the benchmark ends.
pub(crate) struct Stage {
    /// The benchmark's PostgreSQL, if a row or a limit wants it.
    pub(crate) postgres: Option<Postgres>,
    /// `chatbot-http`.
    pub(crate) program: PathBuf,
    /// Variables for it.
    pub(crate) env: Vec<(String, String)>,
    folder: TempDir,
    databases: u32,
}

impl Stage {
    /// In a new folder below `parent`, or below the system's for such things.
    pub(crate) fn new(parent: Option<&Path>, program: PathBuf, env: Vec<(String, String)>) -> Self {
        let mut builder = tempfile::Builder::new();
        builder.prefix("chatbot-bench.");
        let folder = parent.map_or_else(|| builder.tempdir(), |parent| builder.tempdir_in(parent)).unwrap();
        Self { postgres: None, program, env, folder, databases: 0 }
    }

    /// With a PostgreSQL.
    pub(crate) async fn with_postgres(mut self) -> Self {
        self.postgres = Some(Postgres::start(self.folder.path()).await);
        self
    }

    /// Where everything lies.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The PostgreSQL, where there must be one.
    pub(crate) fn postgres(&self) -> &Postgres {
        self.postgres.as_ref().expect("a PostgreSQL was started")
    }

    /// What the figures are of.
    pub(crate) async fn describe(&self) -> String {
        let processors = std::thread::available_parallelism().map_or(0, usize::from);
        format!("{processors} processors; {}", self.postgres().describe().await)
    }

    /// An empty database; answers its name.
    pub(crate) async fn new_database(&mut self, engine: Engine) -> String {
        self.databases += 1;
        match engine {
            Engine::Sqlite => format!("bench_{}.db", self.databases),
            Engine::Echo => String::new(),
            Engine::Postgres | Engine::PostgresTwo => {
                let name = format!("bench_{}", self.databases);
                self.postgres().create(&name).await;
                name
            }
        }
    }

    /// `DATABASE_URL` of a database by its name.
    pub(crate) fn url(&self, database: &str) -> String {
        if Path::new(database).extension().is_some() {
            return format!("sqlite://{}", self.folder.path().join(database).display());
        }
        self.postgres().url(database)
    }

    /// Drops a database.
    pub(crate) async fn drop_database(&self, engine: Engine, database: &str) {
        match engine {
            Engine::Echo => {}
            Engine::Sqlite => {
                for ending in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(self.folder.path().join(format!("{database}{ending}")));
                }
            }
            Engine::Postgres | Engine::PostgresTwo => self.postgres().drop(database).await,
        }
    }

    /// Stops what runs.
    pub(crate) async fn end(self) {
        if let Some(postgres) = self.postgres {
            postgres.stop().await;
        }
    }
}
