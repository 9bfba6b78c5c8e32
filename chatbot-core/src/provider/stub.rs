//! The provider that is there when none is set: it knows nothing and says so.

use async_trait::async_trait;

use super::{Provider, ProviderError, Reply, ReplyRequest};

/// Answers that a person must be asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct StubProvider;

#[async_trait]
impl Provider for StubProvider {
    fn name(&self) -> &'static str {
        "stub"
    }

    async fn generate_reply(&self, _request: &ReplyRequest) -> Result<Reply, ProviderError> {
        Ok(Reply::none())
    }
}
