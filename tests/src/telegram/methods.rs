//! What the methods do, but for those that wait (`polling`).

use serde_json::{Value, json};

use super::check::Args;
use super::params::Upload;
use super::world::{Bot, Shared, Webhook, now};

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ApiError {
    pub(super) code: u16,
    pub(super) description: String,
    /// `parameters` of the answer; null: none.
    pub(super) parameters: Value,
}

impl ApiError {
    pub(super) fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), parameters: Value::Null }
    }

    fn bad(problem: &str) -> Self {
        Self::new(400, format!("Bad Request: {problem}"))
    }
}

/// The largest file the API lets bots download.
const MAX_DOWNLOAD: usize = 20 << 20;

/// Gets the files that are given by their address, as the API does before it sends them.
pub(super) async fn fetch(shared: &Shared, args: &mut Args) -> Result<(), ApiError> {
    for name in ["document", "photo"] {
        let Some(url) = args.text(name).filter(|text| text.starts_with("http")).map(str::to_owned) else { continue };
        let failed = || ApiError::bad("failed to get HTTP URL content");
        let answer = shared.client.get(&url).send().await.map_err(|_| failed())?;
        if !answer.status().is_success() {
            return Err(failed());
        }
        let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let said =
            header("content-disposition").and_then(|v| v.split("filename=\"").nth(1).and_then(|v| v.split('"').next()).map(str::to_owned));
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let file = said.unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default().to_owned());
        let mime = header("content-type").unwrap_or_else(|| "application/octet-stream".into());
        let bytes = answer.bytes().await.map_err(|_| failed())?.to_vec();
        args.values.remove(name);
        args.files.insert(name.into(), Upload { name: file, mime, bytes });
    }
    Ok(())
}

/// Does what a call asks for.
pub(super) fn run(bot: &mut Bot, method: &str, args: &Args) -> Result<Value, ApiError> {
    match method {
        "getMe" => {
            let mut me = bot.as_user();
            for (key, value) in [("can_join_groups", false), ("can_read_all_group_messages", false), ("supports_inline_queries", false)] {
                me[key] = value.into();
            }
            Ok(me)
        }
        "setWebhook" => set_webhook(bot, args),
        "deleteWebhook" => {
            bot.webhook = None;
            drop_pending(bot, args);
            Ok(true.into())
        }
        "getWebhookInfo" => Ok(webhook_info(bot)),
        "sendMessage" => send(bot, args, json!({"text": args.text("text")})),
        "sendDocument" => {
            let (kept, name, mime) = file(bot, args, "document", "documents")?;
            let mut document = kept;
            (document["file_name"], document["mime_type"]) = (name.into(), mime.into());
            send(bot, args, captioned(args, json!({"document": document})))
        }
        "sendPhoto" => {
            let (mut photo, ..) = file(bot, args, "photo", "photos")?;
            (photo["width"], photo["height"]) = (640.into(), 480.into());
            send(bot, args, captioned(args, json!({"photo": [photo]})))
        }
        "sendChatAction" => {
            writable(bot, args)?;
            bot.chat(chat_id(args)).typing += 1;
            Ok(true.into())
        }
        "editMessageText" | "editMessageReplyMarkup" => edit(bot, args, method == "editMessageText"),
        "answerCallbackQuery" => match args.text("callback_query_id").and_then(|id| bot.callbacks.get_mut(id)) {
            Some(answered) => {
                *answered = true;
                Ok(true.into())
            }
            None => Err(ApiError::bad("query is too old and response timeout expired or query ID is invalid")),
        },
        "getFile" => {
            let stored = args.text("file_id").and_then(|id| bot.files.get(id)).ok_or_else(|| ApiError::bad("invalid file_id"))?;
            if stored.bytes.len() > MAX_DOWNLOAD {
                return Err(ApiError::bad("file is too big"));
            }
            Ok(json!({"file_id": stored.id, "file_unique_id": stored.id, "file_size": stored.bytes.len(), "file_path": stored.path}))
        }
        "setMyCommands" => {
            bot.commands = args.values.get("commands").cloned().unwrap_or_default();
            Ok(true.into())
        }
        "getMyCommands" => Ok(bot.commands.clone()),
        "deleteMyCommands" => {
            bot.commands = json!([]);
            Ok(true.into())
        }
        _ => Err(ApiError::new(501, format!("Not Implemented: this server doesn't know what {method} does"))),
    }
}

fn chat_id(args: &Args) -> i64 {
    args.int("chat_id").or_else(|| args.text("chat_id").and_then(|id| id.parse().ok())).unwrap_or_default()
}

/// Whether the bot may write to this chat.
fn writable(bot: &Bot, args: &Args) -> Result<(), ApiError> {
    match bot.chats.get(&chat_id(args)) {
        Some(chat) if chat.is_blocked => Err(ApiError::new(403, "Forbidden: bot was blocked by the user")),
        Some(chat) if chat.is_started => Ok(()),
        _ => Err(ApiError::bad("chat not found")),
    }
}

