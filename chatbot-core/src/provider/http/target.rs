//! Where a slot's calls go: which wire format, which address, which key.

use genai::adapter::AdapterKind;
use genai::resolver::{AuthData, Endpoint};
use genai::{ModelIden, ServiceTarget};
use secrecy::ExposeSecret;

use crate::provider::{ProviderKind, ProviderSlot, SlotError};

/// The target, and headers besides.
pub(super) fn of(slot: &ProviderSlot) -> Result<(ServiceTarget, Vec<(String, String)>), SlotError> {
    let missing = |what: &str, example: &str| SlotError::new(slot.variable(what), "is not set", example);
    let model = slot.model.clone().ok_or_else(|| missing("MODEL", "gpt-4o-mini"))?;
    let base = slot.base_url.clone().ok_or_else(|| missing("BASE_URL", "http://127.0.0.1:8000/v1"))?;
    // A server of one's own that wants no key is sent a word that is none.
    let key = slot.api_key.as_ref().map_or_else(|| "none".to_owned(), |key| key.expose_secret().to_owned());
    let adapter = match slot.kind {
        ProviderKind::Anthropic => AdapterKind::Anthropic,
        ProviderKind::Gemini => AdapterKind::Gemini,
        ProviderKind::Groq => AdapterKind::Groq,
        ProviderKind::Mistral => AdapterKind::Mistral,
        ProviderKind::DeepSeek => AdapterKind::DeepSeek,
        // Ollama's own protocol drops the schema; Azure's door for OpenAI's clients needs no version in the address.
        _ => AdapterKind::OpenAI,
    };
    let extra = match slot.kind {
        ProviderKind::Azure => vec![("api-key".to_owned(), key.clone())],
        _ => Vec::new(),
    };
    let target = ServiceTarget {
        // The library joins paths to it, which replaces what doesn't end with a slash.
        endpoint: Endpoint::from_owned(format!("{}/", address(slot.kind, &base))),
        auth: AuthData::from_single(key),
        model: ModelIden::new(adapter, model),
    };
    Ok((target, extra))
}

/// The address as configured; Azure's bare resource gets the path of its OpenAI door.
fn address(kind: ProviderKind, base: &str) -> String {
    let bare = base.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
    if kind == ProviderKind::Azure && bare { format!("{base}/openai/v1") } else { base.to_owned() }
}
