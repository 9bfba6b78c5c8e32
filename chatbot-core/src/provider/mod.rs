//! Models: who may write a reply, and which of them is asked next. Points never come from here.

pub mod slots;
pub mod stub;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

pub use slots::{ProviderKind, ProviderSlot, SlotError};
pub use stub::StubProvider;

/// What a model is asked. It holds no id, no clock, no rule: two conversations with the same words ask the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReplyRequest {
    /// What the model may know: the job's public record.
    pub context: String,
    /// The conversation so far, oldest first, as `(sender, words)`.
    pub history: Vec<(String, String)>,
    /// What the candidate asks now.
    pub prompt: String,
    /// BCP 47 tag of the reply's language.
    pub locale: String,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reply {
    /// Plain text; none when it has no answer it stands for.
    pub text: Option<String>,
}

impl Reply {
    /// An answer.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()) }
    }

    /// No answer: a person is asked instead.
    pub fn none() -> Self {
        Self::default()
    }
}

/// Why a provider gave nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// Not now; another slot, or later.
    #[error("provider is unavailable: {0}")]
    Unavailable(String),
    /// Never with this request.
    #[error("provider refused: {0}")]
    Refused(String),
}

/// One model behind one slot.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its name in logs and figures.
    fn name(&self) -> &str;
    /// Writes a reply.
    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError>;
}

/// Chooses among providers, and fails over.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ProviderManager: Send + Sync {
    /// The provider whose turn it is.
    fn select_provider(&self) -> Arc<dyn Provider>;
    /// A reply from the provider whose turn it is, or from the next ones when it fails; [`Reply::none`] when all do.
    async fn generate_reply(&self, request: &ReplyRequest) -> Reply;
}

/// The default: round robin over the slots, beginning with the first; the stub when there are none.
pub struct RoundRobin {
    providers: Vec<Arc<dyn Provider>>,
    stub: Arc<dyn Provider>,
    next: AtomicUsize,
}

impl RoundRobin {
    /// Over these, in order.
    pub fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self { providers, stub: Arc::new(StubProvider), next: AtomicUsize::new(0) }
    }

    fn in_order(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let count = self.providers.len();
        (0..count).filter_map(move |i| self.providers.get((start + i) % count))
    }
}

#[async_trait]
impl ProviderManager for RoundRobin {
    fn select_provider(&self) -> Arc<dyn Provider> {
        self.in_order().next().map_or_else(|| Arc::clone(&self.stub), Arc::clone)
    }

    async fn generate_reply(&self, request: &ReplyRequest) -> Reply {
        let slots: Vec<Arc<dyn Provider>> = self.in_order().map(Arc::clone).chain([Arc::clone(&self.stub)]).collect();
        for provider in slots {
            let started = std::time::Instant::now();
            let result = provider.generate_reply(request).await;
            let outcome = if result.is_ok() { "ok" } else { "error" };
            metrics::histogram!("provider_duration_seconds", "provider" => provider.name().to_owned(), "outcome" => outcome)
                .record(started.elapsed().as_secs_f64());
            match result {
                Ok(reply) => return reply,
                Err(error) => tracing::warn!(provider = provider.name(), %error, "provider failed"),
            }
        }
        Reply::none()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn says(name: &'static str) -> Arc<dyn Provider> {
        let mut provider = MockProvider::new();
        provider.expect_name().return_const(name.to_owned());
        provider.expect_generate_reply().returning(move |_| Ok(Reply::text(name)));
        Arc::new(provider)
    }

    fn fails() -> Arc<dyn Provider> {
        let mut provider = MockProvider::new();
        provider.expect_name().return_const("down".to_owned());
        provider.expect_generate_reply().returning(|_| Err(ProviderError::Unavailable("503".into())));
        Arc::new(provider)
    }

    #[tokio::test]
    async fn slots_take_turns_beginning_with_the_first() {
        let manager = RoundRobin::new(vec![says("one"), says("two")]);
        let mut heard = Vec::new();
        for _ in 0..3 {
            heard.push(manager.generate_reply(&ReplyRequest::default()).await.text.unwrap());
        }
        assert_eq!(heard, ["one", "two", "one"]);
    }

    #[tokio::test]
    async fn a_failing_slot_is_followed_by_the_next_and_all_failing_by_an_honest_none() {
        let manager = RoundRobin::new(vec![fails(), says("two")]);
        assert_eq!(manager.generate_reply(&ReplyRequest::default()).await, Reply::text("two"));
        assert_eq!(RoundRobin::new(vec![fails()]).generate_reply(&ReplyRequest::default()).await, Reply::none());
    }

    #[test]
    fn without_slots_the_stub_is_selected() {
        assert_eq!(RoundRobin::new(Vec::new()).select_provider().name(), "stub");
    }
}
