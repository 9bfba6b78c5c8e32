//! Each operation of [`Rows`] and where it is written: this file is a table, and only looks like code. What stands in the
//! unit is kept there (`keep.rs`, or noted right here); everything else is a statement.

use std::collections::BTreeMap;
use std::ops::DerefMut;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::super::engine::Engine;
use super::inbox::NewEntry;
use super::{
    SqlRows, access, actions, applications, applied, calls, candidates, claims, demo, erasure, events, files, inbox, jobs, matching,
    messages, outbox, privacy, quarantine, sessions, settings, stats, timers, verify,
};
use crate::access::{Token, User, UserChannel};
use crate::files::StoredFile;
use crate::inbox::quarantine::Quarantined;
use crate::matching::{PastAnswer, Person};
use crate::message::{ChatMessage, Delivery};
use crate::orchestrator::ChatEvent;
use crate::outbox::OutboxRow;
use crate::privacy::{Consent, Erasure};
use crate::provider::calls::Call;
use crate::recruiting::{
    Action, ActionStatus, Activity, Answer, Application, CallGroup, CallsBy, Candidate, Job, JobStatus, Question, Stats,
};
use crate::session::{Fence, Session, Timer, TimerKind};
use crate::store::facts::{ApplicationFacts, Named, Naming, SessionPage};
use crate::store::rows::{ActivityFilter, ApplicationFilter, EndClaim, Lease, Need, OutboxHold, Page, Result, Rows, Seen, SessionFilter};
use crate::turn::Entry;

