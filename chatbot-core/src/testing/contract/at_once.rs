//! A turn that is decided in the transaction that accepts its entry is told what a claim is told, and commits what a commit
//! commits.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use futures::future::join;
use uuid::Uuid;

use super::ahead::action;
use super::applications::answer;
use super::{Bench, tx};
use crate::inbox::{AtOnce, Begun, InboxStore};
use crate::message::inbound::Address;
use crate::message::{Delivery, InboxEntry, Outgoing, Person};
use crate::session::{Claim, Session, Timer, TimerKind};
use crate::store::Store;
use crate::store::rows::Lease;
use crate::turn::{Effects, Turn};
use crate::worker::{Commit, LEASE, TurnStore};

const TTL: Duration = Duration::hours(72);

fn store(bench: &Bench) -> Store {
    Store::from_backend(Arc::clone(&bench.store)).with_ids(bench.ids.clone())
}

/// Notes what it is told, and echoes it if it may.
#[derive(Default)]
struct Echo {
    told: Mutex<Vec<Turn>>,
    waits: bool,
    sends: Option<i64>,
}

impl Echo {
    fn told(&self) -> Vec<Turn> {
        self.told.lock().unwrap().clone()
    }
}

impl AtOnce for Echo {
    fn decide(&self, claim: &Claim, turn: Turn) -> Option<Commit> {
        self.told.lock().unwrap().push(turn.clone());
        let last = turn.entries.last().filter(|_| !self.waits)?;
        let mut effects = Effects::new();
        effects.save_bot_message(Outgoing { content: format!("echo {}", last.content), ..Outgoing::default() });
        effects.set_timer(TimerKind::Expiry, turn.now + TTL);
        effects.context.insert("heard".into(), last.content.clone().into());
        let next_timer = Some(turn.now + TTL);
        Some(Commit { session: claim.session.clone(), fence: claim.fence, upto: last.seq, effects, next_timer, sends: self.sends })
    }
}

/// A conversation with something of everything; nothing of it waits.
async fn furnished(bench: &Bench) -> Session {
    let job = bench.job().await;
    let application = bench.application_with(&job, |_| {}).await;
    let session = bench
        .session_with(|s| {
            (s.platform, s.account) = ("telegram".into(), "42".into());
            (s.candidate_id, s.application_id) = (Some(application.candidate_id), Some(application.id));
            (s.last_seq, s.last_inbound, s.last_handled) = (7, 6, 6);
        })
        .await;
    for seq in 1..=7 {
        bench.message(session.id, seq).await;
    }
    let action = action(bench, session.id, Some(application.id));
    let (id, due, late) = (session.id, bench.at(60), bench.at(-60));
    let answer = answer(bench, job.questions[0].id, serde_json::json!(5));
    tx!(bench, [action, answer, application], |rows| {
        rows.insert_action(&action).await?;
        rows.put_answer(application.id, &answer).await?;
        rows.put_timer(&Timer { session_id: id, kind: TimerKind::Expiry, due }).await?;
        rows.put_timer(&Timer { session_id: id, kind: TimerKind::Reminder1, due: late }).await
    })
    .unwrap();
    session
}

fn person(session: &Session) -> Person {
    Person {
        platform: session.platform.clone(),
        account: session.account.clone(),
        platform_user_id: session.platform_user_id.clone(),
        ..Person::default()
    }
}

fn words(person: Person, content: &str) -> InboxEntry {
    let dedupe_key = Some(format!("{} {content}", person.platform_user_id));
    InboxEntry { address: Address::Person(person), dedupe_key, ..InboxEntry::text(Uuid::nil(), content) }
}

/// A turn but for what is known to differ.
fn shown(turn: &Turn) -> String {
    format!("{:?}", Turn { at_once: false, ..turn.clone() })
}

pub(super) async fn what_is_told_at_once_is_what_a_claim_is_told(bench: &Bench) {
    let store = store(bench);
    let known = furnished(bench).await;
    let nobody = Person { platform: "telegram".into(), account: "42".into(), platform_user_id: "nobody yet".into(), ..Person::default() };
    for person in [person(&known), nobody] {
        let echo = Arc::new(Echo { waits: true, ..Echo::default() });
        let entry = words(person, "hello");
        let (accepted, begun) = store.accept_and_begin(entry, TTL, LEASE, Some(echo.clone())).await.unwrap();
        let Begun::Claimed(claim) = begun else { panic!("who waits is claimed: {begun:?}") };
        let told = echo.told();
        assert_eq!(told.len(), 1);
        assert!(told[0].at_once);
        assert_eq!(told[0].entries.last().unwrap().seq, accepted.seq);
        let loaded = store.load(&claim).await.unwrap();
        assert!(!loaded.at_once);
        assert_eq!(shown(&told[0]), shown(&loaded));
        store.give_back(&claim, Duration::zero()).await.unwrap();
    }
    assert_eq!(store.reader().await.unwrap().session(known.id).await.unwrap().unwrap().last_handled, 6, "nothing was handled");
}

