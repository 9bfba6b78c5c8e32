//! From `DATABASE_URL` to a store: what every binary does first.

use std::sync::Arc;

use super::Store;
use super::sql;
use crate::clock::{Clock, IdSource};

/// The file a program keeps its data in when nothing is configured.
pub const DEFAULT_URL: &str = "sqlite://chatbot.db";
/// The PostgreSQL schema when nothing is configured.
pub const DEFAULT_SCHEMA: &str = "chatbot";

/// Which database.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`; a `+driver` suffix of the scheme is passed over.
    pub url: String,
    /// The PostgreSQL schema that holds everything.
    pub schema: String,
    /// Where the address was given, for errors: `DATABASE_URL`, `ASYNC_DATABASE_URL`, `--database-url`.
    pub variable: &'static str,
}

impl std::fmt::Debug for DatabaseSettings {
    /// The address may hold a password, and is left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSettings").field("variable", &self.variable).field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// Why no store could be opened. One line; no password is ever in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A setting cannot be used.
    #[error("{variable}: {problem}; example: {variable}={example}")]
    Setting {
        /// Which.
        variable: &'static str,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        example: &'static str,
    },
    /// The database is not there, refuses, or is in use.
    #[error("{variable}: {source}{}", example(.variable, .source))]
    Database {
        /// Where its address was given.
        variable: &'static str,
        /// What it said.
        #[source]
        source: sql::OpenError,
    },
}

