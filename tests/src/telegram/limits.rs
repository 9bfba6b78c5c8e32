//! Limits that the API's documentation gives in words, and the answers it gives beyond them.

use serde_json::Value;

use super::check::Args;

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];
/// What every button but its text may be; exactly one of them.
const BUTTON_LOOKS: [&str; 3] = ["text", "icon_custom_emoji_id", "style"];

/// Checks what no type says; the error is the API's own description of the problem where one is known.
pub(super) fn check(method: &str, args: &Args) -> Result<(), String> {
    if let Some(text) = args.text("text") {
        match method {
            "sendMessage" | "editMessageText" => {
                if text.trim().is_empty() {
                    return Err("message text is empty".into());
                }
                at_most("message is too long", units(text), 4096)?;
            }
            "answerCallbackQuery" => at_most("text: longer than 200 characters", units(text), 200)?,
            _ => {}
        }
    }
    at_most("message caption is too long", args.text("caption").map_or(0, units), 1024)?;
    if args.text("parse_mode").is_some_and(|mode| !["MarkdownV2", "HTML", "Markdown"].contains(&mode)) {
        return Err("unsupported parse_mode".into());
    }
    if let Some(markup) = args.values.get("reply_markup") {
        keyboards(markup)?;
    }
    match method {
        "getUpdates" => {
            within("limit", args.int("limit"), 1, 100)?;
            within("timeout", args.int("timeout"), 0, i64::MAX)
        }
        "setWebhook" => {
            within("max_connections", args.int("max_connections"), 1, 100)?;
            match args.text("secret_token") {
                Some(secret) if !is_secret(secret) => Err("secret token contains unallowed characters or is of a wrong length".into()),
                _ => Ok(()),
            }
        }
        "sendChatAction" if !ACTIONS.contains(&args.text("action").unwrap_or_default()) => Err("wrong parameter action in request".into()),
        "setMyCommands" => commands(args.values.get("commands")),
        _ => Ok(()),
    }
}

/// Telegram counts text in UTF-16 code units.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn at_most(problem: &str, is: usize, most: usize) -> Result<(), String> {
    if is > most { Err(problem.into()) } else { Ok(()) }
}

fn within(name: &str, value: Option<i64>, least: i64, most: i64) -> Result<(), String> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(format!("{name} is not from {least} to {most}")),
        _ => Ok(()),
    }
}

fn is_secret(secret: &str) -> bool {
    (1..=256).contains(&secret.len()) && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn keyboards(markup: &Value) -> Result<(), String> {
    let rows = |key: &str| {
        markup[key].as_array().cloned().unwrap_or_default().into_iter().flat_map(|row| row.as_array().cloned().unwrap_or_default())
    };
    for button in rows("inline_keyboard") {
        let what: Vec<_> = button.as_object().unwrap().keys().filter(|key| !BUTTON_LOOKS.contains(&key.as_str())).collect();
        if what.len() != 1 {
            return Err(format!("inline keyboard button: exactly one of its kinds is needed, found {what:?}"));
        }
        if button["callback_data"].as_str().is_some_and(|data| !(1..=64).contains(&data.len())) {
            return Err("BUTTON_DATA_INVALID".into());
        }
        if button["url"].as_str().is_some_and(|url| !["http://", "https://", "tg://"].iter().any(|scheme| url.starts_with(scheme))) {
            return Err("inline keyboard button URL is invalid".into());
        }
        named(&button)?;
    }
    rows("keyboard").try_for_each(|button| named(&button))?;
    let hint = markup["input_field_placeholder"].as_str().map(units);
    within("input_field_placeholder's length", hint.and_then(|n| i64::try_from(n).ok()), 1, 64)
}

fn named(button: &Value) -> Result<(), String> {
    if button["text"].as_str().unwrap_or_default().trim().is_empty() { Err("button text must be non-empty".into()) } else { Ok(()) }
}

fn commands(list: Option<&Value>) -> Result<(), String> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    at_most("too many commands", list.len(), 100)?;
    for command in list {
        let (name, says) = (command["command"].as_str().unwrap_or_default(), command["description"].as_str().unwrap_or_default());
        if !(1..=32).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            return Err("BOT_COMMAND_INVALID".into());
        }
        if !(1..=256).contains(&units(says)) {
            return Err("BOT_COMMAND_DESCRIPTION_INVALID".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(method: &str, values: Value) -> Option<String> {
        let Value::Object(values) = values else { panic!() };
        check(method, &Args { values, ..Args::default() }).err()
    }

    #[test]
    fn text_is_counted_in_units_of_utf_16() {
        assert_eq!(problem("sendMessage", json!({"text": "😀".repeat(2048)})), None);
        assert_eq!(problem("sendMessage", json!({"text": "😀".repeat(2049)})).as_deref(), Some("message is too long"));
        assert_eq!(problem("sendMessage", json!({"text": " \n"})).as_deref(), Some("message text is empty"));
    }

    #[test]
    fn buttons_carry_at_most_64_bytes_and_do_one_thing() {
        let button = |button: Value| problem("sendMessage", json!({"text": "a", "reply_markup": {"inline_keyboard": [[button]]}}));
        assert_eq!(button(json!({"text": "A", "callback_data": "x".repeat(64)})), None);
        assert_eq!(button(json!({"text": "A", "callback_data": "ü".repeat(33)})).as_deref(), Some("BUTTON_DATA_INVALID"));
        assert_eq!(button(json!({"text": "A", "callback_data": ""})).as_deref(), Some("BUTTON_DATA_INVALID"));
        assert!(button(json!({"text": "A"})).is_some());
        assert!(button(json!({"text": "", "callback_data": "x"})).is_some());
    }

    #[test]
    fn secrets_and_counts_keep_to_what_is_documented() {
        assert_eq!(problem("setWebhook", json!({"secret_token": "aB3_-"})), None);
        for secret in ["", "a b", "ü", &"x".repeat(257)] {
            assert!(problem("setWebhook", json!({"secret_token": secret})).is_some(), "{secret}");
        }
        assert!(problem("getUpdates", json!({"limit": 101})).is_some());
        assert!(problem("setMyCommands", json!({"commands": [{"command": "Help", "description": "x"}]})).is_some());
    }
}
