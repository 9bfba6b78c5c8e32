//! An update as Telegram sends it becomes what a person did, or nothing of ours. Pure: no store, no network.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chatbot_core::access::token;
use chatbot_core::museum::{self, Mistake};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use teloxide::types::{CallbackQuery, ChatMemberUpdated, Message};
use uuid::Uuid;

use crate::render;

/// The kinds of updates we ask for; others are none of ours.
pub const ALLOWED_UPDATES: [&str; 4] = ["message", "edited_message", "callback_query", "my_chat_member"];

/// Who wrote, in a private chat with the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The chat, which in private is the person.
    pub chat: i64,
    /// The first name of their account.
    pub name: Option<String>,
    /// Their app's language.
    pub locale: Option<String>,
}

/// A file that is fetched by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Telegram's id.
    pub file_id: String,
    /// Its name; photos have none.
    pub name: String,
    /// Its size in bytes, as Telegram says.
    pub size: u64,
    /// What was written under it.
    pub caption: Option<String>,
}

/// What they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// `/start`, with what a link carried.
    Start {
        /// The payload of a deep link.
        payload: Option<String>,
    },
    /// Words, as they wrote them.
    Words(String),
    /// A correction of an earlier message.
    Edited {
        /// The words as they are now.
        text: String,
        /// The key under which the message was accepted.
        original: String,
    },
    /// Their own telephone number.
    Phone(String),
    /// A document or a photo.
    File(RemoteFile),
    /// Something that can't be read here, by its name.
    Unsupported(&'static str),
}

/// Something a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Who.
    pub who: Who,
    /// The dedupe key.
    pub key: String,
    /// What.
    pub deed: Deed,
}

/// A pressed button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Who.
    pub who: Who,
    /// The press's id: answering it ends the waiting sign.
    pub id: String,
    /// Which message's keyboard, by Telegram's id; none when it is too old.
    pub message_id: Option<i32>,
    /// Our message and the button's place in it; none if the button is not ours.
    pub button: Option<(Uuid, usize)>,
}

/// What an update is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Normal {
    /// Something to accept.
    Incoming(Box<Incoming>),
    /// A button to be looked up.
    Press(Press),
    /// Nothing of ours, on purpose; why, for the counter.
    Ignored(&'static str),
    /// Nobody can read it; why, without its words.
    Unreadable(&'static str),
}

/// An update's number; ids beyond what Telegram gives are unreadable.
pub fn update_id(update: &Value) -> Option<i64> {
    update.get("update_id").and_then(Value::as_i64)
}

/// Reads one update. Never panics: teloxide's parser does on at least one real payload, and is watched.
pub fn normalise(update: &Value) -> Normal {
    let Some(map) = update.as_object() else { return Normal::Unreadable("no object") };
    if !map.get("update_id").is_some_and(Value::is_number) {
        return Normal::Unreadable("no update_id");
    }
    if let Some(message) = map.get("message") {
        let normal = read::<Message>(message).map_or_else(Normal::Unreadable, |m| new_message(&m, message));
        return if museum::seeded(Mistake::DedupeOnUpdateId) { keyed_by_update(normal, update) } else { normal };
    }
    if let Some(message) = map.get("edited_message") {
        return read::<Message>(message).map_or_else(Normal::Unreadable, |m| edited(&m));
    }
    if let Some(query) = map.get("callback_query") {
        return read::<CallbackQuery>(query).map_or_else(Normal::Unreadable, |q| pressed(&q));
    }
    if let Some(change) = map.get("my_chat_member") {
        // Blocked or unblocked: sends are refused by Telegram itself from then on, and filed as such.
        return read::<ChatMemberUpdated>(change).map_or_else(Normal::Unreadable, |_| Normal::Ignored("my_chat_member"));
    }
    Normal::Ignored("kind")
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, &'static str> {
    match catch_unwind(AssertUnwindSafe(|| T::deserialize(value))) {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(_)) => Err("not as the Bot API says"),
        Err(_) => Err("the parser panicked"),
    }
}

fn who(message: &Message) -> Result<Who, Normal> {
    if !message.chat.is_private() {
        return Err(Normal::Ignored("not private"));
    }
    let Some(from) = message.from.as_ref().filter(|from| !from.is_bot) else { return Err(Normal::Ignored("not from a person")) };
    Ok(Who { chat: message.chat.id.0, name: Some(from.first_name.clone()), locale: from.language_code.clone() })
}

fn message_key(message: &Message) -> String {
    format!("m:{}:{}", message.chat.id.0, message.id.0)
}