#[async_trait]
impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> Rows for SqlRows<E, C> {
    // ── settings ──
    async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        let done = settings::setting::<E>(self.reads().await?, name).await;
        self.noted(done)
    }

    async fn put_setting_if_absent(&mut self, name: &str, value: &str) -> Result<String> {
        let done = settings::put_setting_if_absent::<E>(self.reads().await?, name, value).await;
        self.noted(done)
    }

    async fn put_setting(&mut self, name: &str, value: &str) -> Result<()> {
        let done = settings::put_setting::<E>(self.reads().await?, name, value).await;
        self.noted(done)
    }

    async fn delete_setting(&mut self, name: &str) -> Result<bool> {
        let done = settings::delete_setting::<E>(self.reads().await?, name).await;
        self.noted(done)
    }

    // ── sessions ──
    async fn lock_session(&mut self, id: Uuid) -> Result<Option<Session>> {
        self.kept_lock_session(id).await
    }

    async fn session(&mut self, id: Uuid) -> Result<Option<Session>> {
        self.kept_session(id).await
    }

    async fn lock_open_session(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<Session>> {
        self.kept_lock_open_session((platform.to_owned(), account.to_owned(), platform_user_id.to_owned())).await
    }

    async fn newest_session(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<Session>> {
        self.kept_newest_session((platform.to_owned(), account.to_owned(), platform_user_id.to_owned())).await
    }

    async fn session_by_token(&mut self, token_hash: &[u8]) -> Result<Option<Session>> {
        let done = sessions::session_by_token::<E>(self.reads().await?, token_hash).await;
        self.noted(done)
    }

    async fn insert_session(&mut self, session: &Session) -> Result<()> {
        self.kept_insert_session(session);
        Ok(())
    }

    async fn update_session(&mut self, session: &Session) -> Result<()> {
        self.unit.sessions.change(session.id, session.clone());
        Ok(())
    }

    async fn sessions(&mut self, filter: &SessionFilter, page: Page) -> Result<Vec<Session>> {
        let done = sessions::sessions::<E>(self.reads().await?, filter, page).await;
        self.noted(done)
    }

    async fn claim_sessions(
        &mut self,
        boot: Uuid,
        n: i64,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: i64,
        only: Option<Uuid>,
    ) -> Result<Vec<Session>> {
        let done = claims::claim_sessions::<E>(self.changes().await?, boot, n, now, until, limit, only).await;
        self.noted(done)
    }

    async fn renew_claims(&mut self, boot: Uuid, held: &[(Uuid, i64)], until: DateTime<Utc>) -> Result<Vec<Uuid>> {
        let done = claims::renew_claims::<E>(self.changes().await?, boot, held, until).await;
        self.noted(done)
    }

    async fn end_claim(&mut self, session_id: Uuid, fence: &Fence, end: &EndClaim) -> Result<Option<Session>> {
        self.kept_end_claim(session_id, fence, end).await
    }

    async fn void_leases(&mut self, boot: Uuid, now: DateTime<Utc>) -> Result<u64> {
        let done = claims::void_leases::<E>(self.changes().await?, boot, now).await;
        self.noted(done)
    }

    async fn next_ready_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        let done = sessions::next_ready_at::<E>(self.reads().await?).await;
        self.noted(done)
    }

    async fn delete_session(&mut self, id: Uuid) -> Result<()> {
        let done = erasure::delete_session::<E>(self.changes().await?, id).await;
        self.noted(done)
    }

    async fn prefetch(&mut self, needs: &[Need]) -> Result<()> {
        self.kept_prefetch(needs).await
    }

    // ── inbox ──
    async fn seen(&mut self, key_hash: &[u8]) -> Result<Option<Seen>> {
        self.kept_seen(key_hash).await
    }

    async fn insert_seen(&mut self, seen: &Seen) -> Result<bool> {
        self.kept_insert_seen(seen).await
    }

    async fn purge_seen(&mut self, before: DateTime<Utc>) -> Result<u64> {
        let done = inbox::purge_seen::<E>(self.changes().await?, before).await;
        self.noted(done)
    }

    async fn insert_inbound(&mut self, session_id: Uuid, entry: &Entry) -> Result<()> {
        self.unit.new_inbound.push(NewEntry { session_id, entry: entry.clone(), handled: None });
        Ok(())
    }

    async fn inbound(&mut self, session_id: Uuid, after: i64, upto: i64) -> Result<Vec<Entry>> {
        self.kept_inbound(session_id, after, upto).await
    }

    async fn mark_handled(&mut self, session_id: Uuid, after: i64, upto: i64, at: DateTime<Utc>) -> Result<()> {
        self.kept_mark_handled(session_id, after, upto, at);
        Ok(())
    }

    async fn handled_upto(&mut self, session_id: Uuid, seq: i64) -> Result<Option<i64>> {
        let done = inbox::handled_upto::<E>(self.reads().await?, session_id, seq).await;
        self.noted(done)
    }

    // ── what nobody could read ──
    async fn insert_quarantined(&mut self, row: &Quarantined) -> Result<bool> {
        let done = quarantine::insert_quarantined::<E>(self.reads().await?, row).await;
        self.noted(done)
    }

    async fn quarantined(&mut self, page: Page) -> Result<Vec<Quarantined>> {
        let done = quarantine::quarantined::<E>(self.reads().await?, page).await;
        self.noted(done)
    }

    async fn purge_quarantined(&mut self, before: DateTime<Utc>) -> Result<u64> {
        let done = quarantine::purge_quarantined::<E>(self.reads().await?, before).await;
        self.noted(done)
    }

    // ── messages ──
    async fn insert_message(&mut self, message: &ChatMessage) -> Result<()> {
        self.unit.new_messages.push(message.clone());
        Ok(())
    }

    async fn messages(&mut self, session_id: Uuid, after: i64, limit: i64) -> Result<Vec<ChatMessage>> {
        let done = messages::messages::<E>(self.reads().await?, session_id, after, limit).await;
        self.noted(done)
    }

    async fn last_messages(&mut self, session_id: Uuid, upto: i64, limit: i64) -> Result<Vec<ChatMessage>> {
        self.kept_last_messages(session_id, upto, limit).await
    }

    async fn message(&mut self, id: Uuid) -> Result<Option<ChatMessage>> {
        let done = messages::message::<E>(self.reads().await?, id).await;
        self.noted(done)
    }

    async fn turn_messages(&mut self, session_id: Uuid, upto: i64) -> Result<Vec<ChatMessage>> {
        let done = messages::turn_messages::<E>(self.reads().await?, session_id, upto).await;
        self.noted(done)
    }

    async fn set_message_metadata(&mut self, id: Uuid, metadata: &Value) -> Result<()> {
        let done = messages::set_message_metadata::<E>(self.changes().await?, id, metadata).await;
        self.noted(done)
    }

    async fn set_message_delivery(&mut self, id: Uuid, delivery: Delivery) -> Result<()> {
        self.kept_set_delivery(id, delivery);
        Ok(())
    }

    // ── outbox ──
    async fn insert_outbox(&mut self, row: &OutboxRow) -> Result<()> {
        self.kept_insert_outbox(row);
        Ok(())
    }

    async fn outbox_due(&mut self, platform: &str, account: &str, now: DateTime<Utc>, limit: i64) -> Result<Vec<OutboxRow>> {
        let done = outbox::outbox_due::<E>(self.reads().await?, platform, account, now, limit).await;
        self.noted(done)
    }

    async fn outbox_row(&mut self, id: Uuid) -> Result<Option<OutboxRow>> {
        let done = outbox::outbox_row::<E>(self.reads().await?, id).await;
        self.noted(done)
    }

    async fn outbox_by_ref(&mut self, platform: &str, account: &str, provider_ref: &str) -> Result<Option<OutboxRow>> {
        let done = outbox::outbox_by_ref::<E>(self.reads().await?, platform, account, provider_ref).await;
        self.noted(done)
    }

    async fn lock_outbox(&mut self, id: Uuid) -> Result<Option<OutboxHold>> {
        self.kept_lock_outbox(id).await
    }

    async fn move_outbox(&mut self, from: Delivery, row: &OutboxRow) -> Result<bool> {
        self.kept_move_outbox(from, row).await
    }

    async fn outbox_of_session(&mut self, session_id: Uuid, state: Delivery) -> Result<Vec<OutboxRow>> {
        let done = outbox::outbox_of_session::<E>(self.reads().await?, session_id, state).await;
        self.noted(done)
    }

    async fn outbox_orphans(&mut self, platform: &str, account: &str, boot: Uuid, n: i64) -> Result<Vec<OutboxRow>> {
        let done = outbox::outbox_orphans::<E>(self.reads().await?, platform, account, boot, n).await;
        self.noted(done)
    }

    async fn next_outbox_at(&mut self, platform: &str, account: &str) -> Result<Option<DateTime<Utc>>> {
        let done = outbox::next_outbox_at::<E>(self.reads().await?, platform, account).await;
        self.noted(done)
    }

    async fn count_sending(&mut self, session_id: Uuid) -> Result<i64> {
        Ok(self.kept_unsettled(session_id).await?.1)
    }

    async fn unsettled(&mut self, session_id: Uuid) -> Result<(i64, i64)> {
        self.kept_unsettled(session_id).await
    }

    // ── timers and leases ──
    async fn put_timer(&mut self, timer: &Timer) -> Result<()> {
        self.kept_put_timer(timer.session_id, timer.kind, Some(timer.due));
        Ok(())
    }

    async fn delete_timer(&mut self, session_id: Uuid, kind: TimerKind) -> Result<()> {
        self.kept_put_timer(session_id, kind, None);
        Ok(())
    }

    async fn timers(&mut self, session_id: Uuid) -> Result<Vec<Timer>> {
        self.kept_timers(session_id).await
    }

    async fn take_lease(&mut self, lease: &Lease, now: DateTime<Utc>) -> Result<Lease> {
        self.unit.leases.clear();
        let done = timers::take_lease::<E>(self.reads().await?, lease, now).await;
        self.noted(done)
    }

    async fn drop_lease(&mut self, name: &str, boot: Uuid, n: i64) -> Result<()> {
        self.unit.leases.clear();
        let done = timers::drop_lease::<E>(self.reads().await?, name, boot, n).await;
        self.noted(done)
    }

    async fn lease(&mut self, name: &str) -> Result<Option<Lease>> {
        self.kept_lease(name).await
    }

    // ── events ──
    async fn insert_event(&mut self, event: &ChatEvent) -> Result<()> {
        self.unit.new_events.push(event.clone());
        Ok(())
    }

    async fn events_due(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(ChatEvent, i64)>> {
        let done = events::events_due::<E>(self.reads().await?, now, limit).await;
        self.noted(done)
    }

    async fn settle_event(
        &mut self,
        id: Uuid,
        delivered_at: Option<DateTime<Utc>>,
        attempts: i64,
        next_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        let done = events::settle_event::<E>(self.reads().await?, id, delivered_at, attempts, next_at).await;
        self.noted(done)
    }

    async fn events(&mut self, session_id: Uuid) -> Result<Vec<ChatEvent>> {
        let done = events::events::<E>(self.reads().await?, session_id).await;
        self.noted(done)
    }

    // ── jobs ──
    async fn insert_job(&mut self, job: &Job) -> Result<()> {
        let done = jobs::insert_job::<E>(self.changes().await?, job).await;
        self.noted(done)
    }

    async fn update_job(&mut self, job: &Job) -> Result<()> {
        let done = jobs::update_job::<E>(self.changes().await?, job).await;
        self.noted(done)
    }

    async fn insert_questions(&mut self, job_id: Uuid, version: i64, questions: &[Question]) -> Result<()> {
        let done = jobs::insert_questions::<E>(self.changes().await?, job_id, version, questions).await;
        self.noted(done)
    }

    async fn job(&mut self, id: Uuid, version: Option<i64>) -> Result<Option<Job>> {
        Ok(self.kept_job(id, version).await?.map(Arc::unwrap_or_clone))
    }

    async fn shared_job(&mut self, id: Uuid, version: Option<i64>) -> Result<Option<Arc<Job>>> {
        self.kept_job(id, version).await
    }

    async fn job_by_slug(&mut self, slug: &str) -> Result<Option<Job>> {
        self.kept_job_by_slug(slug).await
    }

    async fn jobs(&mut self, status: Option<JobStatus>, page: Page) -> Result<Vec<Job>> {
        self.kept_jobs(status, page).await
    }

    // ── candidates, applications, answers ──
    async fn insert_candidate(&mut self, candidate: &Candidate) -> Result<()> {
        self.unit.candidates.add(candidate.id, candidate.clone());
        Ok(())
    }

    async fn candidate(&mut self, id: Uuid) -> Result<Option<Candidate>> {
        self.kept_candidate(id).await
    }

    async fn update_candidate(&mut self, candidate: &Candidate) -> Result<()> {
        self.unit.candidates.change(candidate.id, candidate.clone());
        Ok(())
    }

    async fn delete_candidate(&mut self, id: Uuid) -> Result<()> {
        let done = erasure::delete_candidate::<E>(self.changes().await?, id).await;
        self.noted(done)
    }

    async fn sessions_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Uuid>> {
        let done = candidates::sessions_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn sessions_of_application(&mut self, application_id: Uuid) -> Result<Vec<Uuid>> {
        let done = sessions::sessions_of_application::<E>(self.reads().await?, application_id).await;
        self.noted(done)
    }

    async fn insert_application(&mut self, application: &Application) -> Result<()> {
        self.unit.applications.add(application.id, application.clone());
        Ok(())
    }

    async fn application(&mut self, id: Uuid) -> Result<Option<Application>> {
        self.kept_application(id).await
    }

    async fn application_in_progress(&mut self, candidate_id: Uuid, job_id: Uuid) -> Result<Option<Application>> {
        self.kept_application_in_progress(candidate_id, job_id).await
    }

    async fn update_application(&mut self, application: &Application) -> Result<()> {
        self.unit.applications.change(application.id, application.clone());
        Ok(())
    }

    async fn applications(&mut self, filter: &ApplicationFilter, page: Page) -> Result<Vec<Application>> {
        let done = applications::applications::<E>(self.reads().await?, filter, page).await;
        self.noted(done)
    }

    async fn application_ids(&mut self, filter: &ApplicationFilter) -> Result<Vec<Uuid>> {
        let done = applications::application_ids::<E>(self.reads().await?, filter).await;
        self.noted(done)
    }

    async fn put_answer(&mut self, application_id: Uuid, answer: &Answer) -> Result<()> {
        self.kept_put_answer(application_id, answer);
        Ok(())
    }

    async fn answers(&mut self, application_id: Uuid) -> Result<Vec<Answer>> {
        self.kept_answers(application_id).await
    }

    async fn insert_consent(&mut self, consent: &Consent) -> Result<()> {
        self.unit.consents.remove(&consent.candidate_id);
        self.unit.new_consents.push(consent.clone());
        Ok(())
    }

    async fn consents(&mut self, candidate_id: Uuid) -> Result<Vec<Consent>> {
        if let Some(known) = self.unit.consents.get(&candidate_id) {
            return Ok(known.clone());
        }
        if self.unit.candidates.is_added(candidate_id) {
            return Ok(self.unit.new_consents.iter().filter(|c| c.candidate_id == candidate_id).cloned().collect());
        }
        let done = candidates::consents::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    // ── matching ──
    async fn people_to_match(&mut self, job_id: Uuid, limit: i64) -> Result<Vec<Person>> {
        let done = matching::people_to_match::<E>(self.reads().await?, job_id, limit).await;
        self.noted(done)
    }

    async fn answers_to_match(&mut self, job_id: Uuid, limit: i64) -> Result<Vec<(Uuid, PastAnswer)>> {
        let done = matching::answers_to_match::<E>(self.reads().await?, job_id, limit).await;
        self.noted(done)
    }

    async fn past_answers(&mut self, candidate_id: Uuid) -> Result<Vec<PastAnswer>> {
        let done = matching::past_answers::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    // ── actions and activity ──
    async fn insert_action(&mut self, action: &Action) -> Result<()> {
        self.kept_insert_action(action);
        Ok(())
    }

    async fn action(&mut self, id: Uuid) -> Result<Option<Action>> {
        let done = actions::action::<E>(self.reads().await?, id).await;
        self.noted(done)
    }

    async fn update_action(&mut self, action: &Action) -> Result<()> {
        self.kept_update_action(action);
        Ok(())
    }

    async fn open_actions(&mut self, session_id: Option<Uuid>, application_id: Option<Uuid>) -> Result<Vec<Action>> {
        self.kept_open_actions(session_id, application_id).await
    }

    async fn actions(&mut self, status: Option<ActionStatus>, session_id: Option<Uuid>, page: Page) -> Result<Vec<Action>> {
        let done = actions::actions::<E>(self.reads().await?, status, session_id, page).await;
        self.noted(done)
    }

    async fn insert_activity(&mut self, activity: &Activity) -> Result<()> {
        self.unit.new_activity.push(activity.clone());
        Ok(())
    }

    async fn activity(&mut self, filter: &ActivityFilter, page: Page) -> Result<Vec<Activity>> {
        let done = actions::activity::<E>(self.reads().await?, filter, page).await;
        self.noted(done)
    }

    // ── files ──
    async fn insert_file(&mut self, file: &StoredFile, bytes: &[u8]) -> Result<()> {
        let done = files::insert_file::<E>(self.reads().await?, file, bytes).await;
        self.noted(done)
    }

    async fn file(&mut self, id: Uuid) -> Result<Option<StoredFile>> {
        let done = files::file::<E>(self.reads().await?, id).await;
        self.noted(done)
    }

    async fn file_bytes(&mut self, id: Uuid) -> Result<Option<Vec<u8>>> {
        let done = files::file_bytes::<E>(self.reads().await?, id).await;
        self.noted(done)
    }

    async fn file_usage(&mut self, session_id: Uuid) -> Result<(i64, i64)> {
        let done = files::file_usage::<E>(self.reads().await?, session_id).await;
        self.noted(done)
    }

    // ── people of the employer's ──
    async fn insert_user(&mut self, user: &User) -> Result<()> {
        let done = access::insert_user::<E>(self.reads().await?, user).await;
        self.noted(done)
    }

    async fn user(&mut self, id: Uuid) -> Result<Option<User>> {
        let done = access::user::<E>(self.reads().await?, id).await;
        self.noted(done)
    }

    async fn user_by_email(&mut self, email: &str) -> Result<Option<User>> {
        let done = access::user_by_email::<E>(self.reads().await?, email).await;
        self.noted(done)
    }

    async fn users(&mut self, page: Page) -> Result<Vec<User>> {
        let done = access::users::<E>(self.reads().await?, page).await;
        self.noted(done)
    }

    async fn insert_token(&mut self, token: &Token) -> Result<()> {
        let done = access::insert_token::<E>(self.reads().await?, token).await;
        self.noted(done)
    }

    async fn token(&mut self, token_hash: &[u8]) -> Result<Option<Token>> {
        let done = access::token::<E>(self.reads().await?, token_hash).await;
        self.noted(done)
    }

    async fn revoke_token(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
        let done = access::revoke_token::<E>(self.reads().await?, id, at).await;
        self.noted(done)
    }

    async fn put_user_channel(&mut self, channel: &UserChannel) -> Result<()> {
        let done = access::put_user_channel::<E>(self.changes().await?, channel).await;
        self.noted(done)
    }

    async fn delete_user_channel(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<bool> {
        let done = access::delete_user_channel::<E>(self.changes().await?, platform, account, platform_user_id).await;
        self.noted(done)
    }

    async fn user_of_channel(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<User>> {
        if let Some(known) = self.unit.staff_at.get(&(platform.to_owned(), account.to_owned(), platform_user_id.to_owned())) {
            return Ok(known.clone());
        }
        let done = access::user_of_channel::<E>(self.reads().await?, platform, account, platform_user_id).await;
        self.noted(done)
    }

    async fn user_channels(&mut self, user_id: Uuid) -> Result<Vec<UserChannel>> {
        let done = access::user_channels::<E>(self.reads().await?, user_id).await;
        self.noted(done)
    }

    // ── privacy ──
    async fn lock_candidate(&mut self, id: Uuid) -> Result<Option<Candidate>> {
        self.kept_lock_candidate(id).await
    }

    async fn applications_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Application>> {
        let done = applications::applications_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn files_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<StoredFile>> {
        if let Some(known) = self.unit.files.get(&candidate_id) {
            return Ok(known.clone());
        }
        if self.unit.candidates.is_added(candidate_id) {
            // A file is written past the unit, and everything before it.
            return Ok(Vec::new());
        }
        let done = files::files_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn actions_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Action>> {
        let done = actions::actions_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn activity_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Activity>> {
        let done = actions::activity_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn events_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<ChatEvent>> {
        let done = events::events_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn erase_candidate(&mut self, id: Uuid, keep: Option<Uuid>) -> Result<BTreeMap<String, u64>> {
        let done = erasure::erase_candidate::<E>(self.changes().await?, id, keep).await;
        self.noted(done)
    }

    async fn insert_erasure(&mut self, erasure: &Erasure) -> Result<()> {
        let done = privacy::insert_erasure::<E>(self.reads().await?, erasure).await;
        self.noted(done)
    }

    async fn erasure(&mut self, candidate_hash: &[u8]) -> Result<Option<Erasure>> {
        let done = privacy::erasure::<E>(self.reads().await?, candidate_hash).await;
        self.noted(done)
    }

    async fn put_consent_text(&mut self, version: &str, words: &str, at: DateTime<Utc>) -> Result<()> {
        self.unit.new_consent_texts.push((version.to_owned(), words.to_owned(), at));
        Ok(())
    }

    async fn consent_text(&mut self, version: &str) -> Result<Option<String>> {
        let done = privacy::consent_text::<E>(self.reads().await?, version).await;
        self.noted(done)
    }

    async fn idle_candidates(&mut self, before: DateTime<Utc>, page: Page) -> Result<Vec<Uuid>> {
        let done = privacy::idle_candidates::<E>(self.reads().await?, before, page).await;
        self.noted(done)
    }

    async fn leftover_sessions(&mut self, page: Page) -> Result<Vec<Session>> {
        let done = privacy::leftover_sessions::<E>(self.reads().await?, page).await;
        self.noted(done)
    }

    // ── what models cost ──
    async fn insert_model_call(&mut self, id: Uuid, call: &Call) -> Result<()> {
        let done = calls::insert_model_call::<E>(self.reads().await?, id, call).await;
        self.noted(done)
    }

    async fn model_calls_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Call>> {
        let done = calls::model_calls_of_candidate::<E>(self.reads().await?, candidate_id).await;
        self.noted(done)
    }

    async fn model_calls_by(&mut self, by: CallsBy, since: DateTime<Utc>, limit: i64) -> Result<Vec<CallGroup>> {
        let done = calls::model_calls_by::<E>(self.reads().await?, by, since, limit).await;
        self.noted(done)
    }

    // ── figures and the demo ──
    async fn messages_processed(&mut self) -> Result<i64> {
        let done = stats::messages_processed::<E>(self.reads().await?).await;
        self.noted(done)
    }

    async fn queue_length(&mut self, now: DateTime<Utc>) -> Result<i64> {
        let done = stats::queue_length::<E>(self.reads().await?, now).await;
        self.noted(done)
    }

    async fn stats(&mut self, now: DateTime<Utc>) -> Result<Stats> {
        let done = stats::stats::<E>(self.reads().await?, now).await;
        self.noted(done)
    }

    async fn delete_demo(&mut self) -> Result<BTreeMap<String, u64>> {
        let done = demo::delete_demo::<E>(self.changes().await?).await;
        self.noted(done)
    }

    async fn applied_migrations(&mut self) -> Result<Vec<(i64, String)>> {
        let done = applied::applied_migrations::<E>(self.reads().await?).await;
        self.noted(done)
    }

    // ── looking for contradictions ──
    async fn session_facts(&mut self, after: Uuid, rows: i64) -> Result<SessionPage> {
        let done = verify::session_facts::<E>(self.reads().await?, after, rows).await;
        self.noted(done)
    }

    async fn application_facts(&mut self, after: Uuid, limit: i64) -> Result<Vec<ApplicationFacts>> {
        let done = verify::application_facts::<E>(self.reads().await?, after, limit).await;
        self.noted(done)
    }

    async fn naming(&mut self, table: Naming, after: Uuid, limit: i64) -> Result<Vec<Named>> {
        let done = verify::naming::<E>(self.reads().await?, table, after, limit).await;
        self.noted(done)
    }
}
