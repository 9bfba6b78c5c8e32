//! Opening sessions: find the person's open one, or open one (or a successor) with candidate and application.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use futures::future::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, json};
use uuid::Uuid;

use super::accept::{insert_entry, is_idle, mark_ready};
use super::handle::Store;
use super::rows::{Need, Rows};
use super::{StoreError, log};
use crate::access::token;
use crate::clock::IdSource;
use crate::message::inbound::Address;
use crate::message::{EntryKind, InboxEntry, Person, Sender};
use crate::recruiting::{Application, ApplicationStatus, Candidate, Job, JobStatus};
use crate::session::{OpenSession, Opened, Session, SessionError, SessionStore, Timer, TimerKind};
use crate::turn::memory::{JOB_DRAFT, JOB_EMPLOYER};

/// How long an unconsented session is kept.
const UNCONSENTED_KEPT: Duration = Duration::hours(24);

type Refusable<T> = Result<Result<T, SessionError>, StoreError>;

#[async_trait]
impl SessionStore for Store {
    async fn open(&self, wish: OpenSession, ttl: Duration) -> Result<Opened, SessionError> {
        let fresh = token::new_token().map_err(|e| StoreError::Unavailable(format!("no randomness: {e}")))?;
        let ids = Arc::clone(&self.ids);
        let person = &wish.person;
        let needs = match (&wish.token, person.platform_user_id.is_empty()) {
            (None, false) => vec![Need::OpenSession(person.platform.clone(), person.account.clone(), person.platform_user_id.clone())],
            _ => Vec::new(),
        };
        self.write_first(needs, move |rows, now| {
            let (wish, fresh, ids) = (wish.clone(), fresh.clone(), Arc::clone(&ids));
            async move { open(rows, now, &wish, fresh, ttl, ids.as_ref()).await }.boxed()
        })
        .await?
    }

    async fn session(&self, id: Uuid) -> Result<Option<Session>, SessionError> {
        Ok(self.reader().await?.session(id).await?)
    }

    async fn session_by_token(&self, bearer: &str) -> Result<Option<Session>, SessionError> {
        Ok(self.reader().await?.session_by_token(&token::hash(bearer)).await?)
    }
}

async fn open(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    wish: &OpenSession,
    fresh: SecretString,
    ttl: Duration,
    ids: &dyn IdSource,
) -> Refusable<Opened> {
    let mut person = wish.person.clone();
    let mut known = None;
    if let Some(application_id) = wish.application_id {
        let Some(application) = rows.application(application_id).await? else { return Ok(Err(SessionError::NotFound("application"))) };
        person.job_id = Some(application.job_id);
        known = Some(application);
    }
    let mut holds_token = false;
    if let Some(old) = &wish.token
        && let Some(session) = rows.session_by_token(&token::hash(old.expose_secret())).await?
    {
        person.platform.clone_from(&session.platform);
        person.account.clone_from(&session.account);
        person.platform_user_id.clone_from(&session.platform_user_id);
        holds_token = session.closed_at.is_none() && !is_idle(&session, now, ttl);
        if person.job_id.is_none()
            && let Some(id) = session.application_id
        {
            person.job_id = rows.application(id).await?.map(|a| a.job_id);
        }
    }
    if person.platform_user_id.is_empty() {
        person.platform_user_id = ids.uuid().to_string();
    }
    let wanted = Wanted { person: &person, known: known.as_ref(), demo: wish.demo, by: wish.opened_by.as_deref() };
    let (mut session, created) = match find_or_open_for(rows, now, &wanted, ttl, ids).await? {
        Err(refused) => return Ok(Err(refused)),
        Ok(found) => found,
    };
    let token = (wish.with_token && !holds_token).then_some(fresh);
    if let Some(token) = &token {
        session.token_hash = Some(token::hash(token.expose_secret()));
    }
    if !created && let Err(refused) = switch_job(rows, now, &mut session, &wanted, ids).await? {
        return Ok(Err(refused));
    }
    rows.update_session(&session).await?;
    Ok(Ok(Opened { session, created, token }))
}

