//! What was said goes into the inbox, in the order it came.

use chatbot_core::Chatbot;
use chatbot_core::chatbot::FileError;
use chatbot_core::fault::Fault;
use chatbot_core::message::{Address, EntryKind, InboxEntry, Person};
use chatbot_core::session::SessionError;
use chatbot_telegram::link;
use serde_json::{Value, json};
use uuid::Uuid;

use super::normalise::{Event, Incoming, Said, Status};
use super::{MediaError, PLATFORM, WhatsApp, graph};

/// Stores a delivery's messages and notes its statuses. An error: not all of it is stored, and the whole must come again.
pub(crate) async fn all(chatbot: &Chatbot, channel: &WhatsApp, events: Vec<Event>) -> Result<(), Fault> {
    for event in events {
        match event {
            Event::Message(message) => message_in(chatbot, channel, message).await?,
            Event::Status(status) => status_in(chatbot, channel, status).await?,
        }
    }
    Ok(())
}

async fn message_in(chatbot: &Chatbot, channel: &WhatsApp, message: Incoming) -> Result<(), Fault> {
    let account = &channel.config().phone_number_id;
    let person = Person {
        platform: PLATFORM.into(),
        account: account.clone(),
        platform_user_id: message.person,
        name: message.name,
        ..Person::default()
    };
    let mut entry =
        InboxEntry { address: Address::Person(person.clone()), dedupe_key: Some(message.wamid), ..InboxEntry::text(Uuid::nil(), "") };
    match message.said {
        Said::Text(text) => match Start::of(&text) {
            Some(start) => begin(chatbot, &mut entry, person, start).await?,
            None => entry.content = text,
        },
        Said::Pressed { id, label } => {
            entry.kind = EntryKind::Button;
            entry.content_format = "button".into();
            entry.content = label;
            entry.metadata = json!({"button": id});
            if let Some(prompt) = prompt(chatbot, account, &person.platform_user_id, message.answers.as_deref()).await? {
                entry.metadata = json!({"button": id, "pressed": prompt});
            }
        }
        Said::Other(what) => not_taken(&mut entry, what),
        Said::File { media_id, name, caption } => {
            if let Some(caption) = caption {
                entry.metadata = json!({"caption": caption});
            }
            let why = match channel.graph().media(&media_id).await {
                Ok(bytes) => match chatbot.save_file_entry(entry.clone(), &name, bytes).await {
                    Ok(_) => return Ok(()),
                    Err(FileError::Session(refused)) => return settle(Some(refused)),
                    Err(FileError::Empty) => "file_empty",
                    Err(FileError::TooLarge) => "file_too_large",
                    Err(_) => "too_many_files",
                },
                // Meta keeps files for weeks, and delivers again for days.
                Err(MediaError::Later(why)) => return Err(Fault::Unavailable(format!("a WhatsApp file can't be fetched yet: {why}"))),
                Err(MediaError::Gone(why)) => {
                    tracing::warn!(why, "a WhatsApp file can't be fetched");
                    "file_unavailable"
                }
                Err(MediaError::TooLarge) => "file_too_large",
            };
            not_taken(&mut entry, why);
        }
    }
    save(chatbot, entry).await
}

/// `/start`, as a link writes it into the first message.
async fn begin(chatbot: &Chatbot, entry: &mut InboxEntry, person: Person, start: Start<'_>) -> Result<(), Fault> {
    entry.kind = EntryKind::Start;
    entry.content_format = "start".into();
    entry.content = "/start".into();
    let mut person = person;
    if let Some(payload) = start.payload.map(link::read) {
        let job = match payload.job_id {
            Some(id) => chatbot.job(id).await?,
            None => chatbot.job_by_slug(&payload.slug).await?,
        };
        person.source = payload.source;
        if let Some(job) = job {
            entry.content = format!("/start {}", job.slug);
            person.job_id = Some(job.id);
        }
    }
    entry.address = Address::Person(person);
    Ok(())
}

/// What the message whose button was pressed waits for, so that a button of an older one answers nothing newer.
async fn prompt(chatbot: &Chatbot, account: &str, person: &str, answers: Option<&str>) -> Result<Option<Value>, Fault> {
    let Some(wamid) = answers else { return Ok(None) };
    let Some(message) = chatbot.message_by_ref(PLATFORM, account, wamid).await? else { return Ok(None) };
    let theirs = chatbot.session(message.session_id).await?.is_some_and(|s| s.platform == PLATFORM && s.platform_user_id == person);
    let expects = message.metadata.get("expects").cloned().unwrap_or(Value::Null);
    Ok(theirs.then(|| json!({"session_id": message.session_id, "seq": message.seq, "expects": expects})))
}

/// The dialogue says what can be read here; the history shows in a word what came.
fn not_taken(entry: &mut InboxEntry, what: &str) {
    entry.content = format!("({what})");
    entry.content_format = "unsupported".into();
    if let Some(metadata) = entry.metadata.as_object_mut() {
        metadata.insert("unsupported".into(), json!(what));
    }
}

/// Commits an entry. What the store refuses for good is acknowledged: it would be refused again.
async fn save(chatbot: &Chatbot, mut entry: InboxEntry) -> Result<(), Fault> {
    let mut saved = chatbot.save_incoming_message(entry.clone()).await;
    if let (Err(SessionError::JobClosed | SessionError::NotFound("job")), Address::Person(person)) = (&saved, &mut entry.address) {
        // The link is old; the person is shown what there is now.
        person.job_id = None;
        saved = chatbot.save_incoming_message(entry).await;
    }
    settle(saved.err())
}

fn settle(refused: Option<SessionError>) -> Result<(), Fault> {
    match refused {
        None => Ok(()),
        Some(SessionError::Store(fault)) => Err(fault),
        // Erased since, or the same id with other words: the first delivery stands.
        Some(other) => {
            tracing::info!(reason = %other, "a WhatsApp message has no effect");
            Ok(())
        }
    }
}

async fn status_in(chatbot: &Chatbot, channel: &WhatsApp, status: Status) -> Result<(), Fault> {
    if status.status != "failed" {
        // Taken, arrived, read: nothing we promise depends on it, and they come in any order.
        return Ok(());
    }
    let why = status.code.map_or_else(|| "Meta says that it failed".to_owned(), graph::reason);
    let known = chatbot.note_undelivered(PLATFORM, &channel.config().phone_number_id, &status.wamid, &why).await?;
    tracing::info!(code = status.code, known, "WhatsApp reports a message as failed");
    Ok(())
}

/// A message that is `/start`, alone or with a link's payload, and nothing else.
#[derive(Debug, PartialEq, Eq)]
struct Start<'t> {
    payload: Option<&'t str>,
}

impl<'t> Start<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mut words = text.split_whitespace();
        if words.next() != Some("/start") {
            return None;
        }
        let payload = words.next();
        words.next().is_none().then_some(Self { payload })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::Start;

    #[test]
    fn only_a_start_alone_or_with_a_links_payload_opens_a_conversation() {
        for (text, want) in [
            ("/start baker", Some(Some("baker"))),
            (" /start baker__fair\n", Some(Some("baker__fair"))),
            ("/start", Some(None)),
            ("/start baker please", None),
            ("start baker", None),
            ("/starting baker", None),
            ("I'd like to /start baker", None),
        ] {
            assert_eq!(Start::of(text).map(|s| s.payload), want, "{text}");
        }
    }
}
