//! A user with a phone: what they do, and what their screen shows.

use std::sync::Arc;

use serde_json::{Value, json};

use super::world::{Bot, Chat, Shared, now};
use crate::patience::eventually;

/// A person's chat with a bot.
#[derive(Debug, Clone)]
pub struct Phone {
    pub(super) shared: Arc<Shared>,
    pub(super) bot: i64,
    /// The person's id; a private chat has the same.
    pub user: i64,
}

/// A message as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its number in the chat.
    pub id: i64,
    /// Whether the bot sent it.
    pub by_bot: bool,
    /// The words, or the words under a file.
    pub text: String,
    /// `(label, data)` of the buttons under it.
    pub buttons: Vec<(String, String)>,
    /// A file's name.
    pub file: Option<String>,
    /// Whether it was edited.
    pub edited: bool,
}

impl Phone {
    pub(super) fn new(shared: Arc<Shared>, bot: i64, user: i64) -> Self {
        Self { shared, bot, user }
    }

    /// Does something with the bot and its chat, and tells whoever waits for updates.
    fn act<T>(&self, act: impl FnOnce(&mut Bot) -> T) -> T {
        let done = act(self.shared.world().bot(self.bot));
        self.shared.tell();
        done
    }

    fn chat<T>(&self, look: impl FnOnce(&mut Chat) -> T) -> T {
        look(self.shared.world().bot(self.bot).chat(self.user))
    }

    /// Opens the bot by a link with this payload.
    pub fn starts(&self, payload: &str) -> i64 {
        self.says(format!("/start {payload}").trim())
    }

    /// Writes; answers the message's number.
    pub fn says(&self, text: &str) -> i64 {
        self.act(|bot| says(bot, self.user, text))
    }

    /// Presses the button with this label under the newest message that has it.
    #[track_caller]
    pub fn presses(&self, label: &str) -> String {
        let shows = self.shows();
        let offers = shows.iter().rev().find_map(|m| m.buttons.iter().find(|(l, _)| l == label).map(|(_, data)| (m.id, data.clone())));
        let (message, data) = offers.unwrap_or_else(|| panic!("there is no button \"{label}\": {shows:#?}"));
        self.presses_data(message, &data)
    }

    /// Presses a button of a message, whether it is shown or not: a screen may lag behind. Answers the press's id.
    pub fn presses_data(&self, message: i64, data: &str) -> String {
        self.act(|bot| press(bot, self.user, message, data))
    }

    /// Whether the bot has answered a press, so that the button stops spinning.
    pub fn press_is_answered(&self, id: &str) -> bool {
        self.shared.world().bot(self.bot).callbacks.get(id) == Some(&true)
    }

    /// Sends a document.
    pub fn sends_document(&self, name: &str, mime: &str, bytes: impl Into<Vec<u8>>, caption: Option<&str>) -> i64 {
        let bytes = bytes.into();
        self.act(|bot| sends_document(bot, self.user, name, mime, bytes, caption))
    }

    /// Sends a photo.
    pub fn sends_photo(&self, bytes: impl Into<Vec<u8>>, caption: Option<&str>) -> i64 {
        let bytes = bytes.into();
        self.act(|bot| {
            let mut sizes = Vec::new();
            for (width, height) in [(90, 67), (640, 480)] {
                let mut size = bot.keep("photos", "photo.jpg", "image/jpeg", bytes.clone());
                (size["width"], size["height"]) = (width.into(), height.into());
                sizes.push(size);
            }
            written(bot, self.user, &with_caption(json!({"photo": sizes}), caption))
        })
    }

    /// Changes a message of their own.
    pub fn edits(&self, message: i64, text: &str) {
        self.act(|bot| edits(bot, self.user, message, text));
    }

    /// Shares a contact; their own, or somebody else's.
    pub fn shares_contact(&self, phone_number: &str, own: bool) -> i64 {
        self.act(|bot| shares_contact(bot, self.user, phone_number, own))
    }

    /// Sends a message with this content: a location, a poll, a sticker.
    pub fn sends(&self, content: &Value) -> i64 {
        self.act(|bot| written(bot, self.user, content))
    }

    /// Has the bot get an update as it is, but for its number.
    pub fn update(&self, update: &Value) -> i64 {
        self.act(|bot| bot.raw_update(update.clone()))
    }

    /// Has the bot get the same update again, under a number of its own.
    pub fn repeats_last_update(&self, last: &Value) -> i64 {
        self.update(last)
    }

    /// The updates that wait, as the bot would get them.
    pub fn waiting_updates(&self) -> Vec<Value> {
        self.shared.world().bot(self.bot).updates.iter().cloned().collect()
    }

    /// Blocks the bot, or takes it back.
    pub fn blocks(&self, blocks: bool) {
        self.act(|bot| blocks_bot(bot, self.user, blocks));
    }

    /// The chat, oldest message first.
    pub fn shows(&self) -> Vec<Shown> {
        let mut world = self.shared.world();
        let bot = world.bot(self.bot);
        let me = bot.id;
        bot.chat(self.user).messages.iter().map(|message| Shown::of(message, me)).collect()
    }

    /// What the bot sent, oldest first.
    pub fn heard(&self) -> Vec<Shown> {
        self.shows().into_iter().filter(|message| message.by_bot).collect()
    }

    /// The last message of the bot's.
    pub fn last_heard(&self) -> Option<Shown> {
        let mut world = self.shared.world();
        let bot = world.bot(self.bot);
        let me = bot.id;
        bot.chat(self.user).messages.iter().rev().map(|message| Shown::of(message, me)).find(|message| message.by_bot)
    }

