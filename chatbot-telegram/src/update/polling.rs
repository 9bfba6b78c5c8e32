//! Asking for updates. One process of all asks, under a lease; the offset moves only over what is committed.

use std::time::Duration;

use chatbot_core::museum::{self, Mistake};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::api::ApiError;
use crate::config::Mode;
use crate::normalise::{ALLOWED_UPDATES, update_id};
use crate::receive::Receiver;

/// How long Telegram holds a question that nothing answers.
const HOLD: Duration = Duration::from_secs(25);
/// How long the lease holds, and how often it is renewed meanwhile.
const LEASE: chrono::Duration = chrono::Duration::seconds(3);
const RENEW: Duration = Duration::from_secs(1);
/// Between tries to take a lease that another process holds.
const HELD_ELSEWHERE: Duration = Duration::from_millis(500);
/// Between looks at whether a webhook is still set.
const BY_WEBHOOK: Duration = Duration::from_secs(60);
/// After an error; doubled up to the last.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// After an answer that moved nothing: a server that doesn't hold the question must not be asked without pause.
const NOTHING_NEW: Duration = Duration::from_millis(200);
/// Where the token is refused, or somebody else receives: a person has to act.
const NEEDS_A_PERSON: Duration = Duration::from_secs(30);

/// Receives until `shutdown`, as the mode says: polls, or leaves it to the webhook. Run it in every process that receives:
/// the lease sees to it that one asks.
pub async fn receive_until(receiver: Receiver, shutdown: CancellationToken) {
    if receiver.telegram().config().mode == Mode::Webhook {
        return;
    }
    let lease = format!("poller:telegram:{}", receiver.telegram().account());
    let mut poller = Poller { receiver, lease, offset: None, failures: 0, by_webhook: false };
    while !shutdown.is_cancelled() {
        let pause = poller.turn(&shutdown).await;
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    if let Err(fault) = poller.receiver.chatbot().drop_lease(&poller.lease, 1).await {
        tracing::warn!(%fault, "the poller's lease is left to run out");
    }
}

struct Poller {
    receiver: Receiver,
    lease: String,
    /// The first update that is not committed yet; none: whatever Telegram still has.
    offset: Option<i64>,
    failures: u32,
    by_webhook: bool,
}

impl Poller {
    /// One try; answers how long to pause before the next.
    async fn turn(&mut self, shutdown: &CancellationToken) -> Duration {
        match self.receiver.chatbot().take_lease(&self.lease, 1, LEASE).await {
            Ok(true) => {}
            Ok(false) => {
                // Whoever polls meanwhile moves on: what it has confirmed is gone for us too.
                self.offset = None;
                return HELD_ELSEWHERE;
            }
            Err(fault) => {
                tracing::warn!(%fault, "polling waits for the store");
                return self.back_off();
            }
        }
        if self.receiver.telegram().config().mode == Mode::Auto && (self.offset.is_none() || self.by_webhook) {
            match self.receiver.telegram().get_webhook_info().await {
                Ok(info) if info.url.is_empty() => self.by_webhook = false,
                Ok(_) => {
                    if !self.by_webhook {
                        self.say_by_webhook();
                    }
                    self.by_webhook = true;
                    return self.quietly(BY_WEBHOOK, shutdown).await;
                }
                Err(error) => return self.failed(&error),
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => Duration::ZERO,
            () = renew(&self.receiver, &self.lease) => {
                tracing::warn!("another process polls now");
                self.offset = None;
                HELD_ELSEWHERE
            }
            asked = ask(&self.receiver, self.offset) => match asked {
                Ok(updates) => self.take(updates).await,
                Err(error) => self.failed(&error),
            },
        }
    }

    /// Takes updates in order and moves the offset over each that is committed; stops at the first that is not.
    async fn take(&mut self, updates: Vec<Value>) -> Duration {
        let before = self.offset;
        if museum::seeded(Mistake::OffsetBeforeCommit) {
            self.offset = updates.iter().filter_map(update_id).max().map(|id| id.saturating_add(1)).or(self.offset);
        }
        for update in updates {
            let raw = update.to_string();
            let taken = tokio::select! {
                taken = self.receiver.update(&update, raw.as_bytes()) => taken,
                // A file may take longer than the lease holds.
                () = keep(&self.receiver, &self.lease) => return Duration::ZERO,
            };
            if let Err(fault) = taken {
                tracing::warn!(%fault, "an update waits for the store");
                return self.back_off();
            }
            if let Some(id) = update_id(&update) {
                self.offset = Some(self.offset.map_or(id + 1, |offset| offset.max(id.saturating_add(1))));
            }
        }
        self.failures = 0;
        if self.offset == before { NOTHING_NEW } else { Duration::ZERO }
    }

    fn failed(&mut self, error: &ApiError) -> Duration {
        match error {
            ApiError::Refused { code: 409, .. } => {
                // In auto mode the webhook is looked for again.
                self.offset = None;
                tracing::error!(
                    %error,
                    "updates go elsewhere: a webhook is set (see `chatbot webhook info`, `chatbot webhook delete`) or another program polls with this token"
                );
                NEEDS_A_PERSON
            }
            ApiError::Refused { code: 401 | 404, .. } => {
                tracing::error!(%error, "TELEGRAM_BOT_TOKEN is refused: nothing is received until it is replaced");
                NEEDS_A_PERSON
            }
            ApiError::Refused { retry_after: Some(after), .. } => *after,
            _ => {
                tracing::warn!(%error, "polling goes on later");
                self.back_off()
            }
        }
    }

    fn back_off(&mut self) -> Duration {
        self.failures = (self.failures + 1).min(10);
        (BACK_OFF.0 * 2_u32.pow(self.failures - 1)).min(BACK_OFF.1)
    }

    fn say_by_webhook(&self) {
        if self.receiver.telegram().config().webhook_secret.is_some() {
            tracing::info!("a webhook is set: updates are received there");
        } else {
            tracing::error!(
                "a webhook is set, and without TELEGRAM_WEBHOOK_SECRET none of its calls is let in: set it, or `chatbot webhook delete` to poll"
            );
        }
    }

    /// Waits while keeping the lease out of others' logs: they need not look either.
    async fn quietly(&self, pause: Duration, shutdown: &CancellationToken) -> Duration {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
            () = renew(&self.receiver, &self.lease) => {}
        }
        Duration::ZERO
    }
}

/// Ends when the lease is lost.
async fn renew(receiver: &Receiver, lease: &str) {
    let mut lost = 0;
    loop {
        tokio::time::sleep(RENEW).await;
        match receiver.chatbot().take_lease(lease, 1, LEASE).await {
            Ok(true) => lost = 0,
            Ok(false) => return,
            // The store is away for a moment; it is ours until the lease ends.
            Err(_) if lost < 2 => lost += 1,
            Err(_) => return,
        }
    }
}

/// Renews while an update is taken. Should the lease be lost all the same, the update is taken to its end: known keys see
/// to it that nothing happens twice.
async fn keep(receiver: &Receiver, lease: &str) {
    renew(receiver, lease).await;
    std::future::pending::<()>().await;
}

async fn ask(receiver: &Receiver, offset: Option<i64>) -> Result<Vec<Value>, ApiError> {
    let mut body = json!({"timeout": HOLD.as_secs(), "limit": 100, "allowed_updates": ALLOWED_UPDATES});
    if let (Some(offset), Some(map)) = (offset, body.as_object_mut()) {
        map.insert("offset".into(), json!(offset));
    }
    match receiver.telegram().api().call("getUpdates", &body, HOLD + Duration::from_secs(10)).await? {
        Value::Array(updates) => Ok(updates),
        _ => Err(ApiError::Strange(200)),
    }
}

#[cfg(test)]
mod tests;
