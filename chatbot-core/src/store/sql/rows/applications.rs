//! Applications and their answers.

use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, Statement, many, sql};
use super::keys;
use crate::recruiting::{Answer, AnswerState, Application};
use crate::store::rows::{ApplicationFilter, Page, Result};

macro_rules! columns {
    () => {
        "id, job_id, candidate_id, session_id, source, status, jd_match_score, must_have_failed, must_have_unknown, question_set_version, \
         answered, total, consented_at, submitted_at, opened_at, demo, created_at, updated_at"
    };
}

impl Record for Application {
    const TABLE: &'static str = "applications";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            job_id: row.get("job_id")?,
            candidate_id: row.get("candidate_id")?,
            session_id: row.get("session_id")?,
            source: row.get("source")?,
            status: row.name("status")?,
            jd_match_score: row.get("jd_match_score")?,
            must_have_failed: row.get("must_have_failed")?,
            must_have_unknown: row.get("must_have_unknown")?,
            question_set_version: row.get("question_set_version")?,
            answered: row.get("answered")?,
            total: row.get("total")?,
            consented_at: row.opt_time("consented_at")?,
            submitted_at: row.opt_time("submitted_at")?,
            opened_at: row.opt_time("opened_at")?,
            demo: row.get("demo")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// Every column in order.
fn bind_application(set: Set, a: &Application) -> Set {
    set.bind(a.id)
        .bind(a.job_id)
        .bind(a.candidate_id)
        .bind(a.session_id)
        .opt_text(a.source.as_deref())
        .text(a.status.as_str())
        .bind(a.jd_match_score)
        .bind(a.must_have_failed)
        .bind(a.must_have_unknown)
        .bind(a.question_set_version)
        .bind(a.answered)
        .bind(a.total)
        .opt_time(a.consented_at)
        .opt_time(a.submitted_at)
        .opt_time(a.opened_at)
        .bind(a.demo)
        .time(a.created_at)
        .time(a.updated_at)
}

const INSERT_APPLICATIONS: &str = concat!("insert into applications (", columns!(), ") select ", columns!(), " from v");

pub(super) fn insert_applications(applications: &[&Application]) -> Many {
    many(columns!(), Set::of(applications, |set, a| bind_application(set, a)), INSERT_APPLICATIONS)
}

const APPLICATIONS_BY_ID: &str = concat!("select ", columns!(), " from v {applications: id = k_id}");

pub(super) fn applications_by_id(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), APPLICATIONS_BY_ID)
}

const APPLICATION: &str = concat!("select ", columns!(), " from applications where id = $1");

pub(super) async fn application<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Application>> {
    sql::<E>(APPLICATION).bind(id).optional(c).await
}

const APPLICATIONS_OF_CANDIDATE: &str =
    concat!("select ", columns!(), " from applications where candidate_id = $1 order by created_at, id");

pub(super) async fn applications_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Application>> {
    sql::<E>(APPLICATIONS_OF_CANDIDATE).bind(candidate_id).all(c).await
}

const APPLICATION_IN_PROGRESS: &str = concat!(
    "select ",
    columns!(),
    " from applications where candidate_id = $1 and job_id = $2 and status = 'in_progress' order by created_at desc, id desc limit 1"
);

pub(super) async fn application_in_progress<E: Engine>(
    c: &mut E::Connection,
    candidate_id: Uuid,
    job_id: Uuid,
) -> Result<Option<Application>> {
    sql::<E>(APPLICATION_IN_PROGRESS).bind(candidate_id).bind(job_id).optional(c).await
}

const KEYS: &str = "k_id, k_job_id, k_candidate_id, k_session_id, k_source, k_status, k_jd_match_score, k_must_have_failed, \
     k_must_have_unknown, k_question_set_version, k_answered, k_total, k_consented_at, k_submitted_at, k_opened_at, k_demo, \
     k_created_at, k_updated_at";

const UPDATE_APPLICATIONS: &str = "update applications set job_id = v.k_job_id, candidate_id = v.k_candidate_id, session_id = v.k_session_id, source = \
     v.k_source, status = v.k_status, jd_match_score = v.k_jd_match_score, must_have_failed = v.k_must_have_failed, \
     must_have_unknown = v.k_must_have_unknown, question_set_version = v.k_question_set_version, answered = v.k_answered, \
     total = v.k_total, consented_at = v.k_consented_at, submitted_at = v.k_submitted_at, opened_at = v.k_opened_at, demo = \
     v.k_demo, created_at = v.k_created_at, updated_at = v.k_updated_at from v where applications.id = v.k_id";

