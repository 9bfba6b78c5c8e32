//! What models cost.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::provider::calls::Call;
use crate::recruiting::{CallGroup, CallSums, CallsBy};
use crate::store::rows::Result;

impl Record for Call {
    const TABLE: &'static str = "model_calls";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            slot: row.get("slot")?,
            provider: row.get("provider")?,
            model: row.get("model")?,
            purpose: row.get("purpose")?,
            outcome: row.get("outcome")?,
            input_tokens: row.get("input_tokens")?,
            output_tokens: row.get("output_tokens")?,
            cost_microusd: row.get("cost_microusd")?,
            latency_ms: row.get("latency_ms")?,
            session_id: row.get("session_id")?,
            job_id: row.get("job_id")?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Record for CallGroup {
    const TABLE: &'static str = "model_calls";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            slot: row.get("slot")?,
            provider: row.get("provider")?,
            model: row.get("model")?,
            id: row.get("id")?,
            sums: CallSums {
                calls: row.get("calls")?,
                failed: row.get("failed")?,
                input_tokens: row.get("input_tokens")?,
                output_tokens: row.get("output_tokens")?,
                cost_microusd: row.get("cost_microusd")?,
                unpriced: row.get("unpriced")?,
                latency_ms: row.get("latency_ms")?,
            },
        })
    }
}

const INSERT_MODEL_CALL: &str = "insert into model_calls (id, slot, provider, model, purpose, outcome, input_tokens, output_tokens, \
     cost_microusd, latency_ms, session_id, job_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

pub(super) async fn insert_model_call<E: Engine>(c: &mut E::Connection, id: Uuid, call: &Call) -> Result<()> {
    sql::<E>(INSERT_MODEL_CALL)
        .bind(id)
        .bind(call.slot)
        .text(&call.provider)
        .opt_text(call.model.as_deref())
        .text(&call.purpose)
        .text(&call.outcome)
        .bind(call.input_tokens)
        .bind(call.output_tokens)
        .bind(call.cost_microusd)
        .bind(call.latency_ms)
        .bind(call.session_id)
        .bind(call.job_id)
        .time(call.created_at)
        .run(c)
        .await?;
    Ok(())
}

const MODEL_CALLS_OF_CANDIDATE: &str = "select slot, provider, model, purpose, outcome, input_tokens, output_tokens, cost_microusd, \
     latency_ms, session_id, job_id, created_at from model_calls \
     where session_id in (select id from chat_sessions where candidate_id = $1) order by created_at, id";

pub(super) async fn model_calls_of_candidate<E: Engine>(c: &mut E::Connection, candidate_id: Uuid) -> Result<Vec<Call>> {
    sql::<E>(MODEL_CALLS_OF_CANDIDATE).bind(candidate_id).all(c).await
}

/// Sums as whole numbers on both engines; what is not known of a price is counted beside them.
macro_rules! sums {
    ($select:literal, $where:literal, $group:literal) => {
        concat!(
            "select ",
            $select,
            ", count(*) as calls, count(*) filter (where outcome not in ('ok', 'unknown')) as failed, \
             cast(sum(input_tokens) as bigint) as input_tokens, cast(sum(output_tokens) as bigint) as output_tokens, \
             cast(coalesce(sum(cost_microusd), 0) as bigint) as cost_microusd, \
             count(*) filter (where cost_microusd is null and input_tokens + output_tokens > 0) as unpriced, \
             cast(sum(latency_ms) as bigint) as latency_ms \
             from model_calls where created_at >= $1",
            $where,
            " group by ",
            $group,
            " order by cost_microusd desc, calls desc, ",
            $group,
            " limit $2"
        )
    };
}

// `slot` and its like are of the columns' types where they are null, too.
const BY_SLOT: &str = sums!("slot, provider, model, cast(null as uuid) as id", "", "slot, provider, model");
const BY_SLOT_OF_JOB: &str = sums!("slot, provider, model, cast(null as uuid) as id", " and job_id = $3", "slot, provider, model");
const BY_JOB: &str = sums!(
    "cast(null as bigint) as slot, cast(null as text) as provider, cast(null as text) as model, job_id as id",
    " and job_id is not null",
    "job_id"
);
const BY_SESSION: &str = sums!(
    "cast(null as bigint) as slot, cast(null as text) as provider, cast(null as text) as model, session_id as id",
    " and session_id is not null",
    "session_id"
);

pub(super) async fn model_calls_by<E: Engine>(
    c: &mut E::Connection,
    by: CallsBy,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CallGroup>> {
    let text = match by {
        CallsBy::Slot => BY_SLOT,
        CallsBy::SlotOfJob(_) => BY_SLOT_OF_JOB,
        CallsBy::Job => BY_JOB,
        CallsBy::Session => BY_SESSION,
    };
    let sums = sql::<E>(text).time(since).bind(limit);
    let sums = if let CallsBy::SlotOfJob(job_id) = by { sums.bind(job_id) } else { sums };
    sums.all(c).await
}
