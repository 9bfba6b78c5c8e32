//! What is read ahead for many is what each would have been answered, and what is noted is what is written.

use uuid::Uuid;

use super::{Bench, tx};
use crate::message::Delivery;
use crate::privacy::{Consent, ConsentKind};
use crate::recruiting::{Action, ActionStatus, ActionType};
use crate::session::{Timer, TimerKind};
use crate::store::rows::{Lease, Need, OutboxHold, Rows, Seen};
use crate::testing::fixtures;

/// A conversation with something of everything, and what asks for it.
async fn furnished(bench: &Bench, number: i64) -> (Uuid, Vec<Need>) {
    let candidate = fixtures::candidate(bench.ids.as_ref(), bench.now());
    let job = fixtures::job(bench.ids.as_ref(), bench.now());
    let application = fixtures::application(bench.ids.as_ref(), bench.now(), &job, candidate.id);
    let consent = Consent {
        id: bench.id(),
        candidate_id: candidate.id,
        session_id: None,
        kind: ConsentKind::Prescreen,
        given: true,
        text_version: "1".into(),
        created_at: bench.now(),
    };
    tx!(bench, [candidate, job, application, consent], |rows| {
        rows.insert_job(&job).await?;
        rows.insert_candidate(&candidate).await?;
        rows.insert_application(&application).await?;
        rows.insert_consent(&consent).await
    })
    .unwrap();
    let session = bench
        .session_with(|s| {
            (s.platform, s.account) = ("telegram".into(), "42".into());
            (s.candidate_id, s.application_id) = (Some(candidate.id), Some(application.id));
        })
        .await;
    let ready = bench.outbox_with(&session, 1, |_| {}).await;
    bench.outbox_with(&session, 2, |row| row.state = Delivery::Sending).await;
    bench.outbox_with(&session, 3, |row| row.state = Delivery::Sent).await;
    let (id, due) = (session.id, bench.at(number));
    for about in [Some(application.id), None] {
        let action = action(bench, id, about);
        tx!(bench, [action], |rows| rows.insert_action(&action).await).unwrap();
    }
    for seq in [4, 6, 7] {
        let entry = fixtures::entry(bench.now(), seq, "words");
        tx!(bench, [entry], |rows| rows.insert_inbound(id, &entry).await).unwrap();
    }
    tx!(bench, [], |rows| rows.put_timer(&Timer { session_id: id, kind: TimerKind::Expiry, due }).await).unwrap();
    let (platform, account, person) = (session.platform.clone(), session.account.clone(), session.platform_user_id.clone());
    let needs = vec![
        Need::Session(id),
        Need::OpenSession(platform.clone(), account.clone(), person.clone()),
        Need::OpenSession(platform.clone(), account.clone(), format!("{person}-nobody")),
        Need::Seen(vec![7]),
        Need::Outbox(ready.id),
        Need::Candidate(candidate.id),
        Need::Application(application.id),
        Need::Answers(application.id),
        Need::Timers(id),
        Need::Unsettled(id),
        Need::OpenActions(id, None),
        Need::OpenActions(id, Some(application.id)),
        Need::Lease("sender:telegram:42".into()),
        // The same conversation asked about twice: a claim that was lost, and the next.
        Need::Inbound { session_id: id, after: 4, upto: 6 },
        Need::Inbound { session_id: id, after: 4, upto: 7 },
        Need::History { session_id: id, upto: 3, limit: 2 },
        Need::Consents(candidate.id),
        Need::Files(candidate.id),
        Need::Staff(platform, account, person),
    ];
    (id, needs)
}

pub(super) fn action(bench: &Bench, session_id: Uuid, application_id: Option<Uuid>) -> Action {
    Action {
        id: bench.id(),
        action_type: ActionType::HumanRequested,
        status: ActionStatus::Open,
        session_id: Some(session_id),
        application_id,
        question_id: None,
        payload: serde_json::json!({}),
        created_at: bench.now(),
        resolved_at: None,
        resolved_by: None,
        resolution: None,
    }
}

/// Everything that may be read ahead, as it is answered.
async fn answers(rows: &mut dyn Rows, id: Uuid) -> Vec<String> {
    let session = rows.lock_session(id).await.unwrap().unwrap();
    let (candidate, application) = (session.candidate_id.unwrap(), session.application_id.unwrap());
    let (platform, account, person) = (session.platform.as_str(), session.account.as_str(), session.platform_user_id.as_str());
    let nobody = format!("{person}-nobody");
    vec![
        format!("{:?}", rows.lock_open_session(platform, account, person).await.unwrap()),
        format!("{:?}", rows.lock_open_session(platform, account, &nobody).await.unwrap()),
        format!("{:?}", rows.newest_session(platform, account, &nobody).await.unwrap()),
        format!("{:?}", rows.seen(&[7]).await.unwrap()),
        format!("{:?}", rows.candidate(candidate).await.unwrap()),
        format!("{:?}", rows.application(application).await.unwrap()),
        format!("{:?}", rows.answers(application).await.unwrap()),
        format!("{:?}", rows.timers(id).await.unwrap()),
        format!("{:?}", rows.unsettled(id).await.unwrap()),
        format!("{:?}", rows.open_actions(Some(id), None).await.unwrap()),
        format!("{:?}", rows.open_actions(Some(id), Some(application)).await.unwrap()),
        format!("{:?}", rows.lease("sender:telegram:42").await.unwrap()),
        format!("{:?}", rows.inbound(id, 4, 6).await.unwrap()),
        format!("{:?}", rows.inbound(id, 4, 7).await.unwrap()),
        format!("{:?}", rows.last_messages(id, 3, 2).await.unwrap()),
        format!("{:?}", rows.consents(candidate).await.unwrap()),
        format!("{:?}", rows.files_of_candidate(candidate).await.unwrap()),
        format!("{:?}", rows.user_of_channel(platform, account, person).await.unwrap()),
        format!("{session:?}"),
    ]
}

