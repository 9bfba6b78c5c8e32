//! What shells call on a candidate's behalf.

use std::time::Duration;

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Chatbot, LiveEvent};
use crate::access::{Actor, token};
use crate::fault::Fault;
use crate::files::{MAX_FILE_BYTES, NewFile, StoredFile, sniff};
use crate::inbox::Accepted;
use crate::message::{ChatMessage, EntryKind, InboxEntry, Outgoing, Sender};
use crate::recruiting::list::{Page, SessionFilter};
use crate::session::{OpenSession, Opened, Session, SessionError};
use crate::worker::JobOutcome;

/// Files of one session, at most.
const MAX_FILES: i64 = 10;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`MAX_FILE_BYTES`].
    #[error("the file is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// The session has enough files.
    #[error("this conversation holds {MAX_FILES} files already")]
    TooMany,
    /// The session refused it.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<Fault> for FileError {
    fn from(fault: Fault) -> Self {
        Self::Session(SessionError::Store(fault))
    }
}

impl Chatbot {
    /// Opens a session, or finds the person's open one. The bot then speaks first. Who names no account is addressed on the
    /// one that serves their platform.
    pub async fn open_session(&self, mut wish: OpenSession) -> Result<Opened, SessionError> {
        if wish.person.account.is_empty()
            && let Some(account) = self.inner.accounts.only(&wish.person.platform)
        {
            account.clone_into(&mut wish.person.account);
        }
        let opened = self.inner.sessions.get_or_create_session(wish).await?;
        self.inner.wake.wake(opened.session.id);
        Ok(opened)
    }

    /// Commits a message to its session's inbox. Only what this returned may be acknowledged.
    pub async fn save_incoming_message(&self, entry: InboxEntry) -> Result<Accepted, SessionError> {
        let accepted = self.inner.inbox.save_incoming_message(entry).await?;
        if !accepted.duplicate {
            self.push_to_web(accepted.session_id);
        }
        Ok(accepted)
    }

    /// Marks a message's session as ready. Accepting does so by itself.
    pub async fn enqueue_processing(&self, message_id: Uuid) -> Result<(), SessionError> {
        self.inner.inbox.enqueue_processing(message_id).await
    }

    /// Runs the turn of a message's session now, if it waits.
    pub async fn process_message_job(&self, message_id: Uuid) -> Result<JobOutcome, SessionError> {
        self.inner.processor.process_message_job(message_id).await?.ok_or(SessionError::NotFound("message"))
    }

    /// Has the bot say something of the host's. Outside a turn nothing writes past the fence, so this is an inbox entry
    /// whose turn says it.
    pub async fn save_bot_message(&self, session_id: Uuid, message: &Outgoing) -> Result<Accepted, SessionError> {
        let entry = InboxEntry {
            kind: EntryKind::Say,
            sender: Sender::Recruiter,
            content_format: "say".into(),
            metadata: json!({"outgoing": message}),
            ..InboxEntry::text(session_id, "")
        };
        self.save_incoming_message(entry).await
    }

