//! Models over HTTP: every wire format through one library, behind our [`Provider`].
//!
//! The library has no total time-out, no retries and no limits: the manager has them. Its errors quote requests and bodies:
//! none of their text goes further than here.

mod errors;
mod target;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use genai::chat::{ChatMessage, ChatOptions, ChatRequest, ChatResponseFormat, ChatStreamEvent, JsonSpec, StopReason, StreamEnd};
use genai::{Client, ServiceTarget};

use super::text::prompt::{Role, Wire, render};
use super::{
    DraftSink, Limits, Provider, ProviderError, ProviderKind, ProviderSlot, Reply, ReplyRequest, SlotError, Slots, StubProvider,
    TapeProvider, Usage,
};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// A stream that says nothing for longer has stalled.
const SILENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are taken; what goes on longer is cut off.
const MOST: usize = 64 * 1024;

/// The providers of these slots, in order, with their limits. The process must have a TLS provider.
///
/// # Errors
/// When a slot can't be called as it is configured.
pub fn providers(slots: &[ProviderSlot]) -> Result<Slots, SlotError> {
    let mut client = None;
    slots.iter().map(|slot| Ok((provider(slot, &mut client)?, Limits::from(slot)))).collect()
}

fn provider(slot: &ProviderSlot, client: &mut Option<reqwest::Client>) -> Result<Arc<dyn Provider>, SlotError> {
    let wrong = |what: &str, problem: String, example: &str| SlotError::new(slot.variable(what), problem, example);
    Ok(match slot.kind {
        ProviderKind::Stub => Arc::new(StubProvider),
        ProviderKind::Replay => match &slot.tapes {
            Some(folder) => Arc::new(TapeProvider::new(folder)),
            None => return Err(wrong("TAPES", "is not set".into(), "tapes")),
        },
        _ => {
            let shared = match client {
                Some(client) => client.clone(),
                None => {
                    // A key is for the address that was configured and no other.
                    let built = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).connect_timeout(CONNECT).build();
                    client.insert(built.map_err(|e| wrong("TYPE", format!("no HTTP client: {}", e.without_url()), "stub"))?).clone()
                }
            };
            Arc::new(HttpProvider::new(slot, shared)?)
        }
    })
}

/// A model behind a vendor's API, or behind a server that speaks one.
pub struct HttpProvider {
    kind: ProviderKind,
    model: String,
    target: ServiceTarget,
    client: Client,
    extra: Vec<(String, String)>,
    /// It answered in one piece when it was asked for a stream: next time it is not asked for one.
    unstreamed: AtomicBool,
}

impl HttpProvider {
    /// As a slot says, over this client, which must follow no redirects.
    ///
    /// # Errors
    /// When the slot lacks what a call needs.
    pub fn new(slot: &ProviderSlot, client: reqwest::Client) -> Result<Self, SlotError> {
        let (target, extra) = target::of(slot)?;
        let no_client = |_| SlotError::new(slot.variable("TYPE"), "no client can be made for it", "openai");
        let client = Client::builder().with_reqwest(client).build().map_err(no_client)?;
        let model = slot.model.clone().unwrap_or_default();
        Ok(Self { kind: slot.kind, model, target, client, extra, unstreamed: AtomicBool::new(false) })
    }

    fn options(&self, wire: &Wire) -> ChatOptions {
        let mut options = ChatOptions::default().with_max_tokens(wire.max_tokens).with_capture_usage(true);
        if !self.extra.is_empty() {
            options = options.with_extra_headers(self.extra.clone());
        }
        if let Some(schema) = &wire.schema {
            options = options.with_response_format(ChatResponseFormat::JsonSpec(JsonSpec::new("reading", schema.clone())));
        }
        options
    }

    async fn whole(&self, wire: Wire) -> Result<Reply, ProviderError> {
        let options = self.options(&wire);
        let answer = self.client.exec_chat(self.target.clone(), asked(wire), Some(&options)).await.map_err(|e| errors::of(&e))?;
        stopped_well(answer.stop_reason.as_ref())?;
        let (usage, ended) = (usage(&answer.usage), answer.stop_reason.is_some());
        finished(answer.texts().concat(), usage, ended)
    }