/// An address that would do, where it may be the address that is wrong.
fn example(variable: &str, error: &sql::OpenError) -> String {
    match error {
        sql::OpenError::File { .. } => format!("; example: {variable}={DEFAULT_URL}"),
        sql::OpenError::Server { .. } => format!("; example: {variable}=postgres://chatbot@localhost/chatbot"),
        _ => String::new(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl DatabaseSettings {
    /// Reads `DATABASE_URL`, else `ASYNC_DATABASE_URL`, else the default; and `DATABASE_SCHEMA`. An empty value is unset.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let (variable, url) = match (set("DATABASE_URL"), set("ASYNC_DATABASE_URL")) {
            (Some(url), _) => ("DATABASE_URL", url),
            (None, Some(url)) => ("ASYNC_DATABASE_URL", url),
            (None, None) => ("DATABASE_URL", DEFAULT_URL.to_owned()),
        };
        Self { url, schema: set("DATABASE_SCHEMA").unwrap_or_else(|| DEFAULT_SCHEMA.to_owned()), variable }
    }

    /// This address, given by `variable`, in this schema (or the default one).
    pub fn new(variable: &'static str, url: impl Into<String>, schema: Option<String>) -> Self {
        Self { url: url.into(), schema: schema.unwrap_or_else(|| DEFAULT_SCHEMA.to_owned()), variable }
    }

    fn engine(&self) -> Result<Engine, OpenError> {
        let refuse = |problem: String| OpenError::Setting { variable: self.variable, problem, example: DEFAULT_URL };
        let Some((scheme, _)) = self.url.split_once("://") else {
            // Not repeated: what was put here by mistake may be a password.
            return Err(refuse("it is no database address; expected sqlite://FILE or postgres://USER@HOST/DATABASE".into()));
        };
        match scheme.split('+').next().unwrap_or_default() {
            "sqlite" => Ok(Engine::Sqlite),
            "postgres" | "postgresql" => Ok(Engine::Postgres),
            other => {
                Err(refuse(format!("\"{other}\" is no database this can use; expected sqlite://FILE or postgres://USER@HOST/DATABASE")))
            }
        }
    }

    fn failed(&self, error: sql::OpenError) -> OpenError {
        match error {
            sql::OpenError::Address { problem, expected } => OpenError::Setting { variable: self.variable, problem, example: expected },
            sql::OpenError::Schema { name } => {
                let problem = format!("\"{name}\" is no schema's name: lower-case letters, digits and _, 63 at most");
                OpenError::Setting { variable: "DATABASE_SCHEMA", problem, example: DEFAULT_SCHEMA }
            }
            source => OpenError::Database { variable: self.variable, source },
        }
    }

    #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
    fn not_built(&self, engine: &str) -> OpenError {
        let problem = format!("this program was built without {engine}");
        let example = if cfg!(feature = "sqlite") { DEFAULT_URL } else { "postgres://chatbot@localhost/chatbot" };
        OpenError::Setting { variable: self.variable, problem, example }
    }
}

/// Opens the database, which a server may be running on: for verbs that write beside it and never claim.
pub async fn open(settings: &DatabaseSettings, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Store, OpenError> {
    match settings.engine()? {
        Engine::Sqlite => Ok(sqlite(settings, clock, ids).await?.into()),
        Engine::Postgres => postgres(settings, clock, ids).await,
    }
}

/// What keeps a second server off; dropped when the server ends.
#[cfg(feature = "sqlite")]
pub type ServerLock = Option<sql::ServerLock>;
/// What keeps a second server off: nothing, any number share PostgreSQL.
#[cfg(not(feature = "sqlite"))]
pub type ServerLock = Option<std::convert::Infallible>;

/// Opens the database as a server. A SQLite file takes one: the second is refused and told about the first, who gave
/// `role` and `address`.
pub async fn open_as_server(
    settings: &DatabaseSettings,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    role: &str,
    address: &str,
) -> Result<(Store, ServerLock), OpenError> {
    match settings.engine()? {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => {
            let store = sqlite(settings, clock, ids).await?;
            let lock = store.lock_exclusively(role, address).map_err(|e| settings.failed(e))?;
            Ok((store.into(), Some(lock)))
        }
        #[cfg(not(feature = "sqlite"))]
        Engine::Sqlite => {
            let _ = (role, address);
            Err(settings.not_built("SQLite"))
        }
        Engine::Postgres => Ok((postgres(settings, clock, ids).await?, None)),
    }
}

#[cfg(feature = "sqlite")]
async fn sqlite(settings: &DatabaseSettings, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<super::SqliteStore, OpenError> {
    super::SqliteStore::open(&settings.url, clock, ids).await.map_err(|e| settings.failed(e))
}

#[cfg(not(feature = "sqlite"))]
async fn sqlite(settings: &DatabaseSettings, _: Arc<dyn Clock>, _: Arc<dyn IdSource>) -> Result<Store, OpenError> {
    Err(settings.not_built("SQLite"))
}

#[cfg(feature = "postgres")]
async fn postgres(settings: &DatabaseSettings, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Store, OpenError> {
    let store = super::PgStore::connect(&settings.url, &settings.schema, clock, ids).await.map_err(|e| settings.failed(e))?;
    Ok(store.into())
}

#[cfg(not(feature = "postgres"))]
async fn postgres(settings: &DatabaseSettings, _: Arc<dyn Clock>, _: Arc<dyn IdSource>) -> Result<Store, OpenError> {
    Err(settings.not_built("PostgreSQL"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> DatabaseSettings {
        DatabaseSettings::from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    fn refused(url: &str) -> String {
        DatabaseSettings::new("DATABASE_URL", url, None).engine().unwrap_err().to_string()
    }

    #[test]
    fn nothing_configured_is_a_file_here() {
        let settings = from(&[("DATABASE_URL", " ")]);
        assert_eq!((settings.url.as_str(), settings.schema.as_str()), ("sqlite://chatbot.db", "chatbot"));
    }

    #[test]
    fn the_other_variable_counts_when_the_first_is_unset() {
        let other = ("ASYNC_DATABASE_URL", "postgresql+asyncpg://u@h/d");
        assert_eq!(from(&[other]).variable, "ASYNC_DATABASE_URL");
        assert_eq!(from(&[other]).engine().unwrap(), Engine::Postgres);
        assert_eq!(from(&[other, ("DATABASE_URL", "sqlite+aiosqlite://x.db")]).engine().unwrap(), Engine::Sqlite);
    }

    #[test]
    fn an_unknown_scheme_names_the_variable_the_problem_and_an_example() {
        assert_eq!(
            refused("mysql://root:secret@host/db"),
            "DATABASE_URL: \"mysql\" is no database this can use; expected sqlite://FILE or postgres://USER@HOST/DATABASE; example: DATABASE_URL=sqlite://chatbot.db"
        );
        assert!(refused("chatbot.db").starts_with("DATABASE_URL: it is no database address"));
        assert!(!refused("mysql://root:secret@host/db").contains("secret"));
    }
}
