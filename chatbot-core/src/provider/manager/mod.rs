//! The default manager: weighted round robin over the slots, beginning with the first, and from a slot that fails to the next
//! within one deadline. The stub's honest nothing when all fail, or when there are none.
//!
//! Whoever is called second is called because the first is given up: its call is dropped, and what it would still say is
//! heard by nobody. So a turn has one reply, however the calls overlap.

mod cycle;
mod gate;
mod slot;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::calls::{Call, CallLog};
use super::text::{self, Redaction, output};
use super::{Asking, DraftSink, Provider, ProviderError, ProviderManager, Reply, ReplyRequest, StubProvider};
use crate::clock::{Clock, SystemClock};
pub use slot::{Limits, SlotUsage};
use slot::{Entered, Slot};

/// How long a turn waits for models where nothing else is said, all slots together.
pub const DEADLINE: Duration = Duration::from_secs(25);

/// See above.
pub struct RoundRobin {
    slots: Vec<Slot>,
    order: Vec<usize>,
    next: AtomicUsize,
    stub: Arc<dyn Provider>,
    clock: Arc<dyn Clock>,
    log: Option<Arc<dyn CallLog>>,
}

/// What came of one slot.
enum Tried {
    /// It answered, or said that it doesn't know.
    Answered(Reply),
    /// It was called, and failed.
    Failed,
    /// All its calls are running.
    Busy,
    /// It is not to be called now.
    Closed,
}

impl RoundRobin {
    /// Over these, in order, with no limits but the usual.
    pub fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self::with_limits(providers.into_iter().map(|provider| (provider, Limits::default())).collect(), Arc::new(SystemClock))
    }

    /// Over these, each with its limits; breakers, rates and budgets go by this clock.
    pub fn with_limits(slots: Vec<(Arc<dyn Provider>, Limits)>, clock: Arc<dyn Clock>) -> Self {
        let order = cycle::cycle(&slots.iter().map(|(_, limits)| limits.weight.max(1)).collect::<Vec<_>>());
        let numbered = slots.into_iter().enumerate();
        let slots = numbered.map(|(at, (provider, limits))| Slot::new(at + 1, provider, limits)).collect();
        Self { slots, order, next: AtomicUsize::new(0), stub: Arc::new(StubProvider), clock, log: None }
    }

    /// Tells every call to this log.
    #[must_use]
    pub fn telling(mut self, log: Arc<dyn CallLog>) -> Self {
        self.log = Some(log);
        self
    }

    /// The slots, beginning with the one whose turn it is, each once.
    fn in_order(&self) -> Vec<&Slot> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let mut slots: Vec<&Slot> = Vec::with_capacity(self.slots.len());
        for step in 0..self.order.len() {
            let at = self.order.get((start.wrapping_add(step)) % self.order.len()).copied();
            if let Some(slot) = at.and_then(|at| self.slots.get(at))
                && !slots.iter().any(|known| known.number == slot.number)
            {
                slots.push(slot);
            }
        }
        slots
    }

    /// Calls one slot, if it may be called.
    async fn try_slot(&self, slot: &Slot, request: &ReplyRequest, asking: &Asking, deadline: Instant, wait: bool) -> Tried {
        let entered = match slot.enter(&self.clock, deadline, wait).await {
            Ok(entered) => entered,
            Err(busy) => return if busy { Tried::Busy } else { Tried::Closed },
        };
        let allowed = slot.limits.timeout.min(deadline.saturating_duration_since(Instant::now()));
        if allowed.is_zero() {
            entered.unused();
            return Tried::Closed;
        }
        let (sent, redaction) = if slot.limits.redact { Redaction::of(request) } else { (request.clone(), Redaction::default()) };
        let mut open = OpenCall { call: Some(self.call(slot, &sent, asking)), begun: Instant::now(), entered: Some(entered), log: self.log.clone() };
        let answer = async {
            match &asking.draft {
                Some(draft) => slot.provider.stream_reply(&sent, &Restored { draft: draft.as_ref(), redaction: &redaction, request }).await,
                None => slot.provider.generate_reply(&sent).await,
            }
        };
        let result = match tokio::time::timeout(allowed, answer).await {
            Err(_) => Err(ProviderError::TimedOut(allowed)),
            Ok(Err(error)) => Err(error),
            Ok(Ok(reply)) => {
                open.took(&sent, &reply);
                // What is wrong with the words may be the candidate's doing: it is nothing against the slot.
                output::check(request, redaction.restore(reply)).map_err(|bad| ProviderError::Refused(bad.to_string()))
            }
        };
        open.end(&result).await;
        match result {
            Ok(reply) => Tried::Answered(reply),
            Err(error) => {
                if let Some(draft) = &asking.draft {
                    draft.draft("");
                }
                match error {
                    ProviderError::Denied(_) => tracing::error!(slot = slot.number, provider = slot.provider.name(), %error, "provider failed"),
                    _ => tracing::warn!(slot = slot.number, provider = slot.provider.name(), %error, "provider failed"),
                }
                Tried::Failed
            }
        }
    }

    fn call(&self, slot: &Slot, sent: &ReplyRequest, asking: &Asking) -> Call {
        Call::begun(slot.number, slot.provider.as_ref(), sent, asking, self.clock.now())
    }
}

