//! Filing and settling what needs a person, and telling the systems around: one way for turns, deliveries and what
//! people decide.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::rows::Rows;
use super::{StoreError, log};
use crate::clock::IdSource;
use crate::orchestrator::{ChatEvent, EventKind};
use crate::recruiting::view::ApplicationView;
use crate::recruiting::{Action, ActionStatus, ActionType};
use crate::session::Session;
use crate::turn::NewAction;

/// Whose actions: an application's, whichever of its conversations they were filed in; a conversation's own while
/// they name no application.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) session_id: Option<Uuid>,
    pub(super) application_id: Option<Uuid>,
}

impl From<&Session> for About {
    fn from(session: &Session) -> Self {
        Self { session_id: Some(session.id), application_id: session.application_id }
    }
}

/// Who settled an action, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled<'a> {
    pub(super) by: &'a str,
    pub(super) why: &'a str,
}

/// Files an action of a conversation unless one like it is open; what escalates is also an event.
pub(super) async fn file_action(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &Session,
    new: &NewAction,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    let Some(action) = file(rows, now, About::from(session), new, ids).await? else { return Ok(()) };
    if new.action_type.escalates() {
        let detail = json!({"reason": new.action_type.as_str(), "action_id": action, "detail": new.payload});
        emit(rows, now, session, EventKind::Escalation, &detail, ids).await?;
    }
    Ok(())
}

/// Files an action unless one like it is open; answers the new one's id.
pub(super) async fn file(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    about: About,
    new: &NewAction,
    ids: &dyn IdSource,
) -> Result<Option<Uuid>, StoreError> {
    // One open action of a kind about a question, or about deliveries, is enough for a person to look; other wishes are
    // other actions.
    let enough = new.question_id.is_some() || new.action_type == ActionType::DeliveryFailed;
    let open = rows.open_actions(about.session_id, about.application_id).await?;
    if open.iter().any(|a| is_like(a, new.action_type, new.question_id) && (enough || a.payload == new.payload)) {
        return Ok(None);
    }
    let action = Action {
        id: ids.uuid(),
        action_type: new.action_type,
        status: ActionStatus::Open,
        session_id: about.session_id,
        application_id: about.application_id,
        question_id: new.question_id,
        payload: new.payload.clone(),
        created_at: now,
        resolved_at: None,
        resolved_by: None,
        resolution: None,
    };
    rows.insert_action(&action).await?;
    Ok(Some(action.id))
}

/// Settles the open actions that `which` picks; answers their ids.
pub(super) async fn settle(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    about: About,
    settled: Settled<'_>,
    which: impl Fn(&Action) -> bool + Send,
) -> Result<Vec<Uuid>, StoreError> {
    let mut ids = Vec::new();
    for mut action in rows.open_actions(about.session_id, about.application_id).await? {
        if which(&action) {
            action.status = ActionStatus::Resolved;
            action.resolved_at = Some(now);
            action.resolved_by = Some(settled.by.to_owned());
            action.resolution = Some(settled.why.to_owned());
            rows.update_action(&action).await?;
            ids.push(action.id);
        }
    }
    Ok(ids)
}

/// Of this type, about this question (`None`: about no question).
pub(super) fn is_like(action: &Action, action_type: ActionType, question_id: Option<Uuid>) -> bool {
    action.action_type == action_type && action.question_id == question_id
}

/// Tells the systems around.
pub(super) async fn emit(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &Session,
    kind: EventKind,
    own: &Value,
    ids: &dyn IdSource,
) -> Result<(), StoreError> {
    let id = ids.uuid();
    let payload = event_payload(rows, session, kind, own).await?;
    rows.insert_event(&ChatEvent { id, kind, session_id: session.id, application_id: session.application_id, payload, created_at: now })
        .await?;
    log(rows, ids, now, session, kind.as_str(), "bot", None, json!({"event_id": id})).await
}

/// Application, contact and answers whole, as they stand now: a receiver need not ask back.
async fn event_payload(rows: &mut dyn Rows, session: &Session, kind: EventKind, own: &Value) -> Result<Value, StoreError> {
    let mut payload = json!({
        "type": kind.as_str(),
        "session_id": session.id,
        "platform": session.platform,
        "detail": own,
    });
    let Some(map) = payload.as_object_mut() else { return Ok(payload) };
    if let Some(id) = session.application_id
        && let Some(application) = rows.application(id).await?
    {
        let answers = rows.answers(id).await?;
        if let Some(job) = rows.job(application.job_id, Some(application.question_set_version)).await? {
            map.insert("job".into(), json!({"id": job.id, "slug": job.slug, "title": job.title, "owner": job.owner}));
            let view = ApplicationView::new(&application, &job, &answers, None);
            map.insert("application".into(), serde_json::to_value(view).unwrap_or(Value::Null));
        }
    }
    if let Some(id) = session.candidate_id
        && let Some(c) = rows.candidate(id).await?
    {
        map.insert("contact".into(), json!({"candidate_id": c.id, "name": c.name, "emails": c.emails, "phones": c.phones}));
    }
    Ok(payload)
}