/// The person's open session, locked, or a new one.
pub(super) async fn find_or_open(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    person: &Person,
    ttl: Duration,
    ids: &dyn IdSource,
) -> Refusable<(Session, bool)> {
    find_or_open_for(rows, now, &Wanted { person, known: None, demo: false, by: None }, ttl, ids).await
}

/// What is wished for, and by whom.
struct Wanted<'a> {
    person: &'a Person,
    known: Option<&'a Application>,
    demo: bool,
    by: Option<&'a str>,
}

async fn find_or_open_for(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    wanted: &Wanted<'_>,
    ttl: Duration,
    ids: &dyn IdSource,
) -> Refusable<(Session, bool)> {
    let Wanted { person, known, .. } = *wanted;
    let open = rows.lock_open_session(&person.platform, &person.account, &person.platform_user_id).await?;
    let mut before = match open {
        Some(session) if !is_idle(&session, now, ttl) => {
            let refused = wanted.by.is_some() && is_opted_out(rows, session.candidate_id).await?;
            return Ok(if refused { Err(SessionError::OptedOut) } else { Ok((session, false)) });
        }
        Some(session) => Some(session),
        None => rows.newest_session(&person.platform, &person.account, &person.platform_user_id).await?,
    };
    // Every refusal comes before the first write: what is refused leaves no trace.
    let theirs = known.map(|a| a.candidate_id).or(before.as_ref().and_then(|b| b.candidate_id));
    if wanted.by.is_some() && is_opted_out(rows, theirs).await? {
        return Ok(Err(SessionError::OptedOut));
    }
    let job = match person.job_id {
        None => None,
        Some(id) => match rows.job(id, None).await? {
            None => return Ok(Err(SessionError::NotFound("job"))),
            Some(job) if known.is_none() && !takes(rows, &job, before.as_ref()).await? => return Ok(Err(SessionError::JobClosed)),
            Some(job) => Some(job),
        },
    };
    if let Some(idle) = before.as_mut().filter(|b| b.closed_at.is_none()) {
        close(rows, idle, now).await?;
    }
    let mut session = blank(now, person, ids.uuid(), wanted.demo);
    let inherited = known.map(|a| a.candidate_id).or(before.as_ref().and_then(|b| b.candidate_id));
    if let Some(candidate) = inherited
        && rows.lock_candidate(candidate).await?.is_none()
    {
        // Erased since we looked: run again, and find nobody.
        return Err(StoreError::Again);
    }
    match (known, before.as_ref().and_then(|b| b.candidate_id)) {
        (Some(application), _) => session.candidate_id = Some(application.candidate_id),
        (None, Some(candidate)) => session.candidate_id = Some(candidate),
        (None, None) => {
            let candidate = Candidate { id: ids.uuid(), demo: wanted.demo, created_at: now, updated_at: now, ..Candidate::default() };
            rows.insert_candidate(&candidate).await?;
            session.candidate_id = Some(candidate.id);
        }
    }
    if let Some(before) = &before {
        inherit(rows, &mut session, before, job.as_ref()).await?;
    }
    if let Some(application) = known {
        continue_application(rows, &mut session, application).await?;
    }
    // Where another process opened one for the same person since we looked, whoever writes this runs it again.
    rows.insert_session(&session).await?;
    if let Some(mut before) = before {
        before.successor_id = Some(session.id);
        rows.update_session(&before).await?;
    }
    if let (Some(job), None) = (&job, session.application_id) {
        session.application_id = Some(application_for(rows, now, &session, job, ids).await?);
    }
    let start = InboxEntry {
        address: Address::Session(session.id),
        sender: Sender::Candidate,
        actor: None,
        kind: EntryKind::Start,
        content: String::new(),
        content_format: "start".into(),
        metadata: json!({}),
        dedupe_key: None,
    };
    // The opening has no message, so it takes number 0: the first message of a session is number 1.
    insert_entry(rows, now, &mut session, &start, 0, None).await?;
    mark_ready(&mut session, now);
    rows.update_session(&session).await?;
    rows.put_timer(&Timer { session_id: session.id, kind: TimerKind::Purge, due: now + UNCONSENTED_KEPT }).await?;
    let who = if wanted.by.is_some() { "recruiter" } else { "candidate" };
    let detail = json!({"platform": session.platform, "source": session.source});
    log(rows, ids, now, &session, "session_opened", who, wanted.by, detail).await?;
    Ok(Ok((session, true)))
}

