//! Telegram's Bot API, as lean as it gets: a call is checked, its words ring on a phone, an answer goes back.

use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::calls::{Call, read};
use crate::phones::Phones;
use crate::wire::Wire;

/// The token of the one bot there is.
pub(crate) const TOKEN: &str = "4200000001:AAfake-token-of-a-bot-for-benches_0123";
/// When everything is said, in Unix seconds: nothing measured depends on it.
pub(crate) const DATE: i64 = 1_790_000_000;

/// The server's side of every call.
#[derive(Default)]
pub(crate) struct Telegram {
    /// Where messages arrive.
    pub(crate) phones: Phones,
    /// How long each message to somebody takes, in milliseconds.
    pub(crate) delay_ms: AtomicU64,
    numbers: AtomicI64,
}

impl Telegram {
    /// Serves one connection until its caller goes.
    pub(crate) async fn serve(self: Arc<Self>, mut wire: Wire) -> Result<()> {
        while let Some(request) = wire.request().await? {
            let path = request.path.split('?').next().unwrap_or_default();
            let method = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')).filter(|(token, _)| *token == TOKEN);
            let Some((_, method)) = method else {
                self.phones.refuse(format!("{path}: not found"));
                wire.respond(404, r#"{"ok":false,"error_code":404,"description":"Not Found"}"#).await?;
                continue;
            };
            match read(method, &request.body) {
                Ok(Call::Other(result)) => wire.respond(200, &format!(r#"{{"ok":true,"result":{result}}}"#)).await?,
                Ok(Call::Send { chat, text }) => {
                    let delay = self.delay_ms.load(Ordering::Relaxed);
                    if delay > 0 {
                        tokio::time::sleep(Duration::from_millis(delay)).await;
                    }
                    let answer = self.sent(chat, &text);
                    self.phones.ring(chat, text);
                    wire.respond(200, &answer).await?;
                }
                Err(problem) => {
                    let answer = serde_json::json!({"ok": false, "error_code": 400, "description": format!("Bad Request: {problem}")});
                    self.phones.refuse(format!("{method}: {problem}"));
                    wire.respond(400, &answer.to_string()).await?;
                }
            }
        }
        Ok(())
    }

    /// The message as Telegram hands it back to the bot.
    fn sent(&self, chat: i64, text: &str) -> String {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let text = serde_json::Value::from(text);
        format!(
            r#"{{"ok":true,"result":{{"message_id":{number},"from":{{"id":4200000001,"is_bot":true,"first_name":"Bench","username":"bench_jobs_bot"}},"chat":{{"id":{chat},"type":"private","first_name":"Ada"}},"date":{DATE},"text":{text}}}}}"#
        )
    }
}
