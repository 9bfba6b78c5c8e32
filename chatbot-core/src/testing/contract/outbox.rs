//! Messages on their way.

use super::{Bench, tx};
use crate::message::Delivery;
use crate::outbox::OutboxRow;
use crate::session::Session;
use crate::testing::fixtures;
use uuid::Uuid;

async fn telegram(bench: &Bench) -> Session {
    bench.session_with(|s| (s.platform, s.account) = ("telegram".into(), "42".into())).await
}

async fn due(bench: &Bench, limit: i64) -> Vec<Uuid> {
    let rows = bench.reader().await.outbox_due("telegram", "42", bench.now(), limit).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

pub(super) async fn a_row_reads_back_with_its_messages_words(bench: &Bench) {
    let session = telegram(bench).await;
    let (at, settled, boot) = (bench.at(1), bench.at(9), bench.id());
    let full = bench
        .outbox_with(&session, 1, |row| {
            (row.control_epoch, row.attempts, row.next_at, row.lease_boot, row.lease_n) = (3, 2, at, Some(boot), 8);
            (row.provider_ref, row.error, row.settled_at) = (Some("77".into()), Some("refused".into()), Some(settled));
            row.state = Delivery::Failed;
        })
        .await;
    assert_eq!(full.content, "words 1");
    assert_eq!(bench.reader().await.outbox_row(full.id).await.unwrap(), Some(full));
    let plain = bench.outbox_with(&session, 2, |_| {}).await;
    assert_eq!(bench.reader().await.outbox_row(plain.id).await.unwrap(), Some(plain.clone()));
    assert_eq!(bench.reader().await.outbox_due("telegram", "42", bench.now(), 9).await.unwrap(), std::slice::from_ref(&plain));
    assert_eq!(bench.reader().await.outbox_of_session(session.id, Delivery::Ready).await.unwrap(), [plain]);
    assert_eq!(bench.reader().await.outbox_row(bench.id()).await.unwrap(), None);
}

pub(super) async fn a_row_needs_its_message(bench: &Bench) {
    let session = telegram(bench).await;
    let message = fixtures::message(bench.ids.as_ref(), bench.now(), session.id, 1, "never added");
    let row = OutboxRow::new(bench.id(), &session, &message, bench.now());
    assert!(tx!(bench, [row], |rows| rows.insert_outbox(&row).await).is_err());
}

pub(super) async fn what_is_due_comes_oldest_first_and_stops_at_the_limit(bench: &Bench) {
    let mut ids = Vec::new();
    for ago in [10, 30, 20] {
        let (session, at) = (telegram(bench).await, bench.at(-ago));
        ids.push(bench.outbox_with(&session, 1, |row| (row.next_at, row.created_at) = (at, at)).await.id);
    }
    assert_eq!(due(bench, 10).await, [ids[1], ids[2], ids[0]]);
    assert_eq!(due(bench, 2).await, [ids[1], ids[2]]);
    assert!(due(bench, 0).await.is_empty());
}

pub(super) async fn what_waits_for_later_or_belongs_to_others_is_not_due(bench: &Bench) {
    let later = bench.at(1);
    let session = telegram(bench).await;
    bench.outbox_with(&session, 1, |row| row.next_at = later).await;
    let elsewhere = bench.session_with(|s| (s.platform, s.account) = ("telegram".into(), "43".into())).await;
    let theirs = bench.outbox_with(&elsewhere, 1, |_| {}).await;
    let whatsapp = bench.session_with(|s| (s.platform, s.account) = ("whatsapp".into(), "42".into())).await;
    bench.outbox_with(&whatsapp, 1, |_| {}).await;
    assert!(due(bench, 10).await.is_empty());
    let rows = bench.reader().await.outbox_due("telegram", "43", bench.now(), 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [theirs.id]);
}

pub(super) async fn nothing_goes_while_something_earlier_is_unsettled(bench: &Bench) {
    let (session, later) = (telegram(bench).await, bench.at(60));
    let mut first = bench.outbox_with(&session, 1, |_| {}).await;
    let second = bench.outbox_with(&session, 2, |_| {}).await;
    let neighbour = telegram(bench).await;
    let free = bench.outbox_with(&neighbour, 9, |_| {}).await;
    let due_now = async || {
        let mut ids = due(bench, 10).await;
        ids.retain(|id| *id != free.id);
        ids
    };
    assert_eq!(due_now().await, [first.id]);

    // On the wire, then waiting for another try: the second waits all the same.
    assert!(bench.move_outbox(&first, Delivery::Sending).await);
    assert!(due_now().await.is_empty());
    first.state = Delivery::Sending;
    let retry = OutboxRow { state: Delivery::Ready, next_at: later, attempts: 1, ..first.clone() };
    assert!(tx!(bench, [retry], |rows| rows.move_outbox(Delivery::Sending, &retry).await).unwrap());
    assert!(due_now().await.is_empty());

    for settled in [Delivery::Sent, Delivery::Failed, Delivery::Cancelled, Delivery::Unknown] {
        assert!(bench.move_outbox(&retry, settled).await);
        assert_eq!(due_now().await, [second.id], "after {settled:?}");
        let (from, back) = (settled, retry.clone());
        assert!(tx!(bench, [back], |rows| rows.move_outbox(from, &back).await).unwrap());
    }
}

pub(super) async fn a_row_moves_from_the_state_it_is_in_only(bench: &Bench) {
    let session = telegram(bench).await;
    let ready = bench.outbox_with(&session, 1, |_| {}).await;
    let boot = bench.id();
    let sending = OutboxRow { state: Delivery::Sending, attempts: 1, lease_boot: Some(boot), lease_n: 4, ..ready.clone() };
    assert!(tx!(bench, [sending], |rows| rows.move_outbox(Delivery::Ready, &sending).await).unwrap());
    assert!(!tx!(bench, [sending], |rows| rows.move_outbox(Delivery::Ready, &sending).await).unwrap(), "two senders: one wins");
    assert_eq!(bench.reader().await.outbox_row(ready.id).await.unwrap(), Some(sending.clone()));
    assert_eq!(bench.reader().await.count_sending(session.id).await.unwrap(), 1);
    let sent =
        OutboxRow { state: Delivery::Sent, provider_ref: Some("msg-1".into()), settled_at: Some(bench.at(1)), lease_boot: None, ..sending };
    assert!(tx!(bench, [sent], |rows| rows.move_outbox(Delivery::Sending, &sent).await).unwrap());
    assert_eq!(bench.reader().await.outbox_row(ready.id).await.unwrap(), Some(sent.clone()));
    assert_eq!(bench.reader().await.count_sending(session.id).await.unwrap(), 0);
    let absent = OutboxRow { id: bench.id(), ..sent };
    assert!(!tx!(bench, [absent], |rows| rows.move_outbox(Delivery::Sent, &absent).await).unwrap());
}

pub(super) async fn a_row_is_found_by_the_channels_id_of_it(bench: &Bench) {
    let (session, other) = (telegram(bench).await, telegram(bench).await);
    let sent = |row: &mut OutboxRow| (row.state, row.provider_ref) = (Delivery::Sent, Some("7".into()));
    bench.outbox_with(&session, 1, sent).await;
    let later = bench.at(5);
    let newest = bench
        .outbox_with(&other, 1, |row| {
            sent(row);
            row.created_at = later;
        })
        .await;
    bench.outbox_with(&session, 2, |_| {}).await;
    let found = async |platform: &str, account: &str, provider_ref: &str| {
        bench.reader().await.outbox_by_ref(platform, account, provider_ref).await.unwrap().map(|row| row.id)
    };
    assert_eq!(found("telegram", "42", "7").await, Some(newest.id));
    for (platform, account, provider_ref) in
        [("telegram", "42", "8"), ("telegram", "43", "7"), ("whatsapp", "42", "7"), ("telegram", "42", "")]
    {
        assert_eq!(found(platform, account, provider_ref).await, None, "{platform} {account} {provider_ref}");
    }
}

pub(super) async fn a_sessions_rows_of_a_state_come_in_order(bench: &Bench) {
    let (session, other) = (telegram(bench).await, telegram(bench).await);
    for seq in [3, 1, 2] {
        bench.outbox_with(&session, seq, |row| row.state = if seq == 2 { Delivery::Sent } else { Delivery::Ready }).await;
    }
    bench.outbox_with(&other, 1, |_| {}).await;
    let ready = bench.reader().await.outbox_of_session(session.id, Delivery::Ready).await.unwrap();
    assert_eq!(ready.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 3]);
    assert!(bench.reader().await.outbox_of_session(session.id, Delivery::Sending).await.unwrap().is_empty());
}