/// What a successor takes over from the session it continues.
async fn inherit(rows: &mut dyn Rows, session: &mut Session, before: &Session, job: Option<&Job>) -> Result<(), StoreError> {
    session.demo = before.demo;
    session.locale.clone_from(&before.locale);
    if session.source.is_none() {
        session.source.clone_from(&before.source);
    }
    for key in [JOB_DRAFT, JOB_EMPLOYER] {
        if let Some(value) = before.context.get(key) {
            session.context.insert(key.to_owned(), value.clone());
        }
    }
    let Some(id) = before.application_id else { return Ok(()) };
    // Who has applied comes back to that application, submitted or not; who withdrew begins anew.
    let kept = rows.application(id).await?.filter(|a| a.status != ApplicationStatus::Withdrawn);
    if let Some(application) = kept
        && job.is_none_or(|job| job.id == application.job_id)
    {
        session.application_id = Some(application.id);
        session.context.clone_from(&before.context);
        // Asked days ago: a "yes" of today means something else.
        session.context.remove("erasing");
        if application.status == ApplicationStatus::InProgress {
            session.automation_enabled = before.automation_enabled;
            session.context.insert("_successor".into(), json!(true));
        }
    }
    Ok(())
}

/// What a session takes over from the one that the named application was worked on in.
async fn continue_application(rows: &mut dyn Rows, session: &mut Session, application: &Application) -> Result<(), StoreError> {
    session.application_id = Some(application.id);
    session.demo = application.demo;
    session.context = Map::new();
    let Some(id) = application.session_id else { return Ok(()) };
    let Some(worked) = rows.session(id).await?.filter(|s| s.application_id == Some(application.id)) else { return Ok(()) };
    session.context.clone_from(&worked.context);
    if application.status == ApplicationStatus::InProgress {
        session.automation_enabled = worked.automation_enabled;
        session.context.insert("_successor".into(), json!(true));
    }
    Ok(())
}

/// Whether the job takes this person: it is open, or they have applied already and come back.
async fn takes(rows: &mut dyn Rows, job: &Job, before: Option<&Session>) -> Result<bool, StoreError> {
    if job.status == JobStatus::Open {
        return Ok(true);
    }
    let Some(before) = before else { return Ok(false) };
    if let Some(id) = before.application_id
        && rows.application(id).await?.is_some_and(|a| a.job_id == job.id && a.status != ApplicationStatus::Withdrawn)
    {
        return Ok(true);
    }
    match before.candidate_id {
        Some(id) => Ok(rows.application_in_progress(id, job.id).await?.is_some()),
        None => Ok(false),
    }
}

/// Whether a person may not write to them.
async fn is_opted_out(rows: &mut dyn Rows, candidate_id: Option<Uuid>) -> Result<bool, StoreError> {
    Ok(match candidate_id {
        Some(id) => rows.candidate(id).await?.is_some_and(|c| c.opted_out_at.is_some()),
        None => false,
    })
}

