//! The desk: what stands beside conversations, what finds them, what the dashboard counts.

use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;

use super::erasure::person;
use super::{Bench, page, tx};
use crate::access::{Role, Token, TokenKind, User};
use crate::recruiting::desk::{CannedReply, DeskFilter, DeskRow, Note, WordRow};
use crate::recruiting::figures::{ApplicationTimes, Named, Span};
use crate::recruiting::{Action, ActionStatus, ActionType};

fn note(bench: &Bench, session_id: Uuid, content: &str) -> Note {
    Note { id: bench.id(), session_id, author_id: None, author: "Ada".into(), content: content.into(), created_at: bench.now() }
}

fn word(bench: &Bench, session_id: Uuid, seq: i64, word: &str) -> WordRow {
    WordRow { word: word.into(), session_id, seq, sent_at: bench.at(seq) }
}

/// A row of every table of the desk that can name a person.
pub(super) async fn fill(bench: &Bench, session_id: Uuid, candidate_id: Uuid) {
    let (user, note) = (bench.id(), note(bench, session_id, "call back"));
    let words = vec![word(bench, session_id, 1, "hello")];
    tx!(bench, [note, words], |rows| {
        rows.put_desk_row(session_id, &DeskRow { words_upto: 1, ..DeskRow::default() }).await?;
        rows.insert_note(&note).await?;
        rows.set_tags(session_id, &["vip".into()]).await?;
        rows.mark_read(user, session_id, 1).await?;
        rows.insert_words(&words).await?;
        rows.set_candidate_keys(candidate_id, &["email:a@example.org".into()]).await
    })
    .unwrap();
}

async fn picked(bench: &Bench, filter: DeskFilter) -> Vec<Uuid> {
    bench.reader().await.desk_sessions(&filter, page(99, 0)).await.unwrap().into_iter().map(|s| s.id).collect()
}

pub(super) async fn conversations_are_picked_by_every_filter(bench: &Bench) {
    let (one, two) = (person(bench, false).await, person(bench, false).await);
    let (a, b) = (one.session.id, two.session.id);
    let closed = bench.session_with(|s| (s.closed_at, s.platform) = (Some(s.opened_at), "web".into())).await;
    let ada = bench.id();
    let parked = Action {
        id: bench.id(),
        action_type: ActionType::Parked,
        status: ActionStatus::Open,
        session_id: Some(b),
        application_id: None,
        question_id: None,
        payload: json!({}),
        created_at: bench.now(),
        resolved_at: None,
        resolved_by: None,
        resolution: None,
    };
    let (application, job) = {
        let mut rows = bench.reader().await;
        let application = rows.application(one.application_id).await.unwrap().unwrap();
        let job = application.job_id;
        (application, job)
    };
    tx!(bench, [application, parked], |rows| {
        let mut application = application;
        application.jd_match_score = Some(80.0);
        rows.update_application(&application).await?;
        rows.insert_action(&parked).await?;
        rows.put_desk_row(a, &DeskRow { assigned_to: Some(ada), assigned_at: None, words_upto: 0 }).await?;
        rows.set_tags(b, &["night shift".into(), "vip".into()]).await?;
        rows.set_tags(a, &[]).await?;
        rows.mark_read(ada, b, 99).await?;
        let mut taken = rows.lock_session(b).await?.unwrap();
        taken.automation_enabled = false;
        taken.last_seq = 3;
        rows.update_session(&taken).await?;
        let mut other = rows.lock_session(a).await?.unwrap();
        other.last_seq = 3;
        rows.update_session(&other).await
    })
    .unwrap();
    let all = DeskFilter::default();
    assert_eq!(picked(bench, all.clone()).await.len(), 3);
    assert_eq!(picked(bench, DeskFilter { open: Some(false), ..all.clone() }).await, [closed.id]);
    assert_eq!(picked(bench, DeskFilter { job_id: Some(job), ..all.clone() }).await, [a]);
    assert_eq!(picked(bench, DeskFilter { platform: Some("web".into()), ..all.clone() }).await, [closed.id]);
    assert_eq!(picked(bench, DeskFilter { reason: Some(ActionType::Parked), ..all.clone() }).await, [b]);
    assert_eq!(picked(bench, DeskFilter { waiting: true, ..all.clone() }).await.len(), 2, "`person` files one that escalates");
    assert_eq!(picked(bench, DeskFilter { taken_over: true, ..all.clone() }).await, [b]);
    assert_eq!(picked(bench, DeskFilter { assigned_to: Some(ada), ..all.clone() }).await, [a]);
    assert_eq!(picked(bench, DeskFilter { tag: Some("night shift".into()), ..all.clone() }).await, [b]);
    assert_eq!(picked(bench, DeskFilter { min_score: Some(80.0), ..all.clone() }).await, [a]);
    assert!(picked(bench, DeskFilter { min_score: Some(80.1), ..all.clone() }).await.is_empty());
    assert_eq!(picked(bench, DeskFilter { unread_by: Some(ada), open: Some(true), ..all }).await, [a]);
    assert_eq!(bench.reader().await.read_upto(ada, b).await.unwrap(), 99);
}