fn send(bot: &mut Bot, args: &Args, mut content: Value) -> Result<Value, ApiError> {
    writable(bot, args)?;
    let chat = bot.chat(chat_id(args));
    if let Some(markup) = args.values.get("reply_markup") {
        if markup.get("inline_keyboard").is_some() {
            content["reply_markup"] = markup.clone();
        } else if markup.get("keyboard").is_some() {
            chat.keyboard = Some(markup.clone());
        } else if markup.get("remove_keyboard").is_some() {
            chat.keyboard = None;
        }
    }
    if let Some(reply) = args.values.get("reply_parameters") {
        let replied = reply["message_id"].as_i64().and_then(|id| chat.message(id).cloned());
        match replied {
            Some(message) => content["reply_to_message"] = message,
            None if reply["allow_sending_without_reply"] == true => {}
            None => return Err(ApiError::bad("message to be replied not found")),
        }
    }
    Ok(bot.post(chat_id(args), true, &content))
}

fn captioned(args: &Args, mut content: Value) -> Value {
    if let Some(caption) = args.text("caption").filter(|caption| !caption.is_empty()) {
        content["caption"] = caption.into();
    }
    content
}

/// The file that is sent: one that is uploaded, or one that is known by its id.
fn file(bot: &mut Bot, args: &Args, parameter: &str, folder: &str) -> Result<(Value, String, String), ApiError> {
    if let Some(upload) = args.files.get(parameter) {
        if upload.bytes.is_empty() {
            return Err(ApiError::bad("file must be non-empty"));
        }
        let kept = bot.keep(folder, &upload.name, &upload.mime, upload.bytes.clone());
        return Ok((kept, upload.name.clone(), upload.mime.clone()));
    }
    let stored = args.text(parameter).and_then(|id| bot.files.get(id));
    let stored = stored.ok_or_else(|| ApiError::bad("wrong file identifier/HTTP URL specified"))?;
    let kept = json!({"file_id": stored.id, "file_unique_id": stored.id, "file_size": stored.bytes.len()});
    Ok((kept, stored.name.clone(), stored.mime.clone()))
}

fn edit(bot: &mut Bot, args: &Args, text: bool) -> Result<Value, ApiError> {
    writable(bot, args)?;
    let id = args.int("message_id").unwrap_or_default();
    let me = bot.id;
    let message = bot.chat(chat_id(args)).message(id).ok_or_else(|| ApiError::bad("message to edit not found"))?;
    if message["from"]["id"] != me {
        return Err(ApiError::bad("message can't be edited"));
    }
    let before = message.clone();
    if text {
        message["text"] = args.text("text").unwrap_or_default().into();
    }
    let no_keyboard = |markup: &Value| markup["inline_keyboard"].as_array().is_none_or(|rows| rows.iter().all(|row| row == &json!([])));
    match args.values.get("reply_markup").filter(|markup| !no_keyboard(markup)) {
        Some(markup) => message["reply_markup"] = markup.clone(),
        None => {
            message.as_object_mut().unwrap().remove("reply_markup");
        }
    }
    if *message == before {
        return Err(ApiError::bad("message is not modified: specified new message content and reply markup are exactly the same"));
    }
    message["edit_date"] = now().into();
    Ok(message.clone())
}

fn set_webhook(bot: &mut Bot, args: &Args) -> Result<Value, ApiError> {
    let url = args.text("url").unwrap_or_default();
    if url.is_empty() {
        bot.webhook = None;
        drop_pending(bot, args);
        return Ok(true.into());
    }
    // The real one takes https alone; a test's server on this machine has no certificate.
    let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| url.starts_with(start));
    if !here && !url.starts_with("https://") {
        return Err(ApiError::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    bot.webhook = Some(Webhook {
        url: url.into(),
        secret: args.text("secret_token").map(str::to_owned),
        max_connections: args.int("max_connections").unwrap_or(40),
        ..Webhook::default()
    });
    allow(bot, args);
    drop_pending(bot, args);
    Ok(true.into())
}

/// Remembers which kinds of updates are wanted; unsaid, it stays as it was.
pub(super) fn allow(bot: &mut Bot, args: &Args) {
    if let Some(Value::Array(kinds)) = args.values.get("allowed_updates") {
        bot.allowed = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
}

fn drop_pending(bot: &mut Bot, args: &Args) {
    if args.flag("drop_pending_updates") {
        bot.updates.clear();
    }
}

fn webhook_info(bot: &Bot) -> Value {
    let none = Webhook::default();
    let hook = bot.webhook.as_ref().unwrap_or(&none);
    let mut info = json!({"url": hook.url, "has_custom_certificate": false, "pending_update_count": bot.updates.len()});
    if bot.webhook.is_some() {
        info["max_connections"] = hook.max_connections.into();
    }
    if !bot.allowed.is_empty() {
        info["allowed_updates"] = json!(bot.allowed);
    }
    if let Some(error) = &hook.last_error {
        (info["last_error_date"], info["last_error_message"]) = (now().into(), error.as_str().into());
    }
    info
}
