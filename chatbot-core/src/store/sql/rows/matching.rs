//! What matching reads: people who may be ranked for a job, and answers with their questions.

use uuid::Uuid;

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::matching::{PastAnswer, Person};
use crate::recruiting::{Answer, Candidate};
use crate::store::rows::Result;

/// The job's applicants ($1) and those whose newest word on other jobs is a yes, newest first, at most $2. Both ways in are
/// by an index, so that people who did neither are never looked at.
macro_rules! people {
    () => {
        "with people as (select * from (select c.*, \
             c.opted_out_at is null and not c.demo and coalesce((select k.given from consents k \
                 where k.candidate_id = c.id and k.kind = 'other_jobs' order by k.created_at desc, k.position desc limit 1), false) as agreed, \
             exists (select 1 from applications a where a.candidate_id = c.id and a.job_id = $1 \
                 and a.consented_at is not null and a.status <> 'withdrawn') as applied \
             from candidates c where c.consented_at is not null and c.id in (select candidate_id from consents where kind = 'other_jobs' and given \
                 union select candidate_id from applications where job_id = $1)) found \
         where agreed or applied order by updated_at desc, id desc limit $2) "
    };
}

/// Answers `a` that were read, to questions `q`, of applications `p` that stand.
macro_rules! answers {
    () => {
        "p.candidate_id, p.job_id, a.application_id, a.question_id, a.answer_text, a.value, a.score, a.passed, a.reason, a.evidence, a.state, \
         a.answered_at, q.id, q.question_order, q.question_text, q.kind, q.options, q.multiple, q.rule, q.required, q.weight, q.must_have"
    };
}
macro_rules! joined {
    () => {
        " join prescreen_answers a on a.application_id = p.id join job_prescreen_questions q on q.id = a.question_id \
         where p.consented_at is not null and p.status <> 'withdrawn' and a.state in ('read', 'corrected') "
    };
}
macro_rules! newest_first {
    () => {
        " order by a.answered_at desc, a.question_id, a.application_id"
    };
}

impl Record for Person {
    const TABLE: &'static str = "candidates";

    /// Without answers, which are rows of their own.
    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { candidate: Candidate::read(row)?, answers: Vec::new(), agreed: row.get("agreed")?, applied: row.get("applied")? })
    }
}

/// An answer with whose it is.
struct OfPerson(Uuid, PastAnswer);

impl Record for OfPerson {
    const TABLE: &'static str = "prescreen_answers";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        let past = PastAnswer {
            application_id: row.get("application_id")?,
            job_id: row.get("job_id")?,
            question: super::jobs::question(row)?,
            answer: Answer::read(row)?,
        };
        Ok(Self(row.get("candidate_id")?, past))
    }
}

const PEOPLE: &str = concat!(people!(), "select * from people order by updated_at desc, id desc");

pub(super) async fn people_to_match<E: Engine>(c: &mut E::Connection, job_id: Uuid, limit: i64) -> Result<Vec<Person>> {
    sql::<E>(PEOPLE).bind(job_id).bind(limit).all(c).await
}

const ANSWERS: &str = concat!(
    people!(),
    "select ",
    answers!(),
    " from people join applications p on p.candidate_id = people.id",
    joined!(),
    // Who did not agree to other jobs is seen with what they wrote for this one.
    "and (people.agreed or p.job_id = $1)",
    newest_first!()
);

pub(super) async fn answers_to_match<E: Engine>(c: &mut E::Connection, job_id: Uuid, limit: i64) -> Result<Vec<(Uuid, PastAnswer)>> {
    let found: Vec<OfPerson> = sql::<E>(ANSWERS).bind(job_id).bind(limit).all(c).await?;
    Ok(found.into_iter().map(|OfPerson(id, past)| (id, past)).collect())
}

const PAST_ANSWERS: &str = concat!("select ", answers!(), " from applications p", joined!(), "and p.candidate_id = $1", newest_first!());

pub(super) async fn past_answers<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<PastAnswer>> {
    let found: Vec<OfPerson> = sql::<E>(PAST_ANSWERS).bind(candidate_id).all(c).await?;
    Ok(found.into_iter().map(|OfPerson(_, past)| past).collect())
}
