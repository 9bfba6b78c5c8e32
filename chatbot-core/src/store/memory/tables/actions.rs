//! The action queue and the activity log.

use std::cmp::Reverse;

use uuid::Uuid;

use super::constraint::{there, unique};
use super::{Tables, page};
use crate::recruiting::{Action, ActionStatus, Activity};
use crate::store::rows::{ActivityFilter, Page, Result};

pub(crate) fn insert(t: &mut Tables, action: &Action) -> Result<()> {
    unique(t.actions.values().all(|row| row.id != action.id), "action_queue.id")?;
    t.actions.append(action.clone());
    Ok(())
}

pub(crate) fn get(t: &Tables, id: Uuid) -> Option<Action> {
    t.actions.values().find(|row| row.id == id).cloned()
}

pub(crate) fn update(t: &mut Tables, action: &Action) -> Result<()> {
    let written = t.actions.change_where(
        |row| row.id == action.id,
        |row| {
            row.status = action.status;
            row.payload = action.payload.clone();
            row.resolved_at = action.resolved_at;
            row.resolved_by.clone_from(&action.resolved_by);
            row.resolution.clone_from(&action.resolution);
        },
    );
    there(written == 1, "action")
}

pub(crate) fn open(t: &Tables, session_id: Option<Uuid>, application_id: Option<Uuid>) -> Vec<Action> {
    let open = t.actions.values().filter(|row| {
        row.status == ActionStatus::Open
            && match row.application_id {
                Some(id) => application_id == Some(id),
                None => row.session_id.is_some() && row.session_id == session_id,
            }
    });
    let mut rows: Vec<_> = open.cloned().collect();
    rows.sort_by_key(|row| row.created_at);
    rows
}

pub(crate) fn list(t: &Tables, status: Option<ActionStatus>, session_id: Option<Uuid>, wanted: Page) -> Vec<Action> {
    let newest_first = t.actions.values().rev();
    let mut rows: Vec<_> = newest_first
        .filter(|row| status.is_none_or(|status| row.status == status) && session_id.is_none_or(|id| row.session_id == Some(id)))
        .collect();
    rows.sort_by_key(|row| Reverse(row.created_at));
    page(&rows, wanted)
}

/// Ids are not compared: the log grows with every turn, and nothing reads a line by its id.
pub(crate) fn insert_activity(t: &mut Tables, activity: &Activity) {
    t.activity.append(activity.clone());
}

pub(crate) fn activity(t: &Tables, filter: &ActivityFilter, wanted: Page) -> Vec<Activity> {
    let newest_first = t.activity.values().rev();
    let mut rows: Vec<_> = newest_first
        .filter(|row| filter.session_id.is_none_or(|id| row.session_id == Some(id)))
        .filter(|row| filter.application_id.is_none_or(|id| row.application_id == Some(id)))
        .filter(|row| filter.activity_type.as_ref().is_none_or(|name| row.activity_type == *name))
        .collect();
    rows.sort_by_key(|row| Reverse(row.created_at));
    page(&rows, wanted)
}
