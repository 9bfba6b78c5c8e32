//! Sessions: opening, finding, writing.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Statement, sql};
use crate::session::Session;
use crate::store::rows::{Page, Result, SessionFilter};

/// The columns of a session, named: a newer process that adds one must not break an older one's prepared statements.
macro_rules! session_columns {
    () => {
        "id, platform, account, platform_user_id, candidate_id, application_id, context, automation_enabled, control_epoch, control_seq, \
         locale, source, token_hash, last_seq, last_inbound, last_handled, ready_at, lease_boot, lease_n, claims, failures, successor_id, \
         demo, opened_at, last_entry_at, closed_at"
    };
}
pub(in crate::store::sql) use session_columns;

/// A session by id.
macro_rules! session_by_id {
    () => {
        concat!("select ", session_columns!(), " from chat_sessions where id = $1")
    };
}
pub(in crate::store::sql) use session_by_id;

/// The open session of a person on an account.
macro_rules! open_session {
    () => {
        concat!(
            "select ",
            session_columns!(),
            " from chat_sessions where platform = $1 and account = $2 and platform_user_id = $3 and closed_at is null"
        )
    };
}
pub(in crate::store::sql) use open_session;

impl Record for Session {
    const TABLE: &'static str = "chat_sessions";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            platform: row.get("platform")?,
            account: row.get("account")?,
            platform_user_id: row.get("platform_user_id")?,
            candidate_id: row.get("candidate_id")?,
            application_id: row.get("application_id")?,
            context: row.json("context")?,
            automation_enabled: row.get("automation_enabled")?,
            control_epoch: row.get("control_epoch")?,
            control_seq: row.get("control_seq")?,
            locale: row.get("locale")?,
            source: row.get("source")?,
            token_hash: row.get("token_hash")?,
            last_seq: row.get("last_seq")?,
            last_inbound: row.get("last_inbound")?,
            last_handled: row.get("last_handled")?,
            ready_at: row.opt_time("ready_at")?,
            lease_boot: row.get("lease_boot")?,
            lease_n: row.get("lease_n")?,
            claims: row.get("claims")?,
            failures: row.get("failures")?,
            successor_id: row.get("successor_id")?,
            demo: row.get("demo")?,
            opened_at: row.time("opened_at")?,
            last_entry_at: row.time("last_entry_at")?,
            closed_at: row.opt_time("closed_at")?,
        })
    }
}

/// Every column in the order of `session_columns!`.
fn bind_session<E: Engine>(statement: Statement<E>, s: &Session) -> Statement<E> {
    statement
        .bind(s.id)
        .text(&s.platform)
        .text(&s.account)
        .text(&s.platform_user_id)
        .bind(s.candidate_id)
        .bind(s.application_id)
        .json(&s.context)
        .bind(s.automation_enabled)
        .bind(s.control_epoch)
        .bind(s.control_seq)
        .text(&s.locale)
        .opt_text(s.source.as_deref())
        .bind(s.token_hash.clone())
        .bind(s.last_seq)
        .bind(s.last_inbound)
        .bind(s.last_handled)
        .opt_time(s.ready_at)
        .bind(s.lease_boot)
        .bind(s.lease_n)
        .bind(s.claims)
        .bind(s.failures)
        .bind(s.successor_id)
        .bind(s.demo)
        .time(s.opened_at)
        .time(s.last_entry_at)
        .opt_time(s.closed_at)
}

const SESSION: &str = session_by_id!();

pub(super) async fn session<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<Session>> {
    sql::<E>(SESSION).bind(id).optional(c).await
}

/// `locks`: false on a reading connection, where a lock would outlive nothing and wait for everything.
pub(super) async fn lock_session<E: Engine>(c: &mut E::Connection, locks: bool, id: Uuid) -> Result<Option<Session>> {
    sql::<E>(if locks { E::LOCK_SESSION } else { SESSION }).bind(id).optional(c).await
}

const OPEN_SESSION: &str = open_session!();

pub(super) async fn lock_open_session<E: Engine>(
    c: &mut E::Connection,
    locks: bool,
    platform: &str,
    account: &str,
    platform_user_id: &str,
) -> Result<Option<Session>> {
    sql::<E>(if locks { E::LOCK_OPEN_SESSION } else { OPEN_SESSION }).text(platform).text(account).text(platform_user_id).optional(c).await
}

