//! Which database. Secrets in its address are kept from `Debug`.

use std::path::PathBuf;

use secrecy::SecretString;

use super::ConfigError;

/// Where everything is kept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Database {
    /// A file of our own.
    Sqlite {
        /// Its address, as it was given.
        url: SecretString,
        /// The file; none for one in memory.
        path: Option<PathBuf>,
        /// Whether nobody chose it: then a new file gets the sample job.
        by_default: bool,
    },
    /// A schema of our own.
    Postgres {
        /// Its address with the password.
        url: SecretString,
        /// The schema.
        schema: String,
    },
}

impl Database {
    pub(super) fn new(url: Option<String>, async_url: Option<String>, schema: Option<String>) -> Result<Self, ConfigError> {
        let variable = if url.is_none() && async_url.is_some() { "ASYNC_DATABASE_URL" } else { "DATABASE_URL" };
        let by_default = url.is_none() && async_url.is_none();
        let url = url.or(async_url).unwrap_or_else(|| "sqlite://chatbot.db".into());
        let refuse = |problem: String| ConfigError::new(variable, problem, "sqlite://chatbot.db or postgres://user@localhost/chatbot");
        let Some((scheme, rest)) = url.split_once(':') else { return Err(refuse("has no scheme".into())) };
        // `postgresql+asyncpg://`: the driver is another language's matter.
        let engine = scheme.split('+').next().unwrap_or(scheme).to_ascii_lowercase();
        match engine.as_str() {
            "sqlite" => {
                let plain = format!("sqlite:{rest}");
                let file = rest.trim_start_matches("//").split('?').next().unwrap_or_default();
                if file.is_empty() {
                    return Err(refuse("names no file".into()));
                }
                let path = (file != ":memory:").then(|| PathBuf::from(file));
                Ok(Self::Sqlite { url: plain.into(), path, by_default })
            }
            "postgres" | "postgresql" => {
                if !rest.starts_with("//") {
                    return Err(refuse("is not of the form postgres://…".into()));
                }
                Ok(Self::Postgres { url: format!("postgres:{rest}").into(), schema: checked_schema(schema)? })
            }
            other => {
                let shown: String = other.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
                Err(refuse(format!("has the scheme `{shown}`, which is neither sqlite nor postgres")))
            }
        }
    }
}

fn checked_schema(schema: Option<String>) -> Result<String, ConfigError> {
    let schema = schema.unwrap_or_else(|| "chatbot".into());
    let fits = (1..=63).contains(&schema.len())
        && schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !schema.starts_with(|c: char| c.is_ascii_digit());
    if fits { Ok(schema) } else { Err(ConfigError::new("DATABASE_SCHEMA", "is not a name of a-z, 0-9 and _", "chatbot")) }
}