pub(super) async fn conversations_heard_of_come_oldest_first_from_a_place(bench: &Bench) {
    let mut ids = Vec::new();
    for seconds in [10, 20, 30] {
        ids.push(bench.session_with(|s| s.last_entry_at = bench.at(seconds)).await.id);
    }
    let heard = async |at, id, limit| {
        let found = bench.reader().await.sessions_heard_after(at, id, limit).await.unwrap();
        found.into_iter().map(|s| s.session_id).collect::<Vec<_>>()
    };
    assert_eq!(heard(DateTime::UNIX_EPOCH, Uuid::nil(), 2).await, ids[..2]);
    assert_eq!(heard(bench.at(20), ids[1], 9).await, ids[2..]);
    assert_eq!(heard(bench.at(20), Uuid::nil(), 9).await, ids[1..]);

    // One statement says of each whether a search finds all of it.
    let known = ids[1];
    tx!(bench, [], |rows| {
        let mut session = rows.lock_session(known).await?.unwrap();
        session.last_seq = 3;
        rows.update_session(&session).await?;
        rows.put_desk_row(known, &DeskRow { words_upto: 2, ..DeskRow::default() }).await
    })
    .unwrap();
    let found = bench.reader().await.sessions_heard_after(bench.at(10), Uuid::nil(), 9).await.unwrap();
    let upto: Vec<_> = found.iter().map(|s| (s.session_id, s.words_upto)).collect();
    assert_eq!(upto, [(ids[0], 0), (known, 2), (ids[2], 0)]);
    assert_eq!(found[1].last_seq, 3);
}

pub(super) async fn notes_tags_and_replies_read_back_as_written(bench: &Bench) {
    let session = bench.session_with(|_| {}).await.id;
    let note = note(bench, session, "call back 'on' Monday");
    let reply = CannedReply {
        id: bench.id(),
        title: "Thanks".into(),
        content: "Thank you!".into(),
        created_at: bench.now(),
        updated_at: bench.now(),
    };
    tx!(bench, [note, reply], |rows| {
        rows.insert_note(&note).await?;
        rows.set_tags(session, &["b".into(), "a".into(), "a".into()]).await?;
        rows.put_canned_reply(&reply).await?;
        rows.put_desk_row(session, &DeskRow { assigned_to: None, assigned_at: None, words_upto: 7 }).await
    })
    .unwrap();
    let changed = CannedReply { content: "Thanks a lot!".into(), updated_at: bench.at(5), ..reply.clone() };
    tx!(bench, [changed], |rows| rows.put_canned_reply(&changed).await).unwrap();
    let mut rows = bench.reader().await;
    assert_eq!(rows.notes(session).await.unwrap(), std::slice::from_ref(&note));
    assert_eq!(rows.note(note.id).await.unwrap(), Some(note.clone()));
    assert_eq!(rows.tags(session).await.unwrap(), ["a", "b"]);
    assert_eq!(rows.canned_replies(page(9, 0)).await.unwrap(), [changed]);
    assert_eq!(rows.desk_row(session).await.unwrap().words_upto, 7);
    drop(rows);
    let (note_id, reply_id) = (note.id, reply.id);
    assert!(tx!(bench, [], |rows| rows.delete_note(note_id).await).unwrap());
    assert!(!tx!(bench, [], |rows| rows.delete_note(note_id).await).unwrap());
    assert!(tx!(bench, [], |rows| rows.delete_canned_reply(reply_id).await).unwrap());
    assert!(bench.reader().await.notes(session).await.unwrap().is_empty());
}

pub(super) async fn words_find_the_messages_that_hold_all_of_them(bench: &Bench) {
    let session = bench.session_with(|_| {}).await.id;
    let said = [(1, "forklift licence"), (2, "forklift"), (3, "licence of forklifts"), (4, "my car")];
    let words: Vec<_> = said.iter().flat_map(|(seq, text)| text.split(' ').map(|w| word(bench, session, *seq, w))).collect();
    tx!(bench, [words], |rows| {
        rows.insert_words(&words).await?;
        rows.insert_words(&words).await
    })
    .unwrap();
    let find = async |words: &[&str], limit| {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        let hits = bench.reader().await.find_words(&words, limit).await.unwrap();
        hits.into_iter().map(|hit| hit.seq).collect::<Vec<_>>()
    };
    assert_eq!(find(&["forklift"], 9).await, [3, 2, 1], "beginnings count, the newest comes first");
    assert_eq!(find(&["licence", "forklift"], 9).await, [3, 1]);
    assert_eq!(find(&["forklift"], 1).await, [3]);
    assert_eq!(find(&["of"], 9).await, [3]);
    assert_eq!(find(&["fo"], 9).await, [0; 0], "two letters are a word, no beginning");
    assert_eq!(find(&["%"], 9).await, [0; 0]);
    assert_eq!(find(&[], 9).await, [0; 0]);
}

