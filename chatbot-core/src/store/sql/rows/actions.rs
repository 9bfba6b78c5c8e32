//! The action queue and the activity log.

use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{many, sql};
use super::erasure::of_session_or_application;
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

const INSERT_ACTION: &str =
    concat!("insert into action_queue (", action_columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

pub(super) async fn insert_action<E: Engine>(c: &mut E::Connection, action: &Action) -> Result<()> {
    sql::<E>(INSERT_ACTION)
        .bind(action.id)
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
        .run(c)
        .await?;
    Ok(())
}

const ACTION: &str = concat!("select ", action_columns!(), " from action_queue where id = $1");

pub(super) async fn action<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Action>> {
    sql::<E>(ACTION).bind(id).optional(c).await
}

const UPDATE_ACTION: &str =
    "update action_queue set status = $2, payload = $3, resolved_at = $4, resolved_by = $5, resolution = $6 where id = $1";

pub(super) async fn update_action<E: Engine>(c: &mut E::Connection, action: &Action) -> Result<()> {
    let touched = sql::<E>(UPDATE_ACTION)
        .bind(action.id)
        .text(action.status.as_str())
        .json(&action.payload)
        .opt_time(action.resolved_at)
        .opt_text(action.resolved_by.as_deref())
        .opt_text(action.resolution.as_deref())
        .run(c)
        .await?;
    super::one_row(touched, "action_queue")
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

const INSERT_ACTIVITY: &str =
    concat!("insert into activity_logs (", activity_columns!(), ") select ", activity_columns!(), " from v");

/// Adds lines, in order.
pub(super) async fn insert_activity<E: Engine>(c: &mut E::Connection, lines: &[Activity]) -> Result<()> {
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
    many(activity_columns!(), rows, INSERT_ACTIVITY).run::<E>(c).await.map(drop)
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

const ACTIONS_OF_CANDIDATE: &str =
    concat!("select ", action_columns!(), " from action_queue where ", of_session_or_application!(), " order by created_at, position");

pub(super) async fn actions_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Action>> {
    sql::<E>(ACTIONS_OF_CANDIDATE).bind(candidate_id).all(c).await
}

const ACTIVITY_OF_CANDIDATE: &str = concat!(
    "select ",
    activity_columns!(),
    " from activity_logs where candidate_id = $1 or ",
    of_session_or_application!(),
    " order by created_at, position"
);

pub(super) async fn activity_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Activity>> {
    sql::<E>(ACTIVITY_OF_CANDIDATE).bind(candidate_id).all(c).await
}
