//! Running: workers, delivery, events, until shutdown; or draining by call.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Chatbot;
use super::notices::Notices;
use crate::fault::Fault;
use crate::orchestrator::deliver_events;
use crate::provider::SlotUsage;
use crate::recruiting::CallsBy;
use crate::wake::{Signal, until};
use crate::worker::TurnStore;

/// Between looks at events.
const EVENT_POLL: std::time::Duration = std::time::Duration::from_secs(1);
/// After somebody did not end cleanly, no turn is decided before its entry is committed for this long: a message that kills
/// its process comes again until it is accepted, and only then are deaths counted that lead to its being parked.
const CAREFUL: std::time::Duration = std::time::Duration::from_secs(60);
/// What nobody could read is kept this long: it may hold what a person wrote.
const QUARANTINE_KEPT: chrono::Duration = chrono::Duration::days(7);
/// Dedupe records are kept this long.
const SEEN_KEPT: chrono::Duration = chrono::Duration::days(30);

impl Chatbot {
    /// Runs workers, delivery and event hand-over until `shutdown`; then finishes what is in flight and gives leases back.
    ///
    /// Only one process may run on a SQLite file (the caller holds its lock): leases of others are void at start.
    pub async fn run(&self, shutdown: CancellationToken) -> Result<(), Fault> {
        if self.inner.store.begin_serving().await? {
            self.inner.worker.be_careful(CAREFUL);
        }
        if self.engine() != "postgres" {
            let freed = self.inner.store.void_leases().await?;
            if freed > 0 {
                tracing::info!(freed, "conversations of a process that ended go on");
            }
        }
        self.recall_usage().await?;
        // Longer than all that signals: what is handed back at the end is told as well.
        let (wake, ended) = (Arc::clone(&self.inner.wake), CancellationToken::new());
        let (stop, dropped) = (ended.clone(), ended.clone().drop_guard());
        let carrying = tokio::spawn(async move { wake.run(stop).await });
        // Turns in flight are finished first, then what they say is sent.
        let (turns, tasks, sending) = (TaskTracker::new(), TaskTracker::new(), CancellationToken::new());
        if self.inner.settings.worker {
            let (worker, stop) = (self.inner.worker.clone(), shutdown.clone());
            turns.spawn(async move { worker.run(stop).await });
        }
        for deliverer in self.inner.deliverers.iter() {
            let (deliverer, wake, stop) = (deliverer.clone(), Arc::clone(&self.inner.wake), sending.clone());
            tasks.spawn(async move { deliverer.run(wake.as_ref(), stop).await });
        }
        tasks.spawn(self.clone().hand_over_events(shutdown.clone()));
        tasks.spawn(self.clone().keep_house(shutdown.clone()));
        shutdown.cancelled().await;
        turns.close();
        turns.wait().await;
        sending.cancel();
        tasks.close();
        tasks.wait().await;
        if let Err(error) = self.inner.store.end_serving().await {
            tracing::warn!(%error, "the next start is a careful one");
        }
        drop(dropped);
        let _ = carrying.await;
        Ok(())
    }

    /// Tells the provider slots what they have used of today's budgets.
    async fn recall_usage(&self) -> Result<(), Fault> {
        let now = self.inner.store.now().await?;
        let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
        let slots = self.rows().await?.model_calls_by(CallsBy::Slot, midnight, i64::MAX).await?;
        let used: Vec<SlotUsage> = slots
            .into_iter()
            .filter_map(|group| {
                let tokens = u64::try_from(group.sums.input_tokens.saturating_add(group.sums.output_tokens)).ok()?;
                Some(SlotUsage { slot: usize::try_from(group.slot?).ok()?, provider: group.provider?, tokens })
            })
            .collect();
        self.inner.providers.recall(&used);
        Ok(())
    }

    /// Runs every turn, delivery and event that is due now, until none is; answers the number of turns.
    pub async fn drain(&self) -> Result<usize, Fault> {
        let mut turns = 0;
        loop {
            let mut worked = self.inner.worker.drain().await?;
            turns += worked;
            for deliverer in self.inner.deliverers.iter() {
                worked += deliverer.deliver_due().await?;
            }
            worked += deliver_events(&self.inner.store, &Notices(self)).await?;
            if worked == 0 {
                return Ok(turns);
            }
        }
    }

    /// Stops or resumes turns; for tests of what waits meanwhile. Once stopped, turns in flight have ended.
    pub async fn pause_workers(&self, paused: bool) {
        self.inner.worker.pause(paused).await;
    }

    /// Tells everyone who sleeps until a time that the clock was moved.
    pub fn clock_moved(&self) {
        self.inner.wake.signal(Signal::Clock);
    }

    async fn hand_over_events(self, shutdown: CancellationToken) {
        let mut signals = self.inner.wake.listen();
        while !shutdown.is_cancelled() {
            if let Err(fault) = deliver_events(&self.inner.store, &Notices(&self)).await {
                tracing::warn!(%fault, "events wait");
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(EVENT_POLL) => {}
                () = until(&mut signals, Signal::means_event) => {}
            }
        }
    }

    /// What has to be tidied once an hour.
    async fn keep_house(self, shutdown: CancellationToken) {
        loop {
            // Given up half-way, the rest is done the next time.
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.tidy_all() => {}
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(std::time::Duration::from_secs(3600)) => {}
            }
        }
    }

    async fn tidy_all(&self) {
        if let Err(fault) = self.purge_seen(SEEN_KEPT).await {
            tracing::warn!(%fault, "old dedupe records stay for now");
        }
        if let Err(fault) = self.purge_quarantined(QUARANTINE_KEPT).await {
            tracing::warn!(%fault, "old unreadable updates stay for now");
        }
        if let Err(fault) = self.tidy().await {
            tracing::warn!(%fault, "what is no longer kept stays for now");
        }
    }
}
