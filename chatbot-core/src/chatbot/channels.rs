//! What shells with a channel outside call: leases by name, and keeping what they could not read.

use chrono::Duration;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Chatbot;
use crate::fault::Fault;
use crate::inbox::Accepted;
use crate::inbox::quarantine::{MAX_BODY, Quarantined};
use crate::message::{Address, ChatMessage, Sender};
use crate::recruiting::list::Page;
use crate::session::SessionError;
use crate::wake::Signal;

impl Chatbot {
    /// Keeps a body that was authentic and could not be read. Acknowledge it once this has answered. The same body is
    /// kept once an account; answers whether it is new. `reason`: a word or two, never words of the body.
    pub async fn quarantine(&self, platform: &str, account: &str, reason: &str, body: &[u8]) -> Result<bool, Fault> {
        let row = Quarantined {
            id: self.inner.store.new_id(),
            platform: platform.to_owned(),
            account: account.to_owned(),
            reason: reason.to_owned(),
            body: body.get(..MAX_BODY).unwrap_or(body).to_vec(),
            size: i64::try_from(body.len()).unwrap_or(i64::MAX),
            sha256: Sha256::digest(body).to_vec(),
            created_at: self.now(),
        };
        let id = row.id;
        let new = self.inner.store.insert_quarantined(row).await?;
        metrics::counter!("updates_quarantined_total", "platform" => platform.to_owned()).increment(1);
        tracing::warn!(platform, account, %id, new, bytes = body.len(), reason, "an update could not be read; it is kept for a week");
        Ok(new)
    }

    /// What could not be read, newest first.
    pub async fn quarantined(&self, page: Page) -> Result<Vec<Quarantined>, Fault> {
        Ok(self.rows().await?.quarantined(page).await?)
    }

    pub(super) async fn purge_quarantined(&self, kept: Duration) -> Result<u64, Fault> {
        Ok(self.inner.store.purge_quarantined(kept).await?)
    }

    /// Takes or renews a lease by name, for what only one process may do at a time (`poller:telegram:42`). `n` tells
    /// holders within this process apart. True while it is ours; renew it well before `length` is over.
    pub async fn take_lease(&self, name: &str, n: i64, length: Duration) -> Result<bool, Fault> {
        Ok(self.inner.store.hold_lease(name.to_owned(), n, length).await?)
    }

    /// Gives a lease back, so that another process need not wait for its end.
    pub async fn drop_lease(&self, name: &str, n: i64) -> Result<(), Fault> {
        Ok(self.inner.store.release_lease(name.to_owned(), n).await?)
    }

    /// What a dedupe key of a candidate on a channel was accepted as; none if it never was, or is erased.
    pub async fn accepted_as(&self, address: &Address, dedupe_key: &str) -> Result<Option<Accepted>, SessionError> {
        self.inner.inbox.accepted_as(address, Sender::Candidate, dedupe_key).await
    }

    /// Notes what a channel reports about a message it took: that it won't arrive after all. The message is marked as
    /// failed and an action is filed, once. False: the channel's id of it is not known here, or it stands otherwise already.
    /// `reason`: without personal data.
    pub async fn note_undelivered(&self, platform: &str, account: &str, provider_ref: &str, reason: &str) -> Result<bool, Fault> {
        let (platform, account) = (platform.to_owned(), account.to_owned());
        let session = self.inner.store.refused_later(platform, account, provider_ref.to_owned(), reason.to_owned()).await?;
        if let Some(session_id) = session {
            self.inner.wake.signal(Signal::Changed(session_id));
        }
        Ok(session.is_some())
    }

    /// The message a channel knows by this id, if it is ours: what a reply on that channel refers to.
    pub async fn message_by_ref(&self, platform: &str, account: &str, provider_ref: &str) -> Result<Option<ChatMessage>, Fault> {
        let mut rows = self.rows().await?;
        let Some(row) = rows.outbox_by_ref(platform, account, provider_ref).await? else { return Ok(None) };
        Ok(rows.message(row.message_id).await?)
    }

    /// A message by id, with the session it belongs to.
    pub async fn message(&self, id: Uuid) -> Result<Option<ChatMessage>, Fault> {
        Ok(self.rows().await?.message(id).await?)
    }
}
