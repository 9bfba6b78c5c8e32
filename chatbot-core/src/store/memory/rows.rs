//! `Rows` over the tables: which operation reads, which writes, and that an error ends a transaction.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::tables::{
    Tables, actions, applications, calls, claims, events, figures, files, inbox, jobs, matching, messages, outbox, people, privacy, quarantine,
    sessions, settings, timers, verify,
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
use crate::store::error::StoreError;
use crate::store::facts::{ApplicationFacts, Named, Naming, SessionPage};
use crate::store::rows::{ActivityFilter, ApplicationFilter, EndClaim, Lease, OutboxHold, Page, Result, Rows, Seen, SessionFilter};
use crate::turn::Entry;

/// The rows a reader sees, or the writer's open transaction. Dropped without a commit, what it wrote is taken back.
pub(super) struct MemoryRows<'a> {
    committed: &'a RwLock<Tables>,
    working: Option<&'a mut Tables>,
    failed: bool,
}

impl<'a> MemoryRows<'a> {
    pub(super) fn reader(committed: &'a RwLock<Tables>) -> Self {
        Self { committed, working: None, failed: false }
    }

    pub(super) fn writer(working: &'a mut Tables, committed: &'a RwLock<Tables>) -> Self {
        Self { committed, working: Some(working), failed: false }
    }