pub(super) async fn what_is_read_ahead_is_what_would_have_been_answered(bench: &Bench) {
    let lease = Lease { name: "sender:telegram:42".into(), boot: bench.id(), n: 1, until: bench.at(10) };
    let seen = Seen { key_hash: vec![7], body_hash: vec![8], session_id: None, message_id: None, seq: None, created_at: bench.now() };
    let now = bench.now();
    tx!(bench, [lease, seen], |rows| {
        rows.take_lease(&lease, now).await?;
        rows.insert_seen(&seen).await
    })
    .unwrap();
    let mut conversations = Vec::new();
    for number in 1..=5 {
        conversations.push(furnished(bench, number).await);
    }
    let mut plain = Vec::new();
    for (id, _) in &conversations {
        plain.push(answers(bench.reader().await.as_mut(), *id).await);
    }
    // A reader that has read ahead, and a writer that has.
    let needs: Vec<Need> = conversations.iter().flat_map(|(_, needs)| needs.clone()).collect();
    let mut reader = bench.reader().await;
    reader.prefetch(&needs).await.unwrap();
    for ((id, _), plain) in conversations.iter().zip(&plain) {
        assert_eq!(&answers(reader.as_mut(), *id).await, plain);
    }
    drop(reader);
    let ids: Vec<Uuid> = conversations.iter().map(|(id, _)| *id).collect();
    let written = tx!(bench, [needs, ids], |rows| {
        rows.prefetch(&needs).await?;
        let mut all = Vec::new();
        for id in ids {
            all.push(answers(rows, id).await);
        }
        Ok(all)
    });
    assert_eq!(written.unwrap(), plain);
}

/// Within one operation every answer is that of a database which has all that the operation wrote so far.
pub(super) async fn an_operation_reads_what_it_wrote(bench: &Bench) {
    let (id, needs) = furnished(bench, 1).await;
    let now = bench.now();
    let new = action(bench, id, None);
    tx!(bench, [needs, new], |rows| {
        rows.prefetch(&needs).await?;
        let mut session = rows.lock_session(id).await?.unwrap();
        session.last_seq = 40;
        rows.update_session(&session).await?;
        assert_eq!(rows.session(id).await?.unwrap().last_seq, 40);
        rows.put_timer(&Timer { session_id: id, kind: TimerKind::Reminder1, due: now }).await?;
        rows.delete_timer(id, TimerKind::Expiry).await?;
        assert_eq!(rows.timers(id).await?.len(), 1);
        let application = session.application_id;
        let mut open = rows.open_actions(Some(id), application).await?;
        open[0].status = ActionStatus::Resolved;
        rows.update_action(&open[0]).await?;
        rows.insert_action(&new).await?;
        let stand: Vec<Uuid> = rows.open_actions(Some(id), application).await?.iter().map(|a| a.id).collect();
        assert_eq!(stand, [open[1].id, new.id]);
        let mut row = rows.outbox_of_session(id, Delivery::Ready).await?.remove(0);
        row.state = Delivery::Sent;
        assert!(rows.move_outbox(Delivery::Ready, &row).await?);
        assert!(!rows.move_outbox(Delivery::Ready, &row).await?);
        assert_eq!(rows.unsettled(id).await?, (0, 1));
        assert_eq!(rows.lock_outbox(row.id).await?, Some(OutboxHold::from(&row)));
        // A read past what is noted sees it too.
        assert_eq!(rows.outbox_row(row.id).await?.unwrap().state, Delivery::Sent);
        session.closed_at = Some(now);
        rows.update_session(&session).await?;
        assert_eq!(rows.lock_open_session(&session.platform, &session.account, &session.platform_user_id).await?, None);
        assert_eq!(rows.newest_session(&session.platform, &session.account, &session.platform_user_id).await?, Some(session));
        Ok(())
    })
    .unwrap();
    let mut rows = bench.reader().await;
    let session = rows.session(id).await.unwrap().unwrap();
    assert_eq!((session.last_seq, session.closed_at), (40, Some(bench.now())));
    assert_eq!(rows.timers(id).await.unwrap().iter().map(|t| t.kind).collect::<Vec<_>>(), [TimerKind::Reminder1]);
}

/// As many rows as one statement holds, and one more.
pub(super) async fn many_rows_are_written_and_each_once(bench: &Bench) {
    let session = bench.session().await.id;
    let messages: Vec<_> =
        (1..=131).map(|seq| fixtures::message(bench.ids.as_ref(), bench.now(), session, seq, &format!("m{seq}"))).collect();
    tx!(bench, [messages], |rows| {
        for message in &messages {
            rows.insert_message(message).await?;
            rows.set_message_delivery(message.id, Delivery::Failed).await?;
        }
        Ok(())
    })
    .unwrap();
    let ids: Vec<Uuid> = messages.iter().map(|m| m.id).collect();
    tx!(bench, [ids], |rows| {
        for id in &ids {
            rows.set_message_delivery(*id, Delivery::Sent).await?;
        }
        Ok(())
    })
    .unwrap();
    let stands = bench.reader().await.messages(session, 0, 500).await.unwrap();
    assert_eq!(
        stands.iter().map(|m| (m.seq, m.delivery)).collect::<Vec<_>>(),
        (1..=131).map(|seq| (seq, Delivery::Sent)).collect::<Vec<_>>()
    );
}
