//! Writes that are no part of a turn: jobs, users, tokens, files, actions, the demo. Each is one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::StoreError;
use super::handle::Store;
use super::rows::Lease;
use crate::access::{Token, User};
use crate::clock::IdSource;
use crate::inbox::quarantine::Quarantined;
use crate::recruiting::{Action, ActionStatus, Activity, Job};

/// What came of a write that a constraint may refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// Written.
    Done,
    /// Somebody has this name already.
    Conflict,
    /// There is nothing to write to.
    #[allow(dead_code, reason = "part of the answer's meaning")]
    Absent,
}

fn put(result: Result<(), StoreError>) -> Result<Put, StoreError> {
    match result {
        Ok(()) => Ok(Put::Done),
        Err(StoreError::Conflict { .. }) => Ok(Put::Conflict),
        Err(other) => Err(other),
    }
}

impl Store {
    pub(crate) fn new_id(&self) -> Uuid {
        self.ids.uuid()
    }

    pub(crate) fn ids(&self) -> Arc<dyn IdSource> {
        Arc::clone(&self.ids)
    }

    pub(crate) async fn now(&self) -> Result<DateTime<Utc>, StoreError> {
        self.backend.now().await
    }

    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        self.backend.migrate().await
    }

    pub(crate) fn known_migrations(&self) -> Vec<(i64, String)> {
        self.backend.known_migrations()
    }

    pub(crate) async fn close(&self) {
        self.backend.close().await;
    }

    pub(crate) async fn insert_job(&self, job: Job) -> Result<Put, StoreError> {
        put(self
            .write(move |rows, _| {
                let job = job.clone();
                async move { rows.insert_job(&job).await }.boxed()
            })
            .await)
    }

    pub(crate) async fn update_job(&self, job: Job) -> Result<(), StoreError> {
        self.write(move |rows, _| {
            let mut job = job.clone();
            async move {
                // The questions are another call's: what it has put in place since stays.
                if let Some(stands) = rows.job(job.id, None).await? {
                    job.question_set_version = stands.question_set_version;
                    job.on_must_have_fail = stands.on_must_have_fail;
                    job.model_reading = stands.model_reading;
                }
                rows.update_job(&job).await
            }
            .boxed()
        })
        .await
    }

    /// Puts `job.questions` in place as the version after the newest.
    pub(crate) async fn put_questions(&self, job: Job) -> Result<Option<Job>, StoreError> {
        self.write(move |rows, _| {
            let mut job = job.clone();
            async move {
                let Some(stands) = rows.job(job.id, None).await? else { return Ok(None) };
                job.question_set_version = stands.question_set_version + 1;
                rows.insert_questions(job.id, job.question_set_version, &job.questions).await?;
                rows.update_job(&job).await?;
                Ok(Some(job))
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn note_opened(&self, application_id: Uuid, by: String) -> Result<(), StoreError> {
        let ids = self.ids();
        self.write(move |rows, now| {
            let (by, ids) = (by.clone(), Arc::clone(&ids));
            async move {
                // The session's row lock orders this against a turn that writes the application.
                if let Some(session) = rows.application(application_id).await?.and_then(|a| a.session_id) {
                    rows.lock_session(session).await?;
                }
                let Some(mut application) = rows.application(application_id).await? else { return Ok(()) };
                if application.opened_at.is_some() {
                    return Ok(());
                }
                application.opened_at = Some(now);
                rows.update_application(&application).await?;
                rows.insert_activity(&Activity {
                    id: ids.uuid(),
                    activity_type: "application_opened".into(),
                    actor_type: "recruiter".into(),
                    actor: Some(by),
                    session_id: application.session_id,
                    application_id: Some(application.id),
                    candidate_id: Some(application.candidate_id),
                    detail: json!({}),
                    created_at: now,
                })
                .await
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn resolve_action(&self, id: Uuid, by: String, note: Option<String>) -> Result<Option<Action>, StoreError> {
        let ids = self.ids();
        self.write(move |rows, now| {
            let (by, note, ids) = (by.clone(), note.clone(), Arc::clone(&ids));
            async move {
                let Some(mut action) = rows.action(id).await? else { return Ok(None) };
                if action.status == ActionStatus::Resolved {
                    return Ok(Some(action));
                }
                action.status = ActionStatus::Resolved;
                action.resolved_at = Some(now);
                action.resolved_by = Some(by.clone());
                action.resolution = note;
                rows.update_action(&action).await?;
                rows.insert_activity(&Activity {
                    id: ids.uuid(),
                    activity_type: "action_resolved".into(),
                    actor_type: "recruiter".into(),
                    actor: Some(by),
                    session_id: action.session_id,
                    application_id: action.application_id,
                    candidate_id: None,
                    detail: json!({"action_id": action.id, "type": action.action_type.as_str()}),
                    created_at: now,
                })
                .await?;
                Ok(Some(action))
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn insert_user(&self, user: User) -> Result<Put, StoreError> {
        put(self
            .write(move |rows, _| {
                let user = user.clone();
                async move { rows.insert_user(&user).await }.boxed()
            })
            .await)
    }

    pub(crate) async fn insert_token(&self, token: Token) -> Result<(), StoreError> {
        self.write(move |rows, _| {
            let token = token.clone();
            async move { rows.insert_token(&token).await }.boxed()
        })
        .await
    }

    pub(crate) async fn revoke_token(&self, id: Uuid) -> Result<bool, StoreError> {
        self.write(move |rows, now| async move { rows.revoke_token(id, now).await }.boxed()).await
    }

    pub(crate) async fn put_setting(&self, name: &'static str, value: String) -> Result<(), StoreError> {
        self.write(move |rows, _| {
            let value = value.clone();
            async move { rows.put_setting(name, &value).await }.boxed()
        })
        .await
    }

    pub(crate) async fn purge_seen(&self, kept: Duration) -> Result<u64, StoreError> {
        self.write(move |rows, now| async move { rows.purge_seen(now - kept).await }.boxed()).await
    }

    pub(crate) async fn insert_quarantined(&self, row: Quarantined) -> Result<bool, StoreError> {
        self.write(move |rows, now| {
            let row = Quarantined { created_at: now, ..row.clone() };
            async move { rows.insert_quarantined(&row).await }.boxed()
        })
        .await
    }

    pub(crate) async fn purge_quarantined(&self, kept: Duration) -> Result<u64, StoreError> {
        self.write(move |rows, now| async move { rows.purge_quarantined(now - kept).await }.boxed()).await
    }

    /// Takes or renews a lease for this process; true while it holds it.
    pub(crate) async fn hold_lease(&self, name: String, n: i64, length: Duration) -> Result<bool, StoreError> {
        let boot = self.boot();
        self.write(move |rows, now| {
            let wish = Lease { name: name.clone(), boot, n, until: now + length };
            async move {
                let holder = rows.take_lease(&wish, now).await?;
                Ok((holder.boot, holder.n) == (boot, n))
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn release_lease(&self, name: String, n: i64) -> Result<(), StoreError> {
        let boot = self.boot();
        self.write(move |rows, _| {
            let name = name.clone();
            async move { rows.drop_lease(&name, boot, n).await }.boxed()
        })
        .await
    }

    pub(crate) async fn delete_demo(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        self.write(|rows, _| async move { rows.delete_demo().await }.boxed()).await
    }
}