    /// Publishes what was written. Refused after an error, as PostgreSQL refuses it: an operation that swallows an error
    /// would hold there for committed what is not.
    pub(super) fn commit(mut self) -> Result<()> {
        if self.failed {
            return Err(StoreError::Broken("an operation went on after an error; nothing of it was written".into()));
        }
        if let Some(working) = self.working.as_mut() {
            working.publish(&mut self.committed.write().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(())
    }

    fn read<T>(&self, query: impl FnOnce(&Tables) -> Result<T>) -> Result<T> {
        match &self.working {
            Some(working) => {
                self.stands()?;
                query(working)
            }
            None => query(&self.committed.read().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    fn write<T>(&mut self, statement: impl FnOnce(&mut Tables) -> Result<T>) -> Result<T> {
        self.stands()?;
        let Some(working) = self.working.as_mut() else {
            return Err(StoreError::Broken("a reader does not write".into()));
        };
        let done = statement(working);
        self.failed = done.is_err();
        done
    }

    fn stands(&self) -> Result<()> {
        if self.failed { Err(StoreError::Broken("the transaction has failed already".into())) } else { Ok(()) }
    }
}

impl Drop for MemoryRows<'_> {
    fn drop(&mut self) {
        if let Some(working) = self.working.as_mut() {
            working.take_back(&self.committed.read().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

#[async_trait]
impl Rows for MemoryRows<'_> {
    // ── settings ──
    async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        self.read(|t| Ok(settings::get(t, name)))
    }
    async fn put_setting_if_absent(&mut self, name: &str, value: &str) -> Result<String> {
        self.write(|t| Ok(settings::put_if_absent(t, name, value)))
    }
    async fn put_setting(&mut self, name: &str, value: &str) -> Result<()> {
        self.write(|t| {
            settings::put(t, name, value);
            Ok(())
        })
    }
    async fn delete_setting(&mut self, name: &str) -> Result<bool> {
        self.write(|t| Ok(settings::delete(t, name)))
    }

    // ── sessions ──
    async fn lock_session(&mut self, id: Uuid) -> Result<Option<Session>> {
        self.read(|t| Ok(sessions::get(t, id)))
    }
    async fn session(&mut self, id: Uuid) -> Result<Option<Session>> {
        self.read(|t| Ok(sessions::get(t, id)))
    }
    async fn lock_open_session(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<Session>> {
        self.read(|t| Ok(sessions::open_of(t, platform, account, platform_user_id)))
    }
    async fn newest_session(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<Session>> {
        self.read(|t| Ok(sessions::newest_of(t, platform, account, platform_user_id)))
    }
    async fn session_by_token(&mut self, token_hash: &[u8]) -> Result<Option<Session>> {
        self.read(|t| Ok(sessions::by_token(t, token_hash)))
    }
    async fn insert_session(&mut self, session: &Session) -> Result<()> {
        self.write(|t| sessions::insert(t, session))
    }
    async fn update_session(&mut self, session: &Session) -> Result<()> {
        self.write(|t| sessions::update(t, session))
    }
    async fn sessions(&mut self, filter: &SessionFilter, page: Page) -> Result<Vec<Session>> {
        self.read(|t| Ok(sessions::list(t, filter, page)))
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
        self.write(|t| Ok(claims::claim(t, &claims::Wanted { boot, n, now, until, limit, only })))
    }
    async fn renew_claims(&mut self, boot: Uuid, held: &[(Uuid, i64)], until: DateTime<Utc>) -> Result<Vec<Uuid>> {
        self.write(|t| Ok(claims::renew(t, boot, held, until)))
    }
    async fn end_claim(&mut self, session_id: Uuid, fence: &Fence, end: &EndClaim) -> Result<Option<Session>> {
        self.write(|t| Ok(claims::end(t, session_id, fence, end)))
    }
    async fn void_leases(&mut self, boot: Uuid, now: DateTime<Utc>) -> Result<u64> {
        self.write(|t| Ok(claims::void(t, boot, now)))
    }
    async fn next_ready_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        self.read(|t| Ok(claims::next_ready_at(t)))
    }
    async fn delete_session(&mut self, id: Uuid) -> Result<()> {
        self.write(|t| {
            sessions::delete(t, id);
            Ok(())
        })
    }

    // ── inbox ──
    async fn seen(&mut self, key_hash: &[u8]) -> Result<Option<Seen>> {
        self.read(|t| Ok(inbox::seen(t, key_hash)))
    }
    async fn insert_seen(&mut self, seen: &Seen) -> Result<bool> {
        self.write(|t| Ok(inbox::insert_seen(t, seen)))
    }
    async fn purge_seen(&mut self, before: DateTime<Utc>) -> Result<u64> {
        self.write(|t| Ok(inbox::purge_seen(t, before)))
    }
    async fn insert_inbound(&mut self, session_id: Uuid, entry: &Entry) -> Result<()> {
        self.write(|t| inbox::insert(t, session_id, entry))
    }
    async fn inbound(&mut self, session_id: Uuid, after: i64, upto: i64) -> Result<Vec<Entry>> {
        self.read(|t| Ok(inbox::list(t, session_id, after, upto)))
    }
    async fn mark_handled(&mut self, session_id: Uuid, after: i64, upto: i64, _at: DateTime<Utc>) -> Result<()> {
        self.write(|t| {
            inbox::mark_handled(t, session_id, after, upto);
            Ok(())
        })
    }
    async fn handled_upto(&mut self, session_id: Uuid, seq: i64) -> Result<Option<i64>> {
        self.read(|t| Ok(inbox::handled_upto(t, session_id, seq)))
    }

    // ── what nobody could read ──
    async fn insert_quarantined(&mut self, row: &Quarantined) -> Result<bool> {
        self.write(|t| Ok(quarantine::insert(t, row)))
    }
    async fn quarantined(&mut self, page: Page) -> Result<Vec<Quarantined>> {
        self.read(|t| Ok(quarantine::list(t, page)))
    }
    async fn purge_quarantined(&mut self, before: DateTime<Utc>) -> Result<u64> {
        self.write(|t| Ok(quarantine::purge(t, before)))
    }

    // ── messages ──
    async fn insert_message(&mut self, message: &ChatMessage) -> Result<()> {
        self.write(|t| messages::insert(t, message))
    }
    async fn messages(&mut self, session_id: Uuid, after: i64, limit: i64) -> Result<Vec<ChatMessage>> {
        self.read(|t| Ok(messages::list(t, session_id, after, limit)))
    }
    async fn last_messages(&mut self, session_id: Uuid, upto: i64, limit: i64) -> Result<Vec<ChatMessage>> {
        self.read(|t| Ok(messages::last(t, session_id, upto, limit)))
    }
    async fn message(&mut self, id: Uuid) -> Result<Option<ChatMessage>> {
        self.read(|t| Ok(messages::get(t, id).cloned()))
    }
    async fn turn_messages(&mut self, session_id: Uuid, upto: i64) -> Result<Vec<ChatMessage>> {
        self.read(|t| Ok(messages::of_turn(t, session_id, upto)))
    }
    async fn set_message_metadata(&mut self, id: Uuid, metadata: &Value) -> Result<()> {
        self.write(|t| {
            messages::set_metadata(t, id, metadata);
            Ok(())
        })
    }
    async fn set_message_delivery(&mut self, id: Uuid, delivery: Delivery) -> Result<()> {
        self.write(|t| {
            messages::set_delivery(t, id, delivery);
            Ok(())
        })
    }

    // ── outbox ──
    async fn insert_outbox(&mut self, row: &OutboxRow) -> Result<()> {
        self.write(|t| outbox::insert(t, row))
    }
    async fn outbox_due(&mut self, platform: &str, account: &str, now: DateTime<Utc>, limit: i64) -> Result<Vec<OutboxRow>> {
        self.read(|t| Ok(outbox::due(t, platform, account, now, limit)))
    }
    async fn outbox_row(&mut self, id: Uuid) -> Result<Option<OutboxRow>> {
        self.read(|t| Ok(outbox::get(t, id)))
    }
    async fn outbox_by_ref(&mut self, platform: &str, account: &str, provider_ref: &str) -> Result<Option<OutboxRow>> {
        self.read(|t| Ok(outbox::by_ref(t, platform, account, provider_ref)))
    }
    async fn lock_outbox(&mut self, id: Uuid) -> Result<Option<OutboxHold>> {
        self.read(|t| Ok(outbox::get(t, id).as_ref().map(OutboxHold::from)))
    }
    async fn move_outbox(&mut self, from: Delivery, row: &OutboxRow) -> Result<bool> {
        self.write(|t| Ok(outbox::advance(t, from, row)))
    }
    async fn outbox_of_session(&mut self, session_id: Uuid, state: Delivery) -> Result<Vec<OutboxRow>> {
        self.read(|t| Ok(outbox::of_session(t, session_id, state)))
    }
    async fn outbox_orphans(&mut self, platform: &str, account: &str, boot: Uuid, n: i64) -> Result<Vec<OutboxRow>> {
        self.read(|t| Ok(outbox::orphans(t, platform, account, boot, n)))
    }
    async fn next_outbox_at(&mut self, platform: &str, account: &str) -> Result<Option<DateTime<Utc>>> {
        self.read(|t| Ok(outbox::next_at(t, platform, account)))
    }
    async fn count_sending(&mut self, session_id: Uuid) -> Result<i64> {
        self.read(|t| Ok(outbox::count_in(t, session_id, Delivery::Sending)))
    }
    async fn unsettled(&mut self, session_id: Uuid) -> Result<(i64, i64)> {
        self.read(|t| Ok((outbox::count_in(t, session_id, Delivery::Ready), outbox::count_in(t, session_id, Delivery::Sending))))
    }

    // ── timers and leases ──
    async fn put_timer(&mut self, timer: &Timer) -> Result<()> {
        self.write(|t| timers::put(t, *timer))
    }
    async fn delete_timer(&mut self, session_id: Uuid, kind: TimerKind) -> Result<()> {
        self.write(|t| {
            timers::delete(t, session_id, kind);
            Ok(())
        })
    }
    async fn timers(&mut self, session_id: Uuid) -> Result<Vec<Timer>> {
        self.read(|t| Ok(timers::list(t, session_id)))
    }
    async fn take_lease(&mut self, lease: &Lease, now: DateTime<Utc>) -> Result<Lease> {
        self.write(|t| Ok(timers::take_lease(t, lease, now)))
    }
    async fn lease(&mut self, name: &str) -> Result<Option<Lease>> {
        self.read(|t| Ok(t.leases.get(&name.to_owned()).cloned()))
    }
    async fn drop_lease(&mut self, name: &str, boot: Uuid, n: i64) -> Result<()> {
        self.write(|t| {
            timers::drop_lease(t, name, boot, n);
            Ok(())
        })
    }

    // ── events ──
    async fn insert_event(&mut self, event: &ChatEvent) -> Result<()> {
        self.write(|t| events::insert(t, event))
    }
    async fn events_due(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(ChatEvent, i64)>> {
        self.read(|t| Ok(events::due(t, now, limit)))
    }
    async fn settle_event(
        &mut self,
        id: Uuid,
        delivered_at: Option<DateTime<Utc>>,
        attempts: i64,
        next_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        self.write(|t| {
            events::settle(t, id, delivered_at, attempts, next_at);
            Ok(())
        })
    }
    async fn events(&mut self, session_id: Uuid) -> Result<Vec<ChatEvent>> {
        self.read(|t| Ok(events::of_session(t, session_id)))
    }

    // ── jobs ──
    async fn insert_job(&mut self, job: &Job) -> Result<()> {
        self.write(|t| jobs::insert(t, job))
    }
    async fn update_job(&mut self, job: &Job) -> Result<()> {
        self.write(|t| jobs::update(t, job))
    }
    async fn insert_questions(&mut self, job_id: Uuid, version: i64, questions: &[Question]) -> Result<()> {
        self.write(|t| jobs::insert_questions(t, job_id, version, questions))
    }
    async fn job(&mut self, id: Uuid, version: Option<i64>) -> Result<Option<Job>> {
        self.read(|t| Ok(jobs::get(t, id, version)))
    }
    async fn job_by_slug(&mut self, slug: &str) -> Result<Option<Job>> {
        self.read(|t| Ok(jobs::by_slug(t, slug)))
    }
    async fn jobs(&mut self, status: Option<JobStatus>, page: Page) -> Result<Vec<Job>> {
        self.read(|t| Ok(jobs::list(t, status, page)))
    }

    // ── candidates, applications, answers ──
    async fn insert_candidate(&mut self, candidate: &Candidate) -> Result<()> {
        self.write(|t| applications::insert_candidate(t, candidate))
    }
    async fn candidate(&mut self, id: Uuid) -> Result<Option<Candidate>> {
        self.read(|t| Ok(applications::candidate(t, id)))
    }
    async fn update_candidate(&mut self, candidate: &Candidate) -> Result<()> {
        self.write(|t| applications::update_candidate(t, candidate))
    }
    async fn delete_candidate(&mut self, id: Uuid) -> Result<()> {
        self.write(|t| {
            applications::delete_candidate(t, id);
            Ok(())
        })
    }
    async fn sessions_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Uuid>> {
        self.read(|t| Ok(sessions::of_candidate(t, candidate_id)))
    }
    async fn sessions_of_application(&mut self, application_id: Uuid) -> Result<Vec<Uuid>> {
        self.read(|t| Ok(sessions::of_application(t, application_id)))
    }
    async fn insert_application(&mut self, application: &Application) -> Result<()> {
        self.write(|t| applications::insert(t, application))
    }
    async fn application(&mut self, id: Uuid) -> Result<Option<Application>> {
        self.read(|t| Ok(applications::get(t, id)))
    }
    async fn application_in_progress(&mut self, candidate_id: Uuid, job_id: Uuid) -> Result<Option<Application>> {
        self.read(|t| Ok(applications::in_progress(t, candidate_id, job_id)))
    }
    async fn update_application(&mut self, application: &Application) -> Result<()> {
        self.write(|t| applications::update(t, application))
    }
    async fn applications(&mut self, filter: &ApplicationFilter, page: Page) -> Result<Vec<Application>> {
        self.read(|t| Ok(applications::list(t, filter, page)))
    }
    async fn application_ids(&mut self, filter: &ApplicationFilter) -> Result<Vec<Uuid>> {
        self.read(|t| Ok(applications::ids(t, filter)))
    }
    async fn put_answer(&mut self, application_id: Uuid, answer: &Answer) -> Result<()> {
        self.write(|t| applications::put_answer(t, application_id, answer))
    }
    async fn answers(&mut self, application_id: Uuid) -> Result<Vec<Answer>> {
        self.read(|t| Ok(applications::answers(t, application_id)))
    }
    async fn insert_consent(&mut self, consent: &Consent) -> Result<()> {
        self.write(|t| applications::insert_consent(t, consent))
    }
    async fn consents(&mut self, candidate_id: Uuid) -> Result<Vec<Consent>> {
        self.read(|t| Ok(applications::consents(t, candidate_id)))
    }

    // ── matching ──
    async fn people_to_match(&mut self, job_id: Uuid, limit: i64) -> Result<Vec<Person>> {
        self.read(|t| Ok(matching::people(t, job_id, limit)))
    }
    async fn answers_to_match(&mut self, job_id: Uuid, limit: i64) -> Result<Vec<(Uuid, PastAnswer)>> {
        self.read(|t| Ok(matching::answers(t, job_id, limit)))
    }
    async fn past_answers(&mut self, candidate_id: Uuid) -> Result<Vec<PastAnswer>> {
        self.read(|t| Ok(matching::past_answers(t, candidate_id)))
    }

    // ── actions and activity ──
    async fn insert_action(&mut self, action: &Action) -> Result<()> {
        self.write(|t| actions::insert(t, action))
    }
    async fn action(&mut self, id: Uuid) -> Result<Option<Action>> {
        self.read(|t| Ok(actions::get(t, id)))
    }
    async fn update_action(&mut self, action: &Action) -> Result<()> {
        self.write(|t| actions::update(t, action))
    }
    async fn open_actions(&mut self, session_id: Option<Uuid>, application_id: Option<Uuid>) -> Result<Vec<Action>> {
        self.read(|t| Ok(actions::open(t, session_id, application_id)))
    }
    async fn actions(&mut self, status: Option<ActionStatus>, session_id: Option<Uuid>, page: Page) -> Result<Vec<Action>> {
        self.read(|t| Ok(actions::list(t, status, session_id, page)))
    }
    async fn insert_activity(&mut self, activity: &Activity) -> Result<()> {
        self.write(|t| {
            actions::insert_activity(t, activity);
            Ok(())
        })
    }
    async fn activity(&mut self, filter: &ActivityFilter, page: Page) -> Result<Vec<Activity>> {
        self.read(|t| Ok(actions::activity(t, filter, page)))
    }

    // ── files ──
    async fn insert_file(&mut self, file: &StoredFile, bytes: &[u8]) -> Result<()> {
        self.write(|t| files::insert(t, file, bytes))
    }
    async fn file(&mut self, id: Uuid) -> Result<Option<StoredFile>> {
        self.read(|t| Ok(files::get(t, id)))
    }
    async fn file_bytes(&mut self, id: Uuid) -> Result<Option<Vec<u8>>> {
        self.read(|t| Ok(files::bytes(t, id)))
    }
    async fn file_usage(&mut self, session_id: Uuid) -> Result<(i64, i64)> {
        self.read(|t| Ok(files::usage(t, session_id)))
    }

    // ── people of the employer's ──
    async fn insert_user(&mut self, user: &User) -> Result<()> {
        self.write(|t| people::insert_user(t, user))
    }
    async fn user(&mut self, id: Uuid) -> Result<Option<User>> {
        self.read(|t| Ok(people::user(t, id)))
    }
    async fn user_by_email(&mut self, email: &str) -> Result<Option<User>> {
        self.read(|t| Ok(people::by_email(t, email)))
    }
    async fn users(&mut self, page: Page) -> Result<Vec<User>> {
        self.read(|t| Ok(people::users(t, page)))
    }
    async fn insert_token(&mut self, token: &Token) -> Result<()> {
        self.write(|t| people::insert_token(t, token))
    }
    async fn token(&mut self, token_hash: &[u8]) -> Result<Option<Token>> {
        self.read(|t| Ok(people::token(t, token_hash)))
    }
    async fn revoke_token(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
        self.write(|t| Ok(people::revoke(t, id, at)))
    }

    async fn put_user_channel(&mut self, channel: &UserChannel) -> Result<()> {
        self.write(|t| people::put_channel(t, channel))
    }
    async fn delete_user_channel(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<bool> {
        self.write(|t| Ok(people::delete_channel(t, platform, account, platform_user_id)))
    }
    async fn user_of_channel(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<User>> {
        self.read(|t| Ok(people::of_channel(t, platform, account, platform_user_id)))
    }
    async fn user_channels(&mut self, user_id: Uuid) -> Result<Vec<UserChannel>> {
        self.read(|t| Ok(people::channels(t, user_id)))
    }

    // ── privacy ──
    async fn lock_candidate(&mut self, id: Uuid) -> Result<Option<Candidate>> {
        self.read(|t| Ok(applications::candidate(t, id)))
    }
    async fn applications_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Application>> {
        self.read(|t| Ok(privacy::applications(t, candidate_id)))
    }
    async fn files_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<StoredFile>> {
        self.read(|t| Ok(privacy::files(t, candidate_id)))
    }
    async fn actions_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Action>> {
        self.read(|t| Ok(privacy::actions(t, candidate_id)))
    }
    async fn activity_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Activity>> {
        self.read(|t| Ok(privacy::activity(t, candidate_id)))
    }
    async fn events_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<ChatEvent>> {
        self.read(|t| Ok(privacy::events(t, candidate_id)))
    }
    async fn erase_candidate(&mut self, id: Uuid, keep: Option<Uuid>) -> Result<BTreeMap<String, u64>> {
        self.write(|t| Ok(privacy::erase(t, id, keep)))
    }
    async fn insert_erasure(&mut self, erasure: &Erasure) -> Result<()> {
        self.write(|t| privacy::insert_erasure(t, erasure))
    }
    async fn erasure(&mut self, candidate_hash: &[u8]) -> Result<Option<Erasure>> {
        self.read(|t| Ok(privacy::erasure(t, candidate_hash)))
    }
    async fn put_consent_text(&mut self, version: &str, words: &str, _at: DateTime<Utc>) -> Result<()> {
        self.write(|t| {
            privacy::put_consent_text(t, version, words);
            Ok(())
        })
    }
    async fn consent_text(&mut self, version: &str) -> Result<Option<String>> {
        self.read(|t| Ok(privacy::consent_text(t, version)))
    }
    async fn idle_candidates(&mut self, before: DateTime<Utc>, page: Page) -> Result<Vec<Uuid>> {
        self.read(|t| Ok(privacy::idle(t, before, page)))
    }
    async fn leftover_sessions(&mut self, page: Page) -> Result<Vec<Session>> {
        self.read(|t| Ok(privacy::leftovers(t, page)))
    }

    // ── figures and the demo ──
    async fn messages_processed(&mut self) -> Result<i64> {
        self.read(|t| Ok(figures::messages_processed(t)))
    }
    async fn queue_length(&mut self, now: DateTime<Utc>) -> Result<i64> {
        self.read(|t| Ok(figures::queue_length(t, now)))
    }
    async fn insert_model_call(&mut self, _id: Uuid, call: &Call) -> Result<()> {
        self.write(|t| {
            t.model_calls.append(call.clone());
            Ok(())
        })
    }
    async fn model_calls_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Call>> {
        self.read(|t| Ok(privacy::model_calls(t, candidate_id)))
    }
    async fn model_calls_by(&mut self, by: CallsBy, since: DateTime<Utc>, limit: i64) -> Result<Vec<CallGroup>> {
        self.read(|t| Ok(calls::by(t, by, since, limit)))
    }
    async fn stats(&mut self, now: DateTime<Utc>) -> Result<Stats> {
        self.read(|t| Ok(figures::stats(t, now)))
    }
    async fn delete_demo(&mut self) -> Result<BTreeMap<String, u64>> {
        self.write(|t| Ok(figures::delete_demo(t)))
    }
    async fn applied_migrations(&mut self) -> Result<Vec<(i64, String)>> {
        Ok(Vec::new())
    }

    // ── looking for contradictions ──
    async fn session_facts(&mut self, after: Uuid, rows: i64) -> Result<SessionPage> {
        self.read(|t| Ok(verify::session_facts(t, after, rows)))
    }
    async fn application_facts(&mut self, after: Uuid, limit: i64) -> Result<Vec<ApplicationFacts>> {
        self.read(|t| Ok(verify::application_facts(t, after, limit)))
    }
    async fn naming(&mut self, table: Naming, after: Uuid, limit: i64) -> Result<Vec<Named>> {
        self.read(|t| Ok(verify::naming(t, table, after, limit)))
    }
}