/// The museum's: ids of updates restart, and one message can come under two of them.
fn keyed_by_update(normal: Normal, update: &Value) -> Normal {
    let Normal::Incoming(incoming) = normal else { return normal };
    Normal::Incoming(Box::new(Incoming { key: format!("u:{}", update_id(update).unwrap_or_default()), ..*incoming }))
}

fn new_message(message: &Message, raw: &Value) -> Normal {
    let who = match who(message) {
        Ok(who) => who,
        Err(ignored) => return ignored,
    };
    let key = message_key(message);
    let deed = if let Some(text) = message.text() {
        start(text).unwrap_or_else(|| Deed::Words(text.to_owned()))
    } else if let Some(document) = message.document() {
        Deed::File(RemoteFile {
            file_id: document.file.id.0.clone(),
            name: document.file_name.clone().unwrap_or_else(|| "document".into()),
            size: size(document.file.size),
            caption: message.caption().map(str::to_owned),
        })
    } else if let Some(photo) = message.photo().and_then(|sizes| sizes.iter().max_by_key(|size| (size.width, size.height))) {
        Deed::File(RemoteFile {
            file_id: photo.file.id.0.clone(),
            name: "photo.jpg".into(),
            size: size(photo.file.size),
            caption: message.caption().map(str::to_owned),
        })
    } else if let Some(contact) = message.contact() {
        // Somebody else's number is nothing to note.
        match contact.user_id {
            Some(id) if message.from.as_ref().is_some_and(|from| from.id == id) => Deed::Phone(plus(&contact.phone_number)),
            _ => Deed::Unsupported("contact"),
        }
    } else {
        match unsupported(raw) {
            Some(what) => Deed::Unsupported(what),
            None => return Normal::Ignored("service message"),
        }
    };
    Normal::Incoming(Box::new(Incoming { who, key, deed }))
}

/// Where Telegram names no size, teloxide names the largest it can.
fn size(named: u32) -> u64 {
    if named == u32::MAX { 0 } else { named.into() }
}

/// `/start`, `/start PAYLOAD`, `/start@our_bot PAYLOAD`; not the link that carries a linking code, which is words.
fn start(text: &str) -> Option<Deed> {
    if chatbot_core::access::link::asked(text).is_some() {
        return None;
    }
    let mut words = text.split_whitespace();
    let command = words.next()?;
    (command.split('@').next()? == "/start" && text.starts_with('/')).then(|| Deed::Start { payload: words.next().map(str::to_owned) })
}

/// Telegram writes numbers without the plus of the international form.
fn plus(number: &str) -> String {
    if number.starts_with('+') { number.to_owned() } else { format!("+{number}") }
}

/// What people send that can't be read here. What Telegram itself puts into a chat (somebody joined, a call ended) is none of it.
fn unsupported(raw: &Value) -> Option<&'static str> {
    const KINDS: [&str; 13] = [
        "sticker",
        "voice",
        "audio",
        "video",
        "video_note",
        "animation",
        "location",
        "venue",
        "poll",
        "dice",
        "game",
        "story",
        "checklist",
    ];
    KINDS.into_iter().find(|kind| raw.get(kind).is_some_and(|value| !value.is_null()))
}

fn edited(message: &Message) -> Normal {
    let who = match who(message) {
        Ok(who) => who,
        Err(ignored) => return ignored,
    };
    let Some(text) = message.text() else { return Normal::Ignored("edited without words") };
    let date = message.edit_date().map_or(0, chrono::DateTime::timestamp);
    let hash: String = token::hex(&Sha256::digest(text.as_bytes())).chars().take(16).collect();
    let key = format!("e:{}:{}:{date}:{hash}", message.chat.id.0, message.id.0);
    let deed = Deed::Edited { text: text.to_owned(), original: message_key(message) };
    Normal::Incoming(Box::new(Incoming { who, key, deed }))
}

fn pressed(query: &CallbackQuery) -> Normal {
    let private = query.message.as_ref().is_none_or(|message| message.chat().is_private());
    let Ok(chat) = i64::try_from(query.from.id.0) else { return Normal::Unreadable("a person's id out of range") };
    Normal::Press(Press {
        who: Who { chat, name: Some(query.from.first_name.clone()), locale: query.from.language_code.clone() },
        id: query.id.0.clone(),
        message_id: query.message.as_ref().map(|message| message.id().0),
        button: query.data.as_deref().filter(|_| private).and_then(render::button_of),
    })
}

#[cfg(test)]
mod tests;
