//! The action queue and the activity log.

use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::erasure::{by_any, of_application, of_session, of_session_or_application};
use crate::recruiting::{Action, ActionStatus, Activity};
use crate::store::rows::{ActivityFilter, Page, Result};

macro_rules! action_columns {
    () => {
        "id, type, status, session_id, application_id, question_id, payload, created_at, resolved_at, resolved_by, resolution"
    };
}

macro_rules! activity_columns {
    () => {
        "id, type, actor_type, actor, session_id, application_id, candidate_id, detail, created_at"
    };
}

impl Record for Action {
    const TABLE: &'static str = "action_queue";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            action_type: row.name("type")?,
            status: row.name("status")?,
            session_id: row.get("session_id")?,
            application_id: row.get("application_id")?,
            question_id: row.get("question_id")?,
            payload: row.json("payload")?,
            created_at: row.time("created_at")?,
            resolved_at: row.opt_time("resolved_at")?,
            resolved_by: row.get("resolved_by")?,
            resolution: row.get("resolution")?,
        })
    }
}

impl Record for Activity {
    const TABLE: &'static str = "activity_logs";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            activity_type: row.get("type")?,
            actor_type: row.get("actor_type")?,
            actor: row.get("actor")?,
            session_id: row.get("session_id")?,
            application_id: row.get("application_id")?,
            candidate_id: row.get("candidate_id")?,
            detail: row.json("detail")?,
            created_at: row.time("created_at")?,
        })
    }
}

const INSERT_ACTIONS: &str = concat!("insert into action_queue (", action_columns!(), ") select ", action_columns!(), " from v");

/// Adds actions, in order.
pub(super) fn insert_actions(actions: &[Action]) -> Many {
    let rows = Set::of(actions, |set, action| {
        set.bind(action.id)
            .text(action.action_type.as_str())
            .text(action.status.as_str())
            .bind(action.session_id)
            .bind(action.application_id)
            .bind(action.question_id)
            .json(&action.payload)
            .time(action.created_at)
            .opt_time(action.resolved_at)
            .opt_text(action.resolved_by.as_deref())
            .opt_text(action.resolution.as_deref())
    });
    many(action_columns!(), rows, INSERT_ACTIONS)
}

const ACTION: &str = concat!("select ", action_columns!(), " from action_queue where id = $1");

pub(super) async fn action<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Action>> {
    sql::<E>(ACTION).bind(id).optional(c).await
}

const UPDATE_ACTIONS: &str = "update action_queue set status = v.k_status, payload = v.k_payload, resolved_at = v.k_resolved_at, \
     resolved_by = v.k_resolved_by, resolution = v.k_resolution from v where action_queue.id = v.k_id";

pub(super) fn update_actions(actions: &[Action]) -> Many {
    let rows = Set::of(actions, |set, action| {
        set.bind(action.id)
            .text(action.status.as_str())
            .json(&action.payload)
            .opt_time(action.resolved_at)
            .opt_text(action.resolved_by.as_deref())
            .opt_text(action.resolution.as_deref())
    });
    many("k_id, k_status, k_payload, k_resolved_at, k_resolved_by, k_resolution", rows, UPDATE_ACTIONS)
        .each("action_queue")
        .among("action_queue.id", "k_id")
}

// Joined to nothing, so that not all that is open is gone through while few are.
const OPEN_ACTIONS_OF_MANY: &str = "select k_session as owner, q.id, q.type, q.status, q.session_id, q.application_id, q.question_id, q.payload, \
     q.created_at, q.resolved_at, q.resolved_by, q.resolution, q.position from v \
     {action_queue q: q.application_id = k_application and q.status || '' = 'open'} union all select k_session as owner, q.id, q.type, q.status, q.session_id, q.application_id, q.question_id, \
     q.payload, q.created_at, q.resolved_at, q.resolved_by, q.resolution, q.position from v \
     {action_queue q: q.session_id = k_session and q.application_id is null and q.status || '' = 'open'} order by created_at, position";

