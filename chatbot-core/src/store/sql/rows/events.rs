//! Events waiting for a sink.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::erasure::{by_any, of_application, of_session, of_session_or_application};
use crate::orchestrator::ChatEvent;
use crate::store::rows::Result;

impl Record for ChatEvent {
    const TABLE: &'static str = "events";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.name("type")?,
            session_id: row.get("session_id")?,
            application_id: row.get("application_id")?,
            payload: row.json("payload")?,
            created_at: row.time("created_at")?,
        })
    }
}

/// An event with its tries so far.
struct Tried(ChatEvent, i64);

impl Record for Tried {
    const TABLE: &'static str = "events";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self(ChatEvent::read(row)?, row.get("attempts")?))
    }
}

const INSERT_EVENTS: &str = "insert into events (id, type, session_id, application_id, payload, created_at, attempts, next_at) \
     select id, type, session_id, application_id, payload, created_at, 0, created_at from v";

/// Adds events, in order.
pub(super) fn insert_events(events: &[ChatEvent]) -> Many {
    let rows = Set::of(events, |set, event| {
        set.bind(event.id)
            .text(event.kind.as_str())
            .bind(event.session_id)
            .bind(event.application_id)
            .json(&event.payload)
            .time(event.created_at)
    });
    many("id, type, session_id, application_id, payload, created_at", rows, INSERT_EVENTS)
}

const EVENTS_DUE: &str = "select id, type, session_id, application_id, payload, created_at, attempts from events \
     where next_at is not null and next_at <= $1 order by next_at, position limit $2";

pub(super) async fn events_due<E: Engine>(c: &mut E::Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<(ChatEvent, i64)>> {
    let due: Vec<Tried> = sql::<E>(EVENTS_DUE).time(now).bind(limit).all(c).await?;
    Ok(due.into_iter().map(|Tried(event, attempts)| (event, attempts)).collect())
}

const SETTLE_EVENT: &str = "update events set delivered_at = $2, attempts = $3, next_at = $4 where id = $1";

pub(super) async fn settle_event<E: Engine>(
    c: &mut E::Connection,
    id: Uuid,
    delivered_at: Option<DateTime<Utc>>,
    attempts: i64,
    next_at: Option<DateTime<Utc>>,
) -> Result<()> {
    sql::<E>(SETTLE_EVENT).bind(id).opt_time(delivered_at).bind(attempts).opt_time(next_at).run(c).await?;
    Ok(())
}

const EVENTS: &str = "select id, type, session_id, application_id, payload, created_at from events \
     where session_id = $1 order by created_at, position";

pub(super) async fn events<E: Engine>(c: &mut E::Connection, session_id: Uuid) -> Result<Vec<ChatEvent>> {
    sql::<E>(EVENTS).bind(session_id).all(c).await
}

const EVENTS_OF_CANDIDATE: &str = concat!(
    "select id, type, session_id, application_id, payload, created_at from events where ",
    of_session_or_application!("events"),
    " order by created_at, position"
);

pub(super) async fn events_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<ChatEvent>> {
    sql::<E>(EVENTS_OF_CANDIDATE).bind(candidate_id).all(c).await
}
