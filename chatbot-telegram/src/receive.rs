//! From what a person did to their inbox. Both ways in, polling and webhook, come through here; what it answers may be acknowledged.

use chatbot_core::Chatbot;
use chatbot_core::chatbot::FileError;
use chatbot_core::fault::Fault;
use chatbot_core::message::{Address, Button, EntryKind, InboxEntry, Person, Sender};
use chatbot_core::session::SessionError;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::PLATFORM;
use crate::api::PATIENCE;
use crate::files::{Fetched, fetch};
use crate::link;
use crate::normalise::{Deed, Incoming, Normal, Press, Who, normalise};
use crate::telegram::Telegram;

/// Takes updates into a chatbot's inbox. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Receiver {
    chatbot: Chatbot,
    telegram: Telegram,
}

impl Receiver {
    /// For this bot of this chatbot.
    pub fn new(chatbot: Chatbot, telegram: Telegram) -> Self {
        Self { chatbot, telegram }
    }

    pub(crate) fn chatbot(&self) -> &Chatbot {
        &self.chatbot
    }

    pub(crate) fn telegram(&self) -> &Telegram {
        &self.telegram
    }

    /// Takes a body as it came: what is no JSON goes to quarantine.
    pub async fn body(&self, body: &[u8]) -> Result<(), Fault> {
        match serde_json::from_slice::<Value>(body) {
            Ok(update) => self.update(&update, body).await,
            Err(_) => self.quarantine("not JSON", body).await,
        }
    }

    /// Takes one update. Committed, ignored on purpose or in quarantine once it has answered; an error: nothing is stored,
    /// and it must come again.
    pub async fn update(&self, update: &Value, raw: &[u8]) -> Result<(), Fault> {
        let outcome = match normalise(update) {
            Normal::Incoming(incoming) => self.incoming(*incoming).await,
            Normal::Press(press) => self.press(press).await,
            Normal::Ignored(why) => {
                tracing::debug!(why, "an update is none of ours");
                Ok(why)
            }
            Normal::Unreadable(why) => return self.quarantine(why, raw).await,
        };
        match outcome {
            Ok(outcome) => {
                metrics::counter!("telegram_updates_total", "outcome" => outcome.replace(' ', "_")).increment(1);
                Ok(())
            }
            // A defect is no reason to stop the stream: what the store can't take is put aside for a person to see.
            Err(Fault::Broken(problem)) => {
                tracing::error!(problem, "the store refused an update");
                self.quarantine("the store refused it", raw).await
            }
            Err(fault) => Err(fault),
        }
    }

    async fn quarantine(&self, why: &str, raw: &[u8]) -> Result<(), Fault> {
        self.chatbot.quarantine(PLATFORM, self.telegram.account(), why, raw).await?;
        metrics::counter!("telegram_updates_total", "outcome" => "quarantined").increment(1);
        Ok(())
    }

    fn person(&self, who: &Who) -> Person {
        Person {
            platform: PLATFORM.into(),
            account: self.telegram.account().to_owned(),
            platform_user_id: who.chat.to_string(),
            name: who.name.clone(),
            locale: who.locale.clone(),
            ..Person::default()
        }
    }

