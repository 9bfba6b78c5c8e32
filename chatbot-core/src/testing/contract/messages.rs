//! Messages.

use serde_json::json;

use super::{Bench, tx};
use crate::message::{ChatMessage, Delivery, Sender};
use crate::store::StoreError;
use crate::testing::fixtures;

fn seqs(messages: &[ChatMessage]) -> Vec<i64> {
    messages.iter().map(|m| m.seq).collect()
}

pub(super) async fn a_message_reads_back_as_written(bench: &Bench) {
    let session = bench.session().await.id;
    let deliveries = [Delivery::Ready, Delivery::Sending, Delivery::Sent, Delivery::Failed, Delivery::Cancelled, Delivery::Unknown];
    let senders = [Sender::Candidate, Sender::Bot, Sender::Recruiter, Sender::System];
    for (i, delivery) in deliveries.into_iter().enumerate() {
        let message = ChatMessage {
            sender: senders[i % senders.len()],
            content_format: "button".into(),
            metadata: json!({"templates": ["ask_consent"], "expects": {"type": "consent"}}),
            delivery,
            turn_upto: (i % 2 == 0).then_some(7),
            ..fixtures::message(bench.ids.as_ref(), bench.at(i as i64), session, i as i64 + 1, "Grüß Gott 👋")
        };
        tx!(bench, [message], |rows| rows.insert_message(&message).await).unwrap();
        assert_eq!(bench.reader().await.message(message.id).await.unwrap(), Some(message));
    }
    assert_eq!(bench.reader().await.message(bench.id()).await.unwrap(), None);
}

pub(super) async fn messages_come_in_order_after_a_number(bench: &Bench) {
    let session = bench.session().await.id;
    let other = bench.session().await.id;
    for seq in [4, 1, 10, 2] {
        bench.message(session, seq).await;
    }
    bench.message(other, 3).await;
    let mut rows = bench.reader().await;
    assert_eq!(seqs(&rows.messages(session, 0, 500).await.unwrap()), [1, 2, 4, 10]);
    assert_eq!(seqs(&rows.messages(session, 1, 2).await.unwrap()), [2, 4]);
    assert!(rows.messages(session, 10, 500).await.unwrap().is_empty());
    assert!(rows.messages(bench.id(), 0, 500).await.unwrap().is_empty());
}

pub(super) async fn the_last_messages_come_oldest_first(bench: &Bench) {
    let session = bench.session().await.id;
    for seq in 1..=5 {
        bench.message(session, seq).await;
    }
    let mut rows = bench.reader().await;
    assert_eq!(seqs(&rows.last_messages(session, 4, 2).await.unwrap()), [3, 4]);
    assert_eq!(seqs(&rows.last_messages(session, 99, 99).await.unwrap()), [1, 2, 3, 4, 5]);
    assert!(rows.last_messages(session, 0, 20).await.unwrap().is_empty());
}

pub(super) async fn a_number_is_given_to_one_message(bench: &Bench) {
    let session = bench.session().await.id;
    let first = bench.message(session, 1).await;
    let second = fixtures::message(bench.ids.as_ref(), bench.now(), session, 1, "late");
    let refused = tx!(bench, [second], |rows| rows.insert_message(&second).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    let same = ChatMessage { seq: 2, ..first };
    let refused = tx!(bench, [same], |rows| rows.insert_message(&same).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
}

pub(super) async fn a_message_needs_its_session(bench: &Bench) {
    let message = fixtures::message(bench.ids.as_ref(), bench.now(), bench.id(), 1, "hello");
    assert!(tx!(bench, [message], |rows| rows.insert_message(&message).await).is_err());
}

pub(super) async fn a_turns_messages_are_found_by_its_end(bench: &Bench) {
    let session = bench.session().await.id;
    for (seq, turn_upto) in [(1, None), (4, Some(3)), (3, Some(3)), (6, Some(5))] {
        let message = ChatMessage { turn_upto, ..fixtures::message(bench.ids.as_ref(), bench.now(), session, seq, "words") };
        tx!(bench, [message], |rows| rows.insert_message(&message).await).unwrap();
    }
    let mut rows = bench.reader().await;
    assert_eq!(seqs(&rows.turn_messages(session, 3).await.unwrap()), [3, 4]);
    assert!(rows.turn_messages(session, 4).await.unwrap().is_empty());
    assert!(rows.turn_messages(bench.id(), 3).await.unwrap().is_empty());
}

pub(super) async fn metadata_and_delivery_are_replaced_and_nothing_else(bench: &Bench) {
    let session = bench.session().await.id;
    let mut message = bench.message(session, 1).await;
    let other = bench.message(session, 2).await;
    let (id, metadata) = (message.id, json!({"pressed": "yes"}));
    tx!(bench, [metadata], |rows| {
        rows.set_message_metadata(id, &metadata).await?;
        rows.set_message_delivery(id, Delivery::Failed).await
    })
    .unwrap();
    (message.metadata, message.delivery) = (metadata, Delivery::Failed);
    assert_eq!(bench.reader().await.messages(session, 0, 9).await.unwrap(), [message, other]);
}
