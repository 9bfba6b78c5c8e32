//! What the unit answers and notes by itself, without a statement where it can.
//!
//! A row that is to be written stands in the unit: what the unit doesn't know by its id can be read without writing first.

use std::ops::DerefMut;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::engine::Engine;
use super::inbox::Handled;
use super::sessions::Place;
use super::{Of, SqlRows, actions, applications, candidates, inbox, jobs, messages, outbox, sessions, timers};
use crate::message::{ChatMessage, Delivery};
use crate::outbox::OutboxRow;
use crate::recruiting::{Action, ActionStatus, Answer, Application, ApplicationStatus, Candidate, Job, JobStatus};
use crate::session::{Fence, Session, Timer, TimerKind};
use crate::store::rows::{EndClaim, Lease, OutboxHold, Page, Result, Seen};
use crate::turn::Entry;

impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> SqlRows<E, C> {
    /// The connection for a statement that locks: while it waits others may change what no lock holds still.
    pub(super) async fn locks(&mut self) -> Result<&mut E::Connection> {
        self.flush().await?;
        self.unit.forget_unlocked();
        self.c()
    }

    // ── sessions ──

    pub(super) async fn kept_lock_session(&mut self, id: Uuid) -> Result<Option<Session>> {
        if let Some(known) = self.unit.sessions.get(id) {
            return Ok(known);
        }
        let locks = self.writes;
        let done = sessions::lock_session::<E>(self.locks().await?, locks, id).await;
        let found = self.noted(done)?;
        if locks {
            self.unit.sessions.read(id, found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_session(&mut self, id: Uuid) -> Result<Option<Session>> {
        if let Some(known) = self.unit.sessions.get(id) {
            return Ok(known);
        }
        let done = sessions::session::<E>(self.c()?, id).await;
        self.noted(done)
    }

    pub(super) async fn kept_lock_open_session(&mut self, place: Place) -> Result<Option<Session>> {
        if let Some(known) = self.unit.open_at.get(&place) {
            let session = known.and_then(|id| self.unit.sessions.get(id).flatten());
            // Closed by this transaction: then there is none.
            return Ok(session.filter(|s| s.closed_at.is_none()));
        }
        let locks = self.writes;
        let done = sessions::lock_open_session::<E>(self.locks().await?, locks, &place.0, &place.1, &place.2).await;
        let found = self.noted(done)?;
        if locks {
            if let Some(session) = &found {
                self.unit.sessions.read(session.id, Some(session.clone()));
            }
            self.unit.open_at.insert(place, found.as_ref().map(|s| s.id));
        }
        Ok(found)
    }

    pub(super) async fn kept_newest_session(&mut self, place: Place) -> Result<Option<Session>> {
        if let Some(known) = self.unit.newest_at.get(&place).filter(|_| !self.unit.touches(&place)) {
            return Ok(known.clone());
        }
        let done = sessions::newest_session::<E>(self.reads().await?, &place.0, &place.1, &place.2).await;
        self.noted(done)
    }

    pub(super) fn kept_insert_session(&mut self, session: &Session) {
        let place = (session.platform.clone(), session.account.clone(), session.platform_user_id.clone());
        self.unit.inbound_after.insert(session.id, session.last_inbound);
        if session.closed_at.is_none() {
            self.unit.open_at.insert(place, Some(session.id));
        }
        self.unit.sessions.add(session.id, session.clone());
    }

    /// The guard is the fence whole, compared under the session's lock.
    pub(super) async fn kept_end_claim(&mut self, session_id: Uuid, fence: &Fence, end: &EndClaim) -> Result<Option<Session>> {
        let Some(mut session) = self.kept_lock_session(session_id).await? else { return Ok(None) };
        if !end.end(fence, &mut session) {
            return Ok(None);
        }
        self.unit.sessions.change(session_id, session.clone());
        Ok(Some(session))
    }

    // ── inbox ──

    pub(super) async fn kept_seen(&mut self, key_hash: &[u8]) -> Result<Option<Seen>> {
        if let Some(known) = self.unit.seen.get(key_hash) {
            return Ok(known.clone());
        }
        let done = inbox::seen::<E>(self.c()?, key_hash).await;
        let found = self.noted(done)?;
        if self.writes {
            self.unit.seen.insert(key_hash.to_vec(), found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_insert_seen(&mut self, seen: &Seen) -> Result<bool> {
        if self.kept_seen(&seen.key_hash).await?.is_some() {
            return Ok(false);
        }
        self.unit.seen.insert(seen.key_hash.clone(), Some(seen.clone()));
        self.unit.new_seen.push(seen.clone());
        Ok(true)
    }

    pub(super) fn kept_mark_handled(&mut self, session_id: Uuid, after: i64, upto: i64, at: DateTime<Utc>) {
        // What one statement adds it doesn't change.
        for new in self.unit.new_inbound.iter_mut().filter(|new| new.is_within(session_id, after, upto)) {
            new.handled = Some((upto, at));
        }
        if !self.stands_in_unit(session_id, after) {
            self.unit.handled.push(Handled { session_id, after, upto, at });
        }
    }

    /// Whether all of a session's entries after a number are new in this transaction.
    fn stands_in_unit(&self, session_id: Uuid, after: i64) -> bool {
        self.unit.inbound_after.get(&session_id).is_some_and(|known| after >= *known)
    }

    pub(super) async fn kept_inbound(&mut self, session_id: Uuid, after: i64, upto: i64) -> Result<Vec<Entry>> {
        if let Some(known) = self.unit.inbound.get(&(session_id, after, upto)) {
            return Ok(known.clone());
        }
        if self.stands_in_unit(session_id, after) {
            let new = self.unit.new_inbound.iter().filter(|new| new.is_within(session_id, after, upto));
            return Ok(new.map(|new| new.entry.clone()).collect());
        }
        let done = inbox::inbound::<E>(self.reads().await?, session_id, after, upto).await;
        self.noted(done)
    }

    // ── messages and their delivery ──

    pub(super) async fn kept_last_messages(&mut self, session_id: Uuid, upto: i64, limit: i64) -> Result<Vec<ChatMessage>> {
        let from_start = (-1, -1, Vec::new());
        let known = if self.unit.sessions.is_added(session_id) { Some(&from_start) } else { self.unit.histories.get(&session_id) };
        // What others have said since is known only under the session's lock.
        if let Some((after, to, read)) = known.filter(|(_, to, _)| *to == upto || (self.writes && *to <= upto)) {
            // What was read, and what this transaction has said since.
            let since = self.unit.new_messages.iter().filter(|m| m.session_id == session_id && m.seq > *to && m.seq <= upto);
            let all: Vec<&ChatMessage> = read.iter().chain(since).collect();
            let limit = usize::try_from(limit).unwrap_or(0);
            // Numbers without a message may have left too few among those that were read.
            if all.len() >= limit || *after < 0 {
                return Ok(all.iter().skip(all.len().saturating_sub(limit)).copied().cloned().collect());
            }
        }
        let done = messages::last_messages::<E>(self.reads().await?, session_id, upto, limit).await;
        self.noted(done)
    }

    pub(super) fn kept_set_delivery(&mut self, id: Uuid, delivery: Delivery) {
        match self.unit.new_messages.iter_mut().find(|m| m.id == id) {
            Some(message) => message.delivery = delivery,
            None => drop(self.unit.deliveries.insert(id, delivery)),
        }
    }

    pub(super) fn kept_insert_outbox(&mut self, row: &OutboxRow) {
        self.count_outbox(row.session_id, None, Some(row.state));
        self.unit.outbox.insert(row.id, row.into());
        self.unit.new_outbox.push(row.clone());
    }

    pub(super) async fn kept_lock_outbox(&mut self, id: Uuid) -> Result<Option<OutboxHold>> {
        if let Some(known) = self.unit.outbox.get(&id) {
            return Ok(Some(*known));
        }
        let locks = self.writes;
        let done = outbox::lock_outbox::<E>(locks, &[id]).all::<E, Of<OutboxHold>>(self.locks().await?).await;
        let found = self.noted(done)?.first().map(|found| found.row);
        if self.writes {
            self.unit.outbox.extend(found.map(|held| (id, held)));
        }
        Ok(found)
    }

    pub(super) async fn kept_move_outbox(&mut self, from: Delivery, row: &OutboxRow) -> Result<bool> {
        if self.kept_lock_outbox(row.id).await?.map(|held| held.state) != Some(from) {
            return Ok(false);
        }
        self.count_outbox(row.session_id, Some(from), Some(row.state));
        self.unit.outbox.insert(row.id, row.into());
        match self.unit.new_outbox.iter_mut().find(|new| new.id == row.id) {
            Some(new) => *new = row.clone(),
            None => drop(self.unit.moved_outbox.insert(row.id, row.clone())),
        }
        Ok(true)
    }

    fn count_outbox(&mut self, session_id: Uuid, from: Option<Delivery>, to: Option<Delivery>) {
        let Some((ready, sending)) = self.unit.unsettled.get_mut(&session_id) else { return };
        for (state, by) in [(from, -1), (to, 1)] {
            match state {
                Some(Delivery::Ready) => *ready += by,
                Some(Delivery::Sending) => *sending += by,
                _ => {}
            }
        }
    }

    pub(super) async fn kept_unsettled(&mut self, session_id: Uuid) -> Result<(i64, i64)> {
        if let Some(known) = self.unit.unsettled.get(&session_id) {
            return Ok(*known);
        }
        if self.unit.sessions.is_added(session_id) {
            let theirs = self.unit.new_outbox.iter().filter(|row| row.session_id == session_id);
            return Ok(outbox::count_unsettled(theirs.map(|row| row.state)));
        }
        let noted = self.unit.new_outbox.iter().chain(self.unit.moved_outbox.values()).any(|row| row.session_id == session_id);
        let done = outbox::unsettled(&[session_id]).all::<E, Of<OutboxHold>>(self.reads_if(noted).await?).await;
        let rows = self.noted(done)?;
        Ok(outbox::count_unsettled(rows.iter().map(|r| r.row.state)))
    }

    // ── people and what they answered ──

    pub(super) async fn kept_candidate(&mut self, id: Uuid) -> Result<Option<Candidate>> {
        if let Some(known) = self.unit.candidates.get(id) {
            return Ok(known);
        }
        let done = candidates::candidate::<E>(self.c()?, id).await;
        let found = self.noted(done)?;
        if self.writes {
            self.unit.candidates.read(id, found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_lock_candidate(&mut self, id: Uuid) -> Result<Option<Candidate>> {
        if self.unit.candidates.is_added(id) {
            return Ok(self.unit.candidates.get(id).flatten());
        }
        let done = candidates::lock_candidate::<E>(self.locks().await?, id).await;
        let found = self.noted(done)?;
        if self.writes {
            self.unit.candidates.read(id, found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_application(&mut self, id: Uuid) -> Result<Option<Application>> {
        if let Some(known) = self.unit.applications.get(id) {
            return Ok(known);
        }
        let done = applications::application::<E>(self.c()?, id).await;
        let found = self.noted(done)?;
        if self.writes {
            self.unit.applications.read(id, found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_application_in_progress(&mut self, candidate_id: Uuid, job_id: Uuid) -> Result<Option<Application>> {
        if self.unit.candidates.is_added(candidate_id) {
            // Who is new in this transaction has what this transaction gave them.
            let theirs =
                |a: &&Application| a.candidate_id == candidate_id && a.job_id == job_id && a.status == ApplicationStatus::InProgress;
            return Ok(self.unit.applications.added().filter(theirs).max_by_key(|a| (a.created_at, a.id)).cloned());
        }
        let noted = self.unit.applications.written_now().any(|a| a.candidate_id == candidate_id);
        let done = applications::application_in_progress::<E>(self.reads_if(noted).await?, candidate_id, job_id).await;
        self.noted(done)
    }

    pub(super) async fn kept_answers(&mut self, application_id: Uuid) -> Result<Vec<Answer>> {
        if let Some(known) = self.unit.answers.get(&application_id) {
            return Ok(known.clone());
        }
        let put = self.unit.put_answers.iter().filter(|((id, _), _)| *id == application_id);
        if self.unit.applications.is_added(application_id) {
            return Ok(put.map(|(_, answer)| answer.clone()).collect());
        }
        let noted = put.count() > 0;
        let done = applications::answers::<E>(self.reads_if(noted).await?, application_id).await;
        self.noted(done)
    }

    pub(super) fn kept_put_answer(&mut self, application_id: Uuid, answer: &Answer) {
        if let Some(known) = self.unit.answers.get_mut(&application_id) {
            match known.iter_mut().find(|a| a.question_id == answer.question_id) {
                Some(before) => before.clone_from(answer),
                None => known.push(answer.clone()),
            }
        }
        self.unit.put_answers.insert((application_id, answer.question_id), answer.clone());
    }

    pub(super) async fn kept_job(&mut self, id: Uuid, version: Option<i64>) -> Result<Option<Arc<Job>>> {
        if let Some(known) = self.unit.jobs.get(&(id, version)) {
            return Ok(known.clone());
        }
        let done = jobs::job::<E>(self.c()?, id, version).await;
        let found = self.noted(done)?.map(Arc::new);
        if self.keeps {
            if let Some(job) = &found {
                // As it stands it is also as of the version that stands.
                self.unit.jobs.insert((id, Some(job.question_set_version)), found.clone());
            }
            self.unit.jobs.insert((id, version), found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_job_by_slug(&mut self, slug: &str) -> Result<Option<Job>> {
        if let Some(known) = self.unit.jobs_by_slug.get(slug) {
            return Ok(known.clone());
        }
        let done = jobs::job_by_slug::<E>(self.c()?, slug).await;
        let found = self.noted(done)?;
        if self.keeps {
            self.unit.jobs_by_slug.insert(slug.to_owned(), found.clone());
        }
        Ok(found)
    }

    pub(super) async fn kept_jobs(&mut self, status: Option<JobStatus>, page: Page) -> Result<Vec<Job>> {
        let key = (status.map(JobStatus::as_str), page.limit, page.offset);
        if let Some(known) = self.unit.job_pages.get(&key) {
            return Ok(known.clone());
        }
        let done = jobs::jobs::<E>(self.c()?, status, page).await;
        let found = self.noted(done)?;
        if self.keeps {
            self.unit.job_pages.insert(key, found.clone());
        }
        Ok(found)
    }

    // ── actions ──

    pub(super) async fn kept_open_actions(&mut self, session_id: Option<Uuid>, application_id: Option<Uuid>) -> Result<Vec<Action>> {
        if let Some(known) = session_id.and_then(|id| self.unit.open_actions.get(&(id, application_id))) {
            return Ok(known.clone());
        }
        if session_id.is_some_and(|id| self.unit.sessions.is_added(id))
            && application_id.is_none_or(|id| self.unit.applications.is_added(id))
        {
            let open = self.unit.new_actions.iter().filter(|a| a.status == ActionStatus::Open);
            let open = open.filter(|a| actions::is_about(a, session_id, application_id));
            return Ok(open.cloned().collect());
        }
        let noted = !(self.unit.new_actions.is_empty() && self.unit.changed_actions.is_empty());
        let done = actions::open_actions::<E>(self.reads_if(noted).await?, session_id, application_id).await;
        self.noted(done)
    }

    pub(super) fn kept_insert_action(&mut self, action: &Action) {
        for ((session_id, application_id), known) in &mut self.unit.open_actions {
            if actions::is_about(action, Some(*session_id), *application_id) && action.status == ActionStatus::Open {
                known.push(action.clone());
            }
        }
        self.unit.new_actions.push(action.clone());
    }

    pub(super) fn kept_update_action(&mut self, action: &Action) {
        for known in self.unit.open_actions.values_mut() {
            if action.status == ActionStatus::Open {
                known.iter_mut().filter(|a| a.id == action.id).for_each(|a| a.clone_from(action));
            } else {
                known.retain(|a| a.id != action.id);
            }
        }
        match self.unit.new_actions.iter_mut().find(|a| a.id == action.id) {
            Some(new) => new.clone_from(action),
            None => drop(self.unit.changed_actions.insert(action.id, action.clone())),
        }
    }

    // ── timers and leases ──

    pub(super) async fn kept_timers(&mut self, session_id: Uuid) -> Result<Vec<Timer>> {
        let put = self.unit.put_timers.iter().filter(|((id, _), _)| *id == session_id);
        let known = match self.unit.timers.get(&session_id) {
            None if self.unit.sessions.is_added(session_id) => {
                Some(put.clone().filter_map(|(_, (kind, due))| due.map(|due| Timer { session_id, kind: *kind, due })).collect())
            }
            known => known.cloned(),
        };
        if let Some(mut timers) = known {
            timers.sort_by_key(|t| (t.due, t.kind.as_str()));
            return Ok(timers);
        }
        let noted = put.count() > 0;
        let done = timers::timers::<E>(self.reads_if(noted).await?, session_id).await;
        self.noted(done)
    }

    /// `None`: it goes.
    pub(super) fn kept_put_timer(&mut self, session_id: Uuid, kind: TimerKind, due: Option<DateTime<Utc>>) {
        if let Some(known) = self.unit.timers.get_mut(&session_id) {
            known.retain(|t| t.kind != kind);
            known.extend(due.map(|due| Timer { session_id, kind, due }));
        }
        self.unit.put_timers.insert((session_id, kind.as_str()), (kind, due));
    }

    pub(super) async fn kept_lease(&mut self, name: &str) -> Result<Option<Lease>> {
        if let Some(known) = self.unit.leases.get(name) {
            return Ok(known.clone());
        }
        let done = timers::lease::<E>(self.c()?, name).await;
        let found = self.noted(done)?;
        if self.keeps {
            self.unit.leases.insert(name.to_owned(), found.clone());
        }
        Ok(found)
    }
}
