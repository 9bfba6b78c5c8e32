//! Tombstones, the words people agreed to, and who has been silent for long.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::sessions::session_columns;
use crate::privacy::Erasure;
use crate::session::Session;
use crate::store::rows::{Page, Result};

impl Record for Erasure {
    const TABLE: &'static str = "erasures";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            candidate_hash: row.get("candidate_hash")?,
            reason: row.name("reason")?,
            erased_by: row.get("erased_by")?,
            deleted: row.json("deleted")?,
            erased_at: row.time("erased_at")?,
        })
    }
}

const INSERT_ERASURE: &str = "insert into erasures (candidate_hash, reason, erased_by, deleted, erased_at) values ($1, $2, $3, $4, $5)";

pub(super) async fn insert_erasure<E: Engine>(c: &mut E::Connection, erasure: &Erasure) -> Result<()> {
    sql::<E>(INSERT_ERASURE)
        .bind(erasure.candidate_hash.clone())
        .text(erasure.reason.as_str())
        .bind(erasure.erased_by)
        .json(&erasure.deleted)
        .time(erasure.erased_at)
        .run(c)
        .await?;
    Ok(())
}

const ERASURE: &str = "select candidate_hash, reason, erased_by, deleted, erased_at from erasures where candidate_hash = $1";

pub(super) async fn erasure<E: Engine>(c: &mut E::Connection, candidate_hash: &[u8]) -> Result<Option<Erasure>> {
    sql::<E>(ERASURE).bind(candidate_hash.to_vec()).optional(c).await
}

const PUT_CONSENT_TEXTS: &str = "insert into consent_texts (version, words, created_at) select version, words, created_at from v where true \
     on conflict (version) do nothing";

/// A version, its words, and when they were first said yes to.
pub(super) type ConsentText = (String, String, DateTime<Utc>);

pub(super) fn put_consent_texts(texts: &[ConsentText]) -> Many {
    let rows = Set::of(texts, |set, (version, words, at)| set.text(version).text(words).time(*at));
    many("version, words, created_at", rows, PUT_CONSENT_TEXTS)
}

const CONSENT_TEXT: &str = "select words from consent_texts where version = $1";

pub(super) async fn consent_text<E: Engine>(c: &mut E::Connection, version: &str) -> Result<Option<String>> {
    sql::<E>(CONSENT_TEXT).text(version).value(c, "words").await
}

const IDLE_CANDIDATES: &str = "select c.id as id from candidates c where c.updated_at < $1 \
     and not exists (select 1 from chat_sessions s where s.candidate_id = c.id and s.last_entry_at >= $1) \
     and not exists (select 1 from applications a where a.candidate_id = c.id \
         and (a.updated_at >= $1 or a.status in ('shortlisted', 'interview', 'hired'))) \
     order by c.updated_at, c.id limit $2 offset $3";

pub(super) async fn idle_candidates<E: Engine>(c: &mut E::Connection, before: DateTime<Utc>, page: Page) -> Result<Vec<Uuid>> {
    sql::<E>(IDLE_CANDIDATES).time(before).bind(page.limit).bind(page.offset).values(c, "id").await
}

const LEFTOVER_SESSIONS: &str = concat!(
    "select ",
    session_columns!(),
    " from chat_sessions where closed_at is not null and (candidate_id is null \
     or candidate_id in (select id from candidates where consented_at is null)) order by last_entry_minute, last_entry_at, id \
     limit $1 offset $2"
);

pub(super) async fn leftover_sessions<E: Engine>(c: &mut E::Connection, page: Page) -> Result<Vec<Session>> {
    sql::<E>(LEFTOVER_SESSIONS).bind(page.limit).bind(page.offset).all(c).await
}
