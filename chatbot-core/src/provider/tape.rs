//! Tapes: requests and what was answered, one file each, so that a conversation with a model can be had again without one.
//!
//! A tape's name is the hash of the request's words. Personal data is taken out before the hash is made, and what a tape
//! holds has it no more than its name.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::text::prompt::{Role, Wire};
use super::text::{Redaction, render};
use super::{DraftSink, Provider, ProviderError, Reply, ReplyRequest, Usage};
use crate::access::token;

/// Letters of a question that are told where a tape is missing.
const TOLD: usize = 80;

/// Plays tapes.
#[derive(Debug, Clone)]
pub struct TapeProvider {
    folder: PathBuf,
    missing: Arc<Mutex<Vec<ProviderError>>>,
}

impl TapeProvider {
    /// From this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), missing: Arc::default() }
    }

    /// The requests that had no tape since this was last asked.
    pub fn missing(&self) -> Vec<ProviderError> {
        std::mem::take(&mut *self.missing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read(&self, path: &Path) -> Result<Option<Reply>, ProviderError> {
        let unreadable = |problem: String| ProviderError::Denied(format!("tape {}: {problem}", path.display()));
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error.to_string())),
            Ok(text) => text,
        };
        let tape: Value = serde_json::from_str(&text).map_err(|e| unreadable(e.to_string()))?;
        let count = |name: &str| tape.pointer(&format!("/usage/{name}")).and_then(Value::as_u64);
        Ok(Some(Reply {
            text: tape.pointer("/reply/text").and_then(Value::as_str).map(str::to_owned),
            usage: count("input").zip(count("output")).map(|(input, output)| Usage { input, output }),
        }))
    }
}

#[async_trait]
impl Provider for TapeProvider {
    fn name(&self) -> &'static str {
        "replay"
    }

    fn model(&self) -> Option<String> {
        Some("tape".into())
    }

    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError> {
        let (sent, redaction) = Redaction::of(request);
        let hash = hash(&render(&sent));
        // A few kilobytes from a disk at hand, in tests and scripts: not worth a thread.
        if let Some(reply) = self.read(&self.folder.join(format!("{hash}.json")))? {
            return Ok(redaction.restore(reply));
        }
        let asked = sent.prompt.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TOLD).collect();
        let missing = ProviderError::NoTape { hash, folder: self.folder.display().to_string(), asked };
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).push(missing.clone());
        Err(missing)
    }
}

/// Makes tapes of what another provider answers.
pub struct Recorder {
    inner: Arc<dyn Provider>,
    folder: PathBuf,
    secrets: Vec<SecretString>,
}

impl Recorder {
    /// Of this provider's replies, into this folder. Should a secret stand in what is recorded, it is taken out.
    pub fn new(inner: Arc<dyn Provider>, folder: impl Into<PathBuf>, secrets: Vec<SecretString>) -> Self {
        Self { inner, folder: folder.into(), secrets }
    }

    fn write(&self, wire: &Wire, reply: &Reply) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let tape = json!({
            "request": words(wire),
            "reply": {"text": reply.text},
            "usage": reply.usage.map(|usage| json!({"input": usage.input, "output": usage.output})),
        });
        let mut text = serde_json::to_string_pretty(&tape)?;
        for secret in &self.secrets {
            if !secret.expose_secret().is_empty() {
                text = text.replace(secret.expose_secret(), "[SECRET]");
            }
        }
        std::fs::write(self.folder.join(format!("{}.json", hash(wire))), text + "\n")
    }
}

#[async_trait]
impl Provider for Recorder {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn model(&self) -> Option<String> {
        self.inner.model()
    }

    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError> {
        let (sent, redaction) = Redaction::of(request);
        let reply = self.inner.generate_reply(&sent).await?;
        self.write(&render(&sent), &reply)
            .map_err(|e| ProviderError::Denied(format!("no tape can be written into {}: {e}", self.folder.display())))?;
        Ok(redaction.restore(reply))
    }

    async fn stream_reply(&self, request: &ReplyRequest, _draft: &dyn DraftSink) -> Result<Reply, ProviderError> {
        self.generate_reply(request).await
    }
}

/// The name of a request's tape.
pub fn hash(wire: &Wire) -> String {
    let digest = Sha256::digest(words(wire).to_string().as_bytes());
    token::hex(digest.get(..16).unwrap_or_default())
}

/// A request's words, always in the same order.
fn words(wire: &Wire) -> Value {
    let messages: Vec<Value> = wire
        .messages
        .iter()
        .map(|m| json!({"role": if m.role == Role::User { "user" } else { "assistant" }, "content": m.text}))
        .collect();
    json!({"system": wire.system, "messages": messages, "schema": wire.schema})
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    /// Says the question back, and a secret.
    struct Echo;

    #[async_trait]
    impl Provider for Echo {
        fn name(&self) -> &'static str {
            "echo"
        }

        async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError> {
            Ok(Reply::text(format!("you said {} to sk-canary", request.prompt)).taking(Usage { input: 3, output: 4 }))
        }
    }

    #[tokio::test]
    async fn what_was_recorded_is_played_for_anybody_and_names_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let ask = |who: &str| ReplyRequest { prompt: format!("Write to {who}@x.example?"), personal: vec![], ..ReplyRequest::default() };
        let recorder = Recorder::new(Arc::new(Echo), folder.path(), vec!["sk-canary".into()]);
        assert_eq!(recorder.generate_reply(&ask("jane")).await.unwrap().text.unwrap(), "you said Write to jane@x.example? to sk-canary");
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let tape = std::fs::read_to_string(file).unwrap();
        assert!(!tape.contains("jane") && !tape.contains("sk-canary"), "{tape}");
        let player = TapeProvider::new(folder.path());
        let reply = player.generate_reply(&ask("joe")).await.unwrap();
        assert_eq!(reply.text.unwrap(), "you said Write to joe@x.example? to [SECRET]");
        assert_eq!(reply.usage, Some(Usage { input: 3, output: 4 }));
    }

    #[tokio::test]
    async fn a_request_without_a_tape_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let player = TapeProvider::new(folder.path());
        let error = player.generate_reply(&ReplyRequest { prompt: "How big is the team?".into(), ..ReplyRequest::default() }).await.unwrap_err();
        let said = error.to_string();
        assert!(said.starts_with("no tape ") && said.ends_with(": How big is the team?"), "{said}");
        assert_eq!(player.missing(), [error]);
        assert!(player.missing().is_empty());
    }
}
