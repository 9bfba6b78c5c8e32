//! What models cost.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Tables, count};
use crate::recruiting::{CallGroup, CallSums, CallsBy};

pub(crate) fn by(t: &Tables, by: CallsBy, since: DateTime<Utc>, limit: i64) -> Vec<CallGroup> {
    let mut groups = BTreeMap::new();
    for call in t.model_calls.values().filter(|call| call.created_at >= since) {
        let key = match by {
            CallsBy::SlotOfJob(job_id) if call.job_id != Some(job_id) => continue,
            CallsBy::Slot | CallsBy::SlotOfJob(_) => (Some(call.slot), Some(call.provider.clone()), call.model.clone(), None),
            CallsBy::Job => (None, None, None, call.job_id),
            CallsBy::Session => (None, None, None, call.session_id),
        };
        if matches!(by, CallsBy::Job | CallsBy::Session) && key.3.is_none() {
            continue;
        }
        let one = CallSums {
            calls: 1,
            failed: i64::from(!matches!(call.outcome.as_str(), "ok" | "unknown")),
            input_tokens: call.input_tokens,
            output_tokens: call.output_tokens,
            cost_microusd: call.cost_microusd.unwrap_or(0),
            unpriced: i64::from(call.cost_microusd.is_none() && call.tokens() > 0),
            latency_ms: call.latency_ms,
        };
        let sums: &mut CallSums = groups.entry(key).or_default();
        *sums = sums.and(one);
    }
    let mut groups: Vec<CallGroup> =
        groups.into_iter().map(|((slot, provider, model, id), sums)| CallGroup { slot, provider, model, id, sums }).collect();
    groups.sort_by_key(|g| std::cmp::Reverse((g.sums.cost_microusd, g.sums.calls)));
    groups.truncate(count(limit));
    groups
}