pub(super) async fn rows_in_sending_of_another_holder_are_orphans(bench: &Bench) {
    let (ours, theirs) = (bench.id(), bench.id());
    let holders = [(Some(ours), 2), (Some(ours), 1), (Some(theirs), 2), (None, 0)];
    let mut ids = Vec::new();
    for (i, (boot, n)) in holders.into_iter().enumerate() {
        let (session, at) = (telegram(bench).await, bench.at(i as i64));
        let row = bench
            .outbox_with(&session, 1, |row| {
                (row.state, row.lease_boot, row.lease_n) = (Delivery::Sending, boot, n);
                row.next_at = at;
            })
            .await;
        ids.push(row.id);
    }
    let session = telegram(bench).await;
    bench.outbox_with(&session, 1, |row| (row.lease_boot, row.lease_n) = (Some(theirs), 2)).await;
    let orphans = bench.reader().await.outbox_orphans("telegram", "42", ours, 2).await.unwrap();
    assert_eq!(orphans.iter().map(|row| row.id).collect::<Vec<_>>(), ids[1..]);
    assert!(bench.reader().await.outbox_orphans("telegram", "43", ours, 2).await.unwrap().is_empty());
}

pub(super) async fn the_next_time_is_the_earliest_of_ready_rows(bench: &Bench) {
    assert_eq!(bench.reader().await.next_outbox_at("telegram", "42").await.unwrap(), None);
    let (session, soon, late) = (telegram(bench).await, bench.at(5), bench.at(50));
    bench.outbox_with(&session, 1, |row| row.state = Delivery::Sending).await;
    assert_eq!(bench.reader().await.next_outbox_at("telegram", "42").await.unwrap(), None);
    bench.outbox_with(&session, 2, |row| row.next_at = late).await;
    bench.outbox_with(&session, 3, |row| row.next_at = soon).await;
    assert_eq!(bench.reader().await.next_outbox_at("telegram", "42").await.unwrap(), Some(soon));
    assert_eq!(bench.reader().await.next_outbox_at("telegram", "43").await.unwrap(), None);
}