    async fn incoming(&self, incoming: Incoming) -> Result<&'static str, Fault> {
        let mut person = self.person(&incoming.who);
        let mut entry = blank(person.clone(), incoming.key);
        match incoming.deed {
            Deed::Start { payload } => {
                entry.kind = EntryKind::Start;
                entry.content_format = "start".into();
                entry.content = "/start".into();
                if let Some(payload) = payload.map(|payload| link::read(&payload)) {
                    let job = match payload.job_id {
                        Some(id) => self.chatbot.job(id).await?,
                        None => self.chatbot.job_by_slug(&payload.slug).await?,
                    };
                    person.source = payload.source;
                    if let Some(job) = job {
                        entry.content = format!("/start {}", job.slug);
                        person.job_id = Some(job.id);
                    }
                }
                entry.address = Address::Person(person);
            }
            Deed::Words(text) => entry.content = text,
            Deed::Phone(number) => {
                entry.content = number;
                entry.metadata = json!({"contact": true});
            }
            Deed::Edited { text, original } => {
                entry.kind = EntryKind::Edit;
                entry.content = text;
                let edited = self.chatbot.accepted_as(&entry.address, &original).await;
                if let Some(edited) = edited.or_else(fault_only)? {
                    entry.metadata = json!({"edits": edited.seq, "edited_session": edited.session_id});
                }
            }
            Deed::Unsupported(what) => not_taken(&mut entry, what),
            Deed::File(file) => {
                let name = file.name.clone();
                if let Some(caption) = &file.caption {
                    entry.metadata = json!({"caption": caption});
                }
                match fetch(self.telegram.api(), &file).await {
                    Fetched::Bytes(bytes) => match self.chatbot.save_file_entry(entry.clone(), &name, bytes).await {
                        Ok(_) => return Ok("accepted"),
                        Err(FileError::Session(error)) => return refused(error),
                        Err(FileError::Empty) => not_taken(&mut entry, "file_empty"),
                        Err(FileError::TooLarge) => not_taken(&mut entry, "file_too_large"),
                        Err(_) => not_taken(&mut entry, "too_many_files"),
                    },
                    Fetched::TooLarge => not_taken(&mut entry, "file_too_large"),
                    Fetched::Unavailable => not_taken(&mut entry, "file_unavailable"),
                }
            }
        }
        self.accept(entry).await
    }

    async fn accept(&self, mut entry: InboxEntry) -> Result<&'static str, Fault> {
        let mut saved = self.chatbot.save_incoming_message(entry.clone()).await;
        if let (Err(SessionError::JobClosed | SessionError::NotFound("job")), Address::Person(person)) = (&saved, &mut entry.address) {
            // The link's job takes nobody now: they are shown what does.
            person.job_id = None;
            saved = self.chatbot.save_incoming_message(entry).await;
        }
        match saved {
            Ok(accepted) if accepted.duplicate => Ok("duplicate"),
            Ok(_) => Ok("accepted"),
            Err(error) => refused(error),
        }
    }

    /// A pressed button becomes an entry with the button's own value, tied to the prompt it stood under. A button that
    /// isn't ours, or whose message is erased, does nothing. The press is answered always, once what it did is stored.
    async fn press(&self, press: Press) -> Result<&'static str, Fault> {
        let found = match press.button {
            Some((message_id, place)) => self.find(&press.who, message_id, place).await?,
            None => None,
        };
        let ours = found.is_some();
        let outcome = match found {
            None => "unknown button",
            Some((button, prompt)) => {
                let mut entry = blank(self.person(&press.who), format!("cb:{}", press.id));
                entry.kind = EntryKind::Button;
                entry.content = button.label;
                entry.content_format = "button".into();
                entry.metadata = json!({"button": button.value, "pressed": prompt});
                self.accept(entry).await?
            }
        };
        let (api, chat) = (self.telegram.api().clone(), press.who.chat);
        // Nobody waits for these: they only tidy the screen.
        tokio::spawn(async move {
            let answered = api.call("answerCallbackQuery", &json!({"callback_query_id": press.id}), PATIENCE).await;
            if let Err(error) = answered {
                tracing::debug!(%error, "a press stays unanswered");
            }
            if let (true, Some(message_id)) = (ours, press.message_id) {
                let body = json!({"chat_id": chat, "message_id": message_id, "reply_markup": {"inline_keyboard": []}});
                if let Err(error) = api.call("editMessageReplyMarkup", &body, PATIENCE).await {
                    tracing::debug!(%error, "a pressed keyboard stays");
                }
            }
        });
        Ok(outcome)
    }

    /// The button at this place of our message, if the message went to this person; with what tells its prompt.
    async fn find(&self, who: &Who, message_id: Uuid, place: usize) -> Result<Option<(Button, Value)>, Fault> {
        let Some(message) = self.chatbot.message(message_id).await? else { return Ok(None) };
        let theirs = self.chatbot.session(message.session_id).await?.is_some_and(|session| {
            session.platform == PLATFORM && session.account == self.telegram.account() && session.platform_user_id == who.chat.to_string()
        });
        let button = message.metadata.get("buttons").and_then(|buttons| buttons.get(place));
        let button = button.filter(|_| theirs).and_then(|button| serde_json::from_value(button.clone()).ok());
        let expects = message.metadata.get("expects").cloned().unwrap_or(Value::Null);
        Ok(button.map(|button| (button, json!({"session_id": message.session_id, "seq": message.seq, "expects": expects}))))
    }
}

fn blank(person: Person, key: String) -> InboxEntry {
    InboxEntry { address: Address::Person(person), sender: Sender::Candidate, dedupe_key: Some(key), ..InboxEntry::text(Uuid::nil(), "") }
}

/// The dialogue says what can be read here; the history shows in a word what came.
fn not_taken(entry: &mut InboxEntry, what: &str) {
    entry.content = format!("({what})");
    entry.content_format = "unsupported".into();
    if let Some(metadata) = entry.metadata.as_object_mut() {
        metadata.insert("unsupported".into(), json!(what));
    }
}

/// What the core refuses is settled all the same: sending it again would change nothing.
fn refused(error: SessionError) -> Result<&'static str, Fault> {
    match error {
        SessionError::Store(fault) => Err(fault),
        // Delivered before with other words around it, or erased since: it has had its effect.
        SessionError::BodyDiffers | SessionError::NotFound(_) => Ok("duplicate"),
        other => {
            tracing::info!(%other, "an update was refused");
            Ok("refused")
        }
    }
}

fn fault_only<T>(error: SessionError) -> Result<Option<T>, Fault> {
    match error {
        SessionError::Store(fault) => Err(fault),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests;
