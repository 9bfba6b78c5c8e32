//! What turns may see, read for all that begin at one moment at once.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

use super::StoreError;
use super::handle::Store;
use super::rows::{Need, Page, Rows};
use crate::access::{TokenKind, link};
use crate::message::EntryKind;
use crate::privacy::ConsentKind;
use crate::recruiting::{Candidate, JobStatus};
use crate::session::Claim;
use crate::turn::memory::{LINK_TRIES, MOST_LINK_TRIES};
use crate::turn::{LinkStaff, Turn};

/// Messages before the entries that a turn is shown.
pub(super) const HISTORY: i64 = 4;

/// The same where an entry is an edit: it may be of an earlier one.
const HISTORY_OF_EDITS: i64 = 40;

/// Jobs offered to someone who came without one.
const OFFERED_JOBS: i64 = 10;

/// A claim whose turn is waited for.
type Waiting = (Claim, oneshot::Sender<Result<Turn, StoreError>>);

/// Who waits, and the gate through which one at a time reads for all.
#[derive(Default)]
pub(super) struct Loading {
    waiting: Mutex<Vec<Waiting>>,
    gate: tokio::sync::Mutex<()>,
}

impl Loading {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// What the turn may see. Whoever comes through the gate reads for all who wait at that moment; a reader that is
    /// given up half-way answers nobody, and each comes again.
    pub(super) async fn load_with_others(&self, claim: &Claim) -> Result<Turn, StoreError> {
        loop {
            let (answer, mut answered) = oneshot::channel();
            self.loading.waiting().push((claim.clone(), answer));
            let gate = tokio::select! {
                biased;
                turn = &mut answered => match turn {
                    Ok(turn) => return turn,
                    Err(_) => continue,
                },
                gate = self.loading.gate.lock() => gate,
            };
            let waiting = std::mem::take(&mut *self.loading.waiting());
            if !waiting.is_empty() {
                self.load_all(waiting).await;
            }
            drop(gate);
            if let Ok(turn) = answered.await {
                return turn;
            }
        }
    }

    async fn load_all(&self, waiting: Vec<Waiting>) {
        let waiting: Vec<Waiting> = waiting.into_iter().filter(|(_, answer)| !answer.is_closed()).collect();
        let read = async {
            let now = self.backend.now().await?;
            let mut rows = self.backend.loader().await?;
            let needs: Vec<Need> = waiting.iter().flat_map(|(claim, _)| needs(claim)).collect();
            rows.prefetch(&needs).await?;
            Ok((now, rows))
        };
        match read.await {
            Ok((now, mut rows)) => {
                for (claim, answer) in waiting {
                    let turn = load(rows.as_mut(), now, &claim, false).await;
                    // Whoever went away needs no answer.
                    let _ = answer.send(turn);
                }
            }
            Err(error) => {
                for (_, answer) in waiting {
                    let _ = answer.send(Err(StoreError::clone(&error)));
                }
            }
        }
    }
}

/// What `load` will ask for.
fn needs(claim: &Claim) -> Vec<Need> {
    let session = &claim.session;
    let (session_id, upto) = (session.id, session.last_inbound);
    let mut needs = vec![
        Need::Inbound { session_id, after: session.last_handled, upto },
        Need::Timers(session_id),
        Need::OpenActions(session_id, session.application_id),
        Need::Staff(session.platform.clone(), session.account.clone(), session.platform_user_id.clone()),
        Need::History { session_id, upto: before_entries(claim), limit: HISTORY },
    ];
    if let Some(id) = session.candidate_id {
        needs.extend([Need::Candidate(id), Need::Consents(id), Need::Files(id)]);
    }
    if let Some(id) = session.application_id {
        needs.extend([Need::Application(id), Need::Answers(id)]);
    }
    needs
}

/// The number before the first entry that waits, as far as the session tells: entries have no gaps but those that
/// numbers of messages leave.
fn before_entries(claim: &Claim) -> i64 {
    let session = &claim.session;
    if session.has_unhandled() { session.last_inbound - 1 } else { session.last_seq }
}

