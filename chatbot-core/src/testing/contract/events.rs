//! Events for the systems around.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Bench, tx};
use crate::orchestrator::{ChatEvent, EventKind};

async fn event(bench: &Bench, session_id: Uuid, seconds: i64) -> ChatEvent {
    let event = ChatEvent {
        id: bench.id(),
        kind: if seconds % 2 == 0 { EventKind::PrescreenCompleted } else { EventKind::Escalation },
        session_id,
        application_id: (seconds % 2 == 0).then(|| bench.id()),
        payload: json!({"answers": [{"value": null, "text": "ü"}], "seconds": seconds}),
        created_at: bench.at(seconds),
    };
    tx!(bench, [event], |rows| rows.insert_event(&event).await).unwrap();
    event
}

async fn due(bench: &Bench, at: DateTime<Utc>, limit: i64) -> Vec<(Uuid, i64)> {
    let events = bench.reader().await.events_due(at, limit).await.unwrap();
    events.into_iter().map(|(event, attempts)| (event.id, attempts)).collect()
}

pub(super) async fn an_event_is_due_until_it_is_settled(bench: &Bench) {
    let session = bench.session().await.id;
    let second = event(bench, session, 2).await;
    let first = event(bench, session, 1).await;
    let now = bench.now();
    assert!(due(bench, now, 10).await.is_empty(), "neither has happened yet");
    let now = bench.at(10);
    let read = bench.reader().await.events_due(now, 10).await.unwrap();
    assert_eq!(read, [(first.clone(), 0), (second.clone(), 0)]);
    assert_eq!(due(bench, now, 1).await, [(first.id, 0)]);
    tx!(bench, [], |rows| rows.settle_event(first.id, Some(now), 1, None).await).unwrap();
    assert_eq!(due(bench, now, 10).await, [(second.id, 0)]);
    assert_eq!(bench.reader().await.events(session).await.unwrap(), [first, second], "settled events stay");
}

pub(super) async fn an_event_tried_again_is_due_at_its_next_time(bench: &Bench) {
    let session = bench.session().await.id;
    let tried = event(bench, session, 0).await.id;
    let other = event(bench, session, 1).await.id;
    let next = bench.at(30);
    tx!(bench, [], |rows| rows.settle_event(tried, None, 1, Some(next)).await).unwrap();
    assert_eq!(due(bench, bench.at(29), 10).await, [(other, 0)]);
    assert_eq!(due(bench, bench.at(30), 10).await, [(other, 0), (tried, 1)]);
}

pub(super) async fn an_event_given_up_is_not_due_again(bench: &Bench) {
    let session = bench.session().await.id;
    let refused = event(bench, session, 0).await.id;
    tx!(bench, [], |rows| rows.settle_event(refused, None, 1, None).await).unwrap();
    assert!(due(bench, bench.at(9_999), 10).await.is_empty());
}

pub(super) async fn events_of_a_session_come_oldest_first_and_in_order_of_writing(bench: &Bench) {
    let (session, other) = (bench.session().await.id, bench.session().await.id);
    let mut written = Vec::new();
    for seconds in [5, 3, 3, 3, 4] {
        written.push(event(bench, session, seconds).await.id);
    }
    event(bench, other, 1).await;
    let read: Vec<_> = bench.reader().await.events(session).await.unwrap().into_iter().map(|e| e.id).collect();
    assert_eq!(read, [written[1], written[2], written[3], written[4], written[0]]);
    assert!(bench.reader().await.events(bench.id()).await.unwrap().is_empty());
}
