//! Candidates and what they agreed to.

use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::keys;
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
fn bind_candidate(set: Set, candidate: &Candidate) -> Set {
    set.bind(candidate.id)
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

const INSERT_CANDIDATES: &str = concat!("insert into candidates (", columns!(), ") select ", columns!(), " from v");

pub(super) fn insert_candidates(candidates: &[&Candidate]) -> Many {
    many(columns!(), Set::of(candidates, |set, c| bind_candidate(set, c)), INSERT_CANDIDATES)
}

const CANDIDATES_BY_ID: &str = concat!("select ", columns!(), " from v {candidates: id = k_id}");

pub(super) fn candidates_by_id(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), CANDIDATES_BY_ID)
}

const CANDIDATE: &str = concat!("select ", columns!(), " from candidates where id = $1");

pub(super) async fn candidate<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Candidate>> {
    sql::<E>(CANDIDATE).bind(id).optional(c).await
}

pub(super) async fn lock_candidate<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Candidate>> {
    sql::<E>(CANDIDATE).bind(id).and(E::FOR_UPDATE).optional(c).await
}

const KEYS: &str = "k_id, k_name, k_emails, k_phones, k_location, k_links, k_languages, k_skills, k_positions, k_education, \
     k_years_experience, k_sources, k_consented_at, k_opted_out_at, k_demo, k_created_at, k_updated_at";

const UPDATE_CANDIDATES: &str = "update candidates set name = v.k_name, emails = v.k_emails, phones = v.k_phones, location = v.k_location, links = \
     v.k_links, languages = v.k_languages, skills = v.k_skills, positions = v.k_positions, education = v.k_education, \
     years_experience = v.k_years_experience, sources = v.k_sources, consented_at = v.k_consented_at, opted_out_at = \
     v.k_opted_out_at, demo = v.k_demo, created_at = v.k_created_at, updated_at = v.k_updated_at from v where candidates.id \
     = v.k_id";

pub(super) fn update_candidates(candidates: &[&Candidate]) -> Many {
    many(KEYS, Set::of(candidates, |set, c| bind_candidate(set, c)), UPDATE_CANDIDATES).each("candidates")
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

const INSERT_CONSENTS: &str = "insert into consents (id, candidate_id, session_id, kind, given, text_version, created_at) \
     select id, candidate_id, session_id, kind, given, text_version, created_at from v";

pub(super) fn insert_consents(consents: &[Consent]) -> Many {
    let rows = Set::of(consents, |set, consent| {
        set.bind(consent.id)
            .bind(consent.candidate_id)
            .bind(consent.session_id)
            .text(consent.kind.as_str())
            .bind(consent.given)
            .text(&consent.text_version)
            .time(consent.created_at)
    });
    many("id, candidate_id, session_id, kind, given, text_version, created_at", rows, INSERT_CONSENTS)
}

const CONSENTS_OF_MANY: &str = "select id, candidate_id, session_id, kind, given, text_version, created_at from v \
     {consents: candidate_id = k_id} order by created_at, position";

/// What many candidates agreed to, oldest first.
pub(super) fn consents_of_many(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), CONSENTS_OF_MANY)
}

const CONSENTS: &str = "select id, candidate_id, session_id, kind, given, text_version, created_at from consents \
     where candidate_id = $1 order by created_at, position";

pub(super) async fn consents<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Consent>> {
    sql::<E>(CONSENTS).bind(candidate_id).all(c).await
}
