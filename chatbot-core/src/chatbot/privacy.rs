//! Erasing people, by wish and by age.

use chrono::Duration;
use uuid::Uuid;

use super::Chatbot;
use crate::access::Actor;
use crate::fault::Fault;
use crate::privacy::{Erasure, ErasureReason, Retained};

impl Chatbot {
    /// Erases a candidate: every row that names them, in one transaction. A turn or a delivery in flight finds nothing
    /// afterwards, a late retry of what they sent brings nobody back, events not yet handed over are dropped. What was
    /// said to other systems before (a model, a webhook, a mailbox) is theirs to erase. Asking again answers the same
    /// receipt; `None`: nobody of that id ever was.
    pub async fn erase_candidate(&self, id: Uuid, by: Option<&Actor>) -> Result<Option<Erasure>, Fault> {
        // Turns of theirs that run here are stopped: their fences are gone with their rows.
        let sessions = self.rows().await?.sessions_of_candidate(id).await?;
        let erased = self.inner.store.erase(id, ErasureReason::ByStaff, by.and_then(|actor| actor.user_id)).await?;
        for session in sessions {
            self.inner.worker.cancel(session);
            self.push_to_web(session);
        }
        if erased.is_some() {
            tracing::info!(candidate = %id, "a candidate was erased");
        }
        Ok(erased)
    }

    /// Erases everybody of whom nothing was heard for this long, and deletes closed conversations that nobody agreed to
    /// being kept. Those whom a person has shortlisted, meets for an interview or has hired stay: they are somebody's
    /// decision. Dry: nothing is written. Ended half-way, it goes on the next time.
    pub async fn retain(&self, older_than: Duration, dry_run: bool) -> Result<Retained, Fault> {
        let before = self.inner.store.now().await? - older_than;
        let mut done = self.inner.store.retain(before, dry_run).await?;
        done.sessions = self.inner.store.sweep(dry_run).await?;
        if done.candidates + done.sessions > 0 && !dry_run {
            tracing::info!(candidates = done.candidates, sessions = done.sessions, "what is no longer kept was deleted");
        }
        Ok(done)
    }

    /// What [`Chatbot::run`] does once an hour, by call: keeps to the time the notice names, and leaves no byte of what
    /// was deleted in files of ours, even where a process died between deleting and that.
    pub async fn tidy(&self) -> Result<Retained, Fault> {
        let done = self.retain(Duration::days(self.inner.settings.retention_days), false).await?;
        self.note_words(1_000).await?;
        self.inner.store.scrub().await;
        Ok(done)
    }
}
