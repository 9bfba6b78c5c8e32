//! The rows, one small operation each: the whole of what a database must be able to do for us.
//!
//! What a turn, a takeover or an accept *means* is written once, above this trait (`accept.rs`, `claim.rs`,
//! `commit.rs`, `control.rs`, …), and runs the same on PostgreSQL, SQLite and memory. A [`Rows`] is either a
//! connection to read from, or the writer's open transaction; the meaning never begins or ends one.
//!
//! The contract suite (`testing::contract`) calls every operation on every store.

use std::collections::BTreeMap;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::error::StoreError;
use super::facts::{ApplicationFacts, Named, Naming, SessionPage};
use crate::access::{Token, User, UserChannel};
use crate::files::StoredFile;
use crate::inbox::quarantine::Quarantined;
use crate::matching::{PastAnswer, Person};
use crate::message::{ChatMessage, Delivery};
use crate::museum::{self, Mistake};
use crate::orchestrator::ChatEvent;
use crate::outbox::OutboxRow;
use crate::privacy::{Consent, Erasure};
use crate::provider::calls::Call;
pub use crate::recruiting::list::{ActivityFilter, ApplicationFilter, Page, SessionFilter};
use crate::recruiting::{Action, ActionStatus, Activity, Answer, Application, CallGroup, CallsBy, Candidate, Job, JobStatus, Question};
use crate::session::{Fence, Session, Timer, TimerKind};
use crate::turn::Entry;

/// What every row operation answers.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A dedupe record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Keyed hash of the dedupe key.
    pub key_hash: Vec<u8>,
    /// Keyed hash of the body.
    pub body_hash: Vec<u8>,
    /// Whose; nulled at erasure.
    pub session_id: Option<Uuid>,
    /// The message it became; nulled at erasure.
    pub message_id: Option<Uuid>,
    /// Its number; nulled at erasure.
    pub seq: Option<i64>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A lease by name (`sender:telegram:42`, `poller:telegram:42`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What is held.
    pub name: String,
    /// By which process.
    pub boot: Uuid,
    /// Under which number of that process.
    pub n: i64,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// Who sends an outbox row, and in which try: what must still stand when its end is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxHold {
    /// Where it stands.
    pub state: Delivery,
    /// By which process.
    pub lease_boot: Option<Uuid>,
    /// Under which number of that process.
    pub lease_n: i64,
    /// In which try.
    pub attempts: i64,
}

impl From<&OutboxRow> for OutboxHold {
    fn from(row: &OutboxRow) -> Self {
        Self { state: row.state, lease_boot: row.lease_boot, lease_n: row.lease_n, attempts: row.attempts }
    }
}

/// How a claim ends: what the guarded statement writes into the session row.
#[derive(Debug, Clone, PartialEq)]
pub struct EndClaim {
    /// The newest inbox entry that is handled now (the claim's, when nothing was handled).
    pub last_handled: i64,
    /// Numbers taken for messages (added to `last_seq`).
    pub take_seq: i64,
    /// The context whole.
    pub context: serde_json::Map<String, Value>,
    /// The application, when it was opened in this turn.
    pub application_id: Option<Uuid>,
    /// The language.
    pub locale: String,
    /// When the session next has work, if nothing more has arrived (if `last_inbound` > `last_handled`: now).
    pub ready_at: Option<DateTime<Utc>>,
    /// The time, and what `ready_at` becomes if more has arrived.
    pub now: DateTime<Utc>,
    /// Claims since the last progress, afterwards.
    pub claims: i64,
    /// Failures since the last progress, afterwards.
    pub failures: i64,
    /// Closes the session.
    pub close: bool,
}