pub(super) async fn what_is_decided_at_once_is_committed_with_its_entry(bench: &Bench) {
    let store = store(bench);
    let session = furnished(bench).await;
    let lease = Lease { name: "sender:telegram:42".into(), boot: store.boot(), n: 5, until: bench.at(60) };
    let now = bench.now();
    tx!(bench, [lease], |rows| rows.take_lease(&lease, now).await).unwrap();
    let echo = Arc::new(Echo { sends: Some(5), ..Echo::default() });
    let (accepted, begun) = store.accept_and_begin(words(person(&session), "hello"), TTL, LEASE, Some(echo)).await.unwrap();
    let Begun::Done(done) = begun else { panic!("it is decided: {begun:?}") };
    assert_eq!(done.messages.iter().map(|m| m.content.as_str()).collect::<Vec<_>>(), ["echo hello"]);
    let sending = done.sending.unwrap();
    let after = bench.session_now(session.id).await;
    assert_eq!(after, done.session);
    assert_eq!((after.last_seq, after.last_inbound, after.last_handled), (9, 8, 8));
    assert_eq!((after.lease_boot, after.ready_at, after.claims), (None, Some(bench.now() + TTL), 0));
    assert_eq!(after.context.get("heard").unwrap(), "hello");
    let mut rows = bench.reader().await;
    assert_eq!(rows.handled_upto(session.id, accepted.seq).await.unwrap(), Some(8));
    assert_eq!(rows.turn_messages(session.id, 8).await.unwrap(), done.messages);
    let row = rows.outbox_row(sending.id).await.unwrap().unwrap();
    assert_eq!((row.state, row.lease_n, row.content.as_str()), (Delivery::Sending, 5, "echo hello"));
    let expiry = rows.timers(session.id).await.unwrap().into_iter().find(|t| t.kind == TimerKind::Expiry).unwrap();
    assert_eq!(expiry.due, bench.now() + TTL);
}

pub(super) async fn two_at_once_in_one_conversation_are_two_turns_in_order(bench: &Bench) {
    let store = store(bench);
    let known = furnished(bench).await;
    let nobody = Person { platform: "telegram".into(), account: "42".into(), platform_user_id: "nobody yet".into(), ..Person::default() };
    for person in [person(&known), nobody] {
        let echo = Arc::new(Echo::default());
        let (first, second) = join(
            store.accept_and_begin(words(person.clone(), "first"), TTL, LEASE, Some(echo.clone())),
            store.accept_and_begin(words(person.clone(), "second"), TTL, LEASE, Some(echo.clone())),
        )
        .await;
        let ((one, begun), (two, then)) = (first.unwrap(), second.unwrap());
        assert!(matches!((&begun, &then), (Begun::Done(_), Begun::Done(_))), "{begun:?} {then:?}");
        assert_eq!(one.session_id, two.session_id);
        let after = bench.session_now(one.session_id).await;
        assert_eq!((after.last_inbound, after.last_handled), (one.seq.max(two.seq), one.seq.max(two.seq)));
        let history = bench.reader().await.last_messages(one.session_id, after.last_seq, 4).await.unwrap();
        let said: Vec<&str> = history.iter().map(|m| m.content.as_str()).collect();
        let orders = [["first", "echo first", "second", "echo second"], ["second", "echo second", "first", "echo first"]];
        assert!(orders.iter().any(|order| said == *order), "{said:?}");
        let told = echo.told();
        let last = told.iter().max_by_key(|turn| turn.entries.last().map(|e| e.seq)).unwrap();
        assert_eq!(last.entries.len(), 1, "each turn handles its own");
        assert_eq!(last.history.last().unwrap().content, said[1], "the second turn has heard the first");
    }
}

pub(super) async fn who_was_heard_before_or_is_held_is_not_decided_at_once(bench: &Bench) {
    let store = store(bench);
    let session = furnished(bench).await;
    let echo = Arc::new(Echo::default());
    let entry = words(person(&session), "hello");
    store.accept_and_begin(entry.clone(), TTL, LEASE, Some(echo.clone())).await.unwrap();
    let (again, begun) = store.accept_and_begin(entry, TTL, LEASE, Some(echo.clone())).await.unwrap();
    assert!(again.duplicate && matches!(begun, Begun::Nothing), "{begun:?}");
    let (_, held_by) = store.accept_and_begin(words(person(&session), "by a worker"), TTL, LEASE, None).await.unwrap();
    let claim = if let Begun::Claimed(claim) = held_by { Some(claim) } else { None };
    let (held, begun) = store.accept_and_begin(words(person(&session), "meanwhile"), TTL, LEASE, Some(echo.clone())).await.unwrap();
    assert!(claim.is_some() && !held.duplicate && matches!(begun, Begun::Nothing), "{begun:?}");
    assert_eq!(echo.told().len(), 1);
    let turn = store.load(&claim.unwrap()).await.unwrap();
    assert_eq!(turn.entries.iter().map(|e| e.content.as_str()).collect::<Vec<_>>(), ["by a worker"], "as it was claimed");
}
