//! From a webhook's JSON to what somebody said. Pure.
//!
//! Format: <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples>. One delivery may hold many
//! messages in several entries, of several numbers. What is added to the format later is ignored, not refused.

use serde_json::Value;

/// The longest text WhatsApp sends; more was made by nobody's app.
const MAX_TEXT_CHARS: usize = 8192;
/// The longest id of a message.
const MAX_ID: usize = 512;

/// A delivery, in its own order.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Delivery {
    /// What is to be done.
    pub(crate) events: Vec<Event>,
    /// Why parts of it can't be read; such a delivery is kept.
    pub(crate) unreadable: Vec<&'static str>,
    /// Parts left out on purpose.
    pub(crate) ignored: u64,
}

/// One thing that happened.
#[derive(Debug, PartialEq)]
pub(crate) enum Event {
    /// Somebody wrote.
    Message(Incoming),
    /// A message of ours came further on its way, or didn't.
    Status(Status),
}

/// A message to our number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Incoming {
    /// Meta's id of it.
    pub(crate) wamid: String,
    /// The person: their number's digits, or an id where they hide it.
    pub(crate) person: String,
    /// The name they gave themselves.
    pub(crate) name: Option<String>,
    /// The message of ours that it answers.
    pub(crate) answers: Option<String>,
    /// What they said.
    pub(crate) said: Said,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Words.
    Text(String),
    /// A button or a row of a list.
    Pressed {
        /// What we gave it as id.
        id: String,
        /// What they saw.
        label: String,
    },
    /// A document or a picture.
    File {
        /// What it is fetched by.
        media_id: String,
        /// The name it has, or should have.
        name: String,
        /// What was written under it.
        caption: Option<String>,
    },
    /// A kind of message we can't read, such as a voice message: a word for the history.
    Other(&'static str),
}

/// What became of a message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_field_names, reason = "`status` is Meta's own name for it")]
pub(crate) struct Status {
    /// Meta's id of it.
    pub(crate) wamid: String,
    /// `sent`, `delivered`, `read`, `failed`, or one that came later.
    pub(crate) status: String,
    /// Why it failed.
    pub(crate) code: Option<i64>,
}

/// Reads a delivery to this number. `Err`: why nothing of it can be read.
pub(crate) fn read(body: &[u8], phone_number_id: &str) -> Result<Delivery, &'static str> {
    let body: Value = serde_json::from_slice(body).map_err(|_| "not JSON")?;
    if text(&body, "object") != Some("whatsapp_business_account") {
        return Err("not about a WhatsApp account");
    }
    let mut delivery = Delivery::default();
    for entry in list(&body, "entry").ok_or("without entries")? {
        let Some(changes) = list(entry, "changes") else {
            delivery.unreadable.push("an entry without changes");
            continue;
        };
        for change in changes {
            read_change(change, phone_number_id, &mut delivery);
        }
    }
    Ok(delivery)
}

fn read_change(change: &Value, phone_number_id: &str, delivery: &mut Delivery) {
    match text(change, "field") {
        Some("messages") => {}
        // About the account, its templates, its limits.
        Some(_) => {
            delivery.ignored += 1;
            return;
        }
        None => return delivery.unreadable.push("a change without a field"),
    }
    let Some(value) = change.get("value").filter(|v| v.is_object()) else {
        return delivery.unreadable.push("a change without a value");
    };
    match value.pointer("/metadata/phone_number_id").and_then(Value::as_str) {
        None => return delivery.unreadable.push("to no number"),
        Some(id) if id != phone_number_id => return delivery.unreadable.push("to another number"),
        Some(_) => {}
    }
    let contacts = list(value, "contacts").unwrap_or_default();
    for message in value.get("messages").map_or(&[][..], |m| m.as_array().map_or(std::slice::from_ref(m), Vec::as_slice)) {
        match read_message(message, contacts) {
            Ok(Some(incoming)) => delivery.events.push(Event::Message(incoming)),
            Ok(None) => delivery.ignored += 1,
            Err(why) => delivery.unreadable.push(why),
        }
    }
    for status in value.get("statuses").map_or(&[][..], |s| s.as_array().map_or(std::slice::from_ref(s), Vec::as_slice)) {
        match read_status(status) {
            Some(status) => delivery.events.push(Event::Status(status)),
            None => delivery.unreadable.push("a status without id or name"),
        }
    }
}