pub(super) fn update_applications(applications: &[&Application]) -> Many {
    let rows = Set::of(applications, |set, a| bind_application(set, a));
    many(KEYS, rows, UPDATE_APPLICATIONS).each("applications")
}

const APPLICATIONS: &str = concat!("select ", columns!(), " from applications where true");
const NEWEST_FIRST: &str = " order by created_at desc, id desc limit $1 offset $2";
/// Completed first, then must-haves passed, unknown, failed, then the score.
const BEST_FIRST: &str = " order by case when status in ('in_progress', 'withdrawn') then 1 else 0 end, \
     case when must_have_failed then 2 when must_have_unknown then 1 else 0 end, jd_match_score desc nulls last, \
     created_at desc, id desc limit $1 offset $2";

pub(super) async fn applications<E: Engine>(c: &mut E::Connection, filter: &ApplicationFilter, page: Page) -> Result<Vec<Application>> {
    listed(sql::<E>(APPLICATIONS).bind(page.limit).bind(page.offset), filter).all(c).await
}

const APPLICATION_IDS: &str = "select id from applications where true";

pub(super) async fn application_ids<E: Engine>(c: &mut E::Connection, filter: &ApplicationFilter) -> Result<Vec<Uuid>> {
    listed(sql::<E>(APPLICATION_IDS).bind(i64::MAX).bind(0_i64), filter).values(c, "id").await
}

/// What is wanted, in the order that is wanted; limit and offset are bound already.
fn listed<E: Engine>(list: Statement<E>, filter: &ApplicationFilter) -> Statement<E> {
    let list = list.and_equals("job_id", filter.job_id);
    let list = if filter.consented_only { list.and(" and consented_at is not null") } else { list };
    list.and(if filter.by_score { BEST_FIRST } else { NEWEST_FIRST })
}

impl Record for Answer {
    const TABLE: &'static str = "prescreen_answers";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            question_id: row.get("question_id")?,
            answer_text: row.get("answer_text")?,
            value: row.json("value")?,
            score: row.get("score")?,
            passed: row.get("passed")?,
            reason: row.get("reason")?,
            evidence: row.get("evidence")?,
            state: row.name("state")?,
            answered_at: row.time("answered_at")?,
        })
    }
}

fn state_name(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Read => "read",
        AnswerState::Unread => "unread",
        AnswerState::Skipped => "skipped",
        AnswerState::Corrected => "corrected",
    }
}

macro_rules! answer_columns {
    () => {
        "application_id, question_id, answer_text, value, score, passed, reason, evidence, state, answered_at"
    };
}

const PUT_ANSWERS: &str = concat!(
    "insert into prescreen_answers (",
    answer_columns!(),
    ") select ",
    answer_columns!(),
    " from v where true on conflict (application_id, question_id) do update set \
     answer_text = excluded.answer_text, value = excluded.value, score = excluded.score, passed = excluded.passed, \
     reason = excluded.reason, evidence = excluded.evidence, state = excluded.state, answered_at = excluded.answered_at"
);

/// One answer to a question at most: which of two would stand is not said.
pub(super) fn put_answers(answers: &[(Uuid, &Answer)]) -> Many {
    let rows = Set::of(answers, |set, (application_id, answer)| {
        set.bind(*application_id)
            .bind(answer.question_id)
            .text(&answer.answer_text)
            .json(&answer.value)
            .bind(answer.score)
            .bind(answer.passed)
            .text(&answer.reason)
            .opt_text(answer.evidence.as_deref())
            .text(state_name(answer.state))
            .time(answer.answered_at)
    });
    many(answer_columns!(), rows, PUT_ANSWERS)
}

const ANSWERS_OF_MANY: &str = "select a.application_id as owner, a.question_id, a.answer_text, a.value, a.score, a.passed, a.reason, a.evidence, \
     a.state, a.answered_at from v {prescreen_answers a: a.application_id = k_id} \
     left join job_prescreen_questions q on q.id = a.question_id \
     order by a.application_id, q.question_order nulls last, a.answered_at, a.question_id";

/// The answers of many applications, in the order of their questions.
pub(super) fn answers_of_many(ids: &[Uuid]) -> Many {
    many("k_id", keys(ids), ANSWERS_OF_MANY)
}

const ANSWERS: &str = "select a.question_id, a.answer_text, a.value, a.score, a.passed, a.reason, a.evidence, a.state, a.answered_at \
     from prescreen_answers a left join job_prescreen_questions q on q.id = a.question_id \
     where a.application_id = $1 order by q.question_order nulls last, a.answered_at, a.question_id";

pub(super) async fn answers<E: Engine>(c: &mut E::Connection, application_id: Uuid) -> Result<Vec<Answer>> {
    sql::<E>(ANSWERS).bind(application_id).all(c).await
}