    async fn streamed(&self, wire: Wire, draft: &dyn DraftSink) -> Result<Option<Reply>, ProviderError> {
        let options = self.options(&wire).with_stream_read_timeout(SILENCE);
        let answer = self.client.exec_chat_stream(self.target.clone(), asked(wire), Some(&options)).await;
        let mut stream = answer.map_err(|e| errors::of(&e))?.stream;
        let (mut text, mut end) = (String::new(), None);
        while let Some(event) = stream.next().await {
            match event.map_err(|e| errors::of(&e))? {
                ChatStreamEvent::Chunk(chunk) => {
                    text.push_str(&chunk.content);
                    if text.len() > MOST {
                        return Err(ProviderError::BadAnswer("it goes on and on".into()));
                    }
                    draft.draft(&text);
                }
                ChatStreamEvent::End(last) => end = Some(last),
                _ => {}
            }
        }
        // Gemini's stream has no last word of its own: it has ended where a reason is given.
        let whole = |end: &StreamEnd| end.captured_stop_reason.is_some() || self.kind != ProviderKind::Gemini;
        let Some(end) = end.filter(whole) else {
            // Not one event: a server that doesn't stream, and answered in one piece.
            return if text.is_empty() { Ok(None) } else { Err(ProviderError::BadAnswer("the stream was cut".into())) };
        };
        stopped_well(end.captured_stop_reason.as_ref())?;
        let usage = end.captured_usage.as_ref().and_then(usage);
        finished(text, usage, end.captured_stop_reason.is_some()).map(Some)
    }
}

#[async_trait]
impl Provider for HttpProvider {
    fn name(&self) -> &str {
        self.kind.as_str()
    }

    fn model(&self) -> Option<String> {
        Some(self.model.clone())
    }

    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError> {
        self.whole(render(request)).await
    }

    async fn stream_reply(&self, request: &ReplyRequest, draft: &dyn DraftSink) -> Result<Reply, ProviderError> {
        if !self.unstreamed.load(Ordering::Relaxed) {
            if let Some(reply) = self.streamed(render(request), draft).await? {
                return Ok(reply);
            }
            let reply = self.whole(render(request)).await?;
            self.unstreamed.store(true, Ordering::Relaxed);
            return Ok(reply);
        }
        self.whole(render(request)).await
    }
}

fn asked(wire: Wire) -> ChatRequest {
    let messages = wire.messages.into_iter().map(|m| match m.role {
        Role::User => ChatMessage::user(m.text),
        Role::Assistant => ChatMessage::assistant(m.text),
    });
    ChatRequest::new(messages.collect()).with_system(wire.system)
}

fn usage(usage: &genai::chat::Usage) -> Option<Usage> {
    let count = |n: Option<i32>| n.and_then(|n| u64::try_from(n).ok());
    match (count(usage.prompt_tokens), count(usage.completion_tokens)) {
        // Nothing costs nothing: it is estimated instead.
        (None | Some(0), None | Some(0)) => None,
        (input, output) => Some(Usage { input: input.unwrap_or(0), output: output.unwrap_or(0) }),
    }
}

/// Whether an answer ended where its writer wanted it to end. What did not may be the words' doing, so it is nothing against
/// the slot.
fn stopped_well(reason: Option<&StopReason>) -> Result<(), ProviderError> {
    match reason {
        Some(StopReason::ContentFilter(_)) => Err(ProviderError::Refused("its filter stopped the answer".into())),
        Some(StopReason::MaxTokens(_)) => Err(ProviderError::Refused("the answer was cut at its longest".into())),
        Some(StopReason::ToolCall(_)) => Err(ProviderError::Refused("it called a tool that nobody offered".into())),
        Some(StopReason::Other(_)) => Err(ProviderError::BadAnswer("it stopped for a reason of its own".into())),
        _ => Ok(()),
    }
}

/// `ended`: it says that it is done.
fn finished(text: String, usage: Option<Usage>, ended: bool) -> Result<Reply, ProviderError> {
    if text.trim().is_empty() {
        // Who ends properly and says nothing refuses; who doesn't even end has no answer at all.
        let problem = String::from("the answer is empty");
        return Err(if ended { ProviderError::Refused(problem) } else { ProviderError::BadAnswer(problem) });
    }
    if text.len() > MOST {
        return Err(ProviderError::BadAnswer("it goes on and on".into()));
    }
    Ok(Reply { text: Some(text), usage })
}
