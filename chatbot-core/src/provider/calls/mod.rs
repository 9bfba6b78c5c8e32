//! Accounts: what every call of a model took and cost, whatever became of the turn.

mod prices;

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::text::prompt;
use super::{Asking, Provider, ProviderError, Reply, ReplyRequest, Task, Usage};
pub use prices::{Price, Prices};

/// One call, ended. It holds no words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// The slot's number.
    pub slot: i64,
    /// The provider's name.
    pub provider: String,
    /// The model's, where there is one.
    pub model: Option<String>,
    /// `answer` or `read`.
    pub purpose: String,
    /// `ok`, `unknown` (it said that it doesn't know), `given_up` (the turn was stopped), or what failed.
    pub outcome: String,
    /// Tokens of the request, as the provider counts; estimated where it doesn't say.
    pub input_tokens: i64,
    /// Tokens of the answer.
    pub output_tokens: i64,
    /// What it cost, in millionths of a US dollar; none: the model's price is not known.
    pub cost_microusd: Option<i64>,
    /// How long it took, in milliseconds.
    pub latency_ms: i64,
    /// The conversation; none: a test by hand, or its person was erased.
    pub session_id: Option<Uuid>,
    /// The job.
    pub job_id: Option<Uuid>,
    /// When it began.
    pub created_at: DateTime<Utc>,
}

/// Keeps the accounts. One that fails costs the accounts a line and nobody a reply.
#[async_trait]
pub trait CallLog: Send + Sync {
    /// A call has ended.
    async fn note(&self, call: Call);
}

impl Call {
    /// A call that begins.
    pub(super) fn begun(slot: usize, provider: &dyn Provider, sent: &ReplyRequest, asking: &Asking, now: DateTime<Utc>) -> Self {
        Self {
            slot: i64::try_from(slot).unwrap_or(i64::MAX),
            provider: provider.name().to_owned(),
            model: provider.model(),
            purpose: if matches!(sent.task, Task::Read { .. }) { "read" } else { "answer" }.to_owned(),
            outcome: String::new(),
            input_tokens: 0,
            output_tokens: 0,
            cost_microusd: None,
            latency_ms: 0,
            session_id: asking.session_id,
            job_id: asking.job_id,
            created_at: now,
        }
    }

    /// It answered, and said what that took, or it is estimated.
    pub(super) fn took(&mut self, sent: &ReplyRequest, reply: &Reply) {
        if !self.counts() {
            return;
        }
        let usage = reply.usage.unwrap_or_else(|| {
            let wire = prompt::render(sent);
            let input = prompt::tokens(&wire.system) + wire.messages.iter().map(|m| prompt::tokens(&m.text)).sum::<usize>();
            Usage { input: input as u64, output: reply.text.as_deref().map_or(0, prompt::tokens) as u64 }
        });
        (self.input_tokens, self.output_tokens) = (whole(usage.input), whole(usage.output));
        self.cost_microusd = self.model.as_deref().and_then(|model| Prices::known().cost(&self.provider, model, usage));
    }

    pub(super) fn ended(&mut self, took: Duration, result: &Result<Reply, ProviderError>) {
        self.outcome = match result {
            Ok(Reply { text: Some(_), .. }) => "ok",
            Ok(_) => "unknown",
            Err(error) => error.outcome(),
        }
        .to_owned();
        self.measured(took);
    }

    pub(super) fn given_up(&mut self, took: Duration) {
        self.outcome = "given_up".to_owned();
        self.measured(took);
    }

    /// Tokens of both.
    pub fn tokens(&self) -> u64 {
        u64::try_from(self.input_tokens.saturating_add(self.output_tokens)).unwrap_or(0)
    }

    /// Whether it is a model's: the stub knows nothing and costs nothing.
    pub(super) fn counts(&self) -> bool {
        self.provider != "stub"
    }

    fn measured(&mut self, took: Duration) {
        self.latency_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let slot = || self.slot.to_string();
        let labels = [("slot", slot()), ("provider", self.provider.clone()), ("outcome", self.outcome.clone())];
        metrics::histogram!("provider_duration_seconds", &labels).record(took.as_secs_f64());
        if self.tokens() > 0 {
            let tokens = |kind: &'static str, n: i64| {
                metrics::counter!("provider_tokens_total", "slot" => slot(), "provider" => self.provider.clone(), "kind" => kind)
                    .increment(u64::try_from(n).unwrap_or(0));
            };
            tokens("input", self.input_tokens);
            tokens("output", self.output_tokens);
        }
        if let Some(cost) = self.cost_microusd.and_then(|cost| u64::try_from(cost).ok()) {
            metrics::counter!("provider_cost_microusd_total", "slot" => slot(), "provider" => self.provider.clone()).increment(cost);
        }
    }
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