/// Open actions about sessions with the applications they work on, oldest first.
pub(super) fn open_actions_of_many(about: &[(Uuid, Option<Uuid>)]) -> Many {
    let rows = Set::of(about, |set, (session_id, application_id)| set.bind(*session_id).bind(*application_id));
    many("k_session, k_application", rows, OPEN_ACTIONS_OF_MANY)
}

/// Whether an action is among what the statements above and below find of a session and the application it works on.
pub(super) fn is_about(action: &Action, session_id: Option<Uuid>, application_id: Option<Uuid>) -> bool {
    match action.application_id {
        Some(id) => application_id == Some(id),
        None => action.session_id == session_id,
    }
}

const OPEN_ACTIONS: &str = concat!(
    "select ",
    action_columns!(),
    " from action_queue where status = 'open' and (application_id = $2 or (application_id is null and session_id = $1)) \
     order by created_at, position"
);

pub(super) async fn open_actions<E: Engine>(
    c: &mut E::Connection,
    session_id: Option<Uuid>,
    application_id: Option<Uuid>,
) -> Result<Vec<Action>> {
    sql::<E>(OPEN_ACTIONS).bind(session_id).bind(application_id).all(c).await
}

const ACTIONS: &str = concat!("select ", action_columns!(), " from action_queue where true");
const NEWEST_FIRST: &str = " order by created_at desc, position desc limit $1 offset $2";

pub(super) async fn actions<E: Engine>(
    c: &mut E::Connection,
    status: Option<ActionStatus>,
    session_id: Option<Uuid>,
    page: Page,
) -> Result<Vec<Action>> {
    sql::<E>(ACTIONS)
        .bind(page.limit)
        .bind(page.offset)
        .and_equals("status", status.map(|s| s.as_str().to_owned()))
        .and_equals("session_id", session_id)
        .and(NEWEST_FIRST)
        .all(c)
        .await
}

const INSERT_ACTIVITY: &str = concat!("insert into activity_logs (", activity_columns!(), ") select ", activity_columns!(), " from v");

/// Adds lines, in order.
pub(super) fn insert_activity(lines: &[Activity]) -> Many {
    let rows = Set::of(lines, |set, activity| {
        set.bind(activity.id)
            .text(&activity.activity_type)
            .text(&activity.actor_type)
            .opt_text(activity.actor.as_deref())
            .bind(activity.session_id)
            .bind(activity.application_id)
            .bind(activity.candidate_id)
            .json(&activity.detail)
            .time(activity.created_at)
    });
    many(activity_columns!(), rows, INSERT_ACTIVITY)
}

const ACTIVITY: &str = concat!("select ", activity_columns!(), " from activity_logs where true");

pub(super) async fn activity<E: Engine>(c: &mut E::Connection, filter: &ActivityFilter, page: Page) -> Result<Vec<Activity>> {
    sql::<E>(ACTIVITY)
        .bind(page.limit)
        .bind(page.offset)
        .and_equals("session_id", filter.session_id)
        .and_equals("application_id", filter.application_id)
        .and_equals("type", filter.activity_type.clone())
        .and(NEWEST_FIRST)
        .all(c)
        .await
}

const ACTIONS_OF_CANDIDATE: &str = concat!(
    "select ",
    action_columns!(),
    " from action_queue where ",
    of_session_or_application!("action_queue"),
    " order by created_at, position"
);

pub(super) async fn actions_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Action>> {
    sql::<E>(ACTIONS_OF_CANDIDATE).bind(candidate_id).all(c).await
}

const ACTIVITY_OF_CANDIDATE: &str = concat!(
    "select ",
    activity_columns!(),
    " from activity_logs where ",
    of_session_or_application!("activity_logs", or named),
    " order by created_at, position"
);

pub(super) async fn activity_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Activity>> {
    sql::<E>(ACTIVITY_OF_CANDIDATE).bind(candidate_id).all(c).await
}