    /// Labels of the keyboard that the bot put in place of the person's own.
    pub fn keyboard(&self) -> Vec<String> {
        let rows = self.chat(|chat| chat.keyboard.clone()).map(|keyboard| keyboard["keyboard"].clone()).unwrap_or_default();
        let rows = rows.as_array().cloned().unwrap_or_default();
        rows.iter().filter_map(Value::as_array).flatten().filter_map(|b| b["text"].as_str().map(str::to_owned)).collect()
    }

    /// How often the bot showed that it types.
    pub fn typing(&self) -> usize {
        self.chat(|chat| chat.typing)
    }

    /// The content of a file that the bot sent.
    pub fn file(&self, message: i64) -> Vec<u8> {
        let mut world = self.shared.world();
        let bot = world.bot(self.bot);
        let shown = bot.chat(self.user).message(message).expect("a message").clone();
        let id = shown["document"]["file_id"].as_str().or(shown["photo"][0]["file_id"].as_str()).expect("a file");
        bot.files.get(id).expect("its content").bytes.clone()
    }

    /// Waits for the bot's message number `count` (from 1), and answers it.
    pub async fn hears(&self, count: usize) -> Shown {
        eventually(&format!("message {count} of the bot's"), async || self.heard().into_iter().nth(count - 1)).await
    }

    /// Waits until the bot's last message has these words.
    pub async fn hears_last(&self, words: &str) -> Shown {
        eventually(&format!("a last message with \"{words}\""), async || self.heard().pop().filter(|m| m.text.contains(words))).await
    }
}

impl Shown {
    pub(super) fn of(message: &Value, bot: i64) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let rows = message["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
        let buttons = rows.iter().filter_map(Value::as_array).flatten();
        Self {
            id: message["message_id"].as_i64().unwrap_or_default(),
            by_bot: message["from"]["id"] == bot,
            text: text(&message["text"]).or(text(&message["caption"])).unwrap_or_default(),
            buttons: buttons.map(|b| (text(&b["text"]).unwrap_or_default(), text(&b["callback_data"]).unwrap_or_default())).collect(),
            file: text(&message["document"]["file_name"]).or(message.get("photo").map(|_| "photo.jpg".to_owned())),
            edited: message.get("edit_date").is_some(),
        }
    }
}

/// A message of the person's, which the bot gets.
pub(super) fn written(bot: &mut Bot, user: i64, content: &Value) -> i64 {
    bot.chat(user).is_started = true;
    let message = bot.post(user, false, content);
    let id = message["message_id"].as_i64().unwrap_or_default();
    bot.update("message", message);
    id
}

pub(super) fn says(bot: &mut Bot, user: i64, text: &str) -> i64 {
    let mut content = json!({"text": text});
    if text.starts_with('/') {
        let command = text.split_whitespace().next().unwrap_or_default();
        content["entities"] = json!([{"type": "bot_command", "offset": 0, "length": command.encode_utf16().count()}]);
    }
    written(bot, user, &content)
}

pub(super) fn press(bot: &mut Bot, user: i64, message: i64, data: &str) -> String {
    let id = format!("{}{:06}", user, bot.callbacks.len() + 1);
    bot.callbacks.insert(id.clone(), false);
    let chat = bot.chat(user);
    let from = chat.user.clone();
    let under = chat.message(message).cloned().unwrap_or_default();
    bot.update("callback_query", json!({"id": id, "from": from, "message": under, "chat_instance": format!("{user}"), "data": data}));
    id
}

pub(super) fn sends_document(bot: &mut Bot, user: i64, name: &str, mime: &str, bytes: Vec<u8>, caption: Option<&str>) -> i64 {
    let mut document = bot.keep("documents", name, mime, bytes);
    (document["file_name"], document["mime_type"]) = (name.into(), mime.into());
    written(bot, user, &with_caption(json!({"document": document}), caption))
}

fn with_caption(mut content: Value, caption: Option<&str>) -> Value {
    if let Some(caption) = caption {
        content["caption"] = caption.into();
    }
    content
}

pub(super) fn edits(bot: &mut Bot, user: i64, message: i64, text: &str) {
    let Some(message) = bot.chat(user).message(message) else { return };
    let key = if message.get("caption").is_some() { "caption" } else { "text" };
    message[key] = text.into();
    message["edit_date"] = now().into();
    let message = message.clone();
    bot.update("edited_message", message);
}

pub(super) fn shares_contact(bot: &mut Bot, user: i64, phone_number: &str, own: bool) -> i64 {
    let name = bot.chat(user).user["first_name"].clone();
    let mut contact = json!({"phone_number": phone_number, "first_name": name});
    if own {
        contact["user_id"] = user.into();
    }
    written(bot, user, &json!({"contact": contact}))
}

pub(super) fn blocks_bot(bot: &mut Bot, user: i64, blocks: bool) {
    let me = bot.as_user();
    let chat = bot.chat(user);
    chat.is_blocked = blocks;
    let (from, place) = (chat.user.clone(), chat.as_chat());
    let member = |status: &str| {
        let mut member = json!({"user": me, "status": status});
        if status == "kicked" {
            member["until_date"] = 0.into();
        }
        member
    };
    let (old, new) = if blocks { ("member", "kicked") } else { ("kicked", "member") };
    let change = json!({"chat": place, "from": from, "date": now(), "old_chat_member": member(old), "new_chat_member": member(new)});
    bot.update("my_chat_member", change);
}