impl EndClaim {
    /// Ends the claim on a locked session if the fence still stands whole; false: it doesn't, and nothing is changed.
    pub(crate) fn end(&self, fence: &Fence, session: &mut Session) -> bool {
        let stands = fence.stands(session) || museum::seeded(Mistake::CounterOnlyFence) && fence.stands_but_for_boot(session);
        let only_timers = self.last_handled == fence.last_handled;
        let let_in = museum::seeded(Mistake::CompletionWithoutFence) || only_timers && museum::seeded(Mistake::ReminderWithoutLease);
        if !stands && !let_in {
            return false;
        }
        session.lease_boot = None;
        session.last_handled = self.last_handled;
        session.last_seq += self.take_seq;
        session.context.clone_from(&self.context);
        session.application_id = self.application_id.or(session.application_id);
        session.locale.clone_from(&self.locale);
        let more = session.last_inbound > self.last_handled;
        session.ready_at = if more { Some(self.now) } else { self.ready_at };
        session.claims = self.claims;
        session.failures = self.failures;
        // A close stands only if nothing has arrived meanwhile: what was acknowledged is answered.
        if self.close && !more {
            session.closed_at = Some(self.now);
        }
        true
    }
}

/// What an operation will ask for. Told before, it is read for all operations of a transaction at once; untold, it is
/// read when it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A session, to be locked.
    Session(Uuid),
    /// The open session of a person (platform, account, the person there), to be locked; where there is none, their newest.
    OpenSession(String, String, String),
    /// All that a turn of a session asks for, which is to be locked, if its next entry is decided at once.
    Turn(Uuid),
    /// The same of a person's open session (platform, account, the person there).
    TurnAt(String, String, String),
    /// The record of a dedupe key.
    Seen(Vec<u8>),
    /// An outbox row, to be locked and moved.
    Outbox(Uuid),
    /// A candidate.
    Candidate(Uuid),
    /// An application.
    Application(Uuid),
    /// An application's answers.
    Answers(Uuid),
    /// A session's timers.
    Timers(Uuid),
    /// How many outbox rows of a session are unsettled.
    Unsettled(Uuid),
    /// Open actions about a session and the application it works on.
    OpenActions(Uuid, Option<Uuid>),
    /// A lease by name.
    Lease(String),
    /// A session's entries with `after < seq <= upto`.
    Inbound {
        /// Whose.
        session_id: Uuid,
        /// After this number.
        after: i64,
        /// Up to this one.
        upto: i64,
    },
    /// A session's newest messages up to a number.
    History {
        /// Whose.
        session_id: Uuid,
        /// Up to this number.
        upto: i64,
        /// How many.
        limit: i64,
    },
    /// What a candidate agreed to.
    Consents(Uuid),
    /// A candidate's files.
    Files(Uuid),
    /// Whose of the employer's a chat account is (platform, account, the person there).
    Staff(String, String, String),
}

/// Row operations of one connection or transaction.
#[async_trait]
pub trait Rows: super::desk_rows::DeskRows + Send {
    /// Reads what is needed for many at once, where the database is better asked once. Sessions are locked in the order of
    /// their ids.
    async fn prefetch(&mut self, needs: &[Need]) -> Result<()> {
        let _ = needs;
        Ok(())
    }

    // ── settings ──
    /// A named secret or setting of the installation.
    async fn setting(&mut self, name: &str) -> Result<Option<String>>;
    /// Sets it if it isn't set; answers what stands.
    async fn put_setting_if_absent(&mut self, name: &str, value: &str) -> Result<String>;
    /// Sets or replaces it.
    async fn put_setting(&mut self, name: &str, value: &str) -> Result<()>;
    /// Removes it; true if it was there.
    async fn delete_setting(&mut self, name: &str) -> Result<bool>;

