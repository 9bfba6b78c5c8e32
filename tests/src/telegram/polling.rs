//! `getUpdates`: long polling, and what confirms an update.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::check::Args;
use super::methods::{ApiError, allow};
use super::world::Shared;

/// The longest a call may wait; the real one has a limit of its own that it doesn't tell.
const LONGEST: i64 = 50;

/// Waits for updates. An update is confirmed, and gone, when a later call's offset is beyond it.
pub(super) async fn get_updates(shared: &Arc<Shared>, id: i64, args: &Args) -> Result<Value, ApiError> {
    let limit = usize::try_from(args.int("limit").unwrap_or(100)).unwrap_or(100);
    let patience = u64::try_from(args.int("timeout").unwrap_or(0).min(LONGEST)).unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(patience);
    let mut changes = shared.listen();
    let turn = begin(shared, id, args)?;
    shared.tell();
    loop {
        changes.borrow_and_update();
        {
            let mut world = shared.world();
            let bot = world.bot(id);
            if bot.polls != turn {
                bot.conflicts += 1;
                let why = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
                return Err(ApiError::new(409, why));
            }
            if bot.webhook.is_some() {
                return Err(ApiError::new(409, "Conflict: terminated by setWebhook request"));
            }
            let batch: Vec<Value> = bot.updates.iter().take(limit).cloned().collect();
            if !batch.is_empty() || Instant::now() >= end {
                bot.handed_out += batch.len();
                return Ok(Value::Array(batch));
            }
        }
        // Whatever ends the wait, the next round looks.
        let _ = timeout_at(end, changes.changed()).await;
    }
}

fn begin(shared: &Shared, id: i64, args: &Args) -> Result<u64, ApiError> {
    let mut world = shared.world();
    let bot = world.bot(id);
    if bot.webhook.is_some() {
        bot.conflicts += 1;
        let why = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
        return Err(ApiError::new(409, why));
    }
    allow(bot, args);
    match args.int("offset") {
        Some(from_end) if from_end < 0 => {
            let keep = usize::try_from(-from_end).unwrap_or(usize::MAX);
            let drop = bot.updates.len().saturating_sub(keep);
            bot.updates.drain(..drop);
        }
        Some(offset) => bot.updates.retain(|update| update["update_id"].as_i64() >= Some(offset)),
        None => {}
    }
    bot.polls += 1;
    Ok(bot.polls)
}
