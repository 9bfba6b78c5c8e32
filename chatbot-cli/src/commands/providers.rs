//! `chatbot providers`: what models cost, and whether they answer.

use std::time::Instant;

use chatbot_core::provider::calls::Prices;
use chatbot_core::provider::{ProviderKind, ProviderSlot, ReplyRequest, http};
use chatbot_core::recruiting::CallGroup;
use chatbot_core::recruiting::figures::Span;
use serde::Serialize;

use crate::args::{Args, Output, Providers};
use crate::database;
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Providers) -> Result<(), Failure> {
    match wish {
        Providers::Usage { days } => usage(args, *days).await,
        Providers::Test => test(args).await,
    }
}

async fn usage(args: &Args, days: i64) -> Result<(), Failure> {
    let chatbot = database::current(args).await?;
    let groups = chatbot.model_usage(Span { job_id: None, since: chatbot.now() - chrono::Duration::days(days) }).await;
    chatbot.close().await;
    let groups = groups?;
    let columns = ["slot", "provider", "model", "calls", "failed", "tokens in", "tokens out", "cost (USD)", "ms a call"];
    output::list(args.output, &groups, &columns, row)?;
    if args.output == Output::Table {
        say!("\nPrices as of {}; what is billed is the provider's account.", Prices::known().as_of);
    }
    Ok(())
}

fn row(group: &CallGroup) -> Vec<String> {
    let sums = group.sums;
    let cost = format!("{:.4}{}", sums.cost_microusd as f64 / 1e6, if sums.unpriced > 0 { " + ?" } else { "" });
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    vec![
        group.slot.map_or_else(|| "–".into(), |slot| slot.to_string()),
        text(&group.provider),
        text(&group.model),
        sums.calls.to_string(),
        sums.failed.to_string(),
        sums.input_tokens.to_string(),
        sums.output_tokens.to_string(),
        cost,
        (sums.latency_ms / sums.calls.max(1)).to_string(),
    ]
}

/// What came of one question to a slot.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    pub(super) slot: usize,
    pub(super) provider: &'static str,
    pub(super) ok: bool,
    pub(super) detail: String,
}

async fn test(args: &Args) -> Result<(), Failure> {
    let slots = ProviderSlot::from_vars(std::env::vars())?;
    if slots.is_empty() && args.output == Output::Table {
        say!("no PROVIDER variables are set; example: PROVIDER1_TYPE=ollama PROVIDER1_MODEL=llama3.2");
    }
    let mut tried = Vec::new();
    for slot in &slots {
        let one = try_slot(slot).await;
        if args.output == Output::Table {
            say!("{:<4} provider {} ({}): {}", if one.ok { "ok" } else { "FAIL" }, one.slot, one.provider, one.detail);
        }
        tried.push(one);
    }
    if args.output == Output::Json {
        output::json(&tried)?;
    }
    if tried.iter().all(|one| one.ok) { Ok(()) } else { Err(Failure::Told) }
}

/// Puts one question to a slot.
pub(super) async fn try_slot(slot: &ProviderSlot) -> Tried {
    let (ok, detail) = match slot.kind {
        ProviderKind::Stub => (true, "built in, knows nothing".to_owned()),
        ProviderKind::Replay => {
            let folder = slot.tapes.clone().unwrap_or_default();
            let tapes =
                std::fs::read_dir(&folder).map(|all| all.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "json")).count());
            match tapes {
                Ok(count) => (true, format!("{count} tapes in {}", folder.display())),
                Err(error) => (false, format!("{} can't be read: {error}", folder.display())),
            }
        }
        _ => call(slot).await,
    };
    Tried { slot: slot.number, provider: slot.kind.as_str(), ok, detail }
}

async fn call(slot: &ProviderSlot) -> (bool, String) {
    let provider = match http::providers(std::slice::from_ref(slot)) {
        Ok(made) => made.into_iter().next(),
        Err(error) => return (false, error.to_string()),
    };
    let Some((provider, limits)) = provider else { return (false, "it can't be made".to_owned()) };
    let model = slot.model.clone().unwrap_or_default();
    let mut request = ReplyRequest::default();
    request.context = "Job: Baker\nTeam: six people".to_owned();
    request.prompt = "How many people are in the team?".to_owned();
    request.locale = "en".to_owned();
    let begun = Instant::now();
    match tokio::time::timeout(limits.timeout, provider.generate_reply(&request)).await {
        Err(_) => (false, format!("{model}: no answer in {:?}", limits.timeout)),
        Ok(Err(error)) => (false, format!("{model}: {error}")),
        Ok(Ok(reply)) => {
            let tokens = reply.usage.map(|usage| format!(", {} tokens in, {} out", usage.input, usage.output)).unwrap_or_default();
            (true, format!("{model}: {} ms{tokens}", begun.elapsed().as_millis()))
        }
    }
}