    /// What the turn that handled entry `seq` said (`[]`: nothing was due); `None` when the time ran out before it was handled.
    pub async fn replies(&self, session_id: Uuid, seq: i64, wait: Duration) -> Result<Option<Vec<ChatMessage>>, Fault> {
        let mut live = self.subscribe_to_changes(session_id);
        let end = tokio::time::Instant::now() + wait;
        loop {
            // One reading connection at a time: whoever holds one while asking for another can starve the pool.
            let mut rows = self.rows().await?;
            if let Some(upto) = rows.handled_upto(session_id, seq).await? {
                return Ok(Some(rows.turn_messages(session_id, upto).await?));
            }
            // Erased by this very message: all that is left is the confirmation.
            if rows.session(session_id).await?.is_none_or(|s| s.candidate_id.is_none() && s.closed_at.is_some()) {
                return Ok(Some(rows.messages(session_id, seq, 10).await?));
            }
            drop(rows);
            let left = end.saturating_duration_since(tokio::time::Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let changed = async { while live.next().await != LiveEvent::Changed {} };
            let _ = tokio::time::timeout(left.min(self.inner.settings.poll), changed).await;
        }
    }

    /// Messages after number `after`, in order.
    pub async fn history(&self, session_id: Uuid, after: i64, limit: i64) -> Result<Vec<ChatMessage>, Fault> {
        Ok(self.rows().await?.messages(session_id, after, limit).await?)
    }

    /// A session.
    pub async fn session(&self, id: Uuid) -> Result<Option<Session>, Fault> {
        Ok(self.rows().await?.session(id).await?)
    }

    /// The session a candidate's bearer token opens.
    pub async fn session_by_token(&self, bearer: &str) -> Result<Option<Session>, Fault> {
        Ok(self.rows().await?.session_by_token(&token::hash(bearer)).await?)
    }

    /// Sessions, the newest entry first.
    pub async fn sessions(&self, open_only: bool, page: Page) -> Result<Vec<Session>, Fault> {
        Ok(self.rows().await?.sessions(&SessionFilter { open: open_only.then_some(true), ..SessionFilter::default() }, page).await?)
    }

    /// Stores a file and appends it to the inbox as a message.
    pub async fn save_file(
        &self,
        session_id: Uuid,
        name: &str,
        bytes: Vec<u8>,
        sender: Sender,
        actor: Option<&Actor>,
        client_message_id: Option<&str>,
    ) -> Result<(StoredFile, Accepted), FileError> {
        let session = self.session(session_id).await?.ok_or(SessionError::NotFound("session"))?;
        if session.closed_at.is_some() {
            return Err(SessionError::Expired.into());
        }
        let mut entry = InboxEntry::text(session_id, "");
        entry.sender = sender;
        entry.actor = actor.map(|a| a.name.clone());
        entry.dedupe_key = client_message_id.map(str::to_owned);
        if let Some(id) = client_message_id {
            entry.metadata = json!({"client_message_id": id});
        }
        self.save_file_entry(entry, name, bytes).await
    }

    /// Stores a file with the entry it comes in, wherever that is addressed to: a person's first words may be a file.
    /// The entry's kind and content are made those of a file; what else its metadata says stays.
    pub async fn save_file_entry(&self, entry: InboxEntry, name: &str, bytes: Vec<u8>) -> Result<(StoredFile, Accepted), FileError> {
        if bytes.is_empty() {
            return Err(FileError::Empty);
        }
        if bytes.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLarge);
        }
        let file = StoredFile {
            id: self.inner.store.new_id(),
            // Whose it is shows when the entry is accepted.
            session_id: Uuid::nil(),
            candidate_id: None,
            name: sniff::display_name(name),
            media_type: sniff::media_type(&bytes).to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256: token::hex(&Sha256::digest(&bytes)),
            created_at: self.now(),
        };
        let mut metadata = entry.metadata;
        if let Some(map) = metadata.as_object_mut() {
            map.insert("file_id".into(), json!(file.id));
            map.insert("file".into(), json!({"name": file.name, "size": file.size, "content_type": file.media_type}));
            map.insert("sha256".into(), json!(file.sha256));
        }
        let entry = InboxEntry { kind: EntryKind::File, content_format: "file".into(), content: file.name.clone(), metadata, ..entry };
        let new = NewFile { row: file.clone(), bytes: bytes.into(), max_files: MAX_FILES };
        let accepted = self.inner.inbox.save_incoming_file(entry, new).await?.ok_or(FileError::TooMany)?;
        let file = StoredFile { session_id: accepted.session_id, ..file };
        if accepted.duplicate {
            let first = self.file_of_message(accepted.message_id).await?;
            return Ok((first.unwrap_or(file), accepted));
        }
        self.push_to_web(accepted.session_id);
        Ok((file, accepted))
    }

    async fn file_of_message(&self, message_id: Uuid) -> Result<Option<StoredFile>, Fault> {
        let mut rows = self.rows().await?;
        let message = rows.message(message_id).await?;
        let id = message.and_then(|m| m.metadata.get("file_id").and_then(|id| id.as_str()?.parse().ok()));
        match id {
            Some(id) => Ok(rows.file(id).await?),
            None => Ok(None),
        }
    }

    /// A file with its bytes.
    pub async fn file(&self, id: Uuid) -> Result<Option<(StoredFile, Vec<u8>)>, Fault> {
        crate::files::Files::file(&self.inner.store, id).await
    }
}
