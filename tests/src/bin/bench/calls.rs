//! What a call of the Bot API may hold. A bot that sends what Telegram would refuse isn't fast.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// UTF-16 units of a text, at most.
const MAX_TEXT: usize = 4096;
/// Bytes a button may carry.
const MAX_DATA: usize = 64;

/// A call that may be made.
pub(crate) enum Call {
    /// Words for somebody.
    Send {
        /// Whom.
        chat: i64,
        /// What.
        text: String,
    },
    /// Anything else; with its result, in JSON.
    Other(&'static str),
}

const ME: &str = r#"{"id":4200000001,"is_bot":true,"first_name":"Bench","username":"bench_jobs_bot","can_join_groups":false,"can_read_all_group_messages":false,"supports_inline_queries":false}"#;
const HOOK: &str = r#"{"url":"https://bench.example/webhooks/telegram","has_custom_certificate":false,"pending_update_count":0}"#;

/// Reads a call; the error is Telegram's description of what is wrong with it.
pub(crate) fn read(method: &str, body: &[u8]) -> Result<Call, String> {
    // The methods' names are matched whatever their case, as Telegram does.
    match method.to_ascii_lowercase().as_str() {
        "sendmessage" => {
            let message: SendMessage = parsed(body)?;
            message.check()?;
            Ok(Call::Send { chat: message.chat_id, text: message.text })
        }
        "sendchataction" => parsed::<ChatAction>(body).map(|_| Call::Other("true")),
        "editmessagereplymarkup" => {
            let edit: EditMarkup = parsed(body)?;
            edit.reply_markup.as_ref().map_or(Ok(()), Markup::check)?;
            Ok(Call::Other("true"))
        }
        "answercallbackquery" => parsed::<AnswerCallback>(body).map(|_| Call::Other("true")),
        "getme" => Ok(Call::Other(ME)),
        "getwebhookinfo" => Ok(Call::Other(HOOK)),
        "getupdates" => Ok(Call::Other("[]")),
        "setwebhook" | "deletewebhook" | "setmycommands" | "setmydescription" | "setmyshortdescription" => Ok(Call::Other("true")),
        _ => Err(format!("method {method} is none the benchmark knows")),
    }
}

fn parsed<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendMessage {
    chat_id: i64,
    text: String,
    reply_markup: Option<Markup>,
    #[serde(rename = "disable_notification")]
    _silent: Option<bool>,
    #[serde(rename = "protect_content")]
    _protected: Option<bool>,
    #[serde(rename = "link_preview_options")]
    _preview: Option<IgnoredAny>,
    #[serde(rename = "reply_parameters")]
    _reply: Option<IgnoredAny>,
}

impl SendMessage {
    fn check(&self) -> Result<(), String> {
        if self.text.trim().is_empty() {
            return Err("message text is empty".into());
        }
        // Nothing shorter in bytes can be longer in units.
        if self.text.len() > MAX_TEXT && self.text.encode_utf16().count() > MAX_TEXT {
            return Err("message is too long".into());
        }
        self.reply_markup.as_ref().map_or(Ok(()), Markup::check)
    }
}

/// Any of the keyboards: which one, is what it holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Markup {
    inline_keyboard: Option<Vec<Vec<Button>>>,
    keyboard: Option<Vec<Vec<Key>>>,
    remove_keyboard: Option<bool>,
    #[serde(rename = "one_time_keyboard")]
    _one_time: Option<bool>,
    #[serde(rename = "resize_keyboard")]
    _resize: Option<bool>,
}

impl Markup {
    fn check(&self) -> Result<(), String> {
        let kinds = [self.inline_keyboard.is_some(), self.keyboard.is_some(), self.remove_keyboard == Some(true)];
        if kinds.iter().filter(|is| **is).count() != 1 {
            return Err("object expected as reply markup".into());
        }
        for button in self.inline_keyboard.iter().flatten().flatten() {
            let carries = button.callback_data.as_ref().map_or(0, String::len);
            if button.text.is_empty() || carries == 0 || carries > MAX_DATA {
                return Err("BUTTON_DATA_INVALID".into());
            }
        }
        if self.keyboard.iter().flatten().flatten().any(|key| key.text.is_empty()) {
            return Err("keyboard button text must be non-empty".into());
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Button {
    text: String,
    callback_data: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    text: String,
    #[serde(rename = "request_contact")]
    _contact: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatAction {
    #[serde(rename = "chat_id")]
    _chat: i64,
    #[serde(rename = "action")]
    _action: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditMarkup {
    #[serde(rename = "chat_id")]
    _chat: i64,
    #[serde(rename = "message_id")]
    _message: i64,
    reply_markup: Option<Markup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerCallback {
    #[serde(rename = "callback_query_id")]
    _query: String,
    #[serde(rename = "text")]
    _text: Option<String>,
    #[serde(rename = "show_alert")]
    _alert: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(method: &str, body: &str) -> Option<String> {
        read(method, body.as_bytes()).err()
    }

    #[test]
    fn what_telegram_takes_is_taken_whatever_the_methods_case() {
        for (method, body) in [
            ("SendMessage", r#"{"chat_id":7,"text":"hi"}"#),
            ("sendMessage", r#"{"chat_id":7,"text":"hi","reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"b:1"}]]}}"#),
            (
                "sendmessage",
                r#"{"chat_id":7,"text":"hi","reply_markup":{"keyboard":[[{"text":"Share","request_contact":true}]],"resize_keyboard":true}}"#,
            ),
            ("GetMe", "{}"),
            ("sendChatAction", r#"{"chat_id":7,"action":"typing"}"#),
        ] {
            assert_eq!(problem(method, body), None, "{method} {body}");
        }
    }

    #[test]
    fn what_telegram_would_refuse_is_refused() {
        let long = "x".repeat(MAX_TEXT + 1);
        for (method, body) in [
            ("sendMessage", r#"{"text":"hi"}"#.to_owned()),
            ("sendMessage", r#"{"chat_id":7,"text":" "}"#.into()),
            ("sendMessage", format!(r#"{{"chat_id":7,"text":"{long}"}}"#)),
            ("sendMessage", r#"{"chat_id":7,"text":"hi","buttons":[]}"#.into()),
            ("sendMessage", r#"{"chat_id":7,"text":"hi","reply_markup":{}}"#.into()),
            ("sendMessage", r#"{"chat_id":7,"text":"hi","reply_markup":{"inline_keyboard":[[{"text":"Yes"}]]}}"#.into()),
            (
                "sendMessage",
                format!(
                    r#"{{"chat_id":7,"text":"hi","reply_markup":{{"inline_keyboard":[[{{"text":"Yes","callback_data":"{}"}}]]}}}}"#,
                    &long[..65]
                ),
            ),
            ("sendNothing", "{}".into()),
        ] {
            assert!(problem(method, &body).is_some(), "{method} {body}");
        }
    }
}
