//! Telling the job's owner, in their linked chats, that a candidate needs a person.
//!
//! A stage before the host's sink. An event may come here more than once; its notice is an inbox entry of the owner's
//! chat whose dedupe key is the event's id, so that it is said once. It is one more entry point and no shortcut: an owner
//! who opted out hears nothing, and the outbox delivers.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Chatbot;
use crate::access::UserChannel;
use crate::fault::Fault;
use crate::message::inbound::Address;
use crate::message::{EntryKind, InboxEntry, Outgoing, Person, Sender};
use crate::orchestrator::{ChatEvent, EventKind, EventSink, SinkError};
use crate::outbox::is_pulled;
use crate::session::SessionError;

/// The owner's chats first, then the host's sink.
pub(super) struct Notices<'c>(pub(super) &'c Chatbot);

#[async_trait]
impl EventSink for Notices<'_> {
    async fn deliver(&self, event: &ChatEvent) -> Result<(), SinkError> {
        if event.kind == EventKind::Escalation {
            self.0.tell_owner(event).await.map_err(|fault| SinkError::Retry(fault.to_string()))?;
        }
        self.0.inner.events.deliver(event).await
    }
}

impl Chatbot {
    async fn tell_owner(&self, event: &ChatEvent) -> Result<(), Fault> {
        let Some(owner) = event.payload.pointer("/job/owner").and_then(Value::as_str) else { return Ok(()) };
        for channel in self.channels_of(owner).await? {
            let person = Person {
                platform: channel.platform,
                account: channel.account,
                platform_user_id: channel.platform_user_id,
                ..Person::default()
            };
            let entry = InboxEntry {
                dedupe_key: Some(format!("notice:{}:{}", event.id, person.platform_user_id)),
                address: Address::Person(person),
                kind: EntryKind::Say,
                sender: Sender::Recruiter,
                content_format: "say".into(),
                metadata: json!({"outgoing": self.owner_notice(event)}),
                ..InboxEntry::text(event.session_id, "")
            };
            match self.save_incoming_message(entry).await {
                Ok(_) => {}
                Err(SessionError::Store(fault)) => return Err(fault),
                // Opted out; or said by a process with other texts. The action queue has it all the same.
                Err(refused) => tracing::info!(event = %event.id, %refused, "the job's owner is not told in a chat"),
            }
        }
        Ok(())
    }

    /// Where a notice would be read: chats outside, and pages that are open.
    async fn channels_of(&self, owner: &str) -> Result<Vec<UserChannel>, Fault> {
        let mut rows = self.rows().await?;
        let Some(user) = rows.user_by_email(owner).await? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for channel in rows.user_channels(user.id).await? {
            let open = rows.lock_open_session(&channel.platform, &channel.account, &channel.platform_user_id).await?.is_some();
            if open || !is_pulled(&channel.platform) {
                found.push(channel);
            }
        }
        Ok(found)
    }

    /// Made of the event alone, so that every try says the same.
    fn owner_notice(&self, event: &ChatEvent) -> Outgoing {
        let templates = self.templates();
        let of = |path: &str| event.payload.pointer(path).and_then(Value::as_str);
        let name = format!("reason_{}", of("/detail/reason").unwrap_or_default());
        let known = templates.names().any(|n| n == name);
        let reason = templates.text(if known { &name } else { "reason_other" }, json!({}));
        let url = self.inner.settings.public_url.as_deref().map(|base| match event.application_id {
            Some(id) => format!("{base}/console/applications/{id}"),
            None => format!("{base}/console/actions"),
        });
        let values = json!({"name": of("/contact/name"), "title": of("/job/title"), "reason": reason, "url": url});
        templates.say("escalation_notify_recruiter", values)
    }
}
