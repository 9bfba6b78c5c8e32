//! Sessions: opening, finding, writing.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use crate::access::User;
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
fn bind_session(set: Set, s: &Session) -> Set {
    set.bind(s.id)
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

const INSERT_SESSIONS: &str = concat!("insert into chat_sessions (", session_columns!(), ") select ", session_columns!(), " from v");

pub(super) fn insert_sessions(sessions: &[&Session]) -> Many {
    many(session_columns!(), Set::of(sessions, |set, s| bind_session(set, s)), INSERT_SESSIONS)
}

/// The columns of `session_columns!`, as values to be written.
const KEYS: &str = "k_id, k_platform, k_account, k_platform_user_id, k_candidate_id, k_application_id, k_context, k_automation_enabled, \
     k_control_epoch, k_control_seq, k_locale, k_source, k_token_hash, k_last_seq, k_last_inbound, k_last_handled, \
     k_ready_at, k_lease_boot, k_lease_n, k_claims, k_failures, k_successor_id, k_demo, k_opened_at, k_last_entry_at, \
     k_closed_at";

const UPDATE_SESSIONS: &str = "update chat_sessions set platform = v.k_platform, account = v.k_account, platform_user_id = v.k_platform_user_id, \
     candidate_id = v.k_candidate_id, application_id = v.k_application_id, context = v.k_context, automation_enabled = \
     v.k_automation_enabled, control_epoch = v.k_control_epoch, control_seq = v.k_control_seq, locale = v.k_locale, source \
     = v.k_source, token_hash = v.k_token_hash, last_seq = v.k_last_seq, last_inbound = v.k_last_inbound, last_handled = \
     v.k_last_handled, ready_at = v.k_ready_at, lease_boot = v.k_lease_boot, lease_n = v.k_lease_n, claims = v.k_claims, \
     failures = v.k_failures, successor_id = v.k_successor_id, demo = v.k_demo, opened_at = v.k_opened_at, last_entry_at = \
     v.k_last_entry_at, closed_at = v.k_closed_at from v where chat_sessions.id = v.k_id";

pub(super) fn update_sessions(sessions: &[&Session]) -> Many {
    many(KEYS, Set::of(sessions, |set, s| bind_session(set, s)), UPDATE_SESSIONS).each("chat_sessions").among("chat_sessions.id", "k_id")
}

/// A person on an account: platform, account, the person's id there.
pub(super) type Place = (String, String, String);

fn places(places: &[Place]) -> Set {
    Set::of(places, |set, (platform, account, person)| set.text(platform).text(account).text(person))
}

const NEWEST_AT: &str = concat!(
    "select ",
    session_columns!(),
    " from v {chat_sessions: id = (select n.id from chat_sessions n where n.platform = k_platform and n.platform_user_id = k_person \
     and n.account = k_account order by n.opened_at desc, case when n.closed_at is null then 0 else 1 end limit 1) \
     and closed_at is not null}"
);

/// The newest session of each person whose newest is closed.
pub(super) fn newest_closed_at(wanted: &[Place]) -> Many {
    many("k_platform, k_account, k_person", places(wanted), NEWEST_AT)
}

/// The session that a row of `v (k_id, k_platform, k_account, k_person)` means: by its id, or the open one of a person.
macro_rules! wanted_session {
    () => {
        "coalesce(k_id, (select o.id from chat_sessions o where o.platform = k_platform and o.account = k_account \
         and o.platform_user_id = k_person and o.closed_at is null))"
    };
}
pub(in crate::store::sql) use wanted_session;

/// Sessions that are meant, in the order of their ids.
macro_rules! wanted_sessions {
    () => {
        concat!("select ", session_columns!(), " from v {chat_sessions: id = ", wanted_session!(), "} order by id")
    };
}
#[cfg(feature = "sqlite")]
pub(in crate::store::sql) use wanted_sessions;

const WANTED_SESSIONS: &str = wanted_sessions!();

/// Many sessions by id, and people's open ones, locked in the order of their ids where `locks` says so: two processes then
/// never wait for each other.
pub(super) fn lock_sessions<E: Engine>(locks: bool, ids: &[Uuid], open_at: &[Place]) -> Many {
    let statement = if locks { E::LOCK_SESSIONS } else { WANTED_SESSIONS };
    let ids = ids.iter().map(|id| (Some(*id), None));
    let wanted = ids.chain(open_at.iter().map(|place| (None, Some(place))));
    let set = Set::of(wanted, |set, (id, place)| {
        let part = |part: fn(&Place) -> &String| place.map(|place| part(place).as_str());
        set.bind(id).opt_text(part(|p| &p.0)).opt_text(part(|p| &p.1)).opt_text(part(|p| &p.2))
    });
    many("k_id, k_platform, k_account, k_person", set, statement)
}

const STAFF_AT: &str = "select c.platform, c.account, c.platform_user_id, u.id, u.email, u.name, u.role, u.created_at from v \
     {user_channels c: c.platform = k_platform and c.account = k_account and c.platform_user_id = k_person} {users u: u.id = c.user_id}";

/// Whose of the employer's these chat accounts are.
pub(super) fn staff_at(wanted: &[Place]) -> Many {
    many("k_platform, k_account, k_person", places(wanted), STAFF_AT)
}

/// One of the employer's people where they chat.
pub(super) struct StaffAt(pub(super) Place, pub(super) User);

impl Record for Place {
    const TABLE: &'static str = "chat_sessions";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok((row.get("platform")?, row.get("account")?, row.get("platform_user_id")?))
    }
}

impl Record for StaffAt {
    const TABLE: &'static str = "user_channels";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self(Place::read(row)?, User::read(row)?))
    }
}

const SESSIONS: &str = concat!("select ", session_columns!(), " from chat_sessions where true");
const WAITING: &str = " and exists (select 1 from action_queue q where q.session_id = chat_sessions.id and q.status = 'open' \
     and q.type in ('human_requested', 'low_confidence', 'parked', 'candidate_waiting'))";
/// Sessions that work on an application for a job.
const OF_JOB: &str = " and application_id in (select id from applications where job_id = ";
/// By the newest entry: the index tells its minute, and within that rows are sorted.
macro_rules! newest_first {
    () => {
        " order by last_entry_minute desc, last_entry_at desc, id desc limit "
    };
}
pub(super) use newest_first;

const NEWEST_FIRST: &str = concat!(newest_first!(), "$1 offset $2");

pub(super) async fn sessions<E: Engine>(c: &mut E::Connection, filter: &SessionFilter, page: Page) -> Result<Vec<Session>> {
    let mut list = sql::<E>(SESSIONS).bind(page.limit).bind(page.offset);
    if let Some(job_id) = filter.job_id {
        list = list.and_with(OF_JOB, job_id).and(")");
    }
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