    // ── sessions ──
    /// A session, locked until the transaction ends (on a plain connection: just read).
    async fn lock_session(&mut self, id: Uuid) -> Result<Option<Session>>;
    /// A session, not locked.
    async fn session(&mut self, id: Uuid) -> Result<Option<Session>>;
    /// The one open session of a person on an account, locked.
    async fn lock_open_session(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<Session>>;
    /// The newest session of a person on an account, open or closed.
    async fn newest_session(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<Session>>;
    /// The session with this token.
    async fn session_by_token(&mut self, token_hash: &[u8]) -> Result<Option<Session>>;
    /// Adds a session. [`StoreError::Conflict`] if the person has an open one.
    async fn insert_session(&mut self, session: &Session) -> Result<()>;
    /// Writes every column of a session that was locked in this transaction.
    async fn update_session(&mut self, session: &Session) -> Result<()>;
    /// Sessions as the filter says, newest entry first.
    async fn sessions(&mut self, filter: &SessionFilter, page: Page) -> Result<Vec<Session>>;
    /// Marks up to `limit` sessions that are ready (`ready_at <= now`, not closed) as held by `(boot, n)` until `until`,
    /// adding one to `claims` unless `boot` held it already (it was late, and did not die of it), oldest `ready_at` first; skips rows other transactions hold. `only`: just this session.
    async fn claim_sessions(
        &mut self,
        boot: Uuid,
        n: i64,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: i64,
        only: Option<Uuid>,
    ) -> Result<Vec<Session>>;
    /// Moves the lease's end of sessions still held by `(boot, n)`; answers those that are.
    async fn renew_claims(&mut self, boot: Uuid, held: &[(Uuid, i64)], until: DateTime<Utc>) -> Result<Vec<Uuid>>;
    /// The one guarded statement that ends a claim: `None` when the fence no longer matches (nothing is written).
    /// Clears the lease, sets the rest as [`EndClaim`] says, and answers the row as it is now.
    async fn end_claim(&mut self, session_id: Uuid, fence: &Fence, end: &EndClaim) -> Result<Option<Session>>;
    /// Voids the leases of every other boot (SQLite: one server a file, so they are dead): `ready_at` = now where held.
    /// `claims` stay, so that a turn that kills its process is noticed. Leases by name of other boots go; only sessions count.
    async fn void_leases(&mut self, boot: Uuid, now: DateTime<Utc>) -> Result<u64>;
    /// The earliest `ready_at` of all open sessions.
    async fn next_ready_at(&mut self) -> Result<Option<DateTime<Utc>>>;
    /// Deletes a session and all rows that name it (messages, inbound, outbox, timers, events, files, actions, consents of
    /// the session); `seen` rows keep their hashes and lose the rest; activity rows of the session go.
    async fn delete_session(&mut self, id: Uuid) -> Result<()>;

    // ── inbox ──
    /// A dedupe record.
    async fn seen(&mut self, key_hash: &[u8]) -> Result<Option<Seen>>;
    /// Adds one; false if the key is there already.
    async fn insert_seen(&mut self, seen: &Seen) -> Result<bool>;
    /// Deletes records older than this; answers how many.
    async fn purge_seen(&mut self, before: DateTime<Utc>) -> Result<u64>;
    /// Adds an inbox entry to a session.
    async fn insert_inbound(&mut self, session_id: Uuid, entry: &Entry) -> Result<()>;
    /// Entries with `after < seq <= upto`, in order.
    async fn inbound(&mut self, session_id: Uuid, after: i64, upto: i64) -> Result<Vec<Entry>>;
    /// Notes on entries with `after < seq <= upto` that a turn handled them all together, up to `upto`, and when.
    async fn mark_handled(&mut self, session_id: Uuid, after: i64, upto: i64, at: DateTime<Utc>) -> Result<()>;
    /// The last number of the turn that handled this entry; `None` while it waits or if there is no such entry.
    async fn handled_upto(&mut self, session_id: Uuid, seq: i64) -> Result<Option<i64>>;

    // ── what nobody could read ──
    /// Adds a row; false if the account has this body already.
    async fn insert_quarantined(&mut self, row: &Quarantined) -> Result<bool>;
    /// Rows, newest first.
    async fn quarantined(&mut self, page: Page) -> Result<Vec<Quarantined>>;
    /// Deletes rows older than this; answers how many.
    async fn purge_quarantined(&mut self, before: DateTime<Utc>) -> Result<u64>;

    // ── messages ──
    /// Adds a message.
    async fn insert_message(&mut self, message: &ChatMessage) -> Result<()>;
    /// Messages with `seq > after`, in order, at most `limit`.
    async fn messages(&mut self, session_id: Uuid, after: i64, limit: i64) -> Result<Vec<ChatMessage>>;
    /// The newest `limit` messages with `seq <= upto`, oldest first.
    async fn last_messages(&mut self, session_id: Uuid, upto: i64, limit: i64) -> Result<Vec<ChatMessage>>;
    /// A message by id.
    async fn message(&mut self, id: Uuid) -> Result<Option<ChatMessage>>;
    /// What the turn that ended at inbox number `upto` said, in order.
    async fn turn_messages(&mut self, session_id: Uuid, upto: i64) -> Result<Vec<ChatMessage>>;
    /// Replaces a message's metadata.
    async fn set_message_metadata(&mut self, id: Uuid, metadata: &Value) -> Result<()>;
    /// Sets where a message stands.
    async fn set_message_delivery(&mut self, id: Uuid, delivery: Delivery) -> Result<()>;

    // ── outbox ──
    /// Adds a row (`content` and `metadata` are the message's and not stored again).
    async fn insert_outbox(&mut self, row: &OutboxRow) -> Result<()>;
    /// Rows of an account that may go now: `ready`, `next_at <= now`, and nothing earlier of their session unsettled
    /// (`ready`, `sending`); oldest first.
    async fn outbox_due(&mut self, platform: &str, account: &str, now: DateTime<Utc>, limit: i64) -> Result<Vec<OutboxRow>>;
    /// A row.
    async fn outbox_row(&mut self, id: Uuid) -> Result<Option<OutboxRow>>;
    /// The newest row that the account's channel knows by this id.
    async fn outbox_by_ref(&mut self, platform: &str, account: &str, provider_ref: &str) -> Result<Option<OutboxRow>>;
    /// Who sends a row, locked until the transaction ends.
    async fn lock_outbox(&mut self, id: Uuid) -> Result<Option<OutboxHold>>;
    /// Moves a row from one state to another with its other columns; false if it no longer is in `from`.
    async fn move_outbox(&mut self, from: Delivery, row: &OutboxRow) -> Result<bool>;
    /// A session's rows in this state, in order.
    async fn outbox_of_session(&mut self, session_id: Uuid, state: Delivery) -> Result<Vec<OutboxRow>>;
    /// An account's `sending` rows that another `(boot, n)` left behind.
    async fn outbox_orphans(&mut self, platform: &str, account: &str, boot: Uuid, n: i64) -> Result<Vec<OutboxRow>>;
    /// The earliest `next_at` of an account's ready rows.
    async fn next_outbox_at(&mut self, platform: &str, account: &str) -> Result<Option<DateTime<Utc>>>;
    /// A session's rows in `sending`.
    async fn count_sending(&mut self, session_id: Uuid) -> Result<i64>;
    /// A session's rows in `ready` and in `sending`.
    async fn unsettled(&mut self, session_id: Uuid) -> Result<(i64, i64)>;

    // ── timers and leases ──
    /// Sets (inserts or replaces) a timer.
    async fn put_timer(&mut self, timer: &Timer) -> Result<()>;
    /// Removes a timer if it is there.
    async fn delete_timer(&mut self, session_id: Uuid, kind: TimerKind) -> Result<()>;
    /// A session's timers.
    async fn timers(&mut self, session_id: Uuid) -> Result<Vec<Timer>>;
    /// Takes or renews a lease: succeeds if it is free, ended before `now`, or already `(boot, n)`'s; answers who holds it now.
    async fn take_lease(&mut self, lease: &Lease, now: DateTime<Utc>) -> Result<Lease>;
    /// A lease as it stands.
    async fn lease(&mut self, name: &str) -> Result<Option<Lease>>;
    /// Gives a lease back, if `(boot, n)` holds it.
    async fn drop_lease(&mut self, name: &str, boot: Uuid, n: i64) -> Result<()>;

    // ── events ──
    /// Adds an event to be delivered.
    async fn insert_event(&mut self, event: &ChatEvent) -> Result<()>;
    /// Undelivered events due by now, oldest first, with their tries so far.
    async fn events_due(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(ChatEvent, i64)>>;
    /// Notes the outcome: delivered (`next_at` none), or another try at `next_at`.
    async fn settle_event(
        &mut self,
        id: Uuid,
        delivered_at: Option<DateTime<Utc>>,
        attempts: i64,
        next_at: Option<DateTime<Utc>>,
    ) -> Result<()>;
    /// Events of a session, oldest first.
    async fn events(&mut self, session_id: Uuid) -> Result<Vec<ChatEvent>>;

    // ── jobs ──
    /// Adds a job with its questions as version `question_set_version`. [`StoreError::Conflict`] if the slug is taken.
    async fn insert_job(&mut self, job: &Job) -> Result<()>;
    /// Writes every column of the job but its questions.
    async fn update_job(&mut self, job: &Job) -> Result<()>;
    /// Adds the questions of a new version.
    async fn insert_questions(&mut self, job_id: Uuid, version: i64, questions: &[Question]) -> Result<()>;
    /// A job with the questions of `version` (none: its newest).
    async fn job(&mut self, id: Uuid, version: Option<i64>) -> Result<Option<Job>>;
    /// The same, shared with whoever asks for it in the same transaction.
    async fn shared_job(&mut self, id: Uuid, version: Option<i64>) -> Result<Option<Arc<Job>>> {
        Ok(self.job(id, version).await?.map(Arc::new))
    }
    /// A job by slug, newest questions.
    async fn job_by_slug(&mut self, slug: &str) -> Result<Option<Job>>;
    /// Jobs, newest first, with their newest questions.
    async fn jobs(&mut self, status: Option<JobStatus>, page: Page) -> Result<Vec<Job>>;

    // ── candidates, applications, answers ──
    /// Adds a candidate.
    async fn insert_candidate(&mut self, candidate: &Candidate) -> Result<()>;
    /// A candidate.
    async fn candidate(&mut self, id: Uuid) -> Result<Option<Candidate>>;
    /// Writes every column.
    async fn update_candidate(&mut self, candidate: &Candidate) -> Result<()>;
    /// Deletes a candidate with applications, answers and consents; sessions are deleted by `delete_session` first.
    async fn delete_candidate(&mut self, id: Uuid) -> Result<()>;
    /// Ids of the candidate's sessions.
    async fn sessions_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Uuid>>;
    /// Ids of the open sessions that work on this application, in the order in which they are locked.
    async fn sessions_of_application(&mut self, application_id: Uuid) -> Result<Vec<Uuid>>;
    /// Adds an application.
    async fn insert_application(&mut self, application: &Application) -> Result<()>;
    /// An application.
    async fn application(&mut self, id: Uuid) -> Result<Option<Application>>;
    /// The candidate's newest application for a job that is still in progress.
    async fn application_in_progress(&mut self, candidate_id: Uuid, job_id: Uuid) -> Result<Option<Application>>;
    /// Writes every column.
    async fn update_application(&mut self, application: &Application) -> Result<()>;
    /// Applications as the filter says.
    async fn applications(&mut self, filter: &ApplicationFilter, page: Page) -> Result<Vec<Application>>;
    /// Ids of all applications as the filter says, in its order: a long list is read row by row without changing under the reader.
    async fn application_ids(&mut self, filter: &ApplicationFilter) -> Result<Vec<Uuid>>;
    /// Adds or replaces the answer to a question.
    async fn put_answer(&mut self, application_id: Uuid, answer: &Answer) -> Result<()>;
    /// An application's answers, in the order of their questions.
    async fn answers(&mut self, application_id: Uuid) -> Result<Vec<Answer>>;
    /// Adds a consent.
    async fn insert_consent(&mut self, consent: &Consent) -> Result<()>;
    /// A candidate's consents, oldest first.
    async fn consents(&mut self, candidate_id: Uuid) -> Result<Vec<Consent>>;

    // ── matching ──
    /// Who may be ranked for a job, without their answers: its applicants (consented, not withdrawn), and people whose newest
    /// decision on other jobs is a yes and who neither opted out nor are of the demo; the last changed first, at most `limit`.
    async fn people_to_match(&mut self, job_id: Uuid, limit: i64) -> Result<Vec<Person>>;
    /// Those people's answers that were read, with whose they are, newest first: of who agreed to other jobs all (withdrawn
    /// applications apart), of mere applicants those to this job.
    async fn answers_to_match(&mut self, job_id: Uuid, limit: i64) -> Result<Vec<(Uuid, PastAnswer)>>;
    /// A candidate's answers that were read, to any job they didn't withdraw from, newest first.
    async fn past_answers(&mut self, candidate_id: Uuid) -> Result<Vec<PastAnswer>>;

    // ── actions and activity ──
    /// Adds an action.
    async fn insert_action(&mut self, action: &Action) -> Result<()>;
    /// An action.
    async fn action(&mut self, id: Uuid) -> Result<Option<Action>>;
    /// Writes status, resolution and payload.
    async fn update_action(&mut self, action: &Action) -> Result<()>;
    /// Open actions of this application, in whichever of its sessions they were filed, and those of this session that name
    /// no application; oldest first.
    async fn open_actions(&mut self, session_id: Option<Uuid>, application_id: Option<Uuid>) -> Result<Vec<Action>>;
    /// Actions, newest first.
    async fn actions(&mut self, status: Option<ActionStatus>, session_id: Option<Uuid>, page: Page) -> Result<Vec<Action>>;
    /// Appends a line.
    async fn insert_activity(&mut self, activity: &Activity) -> Result<()>;
    /// Lines, newest first.
    async fn activity(&mut self, filter: &ActivityFilter, page: Page) -> Result<Vec<Activity>>;

    // ── files ──
    /// Adds a file with its bytes.
    async fn insert_file(&mut self, file: &StoredFile, bytes: &[u8]) -> Result<()>;
    /// A file without its bytes.
    async fn file(&mut self, id: Uuid) -> Result<Option<StoredFile>>;
    /// Its bytes.
    async fn file_bytes(&mut self, id: Uuid) -> Result<Option<Vec<u8>>>;
    /// Number and total bytes of a session's files.
    async fn file_usage(&mut self, session_id: Uuid) -> Result<(i64, i64)>;

    // ── people of the employer's ──
    /// Adds a user. [`StoreError::Conflict`] if the e-mail address is taken (compared without case).
    async fn insert_user(&mut self, user: &User) -> Result<()>;
    /// A user.
    async fn user(&mut self, id: Uuid) -> Result<Option<User>>;
    /// A user by e-mail address, without case.
    async fn user_by_email(&mut self, email: &str) -> Result<Option<User>>;
    /// Users, oldest first.
    async fn users(&mut self, page: Page) -> Result<Vec<User>>;
    /// Adds a token.
    async fn insert_token(&mut self, token: &Token) -> Result<()>;
    /// A token by its hash.
    async fn token(&mut self, token_hash: &[u8]) -> Result<Option<Token>>;
    /// Marks a token as used up; false if it already was (two openers of one set-up link: one wins).
    async fn revoke_token(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<bool>;

    /// Links a chat account to a user; one that was another's becomes theirs.
    async fn put_user_channel(&mut self, channel: &UserChannel) -> Result<()>;
    /// Ends a link; false if there was none.
    async fn delete_user_channel(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<bool>;
    /// The user a chat account is linked to.
    async fn user_of_channel(&mut self, platform: &str, account: &str, platform_user_id: &str) -> Result<Option<User>>;
    /// A user's chat accounts, oldest link first.
    async fn user_channels(&mut self, user_id: Uuid) -> Result<Vec<UserChannel>>;

    // ── privacy ──
    /// A candidate, locked until the transaction ends (on a plain connection: just read).
    async fn lock_candidate(&mut self, id: Uuid) -> Result<Option<Candidate>>;
    /// The candidate's applications, oldest first.
    async fn applications_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Application>>;
    /// Files of the candidate's sessions, without their bytes, oldest first.
    async fn files_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<StoredFile>>;
    /// Actions about the candidate's sessions and applications, oldest first.
    async fn actions_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Action>>;
    /// Lines about the candidate, their sessions and applications, oldest first.
    async fn activity_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Activity>>;
    /// Events about the candidate's sessions and applications, oldest first.
    async fn events_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<ChatEvent>>;
    /// Deletes the candidate with every row of every table that names them, their sessions or their applications;
    /// `seen` rows keep their hashes and lose the rest. The session `keep` stays as a row that names no candidate.
    /// Answers rows by table.
    async fn erase_candidate(&mut self, id: Uuid, keep: Option<Uuid>) -> Result<BTreeMap<String, u64>>;
    /// Adds a tombstone.
    async fn insert_erasure(&mut self, erasure: &Erasure) -> Result<()>;
    /// The tombstone under this hash.
    async fn erasure(&mut self, candidate_hash: &[u8]) -> Result<Option<Erasure>>;
    /// Keeps the words of a text's version, if they aren't kept yet.
    async fn put_consent_text(&mut self, version: &str, words: &str, at: DateTime<Utc>) -> Result<()>;
    /// The words of a text's version.
    async fn consent_text(&mut self, version: &str) -> Result<Option<String>>;
    /// Candidates of whom nothing was heard since `before` (no entry, no change of theirs or of an application of theirs),
    /// and whom nobody is about to hire or has hired; longest silent first.
    async fn idle_candidates(&mut self, before: DateTime<Utc>, page: Page) -> Result<Vec<Uuid>>;
    /// Closed sessions of nobody, or of people who never agreed; longest silent first.
    async fn leftover_sessions(&mut self, page: Page) -> Result<Vec<Session>>;

    // ── what models cost ──
    /// Adds a call.
    async fn insert_model_call(&mut self, id: Uuid, call: &Call) -> Result<()>;
    /// Calls of the candidate's sessions, oldest first.
    async fn model_calls_of_candidate(&mut self, candidate_id: Uuid) -> Result<Vec<Call>>;
    /// Calls since then, summed, the dearest first; those that name no job or session are in none of theirs.
    async fn model_calls_by(&mut self, by: CallsBy, since: DateTime<Utc>, limit: i64) -> Result<Vec<CallGroup>>;

    // ── figures and the demo ──
    /// Sessions with work due by `now`; cheap enough to be asked every few seconds.
    async fn queue_length(&mut self, now: DateTime<Utc>) -> Result<i64>;
    /// Inbox entries handled by a committed turn. Reads the whole inbox.
    async fn messages_processed(&mut self) -> Result<i64>;
    /// The newest row counts of the dashboard, but for `messages_processed`. `now`: for what is due.
    async fn stats(&mut self, now: DateTime<Utc>) -> Result<crate::recruiting::Stats>;
    /// Deletes every demo session, candidate, application and job (with what hangs on them); answers how many rows of each.
    async fn delete_demo(&mut self) -> Result<BTreeMap<String, u64>>;
    /// Names of migrations applied, in order (memory: none).
    async fn applied_migrations(&mut self) -> Result<Vec<(i64, String)>>;

    // ── looking for contradictions (on a reader only) ──
    /// The next sessions by id with all that hangs on them, in one snapshot: as many as have about `rows` numbers, and
    /// one at least.
    async fn session_facts(&mut self, after: Uuid, rows: i64) -> Result<SessionPage>;
    /// The next applications by id with their answers, in one snapshot.
    async fn application_facts(&mut self, after: Uuid, limit: i64) -> Result<Vec<ApplicationFacts>>;
    /// The next rows of a table by id, and whether what they name is there.
    async fn naming(&mut self, table: Naming, after: Uuid, limit: i64) -> Result<Vec<Named>>;
}