pub(super) async fn what_two_have_in_common_is_found_and_one_takes_all_of_the_other(bench: &Bench) {
    let (one, two) = (person(bench, false).await, person(bench, false).await);
    let (from, into) = (one.candidate_id, two.candidate_id);
    tx!(bench, [], |rows| {
        rows.set_candidate_keys(from, &["email:a@x.org".into(), "phone:4930".into()]).await?;
        rows.set_candidate_keys(into, &["email:a@x.org".into()]).await
    })
    .unwrap();
    assert_eq!(bench.reader().await.candidates_in_common(into).await.unwrap(), [(from, "email:a@x.org".to_owned())]);
    tx!(bench, [], |rows| rows.move_candidate(from, into).await).unwrap();
    let mut rows = bench.reader().await;
    assert!(rows.candidate(from).await.unwrap().is_none());
    assert!(rows.candidates_in_common(into).await.unwrap().is_empty());
    assert_eq!(rows.applications_of_candidate(into).await.unwrap().len(), 2);
    assert_eq!(rows.sessions_of_candidate(into).await.unwrap().len(), 2);
    assert_eq!(rows.consents(into).await.unwrap().len(), 2);
}

pub(super) async fn a_users_password_role_and_sign_ins_are_theirs(bench: &Bench) {
    let user = User { id: bench.id(), email: "ada@example.org".into(), name: "Ada".into(), role: Role::Viewer, created_at: bench.now() };
    let token = |kind, hash: u8| Token {
        id: bench.id(),
        token_hash: vec![hash],
        kind,
        user_id: Some(user.id),
        created_at: bench.at(i64::from(hash)),
        expires_at: Some(bench.at(99)),
        revoked_at: None,
    };
    let (first, second, api) = (token(TokenKind::Console, 1), token(TokenKind::Console, 2), token(TokenKind::Api, 3));
    let (id, now) = (user.id, bench.now());
    tx!(bench, [user, first, second, api], |rows| {
        rows.insert_user(&user).await?;
        for token in [&first, &second, &api] {
            rows.insert_token(token).await?;
        }
        rows.put_token_use(first.id, "Firefox", now).await?;
        rows.put_password(id, "one", now).await?;
        rows.put_password(id, "two", now).await
    })
    .unwrap();
    let sign_ins = bench.reader().await.sign_ins(id).await.unwrap();
    assert_eq!(sign_ins.iter().map(|s| (s.id, s.agent.as_deref())).collect::<Vec<_>>(), [(second.id, None), (first.id, Some("Firefox"))]);
    assert_eq!(bench.reader().await.password(id).await.unwrap().as_deref(), Some("two"));
    let gone = second.id;
    tx!(bench, [], |rows| rows.revoke_token(gone, now).await).unwrap();
    assert_eq!(bench.reader().await.sign_ins(id).await.unwrap().len(), 1);
    assert!(tx!(bench, [], |rows| rows.set_user_role(id, Role::Admin).await).unwrap());
    assert_eq!(bench.reader().await.user(id).await.unwrap().unwrap().role, Role::Admin);
    let nobody = bench.id();
    assert!(!tx!(bench, [], |rows| rows.set_user_role(nobody, Role::Admin).await).unwrap());
}

pub(super) async fn the_dashboard_counts_a_job_and_a_period(bench: &Bench) {
    let (one, _other) = (person(bench, false).await, person(bench, false).await);
    let job = bench.reader().await.application(one.application_id).await.unwrap().unwrap().job_id;
    let span = |job_id, since| Span { job_id, since };
    let mut rows = bench.reader().await;
    let all = rows.application_times(span(None, bench.now()), 9).await.unwrap();
    assert_eq!(all, [ApplicationTimes { created_at: bench.now(), submitted_at: None, must_have_failed: false }; 2]);
    assert_eq!(rows.application_times(span(None, bench.now()), 1).await.unwrap().len(), 1);
    assert_eq!(rows.application_times(span(Some(job), bench.now()), 9).await.unwrap().len(), 1);
    assert!(rows.application_times(span(None, bench.at(1)), 9).await.unwrap().is_empty());
    let answers = rows.answer_counts(span(Some(job), bench.now())).await.unwrap();
    assert_eq!(answers.iter().map(|a| (a.state.as_str(), a.passed, a.n)).collect::<Vec<_>>(), [("read", Some(true), 1)]);
    let named = |n| vec![Named { name: "human_requested".into(), n }];
    assert_eq!(rows.action_counts(span(None, bench.now())).await.unwrap(), named(2));
    assert_eq!(rows.action_counts(span(Some(job), bench.now())).await.unwrap(), named(1));
}
