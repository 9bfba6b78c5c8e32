//! The action queue and the activity log.

use serde_json::json;
use uuid::Uuid;

use super::{Bench, page, tx};
use crate::recruiting::{Action, ActionStatus, ActionType, Activity};
use crate::store::rows::ActivityFilter;

pub(super) fn action(bench: &Bench, session_id: Option<Uuid>, action_type: ActionType, question_id: Option<Uuid>) -> Action {
    Action {
        id: bench.id(),
        action_type,
        status: ActionStatus::Open,
        session_id,
        application_id: None,
        question_id,
        payload: json!({"words": "»hm«", "n": 1}),
        created_at: bench.now(),
        resolved_at: None,
        resolved_by: None,
        resolution: None,
    }
}

pub(super) async fn file(bench: &Bench, action: &Action) -> Uuid {
    tx!(bench, [action], |rows| rows.insert_action(&action).await).unwrap();
    action.id
}

pub(super) async fn an_action_reads_back_and_its_resolution_is_written(bench: &Bench) {
    use ActionType as T;
    let types = [
        T::MustHaveFailed,
        T::HumanRequested,
        T::LowConfidence,
        T::UnreadAnswer,
        T::CurrencyMismatch,
        T::DeliveryFailed,
        T::Parked,
        T::CandidateWaiting,
    ];
    for action_type in types {
        let open = Action { application_id: Some(bench.id()), ..action(bench, Some(bench.id()), action_type, Some(bench.id())) };
        file(bench, &open).await;
        assert_eq!(bench.reader().await.action(open.id).await.unwrap(), Some(open.clone()));
        let resolved = Action {
            status: ActionStatus::Resolved,
            payload: json!({"seen": true}),
            resolved_at: Some(bench.at(5)),
            resolved_by: Some("Ada".into()),
            resolution: Some("called back".into()),
            ..open
        };
        tx!(bench, [resolved], |rows| rows.update_action(&resolved).await).unwrap();
        assert_eq!(bench.reader().await.action(resolved.id).await.unwrap(), Some(resolved));
    }
    let bare = action(bench, None, ActionType::Parked, None);
    file(bench, &bare).await;
    assert_eq!(bench.reader().await.action(bare.id).await.unwrap(), Some(bare));
    assert_eq!(bench.reader().await.action(bench.id()).await.unwrap(), None);
}

pub(super) async fn open_actions_are_the_applications_in_whichever_session_and_the_sessions_own(bench: &Bench) {
    let (session, other, application) = (bench.id(), bench.id(), bench.id());
    let put = async |session_id, application_id, status, seconds| {
        let new = Action { application_id, status, created_at: bench.at(seconds), ..action(bench, session_id, ActionType::Parked, None) };
        file(bench, &new).await
    };
    let (open, resolved) = (ActionStatus::Open, ActionStatus::Resolved);
    let earlier = put(Some(other), Some(application), open, 3).await;
    let own = put(Some(session), None, open, 1).await;
    let here = put(Some(session), Some(application), open, 2).await;
    let of_none = put(None, Some(application), open, 4).await;
    put(Some(session), Some(application), resolved, 0).await;
    put(Some(session), None, resolved, 0).await;
    put(Some(session), Some(bench.id()), open, 0).await;
    put(Some(other), None, open, 0).await;
    put(None, None, open, 0).await;
    let found = async |session_id, application_id| {
        let found = bench.reader().await.open_actions(session_id, application_id).await.unwrap();
        found.into_iter().map(|a| a.id).collect::<Vec<_>>()
    };
    assert_eq!(found(Some(session), Some(application)).await, [own, here, earlier, of_none]);
    assert_eq!(found(Some(session), None).await, [own]);
    assert_eq!(found(None, Some(application)).await, [here, earlier, of_none]);
    assert!(found(None, None).await.is_empty());
    assert!(found(Some(bench.id()), Some(bench.id())).await.is_empty());
}

pub(super) async fn actions_are_listed_newest_first(bench: &Bench) {
    let session = bench.id();
    let mut ids = Vec::new();
    // Two of one instant: the later written is the newer.
    for (i, seconds) in [20, 30, 20, 10].into_iter().enumerate() {
        let status = if i == 1 { ActionStatus::Resolved } else { ActionStatus::Open };
        let session_id = (i < 2).then_some(session);
        let new = Action { created_at: bench.at(seconds), status, ..action(bench, session_id, ActionType::HumanRequested, None) };
        ids.push(file(bench, &new).await);
    }
    let list = async |status, session_id, limit, offset| {
        let rows = bench.reader().await.actions(status, session_id, page(limit, offset)).await.unwrap();
        rows.iter().map(|a| ids.iter().position(|id| *id == a.id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, 10, 0).await, [1, 2, 0, 3]);
    assert_eq!(list(Some(ActionStatus::Open), None, 10, 0).await, [2, 0, 3]);
    assert_eq!(list(Some(ActionStatus::Resolved), None, 10, 0).await, [1]);
    assert_eq!(list(None, Some(session), 10, 0).await, [1, 0]);
    assert_eq!(list(Some(ActionStatus::Open), Some(session), 10, 0).await, [0]);
    assert_eq!(list(None, None, 2, 1).await, [2, 0]);
    assert!(list(None, Some(bench.id()), 10, 0).await.is_empty());
}

pub(super) async fn activity_is_listed_newest_first_as_the_filter_says(bench: &Bench) {
    let (session, application) = (bench.id(), bench.id());
    let mut lines = Vec::new();
    for (i, seconds) in [20, 30, 20, 10].into_iter().enumerate() {
        let full = i < 2;
        let line = Activity {
            id: bench.id(),
            activity_type: if i % 2 == 0 { "answer_recorded" } else { "takeover" }.into(),
            actor_type: "recruiter".into(),
            actor: full.then(|| "Ada".into()),
            session_id: full.then_some(session),
            application_id: (i == 1).then_some(application),
            candidate_id: full.then(|| bench.id()),
            detail: json!({"before": null, "after": {"value": 5}}),
            created_at: bench.at(seconds),
        };
        tx!(bench, [line], |rows| rows.insert_activity(&line).await).unwrap();
        lines.push(line);
    }
    let list = async |filter: ActivityFilter, limit, offset| {
        let rows = bench.reader().await.activity(&filter, page(limit, offset)).await.unwrap();
        rows.iter().map(|line| lines.iter().position(|l| l == line).unwrap()).collect::<Vec<_>>()
    };
    let none = ActivityFilter::default;
    assert_eq!(list(none(), 10, 0).await, [1, 2, 0, 3]);
    assert_eq!(list(none(), 2, 2).await, [0, 3]);
    assert_eq!(list(ActivityFilter { session_id: Some(session), ..none() }, 10, 0).await, [1, 0]);
    assert_eq!(list(ActivityFilter { application_id: Some(application), ..none() }, 10, 0).await, [1]);
    assert_eq!(list(ActivityFilter { activity_type: Some("answer_recorded".into()), ..none() }, 10, 0).await, [2, 0]);
    let both = ActivityFilter { session_id: Some(session), activity_type: Some("takeover".into()), application_id: None };
    assert_eq!(list(both, 10, 0).await, [1]);
    assert!(list(ActivityFilter { session_id: Some(bench.id()), ..none() }, 10, 0).await.is_empty());
}

pub(super) async fn updating_an_action_that_is_not_there_is_an_error(bench: &Bench) {
    let absent = action(bench, None, ActionType::Parked, None);
    assert!(tx!(bench, [absent], |rows| rows.update_action(&absent).await).is_err());
}
