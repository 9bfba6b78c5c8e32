//! Accept: dedupe → session → append → ready, in one transaction. What it returns was committed.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use futures::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};
use uuid::Uuid;

use super::handle::{Store, keyed_hash};
use super::rows::{Need, Rows, Seen};
use super::{Hint, StoreError, open_session};
use crate::clock::IdSource;
use crate::files::{NewFile, StoredFile};
use crate::inbox::{Accepted, AtOnce, Begun, Committed, InboxStore};
use crate::message::inbound::Address;
use crate::message::{ChatMessage, Delivery, EntryKind, InboxEntry, Sender};
use crate::museum::{self, Mistake};
use crate::outbox::{OutboxRow, is_pulled};
use crate::session::{Claim, Session, SessionError};
use crate::turn::Entry;

/// Everything an accept needs besides the rows.
#[derive(Clone)]
struct Accept {
    entry: InboxEntry,
    key_hash: Option<Vec<u8>>,
    body_hash: Vec<u8>,
    ttl: Duration,
    ids: Arc<dyn IdSource>,
    file: Option<NewFile>,
    claim: Option<ClaimFor>,
}

/// For whom a session is claimed as soon as it has an entry, and who may decide its turn at once.
#[derive(Clone)]
struct ClaimFor {
    boot: Uuid,
    n: i64,
    lease: Duration,
    at_once: Option<Arc<dyn AtOnce>>,
}

/// What was accepted, and what became of its session with it.
type Taken = (Accepted, Begun);

/// Times that an accept is run again because another process was first.
const TRIES: usize = 3;

#[async_trait]
impl InboxStore for Store {
    async fn accept(&self, entry: InboxEntry, ttl: Duration) -> Result<Accepted, SessionError> {
        // Without a file nothing can be one too many.
        let taken = self.accept_any(entry, None, ttl, None).await?.ok_or(SessionError::NotFound("session"))?;
        Ok(taken.0)
    }

    async fn accept_and_begin(
        &self,
        entry: InboxEntry,
        ttl: Duration,
        lease: Duration,
        at_once: Option<Arc<dyn AtOnce>>,
    ) -> Result<(Accepted, Begun), SessionError> {
        let claim = ClaimFor { boot: self.boot(), n: self.next_n(), lease, at_once };
        self.accept_any(entry, None, ttl, Some(claim)).await?.ok_or(SessionError::NotFound("session"))
    }

    async fn accept_file(&self, entry: InboxEntry, file: NewFile, ttl: Duration) -> Result<Option<Accepted>, SessionError> {
        Ok(self.accept_any(entry, Some(file), ttl, None).await?.map(|(accepted, _)| accepted))
    }

    async fn accepted_as(&self, address: &Address, sender: Sender, dedupe_key: &str) -> Result<Option<Accepted>, SessionError> {
        let key_hash = self.key_hash(address, sender, dedupe_key).await?;
        let seen = self.reader().await?.seen(&key_hash).await?;
        Ok(seen.and_then(|seen| {
            Some(Accepted { session_id: seen.session_id?, message_id: seen.message_id?, seq: seen.seq?, duplicate: true })
        }))
    }

    async fn enqueue(&self, message_id: Uuid) -> Result<Uuid, SessionError> {
        self.write(move |rows, now| {
            async move {
                let Some(message) = rows.message(message_id).await? else {
                    return Ok(Err(SessionError::NotFound("message")));
                };
                let Some(mut session) = rows.lock_session(message.session_id).await? else {
                    return Ok(Err(SessionError::NotFound("session")));
                };
                mark_ready(&mut session, now);
                rows.update_session(&session).await?;
                Ok(Ok(session.id))
            }
            .boxed()
        })
        .await?
    }
}

impl Store {
    /// On the web a client counts its own messages, so its keys are scoped by session and sender; a channel's keys by
    /// the account they came in on.
    async fn key_hash(&self, address: &Address, sender: Sender, dedupe: &str) -> Result<Vec<u8>, StoreError> {
        let scope = match address {
            Address::Session(id) => format!("session:{id}:{}", sender.as_str()),
            Address::Person(p) => format!("account:{}:{}", p.platform, p.account),
        };
        keyed_hash(self.hash_key().await?, &[scope.as_bytes(), dedupe.as_bytes()])
    }