/// `None`: ignored on purpose.
fn read_message(message: &Value, contacts: &[Value]) -> Result<Option<Incoming>, &'static str> {
    if message.get("group_id").is_some() {
        return Ok(None);
    }
    let wamid = id(message, "id").ok_or("a message without an id")?;
    let by_number = id(message, "from").or_else(|| match contacts {
        [only] => id(only, "wa_id"),
        _ => None,
    });
    let hidden = || id(message, "from_user_id").or_else(|| contacts.first().and_then(|c| id(c, "user_id")));
    let person = by_number.or_else(hidden).ok_or("a message from nobody")?;
    let contact = contacts.iter().find(|c| text(c, "wa_id") == Some(person) || text(c, "user_id") == Some(person));
    let name = contact.and_then(|c| c.pointer("/profile/name")?.as_str()).map(|n| clean(n).trim().chars().take(80).collect::<String>());
    let said = match text(message, "type").ok_or("a message of no type")? {
        "text" => words(message.pointer("/text/body"))?,
        "interactive" => pressed(message.get("interactive").ok_or("a button without its id")?)?,
        // The button of a template.
        "button" => words(message.pointer("/button/text"))?,
        "document" => file(message.get("document"), "document")?,
        "image" => file(message.get("image"), "picture")?,
        // Its tap says nothing, and what it taps on stands there already.
        "reaction" | "system" => return Ok(None),
        "audio" => Said::Other("voice message"),
        "video" => Said::Other("video"),
        "sticker" => Said::Other("sticker"),
        "location" => Said::Other("location"),
        "contacts" => Said::Other("contact"),
        _ => Said::Other("message of another kind"),
    };
    if said == Said::Text(String::new()) {
        return Ok(None);
    }
    Ok(Some(Incoming {
        wamid: wamid.to_owned(),
        person: person.to_owned(),
        name: name.filter(|n| !n.is_empty()),
        answers: message.get("context").and_then(|c| id(c, "id")).map(str::to_owned),
        said,
    }))
}

fn words(body: Option<&Value>) -> Result<Said, &'static str> {
    let body = body.and_then(Value::as_str).ok_or("a text without words")?;
    if body.chars().count() > MAX_TEXT_CHARS {
        return Err("a text longer than WhatsApp sends");
    }
    let body = clean(body);
    Ok(Said::Text(if body.trim().is_empty() { String::new() } else { body }))
}

fn pressed(interactive: &Value) -> Result<Said, &'static str> {
    let kind = text(interactive, "type").ok_or("a button without its id")?;
    if !matches!(kind, "button_reply" | "list_reply") {
        return Ok(Said::Other("message of another kind"));
    }
    let reply = interactive.get(kind).ok_or("a button without its id")?;
    let id = id(reply, "id").ok_or("a button without its id")?;
    let label = clean(text(reply, "title").unwrap_or(id));
    Ok(Said::Pressed { id: clean(id), label })
}

fn file(media: Option<&Value>, otherwise: &str) -> Result<Said, &'static str> {
    let media = media.ok_or("a file without its id")?;
    let media_id = id(media, "id").ok_or("a file without its id")?;
    let name = text(media, "filename").map(clean).filter(|n| !n.trim().is_empty());
    let ending = match text(media, "mime_type").unwrap_or_default().split(';').next().unwrap_or_default().trim() {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "application/pdf" => ".pdf",
        _ => "",
    };
    let name = name.unwrap_or_else(|| format!("{otherwise}{ending}"));
    let caption = text(media, "caption").map(clean).filter(|c| !c.trim().is_empty());
    Ok(Said::File { media_id: media_id.to_owned(), name, caption })
}

fn read_status(status: &Value) -> Option<Status> {
    Some(Status {
        wamid: id(status, "id")?.to_owned(),
        status: text(status, "status")?.to_owned(),
        code: status.pointer("/errors/0/code").and_then(Value::as_i64),
    })
}

fn list<'v>(value: &'v Value, name: &str) -> Option<&'v [Value]> {
    value.get(name)?.as_array().map(Vec::as_slice)
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn id<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    text(value, name).filter(|id| !id.is_empty() && id.len() <= MAX_ID && !id.contains(char::is_control))
}

/// Without control characters, which no database of ours need hold, but with line breaks and tabs.
fn clean(text: &str) -> String {
    crate::text::clean(text)
}

#[cfg(test)]
mod tests;