const NEWEST_SESSION: &str = concat!(
    "select ",
    session_columns!(),
    " from chat_sessions where platform = $1 and platform_user_id = $2 and account = $3 \
     order by opened_at desc, case when closed_at is null then 0 else 1 end limit 1"
);

pub(super) async fn newest_session<E: Engine>(
    c: &mut E::Connection,
    platform: &str,
    account: &str,
    platform_user_id: &str,
) -> Result<Option<Session>> {
    sql::<E>(NEWEST_SESSION).text(platform).text(platform_user_id).text(account).optional(c).await
}

const SESSION_BY_TOKEN: &str = concat!("select ", session_columns!(), " from chat_sessions where token_hash = $1");

pub(super) async fn session_by_token<E: Engine>(c: &mut E::Connection, token_hash: &[u8]) -> Result<Option<Session>> {
    sql::<E>(SESSION_BY_TOKEN).bind(token_hash.to_vec()).optional(c).await
}

const INSERT_SESSION: &str = concat!(
    "insert into chat_sessions (",
    session_columns!(),
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)"
);

pub(super) async fn insert_session<E: Engine>(c: &mut E::Connection, session: &Session) -> Result<()> {
    bind_session(sql::<E>(INSERT_SESSION), session).run(c).await?;
    Ok(())
}

const UPDATE_SESSION: &str = "update chat_sessions set platform = $2, account = $3, platform_user_id = $4, candidate_id = $5, \
     application_id = $6, context = $7, automation_enabled = $8, control_epoch = $9, control_seq = $10, locale = $11, source = $12, \
     token_hash = $13, last_seq = $14, last_inbound = $15, last_handled = $16, ready_at = $17, lease_boot = $18, lease_n = $19, \
     claims = $20, failures = $21, successor_id = $22, demo = $23, opened_at = $24, last_entry_at = $25, closed_at = $26 where id = $1";

pub(super) async fn update_session<E: Engine>(c: &mut E::Connection, session: &Session) -> Result<()> {
    let touched = bind_session(sql::<E>(UPDATE_SESSION), session).run(c).await?;
    super::one_row(touched, "chat_sessions")
}

const SESSIONS: &str = concat!("select ", session_columns!(), " from chat_sessions where true");
const WAITING: &str = " and exists (select 1 from action_queue q where q.session_id = chat_sessions.id and q.status = 'open' \
     and q.type in ('human_requested', 'low_confidence', 'parked', 'candidate_waiting'))";
/// The job of the application that a session works on.
const JOB: &str = "(select a.job_id from applications a where a.id = chat_sessions.application_id)";
const NEWEST_FIRST: &str = " order by last_entry_at desc, id desc limit $1 offset $2";

pub(super) async fn sessions<E: Engine>(c: &mut E::Connection, filter: &SessionFilter, page: Page) -> Result<Vec<Session>> {
    let list = sql::<E>(SESSIONS).bind(page.limit).bind(page.offset).and_equals(JOB, filter.job_id);
    let list = match filter.open {
        Some(true) => list.and(" and closed_at is null"),
        Some(false) => list.and(" and closed_at is not null"),
        None => list,
    };
    let list = if filter.waiting { list.and(WAITING) } else { list };
    list.and(NEWEST_FIRST).all(c).await
}

const SESSIONS_OF_APPLICATION: &str = "select id from chat_sessions where application_id = $1 and closed_at is null order by id";

pub(super) async fn sessions_of_application<E: Engine>(c: &mut E::Connection, application_id: Uuid) -> Result<Vec<Uuid>> {
    sql::<E>(SESSIONS_OF_APPLICATION).bind(application_id).values(c, "id").await
}

const NEXT_READY_AT: &str = "select ready_at from chat_sessions where ready_at is not null and closed_at is null order by ready_at limit 1";

pub(super) async fn next_ready_at<E: Engine>(c: &mut E::Connection) -> Result<Option<DateTime<Utc>>> {
    Ok(sql::<E>(NEXT_READY_AT).value::<super::super::time::Ts>(c, "ready_at").await?.map(|t| t.0))
}