    async fn accept_any(
        &self,
        entry: InboxEntry,
        file: Option<NewFile>,
        ttl: Duration,
        claim: Option<ClaimFor>,
    ) -> Result<Option<Taken>, SessionError> {
        let key = self.hash_key().await?;
        let metadata = hashed(&entry.metadata);
        let body_hash = keyed_hash(
            key,
            &[entry.kind.as_str().as_bytes(), entry.content.as_bytes(), entry.content_format.as_bytes(), metadata.as_bytes()],
        )?;
        let key_hash = match &entry.dedupe_key {
            None => None,
            Some(dedupe) => Some(self.key_hash(&entry.address, entry.sender, dedupe).await?),
        };
        let accept = Arc::new(Accept { entry, key_hash, body_hash, ttl, ids: Arc::clone(&self.ids), file, claim });
        self.write_first(needs(&accept), move |rows, now| {
            let accept = Arc::clone(&accept);
            async move { accept_one(rows, now, &accept).await }.boxed()
        })
        .await?
    }

    /// Runs an operation that may find that another process has just opened the session it was about to open: it is run
    /// again, and finds it.
    pub(super) async fn write_first<T, F>(&self, needs: Vec<Need>, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'r> Fn(&'r mut dyn Rows, DateTime<Utc>) -> BoxFuture<'r, Result<T, StoreError>> + Send + Sync + Clone + 'static,
    {
        let mut tries = 1;
        loop {
            match self.write_with(Hint::needs(needs.clone()), operation.clone()).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }
}

/// What an accept will ask for.
fn needs(accept: &Accept) -> Vec<Need> {
    let mut needs: Vec<Need> = accept.key_hash.clone().map(Need::Seen).into_iter().collect();
    needs.push(match &accept.entry.address {
        Address::Session(id) => Need::Session(*id),
        Address::Person(p) => Need::OpenSession(p.platform.clone(), p.account.clone(), p.platform_user_id.clone()),
    });
    if accept.claim.as_ref().is_some_and(|claim| claim.at_once.is_some()) {
        needs.push(match &accept.entry.address {
            Address::Session(id) => Need::Turn(*id),
            Address::Person(p) => Need::TurnAt(p.platform.clone(), p.account.clone(), p.platform_user_id.clone()),
        });
    }
    needs
}

/// What makes two bodies the same: everything but the id a file was given on its way in.
fn hashed(metadata: &Value) -> String {
    let mut metadata = metadata.clone();
    if let Some(map) = metadata.as_object_mut() {
        map.remove("file_id");
    }
    metadata.to_string()
}

async fn accept_one(rows: &mut dyn Rows, now: DateTime<Utc>, accept: &Accept) -> Result<Result<Option<Taken>, SessionError>, StoreError> {
    let accepted = match run(rows, now, accept).await? {
        Ok(Some(accepted)) => accepted,
        Ok(None) => return Ok(Ok(None)),
        Err(refused) => return Ok(Err(refused)),
    };
    let nothing = (accepted, Begun::Nothing);
    let Some(wish) = accept.claim.as_ref().filter(|_| !accepted.duplicate) else { return Ok(Ok(Some(nothing))) };
    let Some(claim) = claim_at_once(rows, now, accepted.session_id, wish).await? else { return Ok(Ok(Some(nothing))) };
    let done = match &wish.at_once {
        Some(at_once) => run_at_once(rows, now, &claim, at_once.as_ref(), accept.ids.as_ref()).await?,
        None => None,
    };
    let begun = done.map_or_else(|| Begun::Claimed(Box::new(claim)), |done| Begun::Done(Box::new(done)));
    Ok(Ok(Some((accepted, begun))))
}

/// Runs the turn of what was just claimed, as a worker would, if it can be decided without waiting for anything.
async fn run_at_once(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    claim: &Claim,
    at_once: &dyn AtOnce,
    ids: &dyn IdSource,
) -> Result<Option<Committed>, StoreError> {
    let turn = super::load::load(rows, now, claim, true).await?;
    let Some(commit) = at_once.decide(claim, turn) else { return Ok(None) };
    super::commit::run(rows, now, &commit, None, claim.fence.boot, ids).await
}

/// Marks the session as held, as a worker's claim would, unless somebody holds it.
async fn claim_at_once(rows: &mut dyn Rows, now: DateTime<Utc>, session_id: Uuid, claim: &ClaimFor) -> Result<Option<Claim>, StoreError> {
    let Some(mut session) = rows.lock_session(session_id).await? else { return Ok(None) };
    // While somebody holds it, it is ready at the lease's end.
    if session.closed_at.is_some() || session.ready_at.is_none_or(|at| at > now) {
        return Ok(None);
    }
    // Whose lease ended while it lived was late, and did not die of the session.
    session.claims += i64::from(session.lease_boot != Some(claim.boot));
    session.lease_boot = Some(claim.boot);
    session.lease_n = if museum::seeded(Mistake::CounterOnlyFence) { session.lease_n + 1 } else { claim.n };
    session.ready_at = Some(now + claim.lease);
    rows.update_session(&session).await?;
    let n = session.lease_n;
    Ok(Some(Claim::of(session, claim.boot, n)))
}

async fn run(rows: &mut dyn Rows, now: DateTime<Utc>, accept: &Accept) -> Result<Result<Option<Accepted>, SessionError>, StoreError> {
    // The key is looked up before anything else, so that a late copy finds its first delivery even in a session
    // that has expired since.
    if let Some(key_hash) = &accept.key_hash
        && let Some(seen) = rows.seen(key_hash).await?
    {
        return Ok(duplicate(rows, &seen, accept).await?.map(Some));
    }
    let entry = &accept.entry;
    let mut opens = false;
    let mut session = match &entry.address {
        Address::Session(id) => match rows.lock_session(*id).await? {
            None => return Ok(Err(SessionError::NotFound("session"))),
            Some(session) if session.closed_at.is_some() => return Ok(Err(SessionError::Expired)),
            Some(mut session) if entry.sender == Sender::Candidate && is_idle(&session, now, accept.ttl) => {
                open_session::close(rows, &mut session, now).await?;
                return Ok(Err(SessionError::Expired));
            }
            Some(session) => session,
        },
        Address::Person(person) => match open_session::find_or_open(rows, now, person, accept.ttl, accept.ids.as_ref()).await? {
            Err(refused) => return Ok(Err(refused)),
            Ok((session, created)) => {
                opens = created;
                session
            }
        },
    };
    let words;
    let entry = if entry.kind == EntryKind::Start {
        // A channel's `/start`: it is the opening if it opens the conversation, else words like others. Whoever has
        // opted out is let in again by the words.
        if opens && !is_opted_out(rows, &session).await? {
            let accepted = Accepted { session_id: session.id, message_id: accept.ids.uuid(), seq: session.last_inbound, duplicate: false };
            return record(rows, now, accept, accepted).await;
        }
        words = InboxEntry { kind: EntryKind::Text, content_format: "text".into(), ..entry.clone() };
        &words
    } else {
        entry
    };
    if entry.sender == Sender::Recruiter && is_opted_out(rows, &session).await? {
        return Ok(Err(SessionError::OptedOut));
    }
    if let Some(file) = &accept.file {
        let (count, _) = rows.file_usage(session.id).await?;
        if count >= file.max_files {
            return Ok(Ok(None));
        }
        let row = StoredFile { session_id: session.id, candidate_id: session.candidate_id, created_at: now, ..file.row.clone() };
        rows.insert_file(&row, &file.bytes).await?;
    }
    let accepted = append(rows, now, &mut session, entry, accept.ids.as_ref()).await?;
    record(rows, now, accept, accepted).await
}

/// Notes the dedupe key of what was accepted.
async fn record(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    accept: &Accept,
    accepted: Accepted,
) -> Result<Result<Option<Accepted>, SessionError>, StoreError> {
    if let Some(key_hash) = &accept.key_hash {
        let seen = Seen {
            key_hash: key_hash.clone(),
            body_hash: accept.body_hash.clone(),
            session_id: Some(accepted.session_id),
            message_id: Some(accepted.message_id),
            seq: Some(accepted.seq),
            created_at: now,
        };
        if !rows.insert_seen(&seen).await? {
            // Another process recorded the same key since we looked: run again, and find it.
            return Err(StoreError::Again);
        }
    }
    Ok(Ok(Some(accepted)))
}

/// What the first delivery was told. What belongs to it may have been erased since: the hash stays, so that a late copy brings
/// nobody back.
async fn duplicate(rows: &mut dyn Rows, seen: &Seen, accept: &Accept) -> Result<Result<Accepted, SessionError>, StoreError> {
    if seen.body_hash != accept.body_hash {
        return Ok(Err(SessionError::BodyDiffers));
    }
    if let (Some(session_id), Some(message_id), Some(seq)) = (seen.session_id, seen.message_id, seen.seq) {
        return Ok(Ok(Accepted { session_id, message_id, seq, duplicate: true }));
    }
    Ok(Err(match &accept.entry.address {
        // Whoever was erased at their own wish still reads the farewell: to them the conversation is over.
        Address::Session(id) if rows.session(*id).await?.is_some() => SessionError::Expired,
        _ => SessionError::NotFound("session"),
    }))
}

/// Appends an entry with its message to a locked session and marks the session ready.
pub(super) async fn append(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &mut Session,
    entry: &InboxEntry,
    ids: &dyn IdSource,
) -> Result<Accepted, StoreError> {
    session.last_seq += 1;
    let seq = session.last_seq;
    let message_id = ids.uuid();
    let silent = matches!(entry.kind, EntryKind::Start | EntryKind::Say);
    if !silent {
        let delivery = if entry.sender == Sender::Candidate || is_pulled(&session.platform) { Delivery::Sent } else { Delivery::Ready };
        let mut metadata = entry.metadata.clone();
        if let (Some(actor), Some(map)) = (&entry.actor, metadata.as_object_mut()) {
            map.insert("author".into(), json!(actor));
        }
        let message = ChatMessage {
            id: message_id,
            session_id: session.id,
            seq,
            sender: entry.sender,
            content: entry.content.clone(),
            content_format: entry.content_format.clone(),
            metadata,
            sent_at: now,
            delivery,
            turn_upto: None,
        };
        rows.insert_message(&message).await?;
        if delivery == Delivery::Ready {
            rows.insert_outbox(&OutboxRow::new(ids.uuid(), session, &message, now)).await?;
        }
    }
    insert_entry(rows, now, session, entry, seq, (!silent).then_some(message_id)).await?;
    session.last_entry_at = now;
    mark_ready(session, now);
    rows.update_session(session).await?;
    Ok(Accepted { session_id: session.id, message_id, seq, duplicate: false })
}

/// Adds the inbox row; the session's `last_inbound` follows.
pub(super) async fn insert_entry(
    rows: &mut dyn Rows,
    now: DateTime<Utc>,
    session: &mut Session,
    entry: &InboxEntry,
    seq: i64,
    message_id: Option<Uuid>,
) -> Result<(), StoreError> {
    let row = Entry {
        seq,
        sender: entry.sender,
        actor: entry.actor.clone(),
        kind: entry.kind,
        content: entry.content.clone(),
        content_format: entry.content_format.clone(),
        metadata: entry.metadata.clone(),
        accepted_at: now,
        message_id,
    };
    rows.insert_inbound(session.id, &row).await?;
    session.last_inbound = seq;
    Ok(())
}

/// Work is due now, unless somebody holds the session: then its commit will see that more has arrived.
pub(super) fn mark_ready(session: &mut Session, now: DateTime<Utc>) {
    if session.lease_boot.is_none() {
        session.ready_at = Some(session.ready_at.map_or(now, |at| at.min(now)));
    }
}

/// Whether the idle time has run out.
pub(super) fn is_idle(session: &Session, now: DateTime<Utc>, ttl: Duration) -> bool {
    // What was acknowledged and not yet handled is handled first, however long nobody ran.
    now - session.last_entry_at >= ttl && !session.has_unhandled()
}

/// Whether the session's person wants no messages.
pub(super) async fn is_opted_out(rows: &mut dyn Rows, session: &Session) -> Result<bool, StoreError> {
    Ok(match session.candidate_id {
        Some(id) => rows.candidate(id).await?.is_some_and(|c| c.opted_out_at.is_some()),
        None => false,
    })
}