/// What the turn may see. `at_once`: but for the list of files, which few turns look at.
pub(super) async fn load(rows: &mut dyn Rows, now: DateTime<Utc>, claim: &Claim, at_once: bool) -> Result<Turn, StoreError> {
    let session = claim.session.clone();
    let candidate = match session.candidate_id {
        Some(id) => rows.candidate(id).await?,
        None => None,
    };
    let candidate = candidate.unwrap_or(Candidate { created_at: now, updated_at: now, ..Candidate::default() });
    let mut turn = Turn::new(now, session, candidate);
    turn.at_once = at_once;
    if let Some(id) = turn.session.application_id {
        turn.application = rows.application(id).await?;
    }
    if let Some(application) = &turn.application {
        turn.job = rows.shared_job(application.job_id, Some(application.question_set_version)).await?;
        turn.answers = rows.answers(application.id).await?;
    }
    let (after, upto) = (turn.session.last_handled, turn.session.last_inbound);
    turn.entries = rows.inbound(turn.session.id, after, upto).await?;
    let mut open_jobs = Vec::new();
    // The list is shown to whoever has no job; a link may name one that is too old to stand in it.
    if turn.application.is_none() {
        open_jobs = rows.jobs(Some(JobStatus::Open), Page { limit: OFFERED_JOBS, offset: 0 }).await?;
    }
    for slug in
        turn.entries.iter().filter_map(|e| started(e.metadata.get("button").and_then(serde_json::Value::as_str).unwrap_or(&e.content)))
    {
        let known = open_jobs.iter().any(|j| j.slug == slug);
        if let (false, Some(job)) = (known, rows.job_by_slug(&slug).await?) {
            open_jobs.extend((job.status == JobStatus::Open).then_some(job));
        }
    }
    turn.open_jobs = open_jobs.into();
    let (platform, account, person) = (&turn.session.platform, &turn.session.account, &turn.session.platform_user_id);
    turn.staff = rows.user_of_channel(platform, account, person).await?;
    turn.link_codes = link_codes(rows, now, &turn).await?;
    let (due, set) = rows.timers(turn.session.id).await?.into_iter().partition::<Vec<_>, _>(|t| t.due <= now);
    turn.due = due.into_iter().map(|t| t.kind).collect();
    turn.timers = set;
    if let Some(id) = turn.session.candidate_id {
        turn.consents = rows.consents(id).await?.into();
        if !at_once {
            turn.files = rows.files_of_candidate(id).await?.into();
        }
    }
    if turn.candidate.consented_at.is_some() {
        turn.other_jobs = turn.consents.iter().rev().find(|c| c.kind == ConsentKind::OtherJobs).map(|c| c.given);
    }
    // What the bot said last has a higher number than the entry it answered.
    let before = turn.entries.first().map_or(turn.session.last_seq, |entry| entry.seq - 1);
    let edits = turn.entries.iter().any(|entry| entry.kind == EntryKind::Edit);
    turn.history = rows.last_messages(turn.session.id, before, if edits { HISTORY_OF_EDITS } else { HISTORY }).await?.into();
    turn.open_actions = !rows.open_actions(Some(turn.session.id), turn.session.application_id).await?.is_empty();
    Ok(turn)
}

/// The good linking codes among the entries. Who has guessed too often is shown none: a right one is then as wrong as any.
async fn link_codes(rows: &mut dyn Rows, now: DateTime<Utc>, turn: &Turn) -> Result<Vec<(String, LinkStaff)>, StoreError> {
    let tries = turn.session.context.get(LINK_TRIES).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let left = usize::try_from(MOST_LINK_TRIES.saturating_sub(tries)).unwrap_or(0);
    let mut good = Vec::new();
    for code in turn.entries.iter().filter_map(|e| link::normalise(&link::asked(&e.content)?)).take(left) {
        let token = rows.token(&link::hash(&code)).await?;
        let stands = token.filter(|t| t.kind == TokenKind::Link && t.revoked_at.is_none() && t.expires_at.is_some_and(|at| at > now));
        if let Some(token) = stands
            && let Some(user_id) = token.user_id
            && let Some(user) = rows.user(user_id).await?
        {
            good.push((code, LinkStaff { token_id: token.id, user }));
        }
    }
    Ok(good)
}

/// The job's slug in `/start SLUG` or `/start SLUG__SOURCE`.
fn started(words: &str) -> Option<String> {
    let mut words = words.split_whitespace();
    let command = words.next()?.eq_ignore_ascii_case("/start");
    let slug = words.next()?.split("__").next()?.to_lowercase();
    command.then_some(slug)
}
