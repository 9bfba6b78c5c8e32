//! Files as rows.

use uuid::Uuid;

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::{Of, keys};
use crate::files::StoredFile;
use crate::store::rows::Result;

impl Record for StoredFile {
    const TABLE: &'static str = "files";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            session_id: row.get("session_id")?,
            candidate_id: row.get("candidate_id")?,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
            created_at: row.time("created_at")?,
        })
    }
}

const INSERT_FILE: &str = "insert into files (id, session_id, candidate_id, name, media_type, size, sha256, created_at, bytes) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

pub(super) async fn insert_file<E: Engine>(c: &mut E::Connection, file: &StoredFile, bytes: &[u8]) -> Result<()> {
    sql::<E>(INSERT_FILE)
        .bind(file.id)
        .bind(file.session_id)
        .bind(file.candidate_id)
        .text(&file.name)
        .text(&file.media_type)
        .bind(file.size)
        .text(&file.sha256)
        .time(file.created_at)
        .bind(bytes.to_vec())
        .run(c)
        .await?;
    Ok(())
}

const FILE: &str = "select id, session_id, candidate_id, name, media_type, size, sha256, created_at from files where id = $1";

pub(super) async fn file<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<StoredFile>> {
    sql::<E>(FILE).bind(id).optional(c).await
}

const FILE_BYTES: &str = "select bytes from files where id = $1";

pub(super) async fn file_bytes<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Vec<u8>>> {
    sql::<E>(FILE_BYTES).bind(id).value(c, "bytes").await
}

const FILE_COUNT: &str = "select count(*) as n from files where session_id = $1";
/// PostgreSQL's sum of bigints is a numeric.
const FILE_BYTES_TOTAL: &str = "select cast(coalesce(sum(size), 0) as bigint) as n from files where session_id = $1";

pub(super) async fn file_usage<E: Engine>(c: &mut E::Connection, session_id: Uuid) -> Result<(i64, i64)> {
    let count = sql::<E>(FILE_COUNT).bind(session_id).value(c, "n").await?.unwrap_or(0);
    let bytes = sql::<E>(FILE_BYTES_TOTAL).bind(session_id).value(c, "n").await?.unwrap_or(0);
    Ok((count, bytes))
}

/// A candidate's files, oldest first.
pub(super) async fn files_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<StoredFile>> {
    let mut files = files_of_many(&[candidate_id]).all::<E, Of<StoredFile>>(c).await?;
    files.sort_by_key(|f| (f.row.created_at, f.row.id));
    Ok(files.into_iter().map(|f| f.row).collect())
}

const FILES_OF_MANY: &str = "select k_id as owner, f.id, f.session_id, f.candidate_id, f.name, f.media_type, f.size, f.sha256, f.created_at \
     from v {files f: f.candidate_id = k_id} union select k_id as owner, f.id, f.session_id, f.candidate_id, f.name, f.media_type, \
     f.size, f.sha256, f.created_at from v {chat_sessions s: s.candidate_id = k_id} {files f: f.session_id = s.id}";

/// The files of many candidates, in no order.
pub(super) fn files_of_many(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), FILES_OF_MANY)
}
