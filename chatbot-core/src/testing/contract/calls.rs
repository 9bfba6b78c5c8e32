//! What models cost.

use uuid::Uuid;

use super::{Bench, tx};
use crate::provider::calls::Call;
use crate::recruiting::{CallGroup, CallSums, CallsBy};

/// A call of a slot's in a conversation.
pub(super) fn call(bench: &Bench, slot: i64, session_id: Option<Uuid>, cost: Option<i64>) -> Call {
    Call {
        slot,
        provider: format!("provider{slot}"),
        model: (slot != 3).then(|| "model".to_owned()),
        purpose: "answer".into(),
        outcome: if slot == 2 { "timed_out" } else { "ok" }.into(),
        input_tokens: 100,
        output_tokens: 20,
        cost_microusd: cost,
        latency_ms: 250,
        session_id,
        job_id: session_id,
        created_at: bench.now(),
    }
}

async fn note(bench: &Bench, call: &Call) {
    let (id, call) = (bench.id(), call.clone());
    tx!(bench, [call], |rows| rows.insert_model_call(id, &call).await).unwrap();
}

fn sums(calls: i64, failed: i64, cost_microusd: i64, unpriced: i64) -> CallSums {
    CallSums { calls, failed, input_tokens: 100 * calls, output_tokens: 20 * calls, cost_microusd, unpriced, latency_ms: 250 * calls }
}

pub(super) async fn calls_are_summed_by_slot_job_and_conversation(bench: &Bench) {
    let (one, two) = (bench.id(), bench.id());
    let calls = [
        call(bench, 1, Some(one), Some(700)),
        call(bench, 1, Some(one), Some(300)),
        call(bench, 2, Some(two), Some(5)),
        call(bench, 3, None, None),
        Call { created_at: bench.at(-100), ..call(bench, 1, Some(one), Some(1_000_000)) },
    ];
    for call in &calls {
        note(bench, call).await;
    }
    let since = bench.at(-1);
    let mut rows = bench.reader().await;
    let by_slot = rows.model_calls_by(CallsBy::Slot, since, 9).await.unwrap();
    let slot = |slot, model: Option<&str>, sums| CallGroup {
        slot: Some(slot),
        provider: Some(format!("provider{slot}")),
        model: model.map(str::to_owned),
        id: None,
        sums,
    };
    let expected = [slot(1, Some("model"), sums(2, 0, 1000, 0)), slot(2, Some("model"), sums(1, 1, 5, 0)), slot(3, None, sums(1, 0, 0, 1))];
    assert_eq!(by_slot, expected);
    assert_eq!(rows.model_calls_by(CallsBy::Slot, since, 1).await.unwrap(), expected[..1]);
    assert_eq!(rows.model_calls_by(CallsBy::SlotOfJob(one), since, 9).await.unwrap(), expected[..1]);
    assert_eq!(rows.model_calls_by(CallsBy::SlotOfJob(two), since, 9).await.unwrap(), expected[1..2]);
    for by in [CallsBy::Session, CallsBy::Job] {
        let groups = rows.model_calls_by(by, since, 9).await.unwrap();
        let of = |id, sums| CallGroup { id: Some(id), sums, ..CallGroup::default() };
        assert_eq!(groups, [of(one, sums(2, 0, 1000, 0)), of(two, sums(1, 1, 5, 0))]);
    }
}

pub(super) async fn a_persons_calls_read_back_as_written(bench: &Bench) {
    let person = super::erasure::person(bench, false).await;
    let stands = bench.reader().await.model_calls_of_candidate(person.candidate_id).await.unwrap();
    let call = Call { created_at: bench.at(1), ..call(bench, 7, Some(person.session.id), None) };
    note(bench, &call).await;
    note(bench, &super::calls::call(bench, 7, Some(bench.id()), None)).await;
    let read = bench.reader().await.model_calls_of_candidate(person.candidate_id).await.unwrap();
    assert_eq!(read[..stands.len()], stands);
    assert_eq!(read[stands.len()..], [call]);
}

pub(super) async fn who_is_gone_is_named_by_no_call_and_the_sums_stay(bench: &Bench) {
    let person = super::erasure::person(bench, false).await;
    let (session, candidate) = (person.session.id, person.candidate_id);
    let before = bench.reader().await.model_calls_by(CallsBy::Slot, bench.at(-9), 9).await.unwrap();
    assert_eq!(bench.reader().await.model_calls_by(CallsBy::Session, bench.at(-9), 9).await.unwrap().len(), 1);
    tx!(bench, [], |rows| rows.delete_session(session).await).unwrap();
    let mut rows = bench.reader().await;
    assert!(rows.model_calls_of_candidate(candidate).await.unwrap().is_empty());
    assert!(rows.model_calls_by(CallsBy::Session, bench.at(-9), 9).await.unwrap().is_empty());
    assert_eq!(rows.model_calls_by(CallsBy::Slot, bench.at(-9), 9).await.unwrap(), before);
}