/// The candidate's unfinished application for the job, or a new one.
pub(super) async fn application_for(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &Session,
    job: &Job,
    ids: &dyn IdSource,
) -> Result<Uuid, StoreError> {
    let candidate_id = session.candidate_id.ok_or_else(|| StoreError::Broken("session without candidate".into()))?;
    if let Some(mut running) = rows.application_in_progress(candidate_id, job.id).await? {
        running.session_id = Some(session.id);
        rows.update_application(&running).await?;
        return Ok(running.id);
    }
    let application = Application {
        id: ids.uuid(),
        job_id: job.id,
        candidate_id,
        session_id: Some(session.id),
        source: session.source.clone(),
        status: ApplicationStatus::InProgress,
        jd_match_score: None,
        must_have_failed: false,
        must_have_unknown: job.has_must_haves(),
        question_set_version: job.question_set_version,
        answered: 0,
        total: i64::try_from(job.questions.len()).unwrap_or(i64::MAX),
        consented_at: None,
        submitted_at: None,
        opened_at: None,
        demo: session.demo,
        created_at: now,
        updated_at: now,
    };
    rows.insert_application(&application).await?;
    Ok(application.id)
}

/// A person with an open session comes by another job's link: the session goes on with that job.
async fn switch_job(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &mut Session,
    wanted: &Wanted<'_>,
    ids: &dyn IdSource,
) -> Refusable<()> {
    if let Some(known) = wanted.known {
        if session.candidate_id != Some(known.candidate_id) {
            return Ok(Err(SessionError::OtherPerson));
        }
        if session.application_id == Some(known.id) {
            return Ok(Ok(()));
        }
        session.application_id = Some(known.id);
    } else {
        let Some(job_id) = wanted.person.job_id else { return Ok(Ok(())) };
        let current = match session.application_id {
            Some(id) => rows.application(id).await?.map(|a| a.job_id),
            None => None,
        };
        if current == Some(job_id) {
            return Ok(Ok(()));
        }
        let Some(job) = rows.job(job_id, None).await? else { return Ok(Err(SessionError::NotFound("job"))) };
        // The job has closed: the conversation stays what it is.
        if !takes(rows, &job, Some(session)).await? {
            return Ok(Ok(()));
        }
        session.application_id = Some(application_for(rows, now, session, &job, ids).await?);
    }
    session.context = Map::new();
    for kind in [TimerKind::AutoSubmit, TimerKind::Reminder1, TimerKind::Reminder2] {
        rows.delete_timer(session.id, kind).await?;
    }
    // Changed outside a turn: the fence moves, so that a turn in flight is discarded and run again.
    session.control_epoch += 1;
    session.lease_boot = None;
    session.last_seq += 1;
    let start = InboxEntry { kind: EntryKind::Start, content_format: "start".into(), ..InboxEntry::text(session.id, "") };
    let seq = session.last_seq;
    insert_entry(rows, now, session, &start, seq, None).await?;
    session.last_entry_at = now;
    session.ready_at = Some(now);
    Ok(Ok(()))
}

/// Closes an idle session: nothing more is due in it.
pub(super) async fn close(rows: &mut dyn Rows, session: &mut Session, now: DateTime<Utc>) -> Result<(), StoreError> {
    session.closed_at = Some(now);
    session.ready_at = None;
    session.lease_boot = None;
    session.control_epoch += 1;
    rows.update_session(session).await?;
    for timer in rows.timers(session.id).await? {
        rows.delete_timer(timer.session_id, timer.kind).await?;
    }
    Ok(())
}

fn blank(now: DateTime<Utc>, person: &Person, id: Uuid, demo: bool) -> Session {
    Session {
        id,
        platform: person.platform.clone(),
        account: person.account.clone(),
        platform_user_id: person.platform_user_id.clone(),
        candidate_id: None,
        application_id: None,
        context: Map::new(),
        automation_enabled: true,
        control_epoch: 0,
        control_seq: 0,
        locale: person.locale.clone().unwrap_or_else(|| "en".into()),
        source: person.source.clone(),
        token_hash: None,
        last_seq: 0,
        last_inbound: -1,
        last_handled: -1,
        ready_at: None,
        lease_boot: None,
        lease_n: 0,
        claims: 0,
        failures: 0,
        successor_id: None,
        demo,
        opened_at: now,
        last_entry_at: now,
        closed_at: None,
    }
}
