//! Events for the systems around.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::constraint::unique;
use super::{EventRow, Tables, count};
use crate::orchestrator::ChatEvent;
use crate::store::rows::Result;

pub(crate) fn insert(t: &mut Tables, event: &ChatEvent) -> Result<()> {
    unique(t.events.values().all(|row| row.event.id != event.id), "events.id")?;
    t.events.append(EventRow { event: event.clone(), attempts: 0, delivered_at: None, next_at: Some(event.created_at) });
    Ok(())
}

pub(crate) fn due(t: &Tables, now: DateTime<Utc>, limit: i64) -> Vec<(ChatEvent, i64)> {
    let mut rows: Vec<_> = t.events.values().filter(|row| row.delivered_at.is_none() && row.next_at.is_some_and(|at| at <= now)).collect();
    rows.sort_by_key(|row| row.next_at);
    rows.into_iter().take(count(limit)).map(|row| (row.event.clone(), row.attempts)).collect()
}

pub(crate) fn settle(t: &mut Tables, id: Uuid, delivered_at: Option<DateTime<Utc>>, attempts: i64, next_at: Option<DateTime<Utc>>) {
    t.events
        .change_where(|row| row.event.id == id, |row| (row.delivered_at, row.attempts, row.next_at) = (delivered_at, attempts, next_at));
}

pub(crate) fn of_session(t: &Tables, session_id: Uuid) -> Vec<ChatEvent> {
    let mut events: Vec<_> = t.events.values().map(|row| &row.event).filter(|event| event.session_id == session_id).collect();
    events.sort_by_key(|event| event.created_at);
    events.into_iter().cloned().collect()
}