#[async_trait]
impl ProviderManager for RoundRobin {
    fn select_provider(&self) -> Arc<dyn Provider> {
        self.in_order().first().map_or_else(|| Arc::clone(&self.stub), |slot| Arc::clone(&slot.provider))
    }

    fn has_models(&self) -> bool {
        self.slots.iter().any(|slot| slot.provider.name() != "stub")
    }

    async fn generate_reply(&self, request: &ReplyRequest, asking: &Asking) -> Reply {
        let deadline = asking.deadline.unwrap_or_else(|| Instant::now() + DEADLINE);
        let slots = self.in_order();
        let mut busy = Vec::new();
        for slot in slots {
            match self.try_slot(slot, request, asking, deadline, false).await {
                Tried::Answered(reply) => return reply,
                Tried::Busy => busy.push(slot),
                Tried::Failed | Tried::Closed => {}
            }
        }
        // Better late than nothing: those that were only busy are waited for, in order.
        for slot in busy {
            if let Tried::Answered(reply) = self.try_slot(slot, request, asking, deadline, true).await {
                return reply;
            }
        }
        if self.has_models() {
            metrics::counter!("provider_all_failed_total").increment(1);
        }
        self.stub.generate_reply(request).await.unwrap_or_default()
    }

    fn recall(&self, used: &[SlotUsage]) {
        for usage in used {
            if let Some(slot) = self.slots.iter().find(|slot| slot.number == usage.slot && slot.provider.name() == usage.provider) {
                slot.recall(self.clock.now(), usage.tokens);
            }
        }
    }
}

/// A call that has begun: however it ends, its slot and the accounts hear of it.
struct OpenCall<'s> {
    call: Option<Call>,
    begun: Instant,
    entered: Option<Entered<'s>>,
    log: Option<Arc<dyn CallLog>>,
}

impl OpenCall<'_> {
    fn took(&mut self, sent: &ReplyRequest, reply: &Reply) {
        if let Some(call) = &mut self.call {
            call.took(sent, reply);
        }
    }

    async fn end(&mut self, result: &Result<Reply, ProviderError>) {
        let Some(mut call) = self.call.take() else { return };
        call.ended(self.begun.elapsed(), result);
        if let Some(entered) = self.entered.take() {
            entered.ended(result, call.tokens());
        }
        if let Some(log) = &self.log
            && call.counts()
        {
            log.note(call).await;
        }
    }
}

impl Drop for OpenCall<'_> {
    /// The turn was stopped while the model answered: what it cost is told all the same.
    fn drop(&mut self) {
        let Some(mut call) = self.call.take() else { return };
        call.given_up(self.begun.elapsed());
        if let Some(entered) = self.entered.take() {
            entered.abandoned(call.tokens());
        }
        if let Some(log) = self.log.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
            && call.counts()
        {
            runtime.spawn(async move { log.note(call).await });
        }
    }
}

/// A draft with what was taken out put back, and nothing shown that may not be said.
struct Restored<'a> {
    draft: &'a dyn DraftSink,
    redaction: &'a Redaction,
    request: &'a ReplyRequest,
}

impl DraftSink for Restored<'_> {
    fn draft(&self, text: &str) {
        // What is shown ends with a whole word, and with no mark that is not whole yet.
        let whole = text.rfind(char::is_whitespace).and_then(|at| text.get(..at)).unwrap_or_default();
        let whole = match whole.rfind('[') {
            Some(at) if !whole.get(at..).unwrap_or_default().contains(']') => whole.get(..at).unwrap_or_default(),
            _ => whole,
        };
        let shown = text::visible(&self.redaction.put_back(whole));
        self.draft.draft(if output::may_be_shown(self.request, &shown) { &shown } else { "" });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests;
