//! Models: who may write a reply, and which of them is asked next. Points never come from here.
//!
//! * [`ReplyRequest`] is what is asked, [`Reply`] what came; [`text`] is how one becomes words and the other is trusted.
//! * [`Provider`] is one model behind one slot; [`StubProvider`] and [`TapeProvider`] are built in, `http` (feature `llm`)
//!   speaks to the others.
//! * [`ProviderManager`] chooses among slots and fails over; [`RoundRobin`] is the default.
//! * [`calls`] is what every call cost.
//!
//! **Invariant.** A request holds no rule, weight, must-have, id, clock or random text: two jobs that differ in rules alone
//! ask the same, byte by byte. A reply can call nothing; it is words.

pub mod calls;
#[cfg(feature = "llm")]
pub mod http;
pub mod manager;
mod request;
pub mod slots;
pub mod stub;
pub mod tape;
pub mod text;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

pub use manager::{Limits, RoundRobin, SlotUsage};
pub use request::{Asking, DraftSink, Reply, ReplyRequest, Task, Usage};
pub use slots::{ProviderKind, ProviderSlot, Rate, SlotError};
pub use stub::StubProvider;
pub use tape::{Recorder, TapeProvider};

/// Why a provider gave nothing. Each says what to do next; none quotes what was asked or answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// Not now; another slot, or later.
    #[error("provider is unavailable: {0}")]
    Unavailable(String),
    /// Too much was asked of it: not before `retry_after`, where it says when.
    #[error("provider is limited: {problem}")]
    Limited {
        /// What it said.
        problem: String,
        /// How long to leave it alone.
        retry_after: Option<Duration>,
    },
    /// The key, the address or the model's name is wrong: a person has to mend the configuration.
    #[error("provider denies access: {0}")]
    Denied(String),
    /// Never with this request.
    #[error("provider refused: {0}")]
    Refused(String),
    /// It answered, and the answer is no use: cut, empty, of the wrong form.
    #[error("provider's answer is no use: {0}")]
    BadAnswer(String),
    /// It took longer than its slot allows.
    #[error("provider took longer than {0:?}")]
    TimedOut(Duration),
    /// Tapes are played, and none has this request.
    #[error("no tape {hash} in {folder}: {asked}")]
    NoTape {
        /// The request's hash: the tape's name.
        hash: String,
        /// Where it was looked for.
        folder: String,
        /// The question's first words, with personal data taken out.
        asked: String,
    },
}

impl ProviderError {
    /// The outcome's name in figures.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Limited { .. } => "limited",
            Self::Denied(_) => "denied",
            Self::Refused(_) => "refused",
            Self::BadAnswer(_) => "bad_answer",
            Self::TimedOut(_) => "timed_out",
            Self::NoTape { .. } => "no_tape",
        }
    }
}

/// One model behind one slot.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its name in logs and figures.
    fn name(&self) -> &str;

    /// The model's name, where there is one: what prices are looked up by.
    fn model(&self) -> Option<String> {
        None
    }

    /// Writes a reply.
    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError>;

    /// The same, telling the words as they come. One that cannot is heard when it is done.
    async fn stream_reply(&self, request: &ReplyRequest, draft: &dyn DraftSink) -> Result<Reply, ProviderError> {
        let _ = draft;
        self.generate_reply(request).await
    }
}

/// Chooses among providers, and fails over.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait ProviderManager: Send + Sync {
    /// The provider whose turn it is.
    fn select_provider(&self) -> Arc<dyn Provider>;

    /// Whether any model may be asked at all. False: questions that take a model are not put.
    fn has_models(&self) -> bool {
        true
    }

    /// A reply from the provider whose turn it is, or from the next ones when it fails; [`Reply::none`] when all do.
    async fn generate_reply(&self, request: &ReplyRequest, asking: &Asking) -> Reply;

    /// What the slots have used of today's budgets before this process began.
    fn recall(&self, used: &[SlotUsage]) {
        let _ = used;
    }
}
