//! Updates taken to a bot's webhook: one after the other, each again until it is taken.

use std::sync::Arc;
use std::time::Duration;

use super::world::Shared;

/// Between tries; the real one waits longer, and a test has no time.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Runs for one bot as long as the server does.
pub(super) async fn deliver(shared: Arc<Shared>, id: i64) {
    let mut changes = shared.listen();
    let mut wait = FIRST_WAIT;
    loop {
        changes.borrow_and_update();
        let next = {
            let mut world = shared.world();
            let bot = world.bot(id);
            bot.webhook.clone().zip(bot.updates.front().cloned())
        };
        let Some((hook, update)) = next else {
            if changes.changed().await.is_err() {
                return;
            }
            continue;
        };
        let mut request = shared.client.post(&hook.url).json(&update);
        if let Some(secret) = &hook.secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let outcome = request.send().await;
        let status = outcome.as_ref().map_or(0, |answer| answer.status().as_u16());
        let taken = (200..300).contains(&status);
        {
            let mut world = shared.world();
            let bot = world.bot(id);
            let same = bot.updates.front().is_some_and(|front| front["update_id"] == update["update_id"]);
            if taken && same {
                bot.updates.pop_front();
            }
            if let Some(hook) = &mut bot.webhook {
                hook.statuses.push(status);
                let problem =
                    if status == 0 { "Connection failed".to_owned() } else { format!("Wrong response from the webhook: {status}") };
                hook.last_error = (!taken).then_some(problem);
            }
        }
        shared.tell();
        if taken {
            wait = FIRST_WAIT;
        } else {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}
