//! Candidates and what they agreed to.

use uuid::Uuid;

use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Statement, sql};
use crate::privacy::Consent;
use crate::recruiting::Candidate;
use crate::store::rows::Result;

macro_rules! columns {
    () => {
        "id, name, emails, phones, location, links, languages, skills, positions, education, years_experience, sources, consented_at, \
         opted_out_at, demo, created_at, updated_at"
    };
}

impl Record for Candidate {
    const TABLE: &'static str = "candidates";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            emails: row.json("emails")?,
            phones: row.json("phones")?,
            location: row.get("location")?,
            links: row.json("links")?,
            languages: row.json("languages")?,
            skills: row.json("skills")?,
            positions: row.json("positions")?,
            education: row.json("education")?,
            years_experience: row.get("years_experience")?,
            sources: row.json("sources")?,
            consented_at: row.opt_time("consented_at")?,
            opted_out_at: row.opt_time("opted_out_at")?,
            demo: row.get("demo")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// Every column in order.
fn bind_candidate<E: Engine>(statement: Statement<E>, candidate: &Candidate) -> Statement<E> {
    statement
        .bind(candidate.id)
        .opt_text(candidate.name.as_deref())
        .json(&candidate.emails)
        .json(&candidate.phones)
        .opt_text(candidate.location.as_deref())
        .json(&candidate.links)
        .json(&candidate.languages)
        .json(&candidate.skills)
        .json(&candidate.positions)
        .json(&candidate.education)
        .bind(candidate.years_experience)
        .json(&candidate.sources)
        .opt_time(candidate.consented_at)
        .opt_time(candidate.opted_out_at)
        .bind(candidate.demo)
        .time(candidate.created_at)
        .time(candidate.updated_at)
}

const INSERT_CANDIDATE: &str = concat!(
    "insert into candidates (",
    columns!(),
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
);

pub(super) async fn insert_candidate<E: Engine>(c: &mut E::Connection, candidate: &Candidate) -> Result<()> {
    bind_candidate(sql::<E>(INSERT_CANDIDATE), candidate).run(c).await?;
    Ok(())
}

const CANDIDATE: &str = concat!("select ", columns!(), " from candidates where id = $1");

pub(super) async fn candidate<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Candidate>> {
    sql::<E>(CANDIDATE).bind(id).optional(c).await
}

pub(super) async fn lock_candidate<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Candidate>> {
    sql::<E>(CANDIDATE).bind(id).and(E::FOR_UPDATE).optional(c).await
}

const UPDATE_CANDIDATE: &str = "update candidates set name = $2, emails = $3, phones = $4, location = $5, links = $6, languages = $7, \
     skills = $8, positions = $9, education = $10, years_experience = $11, sources = $12, consented_at = $13, opted_out_at = $14, \
     demo = $15, created_at = $16, updated_at = $17 where id = $1";

pub(super) async fn update_candidate<E: Engine>(c: &mut E::Connection, candidate: &Candidate) -> Result<()> {
    let touched = bind_candidate(sql::<E>(UPDATE_CANDIDATE), candidate).run(c).await?;
    super::one_row(touched, "candidates")
}

const SESSIONS_OF_CANDIDATE: &str = "select id from chat_sessions where candidate_id = $1 order by opened_at, id";

pub(super) async fn sessions_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Uuid>> {
    sql::<E>(SESSIONS_OF_CANDIDATE).bind(candidate_id).values(c, "id").await
}

impl Record for Consent {
    const TABLE: &'static str = "consents";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            candidate_id: row.get("candidate_id")?,
            session_id: row.get("session_id")?,
            kind: row.name("kind")?,
            given: row.get("given")?,
            text_version: row.get("text_version")?,
            created_at: row.time("created_at")?,
        })
    }
}

const INSERT_CONSENT: &str =
    "insert into consents (id, candidate_id, session_id, kind, given, text_version, created_at) values ($1, $2, $3, $4, $5, $6, $7)";

pub(super) async fn insert_consent<E: Engine>(c: &mut E::Connection, consent: &Consent) -> Result<()> {
    sql::<E>(INSERT_CONSENT)
        .bind(consent.id)
        .bind(consent.candidate_id)
        .bind(consent.session_id)
        .text(consent.kind.as_str())
        .bind(consent.given)
        .text(&consent.text_version)
        .time(consent.created_at)
        .run(c)
        .await?;
    Ok(())
}

const CONSENTS: &str = "select id, candidate_id, session_id, kind, given, text_version, created_at from consents \
     where candidate_id = $1 order by created_at, position";

pub(super) async fn consents<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Consent>> {
    sql::<E>(CONSENTS).bind(candidate_id).all(c).await
}
