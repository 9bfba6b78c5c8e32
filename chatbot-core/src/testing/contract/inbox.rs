//! Dedupe records and inbox entries.

use serde_json::json;

use super::{Bench, tx};
use crate::message::{EntryKind, Sender};
use crate::store::StoreError;
use crate::store::rows::Seen;
use crate::testing::fixtures;
use crate::turn::Entry;

fn seen(bench: &Bench, key: &[u8]) -> Seen {
    Seen {
        key_hash: key.to_vec(),
        body_hash: vec![9; 32],
        session_id: Some(bench.id()),
        message_id: Some(bench.id()),
        seq: Some(4),
        created_at: bench.now(),
    }
}

pub(super) async fn the_first_delivery_of_a_key_is_recorded_and_the_second_refused(bench: &Bench) {
    let first = seen(bench, &[0, 1, 2]);
    let second = Seen { body_hash: vec![1], ..first.clone() };
    assert_eq!(bench.reader().await.seen(&[0, 1, 2]).await.unwrap(), None);
    assert!(tx!(bench, [first], |rows| rows.insert_seen(&first).await).unwrap());
    assert!(!tx!(bench, [second], |rows| rows.insert_seen(&second).await).unwrap());
    assert_eq!(bench.reader().await.seen(&[0, 1, 2]).await.unwrap(), Some(first));
    assert_eq!(bench.reader().await.seen(&[0, 1]).await.unwrap(), None);
    // A refusal is an answer, not an error: the transaction goes on.
    let other = Seen { session_id: None, message_id: None, seq: None, ..seen(bench, &[3]) };
    tx!(bench, [second, other], |rows| {
        assert!(!rows.insert_seen(&second).await?);
        rows.insert_seen(&other).await
    })
    .unwrap();
    assert_eq!(bench.reader().await.seen(&[3]).await.unwrap(), Some(other));
}

pub(super) async fn old_dedupe_records_are_purged_and_counted(bench: &Bench) {
    let limit = bench.at(-30);
    for (key, ago) in [(1, 31), (2, 30), (3, 29)] {
        let record = Seen { created_at: bench.at(-ago), ..seen(bench, &[key]) };
        tx!(bench, [record], |rows| rows.insert_seen(&record).await).unwrap();
    }
    assert_eq!(tx!(bench, [], |rows| rows.purge_seen(limit).await).unwrap(), 1);
    let mut rows = bench.reader().await;
    assert_eq!(rows.seen(&[1]).await.unwrap(), None);
    assert!(rows.seen(&[2]).await.unwrap().is_some());
    assert!(rows.seen(&[3]).await.unwrap().is_some());
}

pub(super) async fn entries_come_in_order_between_two_numbers(bench: &Bench) {
    let session = bench.session().await.id;
    let other = bench.session().await.id;
    let full = Entry {
        sender: Sender::Recruiter,
        actor: Some("Ada".into()),
        kind: EntryKind::Button,
        content_format: "button".into(),
        metadata: json!({"button": "yes", "n": [1, null]}),
        message_id: Some(bench.id()),
        ..fixtures::entry(bench.now(), 5, "Ja, natürlich")
    };
    let start = Entry { kind: EntryKind::Start, ..fixtures::entry(bench.now(), 0, "") };
    let entries = vec![full.clone(), start.clone(), fixtures::entry(bench.at(1), 3, "three"), fixtures::entry(bench.at(2), 9, "nine")];
    tx!(bench, [entries], |rows| {
        for entry in &entries {
            rows.insert_inbound(session, entry).await?;
        }
        rows.insert_inbound(other, &entries[0]).await
    })
    .unwrap();
    let mut rows = bench.reader().await;
    let read = rows.inbound(session, -1, 100).await.unwrap();
    assert_eq!(read.iter().map(|e| e.seq).collect::<Vec<_>>(), [0, 3, 5, 9]);
    assert_eq!((&read[0], &read[2]), (&start, &full));
    let some: Vec<_> = rows.inbound(session, 0, 5).await.unwrap().into_iter().map(|e| e.seq).collect();
    assert_eq!(some, [3, 5], "after the one, up to the other");
    assert!(rows.inbound(session, 5, 5).await.unwrap().is_empty());
    assert!(rows.inbound(session, 9, 3).await.unwrap().is_empty());
    assert_eq!(rows.inbound(other, -1, 100).await.unwrap().len(), 1);
}

pub(super) async fn a_number_is_given_once_in_a_session(bench: &Bench) {
    let session = bench.session().await.id;
    let entry = fixtures::entry(bench.now(), 1, "one");
    tx!(bench, [entry], |rows| rows.insert_inbound(session, &entry).await).unwrap();
    let again = tx!(bench, [entry], |rows| rows.insert_inbound(session, &entry).await);
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
}

pub(super) async fn an_entry_needs_its_session(bench: &Bench) {
    let (nowhere, entry) = (bench.id(), fixtures::entry(bench.now(), 1, "one"));
    assert!(tx!(bench, [entry], |rows| rows.insert_inbound(nowhere, &entry).await).is_err());
}

pub(super) async fn entries_handled_together_say_up_to_where(bench: &Bench) {
    let session = bench.session().await.id;
    let other = bench.session().await.id;
    let (t1, t2) = (bench.at(1), bench.at(2));
    for (session, seq) in [(session, 1), (session, 3), (session, 4), (session, 6), (other, 3)] {
        let entry = fixtures::entry(bench.now(), seq, "words");
        tx!(bench, [entry], |rows| rows.insert_inbound(session, &entry).await).unwrap();
    }
    tx!(bench, [], |rows| rows.mark_handled(session, 0, 1, t1).await).unwrap();
    tx!(bench, [], |rows| rows.mark_handled(session, 1, 4, t2).await).unwrap();
    tx!(bench, [], |rows| rows.mark_handled(session, 4, 5, t2).await).unwrap();
    let mut rows = bench.reader().await;
    let mut handled = Vec::new();
    for seq in [1, 2, 3, 4, 6, 7] {
        handled.push(rows.handled_upto(session, seq).await.unwrap());
    }
    assert_eq!(handled, [Some(1), None, Some(4), Some(4), None, None]);
    assert_eq!(rows.handled_upto(other, 3).await.unwrap(), None);
}
