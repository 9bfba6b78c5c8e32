//! What `db verify` looks at. One look sees one state of all tables.

use uuid::Uuid;

use super::{Tables, count};
use crate::recruiting::{ActionType, ApplicationStatus};
use crate::store::facts::{
    ApplicationFacts, EntryFact, FailureFact, MessageFact, Named, Naming, OutboxFact, SeenFact, SessionFacts, SessionPage,
};

/// Sessions a page takes at most.
const SESSIONS_AT_ONCE: usize = 200;

pub(crate) fn session_facts(t: &Tables, after: Uuid, rows: i64) -> SessionPage {
    let mut page = SessionPage {
        leases: t.leases.values().filter(|lease| lease.name.starts_with("sender:")).cloned().collect(),
        alive_at: t.sessions.values().map(|s| s.last_entry_at).chain(t.leases.values().map(|l| l.until)).max(),
        ..SessionPage::default()
    };
    let mut left = rows;
    for session in t.sessions.values().filter(|s| s.id > after).take(SESSIONS_AT_ONCE) {
        if left <= 0 && !page.sessions.is_empty() {
            break;
        }
        left -= session.last_seq;
        let mut facts = SessionFacts::of(session.clone());
        fill(t, &mut facts);
        page.sessions.push(facts);
    }
    page
}

fn fill(t: &Tables, facts: &mut SessionFacts) {
    let (id, own) = (facts.session.id, &facts.session);
    facts.twin = own.closed_at.is_none()
        && t.sessions.values().any(|o| {
            o.id != id
                && o.closed_at.is_none()
                && (&o.platform, &o.account, &o.platform_user_id) == (&own.platform, &own.account, &own.platform_user_id)
        });
    let all = (id, i64::MIN)..=(id, i64::MAX);
    facts.entries = (t.inbound.range(all.clone()))
        .map(|row| EntryFact {
            session_id: id,
            seq: row.entry.seq,
            kind: row.entry.kind,
            message_id: row.entry.message_id,
            handled_upto: row.handled_upto,
            release: (row.entry.kind == crate::message::EntryKind::Release).then(|| row.entry.metadata.clone()),
        })
        .collect();
    facts.messages = (t.messages.range(all))
        .map(|m| MessageFact {
            id: m.id,
            session_id: id,
            seq: m.seq,
            sender: m.sender,
            delivery: m.delivery,
            turn_upto: m.turn_upto,
            sent_at: m.sent_at,
        })
        .collect();
    facts.outbox = (t.outbox.values().filter(|row| row.session_id == id))
        .map(|row| OutboxFact {
            id: row.id,
            session_id: id,
            message_id: row.message_id,
            seq: row.seq,
            platform: row.platform.clone(),
            account: row.account.clone(),
            state: row.state,
            next_at: row.next_at,
            lease_boot: row.lease_boot,
            lease_n: row.lease_n,
            settled_at: row.settled_at,
        })
        .collect();
    facts.outbox.sort_by_key(|row| (row.seq, row.id));
    facts.seen = (t.seen.values().filter(|row| row.session_id == Some(id)))
        .map(|row| SeenFact { session_id: id, message_id: row.message_id, seq: row.seq })
        .collect();
    facts.timers = t.timers.values().filter(|timer| timer.session_id == id).copied().collect();
    facts.timers.sort_by_key(|timer| timer.due);
    let noted = t.activity.values().filter(|line| line.session_id == Some(id) && line.activity_type == "delivery_failed");
    facts.failures = noted
        .map(|line| FailureFact {
            session_id: id,
            detail: line.detail.clone(),
            filed: t.actions.values().any(|a| {
                a.action_type == ActionType::DeliveryFailed
                    && (a.session_id == Some(id) || (a.application_id.is_some() && a.application_id == line.application_id))
            }),
        })
        .collect();
}

pub(crate) fn application_facts(t: &Tables, after: Uuid, limit: i64) -> Vec<ApplicationFacts> {
    let next = t.applications.values().filter(|a| a.id > after).take(count(limit));
    next.map(|application| {
        let mut answers: Vec<_> = t.answers.range((application.id, Uuid::nil())..=(application.id, Uuid::max())).cloned().collect();
        answers.sort_by_key(|a| a.question_id);
        let moves = t.activity.values().filter(|line| {
            application.status == ApplicationStatus::Rejected
                && line.application_id == Some(application.id)
                && line.activity_type == "application_moved"
                && line.actor_type == "recruiter"
        });
        ApplicationFacts { application: application.clone(), answers, moves: moves.map(|line| line.detail.clone()).collect() }
    })
    .collect()
}

pub(crate) fn naming(t: &Tables, table: Naming, after: Uuid, limit: i64) -> Vec<Named> {
    let person = |id: Option<Uuid>| id.is_some_and(|id| t.candidates.get(&id).is_none()).then_some("candidate_id");
    let session = |id: Option<Uuid>| id.is_some_and(|id| t.sessions.get(&id).is_none()).then_some("session_id");
    let application = |id: Option<Uuid>| id.is_some_and(|id| t.applications.get(&id).is_none()).then_some("application_id");
    let mut found: Vec<(Uuid, Option<&str>)> = match table {
        Naming::Sessions => (t.sessions.values())
            .map(|s| {
                let successor = session(s.successor_id).map(|_| "successor_id");
                (s.id, person(s.candidate_id).or(application(s.application_id)).or(successor))
            })
            .collect(),
        Naming::Applications => t.applications.values().map(|a| (a.id, person(Some(a.candidate_id)).or(session(a.session_id)))).collect(),
        Naming::Actions => t.actions.values().map(|a| (a.id, session(a.session_id).or(application(a.application_id)))).collect(),
        Naming::Activity => (t.activity.values())
            .map(|l| (l.id, person(l.candidate_id).or(session(l.session_id)).or(application(l.application_id))))
            .collect(),
        Naming::Events => {
            t.events.values().map(|e| (e.event.id, session(Some(e.event.session_id)).or(application(e.event.application_id)))).collect()
        }
        Naming::Files => t.files.values().map(|f| (f.id, person(f.candidate_id).or(session(Some(f.session_id))))).collect(),
        Naming::Consents => t.consents.values().map(|c| (c.id, person(Some(c.candidate_id)).or(session(c.session_id)))).collect(),
        Naming::Seen => t.seen.values().filter_map(|s| Some((s.session_id?, session(s.session_id)))).collect(),
    };
    found.retain(|(id, _)| *id > after);
    found.sort_unstable();
    found.dedup();
    found.truncate(count(limit));
    found.into_iter().map(|(id, gone)| Named { id, gone: gone.map(str::to_owned) }).collect()
}
