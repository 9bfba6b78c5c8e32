//! What a model is writing, for pages of this process that listen. A draft is a hint like any other: it is never stored, and
//! whoever hears none of it reads the message when it is there.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

/// Drafts by session, as long as somebody listens.
#[derive(Debug, Default)]
pub struct Drafts {
    listened: Mutex<HashMap<Uuid, watch::Sender<String>>>,
}

/// Tells those who listen to a session what its reply is so far.
#[derive(Debug)]
pub struct DraftWriter(watch::Sender<String>);

impl Drafts {
    /// Listens to a session's drafts. Whoever is slow hears the newest.
    pub fn listen(&self, session_id: Uuid) -> watch::Receiver<String> {
        let mut listened = self.listened.lock().unwrap_or_else(PoisonError::into_inner);
        listened.retain(|_, sender| sender.receiver_count() > 0);
        listened.entry(session_id).or_insert_with(|| watch::channel(String::new()).0).subscribe()
    }

    /// Who tells of this session; none where nobody listens.
    pub fn writer(&self, session_id: Uuid) -> Option<DraftWriter> {
        let listened = self.listened.lock().unwrap_or_else(PoisonError::into_inner);
        listened.get(&session_id).filter(|sender| sender.receiver_count() > 0).map(|sender| DraftWriter(sender.clone()))
    }
}

impl DraftWriter {
    /// All of it so far; empty: what was heard is void.
    pub fn write(&self, text: &str) {
        self.0.send_if_modified(|now| {
            let changed = now != text;
            if changed {
                text.clone_into(now);
            }
            changed
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_listens_hears_the_newest_and_nobody_else_is_written_for() {
        let (drafts, session) = (Drafts::default(), Uuid::from_u128(1));
        assert!(drafts.writer(session).is_none());
        let mut heard = drafts.listen(session);
        let writer = drafts.writer(session).unwrap();
        assert!(drafts.writer(Uuid::from_u128(2)).is_none());
        writer.write("Six");
        writer.write("Six people");
        heard.changed().await.unwrap();
        assert_eq!(*heard.borrow_and_update(), "Six people");
        drop(heard);
        assert!(drafts.writer(session).is_none());
    }
}
