//! The accounts of models: a call is kept by a write of its own, since it has been paid for whatever becomes of the turn.

use async_trait::async_trait;
use futures::future::FutureExt;

use super::handle::Store;
use crate::provider::calls::{Call, CallLog};

#[async_trait]
impl CallLog for Store {
    async fn note(&self, call: Call) {
        let id = self.new_id();
        let kept = self.write(move |rows, now| {
            let mut call = Call { created_at: now, ..call.clone() };
            async move {
                // Erased while the model answered: nothing names the conversation any more.
                if let Some(session) = call.session_id
                    && rows.session(session).await?.is_none()
                {
                    call.session_id = None;
                }
                rows.insert_model_call(id, &call).await
            }
            .boxed()
        });
        if let Err(fault) = kept.await {
            tracing::warn!(%fault, "a model's call is missing in the accounts");
        }
    }
}
